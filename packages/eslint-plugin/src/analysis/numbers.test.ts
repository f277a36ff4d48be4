/** Numbers a reader of the source can work out, and names that promise to be a limit. */
import { describe, expect, test } from "vitest";
import { hereIn } from "../../test/analyse-text.ts";
import { numberOf, windowOf } from "./numbers.ts";

/** The number, `limit name`, or `?`. */
function numberIn(text: string): number | string {
  const { code, node } = hereIn(text);
  const fact = numberOf(code, node);
  return fact === undefined ? "?" : fact.kind === "known" ? fact.value : `limit ${fact.name}`;
}

type Table = readonly (readonly [text: string, number: number | string])[];
const holds = ([text, number]: readonly [string, number | string]) => {
  expect(numberIn(text)).toBe(number);
};

describe("values", () => {
  const table: Table = [
    ["here(5)", 5],
    ["here(-5)", -5],
    ["here(5_000)", 5000],
    ["here(5 as const)", 5],
    ["here('5')", "?"],
    ["here(!5)", "?"],
    ["here(-n)", "?"],
    ["here(Infinity)", Infinity],
    ["here(Number.POSITIVE_INFINITY)", Infinity],
    ["here(Number.MAX_SAFE_INTEGER)", Infinity],
    ["const Infinity = 3; here(Infinity)", 3],
    ["const n = 4; here(n)", 4],
    ["let n = 4; here(n)", 4],
    ["let n = 4; n = 5; here(n)", "?"],
    ["const n = m; const m = 4; here(n)", 4],
    ["const n = n; here(n)", "?"],
    ["const config = { n: 4 }; here(config.n)", 4],
    ["const config = load(); here(config.n)", "?"],
    ["const config = { batch: { n: 4 } }; here(config.batch.n)", 4],
    ["const config = { batch: load() }; here(config.batch.n)", "?"],
    ["here(2 + 3)", 5],
    ["here(2 - 3)", -1],
    ["here(2 * 3)", 6],
    ["here(6 / 3)", 2],
    ["here(2 ** 3)", 8],
    ["here(7 % 4)", 3],
    ["here(1 << 4)", 16],
    ["here(2 & 3)", "?"],
    ["here(n + 3)", "?"],
    ["here(ok ? 3 : 5)", 5],
    ["here(ok ? 3 : n)", "?"],
    ["here(Math.min(n, 8))", 8],
    ["here(Math.min(12, 8))", 8],
    ["here(Math.min(n, m))", "?"],
    ["here(Math.max(2, 8))", 8],
    ["here(Math.max(n, 8))", "?"],
    ["here(Math.ceil(2.5))", 3],
    ["here(Math.floor(2.5))", 2],
    ["here(Math.round(2.4))", 2],
    ["here(Math.trunc(2.4))", 2],
    ["here(Math.abs(-2))", 2],
    ["here(Math.random())", "?"],
    ["const Math = { min: () => 9 }; here(Math.min(2))", "?"],
    ["here(Math.min(n >> 2, 8) || 1)", 8],
  ];
  test.for(table)("%s → %s", holds);
});

describe("names of limits", () => {
  const table: Table = [
    ["here(concurrency)", "limit concurrency"],
    ["here(maxConcurrency)", "limit maxConcurrency"],
    ["here(options.concurrency)", "limit concurrency"],
    ["here(parallelism)", "limit parallelism"],
    ["here(batchSize)", "limit batchSize"],
    ["here(BATCH_SIZE)", "limit BATCH_SIZE"],
    ["here(chunk_size)", "limit chunk_size"],
    ["here(pageSize)", "limit pageSize"],
    ["here(poolSize)", "limit poolSize"],
    ["here(limit)", "limit limit"],
    ["here(uploadLimit)", "limit uploadLimit"],
    ["here(maxFiles)", "limit maxFiles"],
    ["here(MAX_FILES)", "limit MAX_FILES"],
    ["here(FILES_MAX)", "limit FILES_MAX"],
    ["here(workers)", "limit workers"],
    ["here(numThreads)", "limit numThreads"],
    ["here(perPage)", "limit perPage"],
    ["here(topK)", "limit topK"],
    ["here(os.cpus().length)", "limit cpus"],
    ["import { cpus } from 'node:os'; here(cpus().length)", "limit cpus"],
    ["here(os.availableParallelism())", "limit availableParallelism"],
    ["here(navigator.hardwareConcurrency)", "limit hardwareConcurrency"],
    ["here(options.concurrency ?? 5)", "limit concurrency"],
    ["here(Number(x) || limit)", "limit limit"],
    ["here(concurrency - 1)", "limit concurrency"],
    ["here(2 * workers)", "limit workers"],
    ["here(ok ? limit : 3)", "limit limit"],
    ["here(Math.min(n, limit))", "limit limit"],
    ["here(Math.max(1, limit))", "limit limit"],
    ["here(Math.max(n, limit))", "?"],
    ["here(Math.floor(workers / 2))", "limit workers"],
    // A default is somebody's choice, whatever the name.
    ["function f(n = 5) { here(n) }", "limit n"],
    ["function f({ n = 5 }) { here(n) }", "limit n"],
    ["function f(n) { here(n) }", "?"],
    ["function f(n = load()) { here(n) }", "?"],
    // What counts the data is no limit on it.
    ["here(size)", "?"],
    ["here(count)", "?"],
    ["here(total)", "?"],
    ["here(items.length)", "?"],
    ["here(delimiter)", "?"],
    ["here(unlimited)", "?"],
    // A name gives way to its value.
    ["const limit = 4; here(limit)", 4],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a number given to slice, take, chunk or bounded", () => {
  const windowIn = (text: string) => {
    const { code, node } = hereIn(text);
    return windowOf(code, node);
  };

  test("a known one caps", () => {
    expect(windowIn("here(20)")).toEqual({ kind: "at-most", count: 20, by: "window" });
    expect(windowIn("here(0)")).toEqual({ kind: "at-most", count: 0, by: "window" });
  });

  test("a name is a limit whose value cannot be seen, quoted as the author wrote it", () => {
    expect(windowIn("here(options.batchSize)")).toMatchObject({
      kind: "limit-like",
      name: "options.batchSize",
    });
  });

  test.for(["here(Infinity)", "here(-1)", "here(n)"])("%s caps nothing", (text) => {
    expect(windowIn(text)).toBeUndefined();
  });
});
