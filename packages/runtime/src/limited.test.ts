import { AsyncLocalStorage } from "node:async_hooks";
import { expect, expectTypeOf, test } from "vitest";
import { deferred, type Deferred } from "./deferred.ts";
import { combine, KeyedLimiter, limited, Semaphore } from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("at most n calls run at once, first come first served, the first ones synchronously", async () => {
  const started: number[] = [];
  const ends: Deferred<string>[] = [];
  const load = limited(2, (n: number) => {
    started.push(n);
    const end = deferred<string>();
    ends.push(end);
    return end.promise;
  });
  const all = Promise.all([1, 2, 3].map(load));
  expect(started).toEqual([1, 2]);
  ends[1]?.resolve("b");
  await settle();
  expect(started).toEqual([1, 2, 3]);
  ends[0]?.resolve("a");
  ends[2]?.resolve("c");
  expect(await all).toEqual(["a", "b", "c"]);
});

test("this and all arguments are passed on", async () => {
  const shop = {
    tax: 2,
    price: limited(1, function (this: { tax: number }, ...net: number[]) {
      return net.map((n) => n * this.tax);
    }),
  };
  expect(await Promise.all([shop.price(1), shop.price(2, 3)])).toEqual([[2], [4, 6]]);
});

test("calls are independent: one that fails, also synchronously, stops no other", async () => {
  const half = limited(1, (n: number) => {
    if (n % 2) throw new Error("odd");
    return n / 2;
  });
  const ends = await Promise.allSettled([1, 2, 3, 4].map((n) => half(n)));
  expect(ends.map((end) => end.status)).toEqual(["rejected", "fulfilled", "rejected", "fulfilled"]);
});

test("a call that waits sees the async context of its own caller", async () => {
  const storage = new AsyncLocalStorage<number>();
  const context = limited(1, async () => {
    await settle();
    return storage.getStore();
  });
  expect(await Promise.all([1, 2, 3].map((n) => storage.run(n, context)))).toEqual([1, 2, 3]);
});

test("a limiter is shared, and gets its permits back", async () => {
  const two = new Semaphore(2);
  const load = limited(two, (n: number) => Promise.resolve(n));
  const all = [1, 2, 3].map(load);
  expect([two.active, two.waiting]).toEqual([2, 1]);
  expect(await Promise.all(all)).toEqual([1, 2, 3]);
  expect(two.active).toBe(0);
});

test("a call whose limit cannot be found rejects, and stops no loop that makes calls", async () => {
  const perHost = new KeyedLimiter(
    (url: string) => new URL(url).host,
    () => new Semaphore(1),
  );
  const load = limited(combine(5, perHost), (url: string) => Promise.reject(new Error(`no ${url}`)));
  const ends = await Promise.allSettled(["http://a", "nonsense", "http://b"].map(load));
  expect(ends.map((end) => (end as PromiseRejectedResult).reason as Error)).toEqual([
    new Error("no http://a"),
    expect.objectContaining({ code: "ERR_INVALID_URL" }),
    new Error("no http://b"),
  ]);
  expect(perHost.size).toBe(0);
});

test("types of this, arguments and result are kept", () => {
  const load = limited(1, (id: string, depth?: number) => Promise.resolve({ id, depth }));
  expectTypeOf(load).parameters.toEqualTypeOf<[id: string, depth?: number | undefined]>();
  expectTypeOf(load).returns.resolves.toEqualTypeOf<{ id: string; depth: number | undefined }>();
});

test("bad arguments throw at once", () => {
  expect(() => limited(0, () => 1)).toThrow(
    "Expected `concurrency` to be an integer from 1 and up or `Infinity`, got `0`",
  );
  expect(() => limited(1, "load" as never)).toThrow("Expected `fn` to be a function, got `load` (string)");
  expect(() => limited(new Semaphore(Infinity), () => 1)).toThrow(
    "of finite capacity (write `combine(50, limiter)`)",
  );
});
