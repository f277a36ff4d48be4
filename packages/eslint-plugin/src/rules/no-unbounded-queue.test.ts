import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-unbounded-queue.ts";

untyped.run("no-unbounded-queue", rule, {
  valid: [
    {
      name: "the loop waits for the queue",
      filename,
      code: `import PQueue from 'p-queue';
const q = new PQueue({ concurrency: 8 });
for await (const row of cursor) { await q.onSizeLessThan(100); q.add(() => save(row)); }`,
    },
    {
      name: "an array is in memory already",
      filename,
      code: `import PQueue from 'p-queue';
const q = new PQueue({ concurrency: 8 });
await Promise.all(items.map((x) => q.add(() => save(x))));`,
    },
  ],
  invalid: [
    {
      name: "a stream put into a queue",
      filename,
      code: `import PQueue from 'p-queue';
const q = new PQueue({ concurrency: 8 });
for await (const row of cursor) { q.add(() => save(row)); }`,
      errors: [
        {
          message:
            "This loop adds tasks to `q` faster than it runs them, and never waits for it, so they pile up in memory. Use `await forEachLimit(…)`, or wait until the queue is short.",
          line: 3,
          column: 35,
          endLine: 3,
          endColumn: 40,
          suggestions: [
            {
              desc: "Take 8 at a time, and wait for them, with `forEachLimit`",
              output: `import PQueue from 'p-queue';
import { forEachLimit } from '@floodgate/runtime';
const q = new PQueue({ concurrency: 8 });
await forEachLimit(cursor, 8, (row) => q.add(() => save(row)));`,
            },
          ],
        },
      ],
    },
  ],
});
