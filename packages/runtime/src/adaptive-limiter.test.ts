import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import {
  AdaptiveLimiter,
  combine,
  mapLimit,
  Semaphore,
  TimeoutError,
  type AdaptiveLimiterOptions,
  type Outcome,
} from "./index.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Ends `count` tasks, one after the other under full use: what else is out is there only to keep the limiter busy. */
async function end(limiter: AdaptiveLimiter, outcome: Outcome, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const others = [];
    for (let permit; (permit = limiter.tryAcquire());) others.push(permit);
    others.pop()?.release(outcome);
    for (const permit of others) permit.release("ignore");
    await Promise.resolve();
  }
}

describe("an adaptive limiter", () => {
  test("goes up by one for each round of successes, and faster when there is no overload for long", async () => {
    const limiter = new AdaptiveLimiter({ initial: 4 });
    await end(limiter, "success", 5);
    expect(limiter.permits).toBe(5);
    await end(limiter, "success", 50);
    expect(limiter.permits).toBeGreaterThan(10);
  });

  test("goes down for overload, once for tasks that began before it did", async () => {
    const limiter = new AdaptiveLimiter({ initial: 50 });
    await end(limiter, "success", 1);
    const permits = Array.from({ length: 50 }, () => limiter.tryAcquire());
    for (const permit of permits) permit?.release("overload");
    expect(limiter.permits).toBe(40);
    await end(limiter, "success", 1);
    await end(limiter, "overload", 3);
    expect(limiter.permits).toBe(32);
  });

  test("takes one overload in a round, and up to one in twenty, for a matter of course", async () => {
    const limiter = new AdaptiveLimiter({ initial: 100, max: 100 });
    await end(limiter, "success", 50);
    await end(limiter, "overload", 5);
    expect(limiter.permits).toBe(100);
    await end(limiter, "overload", 1);
    expect(limiter.permits).toBe(80);
  });

  test("goes down by half when nothing at all succeeds", async () => {
    const limiter = new AdaptiveLimiter({ initial: 64 });
    await end(limiter, "overload", 4);
    expect(limiter.permits).toBe(32);
    await end(limiter, "overload", 100);
    expect(limiter.permits).toBe(1);
  });

  test.for<Outcome>(["failure", "ignore"])("learns nothing from %s", async (outcome) => {
    for (const algorithm of ["aimd", "gradient"] as const) {
      const limiter = new AdaptiveLimiter({ initial: 20, algorithm });
      await end(limiter, outcome, 300);
      expect(limiter.permits).toBe(20);
    }
  });

  test("hears from run, wrap and the helpers how tasks ended", async () => {
    const busy = (limiter: AdaptiveLimiter): Promise<unknown> =>
      Promise.all([
        limiter.run(() => Promise.resolve({ status: 429 })),
        limiter
          .wrap(() => Promise.reject(new TimeoutError(1)))()
          .catch(() => undefined),
        mapLimit([503, 503], limiter, (status) => Promise.resolve({ status })),
      ]);
    const limiter = new AdaptiveLimiter({ initial: 16 });
    await busy(limiter);
    await busy(limiter);
    expect(limiter.permits).toBeLessThanOrEqual(8);
  });

  test("gradient goes down when tasks take longer than at rest, without any overload", async () => {
    const clock = vi.spyOn(performance, "now");
    let now = 0;
    clock.mockImplementation(() => now);
    const limiter = new AdaptiveLimiter({ initial: 40, algorithm: "gradient" });
    const round = async (tookMs: number): Promise<void> => {
      const permits = Array.from({ length: limiter.permits }, () => limiter.tryAcquire());
      now += tookMs;
      for (const permit of permits) permit?.release();
      await Promise.resolve();
    };
    for (let i = 0; i < 5; i++) await round(100);
    const before = limiter.permits;
    expect(before).toBeGreaterThan(40);
    for (let i = 0; i < 5; i++) await round(400);
    expect(limiter.permits).toBeLessThan(before / 2);
  });

  test("lets waiters in as it goes up, in order, and keeps them waiting as it goes down", async () => {
    const limiter = new AdaptiveLimiter({ initial: 1 });
    const order: number[] = [];
    const ends = [1, 2, 3].map((n) => {
      const { promise, resolve } = deferred();
      void limiter.run(() => (order.push(n), promise));
      return resolve;
    });
    expect([order, limiter.active, limiter.waiting]).toEqual([[1], 1, 2]);
    ends[0]?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect([order, limiter.permits]).toEqual([[1, 2, 3], 2]);
    for (const settle of ends) settle();
    await limiter.idle();
  });

  test("is a semaphore in all else: priorities, signals, close, double release, combine", async () => {
    const limiter = new AdaptiveLimiter({ initial: 1, max: 1, maxWaiting: 2 });
    expect(limiter).toBeInstanceOf(Semaphore);
    const permit = await limiter.acquire();
    const order: string[] = [];
    const controller = new AbortController();
    const low = limiter.acquire().then((granted) => {
      order.push("low");
      granted.release();
    });
    const gone = limiter.acquire({ signal: controller.signal });
    await expect(limiter.acquire()).rejects.toMatchObject({ name: "QueueFullError" });
    controller.abort(new Error("enough"));
    await expect(gone).rejects.toThrow("enough");
    await expect(limiter.acquire({ signal: controller.signal })).rejects.toThrow("enough");
    const high = limiter.acquire({ priority: 1 }).then((granted) => {
      order.push("high");
      granted.release();
    });
    permit.release();
    expect(() => {
      permit.release();
    }).toThrow("released before");
    permit[Symbol.dispose]();
    await Promise.all([low, high]);
    expect(order).toEqual(["high", "low"]);
    expect(combine(5, limiter).capacity).toBe(1);
    (await limiter.acquire())[Symbol.dispose]();
    expect(limiter.atRest).toBe(true);
    limiter.close();
    await expect(limiter.run(() => 1)).rejects.toMatchObject({ name: "LimiterClosedError" });
  });

  test("lets tasks weigh as much as `min`, so that none becomes too heavy for it", async () => {
    const limiter = new AdaptiveLimiter({ min: 3, initial: 10 });
    (await limiter.acquire({ weight: 3 })).release();
    expect(() => limiter.acquire({ weight: 4 })).toThrow(
      "Expected `weight` to be at most `min`, which is 3, got `4`",
    );
    expect(() => limiter.tryAcquire({ weight: 0 })).toThrow("Expected `weight` to be an integer");
  });

  test("tells of each change of its limit, and says what it is doing", async () => {
    const events: unknown[] = [];
    const onMessage = (event: unknown): void => void events.push(event);
    const limiter = new AdaptiveLimiter({ initial: 10, name: "api", algorithm: "gradient", min: 2 });
    subscribe("floodgate:limit", onMessage);
    await end(limiter, "overload", 2);
    unsubscribe("floodgate:limit", onMessage);
    expect(events).toEqual([{ limiter, name: "api", capacity: 5, previous: 10 }]);
    expect(limiter.inspect()).toEqual({
      kind: "AdaptiveLimiter",
      algorithm: "gradient",
      name: "api",
      permits: 5,
      active: 0,
      waiting: 0,
      closed: false,
      min: 2,
      max: 200,
    });
  });
});

test.for<[Partial<Record<keyof AdaptiveLimiterOptions, unknown>>, string]>([
  [{ min: 0 }, "Expected `min` to be an integer from 1 and up"],
  [{ min: NaN }, "Expected `min` to be"],
  [{ min: Infinity, max: Infinity }, "Expected `min` to be"],
  [{ min: 5, max: 4 }, "Expected `max` to be an integer from 5 and up, got `4` (number)"],
  [{ max: Infinity }, "Expected `max` to be an integer from 1 and up, got `Infinity` (number)"],
  [{ max: "100" }, "Expected `max` to be an integer from 1 and up, got `100` (string)"],
  [{ initial: 300 }, "Expected `initial` to be an integer from 1 to 200, got `300` (number)"],
  [{ initial: 1.5 }, "Expected `initial` to be an integer from 1 to 200, got `1.5` (number)"],
  [{ algorithm: "vegas" }, 'Expected `algorithm` to be "aimd" or "gradient", got `vegas` (string)'],
  [{ algorithm: "toString" }, "Expected `algorithm` to be"],
])("%o is refused when it is made", ([options, message]) => {
  expect(() => new AdaptiveLimiter(options as AdaptiveLimiterOptions)).toThrow(message);
});
