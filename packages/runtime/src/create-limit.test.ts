import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import { createLimit } from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("at most n tasks run at once, first come first served, counted while they do", async () => {
  const limit = createLimit(2);
  const ends = [deferred(), deferred(), deferred()];
  const started: number[] = [];
  const all = ends.map((end, i) =>
    limit(() => {
      started.push(i);
      return end.promise;
    }),
  );
  await settle();
  expect([started, limit.activeCount, limit.pendingCount]).toEqual([[0, 1], 2, 1]);
  ends[0]?.resolve();
  await settle();
  expect([started, limit.activeCount, limit.pendingCount]).toEqual([[0, 1, 2], 2, 0]);
  ends[1]?.resolve();
  ends[2]?.resolve();
  await Promise.all(all);
  expect(limit.activeCount).toBe(0);
});

test("a task never starts before its caller's turn is over, as in p-limit", async () => {
  const limit = createLimit(1);
  let started = false;
  const task = limit(() => (started = true));
  expect(started).toBe(false);
  expect(await task).toBe(true);
});

test("arguments after the function are passed to it", async () => {
  expect(await createLimit(1)((a: number, b: string) => `${String(a)}${b}`, 1, "b")).toBe("1b");
});

test("clearQueue rejects what waits with an AbortError, and running tasks go on", async () => {
  const limit = createLimit(1);
  const end = deferred<string>();
  const running = limit(() => end.promise);
  const waiting = limit(() => "never");
  await settle();
  limit.clearQueue();
  await expect(waiting).rejects.toMatchObject({
    name: "AbortError",
    message: "The queue of this limit was cleared.",
  });
  end.resolve("done");
  expect(await running).toBe("done");
  expect([limit.activeCount, limit.pendingCount]).toEqual([0, 0]);
  expect(await limit(() => "next")).toBe("next");
});

test("nobody has to listen to a task that is cleared", async () => {
  const limit = createLimit(1);
  const end = deferred();
  const running = limit(() => end.promise);
  void limit(() => "never");
  limit.clearQueue();
  await settle();
  end.resolve();
  await running;
});

test("raising the concurrency starts waiting tasks, lowering it stops none", async () => {
  const limit = createLimit(1);
  const ends = [deferred(), deferred(), deferred()];
  const all = ends.map((end) => limit(() => end.promise));
  limit.concurrency = 2;
  await settle();
  expect([limit.concurrency, limit.activeCount, limit.pendingCount]).toEqual([2, 2, 1]);
  limit.concurrency = 1;
  ends[0]?.resolve();
  await settle();
  expect([limit.activeCount, limit.pendingCount]).toEqual([1, 1]);
  ends[1]?.resolve();
  ends[2]?.resolve();
  await Promise.all(all);
});

test("map is Promise.all through the limit, with the index", async () => {
  const limit = createLimit(2);
  expect(await limit.map(new Set(["a", "b"]), (item, index) => `${item}${String(index)}`)).toEqual([
    "a0",
    "b1",
  ]);
});

test("a queue that moves is never taken for one that hangs, however long somebody waits", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const limit = createLimit(1);
  const ends = Array.from({ length: 5 }, () => deferred());
  const all = ends.map((end) => limit(() => end.promise));
  for (const end of ends) {
    vi.advanceTimersByTime(29_000);
    end.resolve();
    await settle();
  }
  await Promise.all(all);
  expect(warned).not.toHaveBeenCalled();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a task sees the async context of its caller, a waiting one too", async () => {
  const storage = new AsyncLocalStorage<number>();
  const limit = createLimit(1);
  const seen = [1, 2, 3].map((n) => storage.run(n, () => limit(() => storage.getStore())));
  expect(await Promise.all(seen)).toEqual([1, 2, 3]);
});

test("bad arguments throw at once", () => {
  expect(() => createLimit(1.5)).toThrow(
    "Expected `concurrency` to be an integer from 1 and up or `Infinity`",
  );
  expect(() => (createLimit(1).concurrency = 0)).toThrow(
    new RangeError("Expected `concurrency` to be an integer from 1 and up or `Infinity`, got `0` (number)"),
  );
  expect(() => createLimit(1)(undefined as never)).toThrow("Expected `fn` to be a function");
  expect(() => createLimit(1).map(null as never, () => 1)).toThrow("Expected `items` to be an iterable");
});
