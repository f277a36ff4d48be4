/** `createLimit` beside p-limit 7, case by case: the same program on both, and where they part on purpose. */
import { AsyncLocalStorage } from "node:async_hooks";
import pLimitItself, { limitFunction } from "p-limit";
import { describe, expect, test } from "vitest";
import { createLimit } from "./create-limit.ts";
import { deferred } from "./deferred.ts";
import { limited } from "./limited.ts";

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

  test("what has found room counts as active at once", async () => {
    const limit = make(1);
    const calls = [limit(() => 1), limit(() => 2)];
    expect([limit.activeCount, limit.pendingCount]).toEqual([1, 1]);
    expect(await Promise.all(calls)).toEqual([1, 2]);
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

  test("lowering concurrency stops none that runs, and starts none until it is kept", async () => {
    const limit = make(4);
    let running = 0;
    const log: number[] = [];
    const calls = Array.from({ length: 10 }, () =>
      limit(async () => {
        log.push(++running);
        await turn();
        running--;
      }),
    );
    await Promise.resolve().then(() => undefined);
    limit.concurrency = 2;
    await Promise.all(calls);
    expect(log).toEqual([1, 2, 3, 4, 2, 2, 2, 2, 2, 2].map((n, i) => (i < 4 ? n : Math.min(n, 2))));
  });

  test("a task runs in the async context of its caller, also one that waits", async () => {
    const storage = new AsyncLocalStorage<number>();
    const limit = make(2);
    const seen = await Promise.all(
      Array.from({ length: 20 }, (_, id) =>
        storage.run(id, () => limit(() => Promise.resolve().then(() => storage.getStore()))),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 20 }, (_, id) => id));
  });

  test("a task that throws before its first await does not stop the one behind it", async () => {
    const limit = make(1);
    let ran = false;
    const calls = [
      limit(() => {
        throw new Error("no");
      }),
      limit(() => {
        ran = true;
      }),
    ];
    await expect(Promise.all(calls)).rejects.toThrow("no");
    await calls[1];
    expect(ran).toBe(true);
  });

  test("clearQueue leaves alone what runs, and empties the rest", async () => {
    const limit = make(1);
    const gate = deferred();
    const runs = limit(() => gate.promise.then(() => "ran"));
    for (let i = 0; i < 3; i++) limit(() => 1).catch(() => undefined);
    await turn();
    expect(limit.pendingCount).toBe(3);
    limit.clearQueue();
    expect(limit.pendingCount).toBe(0);
    gate.resolve();
    expect(await runs).toBe("ran");
  });
});

test("p-limit's limitFunction is limited", async () => {
  for (const wrap of [
    (fn: (n: number) => Promise<number>) => limitFunction(fn, { concurrency: 3 }),
    (fn: (n: number) => Promise<number>) => limited(3, fn),
  ]) {
    let running = 0;
    let peak = 0;
    const double = wrap(async (n) => {
      peak = Math.max(peak, ++running);
      await turn();
      running--;
      return n * 2;
    });
    expect(await Promise.all([1, 2, 3, 4, 5].map((n) => double(n)))).toEqual([2, 4, 6, 8, 10]);
    expect(peak).toBe(3);
  }
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
