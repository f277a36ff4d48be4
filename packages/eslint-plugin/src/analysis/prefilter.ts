/** Can a file hold a site at all? Answered from its text, so that most files need not be parsed. */
import type { Policy } from "./policy.ts";

/** Every site of these kinds names one of them: combinators, `for await`, libraries that fan out or limit, permits. */
const triggers =
  /\.\s*(?:all|allSettled|any|race)\b|all(?:Settled)?(?:_?Promises|_?Resolved|RejectLate)?(?:[\s)!]|\?\.|\/\*(?:[^*]|\*(?!\/))*\*\/|\/\/[^\n]*\n)*[<(]|["'](?:all|allSettled|any|race)["']|fromAsync|\bfor\s+await\b|["'](?:p-[a-z]|bluebird|rxjs|effect|es-toolkit|bottleneck|throat|fastq|async\b|@rushstack)|p(?:Map|Limit|All|Filter)\b|PQueue|Bluebird|forkJoin|createLimit|limited\b|concurrency|acquire/i;
/** What `creations` and `handed` have in common: found sooner than what stands in front of it. */
const limiterCalls =
  /(?:limit(?:er)?|sema(?:phore)?|mutex|throttler?|queue|pool|bottleneck|bulkhead|lock)[\s)!]*[<(]/i;
/** A limiter that the file makes, by its name: it may be misused without a promise in sight. */
const creations =
  /[=:?|][\s(]*(?:await\b[\s(]*)?(?:new\b[\s(]*)?[\w$.]*(?:limit(?:er)?|sema(?:phore)?|mutex|throttler?|queue|pool|bottleneck|bulkhead|lock)[\s)]*[<(]/i;
/** `limit(save(x))`: a limiter from elsewhere is given what runs already, which needs no word of promises. */
const handed =
  /(?<![\w$.])[\w$]*(?:limit(?:er)?|sema(?:phore)?|mutex|throttler?|queue|pool|bottleneck|bulkhead|lock)[\s)!]*\([\s(]*[\w$]/i;
/** The others need something that runs per element or per event ... */
const repetition =
  /\b(?:for|while)\b|[eE]ach\b|reduce|\.(?:on|addListener|map|flatMap|from)\b|[lL]imit|[qQ]ueue|[sS]ema|[mM]utex|[lL]ock\b/;
/** ... and something that is not waited for, or is a function that can be. */
const promises =
  /\basync\b|\bvoid\s+[\w(]|\)\s*\.(?:then|catch|finally)\b|setImmediate|nextTick|queueMicrotask|\bawait\b/;
/** With types, a plain call in a loop may turn out to be a promise. */
const loops = /\bfor\b|\bwhile\b|\.forEach\b/;

/**
 * A `true` may be wrong; a `false` never is.
 *
 * @param typed - Whether `TypeFacts` will answer: without types fewer files can hold a site.
 */
export function mayHaveSites(text: string, policy: Policy, typed = true): boolean {
  // What takes least, and is there most often, comes first.
  if (
    (typed && loops.test(text)) ||
    (repetition.test(text) && promises.test(text)) ||
    triggers.test(text) ||
    (limiterCalls.test(text) && (creations.test(text) || handed.test(text)))
  )
    return true;
  return policy.combinators.some((name) => text.includes(name.split(".").at(-1) ?? name));
}
