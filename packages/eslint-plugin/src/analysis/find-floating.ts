/** Finds work that is started once per element or event, and that nobody waits for. */
import type { TSESTree } from "@typescript-eslint/types";
import { effectOf } from "./evidence.ts";
import { atMost, times, unbounded } from "./bound.ts";
import {
  callsNamed,
  constantInit,
  contains,
  definitionOf,
  dottedName,
  functionAround,
  isFunction,
  isLoop,
  lastName,
  methodCall,
  outer,
  returned,
  shortText,
  spanOf,
  unwrap,
  visitAll,
  visitOwn,
  type Code,
  type FunctionNode,
  type Loop,
  type Node,
} from "./code.ts";
import { functionOf, memberInit } from "./members.ts";
import type { Draft } from "./draft.ts";
import { bodyTask, certainTask, isPromiseCall, promiseTask, taskOf } from "./effect.ts";
import { idle, type Task } from "./task.ts";
import { iterationOf, type Fan } from "./fans.ts";
import { combinatorOf } from "./find-fan-outs.ts";
import { gatedCall } from "./gate.ts";
import { loopsAround } from "./growth.ts";
import { importOf, isPromiseMethod } from "./imports.ts";
import type { Bound, Verdict } from "./model.ts";
import { isCapacityTest, isOutside } from "./pools.ts";
import { sizeOf } from "./size.ts";
import { annotatedSize } from "./type-syntax.ts";
import { judge } from "./verdict.ts";

/** By the name that is called, since most calls are of no interest. */
const finders: Readonly<Record<string, (code: Code, call: TSESTree.CallExpression) => Draft | undefined>> = {
  __proto__: null as never,
  forEach: (code, call) => forEachDraft(code, call),
  each: (code, call) => forEachDraft(code, call),
  map: (code, call) => discardedMapDraft(code, call),
  flatMap: (code, call) => discardedMapDraft(code, call),
  from: (code, call) => discardedMapDraft(code, call),
  on: (code, call) => listenerDraft(code, call),
  addListener: (code, call) => listenerDraft(code, call),
};

export function findFloating(code: Code): readonly Draft[] {
  const drafts: Draft[] = [];
  for (const call of callsNamed(code, (name) => name in finders)) {
    if (call.type !== "CallExpression") continue;
    const draft = finders[lastName(call.callee) ?? ""]?.(code, call);
    if (draft) drafts.push(draft);
  }
  for (const statement of floatingStatements(code)) {
    const draft = loopDraft(code, statement);
    if (draft && !drafts.some((known) => known.span.start === draft.span.start)) drafts.push(draft);
  }
  return drafts;
}

function draftFor(
  code: Code,
  topic: Draft["topic"],
  node: Node,
  at: Node,
  fan: Fan,
  certain: boolean,
  verdict?: Verdict,
): Draft {
  return {
    rule: "no-floating-fan-out",
    topic,
    node,
    span: spanOf(at),
    operation: shortText(code, at),
    bound: fan.bound,
    gate: fan.task.gate,
    effect: effectOf(code, fan.task, fan.collection),
    verdict:
      verdict ?? judge(fan.bound, fan.task.gate, effectOf(code, fan.task, fan.collection), code.policy),
    certain,
    fan,
  };
}

/** `items.forEach(async (x) => { await save(x) })`, `_.forEach(items, async ...)`. */
function forEachDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const before = code.unanswered.count;
  const method = methodCall(call);
  const imported = importOf(code, call.callee);
  const isLibrary =
    imported !== undefined &&
    /^(lodash|underscore)/.test(imported.module) &&
    /^(forEach|each)$/.test(lastName(call.callee) ?? "");
  if (!isLibrary && method?.method !== "forEach") return undefined;
  const collection = isLibrary ? call.arguments[0] : method?.object;
  const callback = isLibrary ? call.arguments[1] : call.arguments[0];
  if (!collection || !callback || callback.type === "SpreadElement") return undefined;
  const fn = functionOf(code, callback);
  // A `forEach` that is awaited or returned is somebody's own, and may well wait.
  if (fn?.async !== true || fn.generator) return undefined;
  // `await` does not make Map#forEach wait.
  if (isUsed(code, call) && !isKnownCollection(code, collection)) return undefined;
  if (!isLibrary && isSomethingElse(code, collection)) return undefined;
  const fan: Fan = {
    shape: "map",
    node: call,
    bound: sizeOf(code, collection),
    task: taskOf(code, callback),
    collection,
    callback,
  };
  return draftFor(code, "for-each", call, unwrap(call.callee), fan, code.unanswered.count === before);
}

/** Beyond doubt an array, Set or Map: so the annotation or the types say. */
function isKnownCollection(code: Code, receiver: Node): boolean {
  const name = unwrap(receiver);
  const definition = name.type === "Identifier" ? definitionOf(code.variable(name)) : undefined;
  if (definition && annotatedSize(code, definition.name)?.kind === "unbounded") return true;
  return (
    code.facts.isArray(name) === "yes" ||
    code.facts.declaredTypes(name).some(({ name: type }) => /^(Readonly)?(Set|Map)$/.test(type))
  );
}

/** Neither an array nor a Set nor a Map, as far as types tell. */
function isSomethingElse(code: Code, receiver: Node): boolean {
  if (isKnownCollection(code, receiver)) return false;
  if (code.ask((facts) => facts.isArray(unwrap(receiver))) !== "no") return false;
  return !code.facts
    .declaredTypes(receiver)
    .some(({ name }) =>
      /^(Readonly)?(Set|Map|Array)|^(NodeList|HTMLCollection|URLSearchParams|Headers|FormData)/.test(name),
    );
}

/** Is the value of the expression used, rather than thrown away? */
function isUsed(code: Code, node: Node): boolean {
  const parent = outer(code, node);
  if (parent?.type === "UnaryExpression" && parent.operator === "void") return false;
  // (items) => items.forEach(...) returns undefined: the same as a statement.
  return (
    parent?.type !== "ExpressionStatement" &&
    !(parent?.type === "ArrowFunctionExpression" && unwrap(parent.body) === unwrap(node))
  );
}

/** `items.map(async (x) => save(x));` as a statement. */
function discardedMapDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const parent = outer(code, call);
  const isDiscarded =
    parent?.type === "ExpressionStatement" ||
    (parent?.type === "UnaryExpression" && parent.operator === "void");
  if (!isDiscarded) return undefined;
  const before = code.unanswered.count;
  const iteration = iterationOf(code, call);
  if (!iteration) return undefined;
  const fn = functionOf(code, iteration.callback);
  if (fn?.async !== true) return undefined;
  const fan: Fan = {
    ...iteration,
    node: call,
    bound: sizeOf(code, iteration.collection),
    task: taskOf(code, iteration.callback),
  };
  return draftFor(code, "discarded-map", call, unwrap(call.callee), fan, code.unanswered.count === before);
}

/** Events of a stream: one per piece of data, as fast as it arrives. */
const dataEvents = new Set(["data", "line", "row", "record", "entry"]);
/** Events of a bus or a socket: unbounded in principle, and usually limited by whoever sends. */
const busEvents = new Set(["message", "msg", "job", "event", "packet", "item", "document"]);

function listenerDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const method = methodCall(call);
  const [event, listener] = call.arguments;
  if (!method || !["on", "addListener"].includes(method.method) || !listener || event?.type !== "Literal")
    return undefined;
  const name = String(event.value);
  if (!dataEvents.has(name) && !busEvents.has(name)) return undefined;
  const fn = functionOf(code, listener);
  if (fn?.async !== true) return undefined;
  const before = code.unanswered.count;
  const task = bodyTask(code, fn);
  // stream.pause(), zip.readEntry(), next(): the handler holds its source back by itself.
  const next = fn.params.length > 1 ? fn.params.at(-1) : undefined;
  let holdsBack = false;
  visitAll(code, fn.body, (node) => {
    if (["pause", "suspend", "cork", "readEntry"].includes(methodCall(node)?.method ?? "")) holdsBack = true;
    if (
      next?.type === "Identifier" &&
      node.type === "CallExpression" &&
      dottedName(node.callee) === next.name
    )
      holdsBack = true;
  });
  if (holdsBack || isAskedFor(code, method.object) || isOnce(code, fn)) return undefined;
  const bound = unbounded(code, event, "nothing limits how many events arrive");
  const verdict = judge(bound, task.gate, effectOf(code, task), code.policy);
  const softened: Verdict =
    verdict.kind === "report" && busEvents.has(name)
      ? { kind: "strict", because: "whoever sends the events usually limits them" }
      : verdict;
  const fan: Fan = { shape: "push", node: call, bound, task };
  return draftFor(
    code,
    "listener",
    call,
    unwrap(call.callee),
    fan,
    code.unanswered.count === before,
    softened,
  );
}

/** `yauzl.open(file, { lazyEntries: true }, (error, zip) => ...)`: an entry comes when `zip.readEntry()` asks for it, wherever that stands. */
function isAskedFor(code: Code, emitter: Node): boolean {
  const definition = definitionOf(code.variable(unwrap(emitter)));
  const opened =
    definition?.type === "Parameter"
      ? outer(code, definition.node)
      : unwrapAwait(constantInit(code, emitter));
  return (
    opened?.type === "CallExpression" &&
    opened.arguments.some((options) => {
      const lazy = options.type === "ObjectExpression" ? memberInit(code, options, "lazyEntries") : undefined;
      return lazy?.type === "Literal" && lazy.value === true;
    })
  );
}

function unwrapAwait(node: Node | undefined): Node | undefined {
  const value = node && unwrap(node);
  return value?.type === "AwaitExpression" ? unwrap(value.argument) : value;
}

/** `if (!ready) { ready = true; await start(); }`: all it waits for, it waits for once. */
function isOnce(code: Code, fn: FunctionNode): boolean {
  const guarded: Node[] = [];
  const awaits: Node[] = [];
  visitOwn(code, fn.body, (node) => {
    if (node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await)) awaits.push(node);
    if (node.type === "IfStatement" && setsItsFlag(code, node, fn)) guarded.push(node.consequent);
    return undefined;
  });
  return awaits.length > 0 && awaits.every((node) => guarded.some((block) => contains(block, node)));
}

function setsItsFlag(code: Code, { test, consequent }: TSESTree.IfStatement, fn: FunctionNode): boolean {
  const flags = new Set<string>();
  visitAll(code, test, (node) => {
    const flag = node.type === "UnaryExpression" && node.operator === "!" && dottedName(node.argument);
    if (flag) flags.add(flag);
  });
  let isSet = false;
  visitAll(code, consequent, (node) => {
    // One of the handler's own is a new one for each event.
    if (
      node.type === "AssignmentExpression" &&
      flags.has(dottedName(node.left) ?? "") &&
      isOutside(code, node.left, fn)
    )
      isSet = true;
  });
  return isSet && !(test.type === "LogicalExpression" && test.operator === "||");
}

interface FloatingStatement {
  readonly statement: Node;
  /** What is underlined. */
  readonly at: Node;
  readonly task: Task;
  readonly before: number;
}

/** Statements that start a promise and drop it, inside a loop or a callback that runs per element. */
function* floatingStatements(code: Code): Generator<FloatingStatement> {
  const rounds: readonly Node[] = [...code.loops, ...callsNamed(code, (name) => name === "forEach")];
  for (const dropped of code.dropped) {
    if (!rounds.some((round) => contains(round, dropped))) continue;
    const isVoid = dropped.type === "UnaryExpression";
    const value =
      dropped.type === "ExpressionStatement" ? dropped.expression : isVoid ? dropped.argument : dropped;
    const call = unwrap(value);
    if (call.type !== "CallExpression" || loopAround(code, dropped) === undefined) continue;
    if (isVoid) {
      // As a statement, or as all that a callback does: items.forEach((x) => void save(x)).
      const user = outer(code, dropped)?.type;
      if (user !== "ExpressionStatement" && user !== "ArrowFunctionExpression") continue;
    }
    const before = code.unanswered.count;
    const task = floatingTask(code, call, isVoid);
    if (task.effect.kind === "starts") yield { statement: dropped, at: unwrap(call.callee), task, before };
  }
}

/** What a dropped call starts, where it is beyond doubt a promise. */
function floatingTask(code: Code, call: TSESTree.CallExpression, isVoid: boolean): Task {
  const callee = unwrap(call.callee);
  const method = methodCall(call);
  if (method && isPromiseMethod(code, method)) return idle("join");
  if (method && ["then", "catch", "finally"].includes(method.method)) {
    // pool.connect().then(...): only a promise has these three.
    let base: Node = method.object;
    for (
      let chain = methodCall(base);
      chain && ["then", "catch", "finally"].includes(chain.method);
      chain = methodCall(base)
    )
      base = chain.object;
    // Promise.all(...).catch(report): the combinator's own site says so.
    if (base.type === "CallExpression" && combinatorOf(code, base) !== undefined) return idle("join");
    if (base.type === "CallExpression") return promiseTask(code, base, true);
    return isKept(code, base) ? idle("join") : promiseTask(code, call, true);
  }
  if (isFunction(callee)) return callee.async ? bodyTask(code, callee) : idle("sync");
  if (isVoid || isPromiseCall(code, call)) {
    const gated = gatedCall(code, call);
    if (gated) return idle("sequential");
    return promiseTask(code, call, true);
  }
  // setImmediate(() => save(x)): deferred is not bounded.
  if (
    ["setImmediate", "queueMicrotask"].includes(dottedName(callee) ?? "") ||
    dottedName(callee) === "process.nextTick"
  ) {
    const [callback] = call.arguments;
    const fn = callback && functionOf(code, callback);
    if (fn)
      return fn.async
        ? bodyTask(code, fn)
        : (returned(code, fn)
            .map((result) => certainTask(code, result))
            .find((t) => t.effect.kind !== "none") ?? certainTask(code, call));
  }
  return certainTask(code, call);
}

/** `const p = save(x); tasks.push(p); p.catch(report);`: it is handed on as well, and whoever gets it waits for it. */
function isKept(code: Code, promise: Node): boolean {
  const uses = code.variable(promise)?.references.filter((reference) => reference.isRead()) ?? [];
  return uses.some(({ identifier }) => code.parent(identifier)?.type !== "MemberExpression");
}

function loopDraft(code: Code, { statement, at, task, before }: FloatingStatement): Draft | undefined {
  const around = loopAround(code, statement);
  if (around === undefined) return undefined;
  const bound = boundOfLoop(code, statement, around);
  if (bound === undefined) return undefined;
  const fan: Fan = { shape: "push", node: statement, bound, task, collection: around.collection };
  // The loop waits for something else meanwhile: a timer, a slot, the next event. Only strict says so.
  const verdict = judge(bound, task.gate, effectOf(code, task), code.policy);
  const isEndless =
    around.loop &&
    (around.loop.type === "WhileStatement" ||
      around.loop.type === "DoWhileStatement" ||
      (around.loop.type === "ForStatement" && !around.loop.test));
  const softened: Verdict =
    isEndless && verdict.kind === "report"
      ? { kind: "strict", because: "how often the loop runs is up to what it waits for" }
      : verdict;
  return draftFor(code, "floating-in-loop", statement, at, fan, code.unanswered.count === before, softened);
}

interface Around {
  readonly loop?: Loop;
  readonly collection?: Node;
}

/** The loop, or the `forEach` callback, whose every round runs the statement. */
function loopAround(code: Code, statement: Node): Around | undefined {
  let child = statement;
  for (let at = code.parent(statement); at !== undefined; child = at, at = code.parent(at)) {
    if (isLoop(at) && child === at.body) {
      return {
        loop: at,
        ...((at.type === "ForOfStatement" || at.type === "ForInStatement") && { collection: at.right }),
      };
    }
    if (isFunction(at)) {
      const call = outer(code, at);
      const method = call ? methodCall(call) : undefined;
      if (method?.method === "forEach" && method.args[0] && unwrap(method.args[0]) === at && !at.async)
        return { collection: method.object };
      // An async IIFE, or the executor of a promise, belongs to the loop around it.
      if (call?.type === "CallExpression" && unwrap(call.callee) === at) continue;
      return undefined;
    }
  }
  return undefined;
}

function boundOfLoop(code: Code, statement: Node, around: Around): Bound | undefined {
  const { loop, collection } = around;
  if (loop === undefined) return collection && sizeOf(code, collection);
  // Leaving the loop right after: it runs once.
  if (leavesLoop(code, statement, loop)) return atMost(1, "static");
  if (waitsForSlot(code, loop)) return undefined;
  // while (running < limit) void work(): starts as many workers as there are slots.
  if (
    loop.type !== "ForOfStatement" &&
    loop.type !== "ForInStatement" &&
    loop.test &&
    isCapacityTest(code, loop.test, loop.body)
  )
    return undefined;
  const inside = loopsAround(code, statement, undefined, loop);
  if (loop.type === "ForOfStatement")
    return times(loop.await ? unbounded(code, loop.right) : sizeOf(code, loop.right), inside);
  return times(loopsAround(code, loop.body, undefined, functionAround(code, loop)), inside);
}

function leavesLoop(code: Code, statement: Node, loop: Loop): boolean {
  const block = code.parent(
    statement.type === "UnaryExpression" ? (code.parent(statement) ?? statement) : statement,
  );
  if (block?.type !== "BlockStatement" || (block === loop.body && block.body.length === 0)) return false;
  const last = block.body.at(-1);
  return (
    last?.type === "BreakStatement" || last?.type === "ReturnStatement" || last?.type === "ThrowStatement"
  );
}

/** `while (active >= max) await ...`, `await queue.onSizeLessThan(10)`, `await sem.acquire()`: a round waits for a free slot. */
function waitsForSlot(code: Code, loop: Loop): boolean {
  let waits = false;
  visitOwn(code, loop.body, (node) => {
    if (node.type !== "AwaitExpression") return undefined;
    const call = unwrap(node.argument);
    const name = call.type === "CallExpression" ? lastName(call.callee) : undefined;
    if (
      name !== undefined &&
      /^(acquire|take|lock|wait|race|any|onSizeLessThan|onEmpty|onIdle|drain|ready|slot|waitFor\w*|obtain|reserve|throttle)$/i.test(
        name,
      )
    )
      waits = true;
    return undefined;
  });
  return waits;
}
