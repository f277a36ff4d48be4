import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-sleep-throttle.ts";

untyped.run("no-sleep-throttle", rule, {
  valid: [
    {
      name: "a pause after work that was waited for",
      filename,
      code: "for (const x of items) { await save(x); await sleep(100); }",
    },
    {
      name: "a pause without a loop",
      filename,
      code: `void save(x);
await sleep(100);`,
    },
  ],
  invalid: [
    {
      name: "pauses between chunks stand in for a rate",
      filename,
      code: `import chunk from 'lodash/chunk';
for (const part of chunk(items, 25)) { await Promise.all(part.map((x) => save(x))); await sleep(1000); }`,
      errors: [
        {
          message:
            "A sleep in each round is the only brake on work that is not awaited: when it takes longer than the sleep, it piles up. Use `await forEachLimit(items, 10, …)`.",
          line: 2,
          column: 91,
          endLine: 2,
          endColumn: 96,
        },
      ],
    },
    {
      name: "pauses between starts",
      filename,
      code: "for (const x of items) { void save(x); await sleep(100); }",
      errors: [{ messageId: "finding", line: 1, column: 46, endLine: 1, endColumn: 51 }],
    },
    {
      name: "the pause is kept as a rate, beside a limit",
      filename,
      code: `import { setTimeout as sleep } from 'node:timers/promises';
for (const x of items) { void save(x); await sleep(100); }`,
      errors: [
        {
          messageId: "finding",
          suggestions: [
            {
              desc: "Keep the pace, and at most 10 at once, with `forEachLimit`",
              output: `import { setTimeout as sleep } from 'node:timers/promises';
import { combine, forEachLimit, RateLimiter } from '@floodgate/runtime';
await forEachLimit(items, combine(10, new RateLimiter({ limit: 1, intervalMs: 100 })), (x) => save(x));`,
            },
          ],
        },
      ],
    },
  ],
});
