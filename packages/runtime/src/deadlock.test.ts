import { describe, expect, test } from "vitest";
import { deferred } from "./deferred.ts";
import { combine, DeadlockError, detectDeadlock, limited, mapLimit, Semaphore } from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const detecting = (permits: number): Semaphore => detectDeadlock(new Semaphore(permits));

describe("a limiter that detects deadlocks", () => {
  test("rejects the call that would make every holder wait, and works on", async () => {
    const one = detecting(1);
    await expect(one.run(() => one.run(() => "never"))).rejects.toThrow(DeadlockError);
    expect(await one.run(() => "next")).toBe("next");
    expect([one.active, one.waiting]).toEqual([0, 0]);
  });

  test("finds it across awaits, and when several holders wait for each other", async () => {
    const two = detecting(2);
    const nested = async (): Promise<string> => {
      await settle();
      return two.run(() => "inner");
    };
    const ends = await Promise.allSettled([two.run(nested), two.run(nested)]);
    // The second to wait completes the circle. When it has failed, the first goes on.
    expect(ends).toEqual([
      { status: "fulfilled", value: "inner" },
      { status: "rejected", reason: expect.any(DeadlockError) as unknown },
    ]);
  });

  test("lets a holder wait while another one can still finish", async () => {
    const two = detecting(2);
    const other = deferred<string>();
    const free = two.run(() => other.promise);
    const nested = two.run(() => two.run(() => "inner"));
    await settle();
    other.resolve("done");
    expect(await Promise.all([free, nested])).toEqual(["done", "inner"]);
  });

  test("lets those wait that hold nothing", async () => {
    const one = detecting(1);
    expect(await Promise.all([1, 2, 3].map((n) => one.run(() => settle().then(() => n))))).toEqual([1, 2, 3]);
  });

  test("does not hold against a task what it held before", async () => {
    const one = detecting(1);
    let later: Promise<string> | undefined;
    const started = deferred();
    await one.run(() => {
      later = started.promise.then(() => one.run(() => "later"));
    });
    const other = deferred();
    const holder = one.run(() => other.promise);
    started.resolve();
    await settle();
    other.resolve();
    await holder;
    expect(await later).toBe("later");
  });

  test("knows the tasks of mapLimit, limited, wrap and combine", async () => {
    for (const wrapIn of [
      (one: Semaphore) => mapLimit([1], one, () => mapLimit([2], one, () => 3)),
      (one: Semaphore) => limited(one, () => limited(one, () => 3)())(),
      (one: Semaphore) => one.wrap(() => one.wrap(() => 3)())(),
      (one: Semaphore) => combine(one, 5).run(() => combine(one, 5).run(() => 3)),
    ]) {
      await expect(wrapIn(detecting(1))).rejects.toThrow(DeadlockError);
    }
  });

  test("stays the limiter it was: weights, priorities, signals, closing, double release", async () => {
    const two = detectDeadlock(new Semaphore(2, { name: "two" }));
    expect([two.name, two.permits, two.active]).toEqual(["two", 2, 0]);
    expect(() => two.acquire({ weight: 3 })).toThrow(RangeError);
    const heavy = await two.acquire({ weight: 2 });
    expect(two.tryAcquire()).toBeUndefined();
    const served: string[] = [];
    const wait = (name: string, priority: number): Promise<void> =>
      two.acquire({ priority }).then((permit) => {
        served.push(name);
        permit.release();
      });
    const controller = new AbortController();
    const gone = two.acquire({ signal: controller.signal });
    const all = [wait("low", 0), wait("high", 1)];
    controller.abort(new Error("enough"));
    await expect(gone).rejects.toThrow("enough");
    heavy.release();
    expect(() => {
      heavy.release();
    }).toThrow("released before");
    await Promise.all(all);
    expect([served, two.active, two.waiting]).toEqual([["high", "low"], 0, 0]);
    two.close(new Error("closed"));
    await expect(two.acquire()).rejects.toThrow("closed");
  });

  test("a holder that gave up waiting is not counted, from the moment of the abort", async () => {
    const two = detecting(2);
    const controller = new AbortController();
    const go = deferred();
    const done = deferred();
    const second = two.run(async () => {
      await go.promise;
      controller.abort(new Error("enough"));
      return two.run(() => "second"); // Waits for the first, which goes on.
    });
    const first = two.run(async () => {
      const inner = two.acquire({ signal: controller.signal });
      await expect(inner).rejects.toThrow("enough");
      await done.promise;
      return "first";
    });
    go.resolve();
    await settle();
    done.resolve();
    expect(await Promise.all([first, second])).toEqual(["first", "second"]);
  });

  test("it needs a limiter that says how many permits are out", () => {
    for (const wrong of [undefined, 5, combine(1)]) {
      expect(() => detectDeadlock(wrong as never)).toThrow("Expected `limiter` to be a limiter that has");
    }
  });
});
