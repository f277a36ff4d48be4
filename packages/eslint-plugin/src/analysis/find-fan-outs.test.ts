/** Which places wait for many promises at once? */
import { describe, expect, test } from "vitest";
import { analyseText, boundText, effectText, findingsIn, gateText } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";

/** `operation: bound, effect, gate` of each decision, in source order. */
function sitesIn(text: string, given?: Given): readonly string[] {
  return analyseText(text, given).decisions.map(({ site, bound, effect, gate }) =>
    [
      `${site.operation}: ${boundText(bound)}`,
      effectText(effect),
      ...(gate.kind === "none" ? [] : [gateText(gate)]),
    ].join(", "),
  );
}

describe("combinators", () => {
  test.for([
    ["Promise.all(xs.map(f))", "Promise.all"],
    ["Promise.allSettled(xs.map(f))", "Promise.allSettled"],
    ["Promise.any(xs.map(f))", "Promise.any"],
    ["Promise.race(xs.map(f))", "Promise.race"],
    ["Promise['all'](xs.map(f))", "Promise.all"],
    ["Promise?.all(xs.map(f))", "Promise.all"],
    ["globalThis.Promise.all(xs.map(f))", "globalThis.Promise.all"],
    ["window.Promise.all(xs.map(f))", "window.Promise.all"],
    ["Array.fromAsync(xs.map(f))", "Array.fromAsync"],
    ["const P = Promise; P.all(xs.map(f))", "P.all"],
    ["import P from 'bluebird'; P.all(xs.map(f))", "P.all"],
    ["import { all } from 'bluebird'; all(xs.map(f))", "all"],
    ["import * as rsvp from 'rsvp'; rsvp.all(xs.map(f))", "rsvp.all"],
    ["import q from 'q'; q.all(xs.map(f))", "q.all"],
    ["$q.all(xs.map(f))", "$q.all"],
    ["promiseAll(xs.map(f))", "promiseAll"],
    ["awaitAll(xs.map(f))", "awaitAll"],
    ["allSettled(xs.map(f))", "allSettled"],
    ["promiseAllRejectLate(xs.map(f))", "promiseAllRejectLate"],
    [
      "function settle(tasks) { return Promise.allSettled(tasks); } settle(xs.map(f))",
      "Promise.allSettled, settle",
    ],
    [
      "async function settle(tasks) { return await Promise.all(tasks); } settle(xs.map(f))",
      "Promise.all, settle",
    ],
    // Not these.
    ["const Promise = mine; Promise.all(xs.map(f))", ""],
    ["mine.all(xs.map(f))", ""],
    ["all(xs.map(f))", ""],
    ["installAll(xs.map(f))", ""],
    ["import pAll from 'p-all'; import { promiseAll } from 'p-all'; promiseAll(xs.map(f))", ""],
    ["Promise.resolve(xs.map(f))", ""],
    ["Promise.all()", ""],
    ["Promise.all(...lists)", ""],
    ["Array.fromAsync(xs, f)", ""],
    ["function run(tasks) { return save(tasks); } run(xs.map(f))", ""],
  ] as const)("%s → %s", ([text, operations]) => {
    expect(
      analyseText(`export {}; ${text}`)
        .decisions.map(({ site }) => site.operation)
        .join(", "),
    ).toBe(operations);
  });

  test("the user's own, by settings", () => {
    const policy = { combinators: ["settle", "utils.wait"] };
    expect(sitesIn("settle(xs.map((x) => f(x)))", { policy })).toEqual(["settle: unbounded, starts f"]);
    expect(sitesIn("a.settle(xs.map((x) => f(x)))", { policy })).toEqual(["a.settle: unbounded, starts f"]);
    expect(sitesIn("utils.wait(xs.map((x) => f(x)))", { policy })).toEqual([
      "utils.wait: unbounded, starts f",
    ]);
    expect(sitesIn("wait(xs.map((x) => f(x)))", { policy })).toEqual([]);
    expect(sitesIn("resettle(xs.map((x) => f(x)))", { policy })).toEqual([]);
  });
});

describe("promises that the elements of a list hold", () => {
  const operations = "rows.map((row) => ({ id: row.id, done: save(row) }))";
  test.for<readonly [text: string, verdict: string]>([
    [`const jobs = ${operations}; await Promise.all(jobs.map((job) => job.done));`, "report"],
    [`await Promise.all(${operations}.map((job) => job.done));`, "report"],
    [
      "const jobs = teams.flatMap((t) => t.rows.map((row) => ({ done: save(row) }))); await Promise.all(jobs.map((j) => j.done));",
      "report",
    ],
    [
      "const jobs = []; for (const row of rows) jobs.push({ done: save(row) }); await Promise.all(jobs.map((j) => j.done));",
      "report",
    ],
    // Started elsewhere, or as many as are written out, or data.
    ["await Promise.all(jobs.map((job) => job.done));", "silent"],
    [
      "const jobs = [a, b].map((x) => ({ done: save(x) })); await Promise.all(jobs.map((j) => j.done));",
      "silent",
    ],
    [`const jobs = ${operations}; await Promise.all(jobs.map((job) => job.id));`, "silent"],
    [
      `const jobs = ${operations}; async function f() { await Promise.all(jobs.map((job) => job.done)); }`,
      "silent",
    ],
  ])("%s → %s", ([text, verdict]) => {
    expect(
      analyseText(text).decisions.find(({ site }) => site.operation === "Promise.all")?.verdict.kind,
    ).toBe(verdict);
  });
});

test("a generator that is called with `this` is looked into, too", () => {
  const text =
    "await Promise.all((function* () { yield* rows.map((row) => fetch(row)); }).call(this)); function* g() { yield* rows.map((row) => fetch(row)); } async function f() { await Promise.all(g.call(this)); }";
  expect(analyseText(text).decisions.map(({ verdict }) => verdict.kind)).toEqual(["report", "report"]);
});

test("a window counted by hand, whose wait stands in a helper, is a pool", () => {
  const text = `
    const active = {};
    let actives = 0;
    const wait = async () => { const done = await Promise.race(Object.values(active)); delete active[done.at]; actives--; };
    while ((next = queue.pop())) {
      active[next.at] = next.start();
      actives++;
      if (actives >= (options.downloadConcurrency ?? 10)) await wait();
    }
    while (actives > 0) await wait();`;
  expect(findingsIn(text)).toEqual([]);
});

describe("loops that wait for what was started before", () => {
  test.for<readonly [text: string, ...sites: string[]]>([
    ["for await (const r of xs.map(async (x) => f(x))) use(r);", "xs.map: unbounded, starts f"],
    [
      "const ts = xs.map(async (x) => f(x)); for (const t of ts) use(await t);",
      "xs.map: unbounded, starts f",
    ],
    ["const ts = xs.map((x) => f(x)); for (const t of ts) use(await t);", "xs.map: unbounded, starts f"],
    // Waited for already, or not at all.
    [
      "const ts = xs.map(async (x) => f(x)); await Promise.all(ts); for (const t of ts) use(await t);",
      "Promise.all: unbounded, starts f",
    ],
    ["const ts = xs.map(async (x) => f(x)); for (const t of ts) use(t);"],
    ["for await (const r of stream()) use(r);"],
    ["for (const x of xs) await f(x);"],
    ["for (const x of xs) { const y = await x; }"],
  ])("%s", ([text, ...sites]) => {
    expect(sitesIn(text)).toEqual(sites);
  });
});

describe("a combinator that nobody waits for is started again in each round", () => {
  test.for<readonly [text: string, ...sites: string[]]>([
    ["for (const part of parts) await Promise.all([f(part), g(part)]);", "Promise.all: 2, starts f"],
    ["for (const part of parts) void Promise.all([f(part), g(part)]);", "Promise.all: unbounded, starts f"],
    [
      "for (const part of parts) Promise.all([f(part), g(part)]).catch(report);",
      "Promise.all: unbounded, starts f",
    ],
    ["for (const part of [1, 2]) void Promise.all([f(part), g(part)]);", "Promise.all: 4, starts f"],
  ])("%s", ([text, ...sites]) => {
    expect(sitesIn(text)).toEqual(sites);
  });
});

describe("recursion", () => {
  const ruleIn = (text: string) => analyseText(text).decisions.map(({ site }) => site.rule);
  test.for([
    "async function walk(d) { const xs = await list(d); await Promise.all(xs.map((x) => walk(x))); }",
    "async function walk(d) { const xs = await list(d); await Promise.all(xs.map(walk)); }",
    "const walk = async (d) => { const xs = await list(d); await Promise.all(xs.map(async (x) => { await walk(x); })); };",
    "class A { async walk(d) { await Promise.all(d.children.map((x) => this.walk(x))); } }",
    "async function walk(d) { await Promise.all(d.children.map((x) => visit(x))); } async function visit(x) { await walk(x); }",
  ])("%s", (text) => {
    expect(ruleIn(text)).toEqual(["no-recursive-fan-out"]);
  });

  test.for([
    "async function walk(d) { const xs = await list(d); await Promise.all(xs.map((x) => load(x))); await walk(d.next); }",
    "async function walk(d) { await Promise.all(d.children.map((x) => other.walk(x))); }",
  ])("not: %s", (text) => {
    expect(ruleIn(text)).toEqual(["no-unbounded-promise-all"]);
  });
});

describe("of several fan-outs the one that weighs most decides", () => {
  test.for<readonly [text: string, ...sites: string[]]>([
    ["await Promise.all([f(1), ...xs.map(g)]);", "Promise.all: unbounded, starts g"],
    ["await Promise.all([...[1, 2].map(f), ...xs.map(g)]);", "Promise.all: unbounded, starts g"],
    ["await Promise.all([...xs.map((x) => x.id), ...[1].map(f)]);", "Promise.all: unbounded, join"],
    ["await Promise.all([a, b]);", "Promise.all: 2, join"],
    ["await Promise.all(tasks);", "Promise.all: unknown, join"],
  ])("%s", ([text, ...sites]) => {
    expect(sitesIn(text)).toEqual(sites);
  });
});
