/** `eslint --fix` bounds a fan-out unasked only where nothing can depend on when its tasks start. */
import { describe, expect, test } from "vitest";
import { analyseText, applied } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import type { RemedyTarget } from "./model.ts";

const target: RemedyTarget = { runtime: { specifier: "@floodgate/runtime", style: "import" } };
const ours = 'import { limited } from "@floodgate/runtime";\n';

/** The file after `--fix`, or `withheld` where the finding has suggestions only. */
function fixed(text: string, given: Given = {}, host = target): string {
  const analysis = analyseText(text, { ...given, policy: { autofix: true, ...given.policy } });
  const [finding, ...others] = analysis.findings;
  if (!finding || others.length > 0)
    throw new Error(`${analysis.findings.length} findings instead of one in\n${text}`);
  const { fix, suggestions } = analysis.remedies(finding, host);
  if (fix) expect(suggestions.map(({ kind }) => kind)).toContain("limited");
  return fix ? applied(text, fix.edits) : "withheld";
}

describe("it wraps the callback, and nothing else", () => {
  test.for([
    [
      "await Promise.all(rows.map(async (r) => save(r)));",
      "await Promise.all(rows.map(limited(10, async (r) => save(r))));",
    ],
    [
      "const all = await Promise.allSettled(rows.map(async (r) => save(r)));",
      "const all = await Promise.allSettled(rows.map(limited(10, async (r) => save(r))));",
    ],
    [
      "await Promise.all(rows.filter(isNew).map(async (r) => save(r)));",
      "await Promise.all(rows.filter(isNew).map(limited(10, async (r) => save(r))));",
    ],
    [
      "await Promise.all(rows.map(async (r, i) => save(r, i)));",
      "await Promise.all(rows.map(limited(10, async (r, i) => save(r, i))));",
    ],
    [
      "await Promise.all(rows.map(async function (r) { await save(r); }));",
      "await Promise.all(rows.map(limited(10, async function (r) { await save(r); })));",
    ],
    [
      "function f() { return Promise.all(rows.map(async (r) => save(r))); }",
      "function f() { return Promise.all(rows.map(limited(10, async (r) => save(r)))); }",
    ],
    [
      "const f = () => Promise.all(rows.map(async (r) => save(r)));",
      "const f = () => Promise.all(rows.map(limited(10, async (r) => save(r))));",
    ],
    [
      "await Promise.all(rows.map(async (r) => { /* why */ await save(r); }));",
      "await Promise.all(rows.map(limited(10, async (r) => { /* why */ await save(r); })));",
    ],
    [
      "await Promise.all(rows.map(async (r) => { for (const p of r.parts) await save(p); }));",
      "await Promise.all(rows.map(limited(10, async (r) => { for (const p of r.parts) await save(p); })));",
    ],
    [
      "await Promise.all(rows.map(async (r) => { const own = save(r); await own; }));",
      "await Promise.all(rows.map(limited(10, async (r) => { const own = save(r); await own; })));",
    ],
    [
      "await Promise.all(rows.map(async (r) => { await sleep(100); await save(r); }));",
      "await Promise.all(rows.map(limited(10, async (r) => { await sleep(100); await save(r); })));",
    ],
    [
      "await Promise.all(rows.map(async (r) => { await Promise.resolve(save(r)); }));",
      "await Promise.all(rows.map(limited(10, async (r) => { await Promise.resolve(save(r)); })));",
    ],
  ])("%s", ([before, after]) => {
    expect(fixed(before ?? "")).toBe(`${ours}\n${after}`);
  });

  test("with the limit of the policy", () => {
    const text = "await Promise.all(rows.map(async (r) => save(r)));";
    expect(fixed(text, { policy: { defaultLimit: 4 } })).toContain("limited(4, ");
  });
});

describe("it is withheld", () => {
  const plain = "await Promise.all(rows.map(async (r) => save(r)));";

  test("unless it is turned on", () => {
    expect(fixed(plain, { policy: { autofix: false } })).toBe("withheld");
    expect(fixed(plain)).not.toBe("withheld");
  });

  test("unless the runtime resolves from the file", () => {
    expect(fixed(plain, {}, {})).toBe("withheld");
    expect(fixed(plain, {}, { installed: { pLimit: { specifier: "p-limit", style: "import" } } })).toBe(
      "withheld",
    );
  });

  test("where types say that the receiver is no array", () => {
    expect(fixed(plain, { facts: { isArray: () => "no" } })).toBe("withheld");
    expect(fixed(plain, { facts: { isArray: () => "yes" } })).not.toBe("withheld");
  });

  const cases: Readonly<Record<string, readonly string[]>> = {
    "other combinators: a limit would change the winner, or they are not Promise's": [
      "await Promise.race(rows.map(async (r) => save(r)));",
      "await Promise.any(rows.map(async (r) => save(r)));",
      "import Promise from 'bluebird'; await Promise.all(rows.map(async (r) => save(r)));",
      "import P from 'bluebird'; await P.all(rows.map(async (r) => save(r)));",
      "await promiseAll(rows.map(async (r) => save(r)));",
      "await globalThis.Promise.all(rows.map(async (r) => save(r)));",
      "await Promise['all'](rows.map(async (r) => save(r)));",
    ],
    "not awaited or returned: somebody holds the promises": [
      "const all = Promise.all(rows.map(async (r) => save(r)));",
      "Promise.all(rows.map(async (r) => save(r))).then(done);",
      "use(Promise.all(rows.map(async (r) => save(r))));",
      "void Promise.all(rows.map(async (r) => save(r)));",
    ],
    "no inline async callback": [
      "await Promise.all(rows.map(save));",
      "await Promise.all(rows.map((r) => save(r)));",
      "await Promise.all(rows.map(api.save.bind(api)));",
      "await Promise.all(rows.map(async (r) => save(r), self));",
    ],
    "no plain map inside the call": [
      "const tasks = rows.map(async (r) => save(r)); await Promise.all(tasks);",
      "const tasks = []; for (const r of rows) tasks.push(save(r)); await Promise.all(tasks);",
      "await Promise.all(Array.from(rows, async (r) => save(r)));",
      "await Promise.all(rows.flatMap(async (r) => save(r)));",
      "await Promise.all(teams.flatMap((t) => t.members.map(async (r) => save(r))));",
      "import _ from 'lodash'; await Promise.all(_.map(rows, async (r) => save(r)));",
    ],
    "an explicit type argument": [
      "await Promise.all<Saved>(rows.map(async (r) => save(r)));",
      "await Promise.all(rows.map<Promise<Saved>>(async (r) => save(r)));",
    ],
    "a literal that gets its type from the place it goes to": [
      "const kinds: { kind: 'a' }[] = await Promise.all(rows.map(async (r) => { await save(r); return { kind: 'a' }; }));",
      "async function f(rows: R[]): Promise<Kind[]> { return await Promise.all(rows.map(async (r) => { await save(r); return { kind: 'a' }; })); }",
      "async function f(rows: R[]) { use(await Promise.all(rows.map(async (r) => { await save(r); return [r.id, 'a']; }))); }",
      "async function f(rows: R[]) { this.kinds = await Promise.all(rows.map(async (r) => { await save(r); return 'a'; })); }",
    ],
    recursion: [
      "async function walk(d) { const xs = await list(d); await Promise.all(xs.map(async (x) => { await walk(x); })); }",
    ],
    transactions: [
      "await db.transaction(async (db2) => { await Promise.all(rows.map(async (r) => save(r))); });",
      "await prisma.$transaction(async () => { await Promise.all(rows.map(async (r) => save(r))); });",
    ],
    "signal and exit handlers": [
      "process.on('SIGTERM', async () => { await Promise.all(rows.map(async (r) => close(r))); });",
      "process.once('beforeExit', async () => { await Promise.all(rows.map(async (r) => close(r))); });",
      "server.on('close', async () => { await Promise.all(rows.map(async (r) => close(r))); });",
    ],
    tests: [
      "test('a', async () => { await Promise.all(rows.map(async (r) => save(r))); });",
      "it('a', async () => { await Promise.all(rows.map(async (r) => save(r))); });",
      "it.concurrent('a', async () => { await Promise.all(rows.map(async (r) => save(r))); });",
      "afterEach(async () => { await Promise.all(rows.map(async (r) => close(r))); });",
    ],
    "a limiter near by": [
      "import pLimit from 'p-limit'; const limit = pLimit(5); await limit(async () => { await Promise.all(rows.map(async (r) => save(r))); });",
      "await queue.add(async () => { await Promise.all(rows.map(async (r) => save(r))); });",
    ],
    "a callback that never ends by itself": [
      "await Promise.all(rows.map(async (r) => { for await (const x of r) await save(x); }));",
      "await Promise.all(rows.map(async (r) => { while (true) await poll(r); }));",
      "await Promise.all(rows.map(async (r) => { for (;;) await poll(r); }));",
      "await Promise.all(rows.map(async (r) => { r.on('data', save); await r.ready(); }));",
      "await Promise.all(rows.map(async (r) => { await r.subscribe(save); }));",
      "await Promise.all(rows.map(async (r) => { await r.listen(); }));",
      "await Promise.all(rows.map(async (r) => { await r.consume(save); }));",
    ],
    "a callback that depends on its siblings": [
      "await Promise.all(rows.map(async (r) => { await ready; await save(r); }));",
      "await Promise.all(rows.map(async (r) => { await barrier.promise; await save(r); }));",
      "await Promise.all(rows.map(async (r) => { await this.ready; await save(r); }));",
      "await Promise.all(rows.map(async (r) => { await save(r); resolve(r); }));",
      "await Promise.all(rows.map(async (r) => { await save(r); deferred.resolve(r); }));",
      "await Promise.all(rows.map(async (r) => { await ctx.userLoader.load(r); await save(r); }));",
    ],
    "starts that are staggered, or timed, by hand": [
      "await Promise.all(rows.map(async (r, i) => { await sleep(i * 100); await save(r); }));",
      "await Promise.all(rows.map(async (r, i) => { await new Promise((ok) => setTimeout(ok, i * 100)); await save(r); }));",
      "const deadline = Date.now() + 5000; await Promise.all(rows.map(async (r) => { if (Date.now() < deadline) await save(r); }));",
      "const startTime = Date.now(); await Promise.all(rows.map(async (r) => { await save(r, startTime); }));",
    ],
  };

  describe.for(Object.entries(cases))("for %s", ([, texts]) => {
    test.for(texts.map((text) => [text] as const))("%s", ([text]) => {
      // Tests are the strict preset's.
      expect(fixed(text, { policy: { strictness: "strict" } })).toBe("withheld");
    });
  });
});

test("what settles its own promise, and deadlines of its own, are nobody else's business", () => {
  const texts = [
    "await Promise.all(rows.map(async (r) => { await new Promise((resolve) => save(r, resolve)); }));",
    "await Promise.all(rows.map(async (r) => { await new Promise((resolve) => { save(r, () => { resolve(); }); }); }));",
    "await Promise.all(rows.map(async (r) => { const deadline = Date.now() + 5; await save(r, deadline); }));",
    "import path from 'node:path'; await Promise.all(rows.map(async (r) => { await save(path.resolve(r)); }));",
  ];
  for (const text of texts) expect(fixed(text), text).not.toBe("withheld");
});
