import { expect, test } from "vitest";
import { statusText } from "./status-text.ts";

const status = {
  uri: "file:///a.ts",
  tier: 2,
  types: "TypeScript 6.0.3, tsconfig.json",
  milliseconds: 3.21,
  findings: 2,
} as const;

test("findings come first, then types and time", () => {
  expect(statusText(status)).toEqual({
    text: "Floodgate: 2 unbounded",
    detail: "TypeScript 6.0.3, tsconfig.json · 3.2 ms",
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
    detail: "types off: not trusted · 42 ms",
  });
});

test("why there are no types comes before the time, which may be cut off", () => {
  const off = { ...status, types: "types off: TypeScript 3.9.10 is older than 4.8" };
  expect(statusText(off).detail).toBe("types off: TypeScript 3.9.10 is older than 4.8 · 3.2 ms");
});

test("a file that cannot be checked says why, and nothing else", () => {
  expect(statusText({ ...status, notice: "The file does not parse: unexpected token" })).toEqual({
    text: "Floodgate: not checked",
    detail: "The file does not parse: unexpected token",
  });
});
