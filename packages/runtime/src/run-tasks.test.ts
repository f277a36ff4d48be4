/** What the helpers have in common, beyond what `map-limit.test.ts` says of each. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import {
  forEachLimit,
  mapLimit,
  mapLimitSettled,
  Queue,
  Semaphore,
  type Limiter,
  type Permit,
} from "./index.ts";

/** Lets every microtask that is due run. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("what ends a call", () => {
  test("an error that onError throws", async () => {
    const started: number[] = [];
    const all = mapLimitSettled(
      [1, 2, 3],
      1,
      (n) => {
        started.push(n);
        return Promise.reject(new Error("task"));
      },
      {
        onError: () => {
          throw new Error("of onError");
        },
      },
    );
    await expect(all).rejects.toThrow("of onError");
    expect(started).toEqual([1]);
  });

  test("an error that onProgress throws", async () => {
    const started: number[] = [];
    const all = forEachLimit([1, 2, 3], 1, (n) => started.push(n), {
      onProgress: () => {
        throw new Error("of onProgress");
      },
    });
    await expect(all).rejects.toThrow("of onProgress");
    expect(started).toEqual([1]);
  });

  test("an error that a permit throws when it is given back", async () => {
    const limiter = withoutClassify(() => {
      throw new Error("of release");
    });
    await expect(mapLimit([1, 2], limiter, (n) => n)).rejects.toThrow("of release");
  });

  test("an item that is too heavy, which is not started, while what runs may end", async () => {
    const end = deferred();
    const started: number[] = [];
    const all = forEachLimit(
      [1, 9, 1],
      new Semaphore(2),
      (n) => {
        started.push(n);
        return end.promise;
      },
      { weight: (n) => n },
    );
    end.resolve();
    await expect(all).rejects.toThrow("Expected `weight` to be at most the 2 permits there are, got `9`");
    expect(started).toEqual([1]);
  });
});

describe("a source", () => {
  test("that is closed while it runs is closed when it has given its item, which is dropped", async () => {
    const controller = new AbortController();
    const events: string[] = [];
    function* source(): Generator<string> {
      try {
        yield "a";
        controller.abort(new Error("enough"));
        yield "b";
        events.push("asked again");
      } finally {
        events.push("closed");
      }
    }
    const call = forEachLimit(source(), 1, (item) => events.push(item), { signal: controller.signal });
    await expect(call).rejects.toThrow("enough");
    expect(events).toEqual(["a", "closed"]);
  });

  test("that ends its own call and then its items is not closed again", async () => {
    const controller = new AbortController();
    const close = vi.fn();
    const source = {
      [Symbol.iterator]: () => ({
        next: () => {
          controller.abort(new Error("enough"));
          return { done: true as const, value: undefined };
        },
        return: close,
      }),
    };
    await expect(mapLimit(source, 1, () => 1, { signal: controller.signal })).rejects.toThrow("enough");
    expect(close).not.toHaveBeenCalled();
  });
});

test("a graceMs between the longest delay of a timer and the next whole number waits for all", async () => {
  const gate = deferred();
  const call = mapLimit([1, 2], 2, (n) => (n === 1 ? Promise.reject(new Error("one")) : gate.promise), {
    graceMs: 2 ** 31 - 0.5,
  });
  const ended = vi.fn();
  call.catch(ended);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(ended).not.toHaveBeenCalled();
  gate.resolve();
  await expect(call).rejects.toThrow("one");
});

describe("how long it waits", () => {
  test("with graceMs Infinity for all that runs, however long", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const end = deferred();
    const settled = vi.fn();
    const all = forEachLimit([1, 2], 2, (n) => (n === 1 ? Promise.reject(new Error("one")) : end.promise), {
      graceMs: Infinity,
    });
    all.catch(settled);
    await settle();
    vi.advanceTimersByTime(2 ** 31);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    end.resolve();
    await expect(all).rejects.toThrow("one");
  });
});

describe("what a limiter is told and asked", () => {
  test("one that cannot answer at once is waited for", async () => {
    const one = new Semaphore(1);
    const slow: Limiter = {
      capacity: 1,
      acquire: (options) => one.acquire(options),
      run: (task) => one.run(task),
      wrap: (fn) => one.wrap(fn),
    };
    let running = 0;
    let most = 0;
    const results = await mapLimit([1, 2, 3], slow, async (n) => {
      most = Math.max(most, ++running);
      await settle();
      running--;
      return n * 2;
    });
    expect(results).toEqual([2, 4, 6]);
    expect(most).toBe(1);
  });

  test("one that does not classify is not told how a task ended", async () => {
    const release = vi.fn();
    await mapLimitSettled([1, 2], withoutClassify(release), (n) =>
      n === 1 ? Promise.reject(new Error("one")) : Promise.resolve(n),
    );
    expect(release.mock.calls).toEqual([[undefined], [undefined]]);
  });
});

describe("what progress says of how many there are", () => {
  test("nothing of a queue, which holds some of them now", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    const totals: unknown[] = [];
    queue.tryPut(1);
    const workers = forEachLimit(queue, 1, () => undefined, {
      onProgress: ({ total }) => totals.push(total),
    });
    await queue.put(2);
    queue.close();
    await workers;
    expect(totals).toEqual([undefined, undefined]);
  });

  test.for<[string, Iterable<string>, number | undefined]>([
    ["the length of an array", ["a", "b"], 2],
    ["the size of a set", new Set(["a", "b", "c"]), 3],
    ["nothing of an iterator", ["a", "b"].values(), undefined],
  ])("%s", async ([, source, total]) => {
    const totals: unknown[] = [];
    await forEachLimit(source, 2, () => undefined, { onProgress: (progress) => totals.push(progress.total) });
    expect(new Set(totals)).toEqual(new Set([total]));
  });
});

describe("timers", () => {
  test("have a turn when tasks have followed each other for more than 50 ms, and then it goes on", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 0 });
    const events: unknown[] = [];
    let over = false;
    const turn = (): void => {
      events.push("turn");
      if (!over) setImmediate(turn);
    };
    setImmediate(turn);
    const results = await mapLimit([0, 1, 2, 3, 4, 5], 2, (n) => {
      vi.setSystemTime(Date.now() + 20);
      events.push(n);
      return Promise.resolve(n);
    });
    over = true;
    expect(results).toEqual([0, 1, 2, 3, 4, 5]);
    expect(events.slice(0, 7)).toEqual([0, 1, 2, "turn", 3, 4, 5]);
  });

  test.for<[string, () => unknown]>([
    [
      "throw",
      () => {
        throw new Error("no");
      },
    ],
    ["reject", () => Promise.reject(new Error("no"))],
  ])("have a turn also when tasks do nothing but %s", async ([, task]) => {
    vi.useFakeTimers({ toFake: ["Date"], now: 0 });
    let turns = 0;
    setImmediate(() => turns++);
    const turnsAt: number[] = [];
    await mapLimitSettled([0, 1, 2, 3, 4, 5], 2, () => {
      vi.setSystemTime(Date.now() + 20);
      turnsAt.push(turns);
      return task();
    });
    expect(turnsAt).toEqual([0, 0, 0, 1, 1, 1]);
  });

  test("cost a look at the clock for every 64th task while the clock stands still", async () => {
    const now = vi.spyOn(Date, "now").mockReturnValue(0);
    await forEachLimit(Array.from({ length: 6400 }), 1, () => Promise.resolve());
    expect(now.mock.calls.length).toBeGreaterThan(90);
    expect(now.mock.calls.length).toBeLessThan(110);
  });
});

/** A limiter of one that has no `classify`, whose permits come back through `release`. */
function withoutClassify(release: Permit["release"]): Limiter {
  const permit: Permit = { release, [Symbol.dispose]: () => undefined };
  return {
    capacity: 1,
    tryAcquire: () => permit,
    acquire: () => Promise.resolve(permit),
    run: () => Promise.reject(new Error("not used")),
    wrap: () => () => Promise.reject(new Error("not used")),
  };
}
