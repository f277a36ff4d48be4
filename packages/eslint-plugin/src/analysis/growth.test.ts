/** How collections grow: pushes, counted by the loops around them. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

function sizeIn(text: string): string {
  const { code, node } = hereIn(text);
  return boundText(sizeOf(code, node));
}

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  expect(sizeIn(text)).toBe(size);
};
const grown = (body: string) => `const xs = []; ${body} here(xs);`;

describe("each way to add", () => {
  const table: Table = [
    [grown(""), "0"],
    [grown("xs.push(a);"), "1"],
    [grown("xs.push(a, b);"), "2"],
    [grown("xs.push(a); xs.push(b);"), "2"],
    [grown("xs.push(...[a, b]);"), "2"],
    [grown("xs.push(...rows);"), "unbounded"],
    [grown("xs.unshift(a);"), "1"],
    [grown("xs.splice(0, 0, a, b);"), "2"],
    [grown("xs.splice(0, 1);"), "0"],
    [grown("xs[0] = a;"), "1"],
    [grown("if (more) xs.push(a);"), "1"],
    [grown("xs?.push(a);"), "1"],
    [grown("(xs as Job[]).push(a);"), "1"],
    [grown("use(xs);"), "unknown"],
    [grown("await db.transaction(async (tx) => { xs.push(a); });"), "1"],
    [grown("await withLock(async () => { for (const r of rows) xs.push(r); });"), "unbounded"],
    [grown("await within(async () => { xs.push(a); });"), "unbounded"],
    [grown("xs.pop();"), "0"],
    ["let xs = []; xs = [...xs, a]; here(xs);", "1"],
    ["let xs = []; xs = xs.concat(a); here(xs);", "unbounded"],
    ["let xs = []; xs = xs.concat([a, b]); here(xs);", "2"],
    ["const xs = new Set(); xs.add(a); here(xs);", "1"],
    ["const xs = new Map(); xs.set(k, a); here(xs);", "1"],
    ["const xs = [a, b]; xs.push(c); here(xs);", "3"],
    ["const xs = load(); xs.push(c); here(xs);", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("each kind of loop", () => {
  const table: Table = [
    [grown("for (const r of rows) xs.push(r);"), "unbounded"],
    [grown("for (const r of [a, b]) xs.push(r);"), "2"],
    [grown("for (const r of [a, b]) for (const s of [c, d, e]) xs.push(r);"), "6"],
    [grown("for (const r of [a, b]) for (const s of rows) xs.push(r);"), "unbounded"],
    [grown("for await (const r of stream) xs.push(r);"), "unbounded"],
    [grown("for (const k in { a, b }) xs.push(k);"), "2"],
    [grown("for (const k in table) xs.push(k);"), "unbounded"],
    [grown("while (more()) xs.push(a);"), "unbounded"],
    [grown("do { xs.push(a); } while (more());"), "unbounded"],
    [grown("for (;;) { xs.push(a); }"), "unbounded"],
    [grown("for (let i = 0; i < 5; i++) xs.push(i);"), "<= 5"],
    [grown("for (let i = 0; i <= 5; i++) xs.push(i);"), "<= 6"],
    [grown("for (let i = 2; i < 5; i++) xs.push(i);"), "<= 3"],
    [grown("for (let i = 0; 5 > i; i++) xs.push(i);"), "<= 5"],
    [grown("for (let i = 0; i < 10; i += 4) xs.push(i);"), "<= 3"],
    [grown("for (let i = 5; i > 0; i--) xs.push(i);"), "<= 6"],
    [grown("for (let i = 0; i !== 5; i++) xs.push(i);"), "<= 5"],
    [grown("const n = 4; for (let i = 0; i < n; i++) xs.push(i);"), "<= 4"],
    [grown("for (let i = 0; i < concurrency; i++) xs.push(i);"), "limit concurrency"],
    [grown("for (let i = 0; i < Math.min(n, 8); i++) xs.push(i);"), "<= 8 window"],
    [
      grown("const size = Math.min(500, n - at); for (let i = 0; i < size; i++) xs.push(i);"),
      "<= 500 window",
    ],
    [grown("for (let i = 0; i < n; i++) xs.push(i);"), "unbounded"],
    [grown("for (let i = 0; i < rows.length; i++) xs.push(i);"), "unbounded"],
    [grown("for (let i = 0; i < [a, b].length; i++) xs.push(i);"), "2"],
    [grown("for (let i = 0; i < map.size; i++) xs.push(i);"), "unbounded"],
    [grown("for (let i = 0; ok(i); i++) xs.push(i);"), "unbounded"],
    [grown("for (let i = 0; i < concurrency && i < total; i++) xs.push(i);"), "limit concurrency"],
    [grown("for (let i = 0; i < total && i < 5; i++) xs.push(i);"), "<= 5"],
    [grown("for (let i = 0; i < total || i < 5; i++) xs.push(i);"), "unbounded"],
    [grown("for (let i = from; i < from + 10; i++) xs.push(i);"), "<= 10 window"],
    [grown("for (let i = from; i < other + 10; i++) xs.push(i);"), "unbounded"],
    [grown("while (i < rows.length) xs.push(i++);"), "unbounded"],
    [grown("while (xs.length < 8) xs.push(a);"), "<= 8"],
    [grown("while (queue.length > 0) xs.push(queue.pop());"), "unbounded"],
    [
      `let i = 0; while (i < n) { const stop = Math.min(i + 8, n); const xs = []; while (i < stop) xs.push(i++); here(xs); }`,
      "<= 8 window",
    ],
    // The head of a loop runs once, or is not where the pushes are.
    [grown("for (const r of one(xs.push(a))) use(r);"), "1"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a loop that is left in time, and a list that says when it is full", () => {
  const table: Table = [
    [grown("for (const r of rows) { xs.push(r); if (xs.length >= 10) break; }"), "<= 10 window"],
    [grown("for (const r of rows) { if (xs.length === 10) break; xs.push(r); }"), "<= 10 window"],
    [grown("for (const r of rows) if (xs.length < 10) xs.push(r);"), "<= 10 window"],
    [grown("for (const r of rows) { if (ok) { if (xs.length < 10) xs.push(r); } }"), "<= 10 window"],
    [grown("for (const r of rows) { xs.push(r); if (xs.length >= max) break; }"), "limit max"],
    [grown("for (const r of rows) { xs.push(...r.all); if (xs.length >= 10) break; }"), "unbounded"],
    [grown("for (const r of rows) { xs.push(r); if (xs.length >= 10) log(); }"), "unbounded"],
    [grown("for (const r of rows) { xs.push(r); if (ys.length >= 10) break; }"), "unbounded"],
    [grown("for (const r of rows) { if (xs.length > 10) xs.push(r); }"), "unbounded"],
    [grown("for (const r of rows) if (xs.length < 10) rest.push(r); else xs.push(r);"), "unbounded"],
    [grown("let n = 0; for (const r of rows) { if (n++ >= 10) break; xs.push(r); }"), "<= 10 window"],
    [grown("let n = 0; for (const r of rows) { n++; if (n > 10) return; xs.push(r); }"), "<= 10 window"],
    [grown("for (const [i, r] of rows.entries()) { if (i >= 10) break; xs.push(r); }"), "<= 10 window"],
    [grown("for (let i = 0; ; i++) { if (i === 3) break; xs.push(i); }"), "<= 3 window"],
    // What it counts is something else.
    [
      grown("let bad = 0; for (const r of rows) { if (bad > 10) break; xs.push(r); if (r.bad) bad++; }"),
      "unbounded",
    ],
    [grown("for (const r of rows) { let n = 0; n++; if (n > 10) break; xs.push(r); }"), "unbounded"],
    [grown("for (const [id, r] of rows) { if (id >= 10) break; xs.push(r); }"), "unbounded"],
    [grown("for (const [k, r] of Object.entries(o)) { if (k >= 10) break; xs.push(r); }"), "unbounded"],
    [grown("for (const r of rows) { if (r.n > 10) break; xs.push(r); }"), "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("callbacks", () => {
  const table: Table = [
    [grown("rows.forEach((r) => { xs.push(r); });"), "unbounded"],
    [grown("[a, b].forEach((r) => { xs.push(r); });"), "2"],
    [grown("[a, b].map((r) => xs.push(r));"), "2"],
    [grown("[a, b].reduce((n, r) => { xs.push(r); return n; }, 0);"), "2"],
    [grown("import_(); import('x').then((m) => { xs.push(m); });"), "1"],
    [grown("(() => { xs.push(a); })();"), "1"],
    [grown("new Promise((resolve) => { xs.push(resolve); });"), "1"],
    [grown("tree.walk((n) => { xs.push(n); });"), "unbounded"],
    [grown("stream.on('data', (n) => { xs.push(n); });"), "unbounded"],
    [grown("root.visit((n) => { xs.push(n); });"), "unbounded"],
    [grown("bundle.traverseAssets({ exit: (n) => { xs.push(n); } });"), "unbounded"],
    [grown("load({ exit: (n) => { xs.push(n); } });"), "unbounded"],
    [grown("load((n) => { xs.push(n); });"), "unbounded"],
  ];
  test.for(table)("%s → %s", ([text, size]) => {
    holds([text, size]);
  });
});

describe("functions of this file that add", () => {
  const table: Table = [
    [grown("function add(r) { xs.push(r); } add(a);"), "1"],
    [grown("function add(r) { xs.push(r); } add(a); add(b);"), "2"],
    [grown("function add(r) { xs.push(r); } for (const r of rows) add(r);"), "unbounded"],
    [grown("function add(r) { xs.push(r); } for (const r of [a, b]) add(r);"), "2"],
    [grown("const add = (r) => { xs.push(r); }; for (const r of [a, b]) add(r);"), "2"],
    [grown("const add = function (r) { xs.push(r); }; add(a);"), "1"],
    [grown("function add(r) { xs.push(r); } rows.forEach(add);"), "unbounded"],
    [grown("function add(r) { xs.push(r); } [a, b].forEach(add);"), "2"],
    [grown("function add(r) { xs.push(r); } stream.on('data', add);"), "unbounded"],
    [grown("function add(r) { xs.push(r); if (r.next) add(r.next); } add(a);"), "unbounded"],
    [grown("function add(r) { xs.push(r); }"), "0"],
    ["const xs = []; export function add(r) { xs.push(r); } here(xs);", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a list that is made anew starts at nothing", () => {
  const table: Table = [
    ["let xs = []; export function f() { xs = [a]; if (more) xs.push(b); } here(xs);", "<= 2"],
    [
      "let xs = []; export function f() { xs = [a]; for (const r of rows) xs.push(r); } here(xs);",
      "unbounded",
    ],
    ["let xs = []; export function f() { if (more) { xs = [a]; } xs.push(b); } here(xs);", "unbounded"],
    ["let xs = []; export function f() { xs = [a]; later(() => xs.push(b)); } here(xs);", "unbounded"],
    ["let xs = []; export function f() { xs.push(b); xs = [a]; } here(xs);", "unbounded"],
    [
      "let xs = []; export function f() { xs = [a]; } export function g() { xs.push(b); } here(xs);",
      "unbounded",
    ],
    ["for (const r of rows) { const xs = []; xs.push(a); here(xs); }", "1"],
    ["for (const r of rows) { const xs = []; for (const s of [a, b]) xs.push(s); here(xs); }", "2"],
    ["rows.map((r) => { const xs = []; xs.push(a); here(xs); })", "1"],
    ["function f() { const xs = []; xs.push(a); here(xs); }", "1"],
  ];
  test.for(table)("%s → %s", holds);
});
