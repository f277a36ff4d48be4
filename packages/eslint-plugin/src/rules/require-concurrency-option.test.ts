import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./require-concurrency-option.ts";

untyped.run("require-concurrency-option", rule, {
  valid: [
    {
      name: "the option is there",
      filename,
      code: `import pMap from 'p-map';
await pMap(items, save, { concurrency: 8 });`,
    },
    {
      name: "a literal input needs none",
      filename,
      code: `import pMap from 'p-map';
await pMap(['a', 'b'], save);`,
    },
    {
      name: "options that are passed on are believed",
      filename,
      code: `import pMap from 'p-map';
await pMap(items, save, opts);`,
    },
    {
      name: "the limited form of async",
      filename,
      code: `import { eachLimit } from 'async';
await eachLimit(items, 5, save);`,
    },
    {
      name: "Effect is sequential by default",
      filename,
      code: `import { Effect } from 'effect';
const all = Effect.all(items.map(save));`,
    },
    {
      name: "a function of the same name from elsewhere",
      filename,
      code: `import pMap from './p-map.js';
await pMap(items, save);`,
    },
    {
      name: "forkJoin of a fixed shape",
      filename,
      code: `import { forkJoin } from 'rxjs';
forkJoin({ user: http.get('/u'), org: http.get('/o') }).subscribe(use);`,
    },
  ],
  invalid: [
    {
      name: "p-map without an option",
      filename,
      code: `import pMap from 'p-map';
await pMap(items, save);`,
      errors: [
        {
          message:
            "`pMap` runs everything at once unless it is given `concurrency`, and nothing limits the length of `items`. Add `concurrency`.",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 11,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import pMap from 'p-map';
await pMap(items, save, { concurrency: 10 });`,
            },
          ],
        },
      ],
    },
    {
      name: "p-map with other options",
      filename,
      code: `import pMap from 'p-map';
await pMap(items, save, { stopOnError: false });`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 11,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import pMap from 'p-map';
await pMap(items, save, { concurrency: 10, stopOnError: false });`,
            },
          ],
        },
      ],
    },
    {
      name: "Infinity is no limit",
      filename,
      code: `import pMap from 'p-map';
await pMap(items, save, { concurrency: Infinity });`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 11,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import pMap from 'p-map';
await pMap(items, save, { concurrency: 10 });`,
            },
          ],
        },
      ],
    },
    {
      name: "p-all",
      filename,
      code: `import pAll from 'p-all';
await pAll(items.map((x) => () => save(x)));`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 11,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import pAll from 'p-all';
await pAll(items.map((x) => () => save(x)), { concurrency: 10 });`,
            },
          ],
        },
      ],
    },
    {
      name: "Bluebird",
      filename,
      code: `import Bluebird from 'bluebird';
await Bluebird.map(items, save);`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 19,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import Bluebird from 'bluebird';
await Bluebird.map(items, save, { concurrency: 10 });`,
            },
          ],
        },
      ],
    },
    {
      name: "async",
      filename,
      code: `import async from 'async';
await async.each(items, save);`,
      errors: [{ messageId: "finding", line: 2, column: 7, endLine: 2, endColumn: 17 }],
    },
    {
      name: "es-toolkit",
      filename,
      code: `import { mapAsync } from 'es-toolkit';
await mapAsync(items, save);`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 7,
          endLine: 2,
          endColumn: 15,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import { mapAsync } from 'es-toolkit';
await mapAsync(items, save, { concurrency: 10 });`,
            },
          ],
        },
      ],
    },
    {
      name: "rxjs forkJoin",
      filename,
      code: `import { forkJoin } from 'rxjs';
forkJoin(ids.map((id) => http.get(\`/u/\${id}\`))).subscribe(use);`,
      errors: [{ messageId: "finding", line: 2, column: 1, endLine: 2, endColumn: 9 }],
    },
    {
      name: "Effect with unbounded",
      filename,
      code: `import { Effect } from 'effect';
const all = Effect.forEach(items, save, { concurrency: 'unbounded' });`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 13,
          endLine: 2,
          endColumn: 27,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import { Effect } from 'effect';
const all = Effect.forEach(items, save, { concurrency: 10 });`,
            },
          ],
        },
      ],
    },
    {
      name: "p-queue",
      filename,
      code: `import PQueue from 'p-queue';
const q = new PQueue();
for (const x of items) q.add(() => save(x));`,
      errors: [
        {
          messageId: "finding",
          line: 2,
          column: 15,
          endLine: 2,
          endColumn: 21,
          suggestions: [
            {
              desc: "Limit to 10 at once with `concurrency`",
              output: `import PQueue from 'p-queue';
const q = new PQueue({ concurrency: 10 });
for (const x of items) q.add(() => save(x));`,
            },
          ],
        },
      ],
    },
  ],
});
