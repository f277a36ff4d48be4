import { expect, test } from "vitest";
import { statusText } from "./status-text.ts";

const status = {
  uri: "file:///a.ts",
  tier: 2,
  types: "TypeScript 6.0.3, tsconfig.json",
  milliseconds: 3.21,
  findings: 2,
} as const;

test("findings come first, then tier, time and types", () => {
  expect(statusText(status)).toEqual({
    text: "Floodgate: 2 unbounded",
    detail: "tier 2 · 3.2 ms · TypeScript 6.0.3, tsconfig.json",
  });
});

test("a file without findings says so, and longer times are whole milliseconds", () => {
  const off = {
    ...status,
    findings: 0,
    tier: 1,
    types: "types off: not trusted",
    milliseconds: 41.7,
  } as const;
  expect(statusText(off)).toEqual({
    text: "Floodgate: all bounded",
    detail: "tier 1 · 42 ms · types off: not trusted",
  });
});

test("a file that cannot be checked says why, and nothing else", () => {
  expect(statusText({ ...status, notice: "The file does not parse: unexpected token" })).toEqual({
    text: "Floodgate: not checked",
    detail: "The file does not parse: unexpected token",
  });
});
