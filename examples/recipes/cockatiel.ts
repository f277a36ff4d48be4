// Policies of cockatiel around a limiter: a fallback, retries, a breaker that samples.
import { mapLimit, Semaphore } from "@floodgate/runtime";
import {
  ExponentialBackoff,
  SamplingBreaker,
  TimeoutStrategy,
  circuitBreaker,
  fallback,
  handleAll,
  retry,
  timeout,
  wrap,
} from "cockatiel";

export type Load = (id: number, signal: AbortSignal) => Promise<string>;

/** The names of users, `"nobody"` for those that cannot be loaded. */
export function namesOf(ids: readonly number[], load: Load, database = new Semaphore(10)): Promise<string[]> {
  const policy = wrap(
    fallback(handleAll, "nobody"),
    retry(handleAll, { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 5 }) }),
    circuitBreaker(handleAll, {
      halfOpenAfter: 10_000,
      breaker: new SamplingBreaker({ threshold: 0.5, duration: 30_000, minimumRps: 5 }),
    }),
  );
  const time = timeout(1000, TimeoutStrategy.Aggressive);
  // The permit is taken inside, for each attempt, so that it is free while the policy waits; the time-out inside the
  // permit, so that waiting for it does not count.
  return mapLimit(ids, 100, (id, _index, { signal }) =>
    policy.execute(
      (attempt) => database.run(() => time.execute((context) => load(id, context.signal), attempt.signal)),
      signal,
    ),
  );
}
