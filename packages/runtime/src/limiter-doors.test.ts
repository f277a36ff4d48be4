/** What every door to a limiter promises: `run`, `wrap`, `limited` and the helpers treat it alike. */
import { describe, expect, test } from "vitest";
import { deferred } from "./deferred.ts";
import {
  AdaptiveLimiter,
  combine,
  forEachLimit,
  KeyedLimiter,
  limited,
  mapLimit,
  mapLimitSettled,
  RateLimiter,
  Semaphore,
  streamLimit,
  timeout,
  TimeoutError,
  type Limiter,
  type Outcome,
  type Permit,
} from "./index.ts";

/** Notes what its permits are given back with. */
class NotingSemaphore extends Semaphore {
  readonly outcomes: (Outcome | undefined)[] = [];

  override tryAcquire(): Permit | undefined {
    const permit = super.tryAcquire();
    return (
      permit && {
        release: (outcome) => {
          this.outcomes.push(outcome);
          permit.release(outcome);
        },
        [Symbol.dispose]: () => undefined,
      }
    );
  }
}

const doors: readonly (readonly [
  name: string,
  go: (limiter: Limiter, task: () => unknown) => Promise<unknown>,
])[] = [
  ["run", (limiter, task) => limiter.run(task)],
  ["wrap", (limiter, task) => limiter.wrap(task)()],
  ["limited", (limiter, task) => limited(limiter, task)()],
  ["mapLimit", (limiter, task) => mapLimit([1], limiter, task, { stopOnError: false })],
  ["mapLimitSettled", (limiter, task) => mapLimitSettled([1], limiter, task)],
  ["forEachLimit", (limiter, task) => forEachLimit([1], limiter, task, { stopOnError: false })],
];

const ends: readonly (readonly [how: string, task: () => unknown, outcome: Outcome])[] = [
  ["a value", () => 1, "success"],
  ["a response of 200", () => Promise.resolve({ status: 200 }), "success"],
  ["a response of 429", () => Promise.resolve({ status: 429 }), "overload"],
  ["a response of 503", () => ({ status: 503 }), "overload"],
  ["a time-out", () => Promise.reject(new TimeoutError(1)), "overload"],
  ["an abort", () => Promise.reject(new DOMException("stop", "AbortError")), "ignore"],
  ["an error", () => Promise.reject(new Error("no")), "failure"],
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what becomes of none is what is tested
  ["a rejection without a reason", async () => Promise.reject<unknown>(), "failure"],
];

describe.for(doors)("%s tells the limiter how a task ended", ([, go]) => {
  test.for(ends)("%s", async ([, task, outcome]) => {
    const limiter = new NotingSemaphore(1);
    await go(limiter, task).catch(() => undefined);
    expect(limiter.outcomes).toEqual([outcome]);
  });
});

describe.for(doors)("%s gives the permit back", ([, go]) => {
  test("also when the limiter fails to say how the task ended, to be ignored", async () => {
    class Unsure extends NotingSemaphore {
      override classify(): Outcome {
        throw new Error("unsure");
      }
    }
    const limiter = new Unsure(1);
    await expect(go(limiter, () => 1)).rejects.toThrow("unsure");
    expect([limiter.active, limiter.outcomes]).toEqual([0, ["ignore"]]);
  });

  test("also after an error that does not want to be looked at", async () => {
    const limiter = new Semaphore(1);
    const error = new Proxy(new Error("mine"), {
      get: (of, key) => {
        if (key in of) return Reflect.get(of, key) as unknown;
        throw new Error(`There is no ${String(key)}`);
      },
    });
    await go(limiter, () => Promise.reject(error)).catch(() => undefined);
    expect(limiter.active).toBe(0);
  });
});

test("a task that goes on after its time-out holds its permit, also if the limiter cannot judge it", async () => {
  class Unsure extends Semaphore {
    override classify(): Outcome {
      throw new Error("unsure");
    }
  }
  const limiter = new Unsure(1);
  const task = deferred();
  await expect(limiter.run(timeout(() => task.promise, 1))).rejects.toThrow(TimeoutError);
  expect(limiter.active).toBe(1);
  task.resolve();
  await limiter.idle();
});

test("streamLimit tells so too; what ends after an early stop says nothing", async () => {
  const limiter = new NotingSemaphore(2);
  for await (const { status } of streamLimit([429, 200], limiter, (status) => ({ status }))) {
    expect([429, 200]).toContain(status);
  }
  expect(limiter.outcomes).toEqual(["overload", "success"]);
  const late = new NotingSemaphore(1);
  const call = mapLimit([1], late, () => Promise.reject(new Error("no")));
  await expect(call).rejects.toThrow("no");
  expect(late.outcomes).toEqual(["ignore"]);
});

test("with a limiter too, the tasks there are permits for start synchronously, in order", async () => {
  for (const limiter of [new Semaphore(2), combine(5, new Semaphore(2))]) {
    const started: number[] = [];
    const gate = deferred();
    const call = mapLimit([1, 2, 3], limiter, (n) => {
      started.push(n);
      return gate.promise;
    });
    expect(started).toEqual([1, 2]);
    gate.resolve();
    await call;
    expect(started).toEqual([1, 2, 3]);
  }
});

test("every limiter says what it is doing, as a plain object for logs", () => {
  for (const limiter of [
    new Semaphore(1),
    new RateLimiter({ limit: 1, intervalMs: 1000 }),
    new AdaptiveLimiter({ min: 1, max: 10 }),
    new KeyedLimiter(String, () => new Semaphore(1)),
    combine(1),
  ]) {
    const said = limiter.inspect?.();
    expect(said).toMatchObject({ kind: expect.any(String) as string });
    expect(JSON.parse(JSON.stringify(said))).toMatchObject({ kind: said?.["kind"] });
  }
});
