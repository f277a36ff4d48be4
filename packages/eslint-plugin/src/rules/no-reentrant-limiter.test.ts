import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-reentrant-limiter.ts";

untyped.run("no-reentrant-limiter", rule, {
  valid: [
    {
      name: "two limiters do not wait for each other",
      filename,
      code: `import pLimit from 'p-limit';
const outer = pLimit(4);
const inner = pLimit(16);
await Promise.all(us.map((u) => outer(() => Promise.all(u.os.map((o) => inner(() => ship(o)))))));`,
    },
    {
      name: "the same limiter twice, one after the other",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(4);
await limit(() => load(a));
await limit(() => load(b));`,
    },
  ],
  invalid: [
    {
      name: "a limiter inside its own task",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(4);
await limit(async () => { await limit(() => save(x)); });`,
      errors: [
        {
          message:
            "This task holds a permit of `limit` while it waits for another one: once all permits are held, nothing moves again. Take the permit in one place only, or use a second limiter.",
          line: 3,
          column: 7,
          endLine: 3,
          endColumn: 12,
        },
      ],
    },
    {
      name: "through a function of the same file",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(4);
const load = (x: X) => limit(() => get(x));
await Promise.all(items.map((x) => limit(() => load(x))));`,
      errors: [{ messageId: "finding", line: 4, column: 36, endLine: 4, endColumn: 41 }],
    },
    {
      name: "through recursion",
      filename,
      code: `import pLimit from 'p-limit';
const limit = pLimit(8);
async function walk(dir: string): Promise<void> { await Promise.all((await readdir(dir)).map((d) => limit(() => walk(d)))); }`,
      errors: [{ messageId: "finding", line: 3, column: 101, endLine: 3, endColumn: 106 }],
    },
  ],
});
