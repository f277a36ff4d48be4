/** Finds limiters that limit nothing, and tasks that wait for the limiter they hold. */
import type { TSESTree } from "@typescript-eslint/types";
import { unbounded } from "./bound.ts";
import {
  contains,
  definitionOf,
  dottedName,
  functionAround,
  isFunction,
  isLoop,
  memberName,
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
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import type { Draft, Topic } from "./draft.ts";
import { isSyncCall } from "./callees.ts";
import { isPromiseCall } from "./effect.ts";
import { noGate } from "./task.ts";
import { fansOf, iterationOf } from "./fans.ts";
import { functionName } from "./find-fan-outs.ts";
import { gatedCall, knownFactory, limiterCalls, limiterOf, type GatedCall, type Limiter } from "./gate.ts";
import { importOf } from "./imports.ts";
import type { RuleName, Verdict } from "./model.ts";
import { numberOf } from "./numbers.ts";

const wrong = (because: string): Verdict => ({ kind: "report", because });

function draft(
  code: Code,
  rule: RuleName,
  topic: Topic,
  node: Node,
  at: Node,
  verdict: Verdict,
  name?: string,
): Draft {
  return {
    rule,
    topic,
    node,
    span: spanOf(at),
    operation: shortText(code, at),
    bound: unbounded(code, node),
    gate: noGate,
    effect: { kind: "starts", what: "itself", span: spanOf(node) },
    verdict,
    certain: true,
    ...(name !== undefined && { name }),
  };
}

export function findMisuse(code: Code): readonly Draft[] {
  return limiterCalls(code).flatMap((call) => {
    const before = code.unanswered.count;
    const found = misuseOf(code, call);
    return found ? [{ ...found, certain: code.unanswered.count === before }] : [];
  });
}

function misuseOf(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): Draft | undefined {
  const made = unlimited(code, call) ?? madeTooOften(code, call);
  if (made || call.type !== "CallExpression") return made;
  const gated = gatedCall(code, call);
  if (!gated) return limitedTooLate(code, call) ?? namedLimitGivenPromise(code, call);
  return (
    startedBefore(code, call, gated) ??
    promiseNotThunk(code, call, gated) ??
    releasedEarly(code, call, gated) ??
    reentrant(code, call, gated)
  );
}

/** The part of a creation that an underline should show: `pLimit`, `PQueue`. */
const calleeOf = (call: TSESTree.CallExpression | TSESTree.NewExpression): Node => unwrap(call.callee);

/** `pLimit(Infinity)`, `pLimit(items.length)`. */
function unlimited(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): Draft | undefined {
  const known = knownFactory(code, call.callee);
  if (known?.capacity !== 0 && known?.capacity !== 1) return undefined;
  const argument = call.arguments[known.capacity];
  if (argument === undefined || argument.type === "SpreadElement") return undefined;
  const value = unwrap(argument);
  const number = numberOf(code, value);
  const isAll = number?.kind === "known" && number.value === Infinity;
  const isLength = value.type === "MemberExpression" && memberName(value) === "length";
  return isAll || isLength
    ? draft(
        code,
        "no-ineffective-limiter",
        "limiter-unlimited",
        call,
        calleeOf(call),
        wrong("the limit is as large as the input"),
      )
    : undefined;
}

/** A limiter made inside the callback it should limit, inside a recursive function, or per request. */
function madeTooOften(code: Code, call: TSESTree.CallExpression | TSESTree.NewExpression): Draft | undefined {
  const known = knownFactory(code, call.callee);
  if (known === undefined || known.rate) return undefined;
  const limiter = limiterOf(code, call);
  const isWrapper = known.wraps !== undefined && known.callable === undefined;
  if (limiter === undefined && !isWrapper) return undefined;
  const name = shortText(code, call.callee);
  const callback = taskAround(code, call);
  if (callback && usedInside(code, call, callback)) {
    return draft(
      code,
      "no-ineffective-limiter",
      "limiter-per-task",
      call,
      calleeOf(call),
      wrong("no two tasks share the limiter"),
      name,
    );
  }
  const fn = functionAround(code, call);
  if (fn && isWrapper) return undefined;
  if (fn && callsItselfUnder(code, fn)) {
    return draft(
      code,
      "no-ineffective-limiter",
      "limiter-per-task",
      call,
      calleeOf(call),
      wrong("each level of the recursion has a limiter of its own"),
      name,
    );
  }
  if (fn && isHandler(code, fn)) {
    return draft(
      code,
      "no-ineffective-limiter",
      "limiter-per-call",
      call,
      calleeOf(call),
      { kind: "strict", because: "it limits one request, not the process" },
      name,
    );
  }
  return undefined;
}

/** The callback of `map`, `forEach` or the body of a loop that runs per element and holds the creation. */
function taskAround(code: Code, call: Node): Node | undefined {
  const fn = functionAround(code, call);
  if (fn === undefined) return undefined;
  const parent = outer(code, fn);
  const method = parent ? methodCall(parent) : undefined;
  const isPerElement =
    (method &&
      ["map", "flatMap", "forEach"].includes(method.method) &&
      method.args[0] &&
      unwrap(method.args[0]) === fn) ??
    (parent?.type === "CallExpression" && iterationOf(code, parent)?.callback === fn);
  return isPerElement ? fn : undefined;
}

/** Is the limiter used for the callback's own task only, and not for a fan-out inside it? */
function usedInside(code: Code, call: Node, callback: Node): boolean {
  const parent = outer(code, call);
  // pLimit(5)(() => save(x))
  if (parent?.type === "CallExpression" && unwrap(parent.callee) === call)
    return functionAround(code, parent) === callback;
  if (parent?.type !== "VariableDeclarator" || parent.id.type !== "Identifier") return false;
  const variable = code.variable(parent.id);
  const uses = variable?.references.filter((reference) => reference.init !== true) ?? [];
  return (
    uses.length > 0 &&
    uses.every(
      (reference) =>
        functionAround(code, reference.identifier as Node) === callback &&
        !isInLoop(code, reference.identifier as Node, callback),
    )
  );
}

function isInLoop(code: Code, node: Node, stop: Node): boolean {
  for (let at = code.parent(node); at !== undefined && at !== stop; at = code.parent(at))
    if (isLoop(at)) return true;
  return false;
}

/** Does the function call itself inside a fan-out? */
function callsItselfUnder(code: Code, fn: FunctionNode): boolean {
  const name = functionName(code, fn);
  if (name === undefined || !fn.async) return false;
  let found = false;
  visitAll(code, fn.body, (node) => {
    if (
      node.type === "CallExpression" &&
      functionOf(code, node.callee) === fn &&
      functionAround(code, node) !== fn
    )
      found = true;
  });
  return found;
}

/** `app.get("/x", async (req, res) => ...)`: a function that runs per request. */
function isHandler(code: Code, fn: FunctionNode): boolean {
  const parent = outer(code, fn);
  const method = parent ? methodCall(parent) : undefined;
  return (
    method !== undefined &&
    /^(get|post|put|patch|delete|all|use|route|on)$/.test(method.method) &&
    method.args[0]?.type === "Literal" &&
    fn.params.length >= 1
  );
}

/** `limit(save(x))` by name alone: only where the name is the plainest, and its value is used as a promise. */
function namedLimitGivenPromise(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const [first] = call.arguments;
  const passed = first && first.type !== "SpreadElement" ? unwrap(first) : undefined;
  const name = dottedName(call.callee);
  if (
    passed?.type !== "CallExpression" ||
    call.arguments.length !== 1 ||
    !/^(p?Limit|limiter)$/i.test(name ?? "")
  )
    return undefined;
  if (limiterOf(code, call.callee)?.origin !== "name" || isSyncCall(code, passed)) return undefined;
  const user = outer(code, call);
  const isPromise =
    user?.type === "AwaitExpression" ||
    user?.type === "ReturnStatement" ||
    user?.type === "ArrowFunctionExpression";
  if (!isPromise || functionOf(code, passed.callee) !== undefined || isNoPromise(code, passed))
    return undefined;
  return draft(
    code,
    "no-ineffective-limiter",
    "promise-not-thunk",
    call,
    unwrap(call.callee),
    wrong("the promise runs before the limiter sees it"),
    name,
  );
}

const isNoPromise = (code: Code, call: TSESTree.CallExpression): boolean =>
  !isPromiseCall(code, call) && code.ask((facts) => facts.thenable(call)) === "no";

/** `limit(save(x))` */
function promiseNotThunk(code: Code, call: TSESTree.CallExpression, gated: GatedCall): Draft | undefined {
  const passed = gated.passed ? unwrap(gated.passed) : undefined;
  if (
    gated.task !== undefined ||
    passed?.type !== "CallExpression" ||
    (gated.limiter.known === undefined && gated.limiter.origin !== "name")
  )
    return undefined;
  // makeTask(x) may return a function; only what is surely a promise, or a bare `limit(save(x))`, is wrong.
  const returnsFunction = functionOf(code, passed.callee);
  if (returnsFunction && returned(code, returnsFunction).some((result) => isFunction(unwrap(result))))
    return undefined;
  if (isNoPromise(code, passed)) return undefined;
  if (memberName(unwrap(passed.callee)) === "bind") return undefined;
  if (gated.limiter.known?.callable !== true && !isPromiseCall(code, passed)) return undefined;
  return draft(
    code,
    "no-ineffective-limiter",
    "promise-not-thunk",
    call,
    unwrap(call.callee),
    wrong("the promise runs before the limiter sees it"),
    gated.limiter.name,
  );
}

/** `limit(() => { save(x); })`: the task ends before its work does. */
function releasedEarly(code: Code, call: TSESTree.CallExpression, gated: GatedCall): Draft | undefined {
  const fn = gated.task && functionOf(code, gated.task);
  if (!fn || fn.body.type !== "BlockStatement" || fn.generator) return undefined;
  if (returned(code, fn).length > 0) return undefined;
  let waits = false;
  let dropped: TSESTree.CallExpression | undefined;
  visitOwn(code, fn.body, (node) => {
    if (node.type === "AwaitExpression" || (node.type === "ForOfStatement" && node.await)) waits = true;
    if (node.type === "ExpressionStatement") {
      const expression = unwrap(node.expression);
      const value =
        expression.type === "UnaryExpression" && expression.operator === "void"
          ? unwrap(expression.argument)
          : expression;
      if (value.type === "CallExpression" && isPromiseCall(code, value)) dropped ??= value;
    }
    return undefined;
  });
  if (waits || dropped === undefined) return undefined;
  const found = draft(
    code,
    "no-ineffective-limiter",
    "released-early",
    call,
    unwrap(call.callee),
    wrong("the slot is free before the work has ended"),
    gated.limiter.name,
  );
  return {
    ...found,
    effect: { kind: "starts", what: dottedName(dropped.callee) ?? "itself", span: spanOf(dropped) },
    subject: dropped,
  };
}

/** `tasks.map((t) => limit(() => t))`: they run already. */
function startedBefore(
  code: Code,
  call: TSESTree.CallExpression,
  { task, limiter }: GatedCall,
): Draft | undefined {
  const fn = task && functionOf(code, task);
  const [result] = fn ? returned(code, fn) : [];
  const waited = result && unwrap(result);
  const variable = waited?.type === "Identifier" ? code.variable(waited) : undefined;
  const definition = definitionOf(variable);
  if (definition?.type !== "Parameter" || !isFunction(definition.node)) return undefined;
  const callback = definition.node;
  const iterated = outer(code, callback);
  const iteration = iterated && iterationOf(code, iterated);
  return iteration?.callback === callback &&
    definition.name === callback.params[0] &&
    returned(code, callback).some((value) => unwrap(value) === call) &&
    areStarted(code, iteration.collection)
    ? draft(
        code,
        "no-ineffective-limiter",
        "started-before",
        call,
        calleeOf(call),
        wrong("they were started before the limiter saw them"),
        limiter.name,
      )
    : undefined;
}

/** `Bluebird.map(started, (r) => r, { concurrency: 2 })`, `mapLimit(started, 5, ...)`: they run already. */
function limitedTooLate(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  const imported = importOf(code, call.callee);
  const [collection] = call.arguments;
  if (!imported || !collection || collection.type === "SpreadElement") return undefined;
  if (
    !/^(bluebird|p-map|p-all)$|^@floodgate\/runtime$/.test(imported.module) ||
    !/^(map|default|mapLimit|mapLimitSettled|forEachLimit|each|filter)$/.test(imported.name)
  )
    return undefined;
  if (imported.name === "default" && imported.module === "bluebird") return undefined;
  return areStarted(code, collection)
    ? draft(
        code,
        "no-ineffective-limiter",
        "started-before",
        call,
        calleeOf(call),
        wrong("they were started before the limiter saw them"),
        shortText(code, call.callee),
      )
    : undefined;
}

/** Does the collection hold promises that a fan-out in this file has started? */
function areStarted(code: Code, collection: Node): boolean {
  return fansOf(code, collection).some((fan) => {
    if (fan.task.effect.kind !== "starts" || fan.task.gate.kind !== "none" || fan.shape === "listed")
      return false;
    const fn = fan.callback && functionOf(code, fan.callback);
    if (fn)
      return (
        fn.async ||
        returned(code, fn).some(
          (result) => unwrap(result).type === "CallExpression" && !returnsFunction(code, result),
        )
      );
    return fan.shape === "push";
  });
}

function returnsFunction(code: Code, node: Node): boolean {
  const call = unwrap(node);
  const fn = call.type === "CallExpression" ? functionOf(code, call.callee) : undefined;
  return fn !== undefined && returned(code, fn).some((result) => isFunction(unwrap(result)));
}

/** A task that waits for a permit of the limiter it already holds. */
function reentrant(code: Code, call: TSESTree.CallExpression, gated: GatedCall): Draft | undefined {
  const { limiter, task } = gated;
  if (limiter.creation === undefined || limiter.known?.rate) return undefined;
  const fn = task && functionOf(code, task);
  if (!fn) return undefined;
  const again = waitsForAgain(code, fn, limiter, new Set([fn]), 0);
  return again
    ? draft(
        code,
        "no-reentrant-limiter",
        "reentrant",
        call,
        unwrap(call.callee),
        wrong("it waits for a permit of the limiter it holds"),
        limiter.name,
      )
    : undefined;
}

/** Does the function wait, directly or through functions of this file, for a task of the same limiter? */
function waitsForAgain(
  code: Code,
  fn: FunctionNode,
  limiter: Limiter,
  seen: Set<Node>,
  depth: number,
): boolean {
  let found = false;
  visitAll(code, fn.body, (node) => {
    if (found || node.type !== "CallExpression") return;
    const inner = gatedCall(code, node);
    if (inner?.limiter.creation !== undefined && inner.limiter.creation === limiter.creation) {
      found = isWaitedFor(code, node, fn);
      return;
    }
    const callee = functionOf(code, node.callee);
    // A function that makes the limiter has another one each time it is called.
    if (callee && !seen.has(callee) && depth < 4 && limiter.creation && !contains(callee, limiter.creation)) {
      seen.add(callee);
      if (isWaitedFor(code, node, fn)) found = waitsForAgain(code, callee, limiter, seen, depth + 1);
    }
  });
  return found;
}

/** Is the promise awaited, returned or combined, rather than dropped? */
function isWaitedFor(code: Code, node: Node, fn: FunctionNode): boolean {
  for (let at = outer(code, node); at !== undefined && contains(fn, at); at = outer(code, at)) {
    if (at.type === "AwaitExpression" || at.type === "ReturnStatement") return true;
    if (at.type === "ExpressionStatement" || (at.type === "UnaryExpression" && at.operator === "void"))
      return false;
    if (at.type === "ArrowFunctionExpression" && unwrap(at.body) !== at.body && at !== fn) continue;
  }
  return true;
}
