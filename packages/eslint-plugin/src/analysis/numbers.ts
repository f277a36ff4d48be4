/** Numbers a reader of the source can work out, and names that promise to be a limit. */
import {
  constantInit,
  definitionOf,
  isFunction,
  lastName,
  memberName,
  methodCall,
  shortText,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { importedName } from "./exported.ts";
import { importOf, isGlobal } from "./imports.ts";
import { memberInit } from "./members.ts";
import type { Bound } from "./model.ts";
import type { TSESTree } from "@typescript-eslint/types";
import { largestArgument } from "./parameters.ts";

export type NumberFact =
  | { readonly kind: "known"; readonly value: number }
  /** Nobody can see the value, but its name or its default says that somebody chose it as a limit. */
  | { readonly kind: "limit-like"; readonly name: string };

const known = (value: number): NumberFact => ({ kind: "known", value });

/** Names of limits: `concurrency`, `maxWorkers`, `batchSize`, `pageSize`, `limit`. Not `size`, `count` or `total`. */
const limitName =
  /concurren|parallel|(batch|chunk|page|pool|window|group)_?(size|limit|length)|(^|_)limit$|Limit$|^max([A-Z_]|$)|^MAX|_MAX$|workers?$|threads?$|per_?(page|batch|chunk)|^(batch|take|topN|topK)$/i;

/** The value of a numeric expression, or a limit-like name for it; undefined when it is neither. */
export function numberOf(code: Code, node: Node): NumberFact | undefined {
  const expression = unwrap(node);
  return code.once("number", expression, () => computeNumber(code, expression), undefined);
}

function computeNumber(code: Code, expression: Node): NumberFact | undefined {
  switch (expression.type) {
    case "Literal":
      return typeof expression.value === "number" ? known(expression.value) : undefined;
    case "UnaryExpression": {
      const value = numberOf(code, expression.argument);
      return expression.operator === "-" && value?.kind === "known" ? known(-value.value) : undefined;
    }
    case "Identifier": {
      if (isGlobal(code, expression, "Infinity")) return known(Infinity);
      const init = constantInit(code, expression);
      const value = init ? numberOf(code, init) : undefined;
      if (value) return value;
      const definition = definitionOf(code.variable(expression));
      if (definition?.type === "Parameter" && defaultIsNumber(code, definition.node, definition.name)) {
        return { kind: "limit-like", name: expression.name };
      }
      // Every call gives it: getPorts(1)
      const given =
        definition?.type === "Parameter" && isFunction(definition.node)
          ? largestArgument(code, definition.node, expression.name)
          : undefined;
      if (given !== undefined) return known(given);
      const there = importedName(code, expression);
      const imported = there && numberOf(there.code, there.node);
      if (imported?.kind === "known") return imported;
      return largestOf(code, definition?.node) ?? named(expression);
    }
    case "MemberExpression": {
      const name = memberName(expression);
      if (name === "POSITIVE_INFINITY" || name === "MAX_SAFE_INTEGER" || name === "MAX_VALUE")
        return known(Infinity);
      const object = unwrap(expression.object);
      const value = constantMember(code, expression);
      const number = value && numberOf(code, value);
      if (number) return number;
      // os.cpus().length
      if (name === "length" && lastCallName(object) === "cpus") return { kind: "limit-like", name: "cpus" };
      if (name === "hardwareConcurrency") return { kind: "limit-like", name };
      return named(expression);
    }
    case "CallExpression":
      return numberOfCall(code, expression);
    case "ConditionalExpression": {
      const a = numberOf(code, expression.consequent);
      const b = numberOf(code, expression.alternate);
      if (a?.kind === "known" && b?.kind === "known") return known(Math.max(a.value, b.value));
      return a && b ? (a.kind === "limit-like" ? a : b) : undefined;
    }
    case "LogicalExpression": {
      // options.concurrency ?? 5
      const left = numberOf(code, expression.left);
      const right = numberOf(code, expression.right);
      if (left?.kind === "limit-like") return left;
      if (right?.kind === "limit-like") return right;
      // Math.min(n >> 2, 8) || 1
      return left?.kind === "known" && right?.kind === "known"
        ? known(Math.max(left.value, right.value))
        : undefined;
    }
    case "BinaryExpression": {
      const left = numberOf(code, expression.left);
      const right = numberOf(code, expression.right);
      if (left?.kind === "known" && right?.kind === "known")
        return arithmetic(expression.operator, left.value, right.value);
      // concurrency - 1, cpus / 2: still somebody's limit.
      if (left?.kind === "limit-like" && right?.kind === "known") return left;
      if (right?.kind === "limit-like" && left?.kind === "known") return right;
      return undefined;
    }
    default:
      return undefined;
  }
}

/** `Math.min(count, 100)`: somebody cut it off there, however many are wanted. */
export function isCut(code: Code, node: Node): boolean {
  const expression = unwrap(node);
  const init = expression.type === "Identifier" ? constantInit(code, expression) : undefined;
  if (init) return isCut(code, init);
  const call = methodCall(expression);
  return call?.method === "min" && isGlobal(code, call.object, "Math");
}

/** `LIMITS.batch.size`: what a constant object of this file holds there. */
function constantMember(code: Code, member: TSESTree.MemberExpression): Node | undefined {
  const object = unwrap(member.object);
  const init =
    object.type === "Identifier"
      ? constantInit(code, object)
      : object.type === "MemberExpression"
        ? constantMember(code, object)
        : undefined;
  const holder = init ? unwrap(init) : undefined;
  return holder?.type === "ObjectExpression" ? memberInit(code, holder, memberName(member) ?? "") : undefined;
}

/** `for (const size of [1, 10, 100])`: as large as the largest. */
function largestOf(code: Code, declarator: Node | undefined): NumberFact | undefined {
  const declaration = declarator?.type === "VariableDeclarator" ? code.parent(declarator) : undefined;
  const loop = declaration && code.parent(declaration);
  if (loop?.type !== "ForOfStatement" || loop.left !== declaration) return undefined;
  const list = unwrap(loop.right);
  const array = list.type === "Identifier" ? unwrap(constantInit(code, list) ?? list) : list;
  if (array.type !== "ArrayExpression" || array.elements.length === 0) return undefined;
  const values = array.elements.map((element) => (element ? numberOf(code, element) : undefined));
  const numbers = values.flatMap((value) => (value?.kind === "known" ? [value.value] : []));
  return numbers.length === values.length ? known(Math.max(...numbers)) : undefined;
}

function numberOfCall(code: Code, call: Extract<Node, { type: "CallExpression" }>): NumberFact | undefined {
  const method = methodCall(call);
  const name = method?.method ?? lastName(call.callee);
  if (name === "availableParallelism" || name === "cpus") return { kind: "limit-like", name };
  if (!method || !isGlobal(code, method.object, "Math")) {
    const imported = importOf(code, call.callee);
    return imported && /availableParallelism/.test(imported.name)
      ? { kind: "limit-like", name: imported.name }
      : undefined;
  }
  const values = method.args.map((argument) =>
    argument.type === "SpreadElement" ? undefined : numberOf(code, argument),
  );
  const knownValues = values.flatMap((value) => (value?.kind === "known" ? [value.value] : []));
  const limit = values.find((value) => value?.kind === "limit-like");
  switch (name) {
    case "min":
      if (knownValues.length > 0) return known(Math.min(...knownValues));
      return limit;
    case "max":
      if (values.length > 0 && knownValues.length === values.length) return known(Math.max(...knownValues));
      return values.every((value) => value !== undefined) ? limit : undefined;
    case "ceil":
    case "floor":
    case "round":
    case "trunc":
    case "abs": {
      const [value] = values;
      return value?.kind === "known" ? known(Math[name](value.value)) : value;
    }
    default:
      return undefined;
  }
}

const lastCallName = (node: Node) => (node.type === "CallExpression" ? lastName(node.callee) : undefined);

function arithmetic(operator: string, a: number, b: number): NumberFact | undefined {
  switch (operator) {
    case "+":
      return known(a + b);
    case "-":
      return known(a - b);
    case "*":
      return known(a * b);
    case "/":
      return known(a / b);
    case "**":
      return known(a ** b);
    case "%":
      return known(a % b);
    case "<<":
      return known(a << b);
    default:
      return undefined;
  }
}

function named(node: Node): NumberFact | undefined {
  const name = lastName(node);
  return name !== undefined && limitName.test(name) ? { kind: "limit-like", name } : undefined;
}

/** `function f(items, concurrency = 5)`, `({ size = 20 })`: a parameter whose default is a number. */
function defaultIsNumber(code: Code, fn: Node, name: Node): boolean {
  for (let at = code.parent(name); at !== undefined && at !== fn; at = code.parent(at)) {
    if (at.type === "AssignmentPattern" && at.left === name)
      return unwrap(at.right).type === "Literal" && numberOf(code, at.right)?.kind === "known";
  }
  return false;
}

/** The bound that a number given to `slice`, `take`, `chunk`, `bounded` or a query sets; undefined when it sets none. */
export function windowOf(code: Code, node: Node): Bound | undefined {
  const number = numberOf(code, node);
  if (number === undefined) return undefined;
  if (number.kind === "limit-like")
    return { kind: "limit-like", name: shortText(code, unwrap(node)), span: spanOf(node) };
  return number.value >= 0 && number.value < Infinity
    ? { kind: "at-most", count: number.value, by: "window" }
    : undefined;
}
