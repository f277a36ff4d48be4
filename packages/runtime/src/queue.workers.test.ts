import { describe, expect, test } from "vitest";
import { QueueClosedError } from "./errors.ts";
import { forEachLimit } from "./for-each-limit.ts";
import { Queue } from "./queue.ts";

/** Lets every promise callback that is due run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("workers are forEachLimit", () => {
  test("which takes an item when it has room, and ends when the queue is closed and empty", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    const started: number[] = [];
    const ends: (() => void)[] = [];
    const workers = forEachLimit(queue, 2, (n) => {
      started.push(n);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
    for (const n of [1, 2, 3, 4]) await queue.put(n);
    const fifth = queue.put(5);
    await turn();
    expect(started).toEqual([1, 2]);
    expect(queue.inspect()).toMatchObject({ size: 2, putting: 1 });
    ends[0]?.();
    await fifth;
    queue.close();
    for (let n = 1; n < 5; n++) {
      await turn();
      ends[n]?.();
    }
    await workers;
    expect(started).toEqual([1, 2, 3, 4, 5]);
  });

  test("a worker that fails closes the queue, so that the producers hear of it", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const workers = forEachLimit(queue, 2, () => Promise.reject(new Error("no disk")));
    await queue.put(1);
    await expect(workers).rejects.toThrow("no disk");
    await expect(queue.put(2)).rejects.toThrow(QueueClosedError);
  });

  test("a queue that fails fails its workers", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const workers = forEachLimit(queue, 2, () => undefined);
    queue.fail(new Error("the source broke"));
    await expect(workers).rejects.toThrow("the source broke");
  });

  test("aborted workers take back their pull: with keepOpen, no item is lost", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const controller = new AbortController();
    const workers = forEachLimit(queue.values({ keepOpen: true }), 2, () => undefined, {
      signal: controller.signal,
    });
    await turn();
    controller.abort(new Error("shutting down"));
    await expect(workers).rejects.toThrow("shutting down");
    await queue.put(1);
    expect(await queue.take()).toBe(1);
  });

  test("join waits for what tracked workers have taken, failures included", async () => {
    const queue = new Queue<number>({ capacity: 5 });
    const handled: number[] = [];
    const handle = queue.tracked(async (n: number) => {
      await turn();
      if (n === 2) throw new Error("no 2");
      handled.push(n);
    });
    const workers = forEachLimit(queue, 2, handle, { stopOnError: false });
    for (const n of [1, 2, 3]) await queue.put(n);
    await queue.join();
    expect(handled).toEqual([1, 3]);
    queue.close();
    await expect(workers).rejects.toThrow(AggregateError);
  });
});
