// A breaker of opossum around a limiter: percentages over a rolling window, events, a fallback.
import { mapLimit, Semaphore } from "@floodgate/runtime";
import CircuitBreaker from "opossum";

export type Load = (id: number) => Promise<string>;

export function userService(load: Load, database = new Semaphore(10)) {
  // The limiter inside: a call that the breaker refuses waits for nothing, and one that has run out of time keeps its
  // permit until it has really ended.
  const breaker = new CircuitBreaker(database.wrap(load), {
    timeout: 1000,
    errorThresholdPercentage: 50,
    volumeThreshold: 5,
    resetTimeout: 30_000,
  });
  breaker.fallback((id: number) => `user ${id}, perhaps`);
  return {
    breaker,
    namesOf: (ids: readonly number[]) => mapLimit(ids, 100, (id) => breaker.fire(id)),
  };
}
