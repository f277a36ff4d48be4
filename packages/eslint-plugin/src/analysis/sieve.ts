/**
 * The second look at a text, before it is parsed. `mayHaveSites` asks which words are there; this asks
 * how they stand, and so tells two thirds of what is left that it holds nothing.
 *
 * It is held against the finders by the language server's `sieve.test.ts`: the catalogue, also in other clothes, and whole projects. Nothing is
 * masked: comments and strings can only make it say "maybe" too often.
 */
import { factoryName, isLimiterName } from "./gate.ts";
import type { Policy } from "./policy.ts";
import { mayBeKnown, mayBracketCall, mayMemberPromise, mayNamePromise } from "./promising.ts";
import { endOfRound } from "./rounds.ts";

/** White space and comments. Each in one way only: else a row of them would take for ever. */
const blank = String.raw`\s|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*\n`;
const gap = `(?:${blank})*`;
/** What may stand between a name and what is done with it: `x["f"](`, `(f)(`, `f!(`. */
const closing = String.raw`["'\])!\s]*${gap}`;
/** `f(`, `f<T>(`, `f?.(`, `(f as F)(` */
const called = String.raw`${closing}(?:[(<]|\?\.|as\b|satisfies\b)`;
/** `x.f(`, also as `x["f"](` */
const methods = (names: string): string => String.raw`[.[]${gap}["']?#?(?:${names})(?![\w$])${called}`;
/** What may be an async function: written there, or by name. A plain function written there is none. */
const asyncValue = String.raw`${gap}(?:[^\s\w$(/]|\/(?![/*])|async\b|\((?![^()/]*\)\s*(?::[^=()/]*)?=>)|(?!(?:function|async)\b)[\w$]+(?![\w$]|${gap}=>))`;
const asyncArgument = String.raw`${closing}(?:<|\?\.|as\b|satisfies\b|\(${asyncValue})`;
/** A function is written as the first argument. */
const functionArgument = String.raw`\(${gap}(?:async\b|function\b|\(|<|[\w$]+${gap}=>)`;

/** Libraries that fan out or limit, and those whose `all` is `Promise.all`. */
const libraries = new RegExp(
  String.raw`["'](?:p-[a-z]|(?:bluebird|bluebird-lst|q|rsvp|when|es6-promise|native-promise-only|any-promise|pinkie-promise|@types\/bluebird|async)["'\/]|rxjs|effect|es-toolkit|bottleneck|throat|fastq|await-semaphore|semaphore-|piscina|tinypool|workerpool|jest-worker|promise-|cockatiel|limiter|generic-pool|puppeteer-cluster|@humanwhocodes\/retry|@rushstack\/node-core|@floodgate\/)|floodgate(?:\.[cm]?[jt]s)?["']|\b(?:pMap|pLimit|PQueue|Bluebird)\b|\basync(?:${blank}|\))*\??\.${gap}[a-z]|\bfromAsync\b`,
);
const promises = /\bPromise\b|\$q\b/;
const combinators = new RegExp(String.raw`[.[]${gap}["']?(?:all|allSettled|any|race)\b`);
/** `promiseAll(tasks)`: a project's own, by its name. */
const ownCombinators = new RegExp(
  String.raw`\b(?:(?:promise|await|wait_?for|resolve|settle)_?all(?:_?settled)?(?:_?promises|_?resolved)?|_?all_?settled(?:_?promises|_?resolved)?|_?all_?(?:promises|resolved)|promiseAllRejectLate|(?<![.\w$])_?all(?=${called}))\b`,
  "i",
);
const call = new RegExp(called, "y");
const limiterWord =
  /(?:limit|limitt?er|throttler?|queue|sema?|semaphore|mutex|lock|bottleneck|bulkhead|scheduler|gate|concurrency|pool|\bq|\bbn)(?![\w$])/gi;
const scheduling =
  "add|push|run|schedule|runExclusive|runTask|use|exec|execute|submit|enqueue|queue|acquire|with|withLock|withPermit|wrap|limit|addTask|process";
/** Behind its name: it is given work, or another name. */
const limiterUse = new RegExp(
  String.raw`${closing}(?:\??${methods(scheduling)}|(?:\?\.${gap})?${functionArgument}|<|as\b|satisfies\b|\(${gap}[\w$.]+${gap}[(,)])`,
  "y",
);
const aliased = new RegExp(String.raw`[=?|&:]${gap}(?:[\w$]+[!?]?\.${gap})*$`);
const aliasEnd = /\s*(?:[;,})!\n]|as\b|\?\?|$)/y;
const permits = new RegExp(methods("acquire|take|lock|wait|down|obtain|reserve|enter|v|removeTokens"));
const forAwait = new RegExp(String.raw`\bfor\b${gap}await\b`);
const elementNames = new RegExp(
  String.raw`\bfor${gap}\(${gap}(?:(?:const|let|var|using)\b)?${gap}([\w$\x80-\uffff]+)${gap}of\b`,
  "g",
);
const perElement = new RegExp(String.raw`\b(?:forEach|each|reduce|reduceRight)\b${asyncArgument}`);
const listeners = new RegExp(
  String.raw`\b(?:on|addListener)\b${closing}(?:<[^(]*|\?\.)?\(${gap}["'](?:data|line|row|record|entry|message|msg|job|event|packet|item|document)["']${gap},${asyncValue}`,
);
const streamOption = /\bconcurrency\b["'\]]?\s*:/;

/** Where rounds begin: what runs once per element, or again and again. */
const rounds = new RegExp(
  String.raw`\b(?:for${gap}(?:await\b${gap})?(?=\()|while${gap}(?=\()|do\b${gap}(?=[^\s:,;.)=?!])|forEach\b["'\])!\s?.]*)`,
  "g",
);
/** Where a statement may begin. Behind a label only where labels are used. */
const beginning = (label: string): string =>
  String.raw`(?:^|[;})]|(?<!\$)\{|\belse\b|\bdo\b|\*\/|\b(?:case\b[^;\n]*|default\s*):${label})[^\S\n]*`;
const statement = beginning("");
const labels = /\b(?:break|continue)[^\S\n]+[\w$]/;
/** `void save(x)`, `save(x).then(...)`, `(async () => ...)()`, `setImmediate(...)`: promises without a further look. */
const droppedPromise = new RegExp(
  String.raw`\bvoid\b${gap}[\w$(<\x80-\uffff]|${methods("then|catch|finally")}|(?:${statement}|:)!?\(+${gap}async\b|\b(?:setImmediate|queueMicrotask|nextTick)\b|(?:${statement}|:\s*)Promise${gap}[.[?]`,
  "m",
);
/** Functions that everybody knows to return promises, under whichever name. */
const knownPromises =
  /["'](?:node:)?(?:fs|timers|dns|stream)\/promises|\bpromises\b|\bfetch\b["'\])!\s]*(?:[(<;,)?=\n]|as\b)/;
const somePromises = /\basync\b|\bPromise\b|\bfetch\b|\bpromises\b|\/promises["']|\bthen\b|\bcatch\b/;
/** A call as a statement: of a name, or of a member of one; or of what stands in brackets. */
const droppedCalls = [statement, beginning("|:")].map(
  (start) =>
    new RegExp(
      String.raw`${start}(?:(\(+${gap}(?:<[^>]*>)?${gap}[\w$.\x80-\uffff]+${gap}(?:!|as\b|satisfies\b|\)(?!${gap}(?:=>|:)))|<(?=[\w{]))|(?:([\w$\x80-\uffff]+)${gap}[!?]*(?:\.${gap}#?|\[${gap}["']))?([\w$\x80-\uffff]+)["'\])!]*${gap}(?:\(|<|\?\.${gap}[(<]))`,
      "gm",
    ),
) as [RegExp, RegExp];
const keywords = /^(?:if|for|while|switch|catch|return|function|await|new|typeof|throw|super|import)$/;
const droppedMap = new RegExp(String.raw`\b(?:map|flatMap)\b${asyncArgument}`, "g");
const droppedFrom = new RegExp(
  String.raw`(?:${statement}|:|\bvoid\b)${gap}\(*(?:\w+\.)?Array${gap}[.[?]`,
  "m",
);

/**
 * A `true` may be wrong; a `false` never is: without types, `analyse` would decide about nothing in this text.
 *
 * @param text - Of a file for which `mayHaveSites` said `true`.
 */
export function mayDecide(text: string, policy: Policy): boolean {
  if (policy.combinators.length > 0 || policy.limiters.length > 0) return true;
  const isAsync = /\basync\b/.test(text);
  return (
    libraries.test(text) ||
    (promises.test(text) && combinators.test(text)) ||
    ownCombinators.test(text) ||
    usesLimiter(text) ||
    permits.test(text) ||
    streamOption.test(text) ||
    forAwait.test(text) ||
    awaitsElements(text) ||
    (isAsync && (perElement.test(text) || listeners.test(text) || dropsMap(text))) ||
    dropsPromises(text)
  );
}

/** `for (const task of tasks) await task` */
function awaitsElements(text: string): boolean {
  for (const [, name = ""] of text.matchAll(elementNames))
    if (new RegExp(String.raw`\bawait\b(?:${blank}|\(|<[^;{}]*?>)*${escaped(name)}(?![\w$])`).test(text))
      return true;
  return false;
}

/** By their names alone: something that limits is made, used, or given another name. */
function usesLimiter(text: string): boolean {
  for (const { 0: word, index } of text.matchAll(limiterWord)) {
    const end = index + word.length;
    let start = index;
    while (/[\w$]/.test(text.charAt(start - 1))) start--;
    const name = text.slice(start, end);
    call.lastIndex = limiterUse.lastIndex = aliasEnd.lastIndex = end;
    // `query.limit(5)` makes no limiter.
    const isMade = factoryName.test(name) && (name !== "limit" || text.charAt(start - 1) !== ".");
    if (isMade && call.test(text)) return true;
    if (!isLimiterName(name)) continue;
    if (limiterUse.test(text)) return true;
    if (aliasEnd.test(text) && aliased.test(text.slice(Math.max(0, start - 200), start))) return true;
  }
  return false;
}

/** `rows.map(async ...)` as a statement. Where something takes its value in the same line, it is none. */
function dropsMap(text: string): boolean {
  if (/\bArray\b/.test(text) && droppedFrom.test(text)) return true;
  for (const { index } of text.matchAll(droppedMap)) {
    const line = text.slice(text.lastIndexOf("\n", index) + 1, index);
    if (!/^[^/"'`]*(?:[=(,?&|+[]|\b(?:return|await|yield|of|in))\s*(?:\.\.\.)?(?:[\w$]+[?!]?\.)*$/.test(line))
      return true;
  }
  return false;
}

/** Inside a loop or `forEach`: a statement that may start a promise. */
function dropsPromises(text: string): boolean {
  let end = 0;
  let some: boolean | undefined;
  for (const round of text.matchAll(rounds)) {
    if (round.index < end) continue;
    const found = endOfRound(text, round.index + round[0].length, round[0]);
    end = found.end;
    const inside = text.slice(found.start, end);
    if (droppedPromise.test(inside)) return true;
    some ??= somePromises.test(text);
    if (some && dropsCall(text, inside)) return true;
  }
  return false;
}

/** Calls as statements of what this file declares, or of what may be a well-known function. */
function dropsCall(text: string, inside: string): boolean {
  const seen = new Set<string>();
  let known: boolean | undefined;
  for (const match of inside.matchAll(droppedCalls[labels.test(inside) ? 1 : 0])) {
    const [whole, strange, object, name = ""] = match;
    if (strange !== undefined) {
      if (mayBracketCall(inside, match.index + whole.length - strange.length)) return true;
      continue;
    }
    const key = `${object ?? ""}.${name}`;
    if (seen.has(key) || (object === undefined && keywords.test(name))) continue;
    seen.add(key);
    if ((known ??= knownPromises.test(text)) && mayBeKnown(text, object ?? name)) return true;
    if (object === undefined ? mayNamePromise(text, name) : mayMemberPromise(text, object, name)) return true;
  }
  return false;
}

const escaped = (name: string): string => name.replaceAll("$", String.raw`\$`);
