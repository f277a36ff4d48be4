import { describe, expect, test } from "vitest";
import {
  combine,
  mapLimit,
  Semaphore,
  type AcquireOptions,
  type Limiter,
  type Outcome,
  type Permit,
} from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A rate limit of which the test is the clock. */
function rateLimit(log: string[]): Limiter & { allow: () => void } {
  const waiting: ((permit: Permit) => void)[] = [];
  const permit = { release: () => undefined, [Symbol.dispose]: () => undefined };
  const limiter = {
    capacity: Infinity,
    acquire: () => {
      log.push("rate");
      return new Promise<Permit>((resolve) => waiting.push(resolve));
    },
    tryAcquire: () => undefined,
    run: () => Promise.reject(new Error("not used")),
    wrap: () => () => Promise.reject(new Error("not used")),
    allow: () => waiting.shift()?.(permit),
  };
  return limiter;
}

const permit: Permit = { release: () => undefined, [Symbol.dispose]: () => undefined };

/** A limiter with nothing that it need not have. */
const bare = (): Limiter => ({
  capacity: 5,
  acquire: () => Promise.resolve(permit),
  run: () => Promise.reject(new Error("not used")),
  wrap: () => () => Promise.reject(new Error("not used")),
});

describe("a combination", () => {
  test("runs a task when all of its parts let it", async () => {
    const a = new Semaphore(1);
    const b = new Semaphore(2);
    const both = combine(a, b);
    expect(both.capacity).toBe(1);
    const permit = await both.acquire();
    expect([a.active, b.active]).toEqual([1, 1]);
    expect(both.tryAcquire?.()).toBeUndefined();
    expect(b.active).toBe(1);
    permit.release();
    expect([a.active, b.active, both.atRest]).toEqual([0, 0, true]);
    expect(() => {
      permit.release();
    }).toThrow("released before");
  });

  test("takes numbers, and combinations as their parts", async () => {
    const shared = new Semaphore(3);
    const nested = combine(combine(2, shared), shared);
    expect(nested.capacity).toBe(2);
    const permit = await nested.acquire();
    expect(shared.active).toBe(2);
    permit.release();
    expect(nested.inspect?.()).toMatchObject({ parts: [{ permits: 2 }, { permits: 3 }, { permits: 3 }] });
  });

  test("asks a rate limit last, so that no token ages while its task waits for room", async () => {
    const log: string[] = [];
    const room = new Semaphore(1);
    const both = combine(rateLimit(log), room);
    const held = await room.acquire();
    const waiting = both.acquire();
    await settle();
    expect(log).toEqual([]);
    held.release();
    await settle();
    expect(log).toEqual(["rate"]);
    expect(room.active).toBe(1);
    void waiting;
  });

  test("asks in one order, so that two combinations of the same parts do not wait for each other", async () => {
    const a = new Semaphore(1);
    const b = new Semaphore(1);
    const ab = combine(a, b);
    const ba = combine(b, a);
    const run = (limiter: Limiter): Promise<string> => limiter.run(() => settle().then(() => "done"));
    expect(await Promise.all([run(ab), run(ba), run(ab), run(ba)])).toEqual(["done", "done", "done", "done"]);
  });

  test("gives back what it took when a part rejects, or has nothing", async () => {
    const a = new Semaphore(1);
    const b = new Semaphore(1, { maxWaiting: 0 });
    const both = combine(a, b);
    const held = await b.acquire();
    await expect(both.acquire()).rejects.toThrow("Nobody else may wait");
    expect(both.tryAcquire?.()).toBeUndefined();
    expect(a.active).toBe(0);
    held.release();
  });

  test("reports the gravest outcome of its parts to all of them", async () => {
    const outcomes: (Outcome | undefined)[] = [];
    const judge = (verdict: Outcome): Limiter => {
      const semaphore = new Semaphore(1);
      semaphore.classify = () => verdict;
      const tryAcquire = semaphore.tryAcquire.bind(semaphore);
      semaphore.tryAcquire = (options?: AcquireOptions) => {
        const permit = tryAcquire(options);
        return (
          permit && {
            release: (outcome) => {
              outcomes.push(outcome);
              permit.release(outcome);
            },
            [Symbol.dispose]: () => undefined,
          }
        );
      };
      return semaphore;
    };
    const both = combine(judge("ignore"), judge("overload"), judge("success"));
    await both.run(() => 1);
    expect(outcomes).toEqual(["overload", "overload", "overload"]);
  });

  test("reports ignore where all of its parts do", () => {
    const ignoring = new Semaphore(1);
    ignoring.classify = () => "ignore";
    const both = combine(ignoring, ignoring);
    expect(both.classify?.(undefined, 1)).toBe("ignore");
  });

  test("gives back what it took to be ignored, the last part first", async () => {
    const log: unknown[] = [];
    const part = (name: string, rejects = false): Limiter => ({
      ...bare(),
      acquire: () =>
        rejects
          ? Promise.reject(new Error("full"))
          : Promise.resolve({
              release: (outcome) => log.push([name, outcome]),
              [Symbol.dispose]: () => undefined,
            } satisfies Permit),
    });
    await expect(combine(part("a"), part("b"), part("c", true)).acquire()).rejects.toThrow("full");
    expect(log).toEqual([
      ["b", "ignore"],
      ["a", "ignore"],
    ]);
  });

  test("counts tasks where it was given a number, whatever their weight", async () => {
    const tokens = new Semaphore(100);
    const both = combine(2, tokens);
    const permit = await both.acquire({ weight: 50 });
    expect(tokens.active).toBe(50);
    const second = both.tryAcquire?.({ weight: 50 });
    expect(tokens.active).toBe(100);
    permit.release();
    second?.release();
    expect(both.atRest).toBe(true);
  });

  test("lets a heavy task stop waiting for its number, as any other", async () => {
    const one = combine(1);
    await one.acquire();
    const controller = new AbortController();
    const heavy = one.acquire({ weight: 50, signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(heavy).rejects.toThrow("enough");
  });

  test("hands on who asks and how much it takes to parts that count it", async () => {
    const asked: unknown[] = [];
    const part: Limiter = { ...bare(), acquire: (options) => (asked.push(options), Promise.resolve(permit)) };
    await combine(2, part).acquire({ weight: 3, priority: 1, item: "an item" });
    await combine(2, part).acquire();
    expect(asked).toEqual([{ weight: 3, priority: 1, item: "an item" }, undefined]);
  });

  test("cannot say at once when one of its parts cannot", () => {
    expect(combine(2, bare())).toHaveProperty("tryAcquire", undefined);
  });

  test("is at rest when all its parts are; one that does not say is", () => {
    const busy = new Semaphore(1);
    const idle = new Semaphore(1);
    busy.tryAcquire();
    expect(combine(idle, busy).atRest).toBe(false);
    expect(combine(idle, bare()).atRest).toBe(true);
  });

  test("bounds a helper", async () => {
    let running = 0;
    let peak = 0;
    await mapLimit([1, 2, 3, 4, 5], combine(4, new Semaphore(2)), async () => {
      peak = Math.max(peak, ++running);
      await settle();
      running--;
    });
    expect(peak).toBe(2);
  });

  test("says what it is doing", () => {
    expect(combine(2, new Semaphore(3, { name: "db" })).inspect?.()).toMatchObject({
      kind: "combine",
      capacity: 2,
      parts: [{ permits: 2 }, { name: "db" }],
    });
    expect(combine(bare()).inspect?.()).toEqual({ kind: "combine", capacity: 5, parts: [undefined] });
  });

  test("needs at least one part, and only limiters", () => {
    expect(() => combine()).toThrow("Expected `limits` to be at least one limiter or number");
    expect(() => combine(1, "2" as never)).toThrow("Expected `limits` to be limiters");
    expect(() => combine(null as never)).toThrow("Expected `limits` to be limiters");
    expect(() => combine(0)).toThrow(
      new RangeError("Expected `limits` to be an integer from 1 and up or `Infinity`, got `0` (number)"),
    );
  });
});
