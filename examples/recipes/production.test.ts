import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { service } from "./production.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const ids = (count: number) => Array.from({ length: count }, (_, n) => n);
const statuses = (ends: readonly PromiseSettledResult<unknown>[]) => ends.map(({ status }) => status);

test("a hundred at once, for all callers together", async () => {
  let running = 0;
  let peak = 0;
  const users = service(async () => {
    peak = Math.max(peak, ++running);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running--;
  });
  const ends = Promise.all([users.loadAll(ids(300)), users.loadAll(ids(300))]);
  await vi.runAllTimersAsync();
  expect((await ends).flatMap(statuses)).toEqual(Array(600).fill("fulfilled"));
  expect(peak).toBe(100);
});

test("a hiccup is tried again, three times at most", async () => {
  const attempts = new Map<number, number>();
  const users = service(async (id) => {
    const made = (attempts.get(id) ?? 0) + 1;
    attempts.set(id, made);
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (id === 1 && made < 4) throw new Error("hiccup");
  });
  const ends = users.loadAll([0, 1, 2]);
  await vi.runAllTimersAsync();
  expect(statuses(await ends)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  expect(attempts.get(1)).toBe(4);
});

test("a service that is down is left alone for half a minute, and tried with one call then", async () => {
  let calls = 0;
  let isDown = true;
  const users = service(async () => {
    calls++;
    await Promise.resolve();
    if (isDown) throw new Error("down");
  });
  const down = users.loadAll(ids(50));
  await vi.advanceTimersByTimeAsync(29_000);
  expect(calls).toBe(50); // The first attempts had begun already; no second one is made.
  expect(users.breaker.state).toBe("open");
  isDown = false;
  await vi.runAllTimersAsync();
  expect(statuses(await down)).toEqual(Array(50).fill("fulfilled"));
});

test("an attempt has 30 s, and its slot is free when it has really ended", async () => {
  const users = service(
    (_id, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => setTimeout(() => reject(new Error("ended late")), 5000));
      }),
  );
  const end = users.loadAll([1]);
  await vi.advanceTimersByTimeAsync(30_001);
  expect(users.limiter.active).toBe(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(users.limiter.active).toBeLessThanOrEqual(1);
  await vi.runAllTimersAsync();
  expect(await end).toMatchObject([{ status: "rejected", reason: { name: "TimeoutError" } }]);
  await users.close();
  expect(statuses(await users.loadAll([2]))).toEqual(["rejected"]);
});
