/** What a variable holds by the statements before its use: given last, or cut down where there were too many. */
import { either } from "./bound.ts";
import {
  contains,
  functionAround,
  isLoop,
  isReassigned,
  methodCall,
  shortText,
  spanOf,
  textOf,
  unwrap,
  type Code,
  type Node,
  type Variable,
} from "./code.ts";
import { growthAt, mentions } from "./growth.ts";
import { limitIn } from "./guards.ts";
import type { Bound } from "./model.ts";
import { sizeOf } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

/**
 * The size of what the variable was given last, in a statement that always ran before: `rows = rows.slice(0, 20)`, also
 * where it ran only for too many. Undefined where it was given nothing, or where something may have happened to it since.
 */
export function lastAssigned(code: Code, identifier: Node, variable: Variable): Bound | undefined {
  if (!isReassigned(variable)) return undefined;
  const around = functionAround(code, identifier);
  // A use in a function that runs later may see a later value.
  if (functionAround(code, variable.defs[0]?.name ?? identifier) !== around) return undefined;
  let child: Node = identifier;
  for (
    let at = code.parent(identifier);
    at !== undefined && at !== around;
    child = at, at = code.parent(at)
  ) {
    if (isLoop(at)) return undefined;
    if (at.type !== "BlockStatement" && at.type !== "Program") continue;
    const before = at.body.slice(0, at.body.indexOf(child as TSESTree.Statement)).reverse();
    for (const statement of before) {
      const assigned = assignedIn(code, statement, variable);
      if (assigned)
        // tasks = [...tasks, x] grows, which is counted over all places that add.
        return growthAt(code, assigned.left, variable) ? undefined : sizeOf(code, assigned.right);
      if (!mentions(code, statement, variable)) continue;
      // if (rows.length > 20) rows = rows.slice(0, 20)
      const most = statement.type === "IfStatement" ? cutDown(code, statement, variable) : undefined;
      if (most || !onlyRead(code, statement, variable)) return most;
    }
  }
  return undefined;
}

function assignedIn(
  code: Code,
  statement: Node,
  variable: Variable,
): TSESTree.AssignmentExpression | undefined {
  const expression = statement.type === "ExpressionStatement" ? unwrap(statement.expression) : undefined;
  return expression?.type === "AssignmentExpression" &&
    expression.operator === "=" &&
    code.variable(expression.left) === variable
    ? expression
    : undefined;
}

/** How many are left after an `if` that gives the variable less where there are too many. */
function cutDown(code: Code, statement: TSESTree.IfStatement, variable: Variable): Bound | undefined {
  const { consequent, test, alternate } = statement;
  if (alternate) return undefined;
  for (const inner of consequent.type === "BlockStatement" ? consequent.body.toReversed() : [consequent]) {
    const assigned = assignedIn(code, inner, variable);
    if (assigned && growthAt(code, assigned.left, variable)) return undefined;
    if (assigned) {
      const limit = limitIn(code, test, variable.name, false);
      return limit ? either(limit, sizeOf(code, assigned.right)) : sameLimit(code, test, assigned);
    }
    if (!onlyRead(code, inner, variable)) return undefined;
  }
  return undefined;
}

/** `if (xs.length > n) xs = xs.slice(0, n)`: whatever it is called, `n` is a limit. */
function sameLimit(
  code: Code,
  condition: Node,
  { left, right }: TSESTree.AssignmentExpression,
): Bound | undefined {
  const test = unwrap(condition);
  const cut = methodCall(unwrap(right));
  const [from, most] = cut?.method === "slice" ? cut.args : [];
  const isSame =
    test.type === "BinaryExpression" &&
    [">", ">="].includes(test.operator) &&
    textOf(code, test.left) === `${textOf(code, left)}.length` &&
    most !== undefined &&
    textOf(code, test.right) === textOf(code, most);
  return isSame && from?.type === "Literal" && from.value === 0
    ? { kind: "limit-like", name: shortText(code, most), span: spanOf(most) }
    : undefined;
}

/** Is the variable only looked at in a statement, as in `log(rows.length)`, and handed to nobody who could add to it? */
const onlyRead = (code: Code, statement: Node, variable: Variable): boolean =>
  variable.references.every(
    ({ identifier }) =>
      !contains(statement, identifier) ||
      (code.parent(identifier)?.type === "MemberExpression" &&
        growthAt(code, identifier, variable) === undefined),
  );
