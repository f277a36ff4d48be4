import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-ineffective-limiter.ts";

untyped.run("no-ineffective-limiter", rule, {
  valid: [
    {
      name: "a limiter that all tasks share",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(5);
await Promise.all(items.map((x) => limit(() => save(x))));`,
    },
    {
      name: "our own inline wrapper is made once per call of map",
      filename,
      code: `import { limited } from '@floodgate/runtime';
await Promise.all(items.map(limited(5, (x) => save(x))));`,
    },
    {
      name: "a function and its arguments are no promise",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(5);
await Promise.all(items.map((x) => limit(save, x)));`,
    },
  ],
  invalid: [
    {
      name: "a limiter for each element",
      filename,
      code: `import pLimit from 'p-limit';
await Promise.all(items.map((x) => pLimit(5)(() => save(x))));`,
      errors: [
        {
          message:
            "`pLimit` is made anew for each task, so no two tasks share it and it limits nothing. Make it once, outside.",
          line: 2,
          column: 36,
          endLine: 2,
          endColumn: 42,
        },
      ],
    },
    {
      name: "a limiter inside the callback",
      filename,
      code: `import pLimit from 'p-limit';
await Promise.all(items.map(async (x) => { const limit = pLimit(5); return limit(() => save(x)); }));`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 58,
          endLine: 2,
          endColumn: 64,
          suggestions: [
            {
              desc: "Make `limit` once, outside",
              output: `import pLimit from 'p-limit';
const limit = pLimit(5);
await Promise.all(items.map(async (x) => { return limit(() => save(x)); }));`,
            },
          ],
        },
      ],
    },
    {
      name: "promises that run already",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(5);
const tasks = items.map((x) => save(x));
await Promise.all(tasks.map((t) => limit(() => t)));`,
      errors: [{ messageId: "finding", line: 4, column: 36, endLine: 4, endColumn: 41 }],
    },
    {
      name: "a promise where a function belongs",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(5);
await Promise.all(items.map((x) => limit(save(x))));`,
      errors: [
        {
          messageId: "finding",
          line: 3,
          column: 36,
          endLine: 3,
          endColumn: 41,
          suggestions: [
            {
              desc: "Hand the limiter a function that starts the work",
              output: `import pLimit from 'p-limit';
const limit = pLimit(5);
await Promise.all(items.map((x) => limit(() => save(x))));`,
            },
          ],
        },
      ],
    },
    {
      name: "a limit of Infinity",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(Infinity);`,
      errors: [{ messageId: "finding", line: 2, column: 15, endLine: 2, endColumn: 21 }],
    },
    {
      name: "a limit as wide as the input",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(items.length);
await Promise.all(items.map((x) => limit(() => save(x))));`,
      errors: [{ messageId: "finding", line: 2, column: 15, endLine: 2, endColumn: 21 }],
    },
  ],
});
