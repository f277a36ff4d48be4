/** Is there anything in a file that a finder could decide about? Answered from names alone, before parents and scopes are read. */
import { isFunction, lastName, methodCall, unwrap, type Call, type Code, type Node } from "./code.ts";
import type { TSESTree } from "@typescript-eslint/types";
import { syntacticFacts } from "./facts.ts";
import { isLimiterName } from "./gate.ts";
import { namesLibrary } from "./imports.ts";
import { acquiringMethods, schedulingMethods } from "./known-gates.ts";

const combinatorName =
  /^(all|allSettled|any|race|fromAsync)$|all(_?settled)?(_?promises|_?resolved|RejectLate)?$/i;
/** A `true` may be wrong; a `false` never is. */
export function hasCandidates(code: Code): boolean {
  const typed = code.facts !== syntacticFacts;
  if (code.policy.combinators.length > 0 || code.policy.limiters.length > 0 || namesLibrary(code))
    return true;
  if (
    code.loops.some(
      (loop) => loop.type === "ForOfStatement" && (loop.await || mayAwaitElements(code, loop.right)),
    )
  )
    return true;
  for (const [name, calls] of code.calls) {
    if (combinatorName.test(name) || isLimiterName(name)) return true;
    if (isOfInterest(name) && calls.some((call) => isCandidate(call, name, typed))) return true;
  }
  const hasRounds = code.loops.length > 0 || /forEach/.test(code.text);
  return code.dropped.some((node) => isDroppedMap(node) || (hasRounds && mayDropPromise(node, typed)));
}

/** `void rows.map(save)`, `Array.from(rows, save)`: the array of promises is dropped, whatever `save` is. */
function isDroppedMap(node: Node): boolean {
  const value =
    node.type === "ExpressionStatement"
      ? node.expression
      : node.type === "UnaryExpression"
        ? node.argument
        : node;
  const call = unwrap(value);
  return call.type === "CallExpression" && ["map", "flatMap", "from"].includes(lastName(call.callee) ?? "");
}

/** Methods of a stream that take `concurrency`. */
export const isStreamMethod = (name: string) => /^(?:map|filter|forEach|flatMap)$/.test(name);

/** Calls of these names matter for what they are given. */
const isOfInterest = (name: string) =>
  isStreamMethod(name) ||
  /^(?:each|reduce|reduceRight|on|addListener)$/.test(name) ||
  acquiringMethods.has(name) ||
  schedulingMethods.has(name);

function isCandidate(call: Call | TSESTree.NewExpression, name: string, typed: boolean): boolean {
  if (call.type === "NewExpression") return false;
  // Readable.from(rows).map(load, { concurrency: 5000 })
  if (call.arguments[1]?.type === "ObjectExpression" && isStreamMethod(name)) return true;
  switch (name) {
    case "forEach":
    case "each":
    case "reduce":
    case "reduceRight":
    case "on":
    case "addListener":
      return call.arguments.some((argument) => isMaybeAsync(argument));
    case "map":
    case "flatMap":
      // Wanted where the array itself is dropped, or awaited element by element; combined ones show by the combinator.
      return call.arguments.some((argument) => isFunction(argument) && argument.async);
    default:
  }
  const method = methodCall(call);
  if (method === undefined) return false;
  if (acquiringMethods.has(name)) return true;
  return (
    isLimiterName(lastName(method.object)) ||
    // Of a limiter that only its type or its own file shows, a task that waits, or drops what it starts.
    call.arguments.some((argument) => {
      const fn = unwrap(argument);
      return isFunction(fn) && (fn.async || (typed && fn.body.type === "BlockStatement"));
    })
  );
}

/** An async function, or a name that may hold one. */
function isMaybeAsync(node: Node): boolean {
  const value = unwrap(node);
  if (isFunction(value)) return value.async;
  return value.type === "Identifier" || value.type === "MemberExpression" || value.type === "CallExpression";
}

/** `for (const t of tasks) await t`: the loop's collection may be one of promises. */
const mayAwaitElements = (code: Code, right: Node): boolean => {
  const value = unwrap(right);
  return (
    /\bawait\b/.test(code.text) &&
    (value.type === "Identifier" || value.type === "CallExpression") &&
    /\basync\b|=>/.test(code.text) &&
    /\.(?:map|flatMap|push)\b/.test(code.text)
  );
};

/** `void save(x)`, `save(x).catch(report)`, `(async () => ...)()`, `save(x)`: may the dropped value be a promise? */
function mayDropPromise(node: Node, typed: boolean): boolean {
  if (node.type === "UnaryExpression") return true;
  const call = node.type === "ExpressionStatement" ? unwrap(node.expression) : node;
  if (call.type !== "CallExpression") return false;
  if (typed) return true;
  const callee = unwrap(call.callee);
  if (isFunction(callee)) return callee.async;
  const method = methodCall(call);
  if (method && ["then", "catch", "finally"].includes(method.method)) return true;
  // A function of this file may be async; so may what a timer is handed.
  return (
    callee.type === "Identifier" ||
    (method !== undefined &&
      (unwrap(method.object).type === "ThisExpression" || method.method === "nextTick"))
  );
}
