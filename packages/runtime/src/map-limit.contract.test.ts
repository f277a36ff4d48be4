/** `mapLimit` beside p-map 7, case by case: the same program on both, and where they part on purpose. */
import pMapItself, { pMapIterable, pMapSkip } from "p-map";
import { describe, expect, test } from "vitest";
import { deferred } from "./deferred.ts";
import { mapLimit } from "./map-limit.ts";
import { streamLimit } from "./stream-limit.ts";

interface Options {
  readonly stopOnError?: boolean;
  readonly signal?: AbortSignal;
}
type Map = <T, R>(
  source: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options?: Options,
) => Promise<R[]>;

// Only what is compared, so that the types say in what the two are alike.
const theirs = pMapItself as unknown as <T, R>(
  source: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number) => R | PromiseLike<R>,
  options: Options & { readonly concurrency: number },
) => Promise<R[]>;
const pMap: Map = (source, concurrency, fn, options) => theirs(source, fn, { concurrency, ...options });

const both: readonly (readonly [name: string, map: Map])[] = [
  ["p-map", pMap],
  [
    "mapLimit",
    (source, concurrency, fn, options) => mapLimit(source, concurrency, fn as never, options as never),
  ],
];

async function* streamOf<T>(...items: T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

async function* brokenAt(at: number): AsyncGenerator<number> {
  for (let n = 1; ; n++) {
    await turn();
    if (n === at) throw new Error("broken");
    yield n;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.for(both)("as p-map: %s", ([, map]) => {
  test("results are in the order of the input, whatever ends first", async () => {
    const slow = deferred<string>();
    const results = map([1, 2], 2, (n) => (n === 1 ? slow.promise : `fast ${n}`));
    await turn();
    slow.resolve("slow 1");
    expect(await results).toEqual(["slow 1", "fast 2"]);
  });

  test("no more than the bound runs at once", async () => {
    let running = 0;
    let peak = 0;
    await map(Array.from({ length: 30 }), 4, async () => {
      peak = Math.max(peak, ++running);
      await turn();
      running--;
    });
    expect(peak).toBe(4);
  });

  test("any iterable and any async iterable is a source, and an index comes with each item", async () => {
    expect(await map(new Set(["a", "b"]), 2, (item, index) => `${item}${index}`)).toEqual(["a0", "b1"]);
    expect(await map(streamOf("a", "b"), 2, (item, index) => `${item}${index}`)).toEqual(["a0", "b1"]);
    expect(await map("ab", 2, (letter) => letter)).toEqual(["a", "b"]);
    expect(await map([], 2, () => 1)).toEqual([]);
  });

  test("the first failure rejects the call, and nothing more is started", async () => {
    const started: number[] = [];
    const call = map([1, 2, 3, 4, 5], 1, (n) => {
      started.push(n);
      if (n === 2) throw new Error("no 2");
      return n;
    });
    await expect(call).rejects.toThrow("no 2");
    await turn();
    expect(started).toEqual([1, 2]);
  });

  test("stopOnError: false attempts all, and rejects with an AggregateError", async () => {
    const started: number[] = [];
    const call = map(
      [1, 2, 3],
      2,
      (n) => {
        started.push(n);
        throw new Error(`no ${n}`);
      },
      { stopOnError: false },
    );
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors).toEqual([
      new Error("no 1"),
      new Error("no 2"),
      new Error("no 3"),
    ]);
    expect(started).toEqual([1, 2, 3]);
  });

  test("an aborted signal rejects the call with its reason", async () => {
    const controller = new AbortController();
    const call = map([1, 2], 1, () => turn(), { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });

  test("an error of the source rejects the call", async () => {
    function* broken(): Generator<number> {
      yield 1;
      throw new Error("broken");
    }
    await expect(map(broken(), 1, (n) => n)).rejects.toThrow("broken");
  });

  test("Infinity is a bound; 0, 1.5 and NaN are none", async () => {
    expect(await map([1, 2], Infinity, (n) => n)).toEqual([1, 2]);
    for (const bound of [0, 1.5, Number.NaN]) {
      await expect((async () => map([1], bound, (n) => n))()).rejects.toThrow("concurrency");
    }
  });

  test("after a failure the source is closed", async () => {
    let closed = false;
    function* source(): Generator<number> {
      try {
        for (let n = 1; ; n++) yield n;
      } finally {
        closed = true;
      }
    }
    await expect(map(source(), 1, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(closed).toBe(true);
  });

  test("a bound of 1 is one after the other, whatever a task takes", async () => {
    const order: string[] = [];
    await map([3, 1, 2], 1, async (n) => {
      order.push(`start ${n}`);
      for (let i = 0; i < n; i++) await turn();
      order.push(`end ${n}`);
    });
    expect(order).toEqual(["start 3", "end 3", "start 1", "end 1", "start 2", "end 2"]);
  });

  test("with a bound of Infinity all tasks are started, although the first one is going to fail", async () => {
    const started: number[] = [];
    const call = map([1, 2, 3], Infinity, async (n) => {
      started.push(n);
      await turn();
      if (n === 1) throw new Error("no 1");
    });
    await expect(call).rejects.toThrow("no 1");
    expect(started).toEqual([1, 2, 3]);
  });

  test.for([1, 2])("an async source that fails at item %i rejects the call with its error", async (at) => {
    await expect(map(brokenAt(at), 1, (n) => n)).rejects.toThrow("broken");
  });

  test("of an async source no more items are asked for than there is room for", async () => {
    let asked = 0;
    const gates: (() => void)[] = [];
    async function* source(): AsyncGenerator<number> {
      for (; asked < 6; asked++) yield await Promise.resolve(asked);
    }
    const call = map(source(), 2, () => {
      const gate = deferred();
      gates.push(gate.resolve);
      return gate.promise;
    });
    await turn();
    expect([asked, gates.length]).toEqual([1, 2]);
    while (gates.length > 0) {
      gates.shift()?.();
      await turn();
    }
    expect(await call).toHaveLength(6);
  });

  test("a task that fails before anybody listens, and others after it, are no unhandled rejections", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => {
      unhandled.push(reason);
    };
    process.on("unhandledRejection", note);
    for (const bound of [1, Infinity]) {
      const call = map([1, 2, 3], bound, (n) => Promise.reject(new Error(`no ${n}`)));
      await expect(call).rejects.toThrow("no 1");
      await turn();
    }
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  test("not a source, and not a function, are refused", async () => {
    await expect((async () => map({} as never, 1, () => 1))()).rejects.toThrow(TypeError);
    await expect((async () => map([1], 1, "fn" as never))()).rejects.toThrow(TypeError);
  });
});

describe("where mapLimit parts from p-map", () => {
  test("an item that is a promise is handed over as it is, as items.map(fn) does; p-map awaits it first", async () => {
    const items = [Promise.resolve(1)];
    expect(await pMap(items, 1, (item) => item instanceof Promise)).toEqual([false]);
    expect(await mapLimit(items, 1, (item) => item instanceof Promise)).toEqual([true]);
  });

  test("an async source that fails rejects the call at any bound; at 2, p-map 7 resolves with what came before", async () => {
    expect(await pMap(brokenAt(2), 2, (n) => n)).toEqual([1]);
    await expect(mapLimit(brokenAt(2), 2, (n) => n)).rejects.toThrow("broken");
  });

  test("there is one result for each item; p-map leaves out those that are pMapSkip", async () => {
    const odd = (n: number): number | symbol => (n % 2 ? n : pMapSkip);
    expect(await pMap([1, 2, 3], 2, odd)).toEqual([1, 3]);
    const ours = await mapLimit([1, 2, 3], 2, (n) => (n % 2 ? [n] : []));
    expect(ours.flat()).toEqual([1, 3]);
  });

  test("pMapIterable is streamLimit: in order, one by one, held back by a slow reader", async () => {
    const fromBoth: number[][] = [];
    for (const stream of [
      pMapIterable([1, 2, 3, 4, 5, 6], (n: number) => Promise.resolve(n * 2), { concurrency: 2 }),
      streamLimit([1, 2, 3, 4, 5, 6], 2, (n) => n * 2),
    ]) {
      const read: number[] = [];
      for await (const value of stream) read.push(value);
      fromBoth.push(read);
    }
    expect(fromBoth).toEqual([
      [2, 4, 6, 8, 10, 12],
      [2, 4, 6, 8, 10, 12],
    ]);
  });

  test("the bound is an argument that must be given; p-map's default is Infinity", async () => {
    let running = 0;
    let peak = 0;
    const task = async (): Promise<void> => {
      peak = Math.max(peak, ++running);
      await turn();
      running--;
    };
    const items = Array.from({ length: 30 });
    await theirs(items, task, {} as { concurrency: number });
    expect(peak).toBe(30);
    expect(() => mapLimit(items, undefined as unknown as number, task)).toThrow(TypeError);
  });

  test("after a failure it waits for the tasks that run, so that none outlives the call; p-map does not", async () => {
    for (const [map, expected] of [
      [pMap, "rejected"],
      [mapLimit, "pending"],
    ] as const) {
      const running = deferred();
      let state = "pending";
      (map as Map)([1, 2], 2, (n) => (n === 1 ? running.promise : Promise.reject(new Error("no 2")))).catch(
        () => {
          state = "rejected";
        },
      );
      await turn();
      expect(state).toBe(expected);
      running.resolve();
      await turn();
      expect(state).toBe("rejected");
    }
  });

  test("running tasks are told to stop: they get a signal", async () => {
    const told = mapLimit([1, 2], 2, (n, _index, { signal }) => {
      if (n === 2) throw new Error("no 2");
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          reject(new Error("told to stop"));
        });
      });
    });
    await expect(told).rejects.toThrow("no 2");
  });

  test("bad arguments throw at once; p-map's reject", async () => {
    expect(() => mapLimit([1], 0, (n) => n)).toThrow(RangeError);
    await expect(pMap([1], 0, (n) => n)).rejects.toThrow(TypeError);
  });
});
