import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createLimit, limited, Semaphore } from "./index.ts";

const warnings: { message: string; code: string | undefined }[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  warnings.length = 0;
  vi.spyOn(process, "emitWarning").mockImplementation((message, options) => {
    warnings.push({ message: String(message), code: (options as { code?: string } | undefined)?.code });
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("when somebody waits and nothing has moved for stallAfterMs, a warning is given, once", async () => {
  const one = new Semaphore(1, { name: "db", stallAfterMs: 1000 });
  void one.run(() => one.run(() => "never"));
  await vi.advanceTimersByTimeAsync(999);
  expect(warnings).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(warnings).toEqual([
    {
      message:
        'Semaphore "db" of 1 permits: nothing has moved for 1000 ms, with 1 waiting. Does a task wait for the limiter it runs under?',
      code: "FLOODGATE_STALL",
    },
  ]);
  await vi.advanceTimersByTimeAsync(60_000);
  void one.acquire();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(warnings).toHaveLength(1);
});

test("a semaphore without a name is told by its permits", async () => {
  const two = new Semaphore(2, { stallAfterMs: 1000 });
  void two.acquire({ weight: 2 });
  void two.acquire();
  await vi.advanceTimersByTimeAsync(1000);
  expect(warnings.map(({ message }) => message.split(":")[0])).toEqual(["Semaphore of 2 permits"]);
});

test("nothing is said while permits come and go, or when nobody waits any more", async () => {
  const one = new Semaphore(1, { stallAfterMs: 1000 });
  let permit = await one.acquire();
  for (let i = 0; i < 5; i++) {
    const next = one.acquire();
    await vi.advanceTimersByTimeAsync(900);
    permit.release();
    permit = await next;
  }
  await vi.advanceTimersByTimeAsync(10_000);
  permit.release();
  expect(warnings).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

test("the default is 30 s; Infinity, and more than a timer takes, say nothing ever", async () => {
  const one = new Semaphore(1);
  const silent = new Semaphore(1, { stallAfterMs: Infinity });
  const patient = new Semaphore(1, { stallAfterMs: 2 ** 31 });
  for (const semaphore of [one, silent, patient]) void semaphore.run(() => semaphore.run(() => "never"));
  await vi.advanceTimersByTimeAsync(29_999);
  expect(warnings).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(100_000);
  expect(warnings).toHaveLength(1);
});

test("it is also said when the process is about to end with somebody waiting", () => {
  const before = process.listenerCount("beforeExit");
  const one = new Semaphore(1, { name: "main" });
  void one.run(() => one.run(() => "never"));
  expect(process.listenerCount("beforeExit")).toBe(before + 1);
  process.emit("beforeExit", 0);
  expect(warnings.map(({ message }) => message)).toEqual([
    'Semaphore "main" of 1 permits: nothing is left that could move, with 1 waiting. Does a task wait for the limiter it runs under?',
  ]);
  expect(process.listenerCount("beforeExit")).toBe(before);
});

test("limited and createLimit are looked after too", async () => {
  const countdown: (n: number) => Promise<number> = limited(1, async (n: number) =>
    n > 0 ? countdown(n - 1) : n,
  );
  void countdown(1);
  const limit = createLimit(1);
  void limit(() => limit(() => "never"));
  await vi.advanceTimersByTimeAsync(30_000);
  expect(warnings.map(({ message }) => message)).toEqual([
    "limited(1, fn): nothing has moved for 30000 ms, with 1 waiting. Does a task wait for the limiter it runs under?",
    "createLimit(1): nothing has moved for 30000 ms, with 1 waiting. Does a task wait for the limiter it runs under?",
  ]);
});
