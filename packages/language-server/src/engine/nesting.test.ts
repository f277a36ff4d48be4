import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { mayNestDeeply } from "./nesting.ts";
import { loadNativeParser } from "./parse-native.ts";

const { parser } = loadNativeParser();
const times = 20_000;

test.for([
  ["brackets", `x = ${"[".repeat(times)}${"]".repeat(times)}`],
  ["calls", `${"f(".repeat(times)}${")".repeat(times)}`],
  ["blocks", `${"{".repeat(times)}${"}".repeat(times)}`],
  ["templates", `${"`${".repeat(times)}1${"}`".repeat(times)}`],
  ["arrow functions", `x = ${"a => ".repeat(times)}1`],
  ["arrow functions, one a line", `x = ${"a =>\n".repeat(times)}1`],
  ["conditionals", `x = ${"a ? b : ".repeat(times)}c`],
  ["conditionals, one a line", `x = ${"a ? b\n : ".repeat(times)}c`],
  ["assignments", `${"a = ".repeat(times)}1`],
  ["types", `type A = ${"B<".repeat(times)}C${">".repeat(times)}`],
  ["else if", `if (a) {}${" else if (a) {}".repeat(times)}`],
  ["JSX", `x = ${"<a>".repeat(times)}${"</a>".repeat(times)}`],
] as const)("%s, 20,000 deep, do not reach the native parser", ([, code]) => {
  expect(mayNestDeeply(code)).toBe(true);
  // It may parse or not; what counts is that there is somebody left to say so.
  for (const language of ["ts", "jsx"] as const) parser.parse(code, language, "module");
});

test.for([
  ["chains of calls", `x${".m(1)".repeat(times)}`],
  ["sums", `x${" + 1".repeat(times)}`],
  ["negations", `${"!".repeat(times)}x`],
] as const)("%s are no danger to it", ([, code]) => {
  expect(mayNestDeeply(code)).toBe(false);
  expect(parser.parse(code, "ts", "module").kind).toBe("parsed");
});

test("code without semicolons is not mistaken for one statement", () => {
  expect(mayNestDeeply("const a = b ? c : (d) => e\n".repeat(5_000))).toBe(false);
});

test("code that people write goes to the native parser", () => {
  const sources = execFileSync("git", ["ls-files", "*.ts"], { cwd: import.meta.dirname, encoding: "utf8" });
  for (const name of sources.trim().split("\n"))
    expect([name, mayNestDeeply(readFileSync(`${import.meta.dirname}/${name}`, "utf8"))]).toEqual([
      name,
      false,
    ]);
});
