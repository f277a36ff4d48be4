/** Which starts does an expression full of promises hold? Follows arrays, maps, pushes, helpers and generators. */
import { exact, times, unbounded } from "./bound.ts";
import {
  contains,
  definitionOf,
  dottedName,
  isFunction,
  isLoop,
  lastName,
  memberName,
  methodCall,
  returned,
  spanOf,
  startOf,
  unwrap,
  visitOwn,
  type Code,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import { fansOfGenerator, fansOfMember, fansOfName, fansOfReduce } from "./collected.ts";
import { certainTask, promiseTask, taskOf } from "./effect.ts";
import { doing, idle, worse, type Task } from "./task.ts";
import { fansOfProperty } from "./held.ts";
import { limiterOf } from "./gate.ts";
import { importOf, isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { windowOf } from "./numbers.ts";
import { isWorker } from "./pools.ts";
import { isArrayFrom, sizeOf, sizeOfSource } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

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
  // generate.call(this)
  const isBound = method !== undefined && /^(call|apply)$/.test(method.method);
  const fn = functionOf(code, isBound ? method.object : call.callee);
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
        task: doing({ kind: "hidden", what, span: spanOf(call) }),
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
  const before = handsOnElement(code, callback)
    ? fansOf(code, collection)
    : fansOfProperty(code, collection, callback);
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

/** The innermost loop around a node, or the call that is given the function it stands in. */
export function roundOf(code: Code, node: Node): Node | undefined {
  let child = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (isLoop(at) && child === at.body) return at;
    if (isFunction(at)) {
      const user = code.parent(at);
      return user?.type === "CallExpression" ? user : undefined;
    }
  }
  return undefined;
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
    if (first === undefined || startOf(node) < startOf(first)) first = node;
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
