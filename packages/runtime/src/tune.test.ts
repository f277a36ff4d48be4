import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SimulatedService, type Behaviour } from "../test/simulated-service.ts";
import { VirtualTime } from "../test/virtual-time.ts";
import { tune, type TuneOptions, type TuneReport } from "./index.ts";

let time: VirtualTime;

beforeEach(() => {
  time = new VirtualTime();
  vi.spyOn(performance, "now").mockImplementation(() => time.now);
  // The machine's clock would give timers a turn when it is slow, and they have none here.
  vi.spyOn(Date, "now").mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function tuned(
  task: (n: number, context: { signal: AbortSignal }) => unknown,
  options?: TuneOptions,
): Promise<TuneReport> {
  const settled = { yet: false };
  const report = tune(task, options).finally(() => (settled.yet = true));
  report.catch(() => undefined);
  // As long as it takes: a simulated hour at most.
  for (let seconds = 0; seconds < 3600 && !settled.yet; seconds++) await time.advance(1000);
  return report;
}

const serviceOf = (capacity: number, behaviour: Behaviour) => {
  const service = new SimulatedService(time, capacity, behaviour);
  return () => service.call();
};
const afterMs = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    time.after(ms, resolve);
  });

test("recommends the least number that gives nearly all of the throughput", async () => {
  const { recommended, levels, stopped } = await tuned(serviceOf(16, { queue: Infinity, timeoutMs: 60_000 }));
  expect(levels.map(({ concurrency }) => concurrency)).toEqual([1, 2, 4, 8, 16, 32, 64]);
  expect(recommended).toBe(16);
  expect(stopped).toBeUndefined();
  // 16 calls of 100 ms at once are 160 a second, and those beyond wait.
  for (const level of levels.slice(4)) expect(Math.abs(level.perSecond - 160)).toBeLessThan(16);
  expect(levels[6]?.p50Ms).toBeGreaterThan(3 * (levels[4]?.p50Ms ?? Infinity));
});

test("measures how long tasks take", async () => {
  const takes = [10, 10, 10, 10, 10, 10, 10, 10, 10, 110];
  const { levels } = await tuned((n) => afterMs(takes[n % 10] ?? 0), { max: 1 });
  expect(levels).toEqual([
    { concurrency: 1, perSecond: 50, p50Ms: 10, p95Ms: 110, p99Ms: 110, overload: 0, failed: 0 },
  ]);
});

test("does not recommend what ends in overload, and goes no further", async () => {
  const { recommended, levels, stopped } = await tuned(serviceOf(6, { queue: 1 }));
  expect([recommended, levels.at(-1)?.concurrency]).toEqual([4, 8]);
  expect(stopped).toMatch(/^\d\d % of the tasks ended in overload$/u);
});

test("goes no further when throughput falls below half of the best", async () => {
  let running = 0;
  const thrashing = async (): Promise<void> => {
    running++;
    await afterMs(running > 4 ? 2000 : 100);
    running--;
  };
  const { recommended, levels, stopped } = await tuned(thrashing, { samples: 50 });
  expect([recommended, levels.at(-1)?.concurrency, stopped]).toEqual([
    4,
    8,
    "throughput fell below half of the best",
  ]);
});

test("counts tasks that fail, and does not count their throughput", async () => {
  const { levels } = await tuned(
    async (n) => {
      await afterMs(10);
      if (n % 4 === 0) throw new Error("no such user");
    },
    { max: 1 },
  );
  expect(levels[0]).toMatchObject({ perSecond: 75, failed: 0.25, overload: 0 });
});

test("tries min, its doubles, and max", async () => {
  const { levels } = await tuned(() => afterMs(1), { min: 3, max: 20, samples: 10 });
  expect(levels.map(({ concurrency }) => concurrency)).toEqual([3, 6, 12, 20]);
});

test("never has more at work than it says, and numbers its tasks", async () => {
  let running = 0;
  const peaks = new Set<number>();
  const numbers = new Set<number>();
  let calls = 0;
  await tuned(
    async (n) => {
      calls++;
      numbers.add(n);
      peaks.add(++running);
      await afterMs(10);
      running--;
    },
    { min: 2, max: 4, samples: 10 },
  );
  expect([Math.max(...peaks), numbers.size]).toEqual([4, calls]);
  expect(calls).toBeLessThanOrEqual(10 + 2 * 2 + 10 + 2 * 4);
});

test("rejects with the error when nothing succeeds at all", async () => {
  await expect(tuned(() => Promise.reject(new Error("no connection")))).rejects.toThrow("no connection");
});

test("ends when its signal aborts, and tells its tasks", async () => {
  const controller = new AbortController();
  let heard = false;
  const report = tuned(
    async (n, { signal }) => {
      if (n === 3) controller.abort(new Error("enough"));
      await afterMs(10);
      heard ||= signal.aborted;
    },
    { signal: controller.signal },
  );
  await expect(report).rejects.toThrow("enough");
  expect(heard).toBe(true);
});

test("prints a table", async () => {
  const report = await tuned(serviceOf(2, { queue: 2, callMs: 20 }), { samples: 200 });
  expect(String(report)).toMatchInlineSnapshot(`
    "at once  per s  p50 ms  p95 ms  p99 ms  overload  failed
          1   49.8    19.8    25.5    25.8       0 %     0 %
          2    102    19.9    25.0    25.6       0 %     0 %  recommended
          4   98.5    39.9    48.3    49.8       0 %     0 %
          8    102    5.00    38.8    45.9      89 %     0 %
    Stopped there: 89 % of the tasks ended in overload."
  `);
});

test.for<[TuneOptions, string]>([
  [{ min: 0 }, "Expected `min` to be an integer from 1 and up"],
  [{ max: Infinity }, "Expected `max` to be an integer from 1 and up, got `Infinity` (number)"],
  [{ min: 9, max: 8 }, "Expected `max` to be an integer from 9 and up, got `8` (number)"],
  [{ samples: NaN }, "Expected `samples` to be an integer from 1 and up"],
])("%o is refused at once", ([options, message]) => {
  expect(() => tune(() => 1, options)).toThrow(message);
});

test("a task has to be a function", () => {
  expect(() => tune(7 as never)).toThrow("Expected `task` to be a function");
});
