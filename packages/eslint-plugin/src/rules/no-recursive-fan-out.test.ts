import { filename, untyped } from "../../test/rule-tester.ts";
import rule from "./no-recursive-fan-out.ts";

untyped.run("no-recursive-fan-out", rule, {
  valid: [
    {
      name: "a work list is not recursive",
      filename,
      code: "async function walk(root: string) { const todo = [root]; while (todo.length) { const d = todo.pop()!; for (const e of await readdir(d)) todo.push(e); } }",
    },
    {
      name: "a recursion that waits for each child",
      filename,
      code: "async function walk(node: Node): Promise<void> { for (const child of node.children) await walk(child); }",
    },
  ],
  invalid: [
    {
      name: "a directory walker",
      filename,
      code: `async function walk(dir: string): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true });
  await Promise.all(entries.map(async (e) => { if (e.isDirectory()) await walk(join(dir, e.name)); }));
}`,
      errors: [
        {
          message:
            "`walk` calls itself for each element of `entries`, all at once, so their number multiplies at every level. Share one limiter that is not held while waiting for the children, or walk with a queue.",
          line: 3,
          column: 9,
          endLine: 3,
          endColumn: 20,
        },
      ],
    },
    {
      name: "a recursion by reference",
      filename,
      code: "const visit = async (n: Node): Promise<void> => { await Promise.all(n.children.map(visit)); };",
      errors: [{ messageId: "finding", line: 1, column: 57, endLine: 1, endColumn: 68 }],
    },
    {
      name: "a recursion through this",
      filename,
      code: "class T { async render(n: Node): Promise<string> { return (await Promise.all(n.kids.map((k) => this.render(k)))).join(''); } }",
      errors: [{ messageId: "finding", line: 1, column: 66, endLine: 1, endColumn: 77 }],
    },
  ],
});
