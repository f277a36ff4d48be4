import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { press, type Behaviour, type Pressure, type Stretch } from "../test/simulated-service.ts";
import { VirtualTime } from "../test/virtual-time.ts";
import { AdaptiveLimiter, Semaphore, type AdaptiveLimiterOptions, type Limiter } from "./index.ts";

let time: VirtualTime;

beforeEach(() => {
  time = new VirtualTime();
  vi.spyOn(performance, "now").mockImplementation(() => time.now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const quiet = { max: 400, stallAfterMs: Infinity } as const;
const adaptive = (options: AdaptiveLimiterOptions): AdaptiveLimiter =>
  new AdaptiveLimiter({ ...quiet, ...options });
const fixed = (permits: number): Semaphore => new Semaphore(permits, quiet);

/** Many callers, a service of 10, then 80, then 20 at a time. */
const pressHard = (limiter: Limiter, behaviour: Behaviour, pressure?: Pressure): Promise<Stretch[]> =>
  press(time, limiter, [10, 80, 20], behaviour, pressure);

const algorithms = ["aimd", "gradient"] as const;
const services: [string, Behaviour][] = [
  ["a service that turns away what it cannot take at once", { queue: 1 }],
  ["the same, with calls of very different length", { queue: 1, spread: "exponential" }],
  ["a service with a short queue, which turns away what does not fit", { queue: 20 }],
  ["a service that queues all of it, so that callers time out", { queue: Infinity }],
  ["the same, with calls of very different length", { queue: Infinity, spread: "exponential" }],
];

describe.each(algorithms)("%s", (algorithm) => {
  test.each(services)(
    "uses %s to within a fifth of what it can do, as that changes",
    async (_, behaviour) => {
      const stretches = await pressHard(adaptive({ algorithm }), behaviour);
      for (const { throughput } of stretches) expect(throughput).toBeGreaterThan(0.8);
    },
  );

  test("stays near the capacity where it is told of it: neither collapses nor runs away", async () => {
    for (const queue of [1, 20]) {
      const stretches = await pressHard(adaptive({ algorithm }), { queue });
      [10, 80, 20].forEach((capacity, i) => {
        expect(stretches[i]?.lowest).toBeGreaterThan(0.75 * capacity);
        expect(stretches[i]?.highest).toBeLessThan(1.2 * capacity + 1.1 * queue);
        expect(stretches[i]?.overload).toBeLessThan(0.1);
      });
    }
  });

  test("does not drift in five minutes under a steady load that is too much", async () => {
    const pressure = { stretchMs: 150_000, callers: 60 };
    const [early, late] = await press(time, adaptive({ algorithm }), [20, 20], { queue: 20 }, pressure);
    expect(late?.throughput).toBeGreaterThan(0.95);
    expect(late?.lowest).toBeGreaterThanOrEqual((early?.lowest ?? 0) * 0.9);
    expect(late?.highest).toBeLessThanOrEqual((early?.highest ?? 0) * 1.1);
  });

  test("is not driven down by a service that turns away one call in a hundred whatever the load", async () => {
    const service = { queue: Infinity, always429: 0.01 };
    const [stretch] = await press(time, adaptive({ algorithm }), [80], service, { stretchMs: 60_000 });
    expect(stretch?.throughput).toBeGreaterThan(0.9);
  });

  test("does not grow on time-outs that are all the same (Netflix's issue 137), and recovers when they end", async () => {
    const limiter = adaptive({ algorithm, initial: 200 });
    const [dead, alive] = await press(time, limiter, [1, 80], { queue: Infinity, timeoutMs: 140 });
    expect(dead?.highest).toBeLessThanOrEqual(3);
    expect(alive?.throughput).toBeGreaterThan(0.8);
  });

  test("does not grow while less than half of the limit is in use", async () => {
    const pressure = { callers: 6 };
    const [stretch] = await press(time, adaptive({ algorithm }), [80], { queue: 20 }, pressure);
    expect(stretch?.highest).toBeLessThanOrEqual(13);
  });

  test("keeps to its range", async () => {
    const [low, high] = await press(time, adaptive({ algorithm, min: 5, max: 30 }), [1, 80], { queue: 1 });
    expect([low?.lowest, high?.highest]).toEqual([5, 30]);
  });
});

test("gradient keeps queues short where a service queues all of it, and aimd fills them until callers time out", async () => {
  const behaviour = { queue: Infinity };
  const [gradient] = await pressHard(adaptive({ algorithm: "gradient" }), behaviour);
  const [aimd] = await pressHard(adaptive({ algorithm: "aimd" }), behaviour);
  expect(gradient?.highest).toBeLessThan(25);
  expect(aimd?.highest).toBeGreaterThan(80);
});

describe("beside it", () => {
  test("a fixed limit that is right for one capacity is wrong for the others", async () => {
    const [, more] = await pressHard(fixed(10), { queue: 1 }, { stretchMs: 4000 });
    expect(more?.throughput).toBeLessThan(0.13);
    const [less] = await pressHard(fixed(80), { queue: 1 }, { stretchMs: 4000 });
    expect(less?.overload).toBeGreaterThan(0.9);
  });

  test("without a limit nothing gets through a service that queues all of it", async () => {
    const stretches = await pressHard(fixed(400), { queue: Infinity });
    expect(stretches.map(({ throughput }) => throughput < 0.6)).toEqual([true, true, true]);
    expect(stretches[0]?.throughput).toBe(0);
  });
});
