/** Functions that wait for a promise that they are given: `withTimeout(fetch(url), 1000)`. */
import { rootOf } from "./callees.ts";
import {
  definitionOf,
  memberName,
  methodCall,
  outer,
  returned,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { isPromiseMethod } from "./imports.ts";

/** The positions of the parameters that the function awaits, races or chains on: those are promises, whoever calls it. */
export function joinedParameters(code: Code, fn: FunctionNode): ReadonlySet<number> {
  return code.once("joined parameters", fn, () => findJoined(code, fn), new Set<number>());
}

function findJoined(code: Code, fn: FunctionNode): ReadonlySet<number> {
  const joined = new Set<number>();
  for (const [index, param] of fn.params.entries()) {
    const name = param.type === "AssignmentPattern" ? param.left : param;
    const variable = name.type === "Identifier" ? code.variable(name) : undefined;
    const isJoined = variable?.references.some(
      ({ identifier }) => identifier !== name && isPromisePlace(code, identifier),
    );
    if (isJoined === true) joined.add(index);
  }
  return joined;
}

/** Does the function call its parameter? */
export const isCalled = (code: Code, param: Node | undefined): boolean =>
  param !== undefined &&
  code.variable(param)?.references.some(({ identifier }) => {
    const call = code.parent(identifier);
    return call?.type === "CallExpression" && call.callee === identifier;
  }) === true;

/** Names of promises that somebody else has started. */
const promiseName = /promise|ready|done|finish|load|complet|settle|closed|result|init|pending/i;

/** `await group.memberCount`, of a parameter: a getter of somebody's class, which may well run a query. */
export function awaitsGetter(code: Code, fn: FunctionNode): boolean {
  let found = false;
  visitOwn(code, fn.body, (node) => {
    const awaited = node.type === "AwaitExpression" ? unwrap(node.argument) : undefined;
    const name = awaited && memberName(awaited);
    const root = awaited && rootOf(awaited);
    if (name === undefined || root?.type !== "Identifier") return undefined;
    if (definitionOf(code.variable(root))?.type === "Parameter" && !promiseName.test(name)) found = true;
    return undefined;
  });
  return found;
}

/** `throw new Error("not implemented")`: whoever implements it does something else. */
export const onlyThrows = ({ body }: FunctionNode) =>
  body.type === "BlockStatement" && body.body.length === 1 && body.body[0]?.type === "ThrowStatement";

/** Is it a promise that stands here, by what is done with it? */
function isPromisePlace(code: Code, node: Node): boolean {
  const around = outer(code, node);
  switch (around?.type) {
    case "AwaitExpression":
      return true;
    case "ConditionalExpression":
      return unwrap(around.test) !== node && isPromisePlace(code, around);
    case "MemberExpression":
      return ["then", "catch", "finally"].includes(memberName(around) ?? "");
    case "ArrayExpression": {
      const call = outer(code, around);
      const method = call && methodCall(call);
      return method !== undefined && isPromiseMethod(code, method);
    }
    default:
      return false;
  }
}

/**
 * Does a function that starts nothing do something all the same, and is that over with its promise, or with the call?
 * Given less than it takes, it may have a callback.
 */
export function onlyComputes(code: Code, fn: FunctionNode, call: Node): boolean {
  const isOver =
    fn.async ||
    (returned(code, fn).length === 0 &&
      call.type === "CallExpression" &&
      fn.params.length <= call.arguments.length);
  let calls = false;
  visitOwn(code, fn.body, (node) => {
    if (node.type === "CallExpression") calls = true;
    return undefined;
  });
  return isOver && calls;
}
