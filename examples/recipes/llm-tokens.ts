// A language model behind two quotas, requests per minute and tokens per minute, and a bound on what runs at once.
import { combine, mapLimit, RateLimiter, retry } from "@floodgate/runtime";

export interface Quotas {
  readonly tokensPerMinute: number;
  readonly requestsPerMinute: number;
  readonly atOnce: number;
}

/** Asks the model; throws an error with the `status` of the response where it was refused. */
export type Complete = (prompt: string, context: { signal: AbortSignal }) => Promise<string>;

/** Four characters are about one English token; what is answered counts too. Better: the tokenizer of your model. */
export const tokensOf = (prompt: string, maxAnswer = 500): number => Math.ceil(prompt.length / 4) + maxAnswer;

/** Answers all prompts, in order, without running into a 429. */
export function completeAll(
  prompts: readonly string[],
  complete: Complete,
  { tokensPerMinute, requestsPerMinute, atOnce }: Quotas,
): Promise<string[]> {
  const model = new RateLimiter({
    name: "model",
    limit: tokensPerMinute,
    intervalMs: 60_000,
    // A minute's worth at once is what the quota allows, and what makes the next minute a long wait: a tenth is kinder.
    burst: Math.ceil(tokensPerMinute / 10),
    // One limiter of two rates, so that no token of one grows old while the other is waited for.
    also: [{ limit: requestsPerMinute, intervalMs: 60_000, weighted: false }],
  });
  // The estimate may be too low: what is refused all the same is tried again, at the pace the model asks for.
  const patient = retry(complete, { attempts: 4 });
  return mapLimit(prompts, combine(atOnce, model), (prompt, _index, context) => patient(prompt, context), {
    weight: (prompt) => tokensOf(prompt),
  });
}
