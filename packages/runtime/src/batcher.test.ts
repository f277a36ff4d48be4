import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Batcher, type BatcherOptions } from "./batcher.ts";
import { deferred, type Deferred } from "./deferred.ts";
import { QueueClosedError, TimeoutError } from "./errors.ts";
import type { Limiter } from "./limiter.ts";
import { KeyedLimiter } from "./keyed-limiter.ts";
import { Semaphore } from "./semaphore.ts";
import { timeout } from "./timeout.ts";

afterEach(() => {
  vi.useRealTimers();
});

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A batcher that doubles numbers, with the batches it sent. */
function doubler(options: Partial<BatcherOptions<number, number>> = {}): {
  batcher: Batcher<number, number>;
  sent: number[][];
} {
  const sent: number[][] = [];
  const batcher = new Batcher<number, number>(
    (keys) => {
      sent.push([...keys]);
      return Promise.resolve(keys.map((key) => key * 2));
    },
    { maxSize: 3, ...options },
  );
  return { batcher, sent };
}

/** A batcher whose batches end when the test says so. */
function held(options: Partial<BatcherOptions<number, number>> = {}): {
  batcher: Batcher<number, number>;
  batches: { keys: readonly number[]; answer: Deferred<(number | Error)[]> }[];
} {
  const batches: { keys: readonly number[]; answer: Deferred<(number | Error)[]> }[] = [];
  const batcher = new Batcher<number, number>(
    (keys) => {
      const answer = deferred<(number | Error)[]>();
      batches.push({ keys, answer });
      return answer.promise;
    },
    { maxSize: 2, ...options },
  );
  return { batcher, batches };
}

describe("joining", () => {
  test("loads of one turn are one batch, in the order of the calls", async () => {
    const { batcher, sent } = doubler();
    expect(await Promise.all([batcher.load(2), batcher.load(1)])).toEqual([4, 2]);
    expect(sent).toEqual([[2, 1]]);
  });

  test("loads asked for by promise callbacks of the same turn join", async () => {
    const { batcher, sent } = doubler();
    const later = (async () => {
      await Promise.resolve();
      await Promise.resolve();
      return batcher.load(2);
    })();
    await Promise.all([batcher.load(1), later]);
    expect(sent).toEqual([[1, 2]]);
  });

  test("a full batch is sent at once", () => {
    const { batcher, sent } = doubler();
    for (const key of [1, 2, 3, 4]) void batcher.load(key);
    expect(sent).toEqual([[1, 2, 3]]);
  });

  test("maxSize 1 sends each key alone; Infinity never fills", async () => {
    const one = doubler({ maxSize: 1 });
    void one.batcher.load(1);
    expect(one.sent).toEqual([[1]]);
    const all = doubler({ maxSize: Infinity });
    await all.batcher.loadMany(Array.from({ length: 500 }, (_, n) => n));
    expect(all.sent.map((keys) => keys.length)).toEqual([500]);
  });

  test("with maxWaitMs, a batch waits that long for more keys, counted from its first", async () => {
    vi.useFakeTimers();
    const { batcher, sent } = doubler({ maxWaitMs: 20 });
    void batcher.load(1);
    await vi.advanceTimersByTimeAsync(19);
    const second = batcher.load(2);
    expect(sent).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(sent).toEqual([[1, 2]]);
    expect(await second).toBe(4);
  });

  test("a batch that fills up first leaves no timer behind", () => {
    vi.useFakeTimers();
    const { batcher } = doubler({ maxWaitMs: 20 });
    for (const key of [1, 2, 3]) void batcher.load(key);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an injected schedule decides when a batch is sent, so that tests need no clock", async () => {
    const sends: (() => void)[] = [];
    const { batcher, sent } = doubler({ schedule: (send) => sends.push(send) });
    const first = batcher.load(1);
    await turn();
    expect(sent).toEqual([]);
    sends[0]?.();
    expect(await first).toBe(2);
    sends[0]?.(); // too late to matter
    void batcher.load(2);
    expect(sends).toHaveLength(2);
    expect(sent).toEqual([[1]]);
  });

  test("a schedule may send at once", async () => {
    const { batcher, sent } = doubler({ schedule: (send) => send() });
    expect(await Promise.all([batcher.load(1), batcher.load(2)])).toEqual([2, 4]);
    expect(sent).toEqual([[1], [2]]);
  });

  test.for([false, true])(
    "a schedule that throws fails those who asked, and nobody after them (cache: %s)",
    async (cache) => {
      const schedule = vi.fn((send: () => void) => send());
      schedule.mockImplementationOnce(() => {
        throw new Error("no time");
      });
      const { batcher } = doubler({ schedule, cache });
      await expect(batcher.load(1)).rejects.toThrow("no time");
      expect(await batcher.load(1)).toBe(2);
      await batcher.close();
    },
  );

  test("without process.nextTick, as in a browser, a timer sends the batch", async () => {
    vi.useFakeTimers();
    vi.stubGlobal("process", undefined);
    try {
      const { batcher, sent } = doubler();
      const loaded = batcher.load(1);
      await vi.advanceTimersByTimeAsync(0);
      expect(await loaded).toBe(2);
      expect(sent).toEqual([[1]]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("the loading function may load through its own batcher", async () => {
    const batcher: Batcher<number, number> = new Batcher(
      (keys) => Promise.all(keys.map(async (key) => (key === 0 ? 0 : 1 + (await batcher.load(key - 1))))),
      { maxSize: 10 },
    );
    expect(await batcher.load(20)).toBe(20);
  });
});

describe("failures", () => {
  test("an Error among the results is the failure of its key alone", async () => {
    const batcher = new Batcher<number, number>(
      (keys) => keys.map((key) => (key === 2 ? new Error("no 2") : key)),
      {
        maxSize: 10,
      },
    );
    const [one, two] = [batcher.load(1), batcher.load(2)];
    expect(await one).toBe(1);
    await expect(two).rejects.toThrow("no 2");
  });

  test.for([
    [
      "throws",
      () => {
        throw new Error("down");
      },
    ],
    ["rejects", () => Promise.reject(new Error("down"))],
  ] as const)("a loading function that %s fails every key of its batch", async ([, load]) => {
    const batcher = new Batcher<number, number>(load, { maxSize: 2 });
    const results = await Promise.allSettled([1, 2, 3].map((key) => batcher.load(key)));
    expect(results.map((result) => result.status)).toEqual(["rejected", "rejected", "rejected"]);
  });

  test.for([
    [[1], "one of 1"],
    [undefined, "undefined"],
    [null, "null"],
    ["ab", "string"],
  ] as const)("results %o for two keys fail the batch, and say what was expected", async ([results, got]) => {
    const batcher = new Batcher<number, unknown>(() => results as unknown as unknown[], { maxSize: 2 });
    const loads = [batcher.load(1), batcher.load(2)];
    for (const load of loads) {
      await expect(load).rejects.toThrow(
        `Expected the loading function to give an array of 2, one result for each key, got ${got}`,
      );
    }
  });

  test("loadMany gives values and errors in the places of their keys, and never rejects", async () => {
    const batcher = new Batcher<number, number>(
      (keys) => keys.map((key) => (key % 2 ? new Error("odd") : key)),
      {
        maxSize: 2,
      },
    );
    expect(await batcher.loadMany(new Set([1, 2, 3]))).toEqual([new Error("odd"), 2, new Error("odd")]);
    expect(await batcher.loadMany([])).toEqual([]);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- others' code may
    const rude = new Batcher<number, number>(() => Promise.reject("just text"), { maxSize: 2 });
    expect(await rude.loadMany([1])).toEqual([new Error("just text")]);
  });
});

describe("concurrency", () => {
  test("with a number, no more batches are in flight, and those that wait go on filling", async () => {
    const { batcher, batches } = held({ concurrency: 1, maxSize: 3 });
    const first = batcher.load(1);
    await turn();
    void batcher.load(2);
    await turn(); // due, and waiting for a slot
    void batcher.load(3);
    void batcher.load(4);
    void batcher.load(5);
    expect(batches.map(({ keys }) => [...keys])).toEqual([[1]]);
    batches[0]?.answer.resolve([10]);
    expect(await first).toBe(10);
    await turn();
    expect(batches.map(({ keys }) => [...keys])).toEqual([[1], [2, 3, 4]]);
  });

  test("a batch that fails frees its slot", async () => {
    const { batcher, batches } = held({ concurrency: 1, maxSize: 1 });
    const [first, second] = [batcher.load(1), batcher.load(2)];
    batches[0]?.answer.reject(new Error("down"));
    await expect(first).rejects.toThrow("down");
    await turn();
    batches[1]?.answer.resolve([20]);
    expect(await second).toBe(20);
  });

  test("a load that ignores its time-out holds its slot, and not its callers", async () => {
    vi.useFakeTimers();
    const first = deferred<number[]>();
    const sent: number[][] = [];
    const load = timeout((keys: readonly number[]) => {
      sent.push([...keys]);
      return sent.length === 1 ? first.promise : [...keys];
    }, 50);
    const batcher = new Batcher<number, number>((keys) => load(keys), { maxSize: 1, concurrency: 1 });
    const lost = batcher.load(1).catch((error: unknown) => error);
    const second = batcher.load(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await lost).toBeInstanceOf(TimeoutError);
    expect(sent).toEqual([[1]]);
    first.resolve([1]);
    await vi.advanceTimersByTimeAsync(0);
    expect(await second).toBe(2);
  });

  test("with a limiter, each batch holds a permit while it runs", async () => {
    const limiter = new Semaphore(1);
    const { batcher, batches } = held({ concurrency: limiter, maxSize: 1 });
    const loads = [1, 2].map((key) => batcher.load(key));
    await turn();
    expect([limiter.active, batches.length]).toEqual([1, 1]);
    batches[0]?.answer.resolve([10]);
    await turn();
    batches[1]?.answer.resolve([20]);
    expect(await Promise.all(loads)).toEqual([10, 20]);
    await turn();
    expect(limiter.active).toBe(0);
  });

  test("a limiter sees how a load went", async () => {
    const seen: string[] = [];
    const limiter = {
      capacity: 1,
      run: async (task: () => PromiseLike<unknown>) => {
        try {
          return await task();
        } catch (error) {
          seen.push((error as Error).message);
          throw error;
        }
      },
    } as unknown as Limiter;
    const batcher = new Batcher<number, number>(() => Promise.reject(new Error("429")), {
      maxSize: 1,
      concurrency: limiter,
    });
    await expect(batcher.load(1)).rejects.toThrow("429");
    expect(seen).toEqual(["429"]);
  });

  test("when a limiter cannot be asked, the keys of the batch reject with its error", async () => {
    const limiter = new KeyedLimiter(
      () => {
        throw new Error("whose?");
      },
      () => new Semaphore(1),
    );
    const { batcher } = doubler({ concurrency: limiter });
    await expect(batcher.load(1)).rejects.toThrow("whose?");
  });

  test("when a limiter gives no permit, the keys of one batch reject with its error", async () => {
    const limiter = new Semaphore(1);
    limiter.close(new Error("shutting down"));
    const { batcher } = doubler({ concurrency: limiter, maxSize: 2 });
    const results = await Promise.allSettled([1, 2, 3].map((key) => batcher.load(key)));
    expect(results.map((result) => (result as PromiseRejectedResult).reason as unknown)).toEqual(
      Array.from({ length: 3 }, () => new Error("shutting down")),
    );
  });
});

describe("cache", () => {
  test("a key that cannot be made fails its load alone", async () => {
    const { batcher } = doubler({
      cache: true,
      cacheKey: (key) => {
        if (key === 2) throw new Error("no key");
        return key;
      },
    });
    expect(await batcher.loadMany([1, 2, 3])).toEqual([2, new Error("no key"), 6]);
  });

  test("without one, a key asked for twice is there twice", async () => {
    const { batcher, sent } = doubler();
    await Promise.all([batcher.load(1), batcher.load(1)]);
    expect(sent).toEqual([[1, 1]]);
  });

  test("with one, a key is loaded once, for all who ask", async () => {
    const { batcher, sent } = doubler({ cache: true });
    expect(await Promise.all([batcher.load(1), batcher.load(1)])).toEqual([2, 2]);
    expect(await batcher.load(1)).toBe(2);
    expect(sent).toEqual([[1]]);
  });

  test("failures are not remembered, neither thrown nor given", async () => {
    let calls = 0;
    const batcher = new Batcher<number, number>(
      (keys) => {
        if (++calls === 1) throw new Error("at once");
        return keys.map((key) => (calls === 2 ? new Error("given") : key));
      },
      { maxSize: 1, cache: true },
    );
    await expect(batcher.load(1)).rejects.toThrow("at once");
    await expect(batcher.load(1)).rejects.toThrow("given");
    expect(await batcher.load(1)).toBe(1);
    expect(await batcher.load(1)).toBe(1);
    expect(calls).toBe(3);
  });

  test("a failure does not forget what was asked for after a clear", async () => {
    const { batcher, batches } = held({ cache: true, maxSize: 1 });
    const first = batcher.load(1);
    batcher.clear(1);
    const second = batcher.load(1);
    batches[0]?.answer.reject(new Error("old"));
    await expect(first).rejects.toThrow("old");
    expect(batcher.load(1)).toBe(second);
  });

  test("prime puts a value in unless the key is there; clear forgets one key, or all", async () => {
    const { batcher, sent } = doubler({ cache: true });
    batcher.prime(1, 100);
    batcher.prime(1, 200);
    expect(await batcher.load(1)).toBe(100);
    batcher.clear(1);
    batcher.prime(2, 300);
    expect(await batcher.loadMany([1, 2])).toEqual([2, 300]);
    batcher.clear();
    expect(await batcher.loadMany([1, 2])).toEqual([2, 4]);
    expect(sent).toEqual([[1], [1, 2]]);
  });

  test("cacheKey says which keys are the same", async () => {
    const load = vi.fn((keys: readonly { id: number }[]) => keys.map(({ id }) => id));
    const batcher = new Batcher(load, { maxSize: 9, cache: true, cacheKey: ({ id }) => id });
    batcher.prime({ id: 3 }, 33);
    expect(await batcher.loadMany([{ id: 1 }, { id: 1 }, { id: 3 }])).toEqual([1, 1, 33]);
    batcher.clear({ id: 1 });
    await batcher.load({ id: 1 });
    expect(load.mock.calls.map(([keys]) => keys.length)).toEqual([1, 1]);
  });

  test("a cache may be any object like a Map, and one without it ignores prime and clear", async () => {
    const cache = new Map<unknown, Promise<number>>();
    const { batcher } = doubler({ cache });
    await batcher.load(1);
    expect(await cache.get(1)).toBe(2);
    const { batcher: plain } = doubler({ cache: false });
    plain.prime(1, 100);
    plain.clear(1);
    plain.clear();
    expect(await plain.load(1)).toBe(2);
  });
});

describe("flush and close", () => {
  test("flush sends what waits, and resolves when everything asked for has settled, failed or not", async () => {
    vi.useFakeTimers();
    const { batcher, batches } = held({ maxWaitMs: 1000 });
    const lost = batcher.load(1);
    lost.catch(() => undefined);
    const flushed = vi.fn();
    const flush = batcher.flush().then(flushed);
    expect(batches).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(0);
    expect(flushed).not.toHaveBeenCalled();
    batches[0]?.answer.reject(new Error("down"));
    await flush;
    await batcher.flush(); // nothing to do
    expect(vi.getTimerCount()).toBe(0);
  });

  test("close sends what waits, settles it, and refuses later loads", async () => {
    const { batcher, sent } = doubler();
    const loaded = batcher.load(1);
    await batcher.close();
    expect(await loaded).toBe(2);
    expect(sent).toEqual([[1]]);
    await expect(batcher.load(2)).rejects.toThrow(QueueClosedError);
    await batcher.close();
  });
});

test("for any schedule, each key gets its own answer once, in batches of the right size and number", async () => {
  const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000);
  const steps = fc.array(fc.constantFrom("load", "load", "load", "turn", "answer", "fail", "flush"), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom(1, 2, Infinity),
      fc.boolean(),
      async (schedule, maxSize, concurrency, limited) => {
        const sends: (() => void)[] = [];
        const limiter = limited && concurrency < Infinity ? new Semaphore(concurrency) : concurrency;
        const { batcher, batches } = held({
          maxSize,
          concurrency: limiter,
          schedule: (send) => sends.push(send),
        });
        const answers = new Map<number, string>();
        const expected = new Map<number, string>();
        let answered = 0;
        let asked = 0;
        const settle = (fails: boolean): void => {
          const batch = batches[answered];
          if (batch === undefined) return;
          answered++;
          for (const key of batch.keys) expected.set(key, fails ? "failed" : String(key * 2));
          if (fails) batch.answer.reject(new Error("failed"));
          else batch.answer.resolve(batch.keys.map((key) => key * 2));
        };
        for (const step of schedule) {
          if (step === "load") {
            const key = asked++;
            batcher.load(key).then(
              (value) => answers.set(key, String(value)),
              (error: unknown) => answers.set(key, (error as Error).message),
            );
          } else if (step === "turn") {
            for (const send of sends.splice(0)) send();
            await Promise.resolve();
          } else if (step === "flush") void batcher.flush();
          else settle(step === "fail");
          expect(batches.length - answered).toBeLessThanOrEqual(concurrency);
        }
        const closed = batcher.close();
        for (let round = 0; round < 50 && answers.size < asked; round++) {
          settle(false);
          for (let tick = 0; tick < 20; tick++) await Promise.resolve();
        }
        await closed;
        expect(batches.flatMap(({ keys }) => keys)).toEqual(Array.from({ length: asked }, (_, key) => key));
        for (const { keys } of batches) expect(keys.length).toBeLessThanOrEqual(maxSize);
        expect([...answers].sort()).toEqual([...expected].sort());
      },
    ),
    { numRuns, seed: 3 },
  );
}, 600_000);

test.for([
  [null, {}, "Expected `load` to be a function"],
  [() => [], {}, "Expected `maxSize` to be an integer from 1 and up or `Infinity`, got `undefined`"],
  [() => [], undefined, "Expected `maxSize`"],
  [() => [], { maxSize: 0 }, "Expected `maxSize`"],
  [() => [], { maxSize: 1, maxWaitMs: -1 }, "Expected `maxWaitMs`"],
  [() => [], { maxSize: 1, concurrency: 0 }, "Expected `concurrency`"],
  [() => [], { maxSize: 1, concurrency: {} }, "Expected `concurrency`"],
  [() => [], { maxSize: 1, concurrency: null }, "Expected `concurrency`"],
  [() => [], { maxSize: 1, cache: "yes" }, "Expected `cache`"],
  [() => [], { maxSize: 1, cacheKey: 1 }, "Expected `cacheKey`"],
  [() => [], { maxSize: 1, schedule: 1 }, "Expected `schedule`"],
] as const)("new Batcher(%o, %o) is refused", ([load, options, message]) => {
  expect(() => new Batcher(load as never, options as never)).toThrow(message);
});
