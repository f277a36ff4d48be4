/** Finds library calls that run everything at once because nobody gave them a limit. */
import type { TSESTree } from "@typescript-eslint/types";
import { effectOf } from "./evidence.ts";
import { unbounded } from "./bound.ts";
import { isStreamMethod } from "./candidates.ts";
import {
  callsNamed,
  dottedName,
  lastName,
  memberName,
  methodCall,
  shortText,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import type { Draft } from "./draft.ts";
import { taskOf } from "./effect.ts";
import { starting, type Task } from "./task.ts";
import { iterationOf, type Fan } from "./fans.ts";
import { hasOption } from "./gate.ts";
import { importOf, namesLibrary } from "./imports.ts";
import { keysOf } from "./keys.ts";
import { knownCalls, type KnownCall } from "./known-options.ts";
import type { Bound, Verdict } from "./model.ts";
import { numberOf } from "./numbers.ts";
import { sizeOf } from "./size.ts";
import { judge } from "./verdict.ts";

export function findOptions(code: Code): readonly Draft[] {
  const calls = callsNamed(code, namesLibrary(code) ? () => true : isStreamMethod);
  return calls.flatMap((call) => draftOf(code, call) ?? streamDraft(code, call) ?? []);
}

const test = (pattern: string | RegExp, text: string) =>
  typeof pattern === "string" ? pattern === text : pattern.test(text);

function knownCall(
  code: Code,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
): KnownCall | undefined {
  const imported = importOf(code, call.callee);
  if (imported === undefined) return undefined;
  const name = imported.name === "*" ? "default" : imported.name;
  return knownCalls.find(
    (known) =>
      test(known.module, imported.module) &&
      test(known.name, name) &&
      (known.construct === true) === (call.type === "NewExpression"),
  );
}

function draftOf(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): Draft | undefined {
  const known = knownCall(code, call);
  if (known === undefined) return undefined;
  const before = code.unanswered.count;
  const limit = limitGiven(code, call, known);
  if (limit === "enough" || limit === "hidden") return undefined;
  const collection = known.collection === undefined ? undefined : call.arguments[known.collection];
  if (collection?.type === "SpreadElement") return undefined;
  const bound = collection
    ? sizeOfInput(code, collection)
    : unbounded(code, call.callee, "nothing limits how many it is given");
  const callback = known.task === undefined ? undefined : call.arguments[known.task];
  const task = callback && !known.lazy ? taskOf(code, callback) : inputTask(code, callback, collection, call);
  const fan: Fan = { shape: "function-map", node: call, bound, task, collection, callback };
  const judged = judge(bound, task.gate, effectOf(code, task, collection), code.policy);
  const verdict: Verdict =
    limit === "many" && judged.kind === "report"
      ? { kind: "strict", because: "the limit allows too many" }
      : judged;
  return {
    rule: "require-concurrency-option",
    topic: limit === "missing" ? "option-missing" : "option-too-large",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: shortText(code, call.callee),
    bound,
    gate: task.gate,
    effect: effectOf(code, task),
    verdict: softened(code, call, known, verdict),
    certain: code.unanswered.count === before,
    fan,
    name:
      known.option?.name ??
      known.argument ??
      (known.instead ? `${lastName(call.callee) ?? ""}${known.instead}` : "concurrent"),
  };
}

function softened(
  code: Code,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  known: KnownCall,
  verdict: Verdict,
): Verdict {
  if (verdict.kind !== "report") return verdict;
  if (known.strict) return { kind: "strict", because: "streams of this library often emit once" };
  const options = known.option && call.arguments[known.option.index];
  const object = options ? unwrap(options) : undefined;
  if (
    known.rateOption !== undefined &&
    object?.type === "ObjectExpression" &&
    hasOption(object, known.rateOption)
  ) {
    return { kind: "strict", because: "the rate is limited, how many are in flight is not" };
  }
  return verdict;
}

/** What the call says about its limit. `hidden`: options that cannot be seen. */
function limitGiven(
  code: Code,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  known: KnownCall,
): "missing" | "enough" | "many" | "too large" | "hidden" {
  if (known.position !== undefined) {
    // mergeMap(fn, resultSelector, 4) takes it third.
    const value = call.arguments
      .slice(known.position)
      .find((argument) => argument.type !== "SpreadElement" && !functionOf(code, argument));
    return value === undefined ? "missing" : weigh(code, value, call, known);
  }
  if (known.option === undefined) return "missing";
  const argument = call.arguments[known.option.index];
  if (argument === undefined) return known.boundedByDefault ? "enough" : "missing";
  const options = unwrap(argument);
  // Effect.all(effects, { concurrency: "unbounded" }); async's callback may stand where options would.
  if (options.type !== "ObjectExpression") return "hidden";
  const name = known.option.name;
  const property = options.properties.find(
    (p) =>
      p.type === "Property" && !p.computed && (p.key.type === "Identifier" ? p.key.name : undefined) === name,
  );
  if (property?.type === "Property") return weigh(code, property.value, call, known);
  if (options.properties.some((p) => p.type === "SpreadElement")) return "hidden";
  return known.boundedByDefault ? "enough" : "missing";
}

function weigh(
  code: Code,
  value: Node,
  call: TSESTree.CallExpression | TSESTree.NewExpression,
  known: KnownCall,
): "enough" | "many" | "too large" {
  const expression = unwrap(value);
  if (expression.type === "Literal" && expression.value === "unbounded") return "too large";
  const number = numberOf(code, expression);
  if (number?.kind === "known" && number.value === Infinity) return "too large";
  if (number?.kind === "known" && number.value > code.policy.maxConcurrency) return "many";
  // { concurrency: items.length }
  const collection = known.collection === undefined ? undefined : call.arguments[known.collection];
  const name = collection && dottedName(collection);
  if (
    memberName(expression) === "length" &&
    expression.type === "MemberExpression" &&
    name !== undefined &&
    dottedName(expression.object) === name
  )
    return "too large";
  return "enough";
}

/** An array, or an object of named tasks: `forkJoin({ user, org })`, `async.parallel({ a, b })`. */
function sizeOfInput(code: Code, collection: Node): Bound {
  const value = unwrap(collection);
  return value.type === "ObjectExpression" ? keysOf(code, value) : sizeOf(code, value);
}

/** Without a task function the collection itself holds the tasks, or the observables. */
function inputTask(code: Code, callback: Node | undefined, collection: Node | undefined, call: Node): Task {
  const iteration = collection && iterationOf(code, collection);
  const starter = callback ?? iteration?.callback;
  const what = starter && (functionBodyName(code, starter) ?? dottedName(starter));
  return starting(what ?? "itself", call);
}

/** The name of what a thunk or an observable factory calls: `() => save(x)` is `save`. */
function functionBodyName(code: Code, callback: Node): string | undefined {
  const fn = functionOf(code, callback);
  const body = fn ? unwrap(fn.body) : undefined;
  const call = body?.type === "ArrowFunctionExpression" ? unwrap(body.body) : body;
  return call?.type === "CallExpression" ? dottedName(call.callee) : undefined;
}

/** `Readable.from(rows).map(load, { concurrency: 5000 })`: bounded in name only. */
function streamDraft(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): Draft | undefined {
  const before = code.unanswered.count;
  const method = methodCall(call);
  const [callback, options] = call.arguments;
  if (!method || !["map", "filter", "forEach", "flatMap"].includes(method.method) || !callback || !options)
    return undefined;
  const object = unwrap(options);
  if (object.type !== "ObjectExpression" || !hasOption(object, "concurrency")) return undefined;
  const property = object.properties.find(
    (p) => p.type === "Property" && p.key.type === "Identifier" && p.key.name === "concurrency",
  );
  const number = property?.type === "Property" ? numberOf(code, property.value) : undefined;
  if (number?.kind !== "known" || number.value <= code.policy.maxConcurrency) return undefined;
  const bound = unbounded(code, method.object, "nothing limits how much a stream holds");
  const task = taskOf(code, callback);
  return {
    rule: "require-concurrency-option",
    topic: "option-too-large",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: shortText(code, call.callee),
    bound,
    gate: task.gate,
    effect: effectOf(code, task),
    verdict:
      task.effect.kind === "none"
        ? judge(bound, task.gate, effectOf(code, task), code.policy)
        : { kind: "strict", because: "the limit allows too many" },
    certain: code.unanswered.count === before,
    fan: { shape: "function-map", node: call, bound, task, collection: method.object, callback },
    name: "concurrency",
  };
}
