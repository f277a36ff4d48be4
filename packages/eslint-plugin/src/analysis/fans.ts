/** Which starts does an expression full of promises hold? Follows arrays, maps, pushes, helpers and generators. */
import type { TSESTree } from "@typescript-eslint/types";
import type { Variable } from "@typescript-eslint/scope-manager";
import { exact, times, unbounded } from "./bound.ts";
import { growthAt, growthsOf, loopsAround, type Growth } from "./growth.ts";
import { isArrayFrom, sizeOf, sizeOfSource } from "./size.ts";
import {
  constantInit,
  contains,
  definitionOf,
  dottedName,
  functionAround,
  functionOf,
  isFunction,
  isLoop,
  lastName,
  memberName,
  methodCall,
  returned,
  spanOf,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Loop,
  type Node,
} from "./code.ts";
import {
  certainTask,
  idle,
  isCapacityTest,
  isWorker,
  promiseTask,
  taskOf,
  worse,
  type Task,
} from "./effect.ts";
import { limiterOf } from "./gate.ts";
import { importOf, isGlobal } from "./imports.ts";
import type { Bound, Gate } from "./model.ts";
import { windowOf } from "./numbers.ts";

/** Starts of one shape: so many of this task. */
export interface Fan {
  readonly shape: "map" | "flatMap" | "from" | "function-map" | "push" | "listed" | "yield" | "opaque";
  /** The expression that starts them: the `map` call, the `push`. */
  readonly node: Node;
  readonly bound: Bound;
  readonly task: Task;
  /** Whose elements they are started for. */
  readonly collection?: Node | undefined;
  readonly callback?: Node | undefined;
  /** It is started anew in each round of loops that nobody waits for: limiting one round limits nothing. */
  readonly repeated?: true;
  /** The fan-out this one is inside of: `teams.flatMap((t) => t.members.map(...))`. */
  readonly within?: Fan | undefined;
}

/** `items.map(cb)`, `Array.from(items, cb)`, `_.map(items, cb)`. */
export interface Iteration {
  readonly shape: "map" | "flatMap" | "from" | "function-map";
  readonly call: TSESTree.CallExpression;
  readonly collection: Node;
  readonly callback: Node;
}

/** Methods and functions whose result holds the same promises. */
const transparent = new Set(
  "filter flat slice concat reverse sort toSorted toReversed toSpliced values toArray with compact flatten uniq".split(
    " ",
  ),
);

export function iterationOf(code: Code, node: Node): Iteration | undefined {
  const call = unwrap(node);
  if (call.type !== "CallExpression") return undefined;
  const [first, second] = call.arguments;
  if (isArrayFrom(code, call)) {
    return first && second && memberName(unwrap(call.callee)) === "from"
      ? { shape: "from", call, collection: first, callback: second }
      : undefined;
  }
  const imported = importOf(code, call.callee);
  if (imported && /^(lodash|underscore|ramda|remeda|rambda)/.test(imported.module)) {
    const name =
      imported.name === "default" || imported.name === "*"
        ? imported.module.split("/").at(-1)
        : imported.name;
    if (!["map", "flatMap", "times", "mapValues"].includes(name ?? "") || !first || !second) return undefined;
    // ramda takes the function first.
    const flipped = isFunction(unwrap(first)) && !isFunction(unwrap(second));
    return {
      shape: "function-map",
      call,
      collection: flipped ? second : first,
      callback: flipped ? first : second,
    };
  }
  // Their `map` is not an array's.
  if (
    imported &&
    /^(bluebird|async|effect|rxjs|es-toolkit|p-\w|highland|ix|iter-tools|immutable)/.test(imported.module)
  ) {
    return undefined;
  }
  if (imported && unwrap(call.callee).type === "MemberExpression") {
    const object = (unwrap(call.callee) as TSESTree.MemberExpression).object;
    // A method of an imported namespace is not Array#map; of an imported array it is.
    if (
      unwrap(object).type === "Identifier" &&
      definitionOf(code.variable(unwrap(object)))?.node.type === "ImportNamespaceSpecifier"
    )
      return undefined;
  }
  const method = methodCall(call);
  if (
    !method ||
    (method.method !== "map" && method.method !== "flatMap") ||
    !first ||
    first.type === "SpreadElement"
  )
    return undefined;
  // limit.map(items, fn): a limiter's own.
  if (second && limiterOf(code, method.object)?.known) return undefined;
  return { shape: method.method, call, collection: method.object, callback: first };
}

/** The starts held by an array, iterable, Set or Map of promises; none when they were started elsewhere. */
export function fansOf(code: Code, node: Node): readonly Fan[] {
  const expression = unwrap(node);
  return code.once("fans", expression, () => computeFans(code, expression), []);
}

function computeFans(code: Code, expression: Node): readonly Fan[] {
  switch (expression.type) {
    case "ArrayExpression": {
      const listed = expression.elements.filter(
        (element) => element !== null && element.type !== "SpreadElement",
      ) as Node[];
      const spread = expression.elements.flatMap((element) =>
        element?.type === "SpreadElement" ? fansOf(code, element.argument) : [],
      );
      if (listed.length === 0) return spread;
      const task = listed.map((element) => promiseTask(code, element, false)).reduce(worse);
      return [{ shape: "listed", node: expression, bound: exact(listed.length), task }, ...spread];
    }
    case "CallExpression":
      return fansOfCall(code, expression);
    case "NewExpression": {
      const [first] = expression.arguments;
      return first && /^(Set|Map|Array)$/.test(lastName(expression.callee) ?? "") ? fansOf(code, first) : [];
    }
    case "ConditionalExpression":
      return [...fansOf(code, expression.consequent), ...fansOf(code, expression.alternate)];
    case "LogicalExpression":
      return [...fansOf(code, expression.left), ...fansOf(code, expression.right)];
    case "AssignmentExpression":
      return fansOf(code, expression.right);
    case "Identifier":
      return fansOfName(code, expression);
    case "MemberExpression":
      return fansOfMember(code, expression);
    default:
      return [];
  }
}

function fansOfCall(code: Code, call: TSESTree.CallExpression): readonly Fan[] {
  const iteration = iterationOf(code, call);
  if (iteration) return fansOfIteration(code, iteration);
  const [first] = call.arguments;
  if (isArrayFrom(code, call)) return first ? fansOf(code, first) : [];
  const method = methodCall(call);
  if (method) {
    if (isGlobal(code, method.object, "Object"))
      return first && ["values", "entries"].includes(method.method) ? fansOf(code, first) : [];
    if (isGlobal(code, method.object, "Array") && method.method === "of")
      return fansOf(code, { ...call, type: "ArrayExpression", elements: call.arguments } as unknown as Node);
    if (transparent.has(method.method) && importOf(code, method.object) === undefined) {
      const added =
        method.method === "concat"
          ? method.args.flatMap((argument) =>
              fansOf(code, argument.type === "SpreadElement" ? argument.argument : argument),
            )
          : [];
      return [...fansOf(code, method.object), ...added];
    }
    if (method.method === "reduce" && first) return fansOfReduce(code, method.object, first, call);
  }
  const imported = importOf(code, call.callee);
  if (imported && first && transparent.has(imported.name.split(".").at(-1) ?? "")) return fansOf(code, first);
  const fn = functionOf(code, call.callee);
  if (fn && !fn.async) {
    if (fn.generator) return fansOfGenerator(code, fn);
    return returned(code, fn).flatMap((result) => fansOf(code, result));
  }
  if (fn === undefined && code.facts.holdsThenables(call) === "yes") {
    const what = dottedName(call.callee) ?? "a call";
    return [
      {
        shape: "opaque",
        node: call,
        bound: unbounded(code, call),
        task: { effect: { kind: "hidden", what, span: spanOf(call) }, gate: { kind: "none" } },
      },
    ];
  }
  return [];
}

function fansOfIteration(code: Code, iteration: Iteration): readonly Fan[] {
  const { call, collection, callback, shape } = iteration;
  const bound =
    shape === "function-map" && lastName(call.callee) === "times"
      ? countOf(code, collection)
      : shape === "from"
        ? sizeOfSource(code, collection)
        : sizeOf(code, collection);
  const listed = bound.kind === "unbounded" ? registered(code, callback, collection) : undefined;
  const before = handsOnElement(code, callback) ? fansOf(code, collection) : [];
  let task = taskOf(code, callback);
  // A worker takes its jobs from something shared: as many run as there are workers.
  if (bound.kind !== "unbounded" && isWorker(code, callback))
    task = { ...task, gate: { kind: "pool", span: spanOf(callback) } };
  const fan: Fan = { shape, node: call, bound: listed ?? bound, task, collection, callback };
  const inner = innerFans(code, callback, fan);
  if (inner.length > 0) return [...inner, ...before];
  return task.effect.kind === "none" && before.length > 0 ? before : [fan, ...before];
}

/**
 * `listeners.map((fn) => fn(event))`, `plugins.map((p) => p.onClose?.())`: the elements are functions, or have optional
 * hooks, so they are code that somebody registered, not data. A list of tasks to run is data.
 */
function registered(code: Code, callback: Node, collection: Node): Bound | undefined {
  const fn = functionOf(code, callback);
  const param = fn?.params[0];
  if (!fn || param?.type !== "Identifier") return undefined;
  const isData = [param.name, lastName(collection) ?? ""].some((name) =>
    /task|job|thunk|request|work|promise|step|fetch|load|op$|ops$|operation|quer|call$|calls$/i.test(name),
  );
  if (isData || fansOf(code, collection).length > 0) return undefined;
  let found: Bound | undefined;
  visitOwn(code, fn.body, (node) => {
    if (node.type !== "CallExpression") return undefined;
    const callee = unwrap(node.callee);
    const isElement = callee.type === "Identifier" && code.variable(callee) === code.variable(param);
    const isHook =
      node.optional &&
      callee.type === "MemberExpression" &&
      unwrap(callee.object).type === "Identifier" &&
      code.variable(unwrap(callee.object)) === code.variable(param);
    if (isElement || isHook) {
      found ??= {
        kind: "coded",
        name: param.name,
        span: spanOf(collection),
        why: isHook
          ? "the elements have optional hooks, so they are registered code"
          : "the elements are functions, so they are registered code",
      };
    }
    return undefined;
  });
  return found;
}

const countOf = (code: Code, node: Node): Bound => windowOf(code, node) ?? unbounded(code, node);

/** Does the callback return its element, or a promise chained on it: `(p) => p`, `(p) => p.catch(ignore)`, `(p) => limit(() => p)`? */
function handsOnElement(code: Code, callback: Node): boolean {
  const fn = functionOf(code, callback);
  const param = fn?.params[0];
  if (!fn || param?.type !== "Identifier") return false;
  return returned(code, fn).some((result) => isChainOn(result, param.name));
}

function isChainOn(node: Node, name: string): boolean {
  const expression = unwrap(node);
  if (expression.type === "Identifier") return expression.name === name;
  if (expression.type === "AwaitExpression") return isChainOn(expression.argument, name);
  const method = methodCall(expression);
  return (
    method !== undefined &&
    ["then", "catch", "finally"].includes(method.method) &&
    isChainOn(method.object, name)
  );
}

/** `teams.flatMap((team) => team.members.map(...))`: the fan-outs whose arrays the callback returns. */
function innerFans(code: Code, callback: Node, outerFan: Fan): readonly Fan[] {
  const fn = functionOf(code, callback);
  if (!fn || fn.async) return [];
  return returned(code, fn)
    .filter((result) => iterationOf(code, result) !== undefined || unwrap(result).type === "ArrayExpression")
    .flatMap((result) => fansOf(code, result))
    .filter((inner) => inner.shape !== "listed" || outerFan.shape === "flatMap")
    .filter((inner) => inner.task.effect.kind !== "none")
    .map((inner) => ({ ...inner, bound: times(outerFan.bound, inner.bound), within: outerFan }));
}

function fansOfName(code: Code, identifier: TSESTree.Identifier): readonly Fan[] {
  const variable = code.variable(identifier);
  const definition = definitionOf(variable);
  if (variable === undefined || definition?.type !== "Variable") return [];
  const declarator = definition.node;
  if (declarator.id.type !== "Identifier") return [];
  const values: Node[] = declarator.init ? [declarator.init] : [];
  for (const reference of variable.references) {
    const parent =
      reference.isWrite() && reference.init !== true ? code.parent(reference.identifier) : undefined;
    if (parent?.type === "AssignmentExpression" && parent.operator === "=") values.push(parent.right);
  }
  const assigned = values.flatMap((value) => (isGrowth(code, value, variable) ? [] : fansOf(code, value)));
  return [
    ...assigned,
    ...growthsOf(code, variable).flatMap((growth) => fansOfGrowth(code, growth, variable)),
  ];
}

const isGrowth = (code: Code, value: Node, variable: Variable) => {
  const parent = code.parent(value);
  return parent?.type === "AssignmentExpression" && growthAt(code, parent.left, variable) !== undefined;
};

function fansOfGrowth(
  code: Code,
  growth: Growth,
  variable: Variable | undefined,
  stop?: Node,
): readonly Fan[] {
  const loops = loopsAround(code, growth.node, variable, stop);
  const drained = variable && drainOf(code, growth.node, variable);
  return growth.values.flatMap((added): readonly Fan[] => {
    const spread = added.type === "SpreadElement" ? fansOf(code, added.argument) : [];
    // tasks.concat(save(x)): what is no array is added as it is.
    const isOne = added.type === "SpreadElement" && spread.length === 0 && code.parent(added) === undefined;
    const value = isOne ? unwrap(added.argument) : added;
    if (value.type === "SpreadElement") {
      return spread.map((fan) => ({
        ...fan,
        bound: drained?.bound ?? times(loops, fan.bound),
        task: gatedBy(fan.task, drained?.gate),
        ...(!isOnce(loops) && { repeated: true as const }),
      }));
    }
    let task = promiseTask(code, value, false);
    if (task.effect.kind === "none") return [];
    const call = unwrap(value);
    if (loops.kind !== "unbounded" && call.type === "CallExpression" && isWorker(code, call.callee))
      task = { ...task, gate: { kind: "pool", span: spanOf(call) } };
    return [
      {
        shape: "push",
        node: growth.node,
        bound: drained?.bound ?? loops,
        task: gatedBy(task, drained?.gate),
        collection: loopSource(code, growth.node),
        ...(isNested(code, growth.node, loops) && { repeated: true }),
      },
    ];
  });
}

const isOnce = (loops: Bound) => loops.kind === "exact" && loops.count <= 1;

const gatedBy = (task: Task, gate: Gate | undefined): Task =>
  gate && task.gate.kind === "none" ? { ...task, gate } : task;

/** Do further loops add to what the innermost one gives? */
function isNested(code: Code, node: Node, loops: Bound): boolean {
  const source = loopSource(code, node);
  if (source === undefined) return true;
  const inner = sizeOf(code, source);
  return (
    loops.kind !== inner.kind ||
    (loops.kind === "unbounded" && inner.kind === "unbounded" && loops.source.start !== inner.source.start)
  );
}

/** What the innermost loop around a push walks over, for the message. */
function loopSource(code: Code, node: Node): Node | undefined {
  let child = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (isLoop(at) && child === at.body) {
      if (at.type === "ForOfStatement" || at.type === "ForInStatement") return at.right;
      return at.test ?? undefined;
    }
    if (isFunction(at)) {
      const call = code.parent(at);
      const method = call ? methodCall(call) : undefined;
      return method?.object;
    }
  }
  return undefined;
}

/**
 * Does the loop that fills a collection also wait for it?
 * `if (batch.length >= 20) { await Promise.all(batch); batch = [] }`, `if (running.size >= 8) await Promise.race(running)`.
 */
function drainOf(
  code: Code,
  node: Node,
  variable: Variable,
): { readonly bound?: Bound; readonly gate?: Gate } | undefined {
  const home = definitionOf(variable)?.node as Node | undefined;
  for (let at = code.parent(node); at !== undefined; at = code.parent(at)) {
    if (home && contains(at, home)) return undefined;
    if (isFunction(at) && functionAround(code, node) === at && !at.async) continue;
    if (!isLoop(at)) continue;
    const drain = drainIn(code, at, variable);
    if (drain) return drain;
  }
  return undefined;
}

function drainIn(
  code: Code,
  loop: Loop,
  variable: Variable,
): { readonly bound?: Bound; readonly gate?: Gate } | undefined {
  let found: { readonly bound?: Bound; readonly gate?: Gate } | undefined;
  const uses = (node: Node) => variable.references.some((reference) => contains(node, reference.identifier));
  visitOwn(code, loop.body, (node) => {
    if (found) return false;
    if (node.type === "AwaitExpression" && uses(node.argument)) {
      const call = methodCall(unwrap(node.argument));
      if (call && ["race", "any"].includes(call.method))
        found = { gate: { kind: "pool", span: spanOf(node) } };
      if (call && ["all", "allSettled"].includes(call.method))
        found = { bound: batchSize(code, node, loop, variable) };
    }
    if (
      (node.type === "IfStatement" || node.type === "WhileStatement") &&
      uses(node.test) &&
      (isCapacityTest(code, node.test) || isLengthTest(code, node.test))
    ) {
      const body = node.type === "IfStatement" ? node.consequent : node.body;
      visitOwn(code, body, (inner) => {
        if (inner.type !== "AwaitExpression") return undefined;
        const call = methodCall(unwrap(inner.argument));
        found ??=
          call && ["all", "allSettled"].includes(call.method) && uses(inner)
            ? { bound: batchSize(code, inner, loop, variable) }
            : { gate: { kind: "pool", span: spanOf(node) } };
        return undefined;
      });
    }
    return undefined;
  });
  return found;
}

const isLengthTest = (code: Code, test: Node): boolean => {
  const expression = unwrap(test);
  if (expression.type === "LogicalExpression")
    return isLengthTest(code, expression.left) || isLengthTest(code, expression.right);
  if (expression.type !== "BinaryExpression") return false;
  const sides = [unwrap(expression.left), unwrap(expression.right)];
  return sides.some((side, i) => {
    const other = sides[1 - i];
    const limit = other && windowOf(code, other);
    return (
      ["length", "size"].includes(memberName(side) ?? "") &&
      limit !== undefined &&
      !(limit.kind === "at-most" && limit.count === 0)
    );
  });
};

/** The size at which a batch is drained, read from the `if` around the drain. */
function batchSize(code: Code, drain: Node, loop: Loop, variable: Variable): Bound {
  for (let at = code.parent(drain); at !== undefined && at !== loop; at = code.parent(at)) {
    if (at.type !== "IfStatement") continue;
    const tests: Node[] = [at.test];
    for (let test = tests.pop(); test !== undefined; test = tests.pop()) {
      const expression = unwrap(test);
      if (expression.type === "LogicalExpression") tests.push(expression.left, expression.right);
      if (expression.type !== "BinaryExpression") continue;
      const sides = [unwrap(expression.left), unwrap(expression.right)];
      for (const [i, side] of sides.entries()) {
        const other = sides[1 - i];
        if (other === undefined) continue;
        if (["length", "size"].includes(memberName(side) ?? "")) {
          const size = windowOf(code, other);
          if (size && !(size.kind === "at-most" && size.count === 0)) return size;
        }
        // i % 20 === 0
        if (side.type === "BinaryExpression" && side.operator === "%")
          return (
            windowOf(code, side.right) ?? { kind: "limit-like", name: "the batch size", span: spanOf(side) }
          );
      }
    }
  }
  return { kind: "limit-like", name: `the size of \`${variable.name}\``, span: spanOf(drain) };
}

/** `state.tasks`, `this.tasks`: what the same function has put into it. */
function fansOfMember(code: Code, member: TSESTree.MemberExpression): readonly Fan[] {
  const name = dottedName(member);
  if (name === undefined) return [];
  const around: Node = functionAround(code, member) ?? code.ast;
  const fans: Fan[] = [];
  for (const call of code.calls) {
    if (call.type !== "CallExpression" || !contains(around, call) || contains(member, call)) continue;
    const method = methodCall(call);
    if (!method || !["push", "add", "unshift"].includes(method.method) || dottedName(method.object) !== name)
      continue;
    const root = rootVariable(code, method.object);
    fans.push(...fansOfGrowth(code, { node: call, values: call.arguments }, root, root ? undefined : around));
  }
  visitOwn(code, isFunction(around) ? around.body : around, (node) => {
    if (node.type === "AssignmentExpression" && node.operator === "=" && dottedName(node.left) === name)
      fans.push(...fansOf(code, node.right));
    return undefined;
  });
  const object = unwrap(member.object);
  const init = object.type === "Identifier" ? constantInit(code, object) : undefined;
  const holder = init ? unwrap(init) : undefined;
  if (holder?.type === "ObjectExpression") {
    const property = holder.properties.find(
      (p) => p.type === "Property" && p.key.type === "Identifier" && p.key.name === memberName(member),
    );
    if (property?.type === "Property") fans.push(...fansOf(code, property.value));
  }
  return fans;
}

function rootVariable(code: Code, node: Node): Variable | undefined {
  let at = unwrap(node);
  while (at.type === "MemberExpression") at = unwrap(at.object);
  return at.type === "Identifier" ? code.variable(at) : undefined;
}

function fansOfGenerator(code: Code, fn: FunctionNode): readonly Fan[] {
  const fans: Fan[] = [];
  visitOwn(code, fn.body, (node) => {
    if (node.type === "YieldExpression" && node.argument) {
      const loops = loopsAround(code, node, undefined, fn);
      if (node.delegate)
        fans.push(...fansOf(code, node.argument).map((fan) => ({ ...fan, bound: times(loops, fan.bound) })));
      else {
        const task = promiseTask(code, node.argument, false);
        if (task.effect.kind !== "none")
          fans.push({ shape: "yield", node, bound: loops, task, collection: loopSource(code, node) });
      }
    }
    return undefined;
  });
  return fans;
}

/** `items.reduce((all, x) => { all.push(send(x)); return all }, [])` and its spread and concat forms. */
function fansOfReduce(
  code: Code,
  collection: Node,
  callback: Node,
  call: TSESTree.CallExpression,
): readonly Fan[] {
  const fn = functionOf(code, callback);
  const accumulator = fn?.params[0];
  if (!fn || fn.async || accumulator?.type !== "Identifier") return [];
  const variable = code.variable(accumulator);
  if (variable === undefined) return [];
  const rounds = sizeOf(code, collection);
  const pushed = growthsOf(code, variable).flatMap((growth) => fansOfGrowth(code, growth, undefined, fn));
  const listed = returned(code, fn).flatMap((result): readonly Fan[] => {
    const value = unwrap(result);
    if (value.type === "ArrayExpression") {
      const elements = value.elements.filter(
        (e) => e !== null && !(e.type === "SpreadElement" && dottedName(e.argument) === accumulator.name),
      ) as Node[];
      return elements.flatMap((element) =>
        fansOfGrowth(code, { node: value, values: [element] }, undefined, fn),
      );
    }
    const concat = methodCall(value);
    if (concat?.method === "concat" && dottedName(concat.object) === accumulator.name) {
      return concat.args.flatMap((argument) => {
        const array = argument.type === "SpreadElement" ? argument.argument : argument;
        const fans = fansOf(code, array);
        return fans.length > 0
          ? fans
          : fansOfGrowth(code, { node: value, values: [argument] }, undefined, fn);
      });
    }
    return [];
  });
  return [...pushed, ...listed].map((fan) => ({
    ...fan,
    node: call,
    bound: times(rounds, fan.bound),
    collection,
  }));
}

/**
 * `items.reduce(async (acc, x) => { const r = await load(x); (await acc).push(r); ... })`: it looks sequential, but each
 * round starts its work before it waits for the one before.
 */
export function fanOfAsyncReduce(code: Code, call: TSESTree.CallExpression): Fan | undefined {
  const method = methodCall(call);
  const [callback] = call.arguments;
  if (!method || !["reduce", "reduceRight"].includes(method.method) || !callback) return undefined;
  const fn = functionOf(code, callback);
  const accumulator = fn?.params[0];
  if (!fn?.async || accumulator?.type !== "Identifier") return undefined;
  let first: Node | undefined;
  let waits = false;
  visitOwn(code, fn.body, (node) => {
    if (node.type !== "AwaitExpression") return undefined;
    const mentionsIt =
      code.variable(accumulator)?.references.some((reference) => contains(node, reference.identifier)) ??
      false;
    waits ||= mentionsIt;
    if (first === undefined || node.range[0] < first.range[0]) first = node;
    return undefined;
  });
  if (first === undefined || !waits) return undefined;
  const awaited = unwrap((first as TSESTree.AwaitExpression).argument);
  if (code.variable(accumulator)?.references.some((reference) => contains(awaited, reference.identifier)))
    return undefined;
  const task = promiseTask(code, awaited, true);
  if (task.effect.kind === "none") return undefined;
  return {
    shape: "map",
    node: call,
    bound: sizeOf(code, method.object),
    task,
    collection: method.object,
    callback,
  };
}

/** Does a promise stand, beyond doubt, where this fan starts one: an async callback, or a call that surely returns one? */
export function isCertainlyPromises(code: Code, fan: Fan): boolean {
  if (fan.callback) {
    const fn = functionOf(code, fan.callback);
    if (fn?.async) return true;
    if (fn) return returned(code, fn).some((result) => certainTask(code, result).effect.kind !== "none");
    return code.facts.returnsThenable(fan.callback) === "yes";
  }
  if (fan.shape === "push" || fan.shape === "yield") return true;
  return fan.task !== idle("sync") && fan.shape === "listed";
}
