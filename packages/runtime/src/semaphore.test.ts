import { AsyncLocalStorage } from "node:async_hooks";
import { describe, expect, test, vi } from "vitest";
import { deferred } from "./deferred.ts";
import { LimiterClosedError, QueueFullError, Semaphore, type Permit } from "./index.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Notes in `log` who gets a permit, and keeps the permit. */
function taker(log: string[]) {
  const permits = new Map<string, Permit>();
  const take = (name: string, permit: Promise<Permit>): void => {
    permit.then(
      (granted) => {
        log.push(name);
        permits.set(name, granted);
      },
      (error: unknown) => log.push(`${name}: ${(error as Error).name}`),
    );
  };
  return { take, release: (name: string) => permits.get(name)?.release() };
}

describe("permits", () => {
  test("no more permits are out than there are; waiters are served first come first served", async () => {
    const semaphore = new Semaphore(1);
    const log: string[] = [];
    const { take, release } = taker(log);
    for (const name of ["a", "b", "c"]) take(name, semaphore.acquire());
    await settle();
    expect([log, semaphore.active, semaphore.waiting]).toEqual([["a"], 1, 2]);
    release("a");
    await settle();
    release("b");
    await settle();
    expect([log, semaphore.active, semaphore.waiting]).toEqual([["a", "b", "c"], 1, 0]);
    release("c");
    expect(semaphore.active).toBe(0);
  });

  test("releasing twice throws, and changes nothing", async () => {
    const semaphore = new Semaphore(2);
    const permit = await semaphore.acquire();
    permit.release();
    expect(() => {
      permit.release();
    }).toThrow("This permit was released before.");
    expect(semaphore.active).toBe(0);
  });

  test("using gives the permit back, and does nothing after a release", async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    permit[Symbol.dispose]();
    expect(semaphore.active).toBe(0);
    permit[Symbol.dispose]();
    const again = await semaphore.acquire();
    again.release();
    again[Symbol.dispose]();
    expect(semaphore.active).toBe(0);
  });

  test("tryAcquire never waits, and never overtakes", async () => {
    const semaphore = new Semaphore(2);
    const first = semaphore.tryAcquire();
    const heavy = semaphore.acquire({ weight: 2 });
    expect(semaphore.tryAcquire()).toBeUndefined();
    first?.release();
    (await heavy).release();
    expect(semaphore.tryAcquire()).toBeDefined();
  });

  test("higher priority is served first, first come first served among equals", async () => {
    const semaphore = new Semaphore(1);
    const log: string[] = [];
    const { take, release } = taker(log);
    take("holder", semaphore.acquire());
    take("low", semaphore.acquire({ priority: -1 }));
    take("normal 1", semaphore.acquire());
    take("high", semaphore.acquire({ priority: 5 }));
    take("normal 2", semaphore.acquire({ priority: 0 }));
    for (const name of ["holder", "high", "normal 1", "normal 2", "low"]) {
      await settle();
      release(name);
    }
    expect(log).toEqual(["holder", "high", "normal 1", "normal 2", "low"]);
  });

  test("higher priority is let in at once where the heavy waiter it overtakes does not fit", async () => {
    const semaphore = new Semaphore(3);
    const permit = await semaphore.acquire();
    const heavy = semaphore.acquire({ weight: 3 });
    const urgent = await semaphore.acquire({ priority: 1 });
    urgent.release();
    permit.release();
    (await heavy).release();
  });

  test("a heavy waiter is not overtaken by lighter ones behind it", async () => {
    const semaphore = new Semaphore(3);
    const log: string[] = [];
    const { take, release } = taker(log);
    take("two", semaphore.acquire({ weight: 2 }));
    take("three", semaphore.acquire({ weight: 3 }));
    take("one", semaphore.acquire());
    await settle();
    expect(log).toEqual(["two"]);
    release("two");
    await settle();
    expect(log).toEqual(["two", "three"]);
    release("three");
    await settle();
    expect(log).toEqual(["two", "three", "one"]);
  });

  test("a weight above the permits throws, because it would wait for ever", () => {
    const semaphore = new Semaphore(2);
    const message = "Expected `weight` to be at most the 2 permits there are, got `3`";
    expect(() => semaphore.acquire({ weight: 3 })).toThrow(message);
    expect(() => semaphore.tryAcquire({ weight: 3 })).toThrow(message);
    expect(() => semaphore.run(() => 1, { weight: 3 })).toThrow(message);
  });
});

describe("waiting", () => {
  test("a waiter that aborts does not use up a permit", async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    const controller = new AbortController();
    const aborted = semaphore.acquire({ signal: controller.signal });
    const next = semaphore.acquire();
    controller.abort(new Error("gone"));
    await expect(aborted).rejects.toThrow("gone");
    permit.release();
    (await next).release();
    expect([semaphore.active, semaphore.waiting]).toEqual([0, 0]);
  });

  test("a heavy waiter that aborts lets the lighter ones behind it in", async () => {
    const semaphore = new Semaphore(2);
    const permit = await semaphore.acquire();
    const controller = new AbortController();
    const heavy = semaphore.acquire({ weight: 2, signal: controller.signal });
    const light = semaphore.acquire();
    controller.abort(new Error("gone"));
    await expect(heavy).rejects.toThrow("gone");
    (await light).release();
    permit.release();
  });

  test("an aborted signal rejects although a permit is free", async () => {
    const semaphore = new Semaphore(1);
    const signal = AbortSignal.abort(new Error("early"));
    await expect(semaphore.acquire({ signal })).rejects.toThrow("early");
    await expect(semaphore.run(() => 1, { signal })).rejects.toThrow("early");
    expect(semaphore.active).toBe(0);
  });

  test("a thousand waiters are one listener on their signal, and none when they are served", async () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await Promise.all(Array.from({ length: 1000 }, () => semaphore.run(() => undefined, { signal })));
    expect(added).toHaveBeenCalledOnce();
    expect(removed).toHaveBeenCalledOnce();
  });

  test("maxWaiting turns away who comes when so many wait", async () => {
    const semaphore = new Semaphore(1, { maxWaiting: 1 });
    const permit = await semaphore.acquire();
    const waiter = semaphore.acquire();
    await expect(semaphore.acquire()).rejects.toThrow(QueueFullError);
    permit.release();
    (await waiter).release();
  });

  test("raising permits lets waiters in, lowering takes none back", async () => {
    const semaphore = new Semaphore(1);
    const permits = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()];
    semaphore.permits = 3;
    const granted = await Promise.all(permits);
    semaphore.permits = 1;
    expect([semaphore.active, semaphore.capacity]).toEqual([3, 1]);
    granted[0]?.release();
    granted[1]?.release();
    expect(semaphore.tryAcquire()).toBeUndefined();
    granted[2]?.release();
    expect(semaphore.tryAcquire()).toBeDefined();
  });

  test("a waiter that has become too heavy is rejected", async () => {
    const semaphore = new Semaphore(3);
    const permit = await semaphore.acquire({ weight: 2 });
    const heavy = semaphore.acquire({ weight: 3 });
    semaphore.permits = 2;
    await expect(heavy).rejects.toThrow(RangeError);
    permit.release();
  });

  test("close turns away waiters and later calls; permits that are out stay valid", async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    const waiter = semaphore.acquire();
    semaphore.close();
    await expect(waiter).rejects.toThrow(LimiterClosedError);
    await expect(semaphore.acquire()).rejects.toThrow(LimiterClosedError);
    expect(semaphore.tryAcquire()).toBeUndefined();
    permit.release();
    expect(semaphore.active).toBe(0);
  });

  test("the first reason to close counts", async () => {
    const semaphore = new Semaphore(1);
    expect(semaphore.inspect()).toMatchObject({ closed: false });
    semaphore.close(new Error("moving"));
    semaphore.close(new Error("moved"));
    expect(semaphore.inspect()).toMatchObject({ closed: true });
    await expect(semaphore.acquire()).rejects.toThrow("moving");
  });

  test("idle resolves when no permit is out and nobody waits", async () => {
    const semaphore = new Semaphore(1);
    await semaphore.idle();
    const permit = await semaphore.acquire();
    const last = semaphore.acquire();
    let idle = false;
    const done = semaphore.idle().then(() => (idle = true));
    permit.release();
    await settle();
    expect(idle).toBe(false);
    (await last).release();
    await done;
  });
});

describe("run and wrap", () => {
  test("run starts synchronously when a permit is free, and gives it back however the task ends", async () => {
    const semaphore = new Semaphore(1);
    let started = false;
    const end = deferred<string>();
    const first = semaphore.run(() => {
      started = true;
      return end.promise;
    });
    expect(started).toBe(true);
    const second = semaphore.run(() => {
      throw new Error("sync");
    });
    expect(semaphore.waiting).toBe(1);
    end.resolve("done");
    expect(await first).toBe("done");
    await expect(second).rejects.toThrow("sync");
    expect(semaphore.active).toBe(0);
  });

  test("wrap keeps this and arguments", async () => {
    const semaphore = new Semaphore(1);
    const counter = {
      base: 10,
      add: semaphore.wrap(function (this: { base: number }, n: number) {
        return this.base + n;
      }),
    };
    expect(await Promise.all([counter.add(1), counter.add(2)])).toEqual([11, 12]);
  });

  test("a queued task sees the async context of its caller", async () => {
    const storage = new AsyncLocalStorage<number>();
    const semaphore = new Semaphore(1);
    const task = async (): Promise<number | undefined> => {
      await settle();
      return storage.getStore();
    };
    const seen = [1, 2, 3].map((n) => storage.run(n, () => semaphore.run(task)));
    expect(await Promise.all(seen)).toEqual([1, 2, 3]);
  });
});

test("a controller in the place of its signal is refused at once, and takes nobody's permit", async () => {
  const semaphore = new Semaphore(1);
  const signal = new AbortController() as never;
  const message = "Expected `signal` to be an `AbortSignal`, got `[object AbortController]` (object)";
  expect(() => semaphore.acquire({ signal })).toThrow(message);
  const permit = await semaphore.acquire();
  expect(() => semaphore.acquire({ signal })).toThrow(message);
  permit.release();
  await semaphore.idle();
});

test("of an aborted signal, a closed semaphore and a full line, the error is that of the first", async () => {
  const semaphore = new Semaphore(1, { maxWaiting: 0 });
  await semaphore.acquire();
  const signal = AbortSignal.abort(new Error("gone"));
  await expect(semaphore.acquire({ signal })).rejects.toThrow("gone");
  semaphore.close(new Error("closed"));
  await expect(semaphore.acquire()).rejects.toThrow("closed");
  await expect(semaphore.acquire({ signal })).rejects.toThrow("gone");
});

test("bad arguments throw at once", async () => {
  expect(() => new Semaphore(0)).toThrow(
    "Expected `permits` to be an integer from 1 and up or `Infinity`, got `0` (number)",
  );
  expect(() => new Semaphore(1, { maxWaiting: -1 })).toThrow("Expected `maxWaiting` to be");
  const semaphore = new Semaphore(1);
  expect(() => new Semaphore(1, { stallAfterMs: -1 })).toThrow("Expected `stallAfterMs` to be");
  expect(() => (semaphore.permits = 1.5)).toThrow("Expected `permits` to be an integer");
  expect(() => semaphore.acquire({ weight: 0 })).toThrow(
    "Expected `weight` to be an integer from 1 and up, got `0` (number)",
  );
  expect(() => semaphore.tryAcquire({ priority: NaN })).toThrow(
    "Expected `priority` to be a number, got `NaN` (number)",
  );
  expect(() => semaphore.acquire({ priority: "high" as never })).toThrow(
    "Expected `priority` to be a number",
  );
  expect(() => semaphore.wrap(() => 1, { weight: 0 })).toThrow("Expected `weight` to be an integer");
  expect(() => semaphore.run(1 as never)).toThrow("Expected `task` to be a function");
  expect(() => semaphore.wrap(1 as never)).toThrow("Expected `fn` to be a function");
  await semaphore.idle();
});
