import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createPause, createRestartPolicy } from "./restart-policy.ts";

test("the first crash is told, the ones that follow are not, and the pauses grow", () => {
  const policy = createRestartPolicy();
  expect([0, 1000, 3000, 9000].map((now) => policy.crashed(now))).toEqual([
    { delayMs: 250, tell: true },
    { delayMs: 1000, tell: false },
    { delayMs: 4000, tell: false },
    { delayMs: 15_000, tell: false },
  ]);
});

test("a fifth crash within three minutes is the last", () => {
  const policy = createRestartPolicy();
  for (const now of [0, 1, 2, 3]) policy.crashed(now);
  expect(policy.crashed(4)).toBeUndefined();
});

test("a crash three minutes later starts afresh", () => {
  const policy = createRestartPolicy();
  policy.crashed(0);
  expect(policy.crashed(180_000)).toEqual({ delayMs: 250, tell: true });
});

test("asking for a restart forgets the crashes before it", () => {
  const policy = createRestartPolicy();
  for (const now of [0, 1, 2, 3, 4]) policy.crashed(now);
  policy.reset();
  expect(policy.crashed(5)).toEqual({ delayMs: 250, tell: true });
});

describe("the pause before a restart", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test("takes its time", async () => {
    const over = vi.fn();
    const waited = createPause().wait(4000).then(over);
    await vi.advanceTimersByTimeAsync(3999);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await waited;
  });

  test("ends at once for whoever asks for a restart meanwhile", async () => {
    const pause = createPause();
    expect(pause.end()).toBe(false);
    const waited = pause.wait(15_000);
    expect(pause.end()).toBe(true);
    await waited;
    expect(vi.getTimerCount()).toBe(0);
    expect(pause.end()).toBe(false);
  });
});
