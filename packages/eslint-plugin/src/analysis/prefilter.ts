/** Can a file hold a site at all? Answered from its text, so that most files need not be parsed. */
import type { Policy } from "./policy.ts";

/** What every site is made of: something asynchronous, a combinator, a permit, or a library that fans out. */
const words =
  /\basync\b|\bawait\b|Promise|\.(?:then|catch|finally)\b|\ball(?:Settled)?\b|\bvoid\b|acquire|['"](?:p-[a-z]|bluebird|rxjs|effect|es-toolkit|bottleneck|throat|fastq|async|@rushstack)|p(?:Map|Limit|All|Filter)\b|PQueue|Bluebird|forkJoin|Semaphore|Limiter|createLimit|limited\b|concurrency/;
/** With types, a plain call in a loop may turn out to be a promise that nobody waits for. */
const loops = /\bfor\b|\bwhile\b|\bdo\b|\.forEach\b|setImmediate|nextTick|queueMicrotask/;

/**
 * A `true` may be wrong; a `false` never is.
 *
 * @param typed - Whether `TypeFacts` will answer: without types fewer files can hold a site.
 */
export function mayHaveSites(text: string, policy: Policy, typed = true): boolean {
  if (words.test(text) || (typed && loops.test(text))) return true;
  return policy.combinators.some((name) => text.includes(name.split(".").at(-1) ?? name));
}
