/**
 * Our `Queue` beside Python's `asyncio.Queue` (3.13) and Deno's `Channel` (`@std/async`, unstable, 2026): where it does
 * what they do, and where it differs on purpose.
 */
import { describe, expect, test } from "vitest";
import { QueueClosedError } from "./errors.ts";
import { Queue } from "./queue.ts";

describe("as asyncio.Queue", () => {
  test("put and get wait; put_nowait and get_nowait do not (tryPut, tryTake)", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const got = queue.take();
    expect(queue.tryPut(1)).toBe(true); // handed over
    expect(await got).toBe(1);
    expect(queue.tryPut(2)).toBe(true);
    expect(queue.tryPut(3)).toBe(false); // QueueFull
    expect(queue.tryTake()).toEqual({ value: 2 });
    expect(queue.tryTake()).toBeUndefined(); // QueueEmpty
  });

  test("task_done and join (done, join): too many is an error", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    const joined = queue.join();
    await queue.take();
    queue.done();
    await joined;
    expect(() => {
      queue.done();
    }).toThrow();
  });

  test("shutdown() (close): puts fail, what is inside can be taken, then takes fail", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    const blocked = queue.put(2);
    queue.close();
    await expect(blocked).rejects.toThrow(QueueClosedError);
    expect(await queue.take()).toBe(1);
    await expect(queue.take()).rejects.toThrow(QueueClosedError);
  });

  test("shutdown(immediate=True) (fail): what is inside is discarded", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    queue.fail(new Error("stop"));
    expect(queue.size).toBe(0);
    await expect(queue.take()).rejects.toThrow("stop");
  });

  test("differs: fail rejects join, which in asyncio resolves as if the work were done", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    const joined = queue.join();
    queue.fail(new Error("stop"));
    await expect(joined).rejects.toThrow("stop");
  });

  test("differs: a capacity of 0 is refused, where asyncio takes it for no limit", () => {
    expect(() => new Queue({ capacity: 0 })).toThrow(RangeError);
  });

  test("differs: a freed place goes to the producer that waits, where in asyncio a later put_nowait may steal it", () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    void queue.put(2);
    queue.tryTake();
    expect(queue.tryPut(3)).toBe(false);
    expect(queue.tryTake()).toEqual({ value: 2 });
  });

  test("differs: done counts items taken, where asyncio counts items put", () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    expect(() => {
      queue.done();
    }).toThrow(RangeError);
  });
});

describe("as Deno's Channel", () => {
  test("FIFO; senders and receivers are served in the order they came", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(0);
    const sent = [1, 2, 3].map((n) => queue.put(n));
    for (const n of [0, 1, 2, 3]) expect(await queue.take()).toBe(n);
    await Promise.all(sent);
    const order: number[] = [];
    const received = [1, 2, 3].map(async () => order.push(await queue.take()));
    for (const n of [10, 20, 30]) await queue.put(n);
    await Promise.all(received);
    expect(order).toEqual([10, 20, 30]);
  });

  test("size and closed; close is idempotent", () => {
    const queue = new Queue<number>({ capacity: 8 });
    queue.tryPut(1);
    expect([queue.capacity, queue.size, queue.closed]).toEqual([8, 1, false]);
    queue.close();
    queue.close();
    expect(queue.closed).toBe(true);
  });

  test("receive drains the buffer before it rejects; close rejects pending senders and receivers", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    queue.tryPut(1);
    queue.tryPut(2);
    const sender = queue.put(3);
    queue.close();
    await expect(sender).rejects.toThrow(QueueClosedError);
    expect([await queue.take(), await queue.take()]).toEqual([1, 2]);
    await expect(queue.take()).rejects.toThrow(QueueClosedError);
  });

  test("undefined can be told from nothing in tryReceive (tryTake)", () => {
    const queue = new Queue<undefined>({ capacity: 1 });
    expect(queue.tryTake()).toBeUndefined();
    queue.tryPut(undefined);
    expect(queue.tryTake()).toEqual({ value: undefined });
  });

  test("an aborted sender or receiver is removed, and the next one is served", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const controller = new AbortController();
    const first = queue.take({ signal: controller.signal });
    const second = queue.take();
    controller.abort(new Error("cancelled"));
    await expect(first).rejects.toThrow("cancelled");
    await queue.put(42);
    expect(await second).toBe(42);
  });

  test("iteration ends when the queue is closed and drained, and rethrows a reason (fail)", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    queue.tryPut(1);
    queue.close();
    const seen: number[] = [];
    for await (const n of queue) seen.push(n);
    expect(seen).toEqual([1]);

    const failed = new Queue<number>({ capacity: 2 });
    failed.fail(new Error("upstream"));
    await expect(failed.values().next()).rejects.toThrow("upstream");
  });

  test("differs: no capacity of 0, and no default: a bound is said, not guessed", () => {
    expect(() => new Queue({ capacity: 0 })).toThrow(RangeError);
    expect(() => new Queue({} as { capacity: number })).toThrow(TypeError);
  });

  test("differs: Infinity is a capacity, said out loud", () => {
    expect(new Queue({ capacity: Infinity }).capacity).toBe(Infinity);
  });

  test("differs: trySend (tryPut) throws when closed, where Deno gives false: a retry loop would never end", () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.close();
    expect(() => queue.tryPut(1)).toThrow(QueueClosedError);
  });

  test("differs: an aborted signal rejects even where there is room, where Deno ignores it", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    await expect(queue.put(1, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(queue.size).toBe(0);
  });

  test("differs: fail discards what is inside, where Deno's close(reason) lets it be received first", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.tryPut(1);
    queue.fail(new Error("reason"));
    await expect(queue.take()).rejects.toThrow("reason");
  });

  test("differs: leaving a loop closes the queue unless told to keep it open", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    queue.tryPut(1);
    for await (const _ of queue) break;
    expect(queue.closed).toBe(true);
  });
});
