/** `createLimit` beside p-limit 7, case by case: the same program on both, and where they part on purpose. */
import pLimitItself from "p-limit";
import { describe, expect, test } from "vitest";
import { createLimit } from "./create-limit.ts";
import { deferred } from "./deferred.ts";

interface Limit {
  <R>(fn: (...args: never[]) => R | PromiseLike<R>, ...args: unknown[]): Promise<R>;
  readonly activeCount: number;
  readonly pendingCount: number;
  concurrency: number;
  clearQueue(): void;
  map<T, R>(items: Iterable<T>, fn: (item: T, index: number) => R | PromiseLike<R>): Promise<R[]>;
}

// Only what is compared, so that the types say in what the two are alike.
const pLimit = pLimitItself as unknown as (concurrency: number) => Limit;
const ourLimit = createLimit as unknown as (concurrency: number) => Limit;
const both: readonly (readonly [name: string, make: (concurrency: number) => Limit])[] = [
  ["p-limit", pLimit],
  ["createLimit", ourLimit],
];

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.for(both)("as p-limit: %s", ([, make]) => {
  test("no more than the bound runs at once, first come first served", async () => {
    const limit = make(2);
    const order: number[] = [];
    let running = 0;
    let peak = 0;
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        limit(async () => {
          order.push(n);
          peak = Math.max(peak, ++running);
          await turn();
          running--;
        }),
      ),
    );
    expect(peak).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  test("a task is never started in the caller's own turn", async () => {
    const limit = make(1);
    let started = false;
    const call = limit(() => {
      started = true;
    });
    expect(started).toBe(false);
    await call;
    expect(started).toBe(true);
  });

  test("arguments are passed on, and results and errors come back, thrown ones too", async () => {
    const limit = make(1);
    expect(await limit((a: number, b: number) => a + b, 1, 2)).toBe(3);
    await expect(limit(() => Promise.reject(new Error("rejected")))).rejects.toThrow("rejected");
    await expect(
      limit(() => {
        throw new Error("thrown");
      }),
    ).rejects.toThrow("thrown");
  });

  test("calls are independent: one that fails stops no other", async () => {
    const limit = make(1);
    const calls = [1, 2, 3].map((n) => limit(() => (n === 1 ? Promise.reject(new Error("no 1")) : n)));
    const results = await Promise.allSettled(calls);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });

  test("activeCount and pendingCount count", async () => {
    const limit = make(2);
    const gate = deferred();
    const calls = [1, 2, 3].map(() => limit(() => gate.promise));
    await turn();
    expect([limit.activeCount, limit.pendingCount]).toEqual([2, 1]);
    gate.resolve();
    await Promise.all(calls);
    await turn();
    expect([limit.activeCount, limit.pendingCount]).toEqual([0, 0]);
  });

  test("raising concurrency starts those that wait", async () => {
    const limit = make(1);
    const gate = deferred();
    const calls = [1, 2, 3].map(() => limit(() => gate.promise));
    await turn();
    limit.concurrency = 3;
    await turn();
    expect([limit.concurrency, limit.activeCount, limit.pendingCount]).toEqual([3, 3, 0]);
    gate.resolve();
    await Promise.all(calls);
  });

  test("map is Promise.all over the items, with an index", async () => {
    expect(await make(2).map(["a", "b"], (item, index) => Promise.resolve(`${item}${index}`))).toEqual([
      "a0",
      "b1",
    ]);
  });

  test("a bound is an integer from 1, or Infinity", () => {
    expect(make(Infinity).concurrency).toBe(Infinity);
    for (const bound of [0, -1, 1.5, "2" as unknown as number])
      expect(() => make(bound)).toThrow("concurrency");
  });
});

describe("where createLimit parts from p-limit", () => {
  test("clearQueue rejects what it clears; p-limit's stays pending for ever unless it is asked not to", async () => {
    for (const [make, expected] of [
      [pLimit, "pending"],
      [ourLimit, "AbortError"],
    ] as const) {
      const limit = make(1);
      const gate = deferred();
      void limit(() => gate.promise);
      let state = "pending";
      limit(() => 1).catch((error: unknown) => {
        state = (error as Error).name;
      });
      await turn();
      limit.clearQueue();
      await turn();
      expect(state).toBe(expected);
      gate.resolve();
    }
  });

  test("a bad number is a RangeError that says what it got; p-limit's is a TypeError", () => {
    expect(() => pLimit(0)).toThrow(TypeError);
    expect(() => createLimit(0)).toThrow(RangeError);
    expect(() => createLimit(0)).toThrow("got `0` (number)");
  });
});
