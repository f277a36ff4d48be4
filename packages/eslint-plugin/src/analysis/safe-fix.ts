/** May `--fix` bound a fan-out without being asked? Only where nothing can depend on when its tasks start. */
import {
  contains,
  dottedName,
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
import { functionOf } from "./members.ts";
import { isInTest } from "./tests.ts";
import type { Draft } from "./draft.ts";
import { limiterOf } from "./gate.ts";
import { importOf, isGlobal } from "./imports.ts";

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
export function isSafeUnasked(code: Code, draft: Draft): boolean {
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

/** Without types a `.map` with an async callback inside `Promise.all` is an array's; with types, whatever is not surely something else. */
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
  if (isInTest(code, node)) return false;
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
        (node.callee.type === "Identifier" ? /^(resolve|reject|done|next)$/ : /^(done|next)$/).test(name) &&
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
