/** How many can there be? Sizes of collections, proved from syntax, scope and, where asked, types. */
import type { TSESTree } from "@typescript-eslint/types";
import type { Variable } from "@typescript-eslint/scope-manager";
import {
  constantInit,
  classOrObjectAround,
  contains,
  definitionOf,
  dottedName,
  functionOf,
  isFunction,
  isReassigned,
  lastName,
  memberInit,
  memberName,
  methodCall,
  outer,
  returned,
  shortText,
  spanOf,
  textOf,
  unwrap,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { exportedSize } from "./exported.ts";
import { guardedSize } from "./guards.ts";
import { importOf, isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { numberOf, windowOf } from "./numbers.ts";
import { annotatedKeys, annotatedSize } from "./type-syntax.ts";

export const exact = (count: number): Bound => ({ kind: "exact", count });
export const atMost = (count: number, by: "static" | "window"): Bound => ({ kind: "at-most", count, by });
export const unknown = (reason: string): Bound => ({ kind: "unknown", reason });
export const unbounded = (code: Code, source: Node, why = "nothing limits its length"): Bound => ({
  kind: "unbounded",
  source: spanOf(source),
  text: shortText(code, unwrap(source)),
  why,
});

/** From the tamest to the wildest; of two alternatives the wilder one counts. */
const wildness = ["exact", "at-most", "limit-like", "page", "unknown", "unbounded"] as const;
const wild = (bound: Bound) => wildness.indexOf(bound.kind);
const counted = (bound: Bound): bound is Extract<Bound, { count: number }> =>
  bound.kind === "exact" || bound.kind === "at-most";

/** Either of the two: a conditional's branches. */
export function either(a: Bound, b: Bound): Bound {
  if (counted(a) && counted(b)) {
    if (a.kind === "exact" && b.kind === "exact" && a.count === b.count) return a;
    return atMost(Math.max(a.count, b.count), isWindow(a) || isWindow(b) ? "window" : "static");
  }
  return wild(a) >= wild(b) ? a : b;
}

/** Both, one after the other: concatenation. */
export function sum(a: Bound, b: Bound): Bound {
  if (!counted(a) || !counted(b)) return wild(a) >= wild(b) ? a : b;
  const count = a.count + b.count;
  return a.kind === "exact" && b.kind === "exact"
    ? exact(count)
    : atMost(count, isWindow(a) || isWindow(b) ? "window" : "static");
}

/** One for each of the other: nested loops. */
export function times(a: Bound, b: Bound): Bound {
  if (counted(a) && a.count === 0) return a;
  if (counted(b) && b.count === 0) return b;
  if (!counted(a) || !counted(b)) return wild(a) >= wild(b) ? a : b;
  const count = a.count * b.count;
  return a.kind === "exact" && b.kind === "exact"
    ? exact(count)
    : atMost(count, isWindow(a) || isWindow(b) ? "window" : "static");
}

/** The same, but no more than that: `slice`, `take`, a guard. */
export function capped(bound: Bound, cap: Bound): Bound {
  if (counted(bound) && counted(cap)) return bound.count <= cap.count ? bound : cap;
  if (counted(bound) && bound.count === 0) return bound;
  return wild(bound) <= wild(cap) && bound.kind !== "unknown" ? bound : cap;
}

const isWindow = (bound: Bound) => bound.kind === "at-most" && bound.by === "window";
/** A subset: an exact size becomes an upper bound. */
const atMostThat = (bound: Bound): Bound => (bound.kind === "exact" ? atMost(bound.count, "static") : bound);

/** Methods whose result is no longer than the receiver. */
const keepers = new Set(
  "filter sort toSorted reverse toReversed map with fill copyWithin entries keys values toArray forEach uniq uniqBy compact".split(
    " ",
  ),
);
/** Functions of lodash and its relatives whose result is no longer than their first argument. */
const keepingFunctions = new Set(
  "map filter sortBy orderBy uniq uniqBy compact shuffle reverse reject without difference keys values entries toPairs toArray clone cloneDeep differenceBy intersection".split(
    " ",
  ),
);
/** Options that limit how many a query returns. */
const limitOptions = new Set(
  "take limit first last pageSize page_size perPage per_page maxResults MaxResults Limit max_results maxKeys MaxKeys batchSize top".split(
    " ",
  ),
);
const iterationMethods = new Set(
  "forEach map flatMap filter some every find findIndex findLast each eachSeries".split(" "),
);

/** The number of elements of an array, iterable, Set or Map. */
export function sizeOf(code: Code, node: Node): Bound {
  const expression = unwrap(node);
  return code.once(
    "size",
    expression,
    () => computeSize(code, expression),
    unknown("it is defined by itself"),
  );
}

function computeSize(code: Code, expression: Node): Bound {
  const guard = guardedSize(code, expression);
  const size = sizeOfExpression(code, expression);
  return guard === undefined ? size : capped(size, guard);
}

function sizeOfExpression(code: Code, expression: Node): Bound {
  switch (expression.type) {
    case "ArrayExpression":
      return expression.elements.reduce<Bound>(
        (total, element) =>
          sum(total, element?.type === "SpreadElement" ? sizeOf(code, element.argument) : exact(1)),
        exact(0),
      );
    case "Identifier":
      return sizeOfName(code, expression);
    case "MemberExpression":
      return sizeOfMember(code, expression);
    case "CallExpression":
      return sizeOfCall(code, expression);
    case "NewExpression":
      return sizeOfNew(code, expression);
    case "AwaitExpression":
      return sizeOfAwaited(code, unwrap(expression.argument));
    case "ConditionalExpression":
      return either(sizeOf(code, expression.consequent), sizeOf(code, expression.alternate));
    case "LogicalExpression":
      return expression.operator === "&&"
        ? sizeOf(code, expression.right)
        : either(sizeOf(code, expression.left), sizeOf(code, expression.right));
    case "SequenceExpression": {
      const last = expression.expressions.at(-1);
      return last ? sizeOf(code, last) : exact(0);
    }
    case "AssignmentExpression":
      return sizeOf(code, expression.right);
    case "Literal":
      return exact(typeof expression.value === "string" ? expression.value.length : 0);
    case "TemplateLiteral":
    case "TaggedTemplateExpression":
    case "YieldExpression":
      return sizeByType(code, expression);
    default:
      return unknown(`a size cannot be read from ${expression.type}`);
  }
}

function sizeByType(code: Code, node: Node, why?: string): Bound {
  const fact = code.facts.size(node);
  if (fact.kind === "at-most") return atMost(fact.count, "static");
  if (fact.kind === "unknown") code.unanswered.count++;
  return unbounded(code, node, why);
}

function sizeOfName(code: Code, identifier: TSESTree.Identifier): Bound {
  if (identifier.name === "undefined") return exact(0);
  const variable = code.variable(identifier);
  const definition = definitionOf(variable);
  if (variable === undefined || definition === undefined) {
    return identifier.name === "arguments" ? unbounded(code, identifier) : sizeByType(code, identifier);
  }
  const annotated = annotatedSize(code, definition.name);
  switch (definition.type) {
    case "ImportBinding":
      return (
        exportedSize(code, identifier) ?? sizeByType(code, identifier, `\`${identifier.name}\` is imported`)
      );
    case "Parameter":
      return annotated ?? sizeOfParameter(code, identifier, variable, definition.node);
    case "Variable": {
      const declarator = definition.node;
      if (annotated?.kind === "exact") return annotated;
      const loop = code.parent(code.parent(declarator) ?? declarator);
      if (loop?.type === "ForOfStatement" && loop.left === code.parent(declarator)) {
        if (declarator.id.type !== "Identifier") return annotated ?? sizeByType(code, identifier);
        if (loop.await) return pageOf(code, loop, identifier);
        return elementSize(code, loop.right);
      }
      if (declarator.id.type !== "Identifier") {
        return annotated ?? destructuredSize(code, identifier, declarator) ?? sizeByType(code, identifier);
      }
      const values = assignedValues(code, variable, declarator);
      if (values === undefined) return annotated ?? sizeByType(code, identifier);
      const grown = grownSize(code, variable);
      const size = values.map((value) => sizeOf(code, value)).reduce(either, exact(0));
      if (grown === undefined) return sharpened(code, identifier, size, annotated);
      return sum(size, grown);
    }
    default:
      return sizeByType(code, identifier);
  }
}

/** What syntax could not prove may still be known to the checker at the name itself. */
function sharpened(code: Code, identifier: Node, size: Bound, annotated: Bound | undefined): Bound {
  if (size.kind !== "unbounded" || annotated !== undefined) return size;
  const fact = code.facts.size(identifier);
  return fact.kind === "at-most" ? atMost(fact.count, "static") : size;
}

/** Every expression a variable is given; undefined when some of them cannot be seen. */
function assignedValues(
  code: Code,
  variable: Variable,
  declarator: TSESTree.VariableDeclarator,
): readonly Node[] | undefined {
  const values: Node[] = declarator.init ? [declarator.init] : [];
  for (const reference of variable.references) {
    if (!reference.isWrite() || reference.init === true) continue;
    const parent = code.parent(reference.identifier);
    if (parent?.type !== "AssignmentExpression" || parent.left !== reference.identifier) return undefined;
    if (parent.operator === "=") {
      // tasks = tasks.concat(x) grows: that is found by `grownSize`.
      if (!mentions(code, parent.right, variable)) values.push(parent.right);
    } else if (parent.operator !== "??=" && parent.operator !== "||=") return undefined;
    else values.push(parent.right);
  }
  return values.length > 0 ? values : undefined;
}

export function mentions(code: Code, node: Node, variable: Variable): boolean {
  return variable.references.some((reference) => contains(node, reference.identifier as Node));
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
    const bound = times(loopsAround(code, growth.node, variable), added);
    total = total === undefined ? bound : sum(total, bound);
  }
  return total;
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
    ? ({ type: "SpreadElement", argument, range: argument.range } as unknown as Node)
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
    switch (at.type) {
      case "ForOfStatement":
        if (child === at.body)
          bound = times(bound, at.await ? unbounded(code, at.right) : sizeOf(code, at.right));
        break;
      case "ForInStatement":
        if (child === at.body) bound = times(bound, keysOf(code, at.right));
        break;
      case "ForStatement":
        if (child === at.body) bound = times(bound, roundsOf(code, at));
        break;
      case "WhileStatement":
      case "DoWhileStatement":
        if (child === at.body)
          bound = times(bound, unbounded(code, at.test, "nothing limits how often the loop runs"));
        break;
      case "ArrowFunctionExpression":
      case "FunctionExpression":
        bound = times(bound, roundsOfCallback(code, at));
        break;
      default:
    }
  }
  return bound;
}

/** How often `for (let i = 0; i < n; i++)` runs. */
function roundsOf(code: Code, loop: TSESTree.ForStatement): Bound {
  const test = loop.test ? unwrap(loop.test) : undefined;
  if (test?.type !== "BinaryExpression")
    return unbounded(code, loop.test ?? loop, "nothing limits how often the loop runs");
  const declaration = loop.init?.type === "VariableDeclaration" ? loop.init.declarations[0] : undefined;
  const start = declaration?.init ? numberOf(code, declaration.init) : undefined;
  const [counter, end] = ["<", "<=", "!==", "!="].includes(test.operator)
    ? [test.left, test.right]
    : [">", ">="].includes(test.operator)
      ? [test.right, test.left]
      : [undefined, undefined];
  if (counter === undefined || end === undefined)
    return unbounded(code, test, "nothing limits how often the loop runs");
  // Counting down: for (let i = 5; i > 0; i--)
  if (counter.type === "Literal" && start?.kind === "known")
    return atMost(Math.abs(start.value) + 1, "static");
  const limit = numberOf(code, end);
  const step = stepOf(code, loop.update);
  if (limit?.kind === "known") {
    const from = start?.kind === "known" ? start.value : 0;
    return atMost(
      Math.max(0, Math.ceil((limit.value - from + (test.operator === "<=" ? 1 : 0)) / step)),
      "static",
    );
  }
  if (limit?.kind === "limit-like") return { kind: "limit-like", name: limit.name, span: spanOf(end) };
  const collection = unwrap(end as Node);
  if (collection.type === "MemberExpression" && ["length", "size"].includes(memberName(collection) ?? "")) {
    return sizeOf(code, collection.object);
  }
  return unbounded(code, end as Node, "nothing limits how often the loop runs");
}

function stepOf(code: Code, update: Node | null): number {
  if (update?.type !== "AssignmentExpression") return 1;
  const step = numberOf(code, update.right);
  return step?.kind === "known" && step.value > 0 ? step.value : 1;
}

/** How often a function passed as an argument, or called on the spot, runs. */
function roundsOfCallback(code: Code, fn: FunctionNode): Bound {
  const parent = outer(code, fn);
  if (parent?.type === "CallExpression") {
    if (unwrap(parent.callee) === fn) return exact(1);
    const call = methodCall(parent);
    if (call && iterationMethods.has(call.method)) {
      const collection = importOf(code, call.object) && call.args[1] === fn ? call.args[0] : call.object;
      if (collection) return sizeOf(code, collection);
    }
    if (call?.method === "reduce" && call.args[0] === fn) return sizeOf(code, call.object);
    if (isArrayFrom(code, parent) && parent.arguments[1] === fn && parent.arguments[0])
      return sizeOf(code, parent.arguments[0]);
    if (call && ["then", "catch", "finally"].includes(call.method)) return exact(1);
    if (parent.callee.type === "Identifier" && ["describe", "it", "test"].includes(parent.callee.name))
      return exact(1);
  }
  if (parent?.type === "NewExpression" && isGlobal(code, parent.callee, "Promise")) return exact(1);
  return unknown("how often the callback runs cannot be seen");
}

/** A parameter: of a callback over a collection, or of a local function all of whose calls are in sight. */
function sizeOfParameter(code: Code, identifier: TSESTree.Identifier, variable: Variable, fn: Node): Bound {
  const byType = () => sizeByType(code, identifier);
  if (!isFunction(fn) || isReassigned(variable)) return byType();
  const index = fn.params.findIndex((param) => {
    const target = param.type === "AssignmentPattern" ? param.left : param;
    return target.type === "Identifier" && target.name === variable.name;
  });
  if (index < 0) return byType();
  const parent = outer(code, fn);
  if (parent?.type === "CallExpression") {
    const call = methodCall(parent);
    if (call && iterationMethods.has(call.method) && call.args[0] === fn && index === 0)
      return orType(code, identifier, elementSize(code, call.object));
    if (call && ["reduce", "reduceRight"].includes(call.method) && call.args[0] === fn && index === 1)
      return elementSize(code, call.object);
    // The collection comes first and the callback second: pMap(chunks, cb), _.map(chunks, cb), mapLimit(chunks, 5, cb).
    const position = parent.arguments.findIndex((argument) => argument === fn);
    const first = parent.arguments[0];
    if (
      index === 0 &&
      position > 0 &&
      first &&
      first.type !== "SpreadElement" &&
      importOf(code, parent.callee) !== undefined
    ) {
      return orType(code, identifier, elementSize(code, first));
    }
    if (isBoundedCall(code, parent)) return { kind: "page", span: spanOf(parent.callee) };
    return byType();
  }
  return argumentSize(code, fn, index) ?? byType();
}

function orType(code: Code, node: Node, bound: Bound): Bound {
  return bound.kind === "unbounded" ? sizeByType(code, node) : bound;
}

/** The largest argument a local, unexported function is ever given at that position. */
function argumentSize(code: Code, fn: FunctionNode, index: number): Bound | undefined {
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
  const variable = code.variable(name);
  if (variable === undefined) return undefined;
  const sizes: Bound[] = [];
  for (const reference of variable.references) {
    if (reference.init === true) continue;
    const call = code.parent(reference.identifier);
    if (call?.type !== "CallExpression" || call.callee !== reference.identifier) return undefined;
    const argument = call.arguments[index];
    if (argument === undefined || argument.type === "SpreadElement") return undefined;
    sizes.push(sizeOf(code, argument));
  }
  if (sizes.length === 0) return undefined;
  const size = sizes.reduce(either);
  return size.kind === "unbounded" ? undefined : size;
}

function destructuredSize(
  code: Code,
  identifier: TSESTree.Identifier,
  declarator: TSESTree.VariableDeclarator,
): Bound | undefined {
  if (!declarator.init) return undefined;
  const init = unwrap(declarator.init);
  if (declarator.id.type === "ObjectPattern" && init.type === "ObjectExpression") {
    const value = init.properties.find(
      (p) => p.type === "Property" && p.key.type === "Identifier" && p.key.name === identifier.name,
    );
    return value?.type === "Property" ? sizeOf(code, value.value) : undefined;
  }
  if (declarator.id.type !== "ArrayPattern") return undefined;
  // const [head, ...rest] = four; const [a, b] = await Promise.all([x.filter(..), y])
  const position = declarator.id.elements.findIndex(
    (element) =>
      (element?.type === "Identifier" && element.name === identifier.name) ||
      (element?.type === "RestElement" &&
        element.argument.type === "Identifier" &&
        element.argument.name === identifier.name),
  );
  if (declarator.id.elements[position]?.type === "RestElement") return atMostThat(sizeOf(code, init));
  return undefined;
}

function pageOf(code: Code, loop: TSESTree.ForOfStatement, identifier: Node): Bound {
  const element = elementSize(code, loop.right);
  if (element.kind !== "unbounded") return element;
  const fact = code.facts.size(identifier);
  return fact.kind === "at-most" ? atMost(fact.count, "static") : { kind: "page", span: spanOf(loop.right) };
}

function sizeOfMember(code: Code, member: TSESTree.MemberExpression): Bound {
  const name = dottedName(member);
  if (name !== undefined && code.policy.boundedProperties.some((p) => name === p || name.endsWith(`.${p}`))) {
    return atMost(code.policy.maxKnownSize, "static");
  }
  const property = memberName(member);
  const object = unwrap(member.object);
  if (property !== undefined) {
    const owner =
      object.type === "ThisExpression"
        ? classOrObjectAround(code, member)
        : object.type === "Identifier"
          ? unwrapOr(constantInit(code, object))
          : undefined;
    const init =
      owner &&
      (owner.type === "ObjectExpression" ||
        owner.type === "ClassDeclaration" ||
        owner.type === "ClassExpression")
        ? memberInit(code, owner, property)
        : undefined;
    if (init !== undefined && owner !== undefined && !memberChanges(code, owner, member, property)) {
      const size = sizeOf(code, init);
      if (counted(size) && size.count > 0) return size;
    }
    if (object.type === "Identifier") {
      const definition = definitionOf(code.variable(object));
      if (definition?.type === "ClassName") {
        const field = memberInit(code, definition.node, property);
        const size = field ? sizeOf(code, field) : undefined;
        if (size && counted(size) && size.count > 0) return size;
      }
      const imported = exportedSize(code, member);
      if (imported) return imported;
    }
  }
  return sizeByType(code, member);
}

const unwrapOr = (node: Node | undefined) => (node === undefined ? undefined : unwrap(node));

/** Is `owner.name` assigned or grown anywhere in the file, other than where it is initialised? */
function memberChanges(code: Code, owner: Node, member: Node, name: string): boolean {
  const base = dottedName(member);
  return code.once(
    `changes ${name}`,
    owner,
    () => {
      let writes = 0;
      for (const call of code.calls) {
        const method = methodCall(call);
        if (
          method &&
          ["push", "unshift", "splice"].includes(method.method) &&
          dottedName(method.object) === base
        )
          return true;
      }
      const pattern = new RegExp(
        `\\b${name.replace(/\W/g, "\\$&")}\\b\\s*(?:=(?!=|>)|\\+=|\\?\\?=|\\|\\|=)`,
        "g",
      );
      for (const _ of code.text.matchAll(pattern)) writes++;
      return writes > 1;
    },
    false,
  );
}

/** Is this a call the user declared to give small or paged results? */
function isBoundedCall(code: Code, call: TSESTree.CallExpression): boolean {
  const name = dottedName(call.callee);
  return (
    name !== undefined &&
    code.policy.boundedCalls.some((known) => name === known || name.endsWith(`.${known}`))
  );
}

export function isArrayFrom(code: Code, node: Node): boolean {
  const call = methodCall(node);
  return (
    call !== undefined &&
    (call.method === "from" || call.method === "fromAsync") &&
    isGlobal(code, call.object, "Array")
  );
}

function sizeOfNew(code: Code, node: TSESTree.NewExpression): Bound {
  const [first] = node.arguments;
  if (isGlobal(code, node.callee, "Array")) return sizeOfLength(code, first);
  const name = lastName(node.callee);
  if (name !== undefined && /(Set|Map|Array)$/.test(name)) {
    return first === undefined ? exact(0) : atMostThat(sizeOf(code, first));
  }
  return sizeByType(code, node);
}

/** `Array(n)`, `Array.from({ length: n })`. */
function sizeOfLength(code: Code, length: Node | undefined): Bound {
  if (length === undefined) return exact(0);
  const number = numberOf(code, length);
  if (number?.kind === "known") return atMost(Math.max(0, number.value), "static");
  if (number?.kind === "limit-like") return { kind: "limit-like", name: number.name, span: spanOf(length) };
  const collection = unwrap(length);
  if (collection.type === "MemberExpression" && memberName(collection) === "length")
    return sizeOf(code, collection.object);
  return unbounded(code, length, `nothing limits \`${shortText(code, length)}\``);
}

function sizeOfCall(code: Code, call: TSESTree.CallExpression): Bound {
  const callee = unwrap(call.callee);
  const [first, second] = call.arguments;
  if (isBoundedCall(code, call)) return { kind: "page", span: spanOf(call.callee) };
  if (isGlobal(code, callee, "Array")) return sizeOfLength(code, first);
  if (isArrayFrom(code, call)) {
    const source = first ? unwrap(first) : undefined;
    if (source?.type === "ObjectExpression") {
      const length = source.properties.find(
        (p) => p.type === "Property" && !p.computed && p.key.type === "Identifier" && p.key.name === "length",
      );
      return length?.type === "Property" ? sizeOfLength(code, length.value) : exact(0);
    }
    return source === undefined ? exact(0) : atMostThat(sizeOf(code, source));
  }
  const imported = importOf(code, callee);
  if (imported && first && first.type !== "SpreadElement") {
    if (isRuntime(imported.module) && imported.name === "bounded" && second) {
      return windowOf(code, second) ?? unbounded(code, first);
    }
    if (/^(lodash|underscore|es-toolkit|remeda|ramda|rambda|radash)/.test(imported.module)) {
      if (["take", "takeRight", "sampleSize"].includes(imported.name)) {
        return (second && windowOf(code, second)) ?? unbounded(code, first);
      }
      if (imported.name === "chunk") return chunksOf(code, first);
      if (["times", "range"].includes(imported.name))
        return sizeOfLength(code, call.arguments.length > 1 ? second : first);
      if (keepingFunctions.has(imported.name)) return atMostThat(sizeOf(code, first));
    }
  }
  const method = methodCall(call);
  if (method) {
    const size = sizeOfMethod(code, method);
    if (size) return size;
  }
  const fn = functionOf(code, callee);
  if (fn && !fn.async && !fn.generator) {
    const results = returned(code, fn).map((result) => sizeOf(code, result));
    if (results.length > 0) {
      const size = results.reduce(either);
      if (size.kind !== "unbounded") return size;
    }
  }
  if (chunkerSize(code, call)) return chunksOf(code, first && first.type !== "SpreadElement" ? first : call);
  return (
    limitedQuery(code, call) ??
    sizeByType(code, call, `nothing limits what \`${shortText(code, callee)}\` returns`)
  );
}

function chunksOf(code: Code, source: Node): Bound {
  const size = sizeOf(code, source);
  return counted(size) ? atMostThat(size) : unbounded(code, source, "nothing limits the number of chunks");
}

type Method = NonNullable<ReturnType<typeof methodCall>>;

function sizeOfMethod(code: Code, { call, object, method, args }: Method): Bound | undefined {
  const [first, second] = args;
  if (isGlobal(code, object, "Object")) {
    if (first && ["keys", "values", "entries", "getOwnPropertyNames"].includes(method))
      return keysOf(code, first);
    return undefined;
  }
  switch (method) {
    case "slice":
    case "subarray": {
      const width = sliceWidth(code, first, second);
      return width ? capped(sizeOf(code, object), width) : atMostThat(sizeOf(code, object));
    }
    case "splice": {
      const width = second ? windowOf(code, second) : undefined;
      return width ? capped(sizeOf(code, object), width) : atMostThat(sizeOf(code, object));
    }
    case "take":
    case "limit": {
      const width = first ? windowOf(code, first) : undefined;
      return width && (method === "take" || args.length === 1) ? width : undefined;
    }
    case "concat":
      return args.reduce<Bound>(
        (total, argument) =>
          sum(
            total,
            argument.type === "SpreadElement" ? sizeOf(code, argument.argument) : sizeOf(code, argument),
          ),
        sizeOf(code, object),
      );
    case "flat":
      return times(sizeOf(code, object), elementSize(code, object));
    case "flatMap": {
      const fn = first && functionOf(code, first);
      const each = fn
        ? returned(code, fn)
            .map((result) => sizeOf(code, result))
            .reduce(either, exact(1))
        : unbounded(code, call);
      return times(sizeOf(code, object), each);
    }
    case "split": {
      const limit = second ? windowOf(code, second) : undefined;
      if (limit) return limit;
      const text = unwrap(object);
      if (text.type === "Literal" && typeof text.value === "string" && first?.type === "Literal") {
        return exact(text.value.split(String(first.value)).length);
      }
      return unbounded(code, call, `\`${shortText(code, object)}\` can have any length`);
    }
    case "matchAll":
    case "match":
      return unbounded(code, call, `\`${shortText(code, object)}\` can match any number of times`);
    default:
  }
  if (!keepers.has(method) || importOf(code, object) !== undefined) return undefined;
  // Query builders have `filter` and `values` too, but those end in an awaited call.
  return atMostThat(sizeOf(code, object));
}

function sliceWidth(code: Code, from: Node | undefined, to: Node | undefined): Bound | undefined {
  if (from === undefined) return undefined;
  const start = numberOf(code, from);
  if (to === undefined)
    return start?.kind === "known" && start.value < 0 ? atMost(-start.value, "window") : undefined;
  const end = numberOf(code, to);
  if (start?.kind === "known" && end?.kind === "known") {
    if (end.value >= 0 && start.value >= 0) return atMost(Math.max(0, end.value - start.value), "window");
    if (start.value < 0) return atMost(-start.value, "window");
    return undefined;
  }
  if (start?.kind === "known" && end?.kind === "limit-like")
    return { kind: "limit-like", name: end.name, span: spanOf(to) };
  // items.slice(i, i + 10): both share `i`; also slice(i * 10, (i + 1) * 10) and slice(i, Math.min(i + 10, n)).
  const stop = unwrap(to);
  if (stop.type === "BinaryExpression" && stop.operator === "+") {
    const [base, width] =
      textOf(code, stop.left) === textOf(code, from) ? [stop.left, stop.right] : [stop.right, stop.left];
    if (textOf(code, base) === textOf(code, from))
      return (
        windowOf(code, width as Node) ?? {
          kind: "limit-like",
          name: shortText(code, width as Node),
          span: spanOf(width as Node),
        }
      );
  }
  if (stop.type === "CallExpression" && lastName(stop.callee) === "min") {
    for (const argument of stop.arguments) {
      const width = argument.type === "SpreadElement" ? undefined : sliceWidth(code, from, argument);
      if (width) return width;
    }
  }
  const step = unwrap(from);
  if (
    step.type === "BinaryExpression" &&
    step.operator === "*" &&
    stop.type === "BinaryExpression" &&
    stop.operator === "*"
  ) {
    const shared = [step.left, step.right].find((side) =>
      [stop.left, stop.right].some((other) => textOf(code, other) === textOf(code, side)),
    );
    if (shared)
      return (
        windowOf(code, shared as Node) ?? {
          kind: "limit-like",
          name: shortText(code, shared as Node),
          span: spanOf(shared as Node),
        }
      );
  }
  const variable = stop.type === "Identifier" ? constantInit(code, stop) : undefined;
  return variable ? sliceWidth(code, from, variable) : undefined;
}

/** A literal `take`, `limit`, `first`... in the arguments of a query or in the chain that builds it. */
function limitedQuery(code: Code, call: TSESTree.CallExpression): Bound | undefined {
  for (const argument of call.arguments) {
    const options = argument.type === "SpreadElement" ? argument : unwrap(argument);
    if (options.type === "ObjectExpression") {
      for (const property of options.properties) {
        if (
          property.type === "Property" &&
          !property.computed &&
          property.key.type === "Identifier" &&
          limitOptions.has(property.key.name)
        ) {
          const width = windowOf(code, property.value);
          if (width) return width;
        }
      }
    }
    const sql =
      options.type === "Literal"
        ? options.value
        : options.type === "TemplateLiteral"
          ? textOf(code, options)
          : undefined;
    const limit = typeof sql === "string" ? /\bLIMIT\s+(\d+)/i.exec(sql)?.[1] : undefined;
    if (limit !== undefined) return atMost(Number(limit), "window");
  }
  // db.select().from(users).limit(50), Model.find().limit(50).exec()
  for (let at = methodCall(call); at; at = methodCall(at.object)) {
    if (["limit", "take", "first", "top"].includes(at.method) && at.args.length === 1 && at.args[0]) {
      const width = windowOf(code, at.args[0]);
      if (width) return width;
    }
  }
  return undefined;
}

/** The size of what a promise resolves to. */
function sizeOfAwaited(code: Code, promise: Node): Bound {
  const call = methodCall(promise);
  if (call) {
    if (isGlobal(code, call.object, "Promise") && call.args[0] && ["all", "allSettled"].includes(call.method))
      return sizeOf(code, call.args[0]);
    if (call.method === "catch" || call.method === "finally") return sizeOfAwaited(code, call.object);
    // p.then((rows) => rows.slice(0, 10))
    if (call.method === "then" && call.args[0]) {
      const fn = functionOf(code, call.args[0]);
      if (fn)
        return returned(code, fn)
          .map((result) => sizeOf(code, result))
          .reduce(either, exact(0));
    }
  }
  if (promise.type === "CallExpression") {
    const imported = importOf(code, promise.callee);
    const [first, second, third] = promise.arguments;
    if (
      imported &&
      first &&
      ["mapLimit", "mapLimitSettled", "map", "default", "pMap"].includes(imported.name) &&
      (second ?? third)
    ) {
      const size = sizeOf(code, first);
      if (counted(size)) return size;
    }
    const fn = functionOf(code, promise.callee);
    if (fn && !fn.generator) {
      const results = returned(code, fn).map((result) => sizeOf(code, result));
      const size = results.length > 0 ? results.reduce(either) : undefined;
      if (size && size.kind !== "unbounded" && size.kind !== "unknown") return size;
    }
    return (
      limitedQuery(code, promise) ??
      sizeByType(code, promise, `nothing limits what \`${shortText(code, promise.callee)}\` returns`)
    );
  }
  if (promise.type === "Identifier") {
    const init = constantInit(code, promise);
    if (init) return sizeOfAwaited(code, unwrap(init));
  }
  return sizeByType(code, promise);
}

/** The number of an object's own keys. */
export function keysOf(code: Code, node: Node): Bound {
  const expression = unwrap(node);
  return code.once(
    "keys",
    expression,
    () => computeKeys(code, expression),
    unknown("it is defined by itself"),
  );
}

function computeKeys(code: Code, expression: Node): Bound {
  const guard = guardedSize(code, expression);
  if (guard) return guard;
  if (expression.type === "ObjectExpression") {
    return expression.properties.reduce<Bound>(
      (total, property) =>
        sum(total, property.type === "SpreadElement" ? keysOf(code, property.argument) : exact(1)),
      exact(0),
    );
  }
  if (expression.type === "ArrayExpression") return sizeOf(code, expression);
  if (expression.type === "ConditionalExpression")
    return either(keysOf(code, expression.consequent), keysOf(code, expression.alternate));
  if (expression.type === "LogicalExpression" && expression.operator !== "&&")
    return either(keysOf(code, expression.left), keysOf(code, expression.right));
  if (expression.type === "CallExpression" && isGlobal(code, expression.callee, "Object.freeze"))
    return unknown("frozen");
  const freeze = methodCall(expression);
  if (
    freeze &&
    isGlobal(code, freeze.object, "Object") &&
    ["freeze", "seal"].includes(freeze.method) &&
    freeze.args[0]
  )
    return keysOf(code, freeze.args[0]);
  if (expression.type === "Identifier") {
    const variable = code.variable(expression);
    const definition = definitionOf(variable);
    if (definition?.type === "TSEnumName") return exact(definition.node.body.members.length);
    if (definition?.type === "ImportBinding") {
      if (definition.node.type === "ImportNamespaceSpecifier")
        return unknown("the number of a module's exports");
      const exported = exportedSize(code, expression);
      if (exported) return exported;
    }
    if (definition?.type === "Variable" && variable) {
      const annotated = annotatedKeys(code, definition.name);
      if (annotated) return annotated;
      const init = constantInit(code, expression);
      const value = init ? unwrap(init) : undefined;
      if (
        value &&
        (value.type === "ObjectExpression" || freezeOf(value)) &&
        growthsOf(code, variable).length === 0
      )
        return keysOf(code, value);
      if (value?.type === "ObjectExpression")
        return sum(keysOf(code, value), grownSize(code, variable) ?? exact(0));
      if (value?.type === "Identifier") return keysOf(code, value);
    }
    if (definition?.type === "Parameter") {
      const annotated = annotatedKeys(code, definition.name);
      if (annotated) return annotated;
    }
  }
  if (expression.type === "MemberExpression") {
    const property = memberName(expression);
    const object = unwrap(expression.object);
    const owner =
      object.type === "ThisExpression"
        ? classOrObjectAround(code, expression)
        : object.type === "Identifier"
          ? unwrapOr(constantInit(code, object))
          : undefined;
    if (
      property !== undefined &&
      owner &&
      (owner.type === "ObjectExpression" ||
        owner.type === "ClassDeclaration" ||
        owner.type === "ClassExpression")
    ) {
      const init = memberInit(code, owner, property);
      if (
        init &&
        unwrap(init).type === "ObjectExpression" &&
        !memberChanges(code, owner, expression, property)
      ) {
        const size = keysOf(code, init);
        if (counted(size) && size.count > 0) return size;
      }
    }
  }
  const fact = code.facts.keyCount(expression);
  if (fact.kind === "at-most") return atMost(fact.count, "static");
  if (fact.kind === "unknown") code.unanswered.count++;
  return unbounded(code, expression, `nothing limits how many keys \`${shortText(code, expression)}\` has`);
}

const freezeOf = (value: Node) => {
  const call = methodCall(value);
  return call !== undefined && ["freeze", "seal"].includes(call.method);
};

/** The size of each element of a collection of collections: `chunk(xs, 20)` has elements of at most 20. */
export function elementSize(code: Code, node: Node): Bound {
  const expression = unwrap(node);
  return code.once(
    "element size",
    expression,
    () => computeElementSize(code, expression),
    unknown("it is defined by itself"),
  );
}

function computeElementSize(code: Code, expression: Node): Bound {
  if (expression.type === "ArrayExpression") {
    const sizes = expression.elements.map((element) =>
      element === null
        ? exact(0)
        : element.type === "SpreadElement"
          ? elementSize(code, element.argument)
          : sizeOf(code, element),
    );
    return sizes.length > 0 ? sizes.reduce(either) : exact(0);
  }
  if (expression.type === "Identifier") {
    const init = constantInit(code, expression);
    const variable = code.variable(expression);
    if (init === undefined || variable === undefined) return unbounded(code, expression);
    const growths = growthsOf(code, variable);
    const start = unwrap(init);
    const sizes = growths.flatMap((growth) =>
      growth.values.map((value) =>
        value.type === "SpreadElement" ? elementSize(code, value.argument) : sizeOf(code, value),
      ),
    );
    if (!(start.type === "ArrayExpression" && start.elements.length === 0 && sizes.length > 0))
      sizes.push(elementSize(code, init));
    return sizes.reduce(either);
  }
  if (expression.type === "AwaitExpression") return elementSize(code, expression.argument);
  if (expression.type === "CallExpression") {
    const chunk = chunkerSize(code, expression);
    if (chunk) return chunk;
    const method = methodCall(expression);
    if (method && isGlobal(code, method.object, "Object") && method.method === "entries") return exact(2);
    if (method?.method === "map" || method?.method === "flatMap" || isArrayFrom(code, expression)) {
      const callback = isArrayFrom(code, expression) ? expression.arguments[1] : method?.args[0];
      const fn = callback && functionOf(code, callback);
      if (fn) {
        const sizes = returned(code, fn).map((result) =>
          method?.method === "flatMap" ? elementSize(code, result) : sizeOf(code, result),
        );
        if (sizes.length > 0) return sizes.reduce(either);
      }
    }
    if (method && (keepers.has(method.method) || method.method === "slice") && method.method !== "map")
      return elementSize(code, method.object);
    const fn = functionOf(code, expression.callee);
    if (fn) {
      const results = fn.generator ? yielded(code, fn) : returned(code, fn);
      const sizes = results.map((result) =>
        fn.generator ? sizeOf(code, result) : elementSize(code, result),
      );
      if (sizes.length > 0) return sizes.reduce(either);
    }
  }
  return unbounded(code, expression);
}

function yielded(code: Code, fn: FunctionNode): readonly Node[] {
  const found: Node[] = [];
  const stack: Node[] = [fn.body];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (isFunction(at)) continue;
    if (at.type === "YieldExpression" && at.argument && !at.delegate) found.push(at.argument);
    stack.push(...code.children(at));
  }
  return found;
}

/** `chunk(xs, 20)`, `_.chunk`, `splitEvery(20, xs)`, `inBatches(xs, 20)`: the size of the chunks it makes. */
function chunkerSize(code: Code, call: TSESTree.CallExpression): Bound | undefined {
  const name = lastName(call.callee);
  if (
    name === undefined ||
    !/chunk|batch|splitEvery|partition(Into|By)?Size|inGroupsOf|sliceInto|batched|windowed/i.test(name)
  )
    return undefined;
  for (const argument of call.arguments) {
    if (argument.type === "SpreadElement" || isFunction(argument)) continue;
    const options = unwrap(argument);
    if (options.type === "ObjectExpression") {
      const size = options.properties.find(
        (p) => p.type === "Property" && p.key.type === "Identifier" && /size|limit/i.test(p.key.name),
      );
      const window = size?.type === "Property" ? windowOf(code, size.value) : undefined;
      if (window) return window;
      continue;
    }
    const window = windowOf(code, options);
    if (window) return window;
  }
  // A chunker without a readable size still makes chunks: somebody chose how large.
  return call.arguments.length >= 2 ? { kind: "limit-like", name, span: spanOf(call.callee) } : undefined;
}

export const isRuntime = (module: string): boolean =>
  module === "@floodgate/runtime" || /(^|[/\\])floodgate(\.[cm]?[jt]s)?$/.test(module);
