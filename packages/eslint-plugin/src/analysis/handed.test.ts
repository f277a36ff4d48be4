/** What functions add to a list that they are handed. */
import { describe, expect, test } from "vitest";
import { boundText, decisionIn, hereIn } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  const { code, node } = hereIn(text);
  expect(boundText(sizeOf(code, node))).toBe(size);
};

describe("an empty list that is handed to a function", () => {
  const table: Table = [
    [
      "const walk = (at, out) => { for (const x of ls(at)) out.push(x); }; const xs = []; walk(a, xs); here(xs);",
      "unbounded",
    ],
    [
      "async function f() { const xs = []; await walk(a, xs); here(xs); } async function walk(at, out) { out.push(...(await ls(at))); }",
      "unbounded",
    ],
    // One that calls itself with it does so any number of times.
    [
      "function walk(at, out) { out.push(at); if (at.next) walk(at.next, out); } const xs = []; walk(a, xs); here(xs);",
      "unbounded",
    ],
    [
      "class A { walk(at, out: string[]) { for (const x of ls(at)) out.push(x); } all() { const xs: string[] = []; this.walk(a, xs); here(xs); } }",
      "unbounded",
    ],
    [
      "const add = (out) => { out.push(a); if (b) out.push(b); }; const xs = []; add(xs); add(xs); here(xs);",
      "4",
    ],
    ["const add = (out) => { out.push(a); }; const xs = [b]; add(xs); here(xs);", "2"],
    ["const add = (out) => { out.push(a); }; const xs = []; for (const r of [b, c]) add(xs); here(xs);", "2"],
    [
      "const add = (out) => { out.push(a); }; const xs = []; for (const r of rows) add(xs); here(xs);",
      "unbounded",
    ],
    [
      "const add = (out) => { more(out); }; const more = (out) => { out.push(...rows); }; const xs = []; add(xs); here(xs);",
      "unbounded",
    ],
    // What is run with something is run once.
    [
      "const add = (out) => { out.push(a); }; const xs = []; [b, c].map((x) => withProgress(() => add(xs))); here(xs);",
      "2",
    ],
    ["const look = (out) => out.length; const xs = []; look(xs); here(xs);", "0"],
    ["const xs = []; console.log(xs); here(xs);", "0"],
    ["const xs = []; here(xs); add(xs);", "0"],
    ["const xs = []; all.push(xs); here(xs);", "0"],
    // Out of sight, it may.
    ["const xs = []; add(xs); here(xs);", "unknown"],
    ["const add = (out) => { out.push(a); }; const xs = []; later(() => add(xs)); here(xs);", "unknown"],
    // Of one that holds something nobody thinks so.
    ["const xs = [a]; add(xs); here(xs);", "1"],
    ["const xs = []; xs.push(a); add(xs); here(xs);", "1"],
  ];
  test.for(table)("%s → %s", holds);

  test("is reported where the function that fills it is another file's", () => {
    const files = {
      "./walk":
        "export async function walk(dir, out) { for (const name of await readdir(dir)) out.push(name); }",
    };
    const text =
      "import { walk } from './walk'; async function run() { const files = []; await walk(dir, files); await Promise.all(files.map((file) => fetch(file))); }";
    const { verdict, bound } = decisionIn(text, { files });
    expect(verdict.kind).toBe("report");
    expect(bound.kind).toBe("unbounded");
  });
});
