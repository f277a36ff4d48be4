/** How collections grow: pushes, counted by the loops around them. */
import { atMost, exact, sum, tamer, times, unbounded, unknown } from "./bound.ts";
import {
  contains,
  definitionOf,
  dottedName,
  endOf,
  isFunction,
  isLoop,
  isReassigned,
  lastName,
  memberName,
  methodCall,
  outer,
  rangeOf,
  spanOf,
  startOf,
  unwrap,
  type Code,
  type FunctionNode,
  type Loop,
  type Node,
  type Variable,
} from "./code.ts";
import { limitIn } from "./guards.ts";
import { importOf, isGlobal } from "./imports.ts";
import { keysOf } from "./keys.ts";
import type { Bound } from "./model.ts";
import { isCut, numberOf, windowOf } from "./numbers.ts";
import { isArrayFrom, sizeOf, sliceWidth } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

export const iterationMethods = new Set(
  "forEach map flatMap filter some every find findIndex findLast each eachSeries".split(" "),
);

export function mentions(code: Code, node: Node, variable: Variable): boolean {
  return variable.references.some((reference) => contains(node, reference.identifier));
}

/**
 * How much a collection variable grows after its declaration: pushes counted by the loops around them.
 * undefined when nothing adds to it.
 */
export function grownSize(code: Code, variable: Variable): Bound | undefined {
  let total: Bound | undefined;
  for (const growth of growthsOf(code, variable)) {
    const added = growth.values.reduce<Bound>(
      (count, value) => sum(count, value.type === "SpreadElement" ? sizeOf(code, value.argument) : exact(1)),
      exact(0),
    );
    const anew = madeAnew(code, growth.node, variable);
    const rounds = loopsAround(code, growth.node, anew ? undefined : variable, anew);
    const most = mostAt(code, growth.node, variable);
    // Data that a callback fills in has a dynamic length, however often it is called.
    const bound = most
      ? added.kind === "exact" && added.count === 1
        ? most
        : sum(most, added)
      : rounds.kind === "unknown"
        ? unbounded(code, growth.node, `\`${variable.name}\` is filled by a callback`)
        : times(rounds, added);
    total = total === undefined ? bound : sum(total, bound);
  }
  return total;
}

/** The block in which the variable is given another value right before: `nodes = [main]; if (more) nodes.push(other);`. */
function madeAnew(code: Code, growth: Node, variable: Variable): Node | undefined {
  if (!isReassigned(variable)) return undefined;
  let child = growth;
  for (let at = code.parent(growth); at && !isFunction(child); child = at, at = code.parent(at)) {
    if (at.type !== "BlockStatement" && at.type !== "Program") continue;
    const isAnew = at.body.some((statement) => {
      const given = statement.type === "ExpressionStatement" ? unwrap(statement.expression) : undefined;
      return (
        endOf(statement) <= startOf(child) &&
        given?.type === "AssignmentExpression" &&
        given.operator === "=" &&
        code.variable(given.left) === variable &&
        !mentions(code, given.right, variable)
      );
    });
    if (isAnew) return at;
  }
  return undefined;
}

/**
 * How many a collection can hold where something is added to it, as its own length says:
 * `if (tasks.length < 10) tasks.push(x)`, `tasks.push(x); if (tasks.length >= 10) break;`.
 */
export function mostAt(code: Code, growth: Node, variable: Variable): Bound | undefined {
  const home = definitionOf(variable)?.node as Node | undefined;
  const limit = (test: Node, whenTrue: boolean) => limitIn(code, test, variable.name, whenTrue);
  let child = growth;
  for (let at = code.parent(child); at && !(home && contains(at, home)); child = at, at = code.parent(at)) {
    if (isFunction(at)) return undefined;
    const around =
      at.type === "IfStatement" && child !== at.test ? limit(at.test, child === at.consequent) : undefined;
    if (around) return around;
    const loop = at.type === "BlockStatement" ? code.parent(at) : undefined;
    if (at.type !== "BlockStatement" || !loop || !isLoop(loop)) continue;
    for (const statement of at.body) {
      if (statement.type !== "IfStatement" || !leaves(statement)) continue;
      // if (tasks.length === 10) break; is as good, where they are added one by one.
      const exit =
        limit(statement.test, false) ??
        (/===?$/.test(operatorOf(statement.test)) ? limit(statement.test, true) : undefined);
      if (exit) return exit;
    }
  }
  return undefined;
}

const operatorOf = (test: Node): string => {
  const expression = unwrap(test);
  return expression.type === "BinaryExpression" ? expression.operator : "";
};

/** Does an `if` end the loop that it stands in? */
function leaves({ consequent }: TSESTree.IfStatement): boolean {
  const last = consequent.type === "BlockStatement" ? consequent.body.at(-1) : consequent;
  return last !== undefined && /^(Break|Return|Throw)Statement$/.test(last.type);
}

export interface Growth {
  /** The call or assignment that adds. */
  readonly node: Node;
  readonly values: readonly Node[];
}

/** Every place where something is added to a collection variable, or to a member of it named by `path`. */
export function growthsOf(code: Code, variable: Variable, path = ""): readonly Growth[] {
  const growths: Growth[] = [];
  const full = `${variable.name}${path}`;
  for (const reference of variable.references) {
    const identifier = reference.identifier as Node;
    let target: Node = identifier;
    for (
      let up = outer(code, target);
      path !== "" &&
      up?.type === "MemberExpression" &&
      up.object === target &&
      dottedName(up) !== undefined &&
      full.startsWith(dottedName(up) ?? " ");
      up = outer(code, target)
    ) {
      target = up;
    }
    if (path !== "" && dottedName(target) !== full) continue;
    const growth = growthAt(code, target, variable);
    if (growth) growths.push(growth);
  }
  return growths;
}

/** Does the use of a collection at `target` add to it? */
export function growthAt(code: Code, target: Node, variable?: Variable): Growth | undefined {
  const parent = outer(code, target);
  if (
    parent?.type === "AssignmentExpression" &&
    unwrap(parent.left) === target &&
    variable &&
    mentions(code, parent.right, variable)
  ) {
    // tasks = [...tasks, x]; tasks = tasks.concat(x)
    const right = unwrap(parent.right);
    if (right.type === "ArrayExpression") {
      const values = right.elements.filter(
        (element): element is NonNullable<typeof element> =>
          element !== null &&
          !(element.type === "SpreadElement" && dottedName(element.argument) === dottedName(target)),
      );
      return { node: parent, values };
    }
    const concat = methodCall(right);
    if (concat?.method === "concat")
      return { node: parent, values: concat.args.map((a) => asSpread(code, a)) };
    return undefined;
  }
  if (parent?.type !== "MemberExpression" || unwrap(parent.object) !== target) return undefined;
  const use = outer(code, parent);
  const name = memberName(parent);
  if (use?.type === "CallExpression" && unwrap(use.callee) === parent) {
    if (name === "push" || name === "unshift" || name === "add") return { node: use, values: use.arguments };
    if (name === "set" && use.arguments[1]) return { node: use, values: [use.arguments[1]] };
    if (name === "splice" && use.arguments.length > 2) return { node: use, values: use.arguments.slice(2) };
    return undefined;
  }
  // tasks[i] = x, tasks[key] = x
  if (use?.type === "AssignmentExpression" && unwrap(use.left) === parent && parent.computed) {
    return { node: use, values: [use.right] };
  }
  return undefined;
}

/** An argument of `concat`: an array is spread, so its elements are what is added. */
function asSpread(code: Code, argument: Node): Node {
  if (argument.type === "SpreadElement") return argument;
  const value = unwrap(argument);
  return value.type === "ArrayExpression" || value.type === "CallExpression" || value.type === "Identifier"
    ? ({ type: "SpreadElement", argument, range: rangeOf(argument) } as unknown as Node)
    : argument;
}

/**
 * How often the code at `node` runs for each time the variable is declared: the product of the loops between them.
 * A callback of a function we do not know may run any number of times, or once: unknown.
 */
export function loopsAround(code: Code, node: Node, variable: Variable | undefined, stop?: Node): Bound {
  const definition = variable === undefined ? undefined : definitionOf(variable);
  const home = definition?.node as Node | undefined;
  let bound: Bound = exact(1);
  let child: Node = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (at === stop || (home !== undefined && contains(at, home))) {
      // The declaration is inside what we reached: `for (...) { const tasks = []; ... }` starts afresh each round.
      if (at === stop || !isFunction(at) || contains(at.body, home as Node)) break;
    }
    if (isLoop(at)) {
      if (child === at.body) bound = times(bound, roundsOfLoop(code, at));
      continue;
    }
    switch (at.type) {
      case "FunctionDeclaration":
      case "ArrowFunctionExpression":
      case "FunctionExpression": {
        // Its own parameter is another one each time it is called.
        if (at === home) break;
        const name = nameOf(code, at);
        // How often a named function runs depends on where it is called, not on where it stands.
        if (name) return times(bound, roundsOfFunction(code, at, name, variable, stop));
        bound = times(bound, roundsOfCallback(code, at));
        break;
      }
      default:
    }
  }
  return bound;
}

/** How often a loop runs at most. */
function roundsOfLoop(code: Code, loop: Loop): Bound {
  const rounds = roundsByHead(code, loop);
  const exit = rounds.kind === "unbounded" ? exitOf(code, loop) : undefined;
  return exit ?? rounds;
}

function roundsByHead(code: Code, loop: Loop): Bound {
  switch (loop.type) {
    case "ForOfStatement":
      return loop.await ? unbounded(code, loop.right) : sizeOf(code, loop.right);
    case "ForInStatement":
      return keysOf(code, loop.right);
    case "ForStatement":
      return roundsOf(code, loop);
    default:
      return roundsOfTest(code, loop.test, undefined, 1);
  }
}

/** The count at which a loop is left: `if (index >= 10) break;`, `if (++tries > 3) return;`. */
function exitOf(code: Code, loop: Loop): Bound | undefined {
  if (loop.body.type !== "BlockStatement") return undefined;
  for (const statement of loop.body.body) {
    const test = statement.type === "IfStatement" && leaves(statement) ? unwrap(statement.test) : undefined;
    if (test?.type !== "BinaryExpression" || ![">", ">=", "==="].includes(test.operator)) continue;
    const counted = unwrap(test.left);
    const counter = counted.type === "UpdateExpression" ? unwrap(counted.argument) : counted;
    const limit = isCounter(code, counter, loop) ? windowOf(code, test.right) : undefined;
    if (limit) return limit;
  }
  return undefined;
}

/** Does a name go up by one in each round: `count++`, `for (const [index, row] of rows.entries())`? */
function isCounter(code: Code, name: Node, loop: Loop): boolean {
  const variable = name.type === "Identifier" ? code.variable(name) : undefined;
  if (variable === undefined) return false;
  const definition = definitionOf(variable)?.node as Node | undefined;
  // One that starts afresh in each round counts nothing.
  if (definition && contains(loop.body, definition)) return false;
  if (loop.type === "ForOfStatement" && definition && contains(loop.left, definition)) {
    const pattern = definition.type === "VariableDeclarator" ? definition.id : undefined;
    return (
      pattern?.type === "ArrayPattern" &&
      pattern.elements[0]?.type === "Identifier" &&
      code.variable(pattern.elements[0]) === variable &&
      methodCall(unwrap(loop.right))?.method === "entries" &&
      !isGlobal(code, (methodCall(unwrap(loop.right)) as { object: Node }).object, "Object")
    );
  }
  return variable.references.some(({ identifier }) => {
    const update = code.parent(identifier);
    if (update?.type !== "UpdateExpression" || update.operator !== "++") return false;
    const user = code.parent(update);
    // Not one that counts something else: if (isBad) errors++;
    return (
      (loop.type === "ForStatement" && loop.update === update) ||
      (user?.type === "ExpressionStatement" && code.parent(user) === loop.body) ||
      (user?.type === "BinaryExpression" && contains(loop.body, user))
    );
  });
}

/** The identifier that a function is declared or kept under: `function add() {}`, `const add = () => {}`. */
function nameOf(code: Code, fn: FunctionNode): Node | undefined {
  if (fn.type === "FunctionDeclaration") return fn.id ?? undefined;
  const declarator = outer(code, fn);
  return declarator?.type === "VariableDeclarator" && declarator.id.type === "Identifier"
    ? declarator.id
    : undefined;
}

/** How often a function of this file runs: over all of its calls, each counted by the loops around it. */
function roundsOfFunction(
  code: Code,
  fn: FunctionNode,
  name: Node,
  variable: Variable | undefined,
  stop: Node | undefined,
): Bound {
  const unseen = unknown("how often the function is called cannot be seen");
  const statement = fn.type === "FunctionDeclaration" ? fn : code.parent(code.parent(name) ?? name);
  const home = statement && code.parent(statement);
  if (home?.type === "ExportNamedDeclaration" || home?.type === "ExportDefaultDeclaration") return unseen;
  const references = code.variable(name)?.references.filter((reference) => reference.init !== true) ?? [];
  return code.once(
    `rounds ${variable?.name ?? ""} ${stop === undefined ? "" : startOf(stop)}`,
    fn,
    () => {
      let total: Bound = exact(0);
      for (const { identifier } of references) {
        const call = outer(code, identifier);
        if (call?.type !== "CallExpression") return unseen;
        const around = loopsAround(code, call, variable, stop);
        const method = methodCall(call);
        if (unwrap(call.callee) === identifier) total = sum(total, around);
        else if (method && iterationMethods.has(method.method) && call.arguments[0] === identifier)
          total = sum(total, times(around, sizeOf(code, method.object)));
        else return unseen;
      }
      return total;
    },
    unseen,
  );
}

/** How often `for (let i = 0; i < n; i++)` runs. */
function roundsOf(code: Code, loop: TSESTree.ForStatement): Bound {
  if (!loop.test) return unbounded(code, loop, "nothing limits how often the loop runs");
  const declaration = loop.init?.type === "VariableDeclaration" ? loop.init.declarations[0] : undefined;
  return roundsOfTest(code, loop.test, declaration?.init ?? undefined, stepOf(code, loop.update));
}

/** How often a loop runs that goes on while `test` holds, from `first` on, or from wherever its counter stands. */
function roundsOfTest(code: Code, condition: Node, first: Node | undefined, step: number): Bound {
  const test = unwrap(condition);
  if (test.type === "LogicalExpression" && test.operator === "&&") {
    // i < concurrency && i < total: the first that fails ends it.
    return tamer(roundsOfTest(code, test.left, first, step), roundsOfTest(code, test.right, first, step));
  }
  const endless = unbounded(code, test, "nothing limits how often the loop runs");
  if (test.type !== "BinaryExpression") return endless;
  const start = first ? numberOf(code, first) : undefined;
  const [counter, end] = ["<", "<=", "!==", "!="].includes(test.operator)
    ? [test.left, test.right]
    : [">", ">="].includes(test.operator)
      ? [test.right, test.left]
      : [undefined, undefined];
  if (counter === undefined) return endless;
  // Counting down: for (let i = 5; i > 0; i--)
  if (counter.type === "Literal")
    return start?.kind === "known" ? atMost(Math.abs(start.value) + 1, "static") : endless;
  const limit = numberOf(code, end);
  if (limit?.kind === "known") {
    const from = start?.kind === "known" ? start.value : 0;
    return atMost(
      Math.max(0, Math.ceil((limit.value - from + (test.operator === "<=" ? 1 : 0)) / step)),
      isCut(code, end) ? "window" : "static",
    );
  }
  if (limit?.kind === "limit-like") return { kind: "limit-like", name: limit.name, span: spanOf(end) };
  // for (let j = i; j < i + 10; j++); while (i < stop), where stop = Math.min(i + 10, n)
  const width = sliceWidth(code, first ?? counter, end);
  if (width) return width;
  const collection = unwrap(end);
  if (collection.type === "MemberExpression" && ["length", "size"].includes(memberName(collection) ?? "")) {
    return sizeOf(code, collection.object);
  }
  return unbounded(code, end, "nothing limits how often the loop runs");
}

function stepOf(code: Code, update: Node | null): number {
  if (update?.type !== "AssignmentExpression") return 1;
  const step = numberOf(code, update.right);
  return step?.kind === "known" && step.value > 0 ? step.value : 1;
}

/** What a function is handed to, also as a visitor: `traverse({ exit: (node) => ... })`. */
function userOf(code: Code, fn: FunctionNode): Node | undefined {
  const parent = outer(code, fn);
  if (parent?.type !== "Property") return parent;
  const object = code.parent(parent);
  const call = object && outer(code, object);
  const isVisited =
    call?.type === "CallExpression" && /^(walk|visit|traverse)/.test(lastName(call.callee) ?? "");
  return isVisited ? call : parent;
}

/** How often a function passed as an argument, or called on the spot, runs. */
function roundsOfCallback(code: Code, fn: FunctionNode): Bound {
  const parent = userOf(code, fn);
  if (parent?.type === "CallExpression") {
    if (unwrap(parent.callee) === fn) return exact(1);
    const call = methodCall(parent);
    if (call && iterationMethods.has(call.method)) {
      const collection = importOf(code, call.object) && call.args[1] === fn ? call.args[0] : call.object;
      if (collection) return sizeOf(code, collection);
    }
    // root.walkDecls((declaration) => ...), tree.eachNode(...): once per something, and nobody knows how many.
    if (call && /^(walk|each|forEach|visit|traverse|iterate|scan)/.test(call.method)) {
      return unbounded(code, call.object, `nothing limits how often \`${call.method}\` calls back`);
    }
    if (call?.method === "reduce" && call.args[0] === fn) return sizeOf(code, call.object);
    if (isArrayFrom(code, parent) && parent.arguments[1] === fn && parent.arguments[0])
      return sizeOf(code, parent.arguments[0]);
    if (call && ["then", "catch", "finally"].includes(call.method)) return exact(1);
    if (parent.callee.type === "Identifier" && ["describe", "it", "test"].includes(parent.callee.name))
      return exact(1);
    // withProgress(() => ...), db.transaction((tx) => ...), mutex.runExclusive(() => ...)
    if (/^(with[A-Z]\w*|transaction|runExclusive)$/.test(lastName(parent.callee) ?? "")) return exact(1);
  }
  if (parent?.type === "NewExpression" && isGlobal(code, parent.callee, "Promise")) return exact(1);
  return unknown("how often the callback runs cannot be seen");
}
