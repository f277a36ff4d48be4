/** One wording for terminal, editor and documentation: a sentence for each topic, with names from the user's own code. */
import { describe, expect, test } from "vitest";
import { analyseText, findingsIn } from "../../test/analyse-text.ts";
import { boundLabel, explain } from "./message.ts";
import type { Bound, Gate } from "./model.ts";
import type { Policy } from "./policy.ts";

/** A text of strict findings, and their messages in source order. */
type Table = readonly (readonly [text: string, ...messages: string[]])[];
const says = ([text, ...messages]: readonly [string, ...string[]]) => {
  expect(findingsIn(text).map(({ message }) => message)).toEqual(messages);
};

describe("no-unbounded-promise-all: what starts, how many, what to write", () => {
  const table: Table = [
    [
      "await Promise.all(userIds.map(async (id) => fetchUser(id)));",
      "`Promise.all` starts one `fetchUser` per element of `userIds`, all at once, and nothing limits its length. Limit it: `.map(limited(10, async (id) => fetchUser(id)))`; or say that there are few: `bounded(userIds, 50)`.",
    ],
    [
      "async function f(userIds) { await Promise.all(userIds.map((id) => fetchUser(id))); }",
      "`Promise.all` starts one `fetchUser` per element of `userIds`, all at once, and nothing limits its length. Limit it: `.map(limited(10, (id) => fetchUser(id)))`; or say that there are few: `bounded(userIds, 50)`.",
    ],
    [
      "async function f(userIds: string[]) { await Promise.all(userIds.map((id) => fetchUser(id))); }",
      "`Promise.all` starts one `fetchUser` per element of `userIds`, all at once, and nothing limits its length. Limit it: `mapLimit(userIds, 10, (id) => fetchUser(id))`; or say that there are few: `bounded(userIds, 50)`.",
    ],
    [
      "async function f(userIds: string[]) { await Promise.allSettled(userIds.map((id) => fetchUser(id))); }",
      "`Promise.allSettled` starts one `fetchUser` per element of `userIds`, all at once, and nothing limits its length. Limit it: `mapLimitSettled(userIds, 10, (id) => fetchUser(id))`; or say that there are few: `bounded(userIds, 50)`.",
    ],
    [
      "await Promise.all(users.map(fetchUser, this));",
      "`Promise.all` starts one `fetchUser` per element of `users`, all at once, and nothing limits its length. Limit it: `.map(limited(10, fetchUser))`; or say that there are few: `bounded(users, 50)`.",
    ],
    [
      "await Promise.all(Array.from(ids, (id) => load(id)));",
      "`Promise.all` starts one `load` per element of `ids`, all at once, and nothing limits its length. Limit it: `Array.from(…, limited(10, (id) => load(id)))`; or say that there are few: `bounded(ids, 50)`.",
    ],
    [
      "await Promise.all(Array.from({ length: 5_000 }, (_, i) => page(i)));",
      "`Promise.all` starts up to 5000 `page` at once. Limit it: `Array.from(…, limited(10, (_, i) => page(i)))`.",
    ],
    [
      "const tasks = []; for (const row of rows) tasks.push(save(row)); await Promise.all(tasks);",
      "`Promise.all` starts one `save` per round of the loop over `rows`, all at once, and nothing limits its length. Limit it: `mapLimit(rows, 10, …)`; or say that there are few: `bounded(rows, 50)`.",
    ],
    [
      "import { PLUGINS } from './plugins'; await Promise.all(PLUGINS.map((p) => load(p)));",
      "`Promise.all` starts one `load` per element of `PLUGINS`, all at once: `PLUGINS` is a constant of another file, and how many cannot be seen here. Limit it: `.map(limited(10, (p) => load(p)))`; or say that there are few: `bounded(PLUGINS, 50)`.",
    ],
    [
      "await Promise.race(mirrors.map((m) => fetch(m)));",
      "`Promise.race` starts one `fetch` per element of `mirrors`, all at once, and nothing limits its length. Choose which to start, or say that there are few: `bounded(mirrors, 50)`.",
    ],
    [
      "const started = files.map(async (file) => upload(file)); for (const one of started) use(await one);",
      "`files.map` starts one `upload` per element of `files`, all at once, and nothing limits its length. Limit it: `.map(limited(10, async (file) => upload(file)))`; or say that there are few: `bounded(files, 50)`.",
    ],
    [
      "await rows.reduce(async (acc, row) => { const r = await load(row); (await acc).push(r); return acc; }, Promise.resolve([]));",
      "`rows.reduce` starts one `load` per element of `rows`, all at once, and nothing limits its length. Limit it: `.map(limited(10, …))`; or say that there are few: `bounded(rows, 50)`.",
    ],
    [
      "const results = await Promise.all(users\n  .filter((user) => user.active && user.email)\n  .map(async (user) => {\n    await send(user);\n  }));",
      "`Promise.all` starts one `send` per element of `users`, all at once, and nothing limits its length. Limit it: `.map(limited(10, …))`; or say that there are few: `bounded(users, 50)`.",
    ],
    [
      "await Promise.all(keys.map((k) => crypto.subtle.digest('SHA-256', k)));",
      "`Promise.all` starts one `crypto.subtle.digest` per element of `keys`, all at once, and nothing limits its length. Limit it: `.map(limited(10, …))`; or say that there are few: `bounded(keys, 50)`.",
    ],
  ];
  test.for(table)("%s", says);
});

describe("says only what a suggestion can insert", () => {
  // `bounded` would not mend these sites, so no suggestion inserts it; the messages should not name it either.
  const table: Table = [
    [
      "await Promise.all(teams.flatMap((team) => team.members.map((m) => save(m))));",
      "`Promise.all` starts one `save` per element of `team.members` for each element of `teams`, all at once, and nothing limits its length. Limit it: `.map(limited(10, (m) => save(m)))`.",
    ],
    [
      "await Promise.all(rows.slice(0, batchSize).map((r) => save(r)));",
      "`Promise.all` starts one `save` per element of `rows`, all at once, and only `batchSize`, whose value cannot be seen here, limits how many. Limit it: `.map(limited(10, (r) => save(r)))`.",
    ],
    [
      "for await (const page of pages()) await Promise.all(page.map((r) => save(r)));",
      "`Promise.all` starts one `save` per element of `page`, all at once, and how many that are is up to whoever sets the page size. Limit it: `.map(limited(10, (r) => save(r)))`.",
    ],
  ];
  test.for(table)("%s", says);
});

describe("no-recursive-fan-out", () => {
  const table: Table = [
    [
      "async function walk(dir) { const xs = await readdir(dir); await Promise.all(xs.map((x) => walk(x))); }",
      "`walk` calls itself for each element of `xs`, all at once, so their number multiplies at every level. Share one limiter that is not held while waiting for the children, or walk with a queue.",
    ],
  ];
  test.for(table)("%s", says);
});

describe("no-floating-fan-out", () => {
  // In the last, "its" has nothing to stand for: it should name the collection.
  const table: Table = [
    [
      "rows.forEach(async (row) => { await save(row); });",
      "`rows.forEach` starts one `save` per element of `rows`, all at once, waits for none of them and loses their errors. Use `await forEachLimit(rows, 10, …)`.",
    ],
    [
      "rows.map(async (row) => { await save(row); });",
      "`rows.map` starts one `save` per element of `rows`, all at once, and nothing waits for them. Use `await forEachLimit(rows, 10, …)`.",
    ],
    [
      "stream.on('data', async (row) => { await save(row); });",
      "This listener starts `save` per event without holding the source back: they pile up as fast as events arrive. Read the source with `for await`, pause it meanwhile, or put the work through one limiter.",
    ],
    [
      "async function save(x) { await fetch(x); } for (const row of rows) { save(row); }",
      "Each round of this loop starts `save` and does not wait for it, and nothing limits the length of `rows`. Await it, or use `await forEachLimit(rows, 10, …)`.",
    ],
  ];
  test.for(table)("%s", says);
});

describe("require-concurrency-option", () => {
  // The same "its".
  const table: Table = [
    [
      "import pMap from 'p-map'; await pMap(rows, save);",
      "`pMap` runs everything at once unless it is given `concurrency`, and nothing limits the length of `rows`. Add `concurrency`.",
    ],
    [
      "import { map } from 'async'; map(rows, save);",
      "`map` runs everything at once unless it is given `mapLimit`, and nothing limits the length of `rows`. Add `mapLimit`.",
    ],
    [
      "import pMap from 'p-map'; await pMap(rows, save, { concurrency: Infinity });",
      "`pMap` is given a `concurrency` that limits nothing here, and nothing limits the length of `rows`. Give it a number that the other side can bear.",
    ],
  ];
  test.for(table)("%s", says);
});

describe("no-ineffective-limiter, no-reentrant-limiter, require-release-in-finally", () => {
  const table: Table = [
    [
      "import pLimit from 'p-limit'; await Promise.all(rows.map((r) => pLimit(5)(() => save(r))));",
      "`pLimit` is made anew for each task, so no two tasks share it and it limits nothing. Make it once, outside.",
    ],
    [
      "import pLimit from 'p-limit'; app.get('/x', async (req, res) => { const limit = pLimit(5); await Promise.all(req.rows.map((r) => limit(() => save(r)))); });",
      "`pLimit` is made anew for each call of this handler, so it limits one call, not the process. Make it once, at module level.",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); await Promise.all(rows.map((r) => limit(save(r))));",
      "`limit` is handed a promise that runs already, so it has nothing to hold back. Hand it a function: `limit(() => …)`.",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); const tasks = rows.map(async (r) => save(r)); await Promise.all(tasks.map((t) => limit(() => t)));",
      "The promises given to `limit` were started before it saw them, so it limits nothing. Start them inside the limiter.",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); async function save(x) { await fetch(x); } await Promise.all(rows.map((r) => limit(() => { save(r); })));",
      "The task given to `limit` neither returns nor awaits `save`, so its slot is free again at once. Return the promise.",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); async function save(x) { await limit(() => fetch(x)); } await Promise.all(rows.map((r) => limit(() => save(r))));",
      "This task holds a permit of `limit` while it waits for another one: once all permits are held, nothing moves again. Take the permit in one place only, or use a second limiter.",
    ],
    [
      "import { Sema } from 'async-sema'; const sema = new Sema(4); async function f(x) { await sema.acquire(); await save(x); sema.release(); }",
      "A throw or an early return after `sema.acquire` keeps the permit for ever. Release it in `finally`, or use `run(() => …)`.",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(Infinity);",
      "`pLimit` allows as many as there are, so it limits nothing. Give it a number that the other side can bear.",
    ],
  ];
  test.for(table)("%s", says);
});

describe("no-chunked-promise-all, no-unbounded-queue, no-sleep-throttle", () => {
  const table: Table = [
    [
      "for (const part of chunk(rows, 25)) await Promise.all(part.map((r) => save(r)));",
      "Each chunk waits for its slowest element before the next one starts. Use `mapLimit(rows, 10, …)`, which keeps every slot busy.",
    ],
    [
      "import Q from 'p-queue'; const q = new Q({ concurrency: 4 }); for await (const row of cursor) { q.add(() => save(row)); }",
      "This loop adds tasks to `q` faster than it runs them, and never waits for it, so they pile up in memory. Use `await forEachLimit(…)`, or wait until the queue is short.",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); const rows = await Array.fromAsync(cursor); await Promise.all(rows.map((r) => limit(() => save(r))));",
      "`limit` limits how many run, but one closure and one promise per element of `rows` wait in memory. Use `mapLimit(rows, 5, …)`, which takes elements as it goes.",
    ],
    [
      "for (const row of rows) { void save(row); await sleep(100); }",
      "A sleep in each round is the only brake on work that is not awaited: when it takes longer than the sleep, it piles up. Use `await forEachLimit(rows, 10, …)`.",
    ],
  ];
  test.for(table)("%s", says);
});

test("the limit in a message is the policy's, and the kind of work's own where there is one", () => {
  const text =
    "import { readFile } from 'node:fs/promises'; async function f(xs: string[]) { await Promise.all(xs.map((x) => readFile(x))); }";
  const messageWith = (policy: Partial<Policy>) => findingsIn(text, { policy })[0]?.message;
  expect(messageWith({ defaultLimit: 4 })).toContain("`mapLimit(xs, 4, (x) => readFile(x))`");
  expect(messageWith({ limits: [{ from: "node:fs", limit: 64 }] })).toContain("mapLimit(xs, 64,");
  expect(messageWith({ limits: [{ from: "fs/promises", limit: 64 }] })).toContain("mapLimit(xs, 64,");
  expect(messageWith({ limits: [{ from: "pg", limit: 64 }] })).toContain("mapLimit(xs, 10,");
});

describe("related places", () => {
  const relatedIn = (text: string) =>
    findingsIn(text)[0]?.related.map(
      ({ span, message }) => `${message}: ${text.slice(span.start, span.end)}`,
    );

  test("where the promises start and where the number comes from, when they are elsewhere", () => {
    const text =
      "const rows = await load(); const tasks = rows.map((r) => save(r)); await Promise.all(tasks);";
    expect(relatedIn(text)).toEqual([
      "the promises start here: rows.map((r) => save(r))",
      "the number comes from here: load()",
    ]);
  });

  test("none, when all of it is in sight", () => {
    expect(relatedIn("await Promise.all(rows.map((r) => save(r)));")).toEqual([]);
  });
});

describe("explain: the decision in words", () => {
  test.for([
    [
      "await Promise.all(rows.map((r) => save(r)));",
      "`Promise.all`: each element starts `save`. How many: as many as `rows` gives: nothing limits its length. What limits it: nothing. Verdict: reported, because nothing limits the number (no-unbounded-promise-all, likely).",
    ],
    [
      "await Promise.all([1, 2].map(async (r) => { await save(r); }));",
      "`Promise.all`: each element starts `save`. How many: exactly 2. What limits it: nothing. Verdict: not reported, because the number is fixed and small (no-unbounded-promise-all).",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); await Promise.all(rows.slice(0, 50).map((r) => limit(() => save(r))));",
      "`Promise.all`: each element starts `limit`. How many: at most 50, which the code itself caps. What limits it: `limit`, at most 5 at once. Verdict: not reported, because the code itself caps the number (no-unbounded-promise-all).",
    ],
    [
      "await Promise.all(keys.map((k) => crypto.subtle.digest('SHA-256', k)));",
      "`Promise.all`: each element runs `crypto.subtle.digest`, which holds no socket, file or connection. How many: as many as `keys` gives: nothing limits its length. What limits it: nothing. Verdict: reported by the strict preset only, because the work holds no socket, file or connection (no-unbounded-promise-all, likely).",
    ],
    [
      "await Promise.all(rows.map((r) => r.id));",
      "`Promise.all`: it waits for promises that were started elsewhere. Verdict: not reported, because it joins work that runs already (no-unbounded-promise-all).",
    ],
    [
      "await Promise.all(rows.slice(0, batchSize).map((r) => tx.row.create(r)));",
      "`Promise.all`: each element starts `tx.row.create`. How many: as many as `batchSize` says, whose value cannot be seen. What limits it: `tx`, one connection that runs them one by one. Verdict: reported by the strict preset only, because one connection runs them one by one, but all of them wait in memory (no-unbounded-promise-all, likely).",
    ],
    [
      "await Promise.all(rows.map((r) => fetchLimited(r)));",
      "`Promise.all`: each element starts `fetchLimited`. How many: as many as `rows` gives: nothing limits its length. What limits it: the name `fetchLimited` says so, and nothing else. Verdict: reported by the strict preset only, because only a name says that there is a limit (no-unbounded-promise-all, likely).",
    ],
  ])("%s", ([text = "", words]) => {
    const [decision, ...others] = analyseText(text).decisions;
    expect(others).toEqual([]);
    expect(decision && explain(decision).join(" ")).toBe(words);
  });
});

describe("boundLabel: for inlay hints", () => {
  const span = { start: 0, end: 1 };
  const none: Gate = { kind: "none" };
  const any: Bound = { kind: "unbounded", source: span, text: "rows", why: "nothing limits its length" };
  test.for<readonly [Bound, Gate, string]>([
    [any, none, "unbounded"],
    [{ kind: "exact", count: 3 }, none, "3 in flight"],
    [{ kind: "at-most", count: 3, by: "window" }, none, "<= 3 in flight"],
    [{ kind: "limit-like", name: "batchSize", span }, none, "<= batchSize in flight"],
    [{ kind: "page", span }, none, "one page in flight"],
    [{ kind: "unknown", reason: "?" }, none, "unknown"],
    [any, { kind: "limiter", name: "limit", span, capacity: 5 }, "<= 5 in flight"],
    [any, { kind: "limiter", name: "limit", span }, "limited by limit"],
    [any, { kind: "pool", span }, "limited by a pool"],
    [any, { kind: "lookalike", name: "fetchLimited", span }, "unbounded"],
    [any, { kind: "partial", name: "queue", span }, "unbounded"],
  ])("%o, %o → %s", ([bound, gate, label]) => {
    expect(boundLabel(bound, gate)).toBe(label);
  });
});
