import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test, vi } from "vitest";
import { deferred, type Deferred } from "./deferred.ts";
import { Semaphore, streamLimit, type TaskContext } from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Tasks that end when the test says so, by their item. */
function held() {
  const started: string[] = [];
  const signals: AbortSignal[] = [];
  const ends = new Map<string, Deferred<string>>();
  const task = (item: string, _index: number, { signal }: TaskContext): Promise<string> => {
    started.push(item);
    signals.push(signal);
    const end = deferred<string>();
    ends.set(item, end);
    return end.promise;
  };
  const end = (item: string): void => {
    ends.get(item)?.resolve(item.toUpperCase());
  };
  return { started, signals, task, end, ends };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of stream) all.push(value);
  return all;
}

describe("streamLimit", () => {
  test("nothing starts before the first result is asked for", async () => {
    const { started, task, end } = held();
    const stream = streamLimit(["a", "b", "c"], 2, task);
    await settle();
    expect(started).toEqual([]);
    const first = stream.next();
    await settle();
    expect(started).toEqual(["a", "b"]);
    end("a");
    expect(await first).toEqual({ done: false, value: "A" });
    const rest = collect(stream);
    end("b");
    await settle();
    end("c");
    expect(await rest).toEqual(["B", "C"]);
  });

  test("results come in the order of the items", async () => {
    const { task, end } = held();
    const all = collect(streamLimit(["a", "b"], 2, task));
    await settle();
    end("b");
    await settle();
    end("a");
    expect(await all).toEqual(["A", "B"]);
  });

  test("or as they come, with ordered: false", async () => {
    const { task, end } = held();
    const all = collect(streamLimit(["a", "b"], 2, task, { ordered: false }));
    await settle();
    end("b");
    await settle();
    end("a");
    expect(await all).toEqual(["B", "A"]);
  });

  test("a slow reader holds the tasks back: no more than concurrency + buffer are pulled and not taken", async () => {
    const { started, task, end } = held();
    const stream = streamLimit(["a", "b", "c", "d"], 1, task, { buffer: 1 });
    const first = stream.next();
    await settle();
    end("a");
    await first;
    await settle();
    end("b");
    await settle();
    end("c");
    await settle();
    expect(started).toEqual(["a", "b", "c"]);
    await stream.next();
    await settle();
    expect(started).toEqual(["a", "b", "c", "d"]);
    end("d");
    await stream.return?.();
  });

  test("leaving the loop aborts the tasks, closes the source, and waits for them", async () => {
    let closed = false;
    function* source(): Generator<string> {
      try {
        yield* ["a", "b", "c"];
      } finally {
        closed = true;
      }
    }
    const { signals, task, end, ends } = held();
    let left = false;
    const reading = (async () => {
      for await (const value of streamLimit(source(), 2, task)) {
        expect(value).toBe("A");
        break;
      }
      left = true;
    })();
    await settle();
    end("a");
    await settle();
    expect([signals[1]?.aborted, closed, left]).toEqual([true, true, false]);
    for (const running of ends.values()) running.reject(new Error("stopped"));
    await reading;
    expect(left).toBe(true);
  });

  test("return() ends a stream whose next() is pending", async () => {
    const { task, signals } = held();
    const stream = streamLimit(["a"], 1, task, { graceMs: 0 });
    const pending = stream.next();
    await settle();
    const returned = stream.return?.();
    expect(signals[0]?.aborted).toBe(true);
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(await returned).toEqual({ done: true, value: undefined });
  });

  test("return() before the first next() leaves the source untouched", async () => {
    const source = { [Symbol.iterator]: vi.fn() };
    const stream = streamLimit(source, 1, () => 1);
    await stream.return?.();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(source[Symbol.iterator]).not.toHaveBeenCalled();
  });

  test("a failure is thrown after the results that are next in line, once", async () => {
    const { task, ends, end } = held();
    const stream = streamLimit(["a", "b", "c"], 3, task);
    const first = stream.next();
    await settle();
    ends.get("b")?.reject(new Error("b"));
    end("a");
    end("c");
    expect(await first).toEqual({ done: false, value: "A" });
    await expect(stream.next()).rejects.toThrow("b");
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("a source that was closed while there was no room is not asked again", async () => {
    const next = vi.fn(() => ({ done: false as const, value: 1 }));
    const close = vi.fn(() => ({ done: true as const, value: undefined }));
    const source = { [Symbol.iterator]: () => ({ next, return: close }) };
    const controller = new AbortController();
    const { signal } = controller;
    const stream = streamLimit(source, 1, (n) => n, { signal, buffer: 1 });
    await stream.next();
    await settle();
    const pulls = next.mock.calls.length;
    controller.abort(new Error("enough"));
    await settle();
    expect(close).toHaveBeenCalledOnce();
    await expect(
      (async () => {
        for await (const n of stream) expect(n).toBe(1);
      })(),
    ).rejects.toThrow("enough");
    await settle();
    expect(next).toHaveBeenCalledTimes(pulls);
  });

  test("a failure ends the tasks whatever else is asked for: there is no stopOnError here", async () => {
    const started: number[] = [];
    const task = (n: number): Promise<never> => {
      started.push(n);
      return Promise.reject(new Error(`e${n}`));
    };
    const options = { stopOnError: false, graceMs: 0 };
    await expect(streamLimit([1, 2, 3], 1, task, options).next()).rejects.toThrow("e1");
    await settle();
    expect(started).toEqual([1]);
  });

  test("an aborted signal ends it with its reason, also when it was aborted before", async () => {
    const controller = new AbortController();
    const { task, signals } = held();
    const stream = streamLimit(["a"], 1, task, { signal: controller.signal, graceMs: 0 });
    const pending = stream.next();
    await settle();
    controller.abort(new Error("enough"));
    await expect(pending).rejects.toThrow("enough");
    expect(signals[0]?.aborted).toBe(true);
    const signal = AbortSignal.abort(new Error("early"));
    await expect(streamLimit(["a"], 1, task, { signal }).next()).rejects.toThrow("early");
  });

  test("no listener is left on the signal", async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await collect(streamLimit([1, 2], 1, (n) => n, { signal }));
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([1, 1]);
  });

  test("follows a limiter whose capacity changes", async () => {
    const limiter = new Semaphore(1);
    let running = 0;
    const running_at: number[] = [];
    const task = async (n: number): Promise<number> => {
      running_at[n] = ++running;
      await settle();
      running--;
      return n;
    };
    for await (const n of streamLimit([0, 1, 2, 3, 4, 5, 6], limiter, task)) if (n === 1) limiter.permits = 3;
    expect(Math.max(...running_at.slice(0, 2))).toBe(1);
    expect(Math.max(...running_at)).toBe(3);
  });

  test("with buffer: Infinity no reader is waited for", async () => {
    const started: number[] = [];
    const stream = streamLimit([0, 1, 2, 3], 1, (n) => started.push(n), { buffer: Infinity });
    expect((await stream.next()).done).toBe(false);
    await settle();
    expect(started).toEqual([0, 1, 2, 3]);
    await stream.return?.();
  });

  test("progress knows how many there are", async () => {
    const totals: unknown[] = [];
    await collect(streamLimit(["a", "b"], 1, (x) => x, { onProgress: ({ total }) => totals.push(total) }));
    expect(totals).toEqual([2, 2]);
  });

  test("a source that says it has no async iterator is taken as the iterable it is", async () => {
    const source = Object.assign([1, 2], { [Symbol.asyncIterator]: undefined });
    expect(await collect(streamLimit(source as Iterable<number>, 2, (n) => n))).toEqual([1, 2]);
  });

  test("a task sees the async context of who asked for the first result", async () => {
    const storage = new AsyncLocalStorage<string>();
    const stream = storage.run("maker", () => streamLimit([1, 2, 3], 1, () => storage.getStore()));
    expect((await storage.run("reader", () => stream.next())).value).toBe("reader");
    expect(await collect(stream)).toEqual(["reader", "reader"]);
  });

  test("takes async sources and limiters", async () => {
    async function* source(): AsyncGenerator<number> {
      for (let i = 1; i <= 4; i++) {
        await settle();
        yield i;
      }
    }
    const two = new Semaphore(2);
    expect(await collect(streamLimit(source(), two, (n) => n * 10, { weight: () => 2 }))).toEqual([
      10, 20, 30, 40,
    ]);
    expect(two.active).toBe(0);
  });

  test("bad arguments throw at once", () => {
    expect(() => streamLimit(null as never, 1, () => 1)).toThrow("Expected `source`");
    expect(() => streamLimit([], 0, () => 1)).toThrow("Expected `concurrency`");
    expect(() => streamLimit([], 1, () => 1, { buffer: -1 })).toThrow(
      "Expected `buffer` to be an integer from 0 and up or `Infinity`, got `-1` (number)",
    );
  });
});
