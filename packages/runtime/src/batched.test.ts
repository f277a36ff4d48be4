import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { batched } from "./batched.ts";
import { Queue } from "./queue.ts";

afterEach(() => {
  vi.useRealTimers();
});

async function* streamOf<T>(...items: T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe("an iterable", () => {
  test("gives an iterable of arrays, the last one smaller", () => {
    expect([...batched("abcdefg", { size: 3 })]).toEqual([["a", "b", "c"], ["d", "e", "f"], ["g"]]);
    expect([...batched([1, 2], { size: 2 })]).toEqual([[1, 2]]);
    expect([...batched([], { size: 2 })]).toEqual([]);
  });

  test("is read no further than the batch asked for", () => {
    const read: number[] = [];
    function* source(): Generator<number> {
      for (let n = 0; ; n++) {
        read.push(n);
        yield n;
      }
    }
    const batches = batched(source(), { size: 2 });
    expect(read).toEqual([]);
    expect(batches.next().value).toEqual([0, 1]);
    expect(read).toEqual([0, 1]);
  });

  test("is closed when the consumer leaves, and not when it has ended or failed", () => {
    const closed = vi.fn();
    const source = (items: readonly (number | Error)[]): Iterable<number> => ({
      [Symbol.iterator]() {
        let at = 0;
        return {
          next: () => {
            const item = items[at++];
            if (item instanceof Error) throw item;
            return item === undefined ? { value: undefined, done: true } : { value: item, done: false };
          },
          return: () => {
            closed();
            return { value: undefined, done: true };
          },
        };
      },
    });
    for (const _ of batched(source([1, 2, 3]), { size: 2 })) break;
    expect(closed).toHaveBeenCalledTimes(1);
    expect([...batched(source([1, 2, 3]), { size: 2 })]).toEqual([[1, 2], [3]]);
    expect(() => [...batched(source([1, new Error("lost")]), { size: 2 })]).toThrow("lost");
    expect(closed).toHaveBeenCalledTimes(1);
  });

  test("that fails gives what it had first, then its error", () => {
    function* source(): Generator<number> {
      yield 1;
      throw new Error("broken");
    }
    const batches = batched(source(), { size: 2 });
    expect(batches.next()).toEqual({ value: [1], done: false });
    expect(() => batches.next()).toThrow("broken");
    expect(batches.next()).toEqual({ value: undefined, done: true });
  });
});

describe("an async iterable", () => {
  test("gives an async iterable of arrays", async () => {
    expect(await all(batched(streamOf(1, 2, 3), { size: 2 }))).toEqual([[1, 2], [3]]);
  });

  test("that fails gives what it had first, then its error", async () => {
    async function* source(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error("broken");
    }
    const batches = batched(source(), { size: 2 });
    expect((await batches.next()).value).toEqual([1]);
    await expect(batches.next()).rejects.toThrow("broken");
  });

  test("is closed when the consumer leaves", async () => {
    const closed = vi.fn();
    async function* source(): AsyncGenerator<number> {
      try {
        for (let n = 0; ; n++) yield await Promise.resolve(n);
      } finally {
        closed();
      }
    }
    for await (const batch of batched(source(), { size: 2 })) if (batch.includes(3)) break;
    expect(closed).toHaveBeenCalledOnce();
  });

  test("may be a queue, whose items then travel in batches", async () => {
    const queue = new Queue<number>({ capacity: 3 });
    const batches = all(batched(queue, { size: 4 }));
    for (let n = 0; n < 10; n++) await queue.put(n);
    queue.close();
    expect(await batches).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ]);
  });
});

describe("withinMs", () => {
  test("a batch that is not full is emitted when its time is up, counted from its first item", async () => {
    vi.useFakeTimers();
    const queue = new Queue<number>({ capacity: 10 });
    const batches = batched(queue, { size: 3, withinMs: 50 });
    const first = batches.next();
    const seen = vi.fn();
    void first.then(seen);
    await vi.advanceTimersByTimeAsync(1000); // no item, no clock
    await queue.put(1);
    await vi.advanceTimersByTimeAsync(49);
    await queue.put(2);
    expect(seen).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(await first).toEqual({ value: [1, 2], done: false });
  });

  test("a full batch does not wait for its time, and leaves no timer behind", async () => {
    vi.useFakeTimers();
    const batches = batched(streamOf(1, 2, 3), { size: 2, withinMs: 50 });
    expect(await batches.next()).toEqual({ value: [1, 2], done: false });
    expect(await batches.next()).toEqual({ value: [3], done: false });
    expect(await batches.next()).toEqual({ value: undefined, done: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a slow consumer gets full batches: reading goes on while it is busy, up to one batch", async () => {
    vi.useFakeTimers();
    const queue = new Queue<number>({ capacity: 2 });
    const batches = batched(queue, { size: 3, withinMs: 50 });
    const first = batches.next();
    await queue.put(0);
    await vi.advanceTimersByTimeAsync(50);
    expect((await first).value).toEqual([0]);
    const puts = Promise.all([1, 2, 3, 4, 5, 6].map((n) => queue.put(n)));
    await vi.advanceTimersByTimeAsync(500); // the consumer is busy
    expect(queue.inspect()).toMatchObject({ size: 2, putting: 1 });
    expect((await batches.next()).value).toEqual([1, 2, 3]);
    await puts;
  });

  test("an iterable gives an async iterable too, and 0 is a time", async () => {
    expect(await all(batched([1, 2, 3], { size: 2, withinMs: 0 }))).toEqual([[1, 2], [3]]);
  });

  test("a source that fails gives what it had first, then its error, then the end", async () => {
    async function* source(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
      throw new Error("broken");
    }
    const batches = batched(source(), { size: 2, withinMs: 50 });
    expect(await batches.next()).toEqual({ value: [1], done: false });
    await expect(batches.next()).rejects.toThrow("broken");
    expect(await batches.next()).toEqual({ value: undefined, done: true });
  });

  test("leaving while the source is silent does not wait for it, closes it, and leaves no timer", async () => {
    vi.useFakeTimers();
    const queue = new Queue<number>({ capacity: 1 });
    const batches = batched(queue, { size: 2, withinMs: 50 });
    const pending = batches.next();
    await queue.put(1);
    await vi.advanceTimersByTimeAsync(1);
    await batches.return?.();
    expect(await pending).toEqual({ value: undefined, done: true });
    expect(queue.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(await batches.next()).toEqual({ value: undefined, done: true });
  });

  test("an error of the source after the consumer left is nobody's", async () => {
    let fail!: (error: Error) => void;
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise((_, reject) => (fail = reject)),
        return: () => Promise.reject(new Error("cannot close")),
      }),
    };
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const batches = batched(source, { size: 2, withinMs: 50 });
    const pending = batches.next();
    await batches.return?.();
    fail(new Error("late"));
    await pending;
    await new Promise(setImmediate);
    expect(unhandled).not.toHaveBeenCalled();
    process.off("unhandledRejection", unhandled);
  });

  test("nothing is read, and nothing is closed, before the first batch is asked for", async () => {
    const opened = vi.fn(() => [1][Symbol.iterator]());
    const batches = batched({ [Symbol.iterator]: opened }, { size: 2, withinMs: 5 });
    await batches.return?.();
    expect(opened).not.toHaveBeenCalled();
  });
});

/** An iterator that gives these and then what `end` says, and notes whether it was closed. */
function noted(items: readonly number[], end: () => IteratorResult<number, undefined>) {
  const close = vi.fn(() => ({ done: true, value: undefined }) as const);
  const next = (): IteratorResult<number, undefined> => {
    const [value, ...rest] = items;
    if (value === undefined) return end();
    items = rest;
    return { done: false, value };
  };
  const iterator = { next, return: close };
  const asyncIterator = {
    next: () => Promise.resolve().then(next),
    return: () => Promise.resolve().then(close),
  };
  const sync: Iterable<number> = { [Symbol.iterator]: () => iterator };
  const async: AsyncIterable<number> = { [Symbol.asyncIterator]: () => asyncIterator };
  return { sync, async, close };
}
const ended = (): IteratorResult<number, undefined> => ({ done: true, value: undefined });
const broken = (): never => {
  throw new Error("broken");
};
/** Each way to batch a source, in batches of two; the last may be left without being waited for. */
const ways: readonly (readonly [
  name: string,
  batch: (source: ReturnType<typeof noted>) => AsyncIterable<number[]> | Iterable<number[]>,
])[] = [
  ["an iterable", (source) => batched(source.sync, { size: 2 })],
  ["an async iterable", (source) => batched(source.async, { size: 2 })],
  ["with a time", (source) => batched(source.async, { size: 2, withinMs: 1000 })],
];

describe.for(ways)("%s", ([, batch]) => {
  test("that fails at a batch's end gives no empty batch before its error, and is not closed", async () => {
    const source = noted([1, 2], broken);
    const got: number[][] = [];
    const read = async (): Promise<void> => {
      for await (const one of batch(source)) got.push(one);
    };
    await expect(read()).rejects.toThrow("broken");
    expect(got).toEqual([[1, 2]]);
    expect(source.close).not.toHaveBeenCalled();
  });

  test("that ends at a batch's end gives no empty batch, and is not closed", async () => {
    const source = noted([1, 2], ended);
    const got: number[][] = [];
    for await (const one of batch(source)) got.push(one);
    expect(got).toEqual([[1, 2]]);
    expect(source.close).not.toHaveBeenCalled();
  });

  test("that cannot be closed can be left", async () => {
    const source = noted([1, 2, 3], ended);
    for (const iterator of [source.sync[Symbol.iterator](), source.async[Symbol.asyncIterator]()]) {
      Object.assign(iterator, { return: undefined });
    }
    const got: number[][] = [];
    for await (const one of batch(source)) {
      got.push(one);
      break;
    }
    expect(got).toEqual([[1, 2]]);
  });
});

describe("leaving batches with a time", () => {
  test("after the end closes nothing, and answers as every iterator does", async () => {
    const source = noted([1], ended);
    const batches = batched(source.async, { size: 2, withinMs: 1000 });
    expect(await all(batches)).toEqual([[1]]);
    expect(await batches.return?.()).toEqual({ value: undefined, done: true });
    expect(source.close).not.toHaveBeenCalled();
  });

  test("while nothing is read waits until the source is closed, and hears why it could not be", async () => {
    const full = noted([1, 2, 3, 4, 5], ended);
    const more = batched(full.async, { size: 2, withinMs: 1000 });
    await more.next();
    await new Promise(setImmediate); // It has read on, as far as it may.
    full.close.mockImplementation(broken);
    await expect(more.return?.()).rejects.toThrow("broken");
    expect(await more.next()).toEqual({ value: undefined, done: true });
  });

  test("while nothing is read needs no source that can be closed", async () => {
    const source = noted([1, 2, 3, 4, 5], ended);
    Object.assign(source.async[Symbol.asyncIterator](), { return: undefined });
    const batches = batched(source.async, { size: 2, withinMs: 1000 });
    await batches.next();
    await new Promise(setImmediate);
    expect(await batches.return?.()).toEqual({ value: undefined, done: true });
  });

  test("while it reads, what comes then is dropped: no batch, no timer, no error", async () => {
    vi.useFakeTimers();
    for (const settle of ["give", "fail"] as const) {
      const pulls: { give: (n: number) => void; fail: (error: Error) => void }[] = [];
      const batches = batched(
        {
          [Symbol.asyncIterator]: () => ({
            next: () =>
              new Promise<IteratorResult<number>>((resolve, reject) => {
                pulls.push({
                  give: (value) => {
                    resolve({ done: false, value });
                  },
                  fail: reject,
                });
              }),
          }),
        },
        { size: 2, withinMs: 1000 },
      );
      const pending = batches.next();
      await batches.return?.();
      pulls[0]?.[settle](settle === "give" ? (1 as never) : (new Error("late") as never));
      await vi.advanceTimersByTimeAsync(0);
      expect(await pending).toEqual({ value: undefined, done: true });
      expect(vi.getTimerCount()).toBe(0);
      expect(await batches.next()).toEqual({ value: undefined, done: true });
      expect(pulls).toHaveLength(1);
    }
  });
});

test("for any items, size and failure, nothing is lost, doubled or reordered", async () => {
  const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000) / 10;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(), { maxLength: 30 }),
      fc.integer({ min: 1, max: 8 }),
      fc.constantFrom("sync", "async", "timed"),
      fc.boolean(),
      async (items, size, kind, fails) => {
        function* source(): Generator<number> {
          yield* items;
          if (fails) throw new Error("at the end");
        }
        async function* asyncSource(): AsyncGenerator<number> {
          for (const item of source()) yield await Promise.resolve(item);
        }
        const batches: number[][] = [];
        let failed = false;
        try {
          if (kind === "sync") for (const batch of batched(source(), { size })) batches.push(batch);
          else {
            const options = kind === "timed" ? { size, withinMs: 1e6 } : { size };
            for await (const batch of batched(asyncSource(), options)) batches.push(batch);
          }
        } catch {
          failed = true;
        }
        expect(failed).toBe(fails);
        expect(batches.flat()).toEqual(items);
        batches.slice(0, -1).forEach((batch) => {
          expect(batch).toHaveLength(size);
        });
      },
    ),
    { numRuns, seed: 3 },
  );
}, 600_000);

test.for([
  [null, { size: 1 }, "Expected `source` to be an iterable or an async iterable, got `null`"],
  [5, { size: 1 }, "Expected `source` to be an iterable or an async iterable, got `5`"],
  [[], { size: 0 }, "Expected `size` to be an integer from 1 and up, got `0` (number)"],
  [[], { size: 1.5 }, "Expected `size`"],
  [[], { size: Infinity }, "Expected `size`"],
  [[], undefined, "Expected `size`"],
  [
    [],
    { size: 1, withinMs: -1 },
    "Expected `withinMs` to be a number of milliseconds from 0 to 2147483647, got `-1`",
  ],
  [[], { size: 1, withinMs: Number.NaN }, "Expected `withinMs`"],
] as const)("batched(%o, %o) is refused at once", ([source, options, message]) => {
  expect(() => batched(source as unknown as number[], options as { size: number })).toThrow(message);
});

test("the types say which kind of source gives which kind of result", () => {
  expectTypeOf(batched([1], { size: 1 })).toEqualTypeOf<Generator<number[], void, undefined>>();
  expectTypeOf(batched(streamOf(1), { size: 1 })).toEqualTypeOf<AsyncIterableIterator<number[]>>();
  expectTypeOf(batched([1], { size: 1, withinMs: 1 })).toEqualTypeOf<AsyncIterableIterator<number[]>>();
});
