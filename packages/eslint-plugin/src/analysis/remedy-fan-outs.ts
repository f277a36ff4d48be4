/** Remedies for fan-outs: `mapLimit`, `limited`, p-map, p-limit, `bounded`. */
import { endOf, startOf, unwrap, visitAll, type Code, type Node } from "./code.ts";
import type { Draft } from "./draft.ts";
import { isCertainlyPromises, type Fan } from "./fans.ts";
import { limiterOf } from "./gate.ts";
import { importEdit } from "./import-edit.ts";
import { functionOf } from "./members.ts";
import type { Edit, Remedy } from "./model.ts";
import type { RemedyContext } from "./remedies.ts";
import { hasComment, indentOf, insert, remedy, statementOf, withType } from "./remedy-edits.ts";
import { boundable, mapLimitSite, mayWrap, mendable } from "./remedy-forms.ts";

/** `mapLimit(items, 10, fn)` for `Promise.all(items.map(fn))`. */
export function mapLimitRemedy({ code, draft, runtime, limit, suffix }: RemedyContext): Remedy | undefined {
  if (mendable(draft)?.length !== 1) return undefined;
  const name = draft.operation.endsWith("allSettled") ? "mapLimitSettled" : "mapLimit";
  const imported = importEdit(code, runtime, name, name);
  const edits = collectionCall(code, draft, imported.local, `, ${limit}, `, "");
  return (
    edits &&
    remedy(
      "map-limit",
      `Limit to ${limit} at once with \`${name}\`${suffix}`,
      [...imported.edits, ...edits],
      {
        limited: { edit: edits[1], limit },
        imports: runtime.specifier,
      },
    )
  );
}

/** The edits from `Promise.all(items.map(cb))` to `name(items<between>cb<behind>)`; undefined where a comment would be lost. */
function collectionCall(
  code: Code,
  draft: Draft,
  name: string,
  between: string,
  behind: string,
): readonly [Edit, Edit, Edit] | undefined {
  const site = mapLimitSite(code, draft);
  if (site?.call.callee.type !== "MemberExpression") return undefined;
  const { combinator, call, callback } = site;
  // From the dot on: the parentheses around the receiver are not part of its own range.
  const dot = code.text.lastIndexOf(".", startOf(site.call.callee.property));
  // Behind a comment at the end of the receiver's last line, the line break has to stay.
  const follows = hasComment(code, endOf(site.call.callee.object), dot);
  const space = follows ? 0 : (/\s*$/.exec(code.text.slice(0, dot))?.[0].length ?? 0);
  const edits: readonly [Edit, Edit, Edit] = [
    { start: startOf(combinator), end: startOf(call), text: `${name}(` },
    { start: dot - space, end: startOf(callback), text: between },
    { start: endOf(callback), end: endOf(combinator), text: `${behind})` },
  ];
  return edits.some((edit) => hasComment(code, edit.start, edit.end)) ? undefined : edits;
}

/** `.map(limited(10, fn))`: everything stays as it is, but at most ten run. */
export function limitedRemedy({ code, draft, runtime, limit, suffix }: RemedyContext): Remedy | undefined {
  const fans = mendable(draft);
  if (!fans?.every((fan) => mayBeLimited(code, draft, fan))) return undefined;
  const imported = importEdit(code, runtime, "limited", "limited");
  const edits = fans.flatMap(({ callback }) =>
    callback ? [insert(startOf(callback), `${imported.local}(${limit}, `), insert(endOf(callback), ")")] : [],
  );
  const [first] = edits;
  return (
    first &&
    remedy(
      "limited",
      `Limit to ${limit} at once with \`limited\`, and keep everything else${suffix}`,
      [...imported.edits, ...edits],
      {
        limited: { edit: first, limit },
        imports: runtime.specifier,
      },
    )
  );
}

function mayBeLimited(code: Code, draft: Draft, fan: Fan): boolean {
  if (
    !fan.callback ||
    !["map", "flatMap", "from", "function-map"].includes(fan.shape) ||
    !mayWrap(code, fan.callback)
  )
    return false;
  // Array.from({ length: n }, limited(10, (_, i) => ...)): the parameters would lose their types.
  if (fan.shape === "from" && fan.collection && unwrap(fan.collection).type === "ObjectExpression")
    return false;
  return draft.topic !== "await-each" || isCertainlyPromises(code, fan);
}

/** `bounded(items, 50)`: says that there are few, and checks it. */
export function boundedRemedy({ code, draft, runtime, suffix }: RemedyContext): Remedy | undefined {
  const collections = boundable(code, draft);
  if (!collections) return undefined;
  const imported = importEdit(code, runtime, "bounded", "bounded");
  const limit = 50;
  const edits: Edit[] = [];
  for (const collection of collections.map((node) => withType(code, node))) {
    edits.push(insert(startOf(collection), `${imported.local}(`), insert(endOf(collection), `, ${limit})`));
  }
  const [, close] = edits;
  return (
    close &&
    remedy(
      "bounded",
      `Say that there are at most ${limit}, and check it, with \`bounded\`${suffix}`,
      [...imported.edits, ...edits],
      {
        limited: { edit: close, limit },
        imports: runtime.specifier,
      },
    )
  );
}

/** `pMap(items, fn, { concurrency: 10 })`, where p-map is there already. */
export function pMapRemedy({ code, draft, target, limit }: RemedyContext): Remedy | undefined {
  const pMap = target.installed?.pMap;
  if (!pMap || ["p-limit", "runtime"].includes(code.policy.prefer) || draft.operation.endsWith("allSettled"))
    return undefined;
  if (mendable(draft)?.length !== 1) return undefined;
  const imported = importEdit(code, pMap, "default", "pMap");
  const edits = collectionCall(code, draft, imported.local, ", ", `, { concurrency: ${limit} }`);
  return (
    edits &&
    remedy("p-map", `Limit to ${limit} at once with \`pMap\``, [...imported.edits, ...edits], {
      limited: { edit: edits[2], limit },
      imports: pMap.specifier,
    })
  );
}

/** `(x) => limit(() => ...)`, with the limiter that the file has, or one made before the statement. */
export function pLimitRemedy({ code, draft, target, limit }: RemedyContext): Remedy | undefined {
  const fans = mendable(draft);
  const [fan] = fans ?? [];
  const callback = fan?.callback ? unwrap(fan.callback) : undefined;
  if (
    !fan ||
    fans?.length !== 1 ||
    callback?.type !== "ArrowFunctionExpression" ||
    ["p-map", "runtime"].includes(code.policy.prefer)
  )
    return undefined;
  if (!mayBeLimited(code, draft, fan) || callback.returnType || callback.typeParameters) return undefined;
  const existing = limiterInReach(code, draft, callback);
  if (existing !== undefined) {
    const edits = wrapBody(code, callback, existing);
    return edits && remedy("p-limit", `Limit with \`${existing}\`, which this file has`, edits);
  }
  const pLimit = target.installed?.pLimit;
  // Before the statement that starts them, which may be another than the one that waits.
  const statement = statementOf(code, fan.node);
  if (!pLimit || !statement) return undefined;
  if (/(?<![\w$.])limit(?![\w$])/.test(code.text)) return undefined;
  const edits = wrapBody(code, callback, "limit");
  if (!edits) return undefined;
  const imported = importEdit(code, pLimit, "default", "pLimit");
  const made = insert(
    startOf(statement),
    `const limit = ${imported.local}(${limit});\n${indentOf(code, statement)}`,
  );
  // Before the first statement of the file, the import goes first, in one edit.
  const same = imported.edits.find((edit) => edit.start === made.start);
  const together = same ? insert(made.start, same.text + made.text) : made;
  return remedy(
    "p-limit",
    `Limit to ${limit} at once with \`pLimit\``,
    [...imported.edits.filter((edit) => edit !== same), together, ...edits],
    { limited: { edit: together, limit }, imports: pLimit.specifier },
  );
}

/** From `async (x) => body` to `(x) => limit(async () => body)`. */
function wrapBody(
  code: Code,
  callback: Extract<Node, { type: "ArrowFunctionExpression" }>,
  name: string,
): readonly Edit[] | undefined {
  const head = code.text.slice(startOf(callback), startOf(callback.body));
  const arrow = head.lastIndexOf("=>");
  const body = startOf(callback) + arrow + 2;
  if (arrow < 0 || hasComment(code, startOf(callback), body)) return undefined;
  const edits: Edit[] = [
    insert(body, ` ${name}(${callback.async ? "async " : ""}() =>`),
    insert(endOf(callback), ")"),
  ];
  if (callback.async) {
    const keyword = /^async\s*/.exec(head);
    if (!keyword) return undefined;
    edits.push({ start: startOf(callback), end: startOf(callback) + keyword[0].length, text: "" });
  }
  return edits;
}

/** A callable limiter declared at the top level of the file, before the site, for which no task of its own would wait. */
function limiterInReach(code: Code, draft: Draft, callback: Node): string | undefined {
  for (const statement of code.ast.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration" || startOf(declaration) > startOf(draft.node)) continue;
    for (const { id } of declaration.declarations) {
      if (id.type !== "Identifier" || !limiterOf(code, id)?.known?.callable) continue;
      const uses = code.variable(id)?.references.map(({ identifier }): Node => identifier) ?? [];
      // A task that waits for its own limiter waits for ever, once as many do as may run.
      const isNested =
        reaches(code, callback, (node) => uses.includes(node)) ||
        uses.some((use) => {
          const call = callOf(code, use);
          return call !== undefined && reaches(code, call, (node) => node === draft.node);
        });
      if (!isNested) return id.name;
    }
  }
  return undefined;
}

/** The call of a limiter or of one of its methods: `limit(task)`, `limit.add(task)`. */
function callOf(code: Code, limiter: Node): Node | undefined {
  let callee = limiter;
  let parent = code.parent(callee);
  for (; parent?.type === "MemberExpression" && parent.object === callee; parent = code.parent(callee))
    callee = parent;
  return parent?.type === "CallExpression" && parent.callee === callee ? parent : undefined;
}

/** Is there such a node below `from`, or in a function of this file that is named there, and so on? */
function reaches(code: Code, from: Node, isSought: (node: Node) => boolean): boolean {
  const seen = new Set<Node>([from]);
  let found = false;
  for (const start of seen)
    visitAll(code, start, (node) => {
      found ||= isSought(node);
      const named =
        node.type === "Identifier" || node.type === "MemberExpression" ? functionOf(code, node) : undefined;
      if (named) seen.add(named);
    });
  return found;
}
