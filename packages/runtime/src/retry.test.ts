import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import {
  CircuitOpenError,
  DeadlockError,
  LimiterClosedError,
  QueueClosedError,
  TimeoutError,
} from "./errors.ts";
import type { PolicyContext } from "./policy.ts";
import { retry, retryable, type RetryEvent, type RetryOptions } from "./retry.ts";
import { Semaphore } from "./semaphore.ts";
import { stillRunning } from "./still-running.ts";
import { timeout } from "./timeout.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A function that fails with each of the errors (or gives each of the values) in turn, then gives "done". */
function flaky(...turns: unknown[]): ReturnType<typeof vi.fn<() => unknown>> {
  return vi.fn(() => {
    if (turns.length === 0) return "done";
    const turn = turns.shift();
    if (turn instanceof Error) throw turn;
    return turn;
  });
}

const down = (): Error => new Error("down");

/** Runs a retry to its end and tells the waits it made. */
async function waitsOf(
  fn: () => unknown,
  options: RetryOptions,
): Promise<{ waits: number[]; result: unknown }> {
  const waits: number[] = [];
  const onRetry = ({ delayMs }: RetryEvent): unknown => waits.push(delayMs);
  const call = retry(fn, { random: () => 0.5, ...options, onRetry })().catch((error: unknown) => error);
  await vi.runAllTimersAsync();
  return { waits, result: await call };
}

describe("attempts", () => {
  test("a call that succeeds is made once", async () => {
    const fn = flaky();
    expect(await retry(fn)()).toBe("done");
    expect(fn).toHaveBeenCalledTimes(1);
  });

  test("a call that fails is made again, three times in all by default, and rejects with the last error as it is", async () => {
    const last = down();
    const fn = flaky(down(), down(), last);
    const { result } = await waitsOf(fn, {});
    expect(result).toBe(last);
    expect(fn).toHaveBeenCalledTimes(3);
  });

  test("attempts: 1 never tries again; Infinity does not give up", async () => {
    const once = flaky(down());
    expect((await waitsOf(once, { attempts: 1 })).result).toEqual(down());
    const many = flaky(...Array.from({ length: 50 }, down));
    expect((await waitsOf(many, { attempts: Infinity })).result).toBe("done");
  });

  test("each attempt gets the caller's this and arguments", async () => {
    const seen: unknown[] = [];
    const service = {
      load: retry(function (this: unknown, ...args: unknown[]) {
        args.length = args.length - 1; // a function that changes its arguments changes its own
        seen.push([this, ...args]);
        if (seen.length < 2) throw down();
      }),
    };
    const call = service.load(1, 2);
    await vi.runAllTimersAsync();
    await call;
    expect(seen).toEqual([
      [service, 1, 2],
      [service, 1, 2],
    ]);
  });
});

describe("waits", () => {
  const failing = (): (() => unknown) => () => {
    throw down();
  };

  test("grow by the factor, up to maxMs", async () => {
    const backoff = { baseMs: 100, factor: 3, maxMs: 1000 };
    expect((await waitsOf(failing(), { attempts: 5, backoff, jitter: "none" })).waits).toEqual([
      100, 300, 900, 1000,
    ]);
  });

  test("are by default a random part of 100, 200, 400, … 30,000 ms", async () => {
    const { waits } = await waitsOf(failing(), { attempts: 12 });
    expect(waits.slice(0, 3)).toEqual([50, 100, 200]);
    expect(waits.at(-1)).toBe(15_000);
  });

  test("may come from a function of the attempts made and the error", async () => {
    const backoff = (made: number, error: unknown): number => made * (error as Error).message.length;
    expect((await waitsOf(failing(), { backoff, jitter: "none" })).waits).toEqual([4, 8]);
    const bad = await waitsOf(failing(), { backoff: () => Number.NaN });
    expect(bad.result).toEqual(
      new RangeError(
        "Expected `backoff()` to be a number of milliseconds from 0 to 2147483647, got `NaN` (number)",
      ),
    );
  });

  test("stay the same with a factor of 1, and are none with a base of 0, however many attempts", async () => {
    const attempts = { attempts: 1200, jitter: "none" } as const;
    const same = await waitsOf(failing(), { ...attempts, backoff: { baseMs: 7, factor: 1 } });
    expect(new Set(same.waits)).toEqual(new Set([7]));
    const none = await waitsOf(failing(), { ...attempts, backoff: { baseMs: 0 } });
    expect(none.waits).toHaveLength(1199);
    expect(new Set(none.waits)).toEqual(new Set([0]));
  });

  test("are never above maxMs, however many attempts, for any options", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 1, max: 1e3, noNaN: true }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (baseMs, factor, maxMs, chance) => {
          const options = { attempts: 300, backoff: { baseMs, factor, maxMs }, random: () => chance };
          const { waits } = await waitsOf(failing(), options);
          expect(waits).toHaveLength(299);
          expect(waits.every((wait) => wait >= 0 && wait <= maxMs)).toBe(true);
        },
      ),
      { numRuns: 30, seed: 3 },
    );
  });
});

describe("Retry-After", () => {
  const headers = (value: string): Headers => new Headers({ "Retry-After": value });

  test.for([
    ["seconds in a resolved Response", (): unknown => ({ status: 429, headers: headers("2") }), 2000],
    ["a date", () => ({ status: 503, headers: headers(new Date(Date.now() + 5000).toUTCString()) }), 5000],
    [
      "a date that has passed",
      () => ({ status: 503, headers: headers("Mon, 01 Jan 1990 00:00:00 GMT") }),
      50,
    ],
    ["headers of an error", () => Object.assign(down(), { status: 429, headers: headers("2") }), 2000],
    [
      "a plain object of an error's response",
      () => Object.assign(down(), { response: { status: 429, headers: { "retry-after": "2" } } }),
      2000,
    ],
    ["a plain object in capitals", () => ({ status: 429, headers: { "Retry-After": "2" } }), 2000],
    ["a number", () => ({ status: 429, headers: { "retry-after": 2 } }), 2000],
    ["exactly as much as maxMs", () => ({ status: 429, headers: headers("30") }), 30_000],
    ["nonsense", () => ({ status: 429, headers: headers("soon") }), 50],
    ["nonsense that ends in a number", () => ({ status: 429, headers: headers("soon, in 99") }), 50],
    ["what is neither text nor number", () => ({ status: 429, headers: { "retry-after": ["2"] } }), 50],
    ["nothing", () => ({ status: 429, headers: new Headers() }), 50],
    ["a circuit that is open", () => new CircuitOpenError(1234), 1234],
  ] as const)("%s is waited for when it is longer than the back-off", async ([, turn, wait]) => {
    vi.setSystemTime(1_000_000_000_000);
    const { waits, result } = await waitsOf(flaky(turn()), {});
    expect(waits).toEqual([wait]);
    expect(result).toBe("done");
  });

  test("one that is longer than maxMs ends the attempts", async () => {
    const response = { status: 429, headers: headers("31") };
    const fn = flaky(response);
    const { waits, result } = await waitsOf(fn, {});
    expect(waits).toEqual([]);
    expect(result).toBe(response);
  });

  test("a response that nobody will read is let go of, so that it keeps no connection", async () => {
    const cancel = vi.fn(() => Promise.reject(new Error("locked")));
    expect((await waitsOf(flaky({ status: 429, body: { cancel } }), {})).result).toBe("done");
    expect(cancel).toHaveBeenCalledOnce();
  });

  test("the last response is given to the caller, and not let go of", async () => {
    const cancel = vi.fn(() => Promise.resolve());
    const last = { status: 503, body: { cancel } };
    expect((await waitsOf(flaky({ status: 503 }, last), { attempts: 2 })).result).toBe(last);
    expect(cancel).not.toHaveBeenCalled();
  });
});

describe("retryIf", () => {
  test("decides about errors and values, each told by its place", async () => {
    const asked = vi.fn((error: unknown, value: unknown) => error !== undefined || value === "later");
    expect((await waitsOf(flaky(down(), "later"), { retryIf: asked })).result).toBe("done");
    expect(asked.mock.calls).toEqual([
      [down(), undefined],
      [undefined, "later"],
    ]);
  });

  test("is told of an error even when undefined was thrown", async () => {
    const fn = vi.fn().mockRejectedValueOnce(undefined).mockResolvedValue("done");
    expect((await waitsOf(fn, {})).result).toBe("done");
  });

  test.for([
    [down(), true],
    [new TypeError("fetch failed"), true],
    [new TimeoutError(5), true],
    [Object.assign(down(), { status: 500 }), true],
    [Object.assign(down(), { status: 429 }), true],
    [Object.assign(down(), { statusCode: 408 }), true],
    [Object.assign(down(), { response: { status: 404 } }), false],
    [Object.assign(down(), { status: 400 }), false],
    [new DOMException("stop", "AbortError"), false],
    [new LimiterClosedError(), false],
    [new QueueClosedError(), false],
    [new DeadlockError(), false],
    [Object.assign(down(), { status: "404" }), true],
    [Object.assign(down(), { status: 399 }), true],
    [Object.assign(down(), { response: null }), true],
    ["text", true],
    [null, true],
  ] as const)("by default, after %o: %s", ([error, again]) => {
    expect(retryable(error, undefined)).toBe(again);
  });

  test.for([
    [{ status: 200 }, false],
    [{ status: 429 }, true],
    [{ status: 503 }, true],
    [{ status: 500 }, false],
    [undefined, false],
    [null, false],
  ] as const)("by default, after the value %o: %s", ([value, again]) => {
    expect(retryable(undefined, value)).toBe(again);
  });
});

describe("aborting", () => {
  test.for(["option", "context"] as const)(
    "an abort by the %s ends a wait, and leaves no timer",
    async (by) => {
      const controller = new AbortController();
      const { signal } = controller;
      const fn = flaky(down());
      const call =
        by === "option"
          ? retry(fn, { signal, jitter: "none" })()
          : retry((context: PolicyContext) => fn.call(context), { jitter: "none" })({ signal });
      await vi.advanceTimersByTimeAsync(0);
      controller.abort(new Error("enough"));
      await expect(call).rejects.toThrow("enough");
      expect(fn).toHaveBeenCalledTimes(1);
      expect(vi.getTimerCount()).toBe(0);
      expect(getEventListeners(signal, "abort")).toHaveLength(0);
    },
  );

  test("a signal that is aborted already makes no call", async () => {
    const fn = flaky();
    await expect(retry(fn, { signal: AbortSignal.abort(new Error("before")) })()).rejects.toThrow("before");
    expect(fn).not.toHaveBeenCalled();
  });

  test("an abort reaches the function, whose error ends the call", async () => {
    const controller = new AbortController();
    const call = retry(
      ({ signal }: PolicyContext) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("closed"));
          });
        }),
      { signal: controller.signal },
    )();
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    await expect(call).rejects.toThrow("closed");
  });
});

describe("with a limiter", () => {
  test("outside it, the permit is given back while it waits", async () => {
    const limiter = new Semaphore(1);
    const call = retry(limiter.wrap(flaky(down())))();
    await vi.advanceTimersByTimeAsync(1);
    expect(limiter.active).toBe(0);
    await vi.runAllTimersAsync();
    expect(await call).toBe("done");
  });

  test("inside it, the permit is kept while it waits", async () => {
    const limiter = new Semaphore(1);
    const call = limiter.wrap(retry(flaky(down()), { jitter: "none" }))();
    await vi.advanceTimersByTimeAsync(50);
    expect(limiter.active).toBe(1);
    await vi.runAllTimersAsync();
    expect(await call).toBe("done");
  });

  test("retry(timeout(fn)) gives each attempt its own time", async () => {
    const fn = vi.fn(() => new Promise(() => undefined));
    const call = retry(timeout(fn, 1000), { jitter: "none" })().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1000 + 100 + 1000 + 200 + 1000);
    expect(await call).toBeInstanceOf(TimeoutError);
    expect(fn).toHaveBeenCalledTimes(3);
  });

  test("nothing runs any more after errors that left nothing running", async () => {
    const error = down();
    await waitsOf(() => Promise.reject(error), {});
    expect(stillRunning(error)).toBeUndefined();
  });

  test("a last failure that is no object keeps what it is, whatever still runs", async () => {
    const fn = vi.fn().mockRejectedValueOnce("text").mockRejectedValueOnce("text");
    const slow = timeout(() => new Promise(() => undefined), 5);
    const call = retry((n: number) => (n === 0 ? slow() : (fn() as unknown)), { attempts: 1 });
    await expect(call(1)).rejects.toBe("text");
    const errors: unknown[] = [];
    let turn = 0;
    const mixed = retry(() => (turn++ === 0 ? slow() : (fn() as unknown)), { attempts: 2 })();
    mixed.catch((error: unknown) => errors.push(error));
    await vi.runAllTimersAsync();
    expect(errors).toEqual(["text"]);
  });

  test("the last error knows of every attempt that still runs", async () => {
    const tasks = [deferred(), deferred()];
    let at = 0;
    const fn = timeout(() => tasks[at++]?.promise, 10);
    const call = retry(fn, { attempts: 2 })().catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    const ended = vi.fn();
    void stillRunning(await call)?.then(ended);
    tasks[1]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).not.toHaveBeenCalled();
    tasks[0]?.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(ended).toHaveBeenCalled();
  });
});

test.for([
  [null, {}, "Expected `fn` to be a function"],
  [
    Date.now,
    { attempts: 0 },
    "Expected `attempts` to be an integer from 1 and up or `Infinity`, got `0` (number)",
  ],
  [Date.now, { jitter: "half" }, 'Expected `jitter` to be `"full"` or `"none"`, got `half` (string)'],
  [Date.now, { backoff: { maxMs: Infinity } }, "Expected `backoff.maxMs`"],
  [Date.now, { backoff: { baseMs: -1 } }, "Expected `backoff.baseMs` to be a number from 0 and up, got `-1`"],
  [Date.now, { backoff: { baseMs: Infinity } }, "Expected `backoff.baseMs`"],
  [
    Date.now,
    { backoff: { factor: 0.5 } },
    "Expected `backoff.factor` to be a number from 1 and up, got `0.5`",
  ],
  [Date.now, { backoff: { factor: Infinity } }, "Expected `backoff.factor`"],
  [Date.now, { retryIf: true }, "Expected `retryIf`"],
  [Date.now, { onRetry: true }, "Expected `onRetry`"],
  [Date.now, { random: 4 }, "Expected `random`"],
  [Date.now, { signal: new AbortController() }, "Expected `signal` to be an `AbortSignal`"],
] as const)("retry(%o, %o) is refused at once", ([fn, options, message]) => {
  expect(() => retry(fn as () => number, options as RetryOptions)).toThrow(message);
});

test("types: the context may be left out, and everything else stays", () => {
  const load = retry((id: number, { signal }: PolicyContext) => (signal.aborted ? "" : id));
  expectTypeOf(load(1)).toEqualTypeOf<Promise<"" | number>>();
  expectTypeOf(load).toBeCallableWith(1, { signal: new AbortController().signal });
});
