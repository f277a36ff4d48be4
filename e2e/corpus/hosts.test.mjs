/** What makes two hosts' findings equal, and how the summary counts them. No host runs here. */
import { describe, expect, test } from "vitest";
import { compare } from "./host-compare.mjs";
import { placeIn, readDiagnostics } from "./host-runs.mjs";
import { summaryOf } from "./host-summary.mjs";

const finding = (changes = {}) => ({
  ...{ file: "a.ts", line: 3, column: 5, endLine: 3, endColumn: 16 },
  ...{ rule: "no-unbounded-promise-all", message: "`Promise.all` starts one per element." },
  ...changes,
});

const run = (findings, changes = {}) => ({
  ...{ commit: "abc", files: 2, findings, unread: {}, untyped: [], crashes: [], timeOuts: [] },
  ...changes,
});

const families = ({ differences }) => differences.map(({ only, family }) => `${only}: ${family}`);

describe("two hosts", () => {
  test("agree when places, rules and words are the same, in any order", () => {
    const other = finding({ line: 9, endLine: 9 });
    expect(compare(run([finding(), other]), run([other, finding()]))).toEqual({
      ...{ differences: [], equal: 2, apart: {} },
    });
  });

  test("differ where only one of them finds something", () => {
    const { differences, equal } = compare(run([finding(), finding({ line: 30 })]), run([finding()]));
    expect(equal).toBe(1);
    expect(differences).toMatchObject([
      { file: "a.ts", line: 30, only: "left", family: "found by one only" },
    ]);
  });

  test.each([
    ["other words or another end", { message: "Something else." }],
    ["other words or another end", { endColumn: 17 }],
    ["another rule", { rule: "no-floating-fan-out" }],
    ["another place", { column: 7 }],
    ["another place", { line: 4 }],
    ["found by one only", { file: "b.ts" }],
  ])("differ, and how is named: %s", (family, changes) => {
    expect(families(compare(run([finding()]), run([finding(changes)])))).toEqual([
      `left: ${family}`,
      `right: ${family}`,
    ]);
  });

  test("differ when one reports a place twice", () => {
    expect(families(compare(run([finding()]), run([finding(), finding()])))).toEqual([
      "right: found by one only",
    ]);
  });

  test.each([
    ["the left host did not read the file", { unread: { "a.ts": "Unexpected token" } }, {}],
    ["the right host did not read the file", {}, { unread: { "a.ts": "Unexpected token" } }],
    ["no project of ESLint's has the file", { untyped: ["a.ts"] }, {}],
  ])("are not compared in a file of which it holds: %s", (why, ofLeft, ofRight) => {
    const { differences, apart } = compare(run([finding()], ofLeft), run([], ofRight));
    expect(differences).toEqual([]);
    expect(apart).toEqual({ [why]: 1 });
  });

  test("agree about a suppressed finding where comments count", () => {
    const left = run([finding({ suppressed: true })]);
    expect(families(compare(left, run([]), { withoutSuppressed: true }))).toEqual([]);
    expect(families(compare(left, run([])))).toEqual(["left: found by one only"]);
    expect(families(compare(left, run([finding()])))).toEqual([]);
  });
});

describe("what oxlint counts in bytes", () => {
  const place = (text, part) => {
    const offset = Buffer.byteLength(text.slice(0, text.indexOf(part)));
    return placeIn(Buffer.from(text), { offset, length: Buffer.byteLength(part) });
  };

  test.each([
    ["all(x)", { line: 1, column: 1, endLine: 1, endColumn: 4 }],
    ["// é\n/* 😀 */ all(x)", { line: 2, column: 10, endLine: 2, endColumn: 13 }],
    ["\uFEFFall(x)", { line: 1, column: 1, endLine: 1, endColumn: 4 }],
    ["a;\r\n\r\nall(x)", { line: 3, column: 1, endLine: 3, endColumn: 4 }],
    ["'\u2028'; all(x)", { line: 2, column: 4, endLine: 2, endColumn: 7 }],
  ])("is counted in characters: %j", (text, expected) => {
    expect(place(text, "all")).toEqual(expected);
  });

  test("diagnostics that are none of ours say that a file was not read, or that a rule threw", () => {
    const result = run([]);
    readDiagnostics(
      result,
      [
        { message: "Unexpected token", filename: "bad.ts", labels: [] },
        { message: "Error running JS plugin.\nTypeError: x", filename: "b.ts", labels: [] },
      ],
      "/nowhere",
    );
    expect(result).toMatchObject({
      findings: [],
      unread: { "bad.ts": "Unexpected token" },
      crashes: [{ file: "b.ts" }],
    });
  });
});

describe("the summary", () => {
  const versions = { Node: "20" };
  const sites = run([{ ...finding(), verdict: "report", certainty: "likely" }]);
  const agreeing = {
    name: "owner__name",
    files: 2,
    runs: { sites: sites, eslint: run([finding()]), "check-off": run([finding()]) },
  };

  test("counts files, findings by host and rule, and verdicts", () => {
    const { markdown, clean } = summaryOf([agreeing], versions);
    expect(clean).toBe(true);
    expect(markdown).toContain("2 files of 1 repositories");
    expect(markdown).toContain("| ESLint, without types | 1 | 2 | 0 |  | 1 | 0 | 0 |");
    expect(markdown).toContain("| `no-unbounded-promise-all` | 0 | 1 | 0 | 0 | 0 | 0 |");
    expect(markdown).toMatch(/\| owner\/name \| unknown \| 2 \| 1 \| 1 \| not run \|.*\| 0 \|/);
  });

  test("names the commit that was checked out, where it is known", () => {
    const { markdown } = summaryOf([{ ...agreeing, commit: "0123456789abcdef" }], versions);
    expect(markdown).toContain("| owner/name | 0123456789 | 2 |");
  });

  test("says what types changed, in the files that were asked for with types and have some", () => {
    const at = (line, changes) => finding({ line, endLine: line, ...changes });
    const elsewhere = [at(1, { file: "not-asked.ts" }), at(1, { file: "no-project.js" })];
    const runs = {
      eslint: run([at(1), at(20), at(30), ...elsewhere]),
      "eslint-types": run([at(1), at(20, { message: "In other words." }), at(60), at(70)], {
        untyped: ["no-project.js"],
        fileNames: ["a.ts", "no-project.js"],
      }),
    };
    expect(summaryOf([{ ...agreeing, runs }], versions).text).toContain(
      "With types, where ESLint has them: findings left as they are: 1; withdrawn: 1; added: 2; in other words: 1.",
    );
  });

  test("is not clean with a difference, a crash or a time-out, and names them", () => {
    const lacking = { ...agreeing, runs: { ...agreeing.runs, "check-off": run([]) } };
    const crashed = run([finding()], { crashes: [{ file: "b.ts", message: "TypeError: x\n  at y" }] });
    const slow = run([finding()], { timeOuts: [{ message: "took longer than 5 ms" }] });
    for (const [runs, words] of [
      [lacking.runs, "owner__name/a.ts:3:5 no-unbounded-promise-all"],
      [{ eslint: crashed }, "crash, eslint, owner__name/b.ts: TypeError: x"],
      [{ eslint: slow }, "time-out, eslint, owner__name/: took longer than 5 ms"],
    ]) {
      const { text, clean } = summaryOf([{ ...agreeing, runs }], versions);
      expect(clean).toBe(false);
      expect(text).toContain(words);
    }
  });
});
