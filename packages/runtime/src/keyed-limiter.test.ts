import { describe, expect, test } from "vitest";
import { deferred } from "./deferred.ts";
import { combine, KeyedLimiter, limited, mapLimit, Semaphore, type Limiter, type Permit } from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const perHost = (): KeyedLimiter<{ host: string }, string> =>
  new KeyedLimiter(
    ({ host }: { host: string }) => host,
    () => new Semaphore(1),
  );

const permit: Permit = { release: () => undefined, [Symbol.dispose]: () => undefined };

/** A limiter with nothing that it need not have. */
const bare = (): Limiter => ({
  capacity: 5,
  acquire: () => Promise.resolve(permit),
  run: () => Promise.reject(new Error("not used")),
  wrap: () => () => Promise.reject(new Error("not used")),
});

describe("a keyed limiter", () => {
  test("bounds each key by itself", async () => {
    const keyed = perHost();
    const a = await keyed.acquire({ item: { host: "a" } });
    const b = await keyed.acquire({ item: { host: "b" } });
    expect(keyed.tryAcquire({ item: { host: "a" } })).toBeUndefined();
    const next = keyed.acquire({ item: { host: "a" } });
    a.release();
    (await next).release();
    b.release();
  });

  test("drops the keys nobody uses", async () => {
    const keyed = perHost();
    const permit = await keyed.acquire({ item: { host: "a" } });
    expect([keyed.size, keyed.atRest]).toEqual([1, false]);
    permit.release();
    expect([keyed.size, keyed.atRest]).toEqual([0, true]);
    expect(() => {
      permit.release();
    }).toThrow("released before");
  });

  test("keeps a key whose limiter still counts, until it does no longer", () => {
    let atRest = false;
    const counting = (): Limiter => Object.defineProperty(new Semaphore(1), "atRest", { get: () => atRest });
    const keyed = new KeyedLimiter((key: string) => key, counting);
    keyed.tryAcquire({ item: "a" })?.release();
    keyed.tryAcquire({ item: "b" })?.release();
    expect(keyed.size).toBe(2);
    atRest = true;
    keyed.tryAcquire({ item: "c" })?.release();
    expect(keyed.size).toBe(0);
  });

  test("keeps a key while somebody uses it, whose limiter need not say whether it is at rest", async () => {
    const made: string[] = [];
    const keyed = new KeyedLimiter(
      (key: string) => key,
      (key) => {
        made.push(key);
        return { ...bare(), tryAcquire: () => permit };
      },
    );
    const first = keyed.tryAcquire({ item: "a" });
    const second = await keyed.acquire({ item: "a" });
    first?.release();
    expect([made, keyed.size]).toEqual([["a"], 1]);
    second.release();
    expect([made, keyed.size]).toEqual([["a"], 0]);
  });

  test("does not say at once where the limiter of a key cannot, and keeps no key for it", () => {
    const keyed = new KeyedLimiter((key: string) => key, bare);
    expect(keyed.tryAcquire({ item: "a" })).toBeUndefined();
    expect(keyed.size).toBe(0);
  });

  test("judges how a task ended as every limiter does", () => {
    expect(perHost().classify(undefined, { status: 429 })).toBe("overload");
  });

  test("drops the key of an acquire that was rejected, or threw", async () => {
    const keyed = perHost();
    const signal = AbortSignal.abort(new Error("early"));
    await expect(keyed.acquire({ item: { host: "a" }, signal })).rejects.toThrow("early");
    expect(() => keyed.acquire({ item: { host: "a" }, weight: 2 })).toThrow(RangeError);
    expect(() => keyed.tryAcquire({ item: { host: "a" }, weight: 2 })).toThrow(RangeError);
    expect(keyed.size).toBe(0);
  });

  test("gets the item from mapLimit, and the first argument from limited and wrap", async () => {
    const keyed = perHost();
    const both = combine(5, keyed);
    const running = new Map<string, number>();
    let peak = 0;
    const load = async ({ host }: { host: string }): Promise<string> => {
      const now = (running.get(host) ?? 0) + 1;
      peak = Math.max(peak, now);
      running.set(host, now);
      await settle();
      running.set(host, now - 1);
      return host;
    };
    const items = ["a", "a", "b", "a"].map((host) => ({ host }));
    const hosts = ["a", "a", "b", "a"];
    expect(await mapLimit(items, both, load)).toEqual(hosts);
    expect(await Promise.all(items.map(limited(both, load)))).toEqual(hosts);
    expect(await Promise.all(items.map(keyed.wrap(load)))).toEqual(hosts);
    expect(peak).toBe(1);
    expect(keyed.size).toBe(0);
  });

  test("says what it is doing", async () => {
    const keyed = perHost();
    const end = deferred();
    const task = keyed.run(() => end.promise, { item: { host: "a" } });
    expect(keyed.inspect()).toMatchObject({ kind: "KeyedLimiter", size: 1, limiters: { a: { active: 1 } } });
    end.resolve();
    await task;
    const unspoken = new KeyedLimiter((key: string) => key, bare);
    await unspoken.acquire({ item: "a" });
    expect(unspoken.inspect()).toEqual({ kind: "KeyedLimiter", size: 1, limiters: { a: undefined } });
  });

  test("needs two functions", () => {
    expect(() => new KeyedLimiter(1 as never, bare)).toThrow("Expected `keyOf` to be a function");
    expect(() => new KeyedLimiter(() => 1, 1 as never)).toThrow("Expected `create` to be a function");
  });

  test("is refused alone, because it does not bound how many keys there are", () => {
    expect(() => mapLimit([{ host: "a" }], perHost(), () => 1)).toThrow("write `combine(50, limiter)`");
  });
});
