/** Our `Batcher` beside DataLoader 2, case by case: the same program on both, and where they part on purpose. */
import dataloader from "dataloader";
import { describe, expect, test } from "vitest";
import { Batcher } from "./batcher.ts";

type Load = (keys: readonly number[]) => Promise<readonly (number | Error)[]>;

interface Loader {
  load(key: number): Promise<number>;
  loadMany(keys: readonly number[]): Promise<(number | Error)[]>;
  prime(key: number, value: number): unknown;
  clear(key: number): unknown;
  clearAll(): unknown;
}

interface DataLoaderOptions {
  readonly maxBatchSize?: number;
  readonly cache?: boolean;
}

// Only what is compared, so that the types say in what the two are alike.
const DataLoader = dataloader as unknown as new (load: Load, options?: DataLoaderOptions) => Loader;

const both: readonly (readonly [
  name: string,
  make: (load: Load, maxSize?: number, cache?: boolean) => Loader,
])[] = [
  [
    "DataLoader",
    (load, maxBatchSize = Infinity, cache = false) => new DataLoader(load, { maxBatchSize, cache }),
  ],
  [
    "Batcher",
    (load, maxSize = Infinity, cache = false) => {
      const batcher = new Batcher<number, number>(load, { maxSize, cache });
      return Object.assign(batcher, { clearAll: () => batcher.clear() });
    },
  ],
];

function recording(): { sent: number[][]; double: Load } {
  const sent: number[][] = [];
  return {
    sent,
    double: (keys) => {
      sent.push([...keys]);
      return Promise.resolve(keys.map((key) => key * 2));
    },
  };
}

describe.for(both)("as DataLoader: %s", ([, make]) => {
  test("joins loads of one turn into one batch", async () => {
    const { sent, double } = recording();
    const loader = make(double);
    expect(await Promise.all([loader.load(1), loader.load(2)])).toEqual([2, 4]);
    expect(sent).toEqual([[1, 2]]);
  });

  test("joins loads made by promise callbacks that follow", async () => {
    const { sent, double } = recording();
    const loader = make(double);
    const later = Promise.resolve()
      .then(() => undefined)
      .then(() => loader.load(2));
    await Promise.all([loader.load(1), later]);
    expect(sent).toEqual([[1, 2]]);
  });

  test("keeps to the greatest batch size", async () => {
    const { sent, double } = recording();
    await make(double, 2).loadMany([1, 2, 3, 4, 5]);
    expect(sent).toEqual([[1, 2], [3, 4], [5]]);
  });

  test("a value that is an Error rejects its key alone", async () => {
    const loader = make((keys) => Promise.resolve(keys.map((key) => (key === 2 ? new Error("no 2") : key))));
    const results = await Promise.allSettled([loader.load(1), loader.load(2)]);
    expect(results.map((result) => result.status)).toEqual(["fulfilled", "rejected"]);
  });

  test("loadMany gives values and Errors, and does not reject", async () => {
    const loader = make((keys) => Promise.resolve(keys.map((key) => (key === 2 ? new Error("no 2") : key))));
    expect(await loader.loadMany([1, 2])).toEqual([1, new Error("no 2")]);
  });

  test("a rejection, or an answer of the wrong length, rejects every key", async () => {
    const rejecting = make(() => Promise.reject(new Error("down")));
    expect(await rejecting.loadMany([1, 2])).toEqual([new Error("down"), new Error("down")]);
    const short = make(() => Promise.resolve([1]));
    expect((await short.loadMany([1, 2])).every((result) => result instanceof TypeError)).toBe(true);
  });

  test("with a cache, a key is loaded once, and a primed key never", async () => {
    const { sent, double } = recording();
    const loader = make(double, Infinity, true);
    loader.prime(7, 700);
    expect(await Promise.all([loader.load(1), loader.load(1), loader.load(7)])).toEqual([2, 2, 700]);
    expect(sent).toEqual([[1]]);
  });

  test("without a cache, the same key is sent twice", async () => {
    const { sent, double } = recording();
    await make(double).loadMany([1, 1]);
    expect(sent).toEqual([[1, 1]]);
  });

  test("loadMany of nothing is nothing", async () => {
    const { sent, double } = recording();
    expect(await make(double).loadMany([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  test("with a cache, a key that is asked for again joins its first batch, also across batches of one size", async () => {
    const { sent, double } = recording();
    const loader = make(double, 2, true);
    await Promise.all([1, 2, 1, 3].map((key) => loader.load(key)));
    await Promise.all([1, 2, 3, 4].map((key) => loader.load(key)));
    expect(sent).toEqual([[1, 2], [3], [4]]);
  });

  test("a primed key is not primed again, nor is one that was loaded", async () => {
    const loader = make(recording().double, Infinity, true);
    loader.prime(1, 100);
    await loader.load(2);
    loader.prime(1, 101);
    loader.prime(2, 102);
    expect(await loader.loadMany([1, 2])).toEqual([100, 4]);
  });

  test("clearing a key, or all, has them loaded again", async () => {
    const { sent, double } = recording();
    const loader = make(double, Infinity, true);
    await loader.loadMany([1, 2]);
    loader.clear(1);
    await loader.loadMany([1, 2]);
    loader.clearAll();
    await loader.loadMany([1, 2]);
    expect(sent).toEqual([[1, 2], [1], [1, 2]]);
  });

  test("a batch that clears the cache while it is loaded keeps its callers", async () => {
    const { sent, double } = recording();
    const loader: Loader = make(
      (keys) => {
        loader.clearAll();
        return double(keys);
      },
      Infinity,
      true,
    );
    expect(await Promise.all([1, 2, 1].map((key) => loader.load(key)))).toEqual([2, 4, 2]);
    await loader.load(1);
    expect(sent).toEqual([[1, 2], [1]]);
  });

  test("loads made ever deeper in promise callbacks join the same batch", async () => {
    const { sent, double } = recording();
    const loader = make(double);
    const deep = async (key: number): Promise<unknown> => {
      await Promise.resolve().then(() => undefined);
      const loaded = loader.load(key);
      return Promise.all([loaded, key < 4 ? deep(key + 1) : undefined]);
    };
    await Promise.all([loader.load(1), deep(2)]);
    expect(sent).toEqual([[1, 2, 3, 4]]);
  });

  test("a loader can be called by another loader", async () => {
    const inner = recording();
    const deep = make(inner.double);
    const outer = [1, 2].map(() => make((keys) => deep.loadMany(keys)));
    const results = await Promise.all([outer[0]?.load(1), outer[1]?.load(2), outer[0]?.load(3)]);
    expect(results).toEqual([2, 4, 6]);
    expect(inner.sent).toEqual([[1, 3, 2]]);
  });

  test("not a function to load with, and no size, are refused", () => {
    expect(() => make(undefined as never)).toThrow(TypeError);
    for (const size of [0, -1]) expect(() => make(recording().double, size)).toThrow(/size/iu);
  });
});

describe("where Batcher parts from DataLoader", () => {
  test("a full batch is sent at once; DataLoader's waits for the end of the turn", () => {
    const [theirs, ours] = [recording(), recording()];
    const dataLoader = new DataLoader(theirs.double, { maxBatchSize: 1 });
    const batcher = new Batcher(ours.double, { maxSize: 1 });
    void dataLoader.load(1);
    void batcher.load(1);
    expect([theirs.sent, ours.sent]).toEqual([[], [[1]]]);
  });

  test("no cache unless asked for: one that nobody empties is a leak in anything that outlives a request", async () => {
    const [theirs, ours] = [recording(), recording()];
    const dataLoader = new DataLoader(theirs.double);
    const batcher = new Batcher(ours.double, { maxSize: 1 });
    await dataLoader.load(1);
    await dataLoader.load(1);
    await batcher.load(1);
    await batcher.load(1);
    expect([theirs.sent.length, ours.sent.length]).toEqual([1, 2]);
  });

  test("failures are not remembered, so that a broken minute does not last for ever", async () => {
    let calls = 0;
    const load = (keys: readonly number[]): Promise<(number | Error)[]> =>
      Promise.resolve(keys.map((key) => (++calls > 2 ? key : new Error("down"))));
    const dataLoader = new DataLoader(load);
    const batcher = new Batcher(load, { maxSize: 1, cache: true });
    await expect(dataLoader.load(1)).rejects.toThrow("down");
    await expect(batcher.load(1)).rejects.toThrow("down");
    expect(await batcher.load(1)).toBe(1);
    await expect(dataLoader.load(1)).rejects.toThrow("down");
  });

  test("what is in the cache is there at once; DataLoader holds it back until the batch has come", async () => {
    for (const [make, expected] of [
      [(load: Load) => new DataLoader(load), "pending"],
      [(load: Load) => new Batcher<number, number>(load, { maxSize: 10, cache: true }), "here"],
    ] as const) {
      let state = "pending";
      const loader = make(() => new Promise(() => undefined));
      loader.prime(1, 100);
      void loader.load(2);
      void loader.load(1).then(() => {
        state = "here";
      });
      await new Promise(setImmediate);
      expect(state).toBe(expected);
    }
  });

  test("the loading function may return an array as well as a promise of one; DataLoader wants the promise", async () => {
    const plain = (keys: readonly number[]): number[] => keys.map((key) => key * 2);
    await expect(new DataLoader(plain as unknown as Load).load(1)).rejects.toThrow(TypeError);
    expect(await new Batcher(plain, { maxSize: 1 }).load(1)).toBe(2);
  });

  test("undefined is a key like any other; DataLoader throws", async () => {
    const dataLoader = new DataLoader((keys) => Promise.resolve(keys.map(() => 1)));
    const batcher = new Batcher<undefined, number>((keys) => keys.map(() => 1), { maxSize: 1 });
    expect(() => dataLoader.load(undefined as unknown as number)).toThrow(TypeError);
    expect(await batcher.load(undefined)).toBe(1);
  });

  test("batches in flight can be bounded; DataLoader has no bound", async () => {
    let inFlight = 0;
    let peak = 0;
    const load: Load = async (keys) => {
      peak = Math.max(peak, ++inFlight);
      await new Promise(setImmediate);
      inFlight--;
      return keys;
    };
    const keys = Array.from({ length: 20 }, (_, n) => n);
    await new DataLoader(load, { maxBatchSize: 2 }).loadMany(keys);
    expect(peak).toBe(10);
    peak = 0;
    await new Batcher(load, { maxSize: 2, concurrency: 3 }).loadMany(keys);
    expect(peak).toBe(3);
  });
});
