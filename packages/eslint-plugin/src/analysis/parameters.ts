/** Sizes of parameters: by who calls the function, or is handed it, and with what. */
import { functionBehind } from "./behind.ts";
import { counted, either, seenFrom, someSize, unbounded } from "./bound.ts";
import {
  callsNamed,
  isFunction,
  isReassigned,
  methodCall,
  outer,
  spanOf,
  unwrap,
  type Code,
  type FunctionNode,
  type Node,
  type Variable,
} from "./code.ts";
import { elementSize } from "./elements.ts";
import { wrapperGate } from "./gate.ts";
import { iterationMethods } from "./growth.ts";
import { importOf } from "./imports.ts";
import { propertyName } from "./members.ts";
import type { Bound } from "./model.ts";
import { isBoundedCall } from "./names.ts";
import { numberOf } from "./numbers.ts";
import { withDefault } from "./set-up.ts";
import { sizeByType, sizeOf, sizeOfAwaited } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** A parameter: of a callback over a collection, or of a local function all of whose calls are in sight. */
export function sizeOfParameter(
  code: Code,
  identifier: TSESTree.Identifier,
  variable: Variable,
  fn: Node,
  annotated: Bound | undefined,
): Bound {
  if (annotated && counted(annotated)) return annotated;
  // `string[]` says that nothing is known of its length, and who hands it over may know more.
  const byType = () => annotated ?? sizeByType(code, identifier);
  if (!isFunction(fn) || isReassigned(variable)) return byType();
  const assigned = code.parent(variable.identifiers[0] as Node);
  if (assigned?.type === "AssignmentPattern") {
    const size = withDefault(code, unbounded(code, identifier), assigned.right);
    if (size.kind === "coded") return size;
  }
  const index = fn.params.findIndex((param) => nameOf(param) === variable.name);
  if (index < 0) return byType();
  const user = callbackUser(code, fn);
  if (user !== undefined) {
    const { call, callback } = user;
    // User.findAllInBatches({ batchLimit: 10 }, async (users) => ...)
    if (isBoundedCall(code, call)) return { kind: "page", span: spanOf(call.callee) };
    const method = methodCall(call);
    if (method && iterationMethods.has(method.method) && method.args[0] === callback && index === 0) {
      const size = elementSize(code, method.object);
      return size.kind === "unbounded" ? byType() : size;
    }
    if (method && /^reduce(Right)?$/.test(method.method) && method.args[0] === callback && index === 1) {
      return elementSize(code, method.object);
    }
    // load().then((rows) => ...)
    if (method?.method === "then" && method.args[0] === callback && index === 0) {
      const size = sizeOfAwaited(code, method.object);
      return size.kind === "unbounded" ? byType() : size;
    }
    const calledBack = calledBackWith(code, call, callback, index);
    if (calledBack) return calledBack;
    // The collection comes first and the callback second: pMap(chunks, cb), _.map(chunks, cb), mapLimit(chunks, 5, cb).
    const position = call.arguments.findIndex((argument) => argument === callback);
    const [first] = call.arguments;
    if (
      index === 0 &&
      position > 0 &&
      first?.type !== "SpreadElement" &&
      first &&
      importOf(code, call.callee)
    ) {
      const size = elementSize(code, first);
      return size.kind === "unbounded" ? byType() : size;
    }
    return byType();
  }
  return argumentSize(code, fn, index) ?? byType();
}

/** The call a function is handed to, seen through a wrapper: `parts.map(limited(10, (part) => ...))`. */
function callbackUser(
  code: Code,
  fn: FunctionNode,
): { readonly call: TSESTree.CallExpression; readonly callback: Node } | undefined {
  const call = outer(code, fn);
  if (call?.type !== "CallExpression" || unwrap(call.callee) === fn) return undefined;
  const user = wrapperGate(code, call) ? outer(code, call) : undefined;
  return user?.type === "CallExpression" ? { call: user, callback: call } : { call, callback: fn };
}

/** What a function that is in sight calls its callback with: `inParts(rows, (part) => ...)`. */
function calledBackWith(
  code: Code,
  call: TSESTree.CallExpression,
  callback: Node,
  index: number,
): Bound | undefined {
  const behind = functionBehind(code, call.callee);
  const param = behind?.fn.params[call.arguments.findIndex((argument) => argument === callback)];
  const variable = param?.type === "Identifier" ? behind?.code.variable(param) : undefined;
  if (!behind || !variable) return undefined;
  const there = behind.code;
  const sizes: Bound[] = [];
  for (const { identifier } of variable.references) {
    const use = outer(there, identifier);
    const argument =
      use?.type === "CallExpression" && unwrap(use.callee) === identifier ? use.arguments[index] : undefined;
    if (argument === undefined || argument.type === "SpreadElement") return undefined;
    sizes.push(sizeOf(there, argument));
  }
  const size = sizes.reduce<Bound | undefined>((a, b) => (a ? either(a, b) : b), undefined);
  const seen = size && (there === code ? size : seenFrom(size, call.callee));
  return seen && someSize(seen);
}

/** The largest argument that a function of this file, or a private method, is ever given at that position. */
function argumentSize(code: Code, fn: FunctionNode, index: number): Bound | undefined {
  const uses = usesOf(code, fn) ?? callsOfPrivateMethod(code, fn);
  if (uses === undefined || uses.length === 0) return undefined;
  const sizes: Bound[] = [];
  for (const { call, callback } of uses) {
    const size = callback ? sizeByUser(code, call, callback, index) : sizeByCall(code, call, fn, index);
    if (size === undefined) return undefined;
    sizes.push(size);
  }
  const size = sizes.reduce(either);
  return size.kind === "unbounded" ? undefined : size;
}

function sizeByCall(
  code: Code,
  call: TSESTree.CallExpression,
  fn: FunctionNode,
  index: number,
): Bound | undefined {
  if (fn.params[index]?.type !== "RestElement") {
    const argument = call.arguments[index];
    return argument === undefined || argument.type === "SpreadElement" ? undefined : sizeOf(code, argument);
  }
  // (first, ...others)
  if (call.arguments.slice(0, index).some(({ type }) => type === "SpreadElement")) return undefined;
  return sizeOf(code, {
    ...call,
    type: "ArrayExpression",
    elements: call.arguments.slice(index),
  } as unknown as Node);
}

/** `load().then(close)`, `parts.map(close)` */
function sizeByUser(
  code: Code,
  call: TSESTree.CallExpression,
  callback: Node,
  index: number,
): Bound | undefined {
  const method = methodCall(call);
  if (!method || index > 0 || method.args[0] !== callback) return undefined;
  if (method.method === "then") return sizeOfAwaited(code, method.object);
  return iterationMethods.has(method.method) ? elementSize(code, method.object) : undefined;
}

/** What a function of this file, or a private method, is given at that position by all its calls; undefined when some are out of sight. */
export function argumentsGiven(code: Code, fn: FunctionNode, index: number): readonly Node[] | undefined {
  const uses = usesOf(code, fn) ?? callsOfPrivateMethod(code, fn) ?? [];
  const given = uses.map(({ call, callback }) => (callback ? undefined : call.arguments[index]));
  const isComplete = given.every((argument) => argument !== undefined && argument.type !== "SpreadElement");
  return isComplete && given.length > 0 ? given : undefined;
}

/** The largest number that a function whose calls are all in sight is given: `getPorts(1)`. */
export function largestArgument(code: Code, fn: FunctionNode, name: string): number | undefined {
  const index = fn.params.findIndex((param) => param.type === "Identifier" && param.name === name);
  const variable = index < 0 ? undefined : code.variable(fn.params[index] as Node);
  const given = variable && !isReassigned(variable) ? argumentsGiven(code, fn, index) : undefined;
  const numbers = given?.map((argument) => numberOf(code, argument)) ?? [];
  const known = numbers.flatMap((number) => (number?.kind === "known" ? [number.value] : []));
  return known.length > 0 && known.length === numbers.length ? Math.max(...known) : undefined;
}

interface Use {
  readonly call: TSESTree.CallExpression;
  /** The function's name, where it is handed to that call. */
  readonly callback?: Node;
}

function nameOf(param: TSESTree.Parameter): string | undefined {
  const target =
    param.type === "AssignmentPattern" ? param.left : param.type === "RestElement" ? param.argument : param;
  return target.type === "Identifier" ? target.name : undefined;
}

/** Every call of a function, and every call it is handed to; undefined when it is exported, or used otherwise. */
function usesOf(code: Code, fn: FunctionNode): readonly Use[] | undefined {
  const owner = code.parent(fn);
  const name =
    fn.type === "FunctionDeclaration"
      ? fn.id
      : owner?.type === "VariableDeclarator" && owner.id.type === "Identifier"
        ? owner.id
        : null;
  if (!name) return undefined;
  const home = code.parent(fn.type === "FunctionDeclaration" ? fn : (code.parent(owner as Node) ?? fn));
  if (home?.type === "ExportNamedDeclaration" || home?.type === "ExportDefaultDeclaration") return undefined;
  const uses: Use[] = [];
  for (const reference of code.variable(name)?.references ?? []) {
    if (reference.init === true) continue;
    const { identifier } = reference;
    const call = code.parent(identifier);
    if (call?.type !== "CallExpression") return undefined;
    uses.push(call.callee === identifier ? { call } : { call, callback: identifier });
  }
  return uses;
}

/** The same for `private load(...)` and `#load(...)`. */
function callsOfPrivateMethod(code: Code, fn: FunctionNode): readonly Use[] | undefined {
  const method = code.parent(fn);
  if (method?.type !== "MethodDefinition" || method.kind !== "method") return undefined;
  if (method.accessibility !== "private" && method.key.type !== "PrivateIdentifier") return undefined;
  const name = propertyName(method.key, method.computed);
  if (name === undefined) return undefined;
  const calls = callsNamed(code, (called) => called === name).filter(
    (call): call is TSESTree.CallExpression =>
      call.type === "CallExpression" && unwrap(call.callee).type === "MemberExpression",
  );
  // A use that is no call hands it to somebody else.
  const uses = code.text.match(new RegExp(`\\.\\s*#?${name}\\b`, "g")) ?? [];
  return uses.length === calls.length ? calls.map((call) => ({ call })) : undefined;
}
