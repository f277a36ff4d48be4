import { expect, test } from "vitest";
import { reportedByEslint } from "./reported-by-eslint.ts";

test.for([
  ["a linked rule id of ours", "eslint", { value: "floodgate/no-unbounded-promise-all" }, true],
  ["a plain rule id of ours", "eslint", "floodgate/no-floating-fan-out", true],
  ["another plugin's rule", "eslint", { value: "promise/always-return" }, false],
  ["our own server's diagnostic", "floodgate", "floodgate/no-unbounded-promise-all", false],
  ["a numeric code", "eslint", 7, false],
  ["no code", "eslint", undefined, false],
] as const)("%s", ([, source, code, expected]) => {
  expect(reportedByEslint([{ source, code }])).toBe(expected);
});

test("one among many is enough, none is not", () => {
  const other = { source: "ts", code: 2304 };
  expect(reportedByEslint([other, { source: "eslint", code: "floodgate/no-unbounded-queue" }])).toBe(true);
  expect(reportedByEslint([other])).toBe(false);
  expect(reportedByEslint([])).toBe(false);
});
