import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./require-release-in-finally.ts";

untyped.run("require-release-in-finally", rule, {
  valid: [
    {
      name: "finally releases whatever happens",
      filename,
      code: `import { Sema } from 'async-sema';
const sema = new Sema(4);
await sema.acquire();
try { await save(x); } finally { sema.release(); }`,
    },
    {
      name: "a releaser function in finally",
      filename,
      code: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
const release = await mutex.acquire();
try { await save(x); } finally { release(); }`,
    },
    {
      name: "using releases at the end of the block",
      filename,
      code: `import { Semaphore } from '@floodgate/runtime';
const sema = new Semaphore(4);
{ using permit = await sema.acquire(); await save(x); }`,
    },
  ],
  invalid: [
    {
      name: "by the library's own names for it",
      filename,
      code: `import { Sema } from 'async-sema';
const sema = new Sema(4);
await sema.v();
await save(x);
sema.p();`,
      errors: [
        {
          message:
            "A throw or an early return after `sema.v` keeps the permit for ever. Release it in `finally`, or use `run(() => …)`.",
          line: 3,
          column: 7,
          endLine: 3,
          endColumn: 13,
          suggestions: [
            {
              desc: "Release the permit in `finally`",
              output: `import { Sema } from 'async-sema';
const sema = new Sema(4);
await sema.v();
try {
await save(x);
} finally {
sema.p();
}`,
            },
          ],
        },
      ],
    },
    {
      name: "a throw skips the release",
      filename,
      code: `import { Sema } from 'async-sema';
const sema = new Sema(4);
await sema.acquire();
await save(x);
sema.release();`,
      errors: [
        {
          message:
            "A throw or an early return after `sema.acquire` keeps the permit for ever. Release it in `finally`, or use `run(() => …)`.",
          line: 3,
          column: 7,
          endLine: 3,
          endColumn: 19,
          suggestions: [
            {
              desc: "Release the permit in `finally`",
              output: `import { Sema } from 'async-sema';
const sema = new Sema(4);
await sema.acquire();
try {
await save(x);
} finally {
sema.release();
}`,
            },
          ],
        },
      ],
    },
    {
      name: "an early return skips the release",
      filename,
      code: `import { Sema } from 'async-sema';
const sema = new Sema(4);
async function f(x: X) {
  await sema.acquire();
  try { if (!x) return; await save(x); sema.release(); } catch (e) { sema.release(); throw e; }
}`,
      errors: [{ messageId: "finding", line: 4, column: 9, endLine: 4, endColumn: 21 }],
    },
  ],
});
