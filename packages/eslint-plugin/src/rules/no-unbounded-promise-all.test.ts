import { filename, typed, untyped } from "../../test/rule-tester.ts";
import rule from "./no-unbounded-promise-all.ts";

untyped.run("no-unbounded-promise-all", rule, {
  valid: [
    {
      name: "a tuple is as wide as its source text",
      filename,
      code: "await Promise.all([loadUser(id), loadOrg(id)]);",
    },
    {
      name: "an array literal that nothing changes is bounded",
      filename,
      code: `const REGIONS = ['eu', 'us'];
await Promise.all(REGIONS.map((r) => deploy(r)));`,
    },
    {
      name: "a slice with literal ends is bounded",
      filename,
      code: "await Promise.all(items.slice(0, 10).map((x) => preview(x)));",
    },
    {
      name: "the elements of chunks are bounded, where chunks are awaited one by one",
      filename,
      code: `import chunk from 'lodash/chunk';
for (const part of chunk(items, 25)) await Promise.all(part.map((x) => save(x)));`,
    },
    {
      name: "bounded() is the author's answer",
      filename,
      code: `import { bounded } from '@floodgate/runtime';
await Promise.all(bounded(tenants, 25).map((t) => t.close()));`,
    },
    {
      name: "a limiter around each task limits",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(5);
await Promise.all(items.map((x) => limit(() => load(x))));`,
    },
    {
      name: "our own wrapper limits",
      filename,
      code: `import { limited } from '@floodgate/runtime';
await Promise.all(items.map(limited(8, load)));`,
    },
    {
      name: "a callback without a call starts nothing",
      filename,
      code: "const ids = await Promise.all(items.map((x) => x.id));",
    },
    {
      name: "promises that arrive as a parameter were started elsewhere",
      filename,
      code: "export const settle = (tasks: Promise<unknown>[]) => Promise.allSettled(tasks);",
    },
    {
      name: "a `Promise` of the file's own is not the global",
      filename,
      code: "function run(Promise: Combinator) { return Promise.all(items.map(async (x) => load(x))); }",
    },
    {
      name: "a hand-written pool is a limiter",
      filename,
      code: `const running = new Set<Promise<void>>();
for (const x of items) {
  const p = save(x).finally(() => running.delete(p));
  running.add(p);
  if (running.size >= 8) await Promise.race(running);
}
await Promise.all(running);`,
    },
    {
      name: "the sizes that are silent are a setting",
      filename,
      code: "await Promise.all(Array.from({ length: 50 }, (_, i) => page(i)));",
      settings: { floodgate: { maxKnownSize: 64 } },
    },
    {
      name: "an array that is small by domain is a setting",
      filename,
      code: "await Promise.all(config.plugins.map((p) => p.load()));",
      settings: { floodgate: { boundedProperties: ["config.plugins"] } },
    },
    {
      name: "a limiter of the project's own is a setting",
      filename,
      code: `import { gently } from '@acme/limits';
await Promise.all(items.map((x) => gently(() => load(x))));`,
      settings: { floodgate: { limiters: [{ from: "@acme/limits", import: "gently", kind: "limiter" }] } },
    },
  ],
  invalid: [
    {
      name: "one task per element, and nothing limits them",
      filename,
      code: "await Promise.all(items.map(async (item) => load(item)));",
      errors: [
        {
          message:
            "`Promise.all` starts one `load` per element of `items`, all at once, and nothing limits its length. Limit it: `.map(limited(10, async (item) => load(item)))`; or say that there are few: `bounded(items, 50)`.",
          line: 1,
          column: 7,
          endLine: 1,
          endColumn: 18,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

await Promise.all(items.map(limited(10, async (item) => load(item))));`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

await Promise.all(bounded(items, 50).map(async (item) => load(item)));`,
            },
          ],
        },
      ],
    },
    {
      name: "allSettled starts as much",
      filename,
      code: "const settled = await Promise.allSettled(items.map(async (item) => load(item)));",
      errors: [
        {
          messageId: "finding",
          line: 1,
          column: 23,
          endLine: 1,
          endColumn: 41,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

const settled = await Promise.allSettled(items.map(limited(10, async (item) => load(item))));`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

const settled = await Promise.allSettled(bounded(items, 50).map(async (item) => load(item)));`,
            },
          ],
        },
      ],
    },
    {
      name: "a limit would change who wins a race, so only bounded() is offered",
      filename,
      code: "const first = await Promise.any(mirrors.map((m) => fetch(m.url)));",
      errors: [
        {
          messageId: "finding",
          line: 1,
          column: 21,
          endLine: 1,
          endColumn: 32,
          suggestions: [
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

const first = await Promise.any(bounded(mirrors, 50).map((m) => fetch(m.url)));`,
            },
          ],
        },
      ],
    },
    {
      name: "a function passed by name",
      filename,
      code: "await Promise.all(ids.map(loadUser));",
      errors: [
        {
          messageId: "finding",
          line: 1,
          column: 7,
          endLine: 1,
          endColumn: 18,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

await Promise.all(ids.map(limited(10, loadUser)));`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

await Promise.all(bounded(ids, 50).map(loadUser));`,
            },
          ],
        },
      ],
    },
    {
      name: "tasks pushed in a loop",
      filename,
      code: `const tasks: Promise<R>[] = [];
for (const x of items) tasks.push(load(x));
await Promise.all(tasks);`,
      errors: [
        {
          messageId: "finding",
          line: 3,
          column: 7,
          endLine: 3,
          endColumn: 18,
          suggestions: [
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

const tasks: Promise<R>[] = [];
for (const x of bounded(items, 50)) tasks.push(load(x));
await Promise.all(tasks);`,
            },
          ],
        },
      ],
    },
    {
      name: "everything started, then awaited one by one",
      filename,
      code: `const tasks = items.map(async (x) => load(x));
for (const t of tasks) use(await t);`,
      errors: [
        {
          messageId: "finding",
          line: 1,
          column: 15,
          endLine: 1,
          endColumn: 24,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

const tasks = items.map(limited(10, async (x) => load(x)));
for (const t of tasks) use(await t);`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

const tasks = bounded(items, 50).map(async (x) => load(x));
for (const t of tasks) use(await t);`,
            },
          ],
        },
      ],
    },
    {
      name: "a known size can be too large",
      filename,
      code: "await Promise.all(Array.from({ length: 5_000 }, (_, i) => page(i)));",
      errors: [{ messageId: "finding", line: 1, column: 7, endLine: 1, endColumn: 18 }],
    },
    {
      name: "chunks that are all started together",
      filename,
      code: `import chunk from 'lodash/chunk';
await Promise.all(chunk(items, 50).map((part) => saveMany(part)));`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 18,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import chunk from 'lodash/chunk';
import { limited } from '@floodgate/runtime';
await Promise.all(chunk(items, 50).map(limited(10, (part) => saveMany(part))));`,
            },
          ],
        },
      ],
    },
    {
      name: "a name with `limit` in it is no limiter",
      filename,
      code: `const limit = 100;
await Promise.all(items.map((x) => limitText(x.body, limit)));`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 18,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

const limit = 100;
await Promise.all(items.map(limited(10, (x) => limitText(x.body, limit))));`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

const limit = 100;
await Promise.all(bounded(items, 50).map((x) => limitText(x.body, limit)));`,
            },
          ],
        },
      ],
    },
    {
      name: "the limit to insert is an option",
      filename,
      code: "await Promise.all(ids.map((id) => load(id)));",
      options: [{ defaultLimit: 3 }],
      errors: [
        {
          messageId: "finding",
          line: 1,
          column: 7,
          endLine: 1,
          endColumn: 18,
          suggestions: [
            {
              desc: "Limit to 3 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

await Promise.all(ids.map(limited(3, (id) => load(id))));`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

await Promise.all(bounded(ids, 50).map((id) => load(id)));`,
            },
          ],
        },
      ],
    },
    {
      name: "--fix limits an inline async callback, where that is turned on",
      filename,
      code: "export const load = (ids) => Promise.all(ids.map(async (id) => fetch(id)));",
      settings: { floodgate: { autofix: true } },
      output: `import { limited } from "@floodgate/runtime";

export const load = (ids) => Promise.all(ids.map(limited(10, async (id) => fetch(id))));`,
      errors: [
        {
          messageId: "finding",
          line: 1,
          column: 30,
          endLine: 1,
          endColumn: 41,
          suggestions: [
            {
              desc: "Limit to 10 at once with `limited`, and keep everything else",
              output: `import { limited } from "@floodgate/runtime";

export const load = (ids) => Promise.all(ids.map(limited(10, async (id) => fetch(id))));`,
            },
            {
              desc: "Say that there are at most 50, and check it, with `bounded`",
              output: `import { bounded } from "@floodgate/runtime";

export const load = (ids) => Promise.all(bounded(ids, 50).map(async (id) => fetch(id)));`,
            },
          ],
        },
      ],
    },
  ],
});

typed.run("no-unbounded-promise-all", rule, {
  valid: [
    {
      name: "a function that returns no promise starts nothing",
      filename,
      code: "declare function area(x: number): number; export const all = (xs: number[]) => Promise.all(xs.map((x) => area(x)));",
    },
    {
      name: "a tuple type is a bound",
      filename,
      code: "declare const three: readonly [URL, URL, URL]; await Promise.all(three.map((url) => fetch(url)));",
    },
    {
      name: "a finite record is a bound",
      filename,
      code: "declare const clients: Record<'dev' | 'prod', { close(): Promise<void> }>; await Promise.all(Object.values(clients).map((c) => c.close()));",
    },
  ],
  invalid: [
    {
      name: "a tuple type with a rest is none",
      filename,
      code: "declare const some: readonly [URL, ...URL[]]; await Promise.all(some.map((url) => fetch(url)));",
      errors: [{ messageId: "finding", line: 1, column: 53, suggestions: 3 }],
    },
  ],
});
