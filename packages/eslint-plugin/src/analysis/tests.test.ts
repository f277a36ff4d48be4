import { describe, expect, test } from "vitest";
import { decisionIn } from "../../test/analyse-text.ts";

const fanOut = "await Promise.all(rows.map(async (r) => save(r)));";
const verdictOf = (text: string) => decisionIn(text).verdict.kind;

describe("how many a test starts is left to the strict preset", () => {
  test.each([
    `test("a", async () => { ${fanOut} });`,
    `it.concurrent("a", async () => { ${fanOut} });`,
    `it.each([1])("a %s", async () => { ${fanOut} });`,
    `describe("a", () => { it("b", async () => { ${fanOut} }); });`,
    `describe("a", () => { async function seed() { ${fanOut} } });`,
    `afterEach(async () => { ${fanOut} });`,
    `import { after } from "node:test"; after(async () => { ${fanOut} });`,
    `bench("a", async () => { ${fanOut} });`,
  ])("%s", (text) => {
    expect(verdictOf(text)).toBe("strict");
  });
});

describe("not a test", () => {
  test.each([
    `export async function f() { ${fanOut} }`,
    `import { after } from "next/server"; after(async () => { ${fanOut} });`,
    `pattern.test(async () => { ${fanOut} });`,
    `const it = 1; register(async () => { ${fanOut} });`,
  ])("%s", (text) => {
    expect(verdictOf(text)).toBe("report");
  });
});

test("what a test forgets to wait for is a mistake there too", () => {
  expect(verdictOf('it("a", () => { rows.forEach(async (r) => { await save(r); }); });')).toBe("report");
});

describe("files that are there for tests, by their path in the project", () => {
  const verdictIn = (fileName: string) =>
    decisionIn(`async function f() { ${fanOut} }`, { fileName }).verdict.kind;
  test.each([
    "src/seed.test.ts",
    "src/seed.spec.jsx",
    "src/__tests__/helpers.ts",
    "packages/api/test/utils/db.ts",
    "tests/seed.mjs",
    "e2e/users.ts",
    "types/remote.test-d.ts",
    "bench/load.bench.js",
  ])("%s", (fileName) => {
    expect(verdictIn(fileName)).toBe("strict");
  });
  test.each([
    "src/seed.ts",
    "src/latest.ts",
    "src/contest/load.ts",
    "src/testament.ts",
    "protest.ts",
    "bench/load.js",
    "",
  ])("not %s", (fileName) => {
    expect(verdictIn(fileName)).toBe("report");
  });
});
