/** Lengths that an `if` around or before the site has already limited. */
import { either } from "./bound.ts";
import {
  constantInit,
  dottedName,
  isFunction,
  memberName,
  methodCall,
  outer,
  unwrap,
  visitOwn,
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
  if (name === undefined || name === "this" || !/\.(?:length|size|splice)\b/.test(code.text))
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

/**
 * `if (xs.length > 20) throw`, `assert(xs.length <= 20)`, and what leaves no more than that: `xs.length = 20`,
 * `xs.splice(20)`, `while (xs.length > 20) xs.pop()`.
 */
function exitLimit(code: Code, statement: Node, name: string): Bound | undefined {
  if (statement.type === "WhileStatement") {
    const limit = hasBreak(code, statement.body) ? undefined : limitIn(code, statement.test, name, false);
    // Emptied, it may be filled again.
    return limit?.kind === "at-most" && limit.count === 0 ? undefined : limit;
  }
  if (statement.type === "IfStatement") {
    const limit = limitIn(code, statement.test, name, false);
    if (limit === undefined || exits(statement.consequent)) return limit;
    const { consequent } = statement;
    const cuts = (consequent.type === "BlockStatement" ? consequent.body : [consequent]).map((inner) =>
      exitLimit(code, inner, name),
    );
    const cut = cuts.find((most) => most !== undefined);
    return cut && either(limit, cut);
  }
  if (statement.type !== "ExpressionStatement") return undefined;
  const call = unwrap(statement.expression);
  if (call.type === "AssignmentExpression" && call.operator === "=" && isLengthOf(call.left, name))
    return windowOf(code, call.right);
  const method = methodCall(call);
  const [start] = method?.method === "splice" && method.args.length === 1 ? method.args : [];
  if (method && start && start.type !== "SpreadElement" && dottedName(method.object) === name)
    return windowOf(code, start);
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
export function limitIn(code: Code, test: Node, name: string, whenTrue: boolean): Bound | undefined {
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

function hasBreak(code: Code, body: Node): boolean {
  let found = false;
  visitOwn(code, body, (node) => {
    found ||= node.type === "BreakStatement";
    return !found;
  });
  return found;
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

/** Does the statement leave its function or its loop? */
export function exits(statement: Node): boolean {
  if (statement.type === "BlockStatement") return statement.body.some(exits);
  return ["ThrowStatement", "ReturnStatement", "ContinueStatement", "BreakStatement"].includes(
    statement.type,
  );
}
