/** Sizes of what functions of this file or another give back: return, resolve to, yield, or put into an object. */
import { atMostThat, counted, either, exact, seenFrom, someSize, sum, times } from "./bound.ts";
import {
  constantInit,
  definitionOf,
  isReassigned,
  lastName,
  methodCall,
  returned,
  shortText,
  spanOf,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { functionBehind } from "./behind.ts";
import { growthsOf, loopsAround } from "./growth.ts";
import { isGlobal } from "./imports.ts";
import { classOrObjectAround, functionOf, memberInit } from "./members.ts";
import type { Bound } from "./model.ts";
import { memberChanges } from "./names.ts";
import { isArrayFrom, keepers, sizeOf, sizeOfAwaited } from "./size.ts";
import { fewByType } from "./type-syntax.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** The size of what a function returns, or resolves to; undefined where nothing limits it, or nobody can tell. */
export function sizeOfReturned(
  code: Code,
  call: TSESTree.CallExpression,
  awaited: boolean,
): Bound | undefined {
  const callee = unwrap(call.callee);
  const behind = functionBehind(code, callee);
  if (!behind || behind.fn.generator || (behind.fn.async && !awaited)) return undefined;
  const { code: there, fn } = behind;
  const results = returned(there, fn).map((result): Bound | undefined => {
    const kept = keptParameter(there, fn, result);
    const argument = kept === undefined ? undefined : call.arguments[kept];
    if (argument && argument.type !== "SpreadElement") return atMostThat(sizeOf(code, argument));
    const size = sizeOf(there, result);
    const made = unwrap(result);
    const resolved =
      awaited && size.kind === "unbounded" && made.type === "CallExpression"
        ? sizeOfAwaited(there, made)
        : size;
    return there === code ? resolved : seenFrom(resolved, callee);
  });
  const size = results.reduce<Bound | undefined>(
    (a, b, i) => (i === 0 ? b : a && b && either(a, b)),
    undefined,
  );
  if (!size || size.kind === "unbounded") {
    const written = fewByType(there, callee, resultType(fn, awaited));
    return written && seenFrom(written, callee);
  }
  if (there === code || !behind.overridable || !counted(size)) return size;
  // A subclass may have it list others, but hardly many.
  const name = shortText(code, callee);
  return size.count === 0
    ? undefined
    : { kind: "coded", name, span: spanOf(callee), why: `\`${name}\` lists them in its code` };
}

function resultType(fn: FunctionNode, awaited: boolean): TSESTree.TypeNode | undefined {
  const type = fn.returnType?.typeAnnotation;
  const isPromise =
    type?.type === "TSTypeReference" &&
    type.typeName.type === "Identifier" &&
    type.typeName.name === "Promise";
  return isPromise ? (awaited ? type.typeArguments?.params[0] : undefined) : type;
}

/** Which parameter's elements a function returns, some or all of them: `(xs) => [...new Set(xs)].sort()`. */
function keptParameter(code: Code, fn: FunctionNode, result: Node): number | undefined {
  let at = unwrap(result);
  for (let inner: Node | undefined = at; inner !== undefined; inner = keptBy(code, at)) at = unwrap(inner);
  const variable = at.type === "Identifier" ? code.variable(at) : undefined;
  if (!variable || definitionOf(variable)?.type !== "Parameter" || isReassigned(variable)) return undefined;
  if (growthsOf(code, variable).length > 0) return undefined;
  const index = fn.params.findIndex(
    (param) => param.type === "Identifier" && code.variable(param) === variable,
  );
  return index < 0 ? undefined : index;
}

/** What an expression holds the elements of, and no others. */
function keptBy(code: Code, node: Node): Node | undefined {
  if (node.type === "AwaitExpression") return node.argument;
  if (node.type === "Identifier") {
    const init = constantInit(code, node);
    const variable = code.variable(node);
    return init && variable && growthsOf(code, variable).length === 0 ? init : undefined;
  }
  if (node.type === "ArrayExpression") {
    const [element, ...more] = node.elements;
    return element?.type === "SpreadElement" && more.length === 0 ? element.argument : undefined;
  }
  if (node.type === "NewExpression") return lastName(node.callee) === "Set" ? node.arguments[0] : undefined;
  const method = methodCall(node);
  if (!method) return undefined;
  const isGiven =
    isArrayFrom(code, node) ||
    (isGlobal(code, method.object, "Promise") && ["all", "allSettled"].includes(method.method));
  if (isGiven) return method.args[0];
  return keepers.has(method.method) || method.method === "slice" ? method.object : undefined;
}

/** How many a generator of this file yields, where it yields few. */
export function sizeOfYielded(code: Code, callee: Node): Bound | undefined {
  const fn = functionOf(code, callee);
  if (!fn?.generator) return undefined;
  let total: Bound = exact(0);
  visitOwn(code, fn.body, (node) => {
    if (node.type !== "YieldExpression") return undefined;
    const each = node.delegate && node.argument ? sizeOf(code, node.argument) : exact(1);
    total = sum(total, times(loopsAround(code, node, undefined, fn), each));
    return undefined;
  });
  return counted(total) && total.count > 0 ? atMostThat(total) : undefined;
}

/** The size of `whole.name`, where the whole is a literal, `this`, or an object literal that a function returns. */
export function sizeOfPart(code: Code, whole: Node, name: string): Bound | undefined {
  const object = unwrap(whole);
  if (object.type === "ObjectExpression") {
    const value = memberInit(code, object, name);
    return value && sizeOf(code, value);
  }
  if (object.type === "ThisExpression") {
    const owner = classOrObjectAround(code, object);
    const init = memberInit(code, owner, name);
    const isFixed = init && owner && !memberChanges(code, owner, `this.${name}`, name);
    return isFixed ? someSize(sizeOf(code, init)) : undefined;
  }
  const call = object.type === "AwaitExpression" ? unwrap(object.argument) : object;
  const behind = call.type === "CallExpression" ? functionBehind(code, call.callee) : undefined;
  if (!behind || behind.overridable || behind.fn.generator) return undefined;
  const there = behind.code;
  const sizes = returned(there, behind.fn).map((result) => {
    const value = unwrap(result);
    const made = value.type === "Identifier" ? unwrap(constantInit(there, value) ?? value) : value;
    const part = made.type === "ObjectExpression" ? memberInit(there, made, name) : undefined;
    const size = part && sizeOf(there, part);
    return size && (there === code ? size : seenFrom(size, object));
  });
  const size = sizes.reduce((a, b) => a && b && either(a, b), sizes[0]);
  return size && someSize(size);
}
