import { AsyncLocalStorage } from "node:async_hooks";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { deferred, type Deferred } from "./deferred.ts";
import {
  forEachLimit,
  mapLimit,
  mapLimitSettled,
  Semaphore,
  type Limiter,
  type Permit,
  type TaskContext,
} from "./index.ts";

/** A task that ends when the test says so: `task` starts one, `calls` holds its items, `ends` its levers. */
function held<T>() {
  const calls: unknown[] = [];
  const ends: Deferred<T>[] = [];
  const signals: AbortSignal[] = [];
  const task = (item: unknown, _index?: number, context?: TaskContext): Promise<T> => {
    calls.push(item);
    if (context) signals.push(context.signal);
    const end = deferred<T>();
    ends.push(end);
    return end.promise;
  };
  return { calls, ends, signals, task, end: (i: number) => ends[i] as Deferred<T> };
}

/** Lets every microtask that is due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
});

describe("order and results", () => {
  test("results come in the order of the items, whichever task ends first", async () => {
    const { ends, end, task } = held<string>();
    const all = mapLimit(["a", "b"], 2, task);
    expect(ends).toHaveLength(2);
    end(1).resolve("second");
    end(0).resolve("first");
    expect(await all).toEqual(["first", "second"]);
  });

  test("an empty source gives an empty array", async () => {
    expect(await mapLimit([], 3, () => 1)).toEqual([]);
  });

  test("fn may return plain values, and gets the index", async () => {
    expect(await mapLimit(new Set(["a", "b"]), 1, (item, index) => `${item}${String(index)}`)).toEqual([
      "a0",
      "b1",
    ]);
  });

  test("an array is copied at the call and its holes are skipped, as map does", async () => {
    // eslint-disable-next-line no-sparse-arrays
    const items = [1, , 3, undefined];
    const indices: number[] = [];
    const all = mapLimit(items, 1, (item, index) => {
      indices.push(index);
      items.length = 0;
      return item;
    });
    // eslint-disable-next-line no-sparse-arrays
    expect(await all).toStrictEqual([1, , 3, undefined]);
    expect(indices).toEqual([0, 2, 3]);
  });

  test("forEachLimit sees what is pushed to an array while it runs, as for...of does", async () => {
    const items = [1];
    const seen: number[] = [];
    await forEachLimit(items, 1, (item) => {
      seen.push(item);
      if (item < 3) items.push(item + 1);
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  test("an async iterable is read one item at a time", async () => {
    let asked = 0;
    async function* source(): AsyncGenerator<number> {
      for (;;) {
        asked++;
        await settle();
        if (asked > 3) return;
        yield asked;
      }
    }
    expect(await mapLimit(source(), 2, (n) => n * 2)).toEqual([2, 4, 6]);
  });
});

describe("the bound", () => {
  test("the first tasks start synchronously, in order, and no more than the bound", async () => {
    const { calls, end, task } = held<number>();
    const all = mapLimit([1, 2, 3], 2, task);
    expect(calls).toEqual([1, 2]);
    end(1).resolve(20);
    await settle();
    expect(calls).toEqual([1, 2, 3]);
    end(0).resolve(10);
    end(2).resolve(30);
    expect(await all).toEqual([10, 20, 30]);
  });

  test("an item is pulled only when there is room for it", async () => {
    const pulled: number[] = [];
    function* source(): Generator<number> {
      for (let i = 0; i < 4; i++) {
        pulled.push(i);
        yield i;
      }
    }
    const { end, task } = held<number>();
    const all = mapLimit(source(), 2, task);
    expect(pulled).toEqual([0, 1]);
    end(0).reject(new Error("stop"));
    end(1).resolve(1);
    await expect(all).rejects.toThrow("stop");
    expect(pulled).toEqual([0, 1]);
  });

  test("a limiter is shared between calls", async () => {
    const two = new Semaphore(2);
    const { calls, end, task } = held<number>();
    const first = mapLimit(["a", "b", "c"], two, task);
    const second = mapLimit(["x"], two, task);
    expect(calls).toEqual(["a", "b"]);
    end(0).resolve(1);
    await settle();
    end(1).resolve(2);
    await settle();
    expect(calls).toEqual(["a", "b", "c", "x"]);
    end(2).resolve(3);
    end(3).resolve(4);
    expect(await first).toEqual([1, 2, 3]);
    expect(await second).toEqual([4]);
    expect(two.active).toBe(0);
  });

  test("weights count against a limiter", async () => {
    const three = new Semaphore(3);
    const { calls, end, task } = held<number>();
    const all = forEachLimit([2, 2, 1], three, task, { weight: (item) => item });
    expect(calls).toEqual([2]);
    end(0).resolve(0);
    await settle();
    expect(calls).toEqual([2, 2, 1]);
    end(1).resolve(0);
    end(2).resolve(0);
    await all;
  });
});

describe("failure", () => {
  test("the first failure stops pulling, closes the source, aborts the signal, and waits for running tasks", async () => {
    let closed = false;
    function* source(): Generator<number> {
      try {
        yield* [1, 2, 3, 4];
      } finally {
        closed = true;
      }
    }
    const { calls, end, signals, task } = held<number>();
    const all = mapLimit(source(), 2, task);
    const error = new Error("first");
    let settled = false;
    all.catch(() => (settled = true));
    end(0).reject(error);
    await settle();
    expect(closed).toBe(true);
    expect(signals[1]?.aborted).toBe(true);
    expect(signals[1]?.reason).toBe(error);
    expect(settled).toBe(false);
    end(1).reject(new Error("second"));
    await expect(all).rejects.toBe(error);
    expect(calls).toEqual([1, 2]);
    expect(error).not.toHaveProperty("stillRunning");
  });

  test("a task that throws synchronously rejects", async () => {
    const thrown = mapLimit([1], 1, () => {
      throw new Error("sync");
    });
    await expect(thrown).rejects.toThrow("sync");
  });

  test("after graceMs it rejects although tasks still run, and says how many", async () => {
    vi.useFakeTimers();
    const { end, task } = held<number>();
    const error = new Error("first");
    const all = mapLimit([1, 2, 3], 3, task, { graceMs: 1000 });
    const ended = expect(all).rejects.toBe(error);
    end(0).reject(error);
    await vi.advanceTimersByTimeAsync(999);
    expect(error).not.toHaveProperty("stillRunning");
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(error).toHaveProperty("stillRunning", 2);
  });

  test("with graceMs 0 it rejects at once", async () => {
    const { end, task } = held<number>();
    const all = mapLimit([1, 2], 2, task, { graceMs: 0 });
    end(1).reject(new Error("first"));
    await expect(all).rejects.toThrow("first");
  });

  test("stopOnError: false attempts all, then rejects with every failure in input order", async () => {
    const { calls, end, task } = held<number>();
    const all = mapLimit([1, 2, 3], 3, task, { stopOnError: false });
    end(2).reject(new Error("third"));
    end(0).reject(new Error("first"));
    end(1).resolve(2);
    const error = await all.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(String)).toEqual(["Error: first", "Error: third"]);
    expect((error as AggregateError).message).toBe("Tasks failed: 2");
    expect(calls).toEqual([1, 2, 3]);
  });

  test("stopOnError: false with graceMs 0 is Promise.all: rejects at the first failure, starts the rest", async () => {
    const { calls, end, task } = held<number>();
    const all = mapLimit([1, 2], 1, task, { stopOnError: false, graceMs: 0 });
    end(0).reject(new Error("first"));
    await expect(all).rejects.toThrow("first");
    await settle();
    expect(calls).toEqual([1, 2]);
  });

  test("mapLimitSettled keeps failures as results", async () => {
    const ends = await mapLimitSettled([1, 2], 1, (n) => {
      if (n === 1) throw new Error("one");
      return n;
    });
    expect(ends).toEqual([
      { status: "rejected", reason: new Error("one") },
      { status: "fulfilled", value: 2 },
    ]);
  });

  test("a source that throws ends the call, and is not closed again", async () => {
    const source = {
      [Symbol.iterator]: () => ({
        next: (): never => {
          throw new Error("source");
        },
        return: () => {
          throw new Error("not to be called");
        },
      }),
    };
    await expect(mapLimitSettled(source, 2, () => 1)).rejects.toThrow("source");
  });

  test("a source that cannot be opened rejects", async () => {
    const nothing = { [Symbol.iterator]: () => undefined } as unknown as Iterable<number>;
    await expect(mapLimit(nothing, 1, () => 1)).rejects.toThrow(TypeError);
    const source: Iterable<number> = {
      [Symbol.iterator]: () => {
        throw new Error("closed on Mondays");
      },
    };
    await expect(mapLimit(source, 2, () => 1)).rejects.toThrow("closed on Mondays");
  });

  test("a pending next() or return() is never waited for", async () => {
    const returned = vi.fn(() => new Promise<never>(() => {}));
    let pulls = 0;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () =>
          pulls++ === 0 ? Promise.resolve({ done: false as const, value: 1 }) : new Promise<never>(() => {}),
        return: returned,
      }),
    };
    await expect(forEachLimit(source, 2, () => Promise.reject(new Error("task")))).rejects.toThrow("task");
    expect(returned).toHaveBeenCalledOnce();
  });

  test("a permit that comes after an early stop is given back", async () => {
    const late = deferred<Permit>();
    const release = vi.fn();
    const limiter: Limiter = {
      capacity: 2,
      tryAcquire: vi.fn().mockReturnValueOnce({ release: vi.fn() }),
      acquire: () => late.promise,
      run: () => Promise.reject(new Error("not used")),
      wrap: () => () => Promise.reject(new Error("not used")),
    };
    const started = vi.fn(() => Promise.reject(new Error("first")));
    await expect(forEachLimit([1, 2], limiter, started)).rejects.toThrow("first");
    late.resolve({ release } as unknown as Permit);
    await settle();
    expect(release).toHaveBeenCalledExactlyOnceWith("ignore");
    expect(started).toHaveBeenCalledOnce();
  });

  test("a rejected acquire ends the call like a source error", async () => {
    const one = new Semaphore(1);
    const permit = await one.acquire();
    const all = forEachLimit([1], one, () => undefined, { stopOnError: false });
    one.close(new Error("closed"));
    await expect(all).rejects.toThrow("closed");
    permit.release();
  });
});

describe("abort", () => {
  test("an aborted signal ends the call with its reason", async () => {
    const controller = new AbortController();
    const { end, signals, task } = held<number>();
    const all = mapLimit([1, 2], 1, task, { signal: controller.signal });
    controller.abort(new Error("enough"));
    expect(signals[0]?.aborted).toBe(true);
    end(0).resolve(1);
    await expect(all).rejects.toThrow("enough");
  });

  test("a signal aborted before the call leaves the source untouched", async () => {
    const source = { [Symbol.iterator]: vi.fn() };
    const signal = AbortSignal.abort(new Error("early"));
    await expect(mapLimit(source, 1, () => 1, { signal })).rejects.toThrow("early");
    expect(source[Symbol.iterator]).not.toHaveBeenCalled();
  });

  test("no listener is left on the signal, however many calls shared it", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await Promise.all(
      Array.from({ length: 20 }, () => mapLimit([1, 2], 1, (n) => Promise.resolve(n), { signal })),
    );
    expect(added.mock.calls).toHaveLength(1);
    expect(removed.mock.calls).toHaveLength(1);
  });

  test("tasks may add any number of listeners to their signal without a warning", async () => {
    const warned = vi.spyOn(process, "emitWarning");
    await mapLimit(Array.from({ length: 50 }), 50, (_item, _index, { signal }) => {
      signal.addEventListener("abort", () => {});
    });
    await settle();
    expect(warned).not.toHaveBeenCalled();
  });

  test("a source of nothing but microtasks does not starve timers and aborts", async () => {
    function* forever(): Generator<number> {
      for (let i = 0; ; i++) yield i;
    }
    const signal = AbortSignal.timeout(1);
    await expect(forEachLimit(forever(), 3, async () => {}, { signal })).rejects.toHaveProperty(
      "name",
      "TimeoutError",
    );
  });
});

test("the async context a task sees is its caller's, in queued tasks too", async () => {
  const storage = new AsyncLocalStorage<string>();
  const one = new Semaphore(1);
  const seen = await Promise.all(
    ["a", "b"].map((name) =>
      storage.run(name, () =>
        mapLimit([1, 2], one, async () => {
          await settle();
          return storage.getStore();
        }),
      ),
    ),
  );
  expect(seen).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
});

test("what a task sets with storage.run stays with it; what it sets with enterWith is seen by its worker's next task", async () => {
  const storage = new AsyncLocalStorage<string>();
  const inRun = await storage.run("caller", () =>
    mapLimit(["a", "b"], 1, (item) => {
      const seen = storage.getStore();
      return storage.run(item, () => Promise.resolve(seen));
    }),
  );
  expect(inRun).toEqual(["caller", "caller"]);
  // As in `items.map(fn)`, where it is seen by all that come after: docs/decisions/0101-async-context.md
  const inEnterWith = await storage.run("caller", () =>
    mapLimit(["a", "b"], 1, (item) => {
      const seen = storage.getStore();
      storage.enterWith(item);
      return Promise.resolve(seen);
    }),
  );
  expect(inEnterWith).toEqual(["caller", "a"]);
});

test("progress and errors are told as they come", async () => {
  const progress: unknown[] = [];
  const errors: unknown[] = [];
  await mapLimitSettled(["a", "b"], 1, (item) => (item === "b" ? Promise.reject(new Error("b")) : item), {
    onProgress: (p) => progress.push(p),
    onError: (_error, item, index) => errors.push([item, index]),
  });
  expect(progress).toEqual([
    { done: 1, failed: 0, running: 0, total: 2 },
    { done: 2, failed: 1, running: 0, total: 2 },
  ]);
  expect(errors).toEqual([["b", 1]]);
});

describe("bad arguments throw at once, naming argument, rule and value", () => {
  const fn = (): number => 1;
  test.for<[string, () => unknown, string]>([
    [
      "source",
      () => mapLimit(null as never, 1, fn),
      "Expected `source` to be an iterable or an async iterable, got `null` (object)",
    ],
    [
      "concurrency 0",
      () => mapLimit([], 0, fn),
      "Expected `concurrency` to be an integer from 1 and up or `Infinity`, got `0` (number)",
    ],
    [
      "concurrency NaN",
      () => mapLimit([], NaN, fn),
      "Expected `concurrency` to be an integer from 1 and up or `Infinity`, got `NaN` (number)",
    ],
    [
      "concurrency text",
      () => mapLimit([], "8" as never, fn),
      "Expected `concurrency` to be an integer from 1 and up or `Infinity`, or a limiter, got `8` (string)",
    ],
    [
      "a limiter of anything but tasks in flight",
      () => mapLimit([], new Semaphore(Infinity), fn),
      "Expected `concurrency` to be of finite capacity (write `combine(50, limiter)`), got `Infinity` (number)",
    ],
    [
      "fn",
      () => mapLimit([], 1, undefined as never),
      "Expected `fn` to be a function, got `undefined` (undefined)",
    ],
    [
      "graceMs",
      () => mapLimit([], 1, fn, { graceMs: -1 }),
      "Expected `graceMs` to be a number of milliseconds from 0 and up, got `-1` (number)",
    ],
    [
      "weight",
      () => mapLimit([], 1, fn, { weight: () => 1 }),
      "Expected `concurrency` to be a limiter, because there are weights, got `1` (number)",
    ],
    [
      "signal: its controller",
      () => mapLimit([], 1, fn, { signal: new AbortController() as never }),
      "Expected `signal` to be an `AbortSignal`, got `[object AbortController]` (object)",
    ],
    [
      "onError",
      () => mapLimit([], 1, fn, { onError: "log" as never }),
      "Expected `onError` to be a function, got `log` (string)",
    ],
    [
      "onProgress",
      () => mapLimit([], 1, fn, { onProgress: true as never }),
      "Expected `onProgress` to be a function, got `true` (boolean)",
    ],
    [
      "weight that is a number",
      () => mapLimit([], new Semaphore(3), fn, { weight: 2 as never }),
      "Expected `weight` to be a function, got `2` (number)",
    ],
    ["infinite limiter", () => mapLimit([], new Semaphore(Infinity), fn), "write `combine(50, limiter)`"],
  ])("%s", ([, call, message]) => {
    expect(call).toThrow(message);
  });
});

test("types of items and results are kept", () => {
  const check = (
    union: string[] | number[],
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what `any` becomes is what is tested
    anything: any[],
    tuple: readonly [string, number],
    stream: AsyncIterable<Date>,
  ) => {
    void mapLimit(union, 1, (item) => (expectTypeOf(item).toEqualTypeOf<string | number>(), item));
    void mapLimit(anything, 1, (item) => (expectTypeOf(item).toBeAny(), 1));
    void mapLimit(tuple, 1, (item) => (expectTypeOf(item).toEqualTypeOf<string | number>(), 1));
    void mapLimit(stream, 1, (item) => (expectTypeOf(item).toEqualTypeOf<Date>(), 1));
    expectTypeOf(mapLimit(tuple, 1, () => Promise.resolve(1))).toEqualTypeOf<Promise<number[]>>();
    const literal: Promise<{ kind: "a" }[]> = mapLimit(tuple, 1, () => Promise.resolve({ kind: "a" }));
    return literal;
  };
  function generic<T extends { id: string }>(items: T[]): Promise<T[]> {
    return mapLimit(items, 2, (item) => Promise.resolve(item));
  }
  expect([check, generic]).toHaveLength(2);
});
