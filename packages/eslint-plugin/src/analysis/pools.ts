/** Hand-written pools: workers that share a source, and tasks that wait for a free slot. */
import { rootOf } from "./callees.ts";
import {
  constantInit,
  contains,
  definitionOf,
  dottedName,
  isLoop,
  lastName,
  memberName,
  methodCall,
  returned,
  spanOf,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import { exits } from "./guards.ts";
import type { Gate } from "./model.ts";
import { numberOf } from "./numbers.ts";
import type { TSESTree } from "@typescript-eslint/types";

/**
 * Is the function one worker of a hand-written pool: a loop that takes its next job from something shared?
 * `while ((job = queue.shift())) await run(job)`, `for (const x of iterator)`, `while (next < items.length) { const i = next++; ... }`.
 */
export function isWorker(code: Code, callback: Node): boolean {
  const direct = functionOf(code, callback);
  if (direct === undefined) return false;
  return code.once("worker", direct, () => computeWorker(code, direct), false);
}

function computeWorker(code: Code, fn: FunctionNode): boolean {
  let worker = false;
  const isShared = (name: Node) => isOutside(code, name, fn);
  visitOwn(code, fn.body, (node) => {
    if (isLoop(node)) {
      if (node.type === "ForOfStatement" && isShared(node.right) && isIterator(code, node.right))
        worker = true;
      visitOwn(code, node, (inner) => {
        const method = methodCall(inner);
        if (
          method &&
          ["shift", "pop", "next", "dequeue", "splice", "poll"].includes(method.method) &&
          isShared(method.object)
        )
          worker = true;
        if (inner.type === "UpdateExpression" && isShared(inner.argument)) worker = true;
        if (inner.type === "AssignmentExpression" && inner.operator === "+=" && isShared(inner.left))
          worker = true;
        return undefined;
      });
    }
    return undefined;
  });
  if (worker) return true;
  // async () => worker(): one call of a worker is one worker. Recursion that takes the next job is one too.
  return returned(code, fn).some((result) => {
    const call = unwrap(result);
    const inner = call.type === "CallExpression" ? functionOf(code, call.callee) : undefined;
    return inner !== undefined && inner !== fn && isWorker(code, inner);
  });
}

/** Does it live outside of a place, so that every run of the place sees the same one? */
export function isOutside(code: Code, name: Node, place: Node): boolean {
  const root = rootOf(name);
  if (root?.type === "ThisExpression") return true;
  if (root?.type !== "Identifier") return false;
  const home = definitionOf(code.variable(root))?.node as Node | undefined;
  if (home === undefined || !contains(place, home)) return true;
  // const running = queue.running;
  const init = constantInit(code, root);
  return init !== undefined && unwrap(init).type === "MemberExpression" && isOutside(code, init, place);
}

/** An iterator that several loops can share, as opposed to an array that each would walk in full. */
function isIterator(code: Code, node: Node): boolean {
  const init = constantInit(code, unwrap(node));
  const value = init && unwrap(init);
  if (value?.type !== "CallExpression") return false;
  const callee = unwrap(value.callee);
  if (callee.type !== "MemberExpression") return false;
  const name = memberName(callee);
  if (name !== undefined) return ["values", "entries", "keys"].includes(name);
  return callee.computed && dottedName(callee.property) === "Symbol.iterator";
}

/**
 * A hand-written gate inside the task itself: it waits until a shared counter or set lets it go on.
 * `while (active >= max) await ...; active++; try { ... } finally { active-- }`
 */
export function ownPool(code: Code, fn: FunctionNode): Gate | undefined {
  const turn = turnsBack(code, fn);
  let gate: Gate | undefined = turn && { kind: "pool", span: spanOf(turn) };
  visitOwn(code, fn.body, (node) => {
    if (
      (node.type === "WhileStatement" || node.type === "IfStatement") &&
      isCapacityTest(code, node.test, fn)
    ) {
      const body = node.type === "WhileStatement" ? node.body : node.consequent;
      let waits = false;
      visitOwn(code, body, (inner) => {
        if (inner.type === "AwaitExpression") waits = true;
        return undefined;
      });
      if (waits) gate = { kind: "pool", span: spanOf(node) };
    }
    return undefined;
  });
  return gate;
}

/** `if (scanning) return; scanning = true; ...`: whoever comes meanwhile turns back. The flag is nobody's own. */
function turnsBack(code: Code, fn: FunctionNode): Node | undefined {
  const guards = new Map<string, Node>();
  for (const statement of fn.body.type === "BlockStatement" ? fn.body.body : []) {
    if (statement.type === "IfStatement" && exits(statement.consequent)) {
      const flag = unwrap(statement.test);
      if (flag.type === "Identifier" && isOutside(code, flag, fn)) guards.set(flag.name, statement);
    }
    // token = await login(): set too late to turn anybody back.
    let waits = false;
    visitOwn(code, statement, (node) => {
      if (node.type === "AwaitExpression") waits = true;
      return undefined;
    });
    if (waits) return undefined;
    const set = statement.type === "ExpressionStatement" ? unwrap(statement.expression) : undefined;
    if (set?.type !== "AssignmentExpression" || set.left.type !== "Identifier") continue;
    const value = unwrap(set.right);
    const guard = value.type === "Literal" && !value.value ? undefined : guards.get(set.left.name);
    if (guard) return guard;
  }
  return undefined;
}

/** Names of what counts the running tasks: not `discount`, `account`, `country`. */
const counterName =
  /(?:^|[_$#\d])(?:active|running|in_?[fF]light|executing|pending|ongoing|busy|current|count(?:er)?s?(?![a-z]))|Active|Running|In_?[fF]light|Executing|Pending|Ongoing|Busy|Current|Count(?:er)?s?(?![a-z])|ACTIVE|RUNNING|PENDING|COUNT/;

/**
 * `active >= max`, `running.size >= 8`: something that counts what runs, compared with something that limits.
 * What each run of `place` has for itself, such as a property of its element, counts nothing.
 */
export function isCapacityTest(code: Code, test: Node, place: Node): boolean {
  const expression = unwrap(test);
  if (expression.type === "LogicalExpression")
    return isCapacityTest(code, expression.left, place) || isCapacityTest(code, expression.right, place);
  if (
    expression.type !== "BinaryExpression" ||
    ![">=", ">", "<", "<=", "===", "=="].includes(expression.operator)
  )
    return false;
  const sides = [unwrap(expression.left), unwrap(expression.right)];
  return sides.some((side, index) => {
    const other = sides[1 - index];
    const limit = other && numberOf(code, other);
    if (limit === undefined || (limit.kind === "known" && limit.value <= 0)) return false;
    const counter = ["length", "size"].includes(memberName(side) ?? "")
      ? lastName((side as TSESTree.MemberExpression).object)
      : lastName(side);
    return counter !== undefined && counterName.test(counter) && isOutside(code, side, place);
  });
}
