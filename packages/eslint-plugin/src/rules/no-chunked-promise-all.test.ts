import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-chunked-promise-all.ts";

untyped.run("no-chunked-promise-all", rule, {
  valid: [
    {
      name: "a chunk that is one request is a batch",
      filename,
      code: `import chunk from 'lodash/chunk';
for (const part of chunk(items, 25)) await saveMany(part);`,
    },
    {
      name: "a limit keeps all slots busy",
      filename,
      code: `import { forEachLimit } from '@floodgate/runtime';
await forEachLimit(items, 25, (x) => save(x));`,
    },
    {
      name: "strictness can be taken back by a setting",
      filename,
      code: `import chunk from 'lodash/chunk';
for (const part of chunk(items, 25)) await Promise.all(part.map((x) => save(x)));`,
      settings: { floodgate: { strictness: "recommended" } },
    },
  ],
  invalid: [
    {
      name: "each chunk waits for its slowest task",
      filename,
      code: `import chunk from 'lodash/chunk';
for (const part of chunk(items, 25)) await Promise.all(part.map((x) => save(x)));`,
      errors: [
        {
          message:
            "Each chunk waits for its slowest element before the next one starts. Use `mapLimit(items, 10, …)`, which keeps every slot busy.",
          line: 2,
          column: 44,
          endLine: 2,
          endColumn: 55,
          suggestions: [
            {
              desc: "Keep every slot busy with `forEachLimit`",
              output: `import chunk from 'lodash/chunk';
import { forEachLimit } from '@floodgate/runtime';
await forEachLimit(items, 25, (x) => save(x));`,
            },
          ],
        },
      ],
    },
    {
      name: "chunks by slice",
      filename,
      code: "for (let i = 0; i < items.length; i += 10) await Promise.all(items.slice(i, i + 10).map((x) => save(x)));",
      errors: [{ messageId: "finding", line: 1, column: 50, endLine: 1, endColumn: 61 }],
    },
  ],
});
