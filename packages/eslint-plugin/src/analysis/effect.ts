/** Does each one start real work? What a callback, or an expression that should be a promise, sets going. */
import { connectionOf, isSyncCall, isSyncCallee, providerQueue, renamedGate } from "./callees.ts";
import {
  constantInit,
  contains,
  definitionOf,
  dottedName,
  functionAround,
  isFunction,
  lastName,
  methodCall,
  returned,
  startOf,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import { functionBehind } from "./behind.ts";
import { awaitsGetter, isCalled, joinedParameters, onlyComputes, onlyThrows } from "./joins.ts";
import { acquiredLimiter, gateFor, gatedCall, lookalikeGate, wrapperGate } from "./gate.ts";
import { callsOnly, evidenceOf, evidenceOfBody, isWeak } from "./evidence.ts";
import { executorTask, isCalledLater } from "./executor.ts";
import { importOf, isGlobal, isPromiseClass, isPromiseMethod } from "./imports.ts";
import { batchedCalls, callbackMethods } from "./known-effects.ts";
import { ownPool } from "./pools.ts";
import { specialMethod } from "./receivers.ts";
import { isArrayFrom } from "./size.ts";
import { throttledClient } from "./throttled.ts";
import { idle, noGate, starting, worse, worst, worstOf, type Task } from "./task.ts";
import { light, taskByName } from "./unseen.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** What calling this function value does: a callback, a reference, a bound method, a wrapped function. */
export function taskOf(code: Code, callback: Node): Task {
  const expression = unwrap(callback);
  return code.once("task", expression, () => computeTask(code, expression), busyTask(code, expression));
}

function computeTask(code: Code, callback: Node): Task {
  const wrapped = wrapperGate(code, callback);
  if (wrapped) return starting(lastName(callback) ?? "task", callback, wrapped);
  const fn = functionOf(code, callback);
  if (fn) return named(bodyTask(code, fn), callback);
  if (callback.type === "CallExpression") {
    const method = methodCall(callback);
    if (method?.method === "bind") return taskOf(code, method.object);
    // files.map(readInside(folder)): what the function that is made does.
    const made = functionBehind(code, callback);
    const task = made && bodyTask(made.code, made.fn);
    if (task?.effect.kind === "none" && !made?.overridable) return task;
    if (task && task.gate.kind !== "none")
      return starting(
        dottedName(callback.callee) ?? "task",
        callback,
        renamedGate(task.gate, callback.callee),
      );
    const evidence =
      task?.effect.kind === "starts"
        ? evidenceOfBody(task, callback.callee)
        : evidenceOf(code, callback.callee);
    return starting(dottedName(callback.callee) ?? "task", callback, noGate, evidence);
  }
  if (callback.type === "ConditionalExpression")
    return worse(taskOf(code, callback.consequent), taskOf(code, callback.alternate));
  if (callback.type === "Literal") return idle("sync");
  return calleeTask(code, callback, callback, "reference");
}

const again = (what: string, node: Node): Task => ({ ...starting(what, node, noGate, "name"), again: true });

/** The name the author gave the function says more than what it calls inside. */
function named(task: Task, callee: Node): Task {
  const name = dottedName(callee);
  if (name === undefined || task.effect.kind !== "starts") return task;
  return { ...task, evidence: evidenceOfBody(task, callee), effect: { ...task.effect, what: name } };
}

/** The answer while it is being worked out: an async function that calls itself starts at least itself. */
function busyTask(code: Code, callee: Node): Task {
  const fn = functionOf(code, callee);
  if (fn === undefined || fn.generator) return idle("sync");
  const isPromise =
    fn.async ||
    returned(code, fn).some((result) => {
      const call = unwrap(result);
      return call.type === "CallExpression" && functionOf(code, call.callee)?.async === true;
    });
  return isPromise ? again(dottedName(callee) ?? "itself", callee) : idle("sync");
}

/** What one run of a function of this file sets going. */
export function bodyTask(code: Code, fn: FunctionNode): Task {
  return code.once("body", fn, () => computeBody(code, fn), busyTask(code, fn));
}

function computeBody(code: Code, fn: FunctionNode): Task {
  const results = returned(code, fn);
  if (fn.generator) return idle("sync");
  if (!fn.async)
    return worstOf(
      results
        .filter((result) => !isOwnCallback(code, fn, result))
        .map((result) => () => promiseTask(code, result, false)),
    );
  const awaited: Node[] = [];
  visitOwn(code, fn.body, (node) => {
    if (node.type === "AwaitExpression") awaited.push(node.argument);
    if (node.type === "ForOfStatement" && node.await) awaited.push(node.right);
    return undefined;
  });
  const before: Task[] = [];
  for (const expression of [...awaited].sort((a, b) => startOf(a) - startOf(b))) {
    const permit = acquiredLimiter(code, expression);
    if (permit) {
      const gate = gateFor(permit.capacity, permit.name, expression);
      // Work before the permit is not limited by it.
      return worst([...before, starting(permit.name, expression, gate)]);
    }
    const task = promiseTask(code, expression, true);
    if (task.effect.kind !== "starts") continue;
    before.push(task);
    if (task.gate.kind === "none" && task.evidence === "plain") break;
  }
  const busy = ownPool(code, fn);
  const task = worstOf([
    ...awaited.map((expression) => () => promiseTask(code, expression, true)),
    ...results.map((result) => () => promiseTask(code, result, false)),
  ]);
  return busy && task.effect.kind === "starts" && task.gate.kind === "none" ? { ...task, gate: busy } : task;
}

/** `(row, done) => { ...; return done(); }`: it says that it is done, in the way of callbacks. */
function isOwnCallback(code: Code, fn: FunctionNode, result: Node): boolean {
  const call = unwrap(result);
  const callee = call.type === "CallExpression" ? code.variable(unwrap(call.callee)) : undefined;
  return (
    callee !== undefined &&
    fn.params.some(
      (param, index) => index > 0 && code.variable(param) === callee && !isCalledLater(code, param, fn),
    )
  );
}

/** What an expression that stands where a promise is expected has set going. */
export function promiseTask(code: Code, node: Node, awaited: boolean): Task {
  const expression = unwrap(node);
  return code.once(
    awaited ? "awaited" : "promise",
    expression,
    () => computePromise(code, expression, awaited),
    busyTask(code, expression.type === "CallExpression" ? expression.callee : expression),
  );
}

function computePromise(code: Code, expression: Node, awaited: boolean): Task {
  switch (expression.type) {
    case "CallExpression":
      return callTask(code, expression, awaited);
    case "AwaitExpression":
      return promiseTask(code, expression.argument, true);
    case "ConditionalExpression":
      return worse(
        promiseTask(code, expression.consequent, awaited),
        promiseTask(code, expression.alternate, awaited),
      );
    case "LogicalExpression":
      return worse(promiseTask(code, expression.left, awaited), promiseTask(code, expression.right, awaited));
    case "SequenceExpression": {
      const last = expression.expressions.at(-1);
      return last ? promiseTask(code, last, awaited) : idle("sync");
    }
    case "AssignmentExpression":
      return promiseTask(code, expression.right, awaited);
    case "ImportExpression":
      // One module is loaded once, whoever asks for it.
      return expression.source.type === "Literal"
        ? idle("join")
        : starting("import()", expression, noGate, "none");
    case "TaggedTemplateExpression":
      return awaited ? starting(dottedName(expression.tag) ?? "query", expression) : idle("sync");
    case "NewExpression":
      return isPromiseClass(code, expression.callee) ? executorTask(code, expression) : idle("sync");
    case "Identifier": {
      // const p = save(x); return p; — started here; a name from outside was started elsewhere.
      const init = constantInit(code, expression);
      const variable = code.variable(expression);
      const home = definitionOf(variable)?.node as Node | undefined;
      const around = functionAround(code, expression) ?? code.ast;
      if (init && home && contains(around, home)) return promiseTask(code, init, awaited);
      return idle("join");
    }
    case "MemberExpression":
      return idle("join");
    case "ArrayExpression":
      // Only what is certainly a promise: `[x.id, format(x)]` is data.
      return worst(
        expression.elements.flatMap((element) =>
          element && element.type !== "SpreadElement" ? [certainTask(code, element)] : [],
        ),
      );
    default:
      return idle("sync");
  }
}

/** The task of an expression only when it is beyond doubt a promise: an async function of this file, or so the types say. */
export function certainTask(code: Code, node: Node): Task {
  const expression = unwrap(node);
  if (expression.type === "AwaitExpression") return promiseTask(code, expression.argument, true);
  if (expression.type !== "CallExpression") return idle("sync");
  return isPromiseCall(code, expression) ? promiseTask(code, expression, false) : idle("sync");
}

/** Is the call's value beyond doubt a promise? */
export function isPromiseCall(code: Code, call: TSESTree.CallExpression): boolean {
  return isPromiseBySource(code, call) || code.facts.thenable(call) === "yes";
}

/** The same from the source alone, which no type can contradict: an async function of this file, `fetch`, `node:fs/promises`. */
function isPromiseBySource(code: Code, call: TSESTree.CallExpression): boolean {
  const fn = functionOf(code, call.callee);
  if (fn) {
    if (fn.async) return !fn.generator;
    return returned(code, fn).some((result) => {
      const value = unwrap(result);
      if (value.type === "NewExpression") return isPromiseClass(code, value.callee);
      return (
        value.type === "CallExpression" &&
        value !== call &&
        code.once("promise call", value, () => isPromiseCall(code, value), false)
      );
    });
  }
  const method = methodCall(call);
  if (method && isPromiseMethod(code, method)) return true;
  if (method?.method === "then") return true;
  // save(x).catch(report): Map and Set have no such methods.
  if (method && ["catch", "finally"].includes(method.method) && method.object.type === "CallExpression")
    return true;
  if (isGlobal(code, call.callee, "fetch")) return true;
  const imported = importOf(code, call.callee);
  if (
    imported &&
    /^(node:)?(fs\/promises|timers\/promises|dns\/promises|stream\/promises)$/.test(imported.module)
  )
    return true;
  return (
    imported !== undefined && /^(node:)?fs$/.test(imported.module) && imported.name.startsWith("promises.")
  );
}

function callTask(code: Code, call: TSESTree.CallExpression, awaited: boolean): Task {
  const gated = gatedCall(code, call);
  if (gated)
    return starting(
      gated.limiter.name,
      call,
      gateFor(gated.limiter.capacity, gated.limiter.name, call.callee),
    );
  const wrapped = wrapperGate(code, call.callee);
  if (wrapped) return starting(dottedName(call.callee) ?? "task", call, wrapped);
  const callee = unwrap(call.callee);
  if (isFunction(callee)) return bodyTask(code, callee);
  const method = methodCall(call);
  if (method) {
    if (isPromiseMethod(code, method)) return combinatorTask(code, method.method, method.args);
    if (["then", "catch", "finally"].includes(method.method)) {
      const base = promiseTask(code, method.object, awaited);
      if (base.effect.kind !== "none") return base;
      // What a handler of a promise that runs already sets going, where that is beyond doubt.
      const later = method.args.flatMap((argument) => {
        const fn = functionOf(code, argument);
        return fn &&
          (fn.async ||
            returned(code, fn).some((result) => certainTask(code, result).effect.kind === "starts"))
          ? [bodyTask(code, fn)]
          : [];
      });
      const next = worst(later);
      return next.effect.kind === "none" ? idle("join") : next;
    }
    // patch.apply() without arguments is a method of its own.
    if (
      ["call", "apply"].includes(method.method) &&
      method.args.length > 0 &&
      method.object.type !== "CallExpression" &&
      // this.call("config", "get"): a method of that name.
      method.object.type !== "ThisExpression"
    )
      return taskOf(code, method.object);
    // Bluebird.map(x.parts, load)
    const isLibrarys = method.method === "map" && isPromiseClass(code, method.object);
    const [callback] = isLibrarys ? method.args.slice(1) : method.args;
    if (callbackMethods.has(method.method) && callback && callback.type !== "SpreadElement") {
      // An array of promises inside one element: items.map((x) => x.parts.map(load)).flat()
      if (method.method === "map" || method.method === "flatMap") return taskOf(code, callback);
      if (isFunction(unwrap(callback))) return idle("sync");
    }
    // dep.urn.promise(): hands out a promise that the element holds.
    if (
      /^(promise|asPromise|getPromise|when[A-Z]\w*)$/.test(method.method) &&
      method.args.length === 0 &&
      (method.object.type === "MemberExpression" || /^when/.test(method.method))
    ) {
      return idle("join");
    }
    const special = specialMethod(code, method.object, method.method, call);
    if (special) return special;
  }
  if (isArrayFrom(code, call) && call.arguments[1]) return taskOf(code, call.arguments[1]);
  if (isSyncCall(code, call)) return idle("sync");
  const fn = functionOf(code, callee);
  if (fn) {
    const task = withHanded(code, call, calledTask(code, call, code, fn));
    if (task.gate.kind === "none" && task.effect.kind === "starts") {
      const connection = connectionOf(code, call);
      if (connection) return { ...named(task, callee), gate: connection };
    }
    return named(task, callee);
  }
  return calleeTask(code, callee, call, awaited ? "awaited" : "returned");
}

/** A call of a function whose body is in sight: what it does itself, what it is given to call, and what it waits for. */
function calledTask(code: Code, call: TSESTree.CallExpression, there: Code, fn: FunctionNode): Task {
  const task = bodyTask(there, fn);
  if (task.effect.kind !== "none" && task.effect.kind !== "handed") return task;
  const joined = joinedParameters(there, fn);
  const given = call.arguments.flatMap((argument, index) => {
    if (argument.type === "SpreadElement") return [];
    if (joined.has(index)) return [() => promiseTask(code, argument, false)];
    return functionOf(code, argument) && isCalled(there, fn.params[index])
      ? [() => taskOf(code, argument)]
      : [];
  });
  // `run(async () => save(x))`: the caller is in sight, so what it hands in is, too.
  return worstOf(task.effect.kind === "handed" && given.length > 0 ? given : [() => task, ...given]);
}

/** Something this file does not define: imported, a parameter, a method of an object. */
function calleeTask(code: Code, callee: Node, node: Node, use: "awaited" | "returned" | "reference"): Task {
  if (use === "reference" && isSyncCallee(code, callee)) return idle("sync");
  const there = functionBehind(code, callee);
  /** What its body is seen to start. */
  let behind: Task | undefined;
  if (there) {
    // Its own file shows a limiter, or that nothing starts; otherwise it is work like any other.
    const task =
      node.type === "CallExpression"
        ? calledTask(code, node, there.code, there.fn)
        : bodyTask(there.code, there.fn);
    if (task.gate.kind !== "none")
      return starting(dottedName(callee) ?? "task", node, renamedGate(task.gate, callee));
    if (task.again) return again(dottedName(callee) ?? "task", node);
    const isIdle =
      task.effect.kind === "none" && !onlyThrows(there.fn) && !awaitsGetter(there.code, there.fn);
    if (isIdle && !there.overridable) return task;
    if (task.effect.kind === "starts") behind = task;
    // As far as can be seen it only computes; a method that does nothing at all waits for a subclass to do something.
    if (isIdle && onlyComputes(there.code, there.fn, node)) return light(dottedName(callee) ?? "task", node);
  }
  const imported = importOf(code, callee);
  if (imported && batchedCalls.get(imported.module)?.test(imported.name)) return idle("batched");
  // `await` in an async callback is the author's own word that it is a promise.
  const inner = node.type === "CallExpression" ? gatedWithin(code, node) : undefined;
  if (inner) return inner;
  const isSurely = node.type === "CallExpression" && isPromiseBySource(code, node);
  if (use === "returned" && !isSurely && code.ask((facts) => facts.thenable(node)) === "no")
    return idle("sync");
  if (use === "reference" && code.ask((facts) => facts.returnsThenable(node)) === "no") return idle("sync");
  const name = dottedName(callee) ?? lastName(callee) ?? "async callback";
  const known = taskByName(code, callee, node, name);
  if (known) return known;
  const gate =
    lookalikeGate(code, callee) ??
    providerQueue(node) ??
    throttledClient(code, callee) ??
    (node.type === "CallExpression" ? connectionOf(code, node) : undefined);
  const evidence = behind ? evidenceOfBody(behind, callee) : evidenceOf(code, callee);
  const task = starting(name, node, gate, evidence);
  return node.type === "CallExpression" ? withHanded(code, node, task) : task;
}

/** `retry(async () => limit(() => save(x)))`: the function handed over waits for its turn. */
function gatedWithin(code: Code, call: TSESTree.CallExpression): Task | undefined {
  for (const argument of call.arguments) {
    const fn = argument.type === "SpreadElement" ? undefined : unwrap(argument);
    if (!fn || !isFunction(fn)) continue;
    const task = bodyTask(code, fn);
    if (task.effect.kind === "starts" && (task.gate.kind === "limiter" || task.gate.kind === "pool"))
      return task;
  }
  return undefined;
}

/**
 * What a call shows that shows nothing itself: the work in the list that `settled(rows.map(async (row) => ...))` is handed,
 * or in the function of `withRetries(() => download(x))`.
 */
function withHanded(code: Code, call: TSESTree.CallExpression, task: Task): Task {
  if (task.effect.kind !== "starts" || !isWeak(task.evidence)) return task;
  const handed = call.arguments.flatMap((argument) => {
    const value = argument.type === "SpreadElement" ? undefined : unwrap(argument);
    const fn = value && callsOnly.test(lastName(call.callee) ?? "") ? functionOf(code, value) : undefined;
    if (fn) return [bodyTask(code, fn)];
    const isList = value && /^(map|flatMap)$/.test(methodCall(value)?.method ?? "");
    return isList ? [promiseTask(code, value, false)] : [];
  });
  const given = worst(handed).evidence;
  return given === "none" ? task : { ...task, evidence: given };
}

/** `Promise.all([...])` and its kin inside a callback: as dangerous as the worst of what they wait for. */
function combinatorTask(code: Code, method: string, args: TSESTree.CallExpression["arguments"]): Task {
  const [first] = args;
  if (first === undefined || first.type === "SpreadElement") return idle("sync");
  if (method === "resolve" || method === "reject") return promiseTask(code, first, false);
  const list = unwrap(first);
  if (list.type === "ArrayExpression") {
    return worst(
      list.elements.flatMap((element) =>
        element
          ? [promiseTask(code, element.type === "SpreadElement" ? element.argument : element, false)]
          : [],
      ),
    );
  }
  const pushed = pushedInto(code, list);
  return pushed.length > 0
    ? worstOf(pushed.map((promise) => () => promiseTask(code, promise, false)))
    : promiseTask(code, list, false);
}

/** What is pushed to a list of the function that waits for it: `const tasks = []; for (...) tasks.push(save(x));`. */
function pushedInto(code: Code, list: Node): Node[] {
  const variable = code.variable(list);
  const home = definitionOf(variable)?.node as Node | undefined;
  const init = constantInit(code, list);
  const around = functionAround(code, list) ?? code.ast;
  if (!variable || !home || !contains(around, home) || !init || unwrap(init).type !== "ArrayExpression")
    return [];
  return variable.references.flatMap(({ identifier }) => {
    const member = code.parent(identifier);
    const call = member && code.parent(member);
    const method = call && methodCall(call);
    return method?.method === "push" && unwrap(method.object) === identifier
      ? method.args.filter((argument) => argument.type !== "SpreadElement")
      : [];
  });
}
