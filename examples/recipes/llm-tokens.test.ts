import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { completeAll, tokensOf } from "./llm-tokens.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("neither quota is exceeded in any minute, and nothing is refused", async () => {
  const starts: { at: number; tokens: number }[] = [];
  const prompts = Array.from({ length: 60 }, (_, n) => "x".repeat(400 + 40 * n));
  const answers = completeAll(
    prompts,
    async (prompt) => {
      starts.push({ at: Date.now(), tokens: tokensOf(prompt) });
      await new Promise((resolve) => setTimeout(resolve, 2000));
      return `${prompt.length}`;
    },
    { tokensPerMinute: 20_000, requestsPerMinute: 15, atOnce: 5 },
  );
  await vi.runAllTimersAsync();
  expect(await answers).toEqual(prompts.map(({ length }) => String(length)));
  for (const { at } of starts) {
    const minute = starts.filter((start) => start.at >= at && start.at < at + 60_000);
    const tokens = minute.reduce((sum, start) => sum + start.tokens, 0);
    expect(tokens).toBeLessThanOrEqual(20_000 * 1.1); // A minute's worth and the burst.
    expect(minute.length).toBeLessThanOrEqual(30); // The same of requests.
  }
});

test("what is refused all the same is tried again", async () => {
  let calls = 0;
  const answers = completeAll(
    ["hello"],
    async () => {
      if (++calls === 1) throw Object.assign(new Error("slow down"), { status: 429 });
      return Promise.resolve("hi");
    },
    { tokensPerMinute: 20_000, requestsPerMinute: 15, atOnce: 5 },
  );
  await vi.runAllTimersAsync();
  expect(await answers).toEqual(["hi"]);
});
