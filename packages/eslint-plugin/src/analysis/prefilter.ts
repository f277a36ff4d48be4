/** Can a file hold a site at all? Answered from its text, so that most files need not be parsed. */
import type { Policy } from "./policy.ts";

/**
 * A `true` may be wrong; a `false` never is.
 * Every site names one of: a combinator, an asynchronous callback or function, a chain on a promise, a known module.
 */
export function mayHaveSites(text: string, policy: Policy): boolean {
  if (
    /\basync\b|\bawait\b|Promise|\.(?:then|catch|finally)\b|\ball(?:Settled)?\b|\bvoid\b|acquire/i.test(text)
  )
    return true;
  return policy.combinators.some((name) => text.includes(name.split(".").at(-1) ?? name));
}
