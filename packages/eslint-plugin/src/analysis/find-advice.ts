/** Finds what is bounded but could be better: chunks that wait for their slowest, queues nobody waits for, sleeps as brakes. */
import type { TSESTree } from "@typescript-eslint/types";
import { effectOf } from "./evidence.ts";
import { unbounded } from "./bound.ts";
import {
  callsNamed,
  contains,
  dottedName,
  isLoop,
  lastName,
  methodCall,
  outer,
  shortText,
  spanOf,
  unwrap,
  visitOwn,
  type Code,
  type Loop,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import type { Draft } from "./draft.ts";
import { promiseTask } from "./effect.ts";
import { noGate, starting } from "./task.ts";
import { fansOf } from "./fans.ts";
import { combinatorOf, combiningNames } from "./find-fan-outs.ts";
import { gatedCall, limiterCalls, mentionsLimiters } from "./gate.ts";
import { numberOf } from "./numbers.ts";
import { sizeOf } from "./size.ts";

export function findAdvice(code: Code): readonly Draft[] {
  const combining = callsNamed(code, combiningNames(code));
  const inLoop = (call: Node) => code.loops.some((loop) => contains(loop, call));
  return [
    ...drafts(code, callsNamed(code, isSleepName).filter(inLoop), sleepDraft),
    ...drafts(code, combining.filter(inLoop), chunkDraft),
    ...drafts(code, limiterCalls(code).filter(inLoop), queueDraft),
    ...drafts(code, combining, floodDraft),
  ];
}

function drafts(
  code: Code,
  calls: readonly Node[],
  find: (code: Code, call: TSESTree.CallExpression) => Draft | undefined,
): readonly Draft[] {
  return calls.flatMap((call) => {
    if (call.type !== "CallExpression") return [];
    const before = code.unanswered.count;
    const draft = find(code, call);
    return draft ? [{ ...draft, certain: code.unanswered.count === before }] : [];
  });
}

const isSleepName = (name: string) =>
  /^(sleep|delay|wait|pause|setTimeout|timeout|waitFor|promisedTimeout|sleepMs)$/.test(name);

/** The innermost loop around a node, in the same function. */
function loopAround(code: Code, node: Node): Loop | undefined {
  let child = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (isLoop(at) && child === at.body) return at;
    if (
      at.type === "ArrowFunctionExpression" ||
      at.type === "FunctionExpression" ||
      at.type === "FunctionDeclaration"
    )
      return undefined;
  }
  return undefined;
}

/** `for (const part of chunk(items, 25)) await Promise.all(part.map(save))` */
function chunkDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  if (outer(code, call)?.type !== "AwaitExpression" || combinatorOf(code, call) === undefined)
    return undefined;
  const loop = loopAround(code, call);
  const [argument] = call.arguments;
  if (!loop || !argument || argument.type === "SpreadElement") return undefined;
  // The last call, behind the loop, empties what is left: only the one inside stalls.
  const fan = fansOf(code, argument).find(
    ({ task, bound }) =>
      task.effect.kind === "starts" &&
      task.gate.kind === "none" &&
      (bound.kind === "limit-like" || (bound.kind === "at-most" && bound.by === "window")),
  );
  if (fan === undefined) return undefined;
  // A sleep between the chunks is the sleep rule's business.
  if (hasSleep(code, loop)) return undefined;
  return {
    rule: "no-chunked-promise-all",
    topic: "chunked",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: dottedName(call.callee) ?? "Promise.all",
    bound: fan.bound,
    gate: fan.task.gate,
    effect: effectOf(code, fan.task, fan.collection),
    verdict: { kind: "strict", because: "each chunk waits for its slowest element" },
    certain: true,
    fan,
    subject: chunkedSource(code, loop, fan.collection),
  };
}

/** The collection that a loop over its chunks is about: `items` in `for (const part of chunk(items, 25))`. */
function chunkedSource(code: Code, loop: Loop, part: Node | undefined): Node | undefined {
  if (loop.type !== "ForOfStatement" || loop.left.type !== "VariableDeclaration" || !part) return undefined;
  const [declared] = loop.left.declarations;
  const isPart = declared.id.type === "Identifier" && dottedName(part) === declared.id.name;
  const chunks = unwrap(loop.right);
  if (!isPart || chunks.type !== "CallExpression") return undefined;
  // splitEvery(25, items) has the number first.
  return chunks.arguments.find(
    (argument) =>
      argument.type !== "SpreadElement" &&
      argument.type !== "ObjectExpression" &&
      numberOf(code, argument) === undefined,
  );
}

function hasSleep(code: Code, loop: Loop): boolean {
  let found = false;
  visitOwn(code, loop.body, (node) => {
    if (node.type === "AwaitExpression" && isSleep(code, node.argument)) found = true;
    return undefined;
  });
  return found;
}

/** `await sleep(1000)`, `await new Promise((r) => setTimeout(r, 1000))` */
function isSleep(code: Code, node: Node): boolean {
  const expression = unwrap(node);
  if (expression.type === "CallExpression") return isSleepName(lastName(expression.callee) ?? "");
  if (expression.type !== "NewExpression" || lastName(expression.callee) !== "Promise") return false;
  const [executor] = expression.arguments;
  const fn = executor && functionOf(code, executor);
  let timer = false;
  if (fn) {
    visitOwn(code, fn.body, (inner) => {
      if (inner.type === "CallExpression" && lastName(inner.callee) === "setTimeout") timer = true;
      return undefined;
    });
  }
  return timer;
}

/** A sleep in a loop whose other work is not awaited, or only chunk by chunk. */
function sleepDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const awaited = outer(code, call);
  if (awaited?.type !== "AwaitExpression" || !isSleep(code, call)) return undefined;
  const loop = loopAround(code, call);
  if (!loop) return undefined;
  let chunked = false;
  let dropped: TSESTree.CallExpression | undefined;
  visitOwn(code, loop.body, (node) => {
    if (node.type !== "CallExpression" || node === call) return undefined;
    const parent = outer(code, node);
    if (
      parent?.type === "AwaitExpression" &&
      combinatorOf(code, node) !== undefined &&
      node.arguments[0] &&
      node.arguments[0].type !== "SpreadElement"
    ) {
      chunked ||= fansOf(code, node.arguments[0]).some(
        ({ bound, task }) =>
          task.effect.kind === "starts" && (bound.kind === "limit-like" || bound.kind === "at-most"),
      );
    }
    const isDropped =
      parent?.type === "ExpressionStatement" ||
      (parent?.type === "UnaryExpression" && parent.operator === "void");
    if (
      isDropped &&
      parent.type === "UnaryExpression" &&
      promiseTask(code, node, true).effect.kind === "starts"
    )
      dropped ??= node;
    return undefined;
  });
  if (!chunked && dropped === undefined) return undefined;
  const collection = loop.type === "ForOfStatement" ? loop.right : undefined;
  const bound = collection ? sizeOf(code, collection) : unbounded(code, call);
  // for (const part of chunk(items, 25)): the elements are the chunk's source's.
  const chunks = collection ? unwrap(collection) : undefined;
  const inner = chunked && chunks?.type === "CallExpression" ? chunks.arguments[0] : undefined;
  const source = inner && inner.type !== "SpreadElement" ? inner : chunked ? undefined : collection;
  return {
    rule: "no-sleep-throttle",
    topic: "sleep-throttle",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: shortText(code, call.callee),
    bound,
    gate: noGate,
    effect: {
      kind: "starts",
      what: dropped ? (dottedName(dropped.callee) ?? "itself") : "itself",
      span: spanOf(call),
    },
    verdict: { kind: "strict", because: "a sleep is neither a rate nor a bound" },
    certain: true,
    ...(dropped && { subject: dropped }),
    ...(source && {
      fan: {
        shape: "push",
        node: call,
        bound,
        task: starting("itself", call),
        collection: source,
      },
    }),
  };
}

/** `for await (const row of cursor) { q.add(() => save(row)); }`: the producer never waits for the queue. */
function queueDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const parent = outer(code, call);
  const isDropped =
    parent?.type === "ExpressionStatement" ||
    (parent?.type === "UnaryExpression" && parent.operator === "void");
  const gated = isDropped ? gatedCall(code, call) : undefined;
  if (!gated?.task) return undefined;
  const loop = loopAround(code, call);
  if (loop?.type !== "ForOfStatement" || !loop.await) return undefined;
  let waits = false;
  visitOwn(code, loop.body, (node) => {
    if (node.type === "AwaitExpression") waits = true;
    return undefined;
  });
  if (waits) return undefined;
  return {
    rule: "no-unbounded-queue",
    topic: "queued-without-wait",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: shortText(code, call.callee),
    bound: unbounded(code, loop.right),
    gate: noGate,
    effect: { kind: "starts", what: "itself", span: spanOf(call) },
    verdict: { kind: "strict", because: "the producer never waits for the queue" },
    certain: true,
    name: gated.limiter.name,
  };
}

/** `Promise.all(rows.map((r) => limit(() => save(r))))` over a stream or page by page: a closure per row waits in memory. */
function floodDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const operation = mentionsLimiters(code) ? combinatorOf(code, call) : undefined;
  const [argument] = call.arguments;
  if (operation === undefined || !argument || argument.type === "SpreadElement") return undefined;
  const fan = fansOf(code, argument).find(
    ({ task, bound }) => task.gate.kind === "limiter" && bound.kind === "unbounded",
  );
  if (!fan?.collection) return undefined;
  const isStream =
    fan.shape === "push" ? isStreamLoop(code, fan.node) : comesFromStream(code, fan.collection);
  if (!isStream) return undefined;
  return {
    rule: "no-unbounded-queue",
    topic: "queued-at-once",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: dottedName(call.callee) ?? operation,
    bound: fan.bound,
    gate: fan.task.gate,
    effect: effectOf(code, fan.task, fan.collection),
    verdict: { kind: "strict", because: "what runs is bounded, what waits is not" },
    certain: true,
    fan,
    name: fan.task.gate.kind === "limiter" ? fan.task.gate.name : "the limiter",
  };
}

/** Pushed in `for await`, or page by page in a `while` that fetches. */
function isStreamLoop(code: Code, node: Node): boolean {
  const loop = loopAround(code, node);
  if (loop === undefined) return false;
  if (loop.type === "ForOfStatement") return loop.await;
  if (loop.type !== "WhileStatement" && loop.type !== "DoWhileStatement") return false;
  let fetches = false;
  visitOwn(code, loop.body, (inner) => {
    if (inner.type === "AwaitExpression") fetches = true;
    return undefined;
  });
  return fetches;
}

/** `await Array.fromAsync(stream)`, `await stream.toArray()`: a whole stream in memory. */
function comesFromStream(code: Code, collection: Node): boolean {
  const value = unwrap(collection);
  const variable = value.type === "Identifier" ? code.variable(value) : undefined;
  const definition = variable?.defs[0];
  const init =
    definition?.type === "Variable" && definition.node.id.type === "Identifier"
      ? definition.node.init
      : value;
  const awaited = init ? unwrap(init) : undefined;
  const call = awaited?.type === "AwaitExpression" ? unwrap(awaited.argument) : undefined;
  const method = call && methodCall(call);
  return method !== undefined && ["fromAsync", "toArray", "collect"].includes(method.method);
}
