import { AsyncLocalStorage } from "node:async_hooks";
import { getEventListeners } from "node:events";
import { describe, expect, test, vi } from "vitest";
import { QueueClosedError } from "./errors.ts";
import { Queue } from "./queue.ts";

/** Lets every promise callback that is due run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** How a promise stands now, without waiting for it. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = "pending";
  promise.then(
    () => (state = "resolved"),
    () => (state = "rejected"),
  );
  await turn();
  return state;
}

function queueOf<T>(capacity: number, ...items: T[]): Queue<T> {
  const queue = new Queue<T>({ capacity });
  for (const item of items) queue.tryPut(item);
  return queue;
}

describe("put and take", () => {
  test("items leave in the order they came", async () => {
    const queue = queueOf(3, "a", "b", "c");
    expect([await queue.take(), await queue.take(), await queue.take()]).toEqual(["a", "b", "c"]);
  });

  test("order is kept while the buffer grows and wraps around", async () => {
    const queue = new Queue<number>({ capacity: Infinity });
    const out: number[] = [];
    for (let n = 0; n < 1000; n++) {
      queue.tryPut(n);
      if (n % 3 === 0) out.push(await queue.take());
    }
    while (queue.size > 0) out.push(await queue.take());
    expect(out).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  });

  test("put waits while the queue is full, and gets in when an item leaves", async () => {
    const queue = queueOf(1, 1);
    const second = queue.put(2);
    expect(await stateOf(second)).toBe("pending");
    expect(queue.inspect()).toMatchObject({ size: 1, putting: 1 });
    expect(await queue.take()).toBe(1);
    await second;
    expect(queue.inspect()).toMatchObject({ size: 1, putting: 0 });
  });

  test("take waits while the queue is empty, and gets the next item", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const taken = queue.take();
    expect(await stateOf(taken)).toBe("pending");
    await queue.put(1);
    expect(await taken).toBe(1);
    expect(queue.size).toBe(0);
  });

  test("undefined, null and false are items like any other", async () => {
    const queue = queueOf<unknown>(3, undefined, null, false);
    expect([await queue.take(), queue.tryTake(), await queue.take()]).toEqual([
      undefined,
      { value: null },
      false,
    ]);
  });

  test("waiting producers and consumers are served first come, first served", async () => {
    const queue = queueOf(1, 0);
    const puts = [1, 2, 3].map((n) => queue.put(n));
    expect([await queue.take(), await queue.take(), await queue.take(), await queue.take()]).toEqual([
      0, 1, 2, 3,
    ]);
    await Promise.all(puts);
    const takes = Promise.all([queue.take(), queue.take()]);
    await queue.put(4);
    await queue.put(5);
    expect(await takes).toEqual([4, 5]);
  });

  test("nobody who comes later gets in before a producer that waits", async () => {
    const queue = queueOf(1, 1);
    const waiting = queue.put(2);
    expect(queue.tryPut(3)).toBe(false);
    await queue.take();
    expect(queue.tryPut(3)).toBe(false);
    await waiting;
    expect(await queue.take()).toBe(2);
  });

  test("tryPut says whether there was room; tryTake says whether there was an item", () => {
    const queue = new Queue<number>({ capacity: 1 });
    expect(queue.tryTake()).toBeUndefined();
    expect(queue.tryPut(1)).toBe(true);
    expect(queue.tryPut(2)).toBe(false);
    expect(queue.tryTake()).toEqual({ value: 1 });
  });

  test.for([[0], [-1], [1.5], [Number.NaN], ["3"], [undefined]])(
    "a capacity of %s is refused",
    ([capacity]) => {
      expect(() => new Queue({ capacity: capacity as number })).toThrow(
        `Expected \`capacity\` to be an integer from 1 and up or \`Infinity\`, got \`${String(capacity)}\``,
      );
    },
  );

  test("a missing capacity is refused, because it is the bound", () => {
    expect(() => new (Queue as unknown as new () => Queue<number>)()).toThrow("Expected `capacity`");
  });
});

describe("aborting", () => {
  test("a consumer that aborts does not use up an item", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const controller = new AbortController();
    const given = queue.take({ signal: controller.signal });
    const other = queue.take();
    controller.abort(new Error("enough"));
    await expect(given).rejects.toThrow("enough");
    await queue.put(1);
    expect(await other).toBe(1);
  });

  test("a producer that aborts leaves nothing behind", async () => {
    const queue = queueOf(1, 1);
    const controller = new AbortController();
    const aborted = queue.put(2, { signal: controller.signal });
    const kept = queue.put(3);
    controller.abort();
    await expect(aborted).rejects.toHaveProperty("name", "AbortError");
    expect([await queue.take(), await queue.take()]).toEqual([1, 3]);
    await kept;
  });

  test("the first, the middle and the last of those who wait can abort", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const controllers = [0, 1, 2, 3].map(() => new AbortController());
    const takes = controllers.map(({ signal }) => queue.take({ signal }));
    for (const n of [1, 3, 0]) {
      controllers[n]?.abort();
      await expect(takes[n]).rejects.toThrow();
    }
    expect(queue.inspect().taking).toBe(1);
    await queue.put(7);
    expect(await takes[2]).toBe(7);
  });

  test("a signal that is aborted already does nothing but reject, even when there is room", async () => {
    const queue = queueOf(2, 1);
    const signal = AbortSignal.abort();
    await expect(queue.put(2, { signal })).rejects.toHaveProperty("name", "AbortError");
    await expect(queue.take({ signal })).rejects.toHaveProperty("name", "AbortError");
    expect(queue.size).toBe(1);
  });

  test("a controller in the place of its signal is refused at once, and takes no item", () => {
    const queue = queueOf(1);
    const signal = new AbortController() as never;
    expect(() => queue.take({ signal })).toThrow("Expected `signal` to be an `AbortSignal`");
    expect(() => queue.put(1, { signal })).toThrow("Expected `signal` to be an `AbortSignal`");
    expect(queue.inspect()).toMatchObject({ size: 0, taking: 0, putting: 0 });
  });

  test("no listener is left on a signal, and a thousand waiters put one on it", async () => {
    const warned = vi.fn();
    process.on("warning", warned);
    const queue = new Queue<number>({ capacity: 1 });
    const { signal } = new AbortController();
    const takes = Array.from({ length: 1000 }, () => queue.take({ signal }));
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    for (let n = 0; n < 1000; n++) await queue.put(n, { signal });
    await Promise.all(takes);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await turn();
    expect(warned).not.toHaveBeenCalled();
    process.off("warning", warned);
  });
});

describe("close", () => {
  test("lets takers drain, then ends", async () => {
    const queue = queueOf(2, 1, 2);
    queue.close();
    expect([await queue.take(), await queue.take()]).toEqual([1, 2]);
    await expect(queue.take()).rejects.toThrow(QueueClosedError);
    expect(() => queue.tryTake()).toThrow(QueueClosedError);
  });

  test("rejects pending puts; their items are not in the queue", async () => {
    const queue = queueOf(1, 1);
    const pending = queue.put(2);
    queue.close();
    await expect(pending).rejects.toThrow(QueueClosedError);
    expect(await queue.take()).toBe(1);
    await expect(queue.take()).rejects.toThrow("closed and empty");
  });

  test("rejects pending takes and ends pending pulls of loops", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const taken = queue.take();
    const pulled = queue.values().next();
    queue.close();
    await expect(taken).rejects.toThrow(QueueClosedError);
    expect(await pulled).toEqual({ value: undefined, done: true });
  });

  test("refuses later puts; tryPut throws, because false would mean that trying again helps", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.close();
    await expect(queue.put(1)).rejects.toThrow(QueueClosedError);
    expect(() => queue.tryPut(1)).toThrow(QueueClosedError);
  });

  test("the error says what could not be done", async () => {
    const full = queueOf(1, 1);
    const empty = new Queue<number>({ capacity: 1 });
    const [late, idle] = [full.put(2), empty.take()];
    full.close();
    empty.close();
    const noPut = "Cannot put into a closed queue";
    const noTake = "Nothing to take: the queue is closed and empty";
    await expect(late).rejects.toThrow(noPut);
    await expect(full.put(3)).rejects.toThrow(noPut);
    expect(() => full.tryPut(3)).toThrow(noPut);
    await expect(idle).rejects.toThrow(noTake);
    await expect(empty.take()).rejects.toThrow(noTake);
    expect(() => empty.tryTake()).toThrow(noTake);
  });

  test("can be said twice", () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.close();
    queue.close();
    expect(queue.closed).toBe(true);
    expect(queue.inspect().state).toBe("closed");
  });
});

describe("fail", () => {
  const broken = new Error("the source broke");

  test("discards what is inside and rejects everyone who waits", async () => {
    const full = queueOf(1, 1);
    const put = full.put(2);
    const joined = full.join();
    full.fail(broken);
    await expect(put).rejects.toBe(broken);
    await expect(joined).rejects.toBe(broken);
    expect(full.size).toBe(0);

    const empty = new Queue<number>({ capacity: 1 });
    const taken = empty.take();
    const pulled = empty.values().next();
    empty.fail(broken);
    await expect(taken).rejects.toBe(broken);
    await expect(pulled).rejects.toBe(broken);
  });

  test("rejects everyone who comes later", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    queue.fail(broken);
    await expect(queue.put(1)).rejects.toBe(broken);
    await expect(queue.take()).rejects.toBe(broken);
    await expect(queue.join()).rejects.toBe(broken);
    expect(() => queue.tryPut(1)).toThrow(broken);
    expect(() => queue.tryTake()).toThrow(broken);
  });

  test("the first error counts, and a closed queue can still fail", async () => {
    const queue = queueOf(1, 1);
    queue.close();
    queue.fail(broken);
    queue.fail(new Error("another"));
    queue.close();
    await expect(queue.take()).rejects.toBe(broken);
    expect(queue.inspect().state).toBe("failed");
  });

  test("a loop throws the error once, and then has ended", async () => {
    const values = queueOf(1, 1).values();
    const queue = queueOf(1, 1);
    queue.fail(broken);
    const loop = queue.values();
    await expect(loop.next()).rejects.toBe(broken);
    expect(await loop.next()).toEqual({ value: undefined, done: true });
    expect(await values.next()).toEqual({ value: 1, done: false });
  });

  test("work that is out may still be reported", async () => {
    const queue = queueOf(1, 1);
    await queue.take();
    queue.fail(broken);
    queue.done();
    expect(queue.inspect().unfinished).toBe(0);
  });
});

describe("join and done", () => {
  test("join resolves when every item has been taken and reported", async () => {
    const queue = queueOf(2, 1, 2);
    const joined = queue.join();
    await queue.take();
    await queue.take();
    queue.done();
    expect(await stateOf(joined)).toBe("pending");
    queue.done();
    await joined;
  });

  test("as many inside as are out do not cancel each other out", async () => {
    const queue = queueOf(2, 1, 2);
    await queue.take();
    expect(await stateOf(queue.join())).toBe("pending");
  });

  test("an item handed straight to a consumer counts too", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const taken = queue.take();
    await queue.put(1);
    await taken;
    expect(await stateOf(queue.join())).toBe("pending");
    queue.done();
    await queue.join();
  });

  test("join resolves at once when there is nothing to wait for, and can be used again", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    await queue.join();
    queue.tryPut(1);
    const second = queue.join();
    expect(await stateOf(second)).toBe("pending");
    await queue.take();
    queue.done();
    await second;
  });

  test("join waits for producers that wait", async () => {
    const queue = queueOf(1, 1);
    void queue.put(2);
    const joined = queue.join();
    await queue.take();
    queue.done();
    expect(await stateOf(joined)).toBe("pending");
    await queue.take();
    queue.done();
    await joined;
  });

  test("after close, join still waits for what is inside", async () => {
    const queue = queueOf(1, 1);
    queue.close();
    const joined = queue.join();
    expect(await stateOf(joined)).toBe("pending");
    await queue.take();
    queue.done();
    await joined;
  });

  test("reporting more items than were taken throws", () => {
    const queue = queueOf(1, 1);
    expect(() => {
      queue.done();
    }).toThrow("Expected one `done()` for each item taken, got one more");
  });

  test("a tracked handler reports its item when it succeeds and when it fails", async () => {
    const queue = queueOf(3, 1, 2, 3);
    const handle = queue.tracked((n: number, factor: number) => {
      if (n === 2) throw new Error("no twos");
      return Promise.resolve(n * factor);
    });
    expect(await handle(await queue.take(), 10)).toBe(10);
    await expect(handle(await queue.take(), 10)).rejects.toThrow("no twos");
    expect(queue.inspect().unfinished).toBe(1);
    await handle(await queue.take(), 10);
    await queue.join();
  });
});

describe("iteration", () => {
  test("a loop ends when the queue is closed and empty", async () => {
    const queue = queueOf(3, 1, 2, 3);
    queue.close();
    const seen: number[] = [];
    for await (const n of queue) seen.push(n);
    expect(seen).toEqual([1, 2, 3]);
  });

  test("each item goes to one of several loops", async () => {
    const queue = new Queue<number>({ capacity: 2 });
    const seen: number[] = [];
    const loops = [1, 2, 3].map(async () => {
      for await (const n of queue) seen.push(n);
    });
    for (let n = 0; n < 50; n++) await queue.put(n);
    queue.close();
    await Promise.all(loops);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  });

  test("leaving a loop closes the queue, so that producers do not wait for ever", async () => {
    const queue = queueOf(1, 1);
    const waiting = queue.put(2);
    for await (const n of queue) if (n === 1) break;
    // The producer got in when the first item left.
    await waiting;
    expect(queue.closed).toBe(true);
    await expect(queue.put(3)).rejects.toThrow(QueueClosedError);
    expect(await queue.take()).toBe(2);
  });

  test("leaving a loop by an error closes the queue too", async () => {
    const queue = queueOf(1, 1);
    await expect(
      (async () => {
        for await (const _ of queue) throw new Error("in the loop");
      })(),
    ).rejects.toThrow("in the loop");
    expect(queue.closed).toBe(true);
  });

  test("with keepOpen, leaving a loop leaves the queue open", async () => {
    const queue = queueOf(2, 1, 2);
    for await (const _ of queue.values({ keepOpen: true })) break;
    expect(queue.closed).toBe(false);
    expect(await queue.take()).toBe(2);
  });

  test("a pull that waits when its loop is left takes no item", async () => {
    const queue = new Queue<number>({ capacity: 1 });
    const loop = queue.values({ keepOpen: true });
    const other = queue.take();
    const pulled = loop.next();
    expect(await loop.return?.("bye")).toEqual({ value: "bye", done: true });
    expect(await pulled).toEqual({ value: undefined, done: true });
    expect(await loop.next()).toEqual({ value: undefined, done: true });
    await queue.put(1);
    expect(await other).toBe(1);
    expect(queue.inspect().taking).toBe(0);
  });

  test("an item that is a promise is not unwrapped by a loop", async () => {
    const item = Promise.resolve(1);
    const queue = queueOf(1, item);
    const step = await queue.values().next();
    expect(step.value).toBe(item);
  });
});

test("the async context of a consumer is its own, not that of the producer who wakes it", async () => {
  const context = new AsyncLocalStorage<string>();
  const queue = new Queue<number>({ capacity: 1 });
  const seen = context.run("consumer", async () => {
    await queue.take();
    return context.getStore();
  });
  await context.run("producer", () => queue.put(1));
  expect(await seen).toBe("consumer");
});
