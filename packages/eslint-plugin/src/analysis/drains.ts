/** Loops that wait for what they collect before they go on: batches and sliding windows. */
import {
  contains,
  definitionOf,
  functionAround,
  isFunction,
  isLoop,
  memberName,
  methodCall,
  spanOf,
  unwrap,
  visitOwn,
  type Code,
  type Loop,
  type Node,
  type Variable,
} from "./code.ts";
import { functionOf } from "./members.ts";
import type { Bound, Gate } from "./model.ts";
import { windowOf } from "./numbers.ts";
import { isCapacityTest } from "./pools.ts";

/**
 * Does the loop that fills a collection also wait for it?
 * `if (batch.length >= 20) { await Promise.all(batch); batch = [] }`, `if (running.size >= 8) await Promise.race(running)`.
 */
export function drainOf(
  code: Code,
  node: Node,
  variable: Variable,
): { readonly bound?: Bound; readonly gate?: Gate } | undefined {
  const home = definitionOf(variable)?.node as Node | undefined;
  for (let at = code.parent(node); at !== undefined; at = code.parent(at)) {
    if (home && contains(at, home)) return undefined;
    if (isFunction(at) && functionAround(code, node) === at && !at.async) continue;
    if (!isLoop(at)) continue;
    const drain = drainIn(code, at, variable);
    if (drain) return drain;
  }
  return undefined;
}

function drainIn(
  code: Code,
  loop: Loop,
  variable: Variable,
): { readonly bound?: Bound; readonly gate?: Gate } | undefined {
  let found: { readonly bound?: Bound; readonly gate?: Gate } | undefined;
  const uses = (node: Node) => variable.references.some((reference) => contains(node, reference.identifier));
  visitOwn(code, loop.body, (node) => {
    if (found) return false;
    if (node.type === "AwaitExpression" && flushes(code, node.argument, variable))
      found = { bound: batchSize(code, node, loop, variable) };
    if (node.type === "AwaitExpression" && uses(node.argument)) {
      const call = methodCall(unwrap(node.argument));
      if (call && ["race", "any"].includes(call.method))
        found = { gate: { kind: "pool", span: spanOf(node) } };
      if (call && ["all", "allSettled"].includes(call.method))
        found = { bound: batchSize(code, node, loop, variable) };
    }
    if (
      (node.type === "IfStatement" || node.type === "WhileStatement") &&
      (isCapacityTest(code, node.test, loop.body) || (uses(node.test) && isLengthTest(code, node.test)))
    ) {
      const body = node.type === "IfStatement" ? node.consequent : node.body;
      visitOwn(code, body, (inner) => {
        if (inner.type !== "AwaitExpression") return undefined;
        const call = methodCall(unwrap(inner.argument));
        found ??=
          call && ["all", "allSettled"].includes(call.method) && uses(inner)
            ? { bound: batchSize(code, inner, loop, variable) }
            : { gate: { kind: "pool", span: spanOf(node) } };
        return undefined;
      });
    }
    return undefined;
  });
  return found;
}

/** `await flush()`: a function of this file that waits for all of the collection. */
function flushes(code: Code, awaited: Node, variable: Variable): boolean {
  const call = unwrap(awaited);
  const fn =
    call.type === "CallExpression" && call.arguments.length === 0 ? functionOf(code, call.callee) : undefined;
  if (!fn?.async) return false;
  let waits = false;
  visitOwn(code, fn.body, (node) => {
    const all = node.type === "AwaitExpression" ? methodCall(unwrap(node.argument)) : undefined;
    const [list] = all && ["all", "allSettled"].includes(all.method) ? all.args : [];
    waits ||= list !== undefined && code.variable(unwrap(list)) === variable;
    return !waits;
  });
  return waits;
}

const isLengthTest = (code: Code, test: Node): boolean => {
  const expression = unwrap(test);
  if (expression.type === "LogicalExpression")
    return isLengthTest(code, expression.left) || isLengthTest(code, expression.right);
  if (expression.type !== "BinaryExpression") return false;
  const sides = [unwrap(expression.left), unwrap(expression.right)];
  return sides.some((side, i) => {
    const other = sides[1 - i];
    const limit = other && windowOf(code, other);
    return (
      ["length", "size"].includes(memberName(side) ?? "") &&
      limit !== undefined &&
      !(limit.kind === "at-most" && limit.count === 0)
    );
  });
};

/** The size at which a batch is drained, read from the `if` around the drain. */
function batchSize(code: Code, drain: Node, loop: Loop, variable: Variable): Bound {
  for (let at = code.parent(drain); at !== undefined && at !== loop; at = code.parent(at)) {
    if (at.type !== "IfStatement") continue;
    const tests: Node[] = [at.test];
    for (let test = tests.pop(); test !== undefined; test = tests.pop()) {
      const expression = unwrap(test);
      if (expression.type === "LogicalExpression") tests.push(expression.left, expression.right);
      if (expression.type !== "BinaryExpression") continue;
      const sides = [unwrap(expression.left), unwrap(expression.right)];
      for (const [i, side] of sides.entries()) {
        const other = sides[1 - i];
        if (other === undefined) continue;
        if (["length", "size"].includes(memberName(side) ?? "")) {
          const size = windowOf(code, other);
          if (size && !(size.kind === "at-most" && size.count === 0)) return size;
        }
        // i % 20 === 0
        if (side.type === "BinaryExpression" && side.operator === "%")
          return (
            windowOf(code, side.right) ?? { kind: "limit-like", name: "the batch size", span: spanOf(side) }
          );
      }
    }
  }
  return { kind: "limit-like", name: `the size of \`${variable.name}\``, span: spanOf(drain) };
}
