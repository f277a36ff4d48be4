/** `Semaphore` beside async-mutex 0.5, case by case: the same program on both, and where they part on purpose. */
import * as asyncMutex from "async-mutex";
import { describe, expect, test, vi } from "vitest";
import { Semaphore } from "./semaphore.ts";

/** What is compared: take, give back, run, and the waiting in between. */
interface Comparable {
  acquire(weight?: number, priority?: number): Promise<() => void>;
  run<R>(task: () => R | Promise<R>): Promise<R>;
  cancel(): void;
  isLocked(): boolean;
}

interface Theirs {
  acquire(weight?: number, priority?: number): Promise<[number, () => void]>;
  runExclusive<R>(task: () => R | Promise<R>): Promise<R>;
  cancel(): void;
  isLocked(): boolean;
  release(): void;
  setValue(value: number): void;
}
const AsyncMutexSemaphore = asyncMutex.Semaphore as unknown as new (permits: number) => Theirs;

const both: readonly (readonly [name: string, make: (permits: number) => Comparable])[] = [
  [
    "async-mutex",
    (permits) => {
      const semaphore = new AsyncMutexSemaphore(permits);
      return {
        acquire: async (weight, priority) => (await semaphore.acquire(weight, priority))[1],
        run: (task) => semaphore.runExclusive(task),
        cancel: () => semaphore.cancel(),
        isLocked: () => semaphore.isLocked(),
      };
    },
  ],
  [
    "Semaphore",
    (permits) => {
      const semaphore = new Semaphore(permits);
      return {
        acquire: async (weight, priority) => {
          const permit = await semaphore.acquire({ weight, priority });
          return () => {
            permit.release();
          };
        },
        run: (task) => semaphore.run(task),
        cancel: () => semaphore.close(),
        isLocked: () => semaphore.active >= semaphore.permits,
      };
    },
  ],
];

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe.for(both)("as async-mutex: %s", ([, make]) => {
  test("as many as there are permits get in, the others in the order they came", async () => {
    const semaphore = make(2);
    const order: number[] = [];
    const releases = [await semaphore.acquire(), await semaphore.acquire()];
    expect(semaphore.isLocked()).toBe(true);
    for (const n of [1, 2]) void semaphore.acquire().then(() => order.push(n));
    await turn();
    expect(order).toEqual([]);
    releases[0]?.();
    await turn();
    expect(order).toEqual([1]);
    releases[1]?.();
    await turn();
    expect(order).toEqual([1, 2]);
  });

  test("a task's permit comes back when it succeeds, fails or throws", async () => {
    const semaphore = make(1);
    expect(await semaphore.run(() => 1)).toBe(1);
    await expect(semaphore.run(() => Promise.reject(new Error("rejected")))).rejects.toThrow("rejected");
    await expect(
      semaphore.run(() => {
        throw new Error("thrown");
      }),
    ).rejects.toThrow("thrown");
    expect(semaphore.isLocked()).toBe(false);
  });

  test("a weight takes as much at once", async () => {
    const semaphore = make(3);
    const release = await semaphore.acquire(2);
    let second = false;
    void semaphore.acquire(2).then(() => {
      second = true;
    });
    await turn();
    expect(second).toBe(false);
    release();
    await turn();
    expect(second).toBe(true);
  });

  test("a higher priority is served first, and first come first served within one", async () => {
    const semaphore = make(1);
    const release = await semaphore.acquire();
    const order: string[] = [];
    for (const [name, priority] of [
      ["a", 0],
      ["b", 1],
      ["c", 0],
      ["d", 1],
    ] as const) {
      void semaphore.acquire(1, priority).then((done) => {
        order.push(name);
        done();
      });
    }
    release();
    await turn();
    expect(order).toEqual(["b", "d", "a", "c"]);
  });

  test("cancel (close) rejects everyone who waits", async () => {
    const semaphore = make(1);
    const release = await semaphore.acquire();
    const waiting = semaphore.acquire();
    semaphore.cancel();
    await expect(waiting).rejects.toThrow();
    release();
  });

  test("who was turned away takes no permit later", async () => {
    const semaphore = make(2);
    const release = await semaphore.acquire(2);
    semaphore.acquire().catch(() => undefined);
    semaphore.cancel();
    await turn();
    expect(semaphore.isLocked()).toBe(true);
    release();
    await turn();
    expect(semaphore.isLocked()).toBe(false);
  });

  test("an urgent light one gets in past a heavy one that waits", async () => {
    const semaphore = make(3);
    const release = await semaphore.acquire(1);
    let heavy = false;
    let urgent = false;
    void semaphore.acquire(3, 0).then(() => (heavy = true));
    void semaphore.acquire(1, 1).then(() => (urgent = true));
    await turn();
    expect([heavy, urgent]).toEqual([false, true]);
    release();
  });

  test("an urgent one is served before the others although it is heavier", async () => {
    const semaphore = make(2);
    const releases = [await semaphore.acquire(), await semaphore.acquire()];
    const order: string[] = [];
    for (const [name, weight, priority] of [
      ["low", 1, -1],
      ["urgent", 2, 1],
    ] as const) {
      void semaphore.acquire(weight, priority).then((done) => {
        order.push(name);
        done();
      });
    }
    for (const release of releases) release();
    await turn();
    expect(order).toEqual(["urgent", "low"]);
  });

  test("a task waits while there is no permit, and its result comes back, promised or not", async () => {
    const semaphore = make(1);
    const release = await semaphore.acquire();
    let ran = false;
    const result = semaphore.run(() => {
      ran = true;
      return Promise.resolve(10);
    });
    await turn();
    expect(ran).toBe(false);
    release();
    expect(await result).toBe(10);
    expect(await semaphore.run(() => 11)).toBe(11);
  });
});

describe("where Semaphore parts from async-mutex", () => {
  test("releasing twice throws; async-mutex ignores it, and with it the bug behind it", async () => {
    const [, release] = await new AsyncMutexSemaphore(1).acquire();
    release();
    expect(() => {
      release();
    }).not.toThrow();
    const permit = await new Semaphore(1).acquire();
    permit.release();
    expect(() => {
      permit.release();
    }).toThrow("released before");
  });

  test("a weight above the permits throws; async-mutex waits for ever", async () => {
    let state = "pending";
    void new AsyncMutexSemaphore(1).acquire(2).then(() => {
      state = "acquired";
    });
    await turn();
    expect(state).toBe("pending");
    expect(() => new Semaphore(1).acquire({ weight: 2 })).toThrow(RangeError);
  });

  test("nobody overtakes a heavy waiter, so that it gets its turn; async-mutex does the same", async () => {
    for (const [, make] of both) {
      const semaphore = make(2);
      const release = await semaphore.acquire();
      const order: string[] = [];
      void semaphore.acquire(2).then((done) => {
        order.push("heavy");
        done();
      });
      void semaphore.acquire(1).then((done) => {
        order.push("light");
        done();
      });
      await turn();
      expect(order).toEqual([]);
      release();
      await turn();
      expect(order).toEqual(["heavy", "light"]);
    }
  });

  test("a waiter can abort; async-mutex has no signals", async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    const controller = new AbortController();
    const waiting = semaphore.acquire({ signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(waiting).rejects.toThrow("enough");
    permit.release();
  });

  test("permits are counted from the top: setting them lets in those who fit now; async-mutex sets what is free", async () => {
    const theirs = new AsyncMutexSemaphore(1);
    const ours = new Semaphore(1);
    const got: string[] = [];
    for (let i = 0; i < 3; i++) {
      void theirs.acquire().then(() => got.push("theirs"));
      void ours.acquire().then(() => got.push("ours"));
    }
    theirs.setValue(2); // Two more,
    ours.permits = 2; // two in all.
    await turn();
    expect(got.toSorted()).toEqual(["ours", "ours", "theirs", "theirs", "theirs"]);
  });

  test("only who holds a permit can give one back; async-mutex's release() makes permits from nothing", async () => {
    const theirs = new AsyncMutexSemaphore(1);
    theirs.release();
    await theirs.acquire();
    expect(theirs.isLocked()).toBe(false);
    expect("release" in new Semaphore(1)).toBe(false);
  });

  test("there is at least one permit; async-mutex starts at 0 or below and waits for release()", () => {
    expect(new AsyncMutexSemaphore(-2).isLocked()).toBe(true);
    for (const permits of [0, -2]) expect(() => new Semaphore(permits)).toThrow(RangeError);
  });

  test("withTimeout is a signal, tryAcquire is a method", async () => {
    const semaphore = new Semaphore(1);
    const permit = semaphore.tryAcquire();
    expect(semaphore.tryAcquire()).toBeUndefined();
    vi.useFakeTimers();
    const controller = new AbortController();
    setTimeout(() => {
      controller.abort(new DOMException("too late", "TimeoutError"));
    }, 1000);
    const waiting = expect(semaphore.acquire({ signal: controller.signal })).rejects.toThrow("too late");
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    await waiting;
    permit?.release();
    expect(semaphore.atRest).toBe(true);
  });

  test("close is for good: later calls are turned away; async-mutex's cancel empties the line only", async () => {
    const theirs = new AsyncMutexSemaphore(1);
    theirs.cancel();
    await expect(theirs.runExclusive(() => 1)).resolves.toBe(1);
    const ours = new Semaphore(1);
    ours.close();
    await expect(ours.run(() => 1)).rejects.toThrow();
  });

  test("a task runs in the caller's turn when a permit is free", () => {
    const started = { theirs: false, ours: false };
    void new AsyncMutexSemaphore(1).runExclusive(() => (started.theirs = true));
    void new Semaphore(1).run(() => (started.ours = true));
    expect(started).toEqual({ theirs: false, ours: true });
  });
});
