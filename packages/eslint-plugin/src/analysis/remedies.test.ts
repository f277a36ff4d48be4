/** How to mend a finding: the exact text of every form, the best first, and where none is offered. */
import { describe, expect, test } from "vitest";
import { analyseText, applied } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import type { RemedyTarget } from "./model.ts";

const style = "import";
const runtime = { specifier: "@floodgate/runtime", style } as const;
const installed = { pLimit: { specifier: "p-limit", style }, pMap: { specifier: "p-map", style } } as const;

/** Each suggestion for the one strict finding: its kind, and the file it leads to without the import it brings. */
function suggestionsIn(
  text: string,
  target: RemedyTarget = { runtime },
  given: Given = {},
): readonly (readonly [kind: string, text: string])[] {
  const analysis = analyseText(text, { ...given, policy: { strictness: "strict", ...given.policy } });
  const [finding, ...others] = analysis.findings;
  if (!finding || others.length > 0)
    throw new Error(`${analysis.findings.length} findings instead of one in\n${text}`);
  const inserted = /^import \{? ?\w+ ?\}? from "(?:@floodgate\/runtime|p-map|p-limit)";\n\n/;
  return analysis
    .remedies(finding, target)
    .suggestions.map(({ kind, edits }) => [kind, applied(text, edits).replace(inserted, "")]);
}

type Forms = Readonly<Record<string, string>>;
const offers = ([text, forms]: readonly [string, Forms]) => {
  const suggestions = suggestionsIn(text);
  expect(Object.fromEntries(suggestions)).toEqual(forms);
  expect(suggestions.map(([kind]) => kind)).toEqual(Object.keys(forms));
};

describe("Promise.all over a map of an array", () => {
  const table: readonly (readonly [text: string, forms: Forms])[] = [
    [
      "async function f(rows: R[]) { await Promise.all(rows.map((r) => save(r))); }",
      {
        "map-limit": "async function f(rows: R[]) { await mapLimit(rows, 10, (r) => save(r)); }",
        limited: "async function f(rows: R[]) { await Promise.all(rows.map(limited(10, (r) => save(r)))); }",
        bounded: "async function f(rows: R[]) { await Promise.all(bounded(rows, 50).map((r) => save(r))); }",
      },
    ],
    [
      "async function f(rows: R[]) { return await Promise.allSettled(rows.map(async (r, i) => save(r, i))); }",
      {
        "map-limit":
          "async function f(rows: R[]) { return await mapLimitSettled(rows, 10, async (r, i) => save(r, i)); }",
        limited:
          "async function f(rows: R[]) { return await Promise.allSettled(rows.map(limited(10, async (r, i) => save(r, i)))); }",
        bounded:
          "async function f(rows: R[]) { return await Promise.allSettled(bounded(rows, 50).map(async (r, i) => save(r, i))); }",
      },
    ],
    [
      "await Promise.all((rows ?? []).map((r) => save(r)));",
      {
        "map-limit": "await mapLimit((rows ?? []), 10, (r) => save(r));",
        limited: "await Promise.all((rows ?? []).map(limited(10, (r) => save(r))));",
        bounded: "await Promise.all((bounded(rows ?? [], 50)).map((r) => save(r)));",
      },
    ],
    [
      "await Promise.all(Object.keys(table) // all of them\n  .map((k) => save(k)));",
      {
        "map-limit": "await mapLimit(Object.keys(table) // all of them\n  , 10, (k) => save(k));",
        limited: "await Promise.all(Object.keys(table) // all of them\n  .map(limited(10, (k) => save(k))));",
        bounded: "await Promise.all(bounded(Object.keys(table), 50) // all of them\n  .map((k) => save(k)));",
      },
    ],
    // What is said about the type stays with the collection.
    [
      "async function f() { await Promise.all(this.rows!.map((r) => save(r))); }",
      {
        limited: "async function f() { await Promise.all(this.rows!.map(limited(10, (r) => save(r)))); }",
        bounded: "async function f() { await Promise.all(bounded(this.rows!, 50).map((r) => save(r))); }",
      },
    ],
    [
      "async function f() { await Promise.all((rows as R[]).map(async (r) => save(r))); }",
      {
        limited:
          "async function f() { await Promise.all((rows as R[]).map(limited(10, async (r) => save(r)))); }",
        bounded:
          "async function f() { await Promise.all((bounded(rows as R[], 50)).map(async (r) => save(r))); }",
      },
    ],
    [
      "await Promise.all(\n  Object.keys(table)\n    .map((k) => save(k)),\n);",
      {
        "map-limit": "await mapLimit(Object.keys(table), 10, (k) => save(k));",
        limited: "await Promise.all(\n  Object.keys(table)\n    .map(limited(10, (k) => save(k))),\n);",
        bounded: "await Promise.all(\n  bounded(Object.keys(table), 50)\n    .map((k) => save(k)),\n);",
      },
    ],
  ];
  test.for(table)("%s", offers);
});

describe("mapLimit is not offered", () => {
  const only = (...kinds: readonly string[]) => kinds;
  test.for<readonly [why: string, text: string, kinds: readonly string[]]>([
    [
      "unless the receiver is proved an array",
      "await Promise.all(rows.map((r) => save(r)));",
      only("limited", "bounded"),
    ],
    [
      "for a callback with three parameters",
      "await Promise.all([...rows].map((r, i, all) => save(r, i, all)));",
      only("limited", "bounded"),
    ],
    [
      "for a rest parameter",
      "await Promise.all([...rows].map((...r) => save(r)));",
      only("limited", "bounded"),
    ],
    ["for a callback by name", "await Promise.all([...rows].map(save));", only("limited", "bounded")],
    [
      "with a `this` for the callback",
      "await Promise.all([...rows].map((r) => save(r), self));",
      only("limited", "bounded"),
    ],
    [
      "for a function that reads `arguments`",
      "await Promise.all([...rows].map(function () { return save(arguments); }));",
      only("limited", "bounded"),
    ],
    [
      "for a function with a `this` of its own",
      "await Promise.all([...rows].map(function (r) { return this.save(r); }));",
      only("limited", "bounded"),
    ],
    [
      "with type arguments",
      "await Promise.all<R>([...rows].map((r) => save(r)));",
      only("limited", "bounded"),
    ],
    [
      "through an optional chain",
      "async function f(rows: R[]) { await Promise.all(rows?.map((r) => save(r))); }",
      only("limited"),
    ],
    ["for a flatMap", "await Promise.all([...rows].flatMap((r) => save(r)));", only("limited", "bounded")],
    [
      "for a map with a callee in parentheses",
      "await Promise.all(([...rows].map)((r) => save(r)));",
      only("limited", "bounded"),
    ],
    [
      "for another Promise",
      "import Promise from 'bluebird'; await Promise.all([...rows].map((r) => save(r)));",
      only("limited", "bounded"),
    ],
    [
      "where a comment would be lost",
      "await Promise.all(/* all */ [...rows].map((r) => save(r)));",
      only("limited", "bounded"),
    ],
    [
      "for a map elsewhere",
      "const tasks = [...rows].map((r) => save(r)); await Promise.all(tasks);",
      only("limited", "bounded"),
    ],
  ])("%s: %s", ([, text, kinds]) => {
    expect(suggestionsIn(text).map(([kind]) => kind)).toEqual(kinds);
  });

  test("types prove an array as well", () => {
    const text = "await Promise.all(rows.map((r) => save(r)));";
    const kinds = suggestionsIn(text, { runtime }, { facts: { isArray: () => "yes" } }).map(([kind]) => kind);
    expect(kinds).toEqual(["map-limit", "limited", "bounded"]);
  });
});

describe("other fan-outs", () => {
  const table: readonly (readonly [text: string, forms: Forms])[] = [
    [
      "await Promise.all(Array.from(rows, (r) => save(r)));",
      {
        limited: "await Promise.all(Array.from(rows, limited(10, (r) => save(r))));",
        bounded: "await Promise.all(Array.from(bounded(rows, 50), (r) => save(r)));",
      },
    ],
    [
      "await Promise.all([...olds.map((x) => drop(x)), ...news.map((x) => add(x))]);",
      {
        limited:
          "await Promise.all([...olds.map(limited(10, (x) => drop(x))), ...news.map(limited(10, (x) => add(x)))]);",
        bounded:
          "await Promise.all([...bounded(olds, 50).map((x) => drop(x)), ...bounded(news, 50).map((x) => add(x))]);",
      },
    ],
    [
      "const tasks = rows.map(async (r) => save(r)); for (const t of tasks) use(await t);",
      {
        limited:
          "const tasks = rows.map(limited(10, async (r) => save(r))); for (const t of tasks) use(await t);",
        bounded:
          "const tasks = bounded(rows, 50).map(async (r) => save(r)); for (const t of tasks) use(await t);",
      },
    ],
    [
      "const tasks = []; for (const r of rows) tasks.push(save(r)); await Promise.all(tasks);",
      {
        bounded:
          "const tasks = []; for (const r of bounded(rows, 50)) tasks.push(save(r)); await Promise.all(tasks);",
      },
    ],
    // A limit would change the winner.
    [
      "await Promise.race(rows.map((r) => save(r)));",
      { bounded: "await Promise.race(bounded(rows, 50).map((r) => save(r)));" },
    ],
    // `''` may be what `.filter(Boolean)` waits for.
    [
      "await Promise.all(rows.map((r) => r.url && fetch(r.url)));",
      { bounded: "await Promise.all(bounded(rows, 50).map((r) => r.url && fetch(r.url)));" },
    ],
    // Fifty chunks of fifty are not few.
    [
      "const parts = []; for (let i = 0; i < rows.length; i += 50) parts.push(rows.slice(i, i + 50)); await Promise.all(parts.map(async (part) => save(part)));",
      {
        "map-limit":
          "const parts = []; for (let i = 0; i < rows.length; i += 50) parts.push(rows.slice(i, i + 50)); await mapLimit(parts, 10, async (part) => save(part));",
        limited:
          "const parts = []; for (let i = 0; i < rows.length; i += 50) parts.push(rows.slice(i, i + 50)); await Promise.all(parts.map(limited(10, async (part) => save(part))));",
      },
    ],
    // There is nothing to count, and the parameters would lose their types.
    ["await Promise.all(Array.from({ length: n }, (_, i) => save(i)));", {}],
    // One limiter, or one bound, for each outer element limits nothing.
    ["await Promise.all(teams.flatMap((t) => t.members.map((m) => save(m))));", {}],
    [
      "const tasks = []; for (const r of rows) for (const p of r.parts) tasks.push(save(p)); await Promise.all(tasks);",
      {},
    ],
    ["const tasks = []; while (more()) tasks.push(save(next())); await Promise.all(tasks);", {}],
    ["const tasks = []; for await (const r of rows) tasks.push(save(r)); await Promise.all(tasks);", {}],
    ["async function walk(d) { const xs = await list(d); await Promise.all(xs.map((x) => walk(x))); }", {}],
  ];
  test.for(table)("%s", offers);
});

describe("p-limit and p-map, where they are installed", () => {
  const text = "async function f(rows: R[]) {\n  await Promise.all(rows.map(async (r) => save(r)));\n}";
  const kindsWith = (prefer: "runtime" | "p-limit" | "p-map" | "auto", target: RemedyTarget) =>
    suggestionsIn(text, target, { policy: { prefer } }).map(([kind]) => kind);

  test("their forms", () => {
    expect(Object.fromEntries(suggestionsIn(text, { runtime, installed }))).toMatchObject({
      "p-map":
        "async function f(rows: R[]) {\n  await pMap(rows, async (r) => save(r), { concurrency: 10 });\n}",
      "p-limit":
        "async function f(rows: R[]) {\n  const limit = pLimit(10);\n  await Promise.all(rows.map((r) => limit(async () => save(r))));\n}",
    });
  });

  test("the order is the project's: what it has, then what it prefers", () => {
    expect(kindsWith("auto", { runtime, installed })).toEqual([
      "map-limit",
      "limited",
      "p-map",
      "p-limit",
      "bounded",
    ]);
    expect(kindsWith("auto", { installed })).toEqual(["p-map", "p-limit", "map-limit", "limited", "bounded"]);
    expect(kindsWith("runtime", { installed })).toEqual(["map-limit", "limited", "bounded"]);
    expect(kindsWith("p-limit", { runtime, installed })).toEqual([
      "p-limit",
      "map-limit",
      "limited",
      "bounded",
    ]);
    expect(kindsWith("p-map", { runtime, installed })).toEqual(["p-map", "map-limit", "limited", "bounded"]);
    expect(kindsWith("auto", {})).toEqual(["map-limit", "limited", "bounded"]);
  });

  test("the limiter that the file has is used", () => {
    const before =
      "import pLimit from 'p-limit';\nconst limit = pLimit(5);\nawait Promise.all(rows.map((r) => save(r)));";
    expect(Object.fromEntries(suggestionsIn(before))["p-limit"]).toBe(
      before.replace("save(r)", "limit(() => save(r))"),
    );
  });

  test.each([
    ["held around the site", "await limit(async () => { await Promise.all(rows.map((r) => save(r))); });"],
    [
      "used in the task",
      "await Promise.all(rows.map(async (r) => { await fetch(r); await limit(() => save(r)); }));",
    ],
    [
      "used in what the task calls",
      "await Promise.all(rows.map((r) => keep(r)));\nasync function keep(r) { await fetch(r); await limit(() => save(r)); }",
    ],
    [
      "held by who calls the function around the site",
      "const walk = async (rows: R[]) => { await Promise.all(rows.map((r) => save(r))); };\nawait limit(() => walk(all));",
    ],
    [
      "held through a method of its own",
      "class Walker { async walk(rows: R[]) { await Promise.all(rows.map((r) => save(r))); } start() { return limit(() => this.walk(all)); } }",
    ],
  ])("but not one that is %s: that would be a deadlock", (_where, code) => {
    const before = `import pLimit from "p-limit"; const limit = pLimit(1);\n${code}`;
    const kinds = suggestionsIn(before, { runtime, installed }).map(([kind]) => kind);
    expect(kinds).toContain("limited");
    expect(kinds).not.toContain("p-limit");
  });

  test("a new one is made before its first use", () => {
    const before = "const tasks = rows.map((r) => save(r));\nawait Promise.all(tasks);";
    expect(Object.fromEntries(suggestionsIn(before, { installed }))["p-limit"]).toBe(
      `const limit = pLimit(10);\n${before.replace("save(r)", "limit(() => save(r))")}`,
    );
  });

  test("p-map has no allSettled, and a name in use is left alone", () => {
    const settled = "async function f(rows: R[]) { await Promise.allSettled(rows.map((r) => save(r))); }";
    expect(suggestionsIn(settled, { installed }).map(([kind]) => kind)).not.toContain("p-map");
    const taken =
      "async function f(rows: R[], limit) { await Promise.all(rows.map((r) => save(r, limit))); }";
    expect(suggestionsIn(taken, { installed }).map(([kind]) => kind)).not.toContain("p-limit");
  });
});

describe("floating work is run to its end, where `await` may stand", () => {
  const table: readonly (readonly [text: string, forms: Forms])[] = [
    [
      "export {}; rows.forEach(async (r) => { await save(r); });",
      { "map-limit": "export {}; await forEachLimit(rows, 10, async (r) => { await save(r); });" },
    ],
    [
      "export {}; (rows as R[]).forEach(async (r) => { await save(r); });",
      { "map-limit": "export {}; await forEachLimit(rows as R[], 10, async (r) => { await save(r); });" },
    ],
    [
      "export {}; rows!.forEach(async (r) => { await save(r); });",
      { "map-limit": "export {}; await forEachLimit(rows!, 10, async (r) => { await save(r); });" },
    ],
    [
      "export {}; rows.map(async (r) => save(r));",
      { "map-limit": "export {}; await forEachLimit(rows, 10, async (r) => save(r));" },
    ],
    [
      "export {}; for (const r of rows) void save(r);",
      { "map-limit": "export {}; await forEachLimit(rows, 10, (r) => save(r));" },
    ],
    [
      "export {}; for (const r of rows) { save(r).catch(report); }",
      { "map-limit": "export {}; await forEachLimit(rows, 10, (r) => save(r).catch(report));" },
    ],
    ["function f(rows) { rows.forEach(async (r) => { await save(r); }); }", {}],
    ["export {}; rows.forEach(async (r, i, all) => { await save(r, all); });", {}],
    ["export {}; rows.forEach(async (r) => { await save(r); } /* each */);", {}],
    ["export {}; for (const r of rows) { log(r); void save(r); }", {}],
  ];
  test.for(table)("%s", offers);
});

describe("options, misused limiters, permits, chunks", () => {
  const table: readonly (readonly [text: string, forms: Forms])[] = [
    [
      "import pMap from 'p-map'; await pMap(rows, save);",
      { option: "import pMap from 'p-map'; await pMap(rows, save, { concurrency: 10 });" },
    ],
    [
      "import pMap from 'p-map'; await pMap(rows, save, { stopOnError: false });",
      {
        option: "import pMap from 'p-map'; await pMap(rows, save, { concurrency: 10, stopOnError: false });",
      },
    ],
    [
      "import pMap from 'p-map'; await pMap(rows, save, { concurrency: Infinity });",
      { option: "import pMap from 'p-map'; await pMap(rows, save, { concurrency: 10 });" },
    ],
    [
      "import Q from 'p-queue'; export const q = new Q();",
      { option: "import Q from 'p-queue'; export const q = new Q({ concurrency: 10 });" },
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); await Promise.all(rows.map((r) => limit(save(r))));",
      {
        thunk:
          "import pLimit from 'p-limit'; const limit = pLimit(5); await Promise.all(rows.map((r) => limit(() => save(r))));",
      },
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); async function save(x) { await fetch(x); } rows.map((r) => limit(() => { save(r); }));",
      {
        thunk:
          "import pLimit from 'p-limit'; const limit = pLimit(5); async function save(x) { await fetch(x); } rows.map((r) => limit(() => { return save(r); }));",
      },
    ],
    ["import pLimit from 'p-limit'; await Promise.all(rows.map((r) => pLimit(5)(() => save(r))));", {}],
    [
      "import { Sema } from 'async-sema';\nconst sema = new Sema(4);\nasync function f(x) {\n  await sema.acquire();\n  await save(x);\n  sema.release();\n}",
      {
        release:
          "import { Sema } from 'async-sema';\nconst sema = new Sema(4);\nasync function f(x) {\n  await sema.acquire();\n  try {\n  await save(x);\n  } finally {\n  sema.release();\n  }\n}",
      },
    ],
    [
      "export {}; for (const part of chunk(rows, 25)) await Promise.all(part.map((r) => save(r)));",
      { "map-limit": "export {}; await forEachLimit(rows, 25, (r) => save(r));" },
    ],
    // The number comes first, or by name: which is which must not be guessed.
    ["export {}; for (const part of splitEvery(25, rows)) await Promise.all(part.map((r) => save(r)));", {}],
    [
      "export {}; for (const part of chunk(rows, { size: 25 })) await Promise.all(part.map((r) => save(r)));",
      {},
    ],
    [
      "export {}; for (const part of chunk(rows, 25)) { await Promise.all(part.map((r) => save(r))); log(part); }",
      {},
    ],
  ];
  test.for(table)("%s", offers);
});

test.each([
  ["(save(r));", "return (save(r));"],
  ["void save(r);", "return save(r);"],
  ["void (save(r));", "return (save(r));"],
  ["(void save(r));", undefined],
])("a task that drops its promise by %s", (dropped, returned) => {
  const text = (task: string) =>
    `import pLimit from "p-limit"; const limit = pLimit(5); async function save(x) { await fetch(x); } rows.map((r) => limit(() => { ${task} }));`;
  const [thunk] = suggestionsIn(text(dropped)).filter(([kind]) => kind === "thunk");
  expect(thunk?.[1]).toBe(returned && text(returned));
});

describe("what a menu shows", () => {
  const titlesIn = (text: string, target: RemedyTarget) => {
    const analysis = analyseText(text);
    return analysis.findings.flatMap((finding) =>
      analysis.remedies(finding, target).suggestions.map(({ title }) => title),
    );
  };
  const text = "async function f(rows: R[]) { await Promise.all(rows.map((r) => save(r))); }";

  test("what is done, with which function", () => {
    expect(titlesIn(text, { runtime, installed })).toEqual([
      "Limit to 10 at once with `mapLimit`",
      "Limit to 10 at once with `limited`, and keep everything else",
      "Limit to 10 at once with `pMap`",
      "Limit to 10 at once with `pLimit`",
      "Say that there are at most 50, and check it, with `bounded`",
    ]);
  });

  test("what is still to be installed", () => {
    expect(titlesIn(text, {})[0]).toBe("Limit to 10 at once with `mapLimit` (needs `@floodgate/runtime`)");
  });
});

test("the runtime is imported from where the host found it", () => {
  const analysis = analyseText("await Promise.all(rows.map((r) => save(r)));");
  const [finding] = analysis.findings;
  if (!finding) throw new Error("no finding");
  const { suggestions } = analysis.remedies(finding, {
    runtime: { specifier: "./lib/floodgate.js", style: "require" },
  });
  expect(suggestions[0]?.edits[0]?.text).toBe('const { limited } = require("./lib/floodgate.js");\n\n');
  expect(suggestions[0]?.imports).toBe("./lib/floodgate.js");
});

test("a finding of another analysis has no remedies", () => {
  const [finding] = analyseText("await Promise.all(rows.map((r) => save(r)));").findings;
  if (!finding) throw new Error("no finding");
  expect(analyseText("").remedies(finding, { runtime })).toEqual({ suggestions: [] });
});
