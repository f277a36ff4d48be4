import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import { CircuitBreaker, CircuitOpenError, classify } from "./index.ts";

const down = (): Promise<never> => Promise.reject(new Error("down"));
const fail = (breaker: CircuitBreaker): Promise<unknown> =>
  breaker.run(down).catch((error: unknown) => error);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("so many failures in a row open it, and calls are turned away without being made", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 2, recoveryMs: 1000 });
  await fail(breaker);
  expect(breaker.state).toBe("closed");
  await fail(breaker);
  expect(breaker.state).toBe("open");
  const task = vi.fn();
  const error: unknown = await breaker.run(task).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CircuitOpenError);
  expect(error).toMatchObject({ retryAfterMs: 1000, message: "The circuit is open: try again in 1000 ms." });
  expect(task).not.toHaveBeenCalled();
});

test("a success in between starts the count anew", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 2 });
  await fail(breaker);
  await breaker.run(() => "up");
  await fail(breaker);
  expect(breaker.state).toBe("closed");
});

test("after recoveryMs trial calls are let through; one that succeeds closes it", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryMs: 1000 });
  await fail(breaker);
  vi.advanceTimersByTime(1000);
  expect(breaker.state).toBe("half-open");
  const trial = deferred<string>();
  const first = breaker.run(() => trial.promise);
  await expect(breaker.run(() => "too many")).rejects.toThrow("trial calls are under way");
  trial.resolve("up");
  expect(await first).toBe("up");
  expect(breaker.state).toBe("closed");
});

test("a trial call that fails opens it again", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 3, recoveryMs: 1000 });
  await fail(breaker);
  await fail(breaker);
  await fail(breaker);
  vi.advanceTimersByTime(1000);
  await fail(breaker);
  expect(breaker.state).toBe("open");
  await expect(breaker.run(() => 1)).rejects.toMatchObject({ retryAfterMs: 1000 });
});

test("a trial call that is to be ignored makes room for another", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryMs: 0 });
  await fail(breaker);
  const abort = new DOMException("stop", "AbortError");
  await expect(breaker.run(() => Promise.reject(abort))).rejects.toBe(abort);
  expect(breaker.state).toBe("half-open");
  expect(await breaker.run(() => "up")).toBe("up");
});

test("a call that is to be ignored changes nothing while the circuit is closed", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1 });
  const abort = new DOMException("stop", "AbortError");
  await expect(breaker.run(() => Promise.reject(abort))).rejects.toBe(abort);
  expect(breaker.inspect()).toMatchObject({ state: "closed", failures: 0, trials: 0 });
});

test("a success leaves calls that run beside it to be counted", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1 });
  const slow = deferred();
  const beside = breaker.run(() => slow.promise);
  await breaker.run(() => "up");
  slow.reject(new Error("down"));
  await expect(beside).rejects.toThrow("down");
  expect(breaker.state).toBe("open");
});

test("a task that rejects with nothing has failed", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1 });
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the case
  await expect(breaker.run(() => Promise.reject())).rejects.toBeUndefined();
  expect(breaker.state).toBe("open");
});

test("a call that began before the last change of state changes nothing", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryMs: 1000 });
  const slow = deferred<string>();
  const early = breaker.run(() => slow.promise);
  await fail(breaker);
  slow.resolve("late success");
  expect(await early).toBe("late success");
  expect(breaker.state).toBe("open");
});

test("overload counts as failure, also when it is resolved", async () => {
  const breaker = new CircuitBreaker({ failureThreshold: 1 });
  expect(await breaker.run(() => ({ status: 503 }))).toEqual({ status: 503 });
  expect(breaker.state).toBe("open");
});

test("a trial call that cannot be judged makes room for another, and its caller hears why", async () => {
  const classifier = vi.fn(classify);
  const breaker = new CircuitBreaker({ failureThreshold: 1, recoveryMs: 0, classify: classifier });
  await fail(breaker);
  classifier.mockImplementationOnce(() => {
    throw new Error("unsure");
  });
  await expect(breaker.run(() => 1)).rejects.toThrow("unsure");
  expect(breaker.state).toBe("half-open");
  expect(await breaker.run(() => 2)).toBe(2);
  expect(breaker.state).toBe("closed");
});

test("wrap keeps this and arguments, and inspect says what it is doing", async () => {
  const breaker = new CircuitBreaker({ name: "search" });
  const api = {
    base: 1,
    add: breaker.wrap(function (this: { base: number }, n: number) {
      return this.base + n;
    }),
  };
  expect(await api.add(2)).toBe(3);
  await fail(breaker);
  expect(breaker.inspect()).toEqual({
    kind: "CircuitBreaker",
    name: "search",
    state: "closed",
    failures: 1,
    trials: 0,
  });
});

test("bad arguments throw at once", () => {
  expect(() => new CircuitBreaker({ failureThreshold: 0 })).toThrow("Expected `failureThreshold`");
  expect(() => new CircuitBreaker({ recoveryMs: -1 })).toThrow("Expected `recoveryMs`");
  expect(() => new CircuitBreaker({ halfOpenMax: 0.5 })).toThrow("Expected `halfOpenMax`");
  expect(() => new CircuitBreaker({ classify: 1 as never })).toThrow("Expected `classify`");
  expect(() => new CircuitBreaker().run(1 as never)).toThrow("Expected `task`");
  expect(() => new CircuitBreaker().wrap(1 as never)).toThrow("Expected `fn`");
});
