import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import { TimeoutError } from "./errors.ts";
import { limited } from "./limited.ts";
import { mapLimit } from "./map-limit.ts";
import { mapLimitSettled } from "./map-limit-settled.ts";
import type { PolicyContext } from "./policy.ts";
import { Semaphore } from "./semaphore.ts";
import { stillRunning } from "./still-running.ts";
import { timeout } from "./timeout.ts";

const { setImmediate: realImmediate } = globalThis;
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Rejects when its signal aborts, as fetch does. */
const obedient = ({ signal }: PolicyContext): Promise<never> =>
  new Promise((_, reject) =>
    signal.addEventListener("abort", () => {
      reject(signal.reason as Error);
    }),
  );

test("a call in time has the function's result, or its error, and leaves no timer behind", async () => {
  expect(await timeout((a: number, b: number) => Promise.resolve(a + b), 10)(1, 2)).toBe(3);
  expect(await timeout(() => "not a promise", 10)()).toBe("not a promise");
  await expect(timeout(() => Promise.reject(new Error("own")), 10)()).rejects.toThrow("own");
  const broken = timeout((): string => {
    throw new Error("at once");
  }, 10);
  await expect(broken()).rejects.toThrow("at once");
  expect(vi.getTimerCount()).toBe(0);
});

test("after timeoutMs the signal is aborted and the call rejects with TimeoutError", async () => {
  let seen: unknown;
  const call = timeout(({ signal }: PolicyContext) => {
    signal.addEventListener("abort", () => {
      seen = signal.reason;
    });
    return new Promise(() => undefined);
  }, 50)();
  const settled = vi.fn();
  call.catch(settled);
  await vi.advanceTimersByTimeAsync(49);
  expect(settled).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  const error = await call.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TimeoutError);
  expect(error).toMatchObject({ timeoutMs: 50, message: "The task did not settle within 50 ms." });
  expect(seen).toBe(error);
});

test("it is the TimeoutError that the caller sees, whatever the function makes of its signal", async () => {
  const call = timeout(({ signal }: PolicyContext) => {
    const { promise, reject } = deferred<never>();
    signal.addEventListener("abort", () => {
      reject(new Error("connection closed"));
    });
    return promise;
  }, 50)();
  const caught = call.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(50);
  expect(await caught).toBeInstanceOf(TimeoutError);
});

test("what fails after its time is up is nobody's", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  const task = deferred<never>();
  const caught = timeout(() => task.promise, 50)().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(50);
  await caught;
  task.reject(new Error("late"));
  vi.useRealTimers();
  await new Promise(setImmediate);
  expect(unhandled).not.toHaveBeenCalled();
  process.off("unhandledRejection", unhandled);
});

test("the error knows whether the function still runs, for those who hold a slot for it", async () => {
  const task = deferred<string>();
  const caught = timeout(() => task.promise, 50)().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(50);
  const rest = stillRunning(await caught);
  const ended = vi.fn();
  void rest?.then(ended);
  await vi.advanceTimersByTimeAsync(1000);
  expect(ended).not.toHaveBeenCalled();
  task.resolve("at last");
  await rest;
  expect(stillRunning(new TimeoutError(1))).toBeUndefined();
  expect(stillRunning("text")).toBeUndefined();
});

describe("a function that ignores its signal", () => {
  /** Runs two tasks one at a time under a bound; the first one ignores its time-out. */
  const bounds: readonly (readonly [
    string,
    (task: (n: number) => Promise<unknown>) => Promise<unknown>[],
  ])[] = [
    ["mapLimitSettled", (task) => [mapLimitSettled([1, 2], 1, task)]],
    ["limited", (task) => [1, 2].map(limited(1, task))],
    ["Semaphore.run", (task) => ((one) => [1, 2].map((n) => one.run(() => task(n))))(new Semaphore(1))],
    ["Semaphore.wrap", (task) => [1, 2].map(new Semaphore(1).wrap(task))],
  ];
  test.for(bounds)("holds its slot in %s until it settles", async ([, start]) => {
    const first = deferred<string>();
    const started: number[] = [];
    const task = timeout((n: number) => {
      started.push(n);
      return n === 1 ? first.promise : "second";
    }, 50);
    const calls = start((n) => task(n));
    for (const call of calls) call.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1000);
    expect(started).toEqual([1]);
    first.resolve("at last");
    await vi.advanceTimersByTimeAsync(1000);
    await new Promise(realImmediate); // After so long, a helper lets timers have a turn.
    expect(started).toEqual([1, 2]);
  });

  test("holds its slot in another copy of this package too", async () => {
    vi.resetModules();
    const copy = await import("./limited.ts");
    expect(copy.limited).not.toBe(limited);
    const first = deferred();
    const started: number[] = [];
    const task = timeout((n: number) => {
      started.push(n);
      return n === 1 ? first.promise : undefined;
    }, 50);
    const inCopy = copy.limited(1, (n: number) => task(n));
    const calls = Promise.allSettled([1, 2].map((n) => inCopy(n)));
    await vi.advanceTimersByTimeAsync(1000);
    expect(started).toEqual([1]);
    first.resolve();
    await calls;
    expect(started).toEqual([1, 2]);
  });

  test("does not keep its caller waiting", async () => {
    const call = limited(
      1,
      timeout(() => new Promise(() => undefined), 50),
    )();
    const caught = call.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(50);
    expect(await caught).toBeInstanceOf(TimeoutError);
  });
});

test("in mapLimit, the helper's signal reaches the function through the time limit", async () => {
  const reasons: unknown[] = [];
  const call = mapLimit(
    [1, 2],
    2,
    timeout((n: number, _index: number, { signal }: PolicyContext) => {
      if (n === 2) throw new Error("no 2");
      return new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          reasons.push(signal.reason);
          resolve(n);
        });
      });
    }, 1000),
  );
  await expect(call).rejects.toThrow("no 2");
  expect(reasons).toEqual([new Error("no 2")]);
});

describe("the context", () => {
  test("comes behind the arguments when the caller passes none", async () => {
    const seen = vi.fn();
    await timeout(seen as (a: string) => void, 10)("a");
    expect(seen.mock.calls[0]).toEqual(["a", { signal: expect.any(AbortSignal) as AbortSignal }]);
  });

  test("replaces the signal of the caller's context, and keeps what else is in it", async () => {
    const seen = vi.fn();
    const outer = new AbortController();
    const call = timeout(seen as (a: string, context: { signal: AbortSignal; attempt: number }) => void, 10);
    await call("a", { signal: outer.signal, attempt: 2 });
    const [, context] = seen.mock.calls[0] as [string, { signal: AbortSignal; attempt: number }];
    expect(context.attempt).toBe(2);
    expect(context.signal).not.toBe(outer.signal);
  });

  test("data that only looks like a context is left alone", async () => {
    const seen = vi.fn();
    await timeout(seen as (a: object) => void, 10)({ signal: "SIGTERM" });
    expect(seen.mock.calls[0]).toEqual([
      { signal: "SIGTERM" },
      { signal: expect.any(AbortSignal) as AbortSignal },
    ]);
  });

  test("an abort of the caller's signal is passed on, and the function decides how the call ends", async () => {
    const outer = new AbortController();
    const call = timeout(obedient, 50)({ signal: outer.signal });
    outer.abort(new Error("not wanted"));
    await expect(call).rejects.toThrow("not wanted");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a signal that is aborted already makes no call", async () => {
    const fn = vi.fn(obedient);
    await expect(timeout(fn, 50)({ signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow(
      "before",
    );
    expect(fn).not.toHaveBeenCalled();
  });

  test("no listener is left on the caller's signal, and a thousand calls put one on it", async () => {
    const outer = new AbortController();
    const task = deferred<string>();
    const call = timeout((_context: PolicyContext) => task.promise, 50);
    const calls = Array.from({ length: 1000 }, () => call({ signal: outer.signal }));
    expect(getEventListeners(outer.signal, "abort")).toHaveLength(1);
    task.resolve("done");
    await Promise.all(calls);
    await vi.advanceTimersByTimeAsync(0);
    expect(getEventListeners(outer.signal, "abort")).toHaveLength(0);
  });
});

test("this is the caller's", async () => {
  const service = {
    name: "orders",
    load: timeout(function (this: { name: string }, id: number) {
      return `${this.name} ${id}`;
    }, 10),
  };
  expect(await service.load(1)).toBe("orders 1");
});

test("0 gives the function one turn; Infinity, and more than a timer can wait, is no limit", async () => {
  const caught = timeout(() => new Promise(() => undefined), 0)().catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(1);
  expect(await caught).toBeInstanceOf(TimeoutError);
  void timeout(() => new Promise(() => undefined), Infinity)();
  void timeout(() => new Promise(() => undefined), 2 ** 31)();
  expect(vi.getTimerCount()).toBe(0);
});

test.for([
  [null, 1, "Expected `fn` to be a function, got `null`"],
  [Date.now, -1, "Expected `timeoutMs` to be a number of milliseconds from 0 and up, got `-1`"],
  [Date.now, Number.NaN, "Expected `timeoutMs`"],
  [Date.now, undefined, "Expected `timeoutMs`"],
] as const)("timeout(%o, %o) is refused at once", ([fn, ms, message]) => {
  expect(() => timeout(fn as () => number, ms as number)).toThrow(message);
});

describe("types", () => {
  test("the context may be left out, and everything else stays", () => {
    const load = timeout((url: string, { signal }: PolicyContext) => `${url} ${String(signal.aborted)}`, 10);
    expectTypeOf(load).toBeCallableWith("url");
    expectTypeOf(load).toBeCallableWith("url", { signal: new AbortController().signal });
    expectTypeOf(load("url")).toEqualTypeOf<Promise<string>>();
    // @ts-expect-error -- a number is no URL
    const wrong = (): unknown => load(1);
    expect(wrong).toBeDefined();
  });

  test("a function without a context, with optional or rest parameters, or generic results", () => {
    expectTypeOf(timeout((id: number) => id, 1)(1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(timeout(() => Promise.resolve("a"), 1)()).toEqualTypeOf<Promise<string>>();
    expectTypeOf(timeout((id: number, deep?: boolean) => deep ?? id, 1)(1, true)).toEqualTypeOf<
      Promise<number | boolean>
    >();
    expectTypeOf(timeout((...ids: number[]) => ids, 1)(1, 2, 3)).toEqualTypeOf<Promise<number[]>>();
  });

  test("in the place of a helper's callback, parameters take their types from the helper", () => {
    const helper = <T>(_fn: (item: string, index: number, context: PolicyContext) => Promise<T>): T =>
      undefined as T;
    expectTypeOf(
      helper(
        timeout((item, index, { signal }) => {
          expectTypeOf(item).toEqualTypeOf<string>();
          expectTypeOf(index).toEqualTypeOf<number>();
          expectTypeOf(signal).toEqualTypeOf<PolicyContext["signal"]>();
          return item.length;
        }, 1),
      ),
    ).toEqualTypeOf<number>();
  });
});
