/** One wording for terminal, editor and documentation: what happens, on what evidence, what to do. */
import {
  endOf,
  functionAround,
  memberName,
  methodCall,
  outer,
  shortText,
  startOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import type { Draft } from "./draft.ts";
import type { Fan } from "./fans.ts";
import type { Bound, Decision, Effect, Gate, RelatedPlace } from "./model.ts";
import { boundable, callbackText, limitFor, mapLimitForm } from "./remedy-forms.ts";

export function messageOf(code: Code, draft: Draft): string {
  const { operation } = draft;
  const op = `\`${operation}\``;
  const limit = limitFor(code, draft);
  switch (draft.topic) {
    case "combine":
    case "await-each":
    case "async-reduce":
      return `${startSentence(code, draft)} ${advice(code, draft)}`;
    case "combine-first":
      return `${startSentence(code, draft)} Choose which to start, or say that there are few: ${smallAdvice(code, draft)}.`;
    case "recursion":
      return `\`${draft.name ?? "the function"}\` calls itself for each element${of(code, draft.fan)}, all at once, so their number multiplies at every level. Share one limiter that is not held while waiting for the children, or walk with a queue.`;
    case "for-each":
      return `${op} starts one ${what(draft)} per element${of(code, draft.fan)}, all at once, waits for none of them and loses their errors. Use \`await forEachLimit(${collectionText(code, draft.fan)}, ${limit}, …)\`.`;
    case "discarded-map":
      return `${op} starts one ${what(draft)} per element${of(code, draft.fan)}, all at once, and nothing waits for them. Use \`await forEachLimit(${collectionText(code, draft.fan)}, ${limit}, …)\`.`;
    case "floating-in-loop":
      return `Each round of this loop starts ${article(what(draft))} and does not wait for it, and ${whyOf(code, draft)}. ${functionAround(code, draft.node)?.async === false ? `Use \`forEachLimit(${collectionText(code, draft.fan)}, ${limit}, …)\`, and wait for the promise that it returns` : `Await it, or use \`await forEachLimit(${collectionText(code, draft.fan)}, ${limit}, …)\``}.`;
    case "listener":
      return `This listener starts ${article(what(draft))} per event without holding the source back: they pile up as fast as events arrive. Read the source with \`for await\`, pause it meanwhile, or put the work through one limiter.`;
    case "option-missing":
      return `${op} runs everything at once unless it is given \`${draft.name ?? "concurrency"}\`, and ${whyOf(code, draft)}. Add \`${draft.name ?? "concurrency"}\`.`;
    case "option-too-large":
      return `${op} is given a \`${draft.name ?? "concurrency"}\` that limits nothing here, and ${whyOf(code, draft)}. Give it a number that the other side can bear.`;
    case "limiter-per-task":
      return `\`${draft.name ?? operation}\` is made anew for each task, so no two tasks share it and it limits nothing. Make it once, outside.`;
    case "limiter-per-call":
      return `\`${draft.name ?? operation}\` is made anew for each call of this handler, so it limits one call, not the process. Make it once, at module level.`;
    case "promise-not-thunk":
      return `${op} is handed a promise that runs already, so it has nothing to hold back. Hand it a function: \`${operation}(() => …)\`.`;
    case "started-before":
      return `The promises given to ${op} were started before it saw them, so it limits nothing. Start them inside the limiter.`;
    case "released-early":
      return `The task given to ${op} neither returns nor awaits ${what(draft)}, so its slot is free again at once. Return the promise.`;
    case "limiter-unlimited":
      return `${op} allows as many as there are, so it limits nothing. Give it a number that the other side can bear.`;
    case "reentrant":
      return `This task holds a permit of \`${draft.name ?? operation}\` while it waits for another one: once all permits are held, nothing moves again. Take the permit in one place only, or use a second limiter.`;
    case "release-skipped":
      return `A throw or an early return after ${op} keeps the permit for ever. Release it in \`finally\`, or use \`run(() => …)\`.`;
    case "chunked":
      return `Each chunk waits for its slowest element before the next one starts. Use \`mapLimit(${draft.subject ? shortText(code, sourceOf(draft.subject)) : collectionText(code, draft.fan)}, ${limit}, …)\`, which keeps every slot busy.`;
    case "queued-without-wait":
      return `This loop adds tasks to \`${draft.name ?? operation}\` faster than it runs them, and never waits for it, so they pile up in memory. Use \`await forEachLimit(…)\`, or wait until the queue is short.`;
    case "queued-at-once":
      return `\`${draft.name ?? operation}\` limits how many run, but one closure and one promise per element${of(code, draft.fan)} wait in memory. Use \`mapLimit(${collectionText(code, draft.fan)}, ${limit}, …)\`, which takes elements as it goes.`;
    case "sleep-throttle":
      return `A sleep in each round is the only brake on work that is not awaited: when it takes longer than the sleep, it piles up. Use \`await forEachLimit(${collectionText(code, draft.fan)}, ${limit}, …)\`.`;
  }
}

function startSentence(code: Code, draft: Draft): string {
  const { bound, fan } = draft;
  const subject = draft.topic === "await-each" ? `\`${draft.operation}\`` : `\`${draft.operation}\``;
  if (bound.kind === "exact" || bound.kind === "at-most") {
    return `${subject} starts ${bound.kind === "exact" ? "" : "up to "}${bound.count} ${what(draft)} at once.`;
  }
  const each = `${subject} starts one ${what(draft)} per ${per(code, fan)}, all at once`;
  switch (bound.kind) {
    case "limit-like":
      return `${each}, and only \`${bound.name}\`, whose value cannot be seen here, limits how many.`;
    case "coded":
      return `${each}: ${bound.why}, and how many cannot be seen here.`;
    case "page":
      return `${each}, and how many that are is up to whoever sets the page size.`;
    case "unbounded":
    case "unknown":
      return `${each}, and ${why(bound)}.`;
  }
}

function per(code: Code, fan: Fan | undefined): string {
  if (fan?.within)
    return `element of ${quoted(code, fan.collection)} for each element of ${quoted(code, fan.within.collection)}`;
  if (fan?.shape === "push" || fan?.shape === "yield")
    return fan.collection && isCollection(fan.collection)
      ? `round of the loop over ${quoted(code, fan.collection)}`
      : "round of the loop";
  return `element of ${quoted(code, fan?.collection)}`;
}

const of = (code: Code, fan: Fan | undefined) =>
  fan?.collection ? ` of ${quoted(code, fan.collection)}` : "";

function quoted(code: Code, node: Node | undefined): string {
  return node === undefined ? "the input" : `\`${shortText(code, sourceOf(node))}\``;
}

/** The collection as an argument of `mapLimit` or `bounded`. */
function collectionText(code: Code, fan: Fan | undefined): string {
  if (!fan?.collection || !isCollection(fan.collection)) return "source";
  const text = shortText(code, sourceOf(fan.collection, true));
  // for (const name in byName): an object, not a collection.
  return outer(code, fan.collection)?.type === "ForInStatement" ? `Object.keys(${text})` : text;
}

/** Not the condition of a loop that counts: `i < 10000`. */
function isCollection(node: Node): boolean {
  const { type } = sourceOf(node);
  return !/^(BinaryExpression|LogicalExpression|AssignmentExpression|UnaryExpression|UpdateExpression|Literal)$/.test(
    type,
  );
}

/** The collection at the beginning of a chain, as a reader would name it: `rows` in `(rows ?? []).filter(isNew)`. */
function sourceOf(node: Node, withFallback = false): Node {
  const expression = unwrap(node);
  const method = methodCall(expression);
  if (method && ["map", "filter", "flatMap", "sort", "slice", "reverse", "flat"].includes(method.method))
    return sourceOf(method.object, withFallback);
  // An undefined one would throw: where the text is for code, `?? []` is part of it.
  if (expression.type === "LogicalExpression" && expression.operator !== "&&" && !withFallback)
    return sourceOf(expression.left);
  // i < rows.length
  if (expression.type === "BinaryExpression") {
    const side = [expression.right, expression.left]
      .map((s) => unwrap(s))
      .find((s) => memberName(s) === "length");
    if (side?.type === "MemberExpression") return sourceOf(side.object);
  }
  const [first] = expression.type === "ArrayExpression" ? expression.elements : [];
  if (
    first?.type === "SpreadElement" &&
    expression.type === "ArrayExpression" &&
    expression.elements.length === 1
  )
    return sourceOf(first.argument);
  return expression;
}

function why(bound: Bound): string {
  return bound.kind === "unbounded" ? bound.why : "nothing limits how many";
}

/** The same where "its" would have nothing to stand for. */
function whyOf(code: Code, draft: Draft): string {
  const because = why(draft.bound);
  return draft.fan?.collection && / its length$/.test(because)
    ? `nothing limits the length of ${quoted(code, draft.fan.collection)}`
    : because;
}

function what(draft: { readonly effect: Effect }): string {
  const { effect } = draft;
  if (effect.kind === "none" || effect.kind === "unknown") return "task";
  return effect.what === "itself" || effect.what === "async callback" ? "task" : `\`${effect.what}\``;
}

const article = (name: string) => (name === "task" ? "a task" : name);

function advice(code: Code, draft: Draft): string {
  const { fan } = draft;
  const limit = limitFor(code, draft);
  const form = mapLimitForm(code, draft, "mapLimit", limit);
  if (form !== undefined) return `Limit it: \`${form}\`${orSmall(code, draft)}`;
  if (fan?.callback && fan.shape !== "push") {
    const callback = callbackText(code, fan.callback);
    return `Limit it: \`${fan.shape === "from" ? "" : "."}${fan.shape === "flatMap" ? "flatMap" : fan.shape === "from" ? "Array.from" : "map"}(${fan.shape === "from" ? "…, " : ""}limited(${limit}, ${callback}))\`${orSmall(code, draft)}`;
  }
  if (fan?.collection && !isCollection(fan.collection))
    return `Limit it: \`const limit = createLimit(${limit})\` before the loop, and \`limit(() => …)\` in it.`;
  return `Limit it: \`mapLimit(${collectionText(code, fan)}, ${limit}, …)\`${orSmall(code, draft)}`;
}

/** Saying that there are few is an answer only where a remedy could write it. */
const orSmall = (code: Code, draft: Draft) =>
  boundable(code, draft) === undefined ? "." : `; or say that there are few: ${smallAdvice(code, draft)}.`;

const smallAdvice = (code: Code, draft: Draft) => `\`bounded(${collectionText(code, draft.fan)}, 50)\``;

export function relatedOf(code: Code, draft: Draft): readonly RelatedPlace[] {
  const related: RelatedPlace[] = [];
  const { fan, bound, node } = draft;
  const inside = (start: number, end: number) => startOf(node) <= start && end <= endOf(node);
  if (fan && !inside(startOf(fan.node), endOf(fan.node))) {
    related.push({
      span: { start: startOf(fan.node), end: endOf(fan.node) },
      message: "the promises start here",
    });
  }
  if (bound.kind === "unbounded" && !inside(bound.source.start, bound.source.end)) {
    related.push({ span: bound.source, message: "the number comes from here" });
  }
  return related;
}

/** "at most 10", for inlay hints and reports. */
export function boundLabel(bound: Bound, gate: Gate): string {
  if (gate.kind === "limiter")
    return gate.capacity === undefined ? `limited by ${gate.name}` : `<= ${atOnce(gate.capacity)} in flight`;
  if (gate.kind === "pool") return "limited by a pool";
  switch (bound.kind) {
    case "exact":
      return `${bound.count} in flight`;
    case "at-most":
      return `<= ${bound.count} in flight`;
    case "limit-like":
      return `<= ${bound.name} in flight`;
    case "coded":
      return `one per ${bound.name}`;
    case "page":
      return "one page in flight";
    case "unbounded":
      return "unbounded";
    case "unknown":
      return "unknown";
  }
}

/** The decision in words, one sentence a line: what starts, how many, what limits it, what follows. */
export function explain(decision: Decision): readonly string[] {
  const { bound, gate, effect, verdict, site } = decision;
  const lines = [`\`${site.operation}\`: ${effectPhrase(effect)}.`];
  if (effect.kind !== "none") {
    lines.push(`How many: ${boundPhrase(bound)}.`);
    lines.push(`What limits it: ${gatePhrase(gate)}.`);
  }
  const outcome = {
    report: "reported",
    strict: "reported by the strict preset only",
    silent: "not reported",
  }[verdict.kind];
  lines.push(
    `Verdict: ${outcome}, because ${verdict.because} (${site.rule}${verdict.kind === "silent" ? "" : `, ${decision.certainty}`}).`,
  );
  return lines;
}

/** What stands for `Infinity` in data that is sent as JSON is no number for a reader. */
const atOnce = (capacity: number) => (capacity === Number.MAX_SAFE_INTEGER ? "any number" : String(capacity));

function effectPhrase(effect: Effect): string {
  switch (effect.kind) {
    case "starts":
      return `each element starts ${effect.what === "itself" ? "the function itself" : `\`${effect.what}\``}`;
    case "opaque":
      return `each element calls \`${effect.what}\`, and nothing shows that it is a request, a file, a query or a process`;
    case "light":
      return `each element runs \`${effect.what}\`, which holds no socket, file or connection`;
    case "releases":
      return `each element is given back by \`${effect.what}\``;
    case "own":
      return `each element's own \`${effect.what}\` is called`;
    case "handed":
      return `each element is given to \`${effect.what}\`, which the caller hands in`;
    case "hidden":
      return `\`${effect.what}\` returns promises, and what it starts cannot be seen`;
    case "unknown":
      return `what each element does cannot be seen: ${effect.reason}`;
    case "none":
      return {
        sync: "nothing is started",
        join: "it waits for promises that were started elsewhere",
        batched: "the calls are collected into batches",
        sequential: "the calls run one after another",
        single: "it runs once",
      }[effect.why];
  }
}

function boundPhrase(bound: Bound): string {
  switch (bound.kind) {
    case "exact":
      return `exactly ${bound.count}`;
    case "at-most":
      return `at most ${bound.count}${bound.by === "window" ? ", which the code itself caps" : ""}`;
    case "limit-like":
      return `as many as \`${bound.name}\` says, whose value cannot be seen`;
    case "coded":
      return `as many as the program's own code lists: ${bound.why}`;
    case "page":
      return "one page, whose size somebody else sets";
    case "unbounded":
      return `as many as \`${bound.text}\` gives: ${bound.why}`;
    case "unknown":
      return `unknown: ${bound.reason}`;
  }
}

function gatePhrase(gate: Gate): string {
  switch (gate.kind) {
    case "none":
      return "nothing";
    case "limiter":
      return `\`${gate.name}\`${gate.capacity === undefined ? "" : `, at most ${atOnce(gate.capacity)} at once`}`;
    case "partial":
      return `\`${gate.name}\`, which runs a part of it; nothing shows that the rest is a request, a file or a query`;
    case "pool":
      return "a hand-written pool";
    case "connection":
      return `\`${gate.name}\`, one connection that runs them one by one`;
    case "lookalike":
      return `the name \`${gate.name}\` says so, and nothing else`;
  }
}
