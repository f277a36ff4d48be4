/** How to mend a finding, as plain edits: the best suggestion first, and the one fix that is safe unasked. */
import {
  contains,
  dottedName,
  functionAround,
  functionOf,
  isFunction,
  isLoop,
  memberName,
  methodCall,
  outer,
  unwrap,
  visitAll,
  visitOwn,
  type Code,
  type Node,
} from "./code.ts";
import type { Draft } from "./draft.ts";
import { isCertainlyPromises } from "./fans.ts";
import { limiterOf } from "./gate.ts";
import { importEdit } from "./import-edit.ts";
import { importOf, isGlobal } from "./imports.ts";
import type { Edit, ImportTarget, Remedies, Remedy, RemedyTarget } from "./model.ts";
import { isArray, limitFor, mapLimitSite, mayWrap } from "./remedy-forms.ts";

export function remediesOf(code: Code, draft: Draft, target: RemedyTarget): Remedies {
  const runtime: ImportTarget = target.runtime ?? {
    specifier: code.policy.runtimeModule,
    style: guessedStyle(code),
  };
  const suffix = target.runtime ? "" : ` (needs \`${code.policy.runtimeModule}\`)`;
  const limit = limitFor(code, draft);
  const wrap = limitedRemedy(code, draft, runtime, limit, suffix);
  const suggestions: Remedy[] = [];
  const keep = (remedy: Remedy | undefined) => {
    if (remedy) suggestions.push(remedy);
  };
  const others = [pMapRemedy(code, draft, target, limit), pLimitRemedy(code, draft, target, limit)];
  const { prefer } = code.policy;
  const first =
    prefer === "p-map" || prefer === "p-limit" || (prefer === "auto" && !target.runtime) ? others : [];
  const rest = first.length > 0 ? [] : others;
  switch (draft.topic) {
    case "combine":
    case "await-each":
      first.forEach(keep);
      keep(mapLimitRemedy(code, draft, runtime, limit, suffix));
      keep(wrap);
      rest.forEach(keep);
      keep(boundedRemedy(code, draft, runtime, suffix));
      break;
    case "combine-first":
      keep(boundedRemedy(code, draft, runtime, suffix));
      break;
    default:
  }
  const fix = target.runtime && wrap && code.policy.autofix && isSafeUnasked(code, draft) ? wrap : undefined;
  return fix ? { fix, suggestions } : { suggestions };
}

/** How the file imports, where the host could not look. */
function guessedStyle(code: Code): ImportTarget["style"] {
  const isModule = code.ast.body.some(({ type }) => type.startsWith("Import") || type.startsWith("Export"));
  return !isModule && /\brequire\s*\(|\bmodule\.exports\b/.test(code.text) ? "require" : "import";
}

const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** Puts the edits in order and finds the limit again, for hosts that offer it as a placeholder. */
function remedy(
  kind: Remedy["kind"],
  title: string,
  edits: readonly Edit[],
  limited?: { readonly edit: Edit; readonly limit: number },
  imports?: string,
): Remedy {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const digits = String(limited?.limit ?? "");
  return {
    kind,
    title,
    edits: sorted,
    ...(limited && {
      limit: {
        edit: sorted.indexOf(limited.edit),
        offset: limited.edit.text.lastIndexOf(digits),
        length: digits.length,
      },
    }),
    ...(imports !== undefined && { imports }),
  };
}

/** `mapLimit(items, 10, fn)` for `Promise.all(items.map(fn))`. */
function mapLimitRemedy(
  code: Code,
  draft: Draft,
  runtime: ImportTarget,
  limit: number,
  suffix: string,
): Remedy | undefined {
  const name = draft.operation.endsWith("allSettled") ? "mapLimitSettled" : "mapLimit";
  const imported = importEdit(code, runtime, name, name);
  const edits = collectionCall(code, draft, imported.local, `, ${limit}, `, "");
  return (
    edits &&
    remedy(
      "map-limit",
      `Limit to ${limit} at once with \`${name}\`${suffix}`,
      [...imported.edits, ...edits],
      { edit: edits[1] as Edit, limit },
      runtime.specifier,
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
): readonly Edit[] | undefined {
  const site = mapLimitSite(code, draft);
  if (!site) return undefined;
  const { combinator, call, callback } = site;
  // The receiver as written, with the parentheses around it, which are not part of its own range.
  const receiver = call.callee.type === "MemberExpression" ? call.callee : undefined;
  if (!receiver) return undefined;
  const dot = code.text.lastIndexOf(".", receiver.property.range[0]);
  const edits: Edit[] = [
    { start: combinator.range[0], end: call.range[0], text: `${name}(` },
    { start: dot, end: callback.range[0], text: between },
    { start: callback.range[1], end: combinator.range[1], text: `${behind})` },
  ];
  const [, gap] = edits;
  const trimmed = gap && /\s+$/.exec(code.text.slice(receiver.object.range[1], dot));
  if (gap && trimmed) edits[1] = { ...gap, start: dot - trimmed[0].length };
  return edits.some((edit) => hasComment(code, edit.start, edit.end)) ? undefined : edits;
}

const hasComment = (code: Code, start: number, end: number) =>
  code.comments.some((comment) => comment.range[0] < end && comment.range[1] > start);

/** `.map(limited(10, fn))`: everything stays as it is, but at most ten run. */
function limitedRemedy(
  code: Code,
  draft: Draft,
  runtime: ImportTarget,
  limit: number,
  suffix: string,
): Remedy | undefined {
  const { fan } = draft;
  if (!fan?.callback || fan.within || draft.topic === "combine-first" || !mayWrap(code, fan.callback))
    return undefined;
  if (!["map", "flatMap", "from", "function-map"].includes(fan.shape) || !isCertainlyTask(code, draft))
    return undefined;
  // limited() makes one limiter for the whole call of map: one per outer element would limit nothing.
  const imported = importEdit(code, runtime, "limited", "limited");
  const open = insert(fan.callback.range[0], `${imported.local}(${limit}, `);
  const close = insert(fan.callback.range[1], ")");
  return remedy(
    "limited",
    `Limit to ${limit} at once with \`limited\`, and keep everything else${suffix}`,
    [...imported.edits, open, close],
    { edit: open, limit },
    runtime.specifier,
  );
}

/** Is what the callback returns surely awaited as a promise by its user? */
const isCertainlyTask = (code: Code, draft: Draft) =>
  draft.topic !== "await-each" || (draft.fan !== undefined && isCertainlyPromises(code, draft.fan));

/** `bounded(items, 50)`: says that there are few, and checks it. */
function boundedRemedy(code: Code, draft: Draft, runtime: ImportTarget, suffix: string): Remedy | undefined {
  const { fan } = draft;
  const collection = fan?.within ? undefined : fan?.collection;
  if (!collection) return undefined;
  const value = unwrap(collection);
  // An array-like `{ length: n }`, and what an optional chain may leave undefined, have nothing to count.
  if (
    value.type === "ObjectExpression" ||
    collection.type === "ChainExpression" ||
    isInOptionalChain(code, collection)
  )
    return undefined;
  if ((fan?.shape === "push" || fan?.shape === "yield") && !isLoopSubject(code, collection)) return undefined;
  if (
    value.type === "CallExpression" &&
    ["values", "keys", "entries"].includes(memberName(unwrap(value.callee)) ?? "") &&
    !isArray(code, value, 0)
  )
    return undefined;
  const imported = importEdit(code, runtime, "bounded", "bounded");
  const limit = 50;
  const open = insert(collection.range[0], `${imported.local}(`);
  const close = insert(collection.range[1], `, ${limit})`);
  return remedy(
    "bounded",
    `Say that there are at most ${limit}, and check it, with \`bounded\`${suffix}`,
    [...imported.edits, open, close],
    { edit: close, limit },
    runtime.specifier,
  );
}

const isLoopSubject = (code: Code, collection: Node) => {
  const parent = outer(code, collection);
  return (
    (parent?.type === "ForOfStatement" && unwrap(parent.right) === unwrap(collection) && !parent.await) ||
    (parent?.type === "MemberExpression" && memberName(parent) === "forEach")
  );
};

function isInOptionalChain(code: Code, node: Node): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = code.parent(at)) {
    if (at.type === "MemberExpression" && at.optional) return true;
    if (at.type === "CallExpression" && at !== node && !contains(at.callee, node)) return false;
    if (at.type !== "MemberExpression" && at.type !== "CallExpression" && at !== node)
      return at.type === "ChainExpression";
  }
  return false;
}

/** `pMap(items, fn, { concurrency: 10 })`, where p-map is there already. */
function pMapRemedy(
  code: Code,
  draft: Draft,
  { installed }: RemedyTarget,
  limit: number,
): Remedy | undefined {
  if (!installed?.pMap || code.policy.prefer === "p-limit" || code.policy.prefer === "runtime")
    return undefined;
  if (draft.operation.endsWith("allSettled")) return undefined;
  const imported = importEdit(code, installed.pMap, "default", "pMap");
  const edits = collectionCall(code, draft, imported.local, ", ", `, { concurrency: ${limit} }`);
  return (
    edits &&
    remedy(
      "p-map",
      `Limit to ${limit} at once with \`pMap\``,
      [...imported.edits, ...edits],
      { edit: edits[2] as Edit, limit },
      installed.pMap.specifier,
    )
  );
}

/** `(x) => limit(() => ...)`, with the limiter that the file has or one made before the statement. */
function pLimitRemedy(
  code: Code,
  draft: Draft,
  { installed }: RemedyTarget,
  limit: number,
): Remedy | undefined {
  const { fan } = draft;
  const callback = fan?.callback ? unwrap(fan.callback) : undefined;
  if (
    !fan ||
    fan.within ||
    callback?.type !== "ArrowFunctionExpression" ||
    code.policy.prefer === "p-map" ||
    code.policy.prefer === "runtime"
  )
    return undefined;
  if (!mayWrap(code, callback) || callback.returnType || callback.typeParameters) return undefined;
  const wrapEdits = (name: string): readonly Edit[] | undefined => {
    const head = code.text.slice(callback.range[0], callback.body.range[0]);
    const arrow = head.lastIndexOf("=>");
    const bodyStart = callback.range[0] + arrow + 2;
    if (arrow < 0 || hasComment(code, callback.range[0], bodyStart)) return undefined;
    const edits: Edit[] = [
      insert(bodyStart, ` ${name}(${callback.async ? "async " : ""}() =>`),
      insert(callback.range[1], ")"),
    ];
    if (callback.async) {
      const keyword = /^async\s*/.exec(head);
      if (!keyword) return undefined;
      edits.push({ start: callback.range[0], end: callback.range[0] + keyword[0].length, text: "" });
    }
    return edits;
  };
  const existing = limiterInReach(code, draft);
  if (existing) {
    const edits = wrapEdits(existing);
    return edits && remedy("p-limit", `Limit with \`${existing}\`, which this file has`, edits);
  }
  if (!installed?.pLimit) return undefined;
  const statement = statementOf(code, draft.node);
  if (!statement || functionAround(code, statement) !== functionAround(code, fan.node)) return undefined;
  const name =
    code.text.includes("limit") && /(?<![\w$.])limit(?![\w$])/.test(code.text) ? undefined : "limit";
  const edits = name && wrapEdits(name);
  if (!name || !edits) return undefined;
  const imported = importEdit(code, installed.pLimit, "default", "pLimit");
  const indent = /[ \t]*$/.exec(code.text.slice(0, statement.range[0]))?.[0] ?? "";
  const made = insert(statement.range[0], `const ${name} = ${imported.local}(${limit});\n${indent}`);
  // Before the first statement, the import goes first.
  const atOnce = imported.edits.find((edit) => edit.start === made.start && edit.end === made.end);
  const all = atOnce
    ? [
        ...imported.edits.filter((edit) => edit !== atOnce),
        insert(made.start, atOnce.text + made.text),
        ...edits,
      ]
    : [...imported.edits, made, ...edits];
  return remedy(
    "p-limit",
    `Limit to ${limit} at once with \`pLimit\``,
    all,
    undefined,
    installed.pLimit.specifier,
  );
}

/** A callable limiter declared outside the function around the site. */
function limiterInReach(code: Code, draft: Draft): string | undefined {
  for (const statement of code.ast.body) {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type !== "VariableDeclaration" || declaration.range[0] > draft.node.range[0]) continue;
    for (const { id } of declaration.declarations) {
      if (id.type === "Identifier" && limiterOf(code, id)?.known?.callable) return id.name;
    }
  }
  return undefined;
}

function statementOf(code: Code, node: Node): Node | undefined {
  let at: Node = node;
  for (let parent = code.parent(at); parent !== undefined; at = parent, parent = code.parent(at)) {
    if (parent.type === "BlockStatement" || parent.type === "Program") return at;
    if (isFunction(parent)) return undefined;
  }
  return undefined;
}

/** Calls that end only when somebody else ends them, or that wait for the siblings: bounding those can hang. */
const neverEnding = new Set([
  "on",
  "once",
  "subscribe",
  "listen",
  "consume",
  "watch",
  "addListener",
  "addEventListener",
]);

/**
 * May `--fix` apply the wrap without being asked? Bounding changes when tasks start; here nothing can depend on that.
 */
function isSafeUnasked(code: Code, draft: Draft): boolean {
  const { fan, node } = draft;
  if (
    draft.rule !== "no-unbounded-promise-all" ||
    draft.topic !== "combine" ||
    fan?.shape !== "map" ||
    fan.within
  )
    return false;
  if (node.type !== "CallExpression" || node.typeArguments) return false;
  const callee = unwrap(node.callee);
  if (
    callee.type !== "MemberExpression" ||
    callee.computed ||
    !isGlobal(code, callee.object, "Promise") ||
    dottedName(callee.object) !== "Promise"
  )
    return false;
  if (!["all", "allSettled"].includes(memberName(callee) ?? "")) return false;
  const map = unwrap(fan.node);
  const callback = fan.callback ? unwrap(fan.callback) : undefined;
  if (
    map.type !== "CallExpression" ||
    map.typeArguments ||
    map.arguments.length !== 1 ||
    !callback ||
    !isFunction(callback) ||
    !callback.async
  )
    return false;
  if (
    !contains(node, map) ||
    !isAwaitedOrReturned(code, node) ||
    !(fan.collection && isProbablyArray(code, fan.collection))
  )
    return false;
  return !isLiteralContext(code, node, callback) && isPlainPlace(code, node) && endsByItself(code, callback);
}

/** Without types a `.map` with an async callback inside `Promise.all` is an array's; with types it has to be proved. */
const isProbablyArray = (code: Code, collection: Node) => code.facts.isArray(unwrap(collection)) !== "no";

function isAwaitedOrReturned(code: Code, node: Node): boolean {
  const parent = outer(code, node);
  return (
    parent?.type === "AwaitExpression" ||
    parent?.type === "ReturnStatement" ||
    (parent?.type === "ArrowFunctionExpression" && unwrap(parent.body) === node)
  );
}

/** `const kinds: { kind: "a" | "b" }[] = await Promise.all(...)`: a wrapped literal would lose its type from the context. */
function isLiteralContext(code: Code, node: Node, callback: Node): boolean {
  if (!isFunction(callback) || callback.returnType) return false;
  const results: Node[] = [];
  visitOwn(code, callback.body, (inner) => {
    if (inner.type === "ReturnStatement" && inner.argument) results.push(unwrap(inner.argument));
    return undefined;
  });
  if (callback.body.type !== "BlockStatement") results.push(unwrap(callback.body));
  const literal = results.some((result) =>
    ["ObjectExpression", "ArrayExpression", "Literal", "ConditionalExpression", "TemplateLiteral"].includes(
      result.type,
    ),
  );
  if (!literal) return false;
  const isTypeScript = /:\s*[A-Za-z{[(]|\bas\b|<\w/.test(code.text);
  if (!isTypeScript) return false;
  let at = outer(code, node);
  if (at?.type === "AwaitExpression") at = outer(code, at);
  switch (at?.type) {
    case "VariableDeclarator":
      return at.id.type === "Identifier"
        ? at.id.typeAnnotation !== undefined
        : at.id.typeAnnotation !== undefined;
    case "ReturnStatement":
    case "ArrowFunctionExpression":
    case "AssignmentExpression":
    case "CallExpression":
    case "NewExpression":
    case "Property":
      return true;
    default:
      return false;
  }
}

/** Not in a transaction, a signal handler, a test, or a place where a limiter stands already. */
function isPlainPlace(code: Code, node: Node): boolean {
  for (let at = code.parent(node); at !== undefined; at = code.parent(at)) {
    if (at.type !== "CallExpression") continue;
    const name = memberName(unwrap(at.callee)) ?? dottedName(at.callee) ?? "";
    if (/transaction$/i.test(name)) return false;
    const [first] = at.arguments;
    if (
      ["on", "once"].includes(name) &&
      first?.type === "Literal" &&
      /^SIG|^(exit|beforeExit|beforeunload|shutdown|close)$/.test(String(first.value))
    )
      return false;
    if (
      /^(test|it|describe|suite|bench|before|after|beforeEach|afterEach|beforeAll|afterAll)$/.test(
        (dottedName(at.callee) ?? "").split(".")[0] ?? "",
      )
    )
      return false;
    if (
      limiterOf(code, at.callee) ??
      (methodCall(at) && limiterOf(code, (methodCall(at) as { object: Node }).object))
    )
      return false;
  }
  return true;
}

/** Does each task end by itself, whether or not its siblings have started? */
function endsByItself(code: Code, callback: Node): boolean {
  if (!isFunction(callback)) return false;
  let safe = true;
  const index = callback.params[1];
  const indexName = index?.type === "Identifier" ? index.name : undefined;
  visitAll(code, callback.body, (node) => {
    if (node.type === "ForOfStatement" && node.await) safe = false;
    if (isLoop(node) && node.type !== "ForOfStatement" && node.type !== "ForInStatement") {
      const { test } = node;
      if (test === null || (test.type === "Literal" && test.value === true)) safe = false;
    }
    const method = methodCall(node);
    if (method && neverEnding.has(method.method)) safe = false;
    if (
      method &&
      ["load", "loadMany"].includes(method.method) &&
      /loader/i.test(dottedName(method.object) ?? "")
    )
      safe = false;
    if (node.type === "CallExpression") {
      const name = (dottedName(node.callee) ?? "").split(".").at(-1) ?? "";
      // await sleep(i * 100): staggered by hand.
      if (
        /sleep|delay|wait|timeout/i.test(name) &&
        indexName !== undefined &&
        node.arguments.some((argument) => mentionsName(code, argument, indexName))
      )
        safe = false;
      // resolve(x): settles something made outside.
      if (
        /^(resolve|reject|done|next)$/.test(name) &&
        !functionOf(code, node.callee) &&
        !isOwnName(code, node.callee, callback)
      )
        safe = false;
      if (
        node.callee.type === "MemberExpression" &&
        /^(resolve|reject)$/.test(memberName(node.callee) ?? "") &&
        !isGlobal(code, node.callee.object, "Promise") &&
        importOf(code, node.callee) === undefined
      )
        safe = false;
    }
    // await ready; await barrier.promise: made outside, perhaps by a sibling.
    if (node.type === "AwaitExpression") {
      const awaited = unwrap(node.argument);
      if (
        (awaited.type === "Identifier" || awaited.type === "MemberExpression") &&
        !isOwnName(code, awaited, callback)
      )
        safe = false;
    }
  });
  // const deadline = Date.now() + 5000, taken before all of them start.
  visitAll(code, callback.body, (node) => {
    if (
      node.type === "Identifier" &&
      /deadline|expiresAt|startedAt|startTime/i.test(node.name) &&
      !isOwnName(code, node, callback)
    )
      safe = false;
  });
  return safe;
}

function mentionsName(code: Code, node: Node, name: string): boolean {
  let found = false;
  visitAll(code, node, (inner) => {
    if (inner.type === "Identifier" && inner.name === name) found = true;
  });
  return found;
}

/** Is the root of this expression declared inside the callback? */
function isOwnName(code: Code, node: Node, callback: Node): boolean {
  let at = unwrap(node);
  while (at.type === "MemberExpression" || at.type === "CallExpression")
    at = unwrap(at.type === "MemberExpression" ? at.object : at.callee);
  if (at.type !== "Identifier") return at.type !== "ThisExpression";
  const variable = code.variable(at);
  return variable?.identifiers.some((identifier) => contains(callback, identifier)) ?? false;
}
