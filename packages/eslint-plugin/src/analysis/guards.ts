/** Lengths that an `if` around or before the site has already limited. */
import {
  constantInit,
  dottedName,
  isFunction,
  memberName,
  outer,
  unwrap,
  definitionOf,
  isReassigned,
  type Code,
  type Node,
} from "./code.ts";
import type { Bound } from "./model.ts";
import { windowOf } from "./numbers.ts";

/**
 * The size that a guard proves for the collection at this place:
 * `if (items.length > 20) throw ...` before it, or `if (items.length <= 20) { here }` around it.
 */
export function guardedSize(code: Code, collection: Node): Bound | undefined {
  const name = dottedName(collection);
  if (
    name === undefined ||
    name === "this" ||
    (!code.text.includes(".length") && !code.text.includes(".size"))
  )
    return undefined;
  if (collection.type === "Identifier") {
    const variable = code.variable(collection);
    const definition = definitionOf(variable);
    if (
      variable === undefined ||
      definition === undefined ||
      (isReassigned(variable) && constantInit(code, collection) === undefined)
    )
      return undefined;
  }
  let child: Node = collection;
  for (let at = code.parent(collection); at !== undefined; child = at, at = code.parent(at)) {
    if ((at.type === "IfStatement" || at.type === "ConditionalExpression") && child !== at.test) {
      const bound = limitIn(code, at.test, name, child === at.consequent);
      if (bound) return bound;
    }
    if (at.type === "LogicalExpression" && child === at.right) {
      const bound = limitIn(code, at.left, name, at.operator === "&&");
      if (bound) return bound;
    }
    if (at.type === "BlockStatement" || at.type === "Program") {
      for (const statement of at.body) {
        if (statement === child) break;
        const bound = exitLimit(code, statement, name);
        if (bound) return bound;
      }
    }
    if (isFunction(at) && !isInlineCallback(code, at)) return undefined;
  }
  return undefined;
}

const isInlineCallback = (code: Code, fn: Node) => outer(code, fn)?.type === "CallExpression";

/** `if (xs.length > 20) throw`, `assert(xs.length <= 20)`. */
function exitLimit(code: Code, statement: Node, name: string): Bound | undefined {
  if (statement.type === "IfStatement")
    return exits(statement.consequent) ? limitIn(code, statement.test, name, false) : undefined;
  if (statement.type !== "ExpressionStatement") return undefined;
  const call = unwrap(statement.expression);
  if (call.type !== "CallExpression" || call.arguments.length === 0) return undefined;
  const callee = dottedName(call.callee);
  const [test] = call.arguments;
  return callee !== undefined &&
    test &&
    /^(assert|invariant|ok|assert\.ok|console\.assert)$/.test(callee) &&
    callee !== "console.assert"
    ? limitIn(code, test, name, true)
    : undefined;
}

/** What `test` being true (or false) says about `name.length`. */
function limitIn(code: Code, test: Node, name: string, whenTrue: boolean): Bound | undefined {
  const expression = unwrap(test);
  if (expression.type === "UnaryExpression" && expression.operator === "!")
    return limitIn(code, expression.argument, name, !whenTrue);
  if (expression.type === "LogicalExpression") {
    // `a && b` true means both; `a || b` false means neither.
    if ((expression.operator === "&&") === whenTrue && expression.operator !== "??") {
      return (
        limitIn(code, expression.left, name, whenTrue) ?? limitIn(code, expression.right, name, whenTrue)
      );
    }
    return undefined;
  }
  if (expression.type !== "BinaryExpression") return undefined;
  const flipped = isLengthOf(expression.right, name);
  if (!flipped && !isLengthOf(expression.left, name)) return undefined;
  const limit = windowOf(code, flipped ? expression.left : expression.right);
  if (limit === undefined) return undefined;
  const operator = flipped ? mirrored(expression.operator) : expression.operator;
  const limits = whenTrue ? ["<", "<=", "===", "=="] : [">", ">=", "!==", "!="];
  if (!limits.includes(operator)) return undefined;
  return limit.kind === "at-most" ? { ...limit, by: "window" } : limit;
}

const mirrored = (operator: string) => ({ "<": ">", "<=": ">=", ">": "<", ">=": "<=" })[operator] ?? operator;

function isLengthOf(node: Node, name: string): boolean {
  const member = unwrap(node);
  const property = memberName(member);
  return (
    (property === "length" || property === "size") &&
    member.type === "MemberExpression" &&
    dottedName(member.object) === name
  );
}

function exits(statement: Node): boolean {
  if (statement.type === "BlockStatement") return statement.body.some(exits);
  return ["ThrowStatement", "ReturnStatement", "ContinueStatement", "BreakStatement"].includes(
    statement.type,
  );
}
