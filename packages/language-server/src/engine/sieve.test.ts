/** The sieve loses nothing: where it says that there is nothing to decide, the analysis decides about nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultPolicy, mayDecide, mayHaveSites, syntacticFacts } from "eslint-plugin-floodgate/analysis";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../../eslint-plugin/test/catalogue/catalogue.ts";
import { filesToCheck } from "../cli/files.ts";
import { createEngine } from "./engine.ts";
import { loadNativeParser } from "./parse-native.ts";

const engine = createEngine(loadNativeParser().parser, { prefilter: false });

function decisionsIn(fileName: string, text: string): number {
  const program = engine.prepare({ fileName, text, typed: false }, defaultPolicy);
  return program.kind === "program"
    ? engine.decide(program, syntacticFacts, defaultPolicy).decisions.length
    : 0;
}

/** What the sieve would lose. */
const lost = (fileName: string, text: string): boolean =>
  !mayDecide(text, defaultPolicy) && decisionsIn(fileName, text) > 0;

/** Ways to write the same code that a search in its text must see through. */
const clothes: Readonly<Record<string, (code: string) => string>> = {
  "as it is": (code) => code,
  "with comments between the words": (code) =>
    code.replace(/(?<=[\w$)\]])(?=[.(])|(?<=[(,])(?=[\w(])/g, "/* a */ // b\n"),
  "with members in brackets": (code) => code.replace(/(?<=[\w$)\]])\.([a-z]\w*)(?=\()/g, '["$1"]'),
  "with optional calls": (code) => code.replace(/(?<=[a-z]\w*)\.([a-z]\w*)(?=\()/g, "?.$1?."),
  "with callees in parentheses": (code) => code.replace(/(?<![\w$.])([a-z]\w*)\((?=\w+\))/gi, "($1)("),
  "on one line": (code) => (/\/\/|`|\n\s*[(["]/.test(code) ? code : code.replace(/\n\s*/g, " ")),
  "in a function of a class": (code) =>
    /\bimport\b|\bexport\b/.test(code) ? code : `class Job { async run() {\n${code}\n} }`,
};

describe("the catalogue", () => {
  test.each(Object.keys(clothes))("%s", (name) => {
    const dress = clothes[name] as (code: string) => string;
    let decided = 0;
    for (const { id, code, jsx } of catalogue) {
      const fileName = jsx ? "/a.tsx" : "/a.ts";
      const dressed = dress(code);
      expect([id, lost(fileName, dressed) ? dressed : ""]).toEqual([id, ""]);
      decided += decisionsIn(fileName, dressed);
    }
    // The clothes must not have spoilt the code.
    expect(decided).toBeGreaterThan(200);
  });
});

test("this repository's own files", () => {
  const root = join(import.meta.dirname, "../../../..");
  const files = filesToCheck(
    ["examples", "packages", "e2e", "tools"].map((name) => join(root, name)),
    root,
  );
  expect(files.filter((file) => lost(file, readFileSync(file, "utf8")))).toEqual([]);
});

describe("what is there to be told apart", () => {
  test.each([
    "for (const row of rows) void save(row);",
    "for (const row of rows) { log(row); save(row).then(log); }",
    "async function save(x) {} for (const row of rows) { if (row) save(row); }",
    "class A { async save(x) {} all(rows) { for (const row of rows) { this.save(row); } } }",
    "const save = async (x) => {};\nrows.forEach((row) => { save(row); });",
    "rows.forEach(save); async function save(x) {}",
    "(async () => { await load(); })(); while (true) { (async () => { await load(); })(); }",
    "rows.map(async (row) => save(row));",
    "stream.on('data', async (row) => save(row));",
    "for (const task of tasks) await task;",
    "const { all } = Promise; x = Promise\n  .all(rows.map(load));",
    "import { writeFile } from 'fs/promises'; for (const row of rows) writeFile(row);",
    "import P from 'bluebird-lst'; P.map(rows, save);",
    "queue.add(() => save(row));",
    "const slots = this.queue; slots.add(() => save(row));",
    "const save: (row: Row) => Promise<void> = async (row) => {}; for (const row of rows) { save(row); }",
    "class A { constructor() { this.save = async (row) => {}; } all(rows) { for (const row of rows) { this.save(row); } } }",
    'class A { async ["save"](row) {} all(rows) { for (const row of rows) { this.save(row); } } }',
    "function save(row) { return load(row); } async function load(row) {} for (const row of rows) { save(row); }",
    "const save = (row): Promise<void> => { return load(row); }; async function load(row) {} rows.forEach((row) => { save(row); });",
    "const save = (row) => load(row); async function load(row) {} for (const row of rows) { (save as Save)(row); }",
    "import { writeFile as save } from 'fs/promises'; for (const row of rows) { save(row); }",
    "const { writeFile } = require('fs').promises; for (const row of rows) { writeFile(row); }",
    "const load = fetch; for (const row of rows) { load(row); }",
    "outer: for (const row of rows) { again: fetch(row); if (row) continue outer; }",
  ])("may hold something: %s", (text) => {
    expect(mayDecide(text, defaultPolicy)).toBe(true);
  });

  test.each([
    "async function load() { for (const id of ids) { const row = await get(id); out.push(row); } }",
    "it('works', async () => { rows.forEach((row) => { seen.push(row.id); }); expect(await load()).to.equal(1); });",
    "export async function f(xs) { return xs.map((x) => x.id).join(', '); }",
    "const later = (async () => 1)(); for (const x of xs) { log(x); }",
    "async function load() {} function check(row) { if (row.a === 'x') return; note(row); } for (const row of rows) { check(row); }",
    "async function load() {} const check = (row: Row): void => { note(row); return; }; for (const row of rows) { check(row); }",
    "class A { async load() {} check(row) { return row.a !== row.b; } run(rows) { for (const row of rows) { this.check(row); } } }",
    "import { readFile } from 'fs/promises';\nimport { log } from './log';\nasync function load() { for (const row of rows) { log(row); } }",
    "async function load() { const seen = []; for (const row of rows) { seen.push(await fetch(row)); } }",
    "async function load() { for (const row of rows) { log(row); (row as Row).seen = true; } }",
    "// does not block\nasync function g() { while (more()) { await step(); } }",
  ])("holds nothing, though the words are there: %s", (text) => {
    expect([mayHaveSites(text, defaultPolicy, false), mayDecide(text, defaultPolicy)]).toEqual([true, false]);
  });

  test("the user's own combinators and limiters may have any name", () => {
    const text = "for (const x of xs) { log(x); }";
    expect(mayDecide(text, defaultPolicy)).toBe(false);
    expect(mayDecide(text, { ...defaultPolicy, combinators: ["utils.settle"] })).toBe(true);
  });
});

test("rows of comments take no time", () => {
  const words = ["all", "map", "forEach", "limit", "for", "await", "void", "fetch", "Promise.", "x["];
  for (const word of words) {
    const text = `${word} ${"/* a */ ".repeat(2_000)}${"// ".repeat(2_000)}\n${"// b\n".repeat(2_000)};`;
    const started = process.cpuUsage();
    mayDecide(`async Promise ${text.repeat(3)}`, defaultPolicy);
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1000).toBeLessThan(1_000);
  }
});

test("a line break and an indent behind `await` take no time in a file with a loop over elements", () => {
  const text = (indent: string): string => `for (const a of b) {}\nawait\n${indent}c;`;
  const started = process.cpuUsage();
  expect(mayDecide(text(" ".repeat(10_000)), defaultPolicy)).toBe(false);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(1_000);
});

test.each(["(async).filter", "async?.filter", "async\n  .filter"])(
  "a library by its name, written %j",
  (callee) => {
    const text = `${callee}(rows, async (row) => load(row));`;
    expect(decisionsIn("/a.ts", text)).toBeGreaterThan(0);
    expect(mayDecide(text, defaultPolicy)).toBe(true);
  },
);
