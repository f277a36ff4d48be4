/** What is offered for streams behind a limiter and for pauses: the exact text, and where nothing is offered. */
import { describe, expect, test } from "vitest";
import { analyseText, applied } from "../../test/analyse-text.ts";
import type { RemedyTarget } from "./model.ts";

const runtime = { specifier: "@floodgate/runtime", style: "import" } as const;

/** The file that the only suggestion for the only strict finding leads to; undefined where there is no suggestion. */
function mendedBy(text: string, target: RemedyTarget = { runtime }): string | undefined {
  const analysis = analyseText(text, { policy: { strictness: "strict" } });
  const [finding, ...others] = analysis.findings;
  if (!finding || others.length > 0)
    throw new Error(`${analysis.findings.length} findings instead of one in\n${text}`);
  const { suggestions } = analysis.remedies(finding, target);
  expect(suggestions.length).toBeLessThan(2);
  return suggestions[0] && applied(text, suggestions[0].edits);
}

const brought = (names: string) => `import { ${names} } from '@floodgate/runtime';\n`;

describe("a stream behind a limiter is taken as it goes; the limiter stays, since others may share it", () => {
  const pLimit = "import pLimit from 'p-limit';\n";
  const limit = "const limit = pLimit(8);\n";
  test.for<readonly [before: string, name: string, after: string]>([
    [
      "const rows = await Array.fromAsync(cursor);\nawait Promise.all(rows.map((r) => limit(() => save(r))));",
      "mapLimit",
      "const rows = await Array.fromAsync(cursor);\nawait mapLimit(rows, 8, (r) => limit(() => save(r)));",
    ],
    [
      "await Promise.all((await cursor.toArray()).map((r) => limit(() => save(r))));",
      "mapLimit",
      "await mapLimit((await cursor.toArray()), 8, (r) => limit(() => save(r)));",
    ],
    [
      "const tasks = [];\nfor await (const { id } of cursor) {\n  tasks.push(limit(async () => await save(id)));\n}\nconst done = await Promise.all(tasks);",
      "mapLimit",
      "const done = await mapLimit(cursor, 8, ({ id }) => limit(async () => await save(id)));",
    ],
    [
      "async function f() {\n  const tasks: Promise<void>[] = [];\n  for await (const r of cursor) tasks.push(limit(() => save(r)));\n  return Promise.allSettled(tasks);\n}",
      "mapLimitSettled",
      "async function f() {\n  return mapLimitSettled(cursor, 8, (r) => limit(() => save(r)));\n}",
    ],
    [
      "for await (const r of cursor) limit(() => save(r));",
      "forEachLimit",
      "await forEachLimit(cursor, 8, (r) => limit(() => save(r)));",
    ],
  ])("%s", ([before, name, after]) => {
    expect(mendedBy(pLimit + limit + before)).toBe(pLimit + brought(name) + limit + after);
  });

  test("a queue as well, as many as it runs at once, or the default where that cannot be read", () => {
    const pQueue = "import Q from 'p-queue';\n";
    const before = "for await (const r of cursor) { void q.add(() => save(r)); }\nawait q.onIdle();";
    const after = (n: number) =>
      `await forEachLimit(cursor, ${n}, (r) => q.add(() => save(r)));\nawait q.onIdle();`;
    const four = "const q = new Q({ concurrency: 4 });\n";
    expect(mendedBy(pQueue + four + before)).toBe(pQueue + brought("forEachLimit") + four + after(4));
    const some = "const q = new Q({ concurrency: size });\n";
    expect(mendedBy(pQueue + some + before)).toBe(pQueue + brought("forEachLimit") + some + after(10));
  });

  test.for<readonly [why: string, text: string]>([
    [
      "somebody else looks at the array",
      "const tasks = []; for await (const r of cursor) tasks.push(limit(() => save(r)));\nawait Promise.all(tasks); log(tasks.length);",
    ],
    [
      "something happens in between",
      "const tasks = []; for await (const r of cursor) tasks.push(limit(() => save(r)));\nlog(); await Promise.all(tasks);",
    ],
    [
      "something is evaluated before the wait",
      "const tasks = []; for await (const r of cursor) tasks.push(limit(() => save(r)));\nuse(count(), await Promise.all(tasks));",
    ],
    [
      "there is more to each round",
      "const tasks = []; for await (const r of cursor) { log(r); tasks.push(limit(() => save(r))); }\nawait Promise.all(tasks);",
    ],
    ["there is more to each round", "for await (const r of cursor) { log(r); limit(() => save(r)); }"],
    [
      "the array holds something already",
      "const tasks = [first()]; for await (const r of cursor) tasks.push(limit(() => save(r)));\nawait Promise.all(tasks);",
    ],
    [
      "each page is fetched in the loop",
      "const tasks = []; while (more()) { const r = await next(); tasks.push(limit(() => save(r))); }\nawait Promise.all(tasks);",
    ],
    [
      "a comment would be lost",
      "const tasks = []; /* all */ for await (const r of cursor) tasks.push(limit(() => save(r)));\nawait Promise.all(tasks);",
    ],
  ])("nothing is offered where %s: %s", ([, text]) => {
    expect(mendedBy(pLimit + limit + text)).toBeUndefined();
  });

  test("nothing is offered for what is a limiter by its name only: nobody knows what its method returns", () => {
    expect(mendedBy("for await (const row of cursor) { q.add(() => save(row)); }")).toBeUndefined();
  });
});

describe("a pause becomes a pace and a limit", () => {
  const sleep = "import { setTimeout as sleep } from 'node:timers/promises';\n";
  const names = "combine, forEachLimit, RateLimiter";

  test("between starts", () => {
    expect(mendedBy(`${sleep}for (const x of items) { void save(x); await sleep(100); }`)).toBe(
      `${sleep}${brought(names)}await forEachLimit(items, combine(10, new RateLimiter({ limit: 1, intervalMs: 100 })), (x) => save(x));`,
    );
  });

  test("between chunks, never more in any window than before", () => {
    expect(
      mendedBy(
        `${sleep}for (const part of chunk(items, 25)) {\n  await Promise.all(part.map((x) => save(x)));\n  await sleep(1000);\n}`,
      ),
    ).toBe(
      `${sleep}${brought(names)}await forEachLimit(items, combine(25, new RateLimiter({ limit: 25, intervalMs: 1000, strict: true })), (x) => save(x));`,
    );
  });

  test("by a function of the file's own that hands its milliseconds to setTimeout", () => {
    const own = `const wait = (ms) => new Promise((r) => setTimeout(r, ms));\n`;
    const after = mendedBy(`${sleep}${own}for (const x of items) { await wait(50); void save(x); }`);
    expect(after).toContain("new RateLimiter({ limit: 1, intervalMs: 50 })");
  });

  test("into the import that the file has", () => {
    const has = "import { forEachLimit } from '@floodgate/runtime';\n";
    expect(mendedBy(`${sleep}${has}for (const x of items) { void save(x); await sleep(100); }`)).toContain(
      "import { forEachLimit, combine, RateLimiter } from '@floodgate/runtime';\nawait forEachLimit(items, combine(10,",
    );
  });

  test.for<readonly [why: string, text: string]>([
    ["it may be in seconds", "for (const x of items) { void save(x); await sleep(100); }"],
    [
      "it differs from round to round",
      `${sleep}for (const x of items) { void save(x); await sleep(x.pause); }`,
    ],
    [
      "there is more to each round",
      `${sleep}for (const x of items) { log(x); void save(x); await sleep(100); }`,
    ],
    [
      "there is more to each chunk",
      `${sleep}for (const part of chunk(items, 25)) { await Promise.all(part.map((x) => save(x))); await sleep(1000); log(part); }`,
    ],
    [
      "a task looks at its chunk",
      `${sleep}for (const part of chunk(items, 25)) { await Promise.all(part.map((x) => save(x, part))); await sleep(1000); }`,
    ],
  ])("nothing is offered where %s: %s", ([, text]) => {
    expect(mendedBy(text)).toBeUndefined();
  });

  test("nothing is offered with a vendored copy, which has no rates", () => {
    const text = `${sleep}for (const x of items) { void save(x); await sleep(100); }`;
    const vendored = { specifier: "./lib/floodgate.js", style: "import" } as const;
    expect(mendedBy(text, { runtime: vendored })).toBeUndefined();
  });
});
