/** Finds the places that wait for many promises at once: combinators, `for await`, loops over started tasks. */
import type { TSESTree } from "@typescript-eslint/types";
import { effectOf } from "./evidence.ts";
import { times } from "./bound.ts";
import { loopsAround } from "./growth.ts";
import { isRuntime } from "./size.ts";
import {
  callsNamed,
  dottedName,
  functionAround,
  isFunction,
  lastName,
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
import { idle, noGate } from "./task.ts";
import { fanOfAsyncReduce, fansOf, isCertainlyPromises, type Fan } from "./fans.ts";
import { importOf, isGlobal, isPromiseClass, promiseModules } from "./imports.ts";
import { judge, outweighs } from "./verdict.ts";

const combinators = new Set(["all", "allSettled", "any", "race"]);

export function findFanOuts(code: Code): readonly Draft[] {
  const drafts: Draft[] = [];
  const consumed = new Set<Node>();
  const isCombining = combiningNames(code);
  for (const call of callsNamed(code, (name) => isCombining(name) || isReduce(name))) {
    if (call.type !== "CallExpression") continue;
    const operation = combinatorOf(code, call);
    if (operation === undefined) {
      const draft = asyncReduce(code, call);
      if (draft) drafts.push(draft);
      continue;
    }
    const [first] = call.arguments;
    if (first === undefined || first.type === "SpreadElement") continue;
    const before = code.unanswered.count;
    const loops = isWaitedFor(code, call)
      ? undefined
      : loopsAround(code, call, undefined, functionAround(code, call));
    const fans = fansOf(code, first).map((fan): Fan =>
      loops && !(loops.kind === "exact" && loops.count === 1)
        ? { ...fan, bound: times(loops, fan.bound), repeated: true }
        : fan,
    );
    for (const fan of fans) consumed.add(fan.node);
    const topic = operation === "race" || operation === "any" ? "combine-first" : "combine";
    drafts.push(
      draftOf(code, topic, call, unwrap(call.callee), dottedName(call.callee) ?? operation, fans, before),
    );
  }
  for (const loop of code.loops) {
    if (loop.type !== "ForOfStatement") continue;
    const before = code.unanswered.count;
    if (!loop.await && !awaitsElement(code, loop)) continue;
    const fans = fansOf(code, loop.right).filter(
      (fan) =>
        !consumed.has(fan.node) &&
        fan.shape !== "listed" &&
        (isCertainlyPromises(code, fan) || (!loop.await && fan.task.effect.kind === "starts")),
    );
    const [fan] = fans;
    if (fan === undefined) continue;
    const at = startOf(fan);
    for (const { node } of fans) consumed.add(node);
    drafts.push(draftOf(code, "await-each", loop, at, shortText(code, at), fans, before));
  }
  return drafts;
}

/** Where a fan's promises start, as narrowly as an underline should be. */
function startOf(fan: Fan): Node {
  const node = unwrap(fan.node);
  return node.type === "CallExpression" ? unwrap(node.callee) : node;
}

function draftOf(
  code: Code,
  topic: Topic,
  node: Node,
  at: Node,
  operation: string,
  fans: readonly Fan[],
  before: number,
): Draft {
  const judged = fans.map((fan) => ({
    fan,
    verdict: judge(fan.bound, fan.task.gate, effectOf(code, fan.task, fan.collection), code.policy),
  }));
  const worst = judged.reduce<(typeof judged)[number] | undefined>(
    (a, b) => (a && !outweighs(b.verdict, a.verdict) ? a : b),
    undefined,
  );
  const common = { node, span: spanOf(at), operation } as const;
  if (worst === undefined) {
    const join = idle("join");
    return {
      ...common,
      rule: "no-unbounded-promise-all",
      topic,
      bound: { kind: "unknown", reason: "the promises were started elsewhere" },
      gate: noGate,
      effect: join.effect,
      verdict: { kind: "silent", because: "it joins work that runs already" },
      certain: true,
    };
  }
  const { fan, verdict } = worst;
  const isStrict = code.policy.strictness === "strict";
  const recursion = verdict.kind === "silent" ? undefined : recursiveFunction(code, node, fan);
  return {
    ...common,
    rule: recursion ? "no-recursive-fan-out" : "no-unbounded-promise-all",
    topic: recursion ? "recursion" : topic,
    bound: fan.bound,
    gate: fan.task.gate,
    effect: effectOf(code, fan.task, fan.collection),
    verdict,
    certain: code.unanswered.count === before,
    fan,
    // The lighter ones too, where they would be reported once the heaviest is mended.
    fans: judged
      .filter(({ verdict: { kind } }) => kind === verdict.kind || (isStrict && kind === "strict"))
      .map((other) => other.fan),
    ...(recursion && { subject: recursion.fn, name: recursion.name }),
  };
}

/** Which names may a call have that combines promises? Most calls need no closer look. */
export function combiningNames(code: Code): (name: string) => boolean {
  return code.once("combining names", code.ast, () => computeNames(code), combinatorNames);
}

function computeNames(code: Code): (name: string) => boolean {
  // Imported from a promise library, it may have been given another name.
  if (
    /["'](?:bluebird|q|rsvp|when|es6-promise|native-promise-only|any-promise|pinkie-promise|@types)\b/.test(
      code.text,
    )
  )
    return () => true;
  const set = new Set(code.policy.combinators.map((name) => name.split(".").at(-1) ?? name));
  const isKnown = (name: string) => combinatorNames(name) || set.has(name);
  // Functions of this file that return Promise.all of what they are given, and those that return theirs.
  for (let known = -1; known < set.size;) {
    known = set.size;
    for (const call of callsNamed(code, isKnown)) {
      const fn = call.arguments[0]?.type === "Identifier" ? functionAround(code, call) : undefined;
      if (fn?.params[0]?.type !== "Identifier") continue;
      // useCallback((tasks) => Promise.all(tasks)): the name is a level higher.
      const wrapper = outer(code, fn);
      const name = functionName(code, fn) ?? (wrapper && nameFor(outer(code, wrapper)));
      if (name !== undefined) set.add(name);
    }
  }
  return isKnown;
}

const combinatorNames = (name: string) =>
  combinators.has(name) || name === "fromAsync" || ownCombinator.test(name);

/** The project's own: promiseAll(xs.map(...)), allSettled(tasks). */
const ownCombinator =
  /^(promise|await|wait_?for|resolve|settle)?_?all(_?settled)?(_?promises|_?resolved)?$|^promiseAllRejectLate$/i;

const isReduce = (name: string) => /^reduce(Right)?$/.test(name);

/** `all`, `allSettled`, `any` or `race` when the call combines promises; the callee's own name for wrappers. */
export function combinatorOf(code: Code, call: TSESTree.CallExpression): string | undefined {
  const callee = unwrap(call.callee);
  const name = memberName(callee) ?? (callee.type === "Identifier" ? callee.name : undefined);
  if (name === undefined) return undefined;
  const dotted = dottedName(callee);
  if (dotted !== undefined && code.policy.combinators.some((c) => dotted === c || dotted.endsWith(`.${c}`)))
    return "all";
  if (callee.type === "MemberExpression") {
    if (!combinators.has(name)) {
      return name === "fromAsync" && isGlobal(code, callee.object, "Array") && call.arguments.length === 1
        ? "fromAsync"
        : undefined;
    }
    if (isPromiseClass(code, callee.object)) return name;
    return lastName(callee.object) === "$q" ? name : undefined;
  }
  const imported = importOf(code, callee);
  if (imported && promiseModules.test(imported.module) && combinators.has(imported.name))
    return imported.name;
  // Imported from p-all it takes functions, not promises.
  if (ownCombinator.test(name) && name !== "all" && !/^p-/.test(imported?.module ?? "")) {
    return isRuntime(imported?.module ?? "") ? undefined : "all";
  }
  return combiningNames(code)(name) && wrapsCombinator(code, callee) ? "all" : undefined;
}

/** `function settle(tasks) { return Promise.allSettled(tasks) }` in this file. */
function wrapsCombinator(code: Code, callee: Node): boolean {
  const fn = functionOf(code, callee);
  const param = fn?.params[0];
  if (!fn || param?.type !== "Identifier") return false;
  return code.once(
    "wraps combinator",
    fn,
    () =>
      returned(code, fn).some((result) => {
        const value = unwrap(result);
        const call = value.type === "AwaitExpression" ? unwrap(value.argument) : value;
        const [first] = call.type === "CallExpression" ? call.arguments : [];
        return (
          call.type === "CallExpression" &&
          first?.type === "Identifier" &&
          first.name === param.name &&
          combinatorOf(code, call) !== undefined
        );
      }),
    false,
  );
}

/** Is the call's promise awaited, returned, chained or kept, rather than left to run? */
function isWaitedFor(code: Code, call: Node): boolean {
  let at: Node = call;
  for (;;) {
    const parent = outer(code, at);
    if (parent === undefined) return true;
    if (parent.type === "ExpressionStatement") return false;
    if (parent.type === "UnaryExpression" && parent.operator === "void") return false;
    // Promise.all(...).catch(report);
    if (
      parent.type === "MemberExpression" &&
      ["then", "catch", "finally"].includes(memberName(parent) ?? "")
    ) {
      const chain = outer(code, parent);
      if (chain?.type === "CallExpression") {
        at = chain;
        continue;
      }
    }
    return true;
  }
}

/** `for (const t of tasks) use(await t)` */
function awaitsElement(code: Code, loop: TSESTree.ForOfStatement): boolean {
  const declared = loop.left.type === "VariableDeclaration" ? loop.left.declarations[0]?.id : loop.left;
  if (declared?.type !== "Identifier") return false;
  const variable = code.variable(declared);

  let found = false;
  visitOwn(code, loop.body, (node) => {
    if (node.type === "AwaitExpression") {
      const awaited = unwrap(node.argument);
      if (awaited.type === "Identifier" && code.variable(awaited) === variable) found = true;
    }
    return undefined;
  });
  return found;
}

function asyncReduce(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  if (!isReduce(lastName(call.callee) ?? "")) return undefined;
  const before = code.unanswered.count;
  const fan = fanOfAsyncReduce(code, call);
  const method = methodCall(call);
  if (fan === undefined || method === undefined) return undefined;
  return draftOf(
    code,
    "async-reduce",
    call,
    unwrap(call.callee),
    shortText(code, call.callee),
    [fan],
    before,
  );
}

/** The function around the site that the fan-out calls again for each element. */
function recursiveFunction(
  code: Code,
  site: Node,
  fan: Fan,
): { readonly fn: FunctionNode; readonly name: string } | undefined {
  const around: FunctionNode[] = [];
  for (
    let at = functionAround(code, fan.node) ?? functionAround(code, site);
    at;
    at = functionAround(code, at)
  )
    around.push(at);
  // Most functions are called from elsewhere only, and need no search.
  if (!around.some((fn) => isUsedHere(code, fn))) return undefined;
  const start = fan.callback ?? fan.node;
  const seen = new Set<Node>();
  const reaches = (node: Node, depth: number): FunctionNode | undefined => {
    let found: FunctionNode | undefined;
    visitAll(code, node, (inner) => {
      if (found) return;
      const callee =
        inner.type === "CallExpression"
          ? inner.callee
          : inner === unwrap(start) && !isFunction(inner)
            ? inner
            : argumentFunction(code, inner);
      if (!callee) return;
      const fn = functionOf(code, callee);
      if (fn === undefined || isFunction(unwrap(callee))) return;
      if (around.includes(fn)) found = fn;
      else if (depth < 3 && !seen.has(fn)) {
        seen.add(fn);
        found = reaches(fn.body, depth + 1);
      }
    });
    return found;
  };
  const fn = reaches(start, 0);
  if (fn === undefined) return undefined;
  return { fn, name: functionName(code, fn) ?? "the function" };
}

/** Is the function called in this file, or handed over by its name? */
function isUsedHere(code: Code, fn: FunctionNode): boolean {
  const name = functionName(code, fn);
  if (name === undefined) return false;
  if (code.calls.has(name)) return true;
  const parent = outer(code, fn);
  const id = fn.id ?? (parent?.type === "VariableDeclarator" ? parent.id : undefined);
  if (id) return code.variable(id)?.references.some((reference) => reference.init !== true) === true;
  // A method: rows.map(this.visit)
  return code.text.indexOf(`.${name}`) >= 0;
}

/** `nodes.map(visit)`: a function handed over by name. */
function argumentFunction(code: Code, node: Node): Node | undefined {
  if (node.type !== "Identifier" && node.type !== "MemberExpression") return undefined;
  const parent = outer(code, node);
  return parent?.type === "CallExpression" && parent.arguments.some((argument) => unwrap(argument) === node)
    ? node
    : undefined;
}

export function functionName(code: Code, fn: FunctionNode): string | undefined {
  if (fn.id) return fn.id.name;
  return nameFor(outer(code, fn));
}

/** The name that a declaration gives its value. */
function nameFor(parent: Node | undefined): string | undefined {
  if (parent?.type === "VariableDeclarator" && parent.id.type === "Identifier") return parent.id.name;
  if (
    (parent?.type === "MethodDefinition" ||
      parent?.type === "Property" ||
      parent?.type === "PropertyDefinition") &&
    parent.key.type === "Identifier"
  )
    return parent.key.name;
  return undefined;
}
