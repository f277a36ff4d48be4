import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  combine,
  KeyedLimiter,
  limited,
  mapLimit,
  RateLimiter,
  type AcquireOptions,
  type RateLimiterOptions,
} from "./index.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Asks `count` times at once; the times at which the permits come, in milliseconds from now. */
async function timesOf(
  rate: RateLimiter,
  count: number,
  withinMs: number,
  options?: AcquireOptions,
): Promise<number[]> {
  const start = performance.now();
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    void rate.acquire(options).then((permit) => {
      permit.release();
      times.push(Math.round(performance.now() - start));
    });
  }
  await vi.advanceTimersByTimeAsync(withinMs);
  return times;
}

describe("a token bucket", () => {
  test("lets a burst start at once, and the rest evenly", async () => {
    const rate = new RateLimiter({ limit: 4, intervalMs: 1000 });
    expect(await timesOf(rate, 8, 1000)).toEqual([0, 0, 0, 0, 250, 500, 750, 1000]);
  });

  test("with a burst of 1 spaces all of them evenly; with a bigger one lets more start after a rest", async () => {
    expect(await timesOf(new RateLimiter({ limit: 10, intervalMs: 1000, burst: 1 }), 4, 1000)).toEqual([
      0, 100, 200, 300,
    ]);
    expect(await timesOf(new RateLimiter({ limit: 1, intervalMs: 1000, burst: 3 }), 4, 1000)).toEqual([
      0, 0, 0, 1000,
    ]);
  });

  test("fills up to its burst and no further while nobody comes", async () => {
    const rate = new RateLimiter({ limit: 2, intervalMs: 1000 });
    await timesOf(rate, 2, 3_600_000);
    expect(await timesOf(rate, 4, 1000)).toEqual([0, 0, 500, 1000]);
  });

  test("lets twice its limit start in the first interval, which strict does not", async () => {
    expect(await timesOf(new RateLimiter({ limit: 3, intervalMs: 900 }), 6, 899)).toHaveLength(5);
    expect(await timesOf(new RateLimiter({ limit: 3, intervalMs: 900, strict: true }), 6, 899)).toHaveLength(
      3,
    );
  });
});

describe("a strict limit", () => {
  test("never allows more than the limit in any window, also across the edges of clock intervals", async () => {
    const rate = new RateLimiter({ limit: 3, intervalMs: 1000, strict: true });
    await vi.advanceTimersByTimeAsync(990);
    expect(await timesOf(rate, 7, 2000)).toEqual([0, 0, 0, 1000, 1000, 1000, 2000]);
  });

  test("opens again as each start leaves the window", async () => {
    const rate = new RateLimiter({ limit: 2, intervalMs: 1000, strict: true });
    await timesOf(rate, 1, 300);
    await timesOf(rate, 1, 300);
    expect(await timesOf(rate, 2, 1000)).toEqual([400, 700]);
  });
});

describe("weights", () => {
  test("count: tokens per minute", async () => {
    const tokens = new RateLimiter({ limit: 60_000, intervalMs: 60_000 });
    expect(await timesOf(tokens, 3, 60_000, { weight: 30_000 })).toEqual([0, 0, 30_000]);
  });

  test("nobody overtakes a heavy waiter", async () => {
    const rate = new RateLimiter({ limit: 2, intervalMs: 1000, strict: true });
    const order: string[] = [];
    const ask = (name: string, weight: number): unknown =>
      rate.acquire({ weight }).then(() => order.push(`${name} ${performance.now()}`));
    const start = performance.now();
    ask("light", 1);
    ask("heavy", 2);
    ask("last", 1);
    await vi.advanceTimersByTimeAsync(3000);
    expect(order).toEqual([`light ${start}`, `heavy ${start + 1000}`, `last ${start + 2000}`]);
  });

  test("above what may ever start at once, one is refused at once", () => {
    expect(() => new RateLimiter({ limit: 5, intervalMs: 1000, burst: 3 }).acquire({ weight: 4 })).toThrow(
      "Expected `weight` to be at most the 3 that may start at once, got `4`",
    );
    expect(() =>
      new RateLimiter({ limit: 5, intervalMs: 1000, strict: true }).tryAcquire({ weight: 6 }),
    ).toThrow("at most the 5");
    expect(() => new RateLimiter({ limit: 5, intervalMs: 1000 }).acquire({ weight: 0.5 })).toThrow(
      "Expected `weight` to be an integer from 1 and up, got `0.5` (number)",
    );
  });

  test("do not count where a rate counts tasks", async () => {
    const both = new RateLimiter({
      limit: 1000,
      intervalMs: 1000,
      also: [{ limit: 2, intervalMs: 1000, strict: true, weighted: false }],
    });
    expect(await timesOf(both, 4, 2000, { weight: 100 })).toEqual([0, 0, 1000, 1000]);
  });
});

test("several rates are kept at the same time, and no token of one grows old while a task waits for another", async () => {
  const rate = new RateLimiter({
    limit: 1,
    intervalMs: 1000,
    strict: true,
    also: [{ limit: 3, intervalMs: 10_000, strict: true }],
  });
  expect(await timesOf(rate, 6, 12_000)).toEqual([0, 1000, 2000, 10_000, 11_000, 12_000]);
});

test("waiters are served first come first served, the higher priority first", async () => {
  const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
  const order: number[] = [];
  const priorities = [0, 0, 1, 0, 2];
  priorities.forEach((priority, i) => void rate.acquire({ priority }).then(() => order.push(i)));
  await vi.advanceTimersByTimeAsync(1000);
  expect(order).toEqual([0, 4, 2, 1, 3]);
});

test("tryAcquire takes what may start now, and nothing past those that wait", async () => {
  const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
  const permit = rate.tryAcquire();
  expect(permit).toBeDefined();
  expect([rate.tryAcquire(), rate.available, rate.waiting]).toEqual([undefined, 0, 0]);
  void rate.acquire();
  void rate.acquire();
  await vi.advanceTimersByTimeAsync(150);
  expect([rate.tryAcquire(), rate.waiting]).toEqual([undefined, 1]);
});

describe("pauseUntil", () => {
  test("lets nothing start before that time: a Date, or milliseconds since 1970", async () => {
    const rate = new RateLimiter({ limit: 10, intervalMs: 1000 });
    rate.pauseUntil(new Date(Date.now() + 2000));
    expect([rate.tryAcquire(), rate.available, rate.atRest]).toEqual([undefined, 0, false]);
    expect(await timesOf(rate, 2, 2000)).toEqual([2000, 2000]);
    rate.pauseUntil(Date.now() + 500);
    expect(await timesOf(rate, 1, 500)).toEqual([500]);
  });

  test("holds up those that wait already, and never makes an earlier pause shorter", async () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
    const times = timesOf(rate, 2, 3000);
    rate.pauseUntil(Date.now() + 3000);
    rate.pauseUntil(Date.now() + 50);
    rate.pauseUntil(0);
    expect(await times).toEqual([0, 3000]);
  });

  test("does not mind a wall clock that is set meanwhile", async () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
    rate.pauseUntil(Date.now() + 1000);
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(await timesOf(rate, 1, 1000)).toEqual([1000]);
  });

  test("waits longer than a timer can: 2 ** 31 ms and more", async () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
    rate.pauseUntil(Date.now() + 3 * 2 ** 31);
    const times = timesOf(rate, 1, 3 * 2 ** 31);
    const timeouts = vi.spyOn(globalThis, "setTimeout");
    expect(await times).toEqual([3 * 2 ** 31]);
    expect(timeouts.mock.calls.length).toBeLessThan(5);
    expect(await timesOf(new RateLimiter({ limit: 1, intervalMs: 2 ** 32 }), 2, 2 ** 32)).toEqual([
      0,
      2 ** 32,
    ]);
  });

  test("wants a time", () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
    expect(() => {
      rate.pauseUntil(NaN);
    }).toThrow("Expected `when` to be a `Date` or milliseconds since 1970, got `NaN` (number)");
    expect(() => {
      rate.pauseUntil(Infinity);
    }).toThrow(RangeError);
    expect(() => {
      rate.pauseUntil(new Date("tomorrow"));
    }).toThrow(TypeError);
    expect(() => {
      rate.pauseUntil("120" as never);
    }).toThrow(TypeError);
  });
});

describe("who stops waiting", () => {
  test("by its signal uses up nothing, and leaves no listener and no timer", async () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000, strict: true });
    rate.tryAcquire();
    const controller = new AbortController();
    const gone = rate.acquire({ signal: controller.signal });
    const stays = rate.acquire();
    controller.abort(new Error("enough"));
    await expect(gone).rejects.toThrow("enough");
    await expect(rate.acquire({ signal: controller.signal })).rejects.toThrow("enough");
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    await stays;
    expect(vi.getTimerCount()).toBe(0);
  });

  test("leaves no timer behind when nobody else waits, so that the process may end", async () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000 });
    rate.tryAcquire();
    expect(vi.getTimerCount()).toBe(0);
    const controller = new AbortController();
    const gone = rate.acquire({ signal: controller.signal });
    expect(vi.getTimerCount()).toBe(1);
    controller.abort();
    await expect(gone).rejects.toThrow();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("keeps the process alive as long as it waits, so that it is served", () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000 });
    const timeouts = vi.spyOn(globalThis, "setTimeout");
    rate.tryAcquire();
    void rate.acquire();
    expect(timeouts.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([true]);
  });

  test("lets those behind it in, where it was too heavy to", async () => {
    const rate = new RateLimiter({ limit: 2, intervalMs: 1000, strict: true });
    rate.tryAcquire();
    const controller = new AbortController();
    const heavy = rate.acquire({ weight: 2, signal: controller.signal });
    const light = rate.acquire();
    controller.abort();
    await expect(heavy).rejects.toThrow();
    await light;
  });

  test("leaves no listener when it is served", async () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000 });
    const { signal } = new AbortController();
    const times = await timesOf(rate, 3, 2000, { signal });
    expect(times).toEqual([0, 1000, 2000]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

test("close turns away those that wait and those that come, with its reason, and leaves no timer", async () => {
  const rate = new RateLimiter({ limit: 1, intervalMs: 1000 });
  const permit = rate.tryAcquire();
  const waiting = rate.acquire();
  rate.close();
  rate.close(new Error("too late"));
  await expect(waiting).rejects.toMatchObject({ name: "LimiterClosedError" });
  await expect(rate.run(() => 1)).rejects.toMatchObject({ name: "LimiterClosedError" });
  expect([rate.tryAcquire(), vi.getTimerCount(), rate.inspect()["closed"]]).toEqual([undefined, 0, true]);
  permit?.release();
});

test("maxWaiting sheds load", async () => {
  const rate = new RateLimiter({ limit: 1, intervalMs: 1000, maxWaiting: 1 });
  rate.tryAcquire();
  const waiting = rate.acquire();
  await expect(rate.acquire()).rejects.toMatchObject({ name: "QueueFullError", maxWaiting: 1 });
  await vi.advanceTimersByTimeAsync(1000);
  await waiting;
});

test("a permit is released once, and brings no token back", async () => {
  const rate = new RateLimiter({ limit: 1, intervalMs: 1000 });
  const permit = await rate.acquire();
  permit.release();
  expect(() => {
    permit.release();
  }).toThrow("released before");
  expect(() => {
    permit[Symbol.dispose]();
  }).not.toThrow();
  expect(rate.tryAcquire()).toBeUndefined();
  rate.tryAcquire()?.[Symbol.dispose]();
});

describe("a clock that misbehaves", () => {
  test("going back counts as standing still", () => {
    const clock = vi.spyOn(performance, "now").mockReturnValue(1_000_000);
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000, strict: true });
    rate.tryAcquire();
    clock.mockReturnValue(1_000_600);
    expect(rate.tryAcquire()).toBeUndefined();
    clock.mockReturnValue(0);
    expect(rate.tryAcquire()).toBeUndefined();
    clock.mockReturnValue(399);
    expect(rate.tryAcquire()).toBeUndefined();
    clock.mockReturnValue(400);
    expect(rate.tryAcquire()).toBeDefined();
  });

  test("a timer that fires early is set again", async () => {
    const start = performance.now();
    const rate = new RateLimiter({ limit: 1, intervalMs: 100 });
    rate.tryAcquire();
    let served = false;
    void rate.acquire().then(() => (served = true));
    const clock = vi.spyOn(performance, "now").mockReturnValue(start + 99.4);
    await vi.advanceTimersByTimeAsync(100);
    expect([served, vi.getTimerCount()]).toEqual([false, 1]);
    clock.mockReturnValue(start + 100.1);
    await vi.advanceTimersByTimeAsync(1);
    expect(served).toBe(true);
  });
});

test("sums of fractions make nobody wait for a rounding error", async () => {
  const rate = new RateLimiter({ limit: 30, intervalMs: 1000, burst: 2 });
  const times = await timesOf(rate, 602, 20_000);
  expect([times.length, times[31], times[601]]).toEqual([602, 1000, 20_000]);
});

test("it is at rest when a new one would behave the same, so that KeyedLimiter drops it then and not before", async () => {
  const perHost = new KeyedLimiter(
    (host: string) => host,
    () => new RateLimiter({ limit: 1, intervalMs: 1000 }),
  );
  (await perHost.acquire({ item: "a" })).release();
  expect([perHost.size, perHost.tryAcquire({ item: "a" })]).toEqual([1, undefined]);
  await vi.advanceTimersByTimeAsync(1000);
  perHost.tryAcquire({ item: "b" });
  expect(Object.keys(perHost.inspect()["limiters"] as object)).toEqual(["b"]);
});

describe("with the helpers", () => {
  test("it is refused alone, because it bounds nothing in flight", () => {
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000 });
    expect(() => mapLimit([1], rate, (n) => n)).toThrow("write `combine(50, limiter)`");
    expect(() => limited(rate, (n: number) => n)).toThrow("write `combine(50, limiter)`");
  });

  test("in a combination it comes last, whatever the order", async () => {
    const rate = new RateLimiter({ limit: 3, intervalMs: 1000 });
    const both = combine(rate, 1);
    expect(both.capacity).toBe(1);
    const held = await both.acquire();
    const waiting = both.acquire();
    await vi.advanceTimersByTimeAsync(0);
    expect(rate.available).toBe(2);
    held.release();
    await waiting;
    expect(rate.available).toBeCloseTo(1);
  });

  test("a number in a combination counts tasks, whatever their weight", async () => {
    const tokens = new RateLimiter({ limit: 1000, intervalMs: 1000 });
    const start = performance.now();
    const ends = mapLimit([600, 400, 500], combine(2, tokens), () => performance.now() - start, {
      weight: (cost) => cost,
    });
    await vi.advanceTimersByTimeAsync(500);
    expect(await ends).toEqual([0, 0, 500]);
  });

  test("run and wrap start at once if it is time, and say how the task ended", async () => {
    const events: unknown[] = [];
    const onMessage = (event: unknown): void => void events.push(event);
    for (const name of ["acquire", "wait", "release", "reject"]) subscribe(`floodgate:${name}`, onMessage);
    const rate = new RateLimiter({ limit: 1, intervalMs: 1000, name: "api" });
    const get = rate.wrap((status: number) => ({ status }));
    let started = false;
    void rate.run(() => (started = true));
    expect(started).toBe(true);
    const second = get(429);
    await vi.advanceTimersByTimeAsync(1000);
    await second;
    rate.close();
    await expect(get(200)).rejects.toThrow();
    for (const name of ["acquire", "wait", "release", "reject"]) unsubscribe(`floodgate:${name}`, onMessage);
    const who = { limiter: rate, name: "api", weight: 1 };
    expect(events).toEqual([
      { ...who, waitedMs: 0 },
      { ...who, waiting: 1 },
      { ...who, outcome: "success", heldMs: 0 },
      { ...who, waitedMs: 1000 },
      { ...who, outcome: "overload", heldMs: 0 },
      { ...who, error: expect.objectContaining({ name: "LimiterClosedError" }) as unknown },
    ]);
  });
});

test("it says what it is doing", () => {
  const rate = new RateLimiter({ limit: 4, intervalMs: 1000, name: "api" });
  rate.tryAcquire({ weight: 3 });
  expect(rate.inspect()).toEqual({
    kind: "RateLimiter",
    name: "api",
    available: 1,
    waiting: 0,
    pausedForMs: 0,
    closed: false,
  });
});

test.for<[Partial<Record<keyof RateLimiterOptions, unknown>>, string]>([
  [{ limit: 0 }, "Expected `limit` to be an integer from 1 and up, got `0` (number)"],
  [{ limit: 1.5 }, "Expected `limit` to be an integer from 1 and up, got `1.5` (number)"],
  [{ limit: Infinity }, "Expected `limit` to be an integer from 1 and up, got `Infinity` (number)"],
  [{ limit: "5" }, "Expected `limit` to be an integer from 1 and up, got `5` (string)"],
  [{ intervalMs: -1 }, "Expected `intervalMs` to be a number of milliseconds above 0, got `-1` (number)"],
  [{ intervalMs: NaN }, "Expected `intervalMs` to be a number of milliseconds above 0, got `NaN` (number)"],
  [{ intervalMs: 0 }, "Expected `intervalMs` to be"],
  [{ intervalMs: Infinity }, "Expected `intervalMs` to be"],
  [{ intervalMs: undefined }, "Expected `intervalMs` to be"],
  [{ burst: 0 }, "Expected `burst` to be an integer from 1 and up, got `0` (number)"],
  [
    { burst: 5, strict: true },
    "Expected `burst` to be absent, because the limit is strict, got `5` (number)",
  ],
  [{ maxWaiting: -1 }, "Expected `maxWaiting` to be"],
  [{ also: {} }, "Expected `also` to be an array of rates"],
  [{ also: [{ limit: 1, intervalMs: -5 }] }, "Expected `intervalMs` to be"],
  [{ also: [7] }, "Expected `rate` to be an object with `limit` and `intervalMs`, got `7` (number)"],
])("%o is refused when it is made", ([options, message]) => {
  expect(() => new RateLimiter({ limit: 1, intervalMs: 1000, ...options } as RateLimiterOptions)).toThrow(
    message,
  );
});
