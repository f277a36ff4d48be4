/** What functions add to a list that they are handed: `const files = []; await walk(dir, files);`. */
import { functionBehind } from "./behind.ts";
import { seenFrom, sum, times, unbounded, unknown } from "./bound.ts";
import {
  endOf,
  methodCall,
  outer,
  shortText,
  startOf,
  unwrap,
  type Code,
  type Node,
  type Variable,
} from "./code.ts";
import { grownSize, loopsAround } from "./growth.ts";
import type { Bound } from "./model.ts";

/**
 * How much a collection grows in the functions it is handed to, before `use` where there is one. Undefined where it is
 * handed to nobody, or to those who only read it; unknown where a function is out of sight.
 */
export function handedSize(code: Code, variable: Variable, use?: Node): Bound | undefined {
  let total: Bound | undefined;
  for (const { identifier } of variable.references) {
    const call = outer(code, identifier);
    if (call?.type !== "CallExpression" || unwrap(call.callee) === identifier) continue;
    if ((use && endOf(call) > startOf(use)) || isBuiltIn(code, call.callee)) continue;
    const size = addedBy(code, call, identifier, variable);
    total = total && size ? sum(total, size) : (total ?? size);
  }
  return total;
}

/** `console.log(files)`, `JSON.stringify(files)`, `Promise.all(files)` */
function isBuiltIn(code: Code, callee: Node): boolean {
  const expression = unwrap(callee);
  const object = expression.type === "MemberExpression" ? unwrap(expression.object) : undefined;
  return object?.type === "Identifier" && code.variable(object) === undefined;
}

function addedBy(
  code: Code,
  call: Extract<Node, { type: "CallExpression" }>,
  argument: Node,
  variable: Variable,
): Bound | undefined {
  const filled = `\`${variable.name}\` is filled by \`${shortText(code, call.callee)}\``;
  // xs.push(list): what is kept in another one is kept as it is.
  if (/^(push|unshift|add|set|concat|includes)$/.test(methodCall(call)?.method ?? "")) return undefined;
  const behind = functionBehind(code, call.callee);
  if (!behind) return unknown(filled);
  const there = behind.code;
  const param = behind.fn.params[call.arguments.findIndex((given) => unwrap(given) === argument)];
  const inside = param?.type === "Identifier" ? there.variable(param) : undefined;
  if (!inside) return undefined;
  const endless = unbounded(code, call, filled);
  const added = there.once("added inside", param as Node, () => addedInside(there, inside), endless);
  if (!added) return undefined;
  if (added.kind === "unknown") return unknown(filled);
  return times(loopsAround(code, call, variable), seenFrom(added, call) ?? endless);
}

/** What a function adds to its parameter, itself and where it hands it on; one that calls itself with it may do so any number of times. */
function addedInside(code: Code, variable: Variable): Bound | undefined {
  const grown = grownSize(code, variable);
  const handed = handedSize(code, variable);
  return grown && handed ? sum(grown, handed) : (grown ?? handed);
}
