import { expect, test } from "vitest";
import { statusText } from "./status-text.ts";

const status = {
  uri: "file:///a.ts",
  tier: 2,
  types: "TypeScript 6.0.3, tsconfig.json",
  milliseconds: 3.21,
  findings: 2,
} as const;

test("findings come first, then tier, types and time", () => {
  expect(statusText(status)).toEqual({
    text: "Floodgate: 2 unbounded here",
    detail: "tier 2 · TypeScript 6.0.3, tsconfig.json · 3.2 ms",
    warn: false,
  });
});

test("a file without findings says so, and longer times are whole milliseconds", () => {
  const { text, detail } = statusText({
    ...status,
    findings: 0,
    tier: 1,
    types: "types off: not trusted",
    milliseconds: 41.7,
  });
  expect(text).toBe("Floodgate: nothing unbounded here");
  expect(detail).toBe("tier 1 · types off: not trusted · 42 ms");
});

test("a file that cannot be checked warns, and says why first", () => {
  const { text, detail, warn } = statusText({ ...status, notice: "the file does not parse" });
  expect(text).toBe("Floodgate: not checked");
  expect(detail).toMatch(/^the file does not parse · /);
  expect(warn).toBe(true);
});
