// The production template: 100 at once, each attempt with 30 s, three retries with back-off, a breaker, an end.
import { CircuitBreaker, mapLimitSettled, retry, Semaphore, timeout } from "@floodgate/runtime";

export interface Service {
  readonly limiter: Semaphore;
  readonly breaker: CircuitBreaker;
  /** Loads them all; tells of each how it ended. */
  loadAll(ids: readonly number[], signal?: AbortSignal): Promise<PromiseSettledResult<unknown>[]>;
  /** Takes nothing new, and resolves when all that runs has ended. */
  close(): Promise<void>;
}

export function service(load: (id: number, context: { signal: AbortSignal }) => Promise<unknown>): Service {
  // Shared by all callers: the limit is the service's, not a request's. Load is shed rather than kept for minutes.
  const limiter = new Semaphore(100, { name: "users service", maxWaiting: 10_000 });
  const breaker = new CircuitBreaker({ failureThreshold: 5, recoveryMs: 30_000 });

  // From the outside in: try again, take a permit, ask the breaker, limit the time. So the permit is free during the
  // back-off, waiting for one does not count as time, and the breaker hears of each attempt.
  const loadOne = retry(limiter.wrap(breaker.wrap(timeout(load, 30_000))), {
    attempts: 4,
    backoff: { baseMs: 200, maxMs: 30_000 },
  });

  return {
    limiter,
    breaker,
    loadAll: (ids, signal) =>
      mapLimitSettled(ids, 100, (id, _index, context) => loadOne(id, context), { signal }),
    close() {
      limiter.close();
      return limiter.idle();
    },
  };
}
