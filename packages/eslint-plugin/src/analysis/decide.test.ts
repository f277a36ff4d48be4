/** One report per site: misuse, recursion, floating, option, then promise-all; and what each strictness reports. */
import { describe, expect, test } from "vitest";
import { analyseText, findingsIn } from "../../test/analyse-text.ts";

const rulesIn = (text: string, strictness: "strict" | "recommended" = "strict") =>
  findingsIn(text, { policy: { strictness } }).map(({ site }) => site.rule);

const limit = "import pLimit from 'p-limit'; const limit = pLimit(5); ";

describe("one report per site", () => {
  test.for<readonly [text: string, ...rules: string[]]>([
    [`${limit}await Promise.all(rows.map((r) => limit(save(r))));`, "no-ineffective-limiter"],
    [
      "import pLimit from 'p-limit'; await Promise.all(rows.map((r) => pLimit(5)(() => save(r))));",
      "no-ineffective-limiter",
    ],
    [
      `${limit}const ts = rows.map(async (r) => save(r)); await Promise.all(ts.map((t) => limit(() => t)));`,
      "no-ineffective-limiter",
    ],
    [
      `${limit}async function save(x) { await limit(() => fetch(x)); } await Promise.all(rows.map((r) => limit(() => save(r))));`,
      "no-reentrant-limiter",
    ],
    ["async function walk(d) { await Promise.all(d.children.map((x) => walk(x))); }", "no-recursive-fan-out"],
    ["rows.forEach(async (r) => { await save(r); });", "no-floating-fan-out"],
    ["for (const r of rows) { void save(r); await sleep(100); }", "no-sleep-throttle"],
    ["for (const p of chunk(rows, 25)) await Promise.all(p.map((r) => save(r)));", "no-chunked-promise-all"],
    [
      "for (const p of chunk(rows, 25)) { await Promise.all(p.map((r) => save(r))); await sleep(100); }",
      "no-sleep-throttle",
    ],
    ["import pMap from 'p-map'; await pMap(rows, save);", "require-concurrency-option"],
    // Two sites are two reports, in source order.
    [
      "await Promise.all(rows.map((r) => save(r))); rows.forEach(async (r) => { await load(r); });",
      "no-unbounded-promise-all",
      "no-floating-fan-out",
    ],
    [
      "await Promise.all(rows.map(async (r) => { await Promise.all(r.parts.map((p) => save(p))); }));",
      "no-unbounded-promise-all",
      "no-unbounded-promise-all",
    ],
    // A limiter in place is nobody's finding.
    [`${limit}await Promise.all(rows.map((r) => limit(() => save(r))));`],
  ])("%s", ([text, ...rules]) => {
    expect(rulesIn(text)).toEqual(rules);
  });

  test("where strict findings are not reported, dropped work is, sleep or no sleep", () => {
    const text = "for (const r of rows) { void save(r); await sleep(100); }";
    expect(rulesIn(text, "recommended")).toEqual(["no-floating-fan-out"]);
  });
});

describe("strictness", () => {
  const text = "await Promise.all(rows.slice(0, batchSize).map((r) => save(r)));";

  test("a strict verdict is a decision in both, and a finding in one", () => {
    expect(rulesIn(text, "recommended")).toEqual([]);
    expect(rulesIn(text)).toEqual(["no-unbounded-promise-all"]);
    expect(analyseText(text).decisions.map(({ verdict }) => verdict.kind)).toEqual(["strict"]);
  });
});

describe("certainty", () => {
  const certaintyIn = (text: string) => analyseText(text).decisions.map(({ certainty }) => certainty);

  test("a type could withdraw what rests on an unanswered question", () => {
    expect(certaintyIn("await Promise.all(rows.map(async (r) => { await save(r); }));")).toEqual(["likely"]);
    expect(certaintyIn("function f(rows: R[]) { return Promise.all(rows.map((r) => save(r))); }")).toEqual([
      "likely",
    ]);
  });

  test("a type could say of whatever is handed a function that it is a limiter", () => {
    const certaintyOf = (body: string) => certaintyIn(`stream.on('line', async (x) => { await ${body}; });`);
    expect(certaintyOf("fetch(x)")).toEqual(["certain"]);
    expect(certaintyOf("importLine(() => fetch(x))")).toEqual(["likely"]);
    expect(certaintyOf("jobs.add(() => fetch(x))")).toEqual(["likely"]);
  });

  test("and nothing what syntax shows", () => {
    expect(
      certaintyIn(
        "function f(rows: R[]) { return Promise.all(rows.map(async (r) => { await fetch(r); })); }",
      ),
    ).toEqual(["certain"]);
  });

  test("`report: certain` leaves the likely ones out", () => {
    const text = "await Promise.all(rows.map((r) => save(r)));";
    expect(analyseText(text, { policy: { report: "certain" } }).findings).toEqual([]);
    expect(analyseText(text).findings).toHaveLength(1);
  });
});

test("a test may hold a permit", () => {
  const text =
    "import { Sema } from 'async-sema'; const s = new Sema(2); async function f() { await s.acquire(); await save(); s.release(); }";
  expect(findingsIn(text, { policy: { strictness: "recommended" } })).toHaveLength(1);
  const inTest = text.replace("async function f()", "test('x', async () =>").replace(/\}$/, "});");
  expect(findingsIn(inTest, { policy: { strictness: "recommended" } })).toEqual([]);
  expect(findingsIn(inTest, { policy: { strictness: "strict" } })).toHaveLength(1);
});

test("an empty file, and one that only talks about promises, hold nothing", () => {
  for (const text of ["", "// Promise.all(rows.map(save))", "const text = 'Promise.all(rows.map(save))';"])
    expect(analyseText(text).decisions).toEqual([]);
});
