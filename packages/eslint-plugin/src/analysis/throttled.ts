/** API clients that queue their own requests: an Octokit with its throttling plugin, wherever it was made. */
import type { TSESTree } from "@typescript-eslint/types";
import { ownerBehind } from "./behind.ts";
import {
  constantInit,
  dottedName,
  memberName,
  methodCall,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { importedName } from "./exported.ts";
import { importOf } from "./imports.ts";
import { memberInit } from "./members.ts";
import type { Gate } from "./model.ts";

/** @see https://github.com/octokit/plugin-throttling.js: ten requests at once, and those that write one by one. */
const capacity = 10;

/** `this.github.repos.get(...)`: what limits the requests of the client that the callee is a method of. */
export function throttledClient(code: Code, callee: Node): Gate | undefined {
  let at = unwrap(callee);
  if (at.type !== "MemberExpression") return undefined;
  for (at = unwrap(at.object); ; at = unwrap(at.object)) {
    if (isThrottled(code, at))
      return { kind: "limiter", name: dottedName(at) ?? "octokit", span: spanOf(at), capacity };
    if (at.type !== "MemberExpression") return undefined;
  }
}

function isThrottled(code: Code, client: Node): boolean {
  return code.once("throttled", client, () => findThrottled(code, client), false);
}

function findThrottled(code: Code, client: Node): boolean {
  if (client.type === "NewExpression")
    return isThrottledClass(code, client.callee) && !isTurnedOff(code, client.arguments[0]);
  if (client.type === "Identifier") {
    const there = importedName(code, client);
    const init = there ? constantInit(there.code, there.node) : constantInit(code, client);
    return init !== undefined && isThrottled(there?.code ?? code, unwrap(init));
  }
  const name = memberName(client);
  if (client.type !== "MemberExpression" || name === undefined) return false;
  const owner = ownerBehind(code, client.object);
  const init = owner && memberInit(owner.code, owner.node, name);
  return init !== undefined && isThrottled(owner?.code ?? code, unwrap(init));
}

/** `Octokit.plugin(retry, throttling)`, or the batteries-included one of `octokit`. */
function isThrottledClass(code: Code, name: Node): boolean {
  const imported = importOf(code, name);
  if (imported?.module === "octokit") return imported.name === "Octokit";
  if (name.type === "CallExpression") return hasPlugin(code, name);
  const there = importedName(code, name);
  const made = constantInit(there?.code ?? code, there?.node ?? unwrap(name));
  return made !== undefined && hasPlugin(there?.code ?? code, unwrap(made));
}

function hasPlugin(code: Code, made: Node): boolean {
  const method = methodCall(made);
  if (method === undefined) return false;
  const isPlugin = (argument: TSESTree.CallExpressionArgument) =>
    argument.type !== "SpreadElement" && importOf(code, argument)?.module === "@octokit/plugin-throttling";
  return (method.method === "plugin" && method.args.some(isPlugin)) || hasPlugin(code, method.object);
}

/** `{ throttle: { enabled: false } }` */
function isTurnedOff(code: Code, options: Node | undefined): boolean {
  const throttle = options?.type === "ObjectExpression" ? memberInit(code, options, "throttle") : undefined;
  const enabled = throttle?.type === "ObjectExpression" ? memberInit(code, throttle, "enabled") : undefined;
  return enabled?.type === "Literal" && enabled.value === false;
}
