/** Remedies for floating work, options, misused limiters, and permits. */
import type { TSESTree } from "@typescript-eslint/types";
import {
  contains,
  dottedName,
  endOf,
  isFunction,
  methodCall,
  outer,
  rangeOf,
  startOf,
  textOf,
  unwrap,
  visitAll,
  type Code,
  type Node,
} from "./code.ts";
import { givesBack } from "./find-release.ts";
import { importEdit } from "./import-edit.ts";
import { knownCalls } from "./known-options.ts";
import type { Edit, Remedy } from "./model.ts";
import { importOf } from "./imports.ts";
import type { RemedyContext } from "./remedies.ts";
import {
  hasComment,
  indentOf,
  insert,
  mayAwait,
  onlyStatement,
  remedy,
  statementOf,
  withType,
} from "./remedy-edits.ts";

/** `await forEachLimit(items, 10, fn)` for `items.forEach(fn)` and a discarded `items.map(fn)`. */
export function forEachRemedy({ code, draft, runtime, limit, suffix }: RemedyContext): Remedy | undefined {
  const { node, fan } = draft;
  if (!fan?.collection || !fan.callback || node.type !== "CallExpression" || node.optional) return undefined;
  const statement = outer(code, node);
  if (statement?.type !== "ExpressionStatement" || !mayAwait(code, node)) return undefined;
  const fn = unwrap(fan.callback);
  if (isFunction(fn) && (fn.params.length > 2 || fn.params.some(({ type }) => type === "RestElement")))
    return undefined;
  if (!isFunction(fn) || (node.callee.type === "MemberExpression" && node.callee.optional)) return undefined;
  const collection = withType(code, fan.collection);
  const [open, close] = [rangeOf(collection), rangeOf(fan.callback)];
  if (
    hasComment(code, startOf(node), open[0]) ||
    hasComment(code, open[1], close[0]) ||
    hasComment(code, close[1], endOf(statement))
  )
    return undefined;
  const imported = importEdit(code, runtime, "forEachLimit", "forEachLimit");
  const middle: Edit = { start: open[1], end: close[0], text: `, ${limit}, ` };
  // A receiver in parentheses: (await rows()).forEach(...)
  const start = startOf(node);
  const receiver = textOf(code, collection);
  const edits: readonly Edit[] = [
    { start, end: open[1], text: `await ${imported.local}(${receiver}` },
    middle,
    { start: close[1], end: endOf(node), text: ")" },
  ];
  return remedy(
    "map-limit",
    `Run at most ${limit} at once, and wait for them, with \`forEachLimit\`${suffix}`,
    [...imported.edits, ...edits],
    {
      limited: { edit: middle, limit },
      imports: runtime.specifier,
    },
  );
}

/** `await forEachLimit(items, 10, (x) => save(x))` for a loop whose body is the floating call alone. */
export function loopRemedy({ code, draft, runtime, limit, suffix }: RemedyContext): Remedy | undefined {
  const loop = draft.topic === "floating-in-loop" ? loopOf(code, draft.node) : undefined;
  if (loop?.left.type !== "VariableDeclaration" || !mayAwait(code, loop)) return undefined;
  const id = loop.left.declarations[0]?.id;
  const body = onlyStatement(loop.body);
  if (!id || body?.type !== "ExpressionStatement") return undefined;
  const expression = unwrap(body.expression);
  const call = expression.type === "UnaryExpression" ? unwrap(expression.argument) : expression;
  if (call.type !== "CallExpression" || mentionsAwait(code, call)) return undefined;
  const whole = code.text.slice(startOf(loop), endOf(loop));
  const kept = [id, loop.right, call].map((node) => textOf(code, node)).join("");
  if (hasComment(code, startOf(loop), endOf(loop)) || whole.length < kept.length) return undefined;
  const imported = importEdit(code, runtime, "forEachLimit", "forEachLimit");
  const edit: Edit = {
    start: startOf(loop),
    end: endOf(loop),
    text: `await ${imported.local}(${textOf(code, loop.right)}, ${limit}, (${textOf(code, id)}) => ${textOf(code, call)});`,
  };
  return remedy(
    "map-limit",
    `Run at most ${limit} at once, and wait for them, with \`forEachLimit\`${suffix}`,
    [...imported.edits, edit],
    { imports: runtime.specifier },
  );
}

/** The `for` loop whose body a floating statement is, alone or in a block. */
function loopOf(code: Code, node: Node): TSESTree.ForOfStatement | undefined {
  const statement = statementOfAny(code, node);
  const parent = statement && code.parent(statement);
  const loop = parent?.type === "BlockStatement" ? code.parent(parent) : parent;
  return loop?.type === "ForOfStatement" ? loop : undefined;
}

function statementOfAny(code: Code, node: Node): Node | undefined {
  for (let at: Node | undefined = node; at !== undefined; at = code.parent(at))
    if (at.type === "ExpressionStatement") return at;
  return undefined;
}

function mentionsAwait(code: Code, node: Node): boolean {
  let found = false;
  visitAll(code, node, (inner) => {
    if (inner.type === "AwaitExpression") found = true;
  });
  return found;
}

/** `{ concurrency: 10 }` where it is missing, or in place of what limits nothing. */
export function optionRemedy({ code, draft, limit }: RemedyContext): Remedy | undefined {
  const { node } = draft;
  if (node.type !== "CallExpression" && node.type !== "NewExpression") return undefined;
  const imported = importOf(code, node.callee);
  const known = knownCalls.find(
    ({ module, name }) =>
      imported &&
      (typeof module === "string" ? module === imported.module : module.test(imported.module)) &&
      (typeof name === "string"
        ? name === imported.name || (name === "default" && imported.name === "*")
        : name.test(imported.name === "*" ? "default" : imported.name)),
  );
  const option = known?.option;
  if (!option) return undefined;
  const title = `Limit to ${limit} at once with \`${option.name}\``;
  const text = `${option.name}: ${limit}`;
  const argument = node.arguments[option.index];
  if (argument === undefined) {
    // The options come right after what is there, or nowhere.
    if (node.arguments.length !== option.index || node.arguments.some(({ type }) => type === "SpreadElement"))
      return undefined;
    const last = node.arguments.at(-1);
    const edit = last
      ? insert(endOf(last), `, { ${text} }`)
      : code.text.endsWith(")", endOf(node))
        ? insert(endOf(node) - 1, `{ ${text} }`)
        : insert(endOf(node), `({ ${text} })`);
    return remedy("option", title, [edit], { limited: { edit, limit } });
  }
  const options = unwrap(argument);
  if (options.type !== "ObjectExpression") return undefined;
  const present = options.properties.find(
    (p) => p.type === "Property" && p.key.type === "Identifier" && p.key.name === option.name,
  );
  if (present?.type === "Property") {
    const edit: Edit = { start: startOf(present), end: endOf(present), text };
    return hasComment(code, edit.start, edit.end)
      ? undefined
      : remedy("option", title, [edit], { limited: { edit, limit } });
  }
  const first = options.properties[0];
  const edit = first
    ? insert(startOf(first), `${text}, `)
    : { start: startOf(options), end: endOf(options), text: `{ ${text} }` };
  return hasComment(code, edit.start, edit.end)
    ? undefined
    : remedy("option", title, [edit], { limited: { edit, limit } });
}

/** `limit(() => save(x))` for `limit(save(x))`. */
export function thunkRemedy({ code, draft }: RemedyContext): Remedy | undefined {
  const [first] = draft.node.type === "CallExpression" ? draft.node.arguments : [];
  if (!first || first.type === "SpreadElement" || mentionsAwait(code, first)) return undefined;
  return remedy("thunk", "Hand the limiter a function that starts the work", [
    insert(startOf(first), "() => "),
  ]);
}

/** `limit(() => { return save(x); })` for a task that drops its promise. */
export function returnRemedy({ code, draft }: RemedyContext): Remedy | undefined {
  const call = draft.subject;
  const parent = call && outer(code, call);
  const statement = parent?.type === "UnaryExpression" ? outer(code, parent) : parent;
  if (!call || statement?.type !== "ExpressionStatement") return undefined;
  const block = code.parent(statement);
  if (block?.type !== "BlockStatement" || block.body.at(-1) !== statement) return undefined;
  // `(void save(x));`: no statement stands in parentheses.
  const start = startOf(statement);
  const isVoid = parent !== statement;
  if (isVoid && parent && startOf(parent) !== start) return undefined;
  const edit: Edit = isVoid
    ? { start, end: start + "void".length, text: "return" }
    : insert(start, "return ");
  return hasComment(code, edit.start, edit.end)
    ? undefined
    : remedy("thunk", "Return the promise, so that the slot is held until the work ends", [edit]);
}

/** Moves `const limit = pLimit(5)` out of the callback that makes it anew each time. */
export function hoistRemedy({ code, draft }: RemedyContext): Remedy | undefined {
  const declarator = outer(code, draft.node);
  const declaration = declarator ? code.parent(declarator) : undefined;
  if (
    declarator?.type !== "VariableDeclarator" ||
    declaration?.type !== "VariableDeclaration" ||
    declaration.declarations.length !== 1
  )
    return undefined;
  const block = code.parent(declaration);
  const callback = block ? code.parent(block) : undefined;
  const statement = callback && isFunction(callback) ? statementOf(code, callback) : undefined;
  if (!statement || !callback || mentionsOwnNames(code, draft.node, callback)) return undefined;
  const name = declarator.id.type === "Identifier" ? declarator.id.name : undefined;
  const taken =
    name !== undefined &&
    (code.text.match(new RegExp(`(?<![\\w$.])(?:const|let|var|function|class)\\s+${name}(?![\\w$])`, "g"))
      ?.length ?? 0) > 1;
  if (name === undefined || taken || hasComment(code, startOf(declaration), endOf(declaration)))
    return undefined;
  const after = /^[ \t]*\r?\n?[ \t]*/.exec(code.text.slice(endOf(declaration)))?.[0].length ?? 0;
  return remedy("hoist", `Make \`${name}\` once, outside`, [
    insert(startOf(statement), `${textOf(code, declaration)}\n${indentOf(code, statement)}`),
    { start: startOf(declaration), end: endOf(declaration) + after, text: "" },
  ]);
}

/** Does an expression use something declared inside a function? */
function mentionsOwnNames(code: Code, node: Node, fn: Node): boolean {
  let found = false;
  visitAll(code, node, (inner) => {
    const variable = inner.type === "Identifier" ? code.variable(inner) : undefined;
    if (variable?.identifiers.some((identifier) => contains(fn, identifier))) found = true;
  });
  return found;
}

/** `try { ... } finally { sema.release(); }` around what lies between acquire and release. */
export function releaseRemedy({ code, draft }: RemedyContext): Remedy | undefined {
  const acquire = statementOf(code, draft.node);
  const block = acquire ? code.parent(acquire) : undefined;
  const { limiter } = draft;
  if (!acquire || !limiter || (block?.type !== "BlockStatement" && block?.type !== "Program"))
    return undefined;
  const object = methodCall(draft.node)?.object;
  const declared = acquire.type === "VariableDeclaration" ? acquire.declarations[0]?.id : undefined;
  const names = [object && dottedName(object), declared?.type === "Identifier" ? declared.name : undefined];
  const releases = (statement: Node) =>
    statement.type === "ExpressionStatement" && givesBack(unwrap(statement.expression), limiter, names);
  const from = block.body.findIndex((statement) => statement === acquire);
  const to = block.body.findIndex((statement, index) => index > from && releases(statement));
  const release = block.body[to];
  const first = block.body[from + 1];
  if (!release || !first || to <= from + 1) return undefined;
  const between = block.body.slice(from + 1, to);
  // A name declared in between and used behind would be out of sight.
  const declares = between.some((statement) =>
    ["VariableDeclaration", "FunctionDeclaration", "ClassDeclaration"].includes(statement.type),
  );
  if (
    (declares && to < block.body.length - 1) ||
    between.some((statement) => holds(code, statement, releases))
  )
    return undefined;
  const indent = indentOf(code, acquire);
  return remedy("release", "Release the permit in `finally`", [
    insert(startOf(first), `try {\n${indent}`),
    insert(startOf(release), `} finally {\n${indent}`),
    insert(endOf(release), `\n${indent}}`),
  ]);
}

function holds(code: Code, statement: Node, wanted: (node: Node) => boolean): boolean {
  let found = false;
  visitAll(code, statement, (node) => {
    if (wanted(node)) found = true;
  });
  return found;
}
