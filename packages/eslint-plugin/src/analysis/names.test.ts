/** Sizes of what a name or a member holds: constants, parameters, fields, and what the settings say of them. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

function sizeIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  return boundText(sizeOf(code, node));
}

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  expect(sizeIn(text)).toBe(size);
};

describe("variables", () => {
  const table: Table = [
    ["const xs = [a, b]; here(xs)", "2"],
    ["const xs = [a, b] as const; here(xs)", "2"],
    ["let xs = [a, b]; here(xs)", "2"],
    ["const ys = [a, b]; const xs = ys; here(xs)", "2"],
    ["const ys = [a, b]; const xs = ys.filter(ok); here(xs)", "<= 2"],
    ["let xs = [a]; if (more) xs = [a, b, c]; here(xs)", "<= 3"],
    ["let xs = [a]; if (more) xs = load(); here(xs)", "unbounded"],
    ["let xs; xs ??= [a, b]; here(xs)", "2"],
    ["let xs = [a]; xs ||= [a, b]; here(xs)", "<= 2"],
    ["let xs = [a]; [xs] = load(); here(xs)", "unbounded"],
    ["let xs; here(xs)", "unbounded"],
    ["const { xs } = { xs: [a, b] }; here(xs)", "2"],
    ["const { xs } = load(); here(xs)", "unbounded"],
    ["const [first, ...rest] = [a, b, c]; here(rest)", "<= 3"],
    ["const [xs] = [[a, b]]; here(xs)", "unbounded"],
    ["class A {} here(A)", "unbounded"],
    // A type may have the same name.
    ["const Kind = ['a', 'b'] as const; type Kind = (typeof Kind)[number]; here(Kind)", "2"],
    // What was assigned last counts, where nothing can have happened since.
    ["let xs = load(); xs = [a, b]; here(xs)", "2"],
    ["let xs = load(); xs = xs.slice(0, 20); here(xs)", "<= 20 window"],
    ["let xs = load(); xs = xs.filter(ok).slice(at, at + size); if (xs.length) here(xs)", "limit size"],
    ["function f(xs: string[]) { xs = xs.slice(0, 20); here(xs) }", "<= 20 window"],
    ["let xs = [a, b]; xs = load(); here(xs)", "unbounded"],
    ["let xs = load(); xs = xs.slice(0, 20); xs.push(...more); here(xs)", "unbounded"],
    ["let xs = load(); if (more) xs = [a, b]; here(xs)", "unbounded"],
    ["let xs = load(); for (;;) { here(xs); xs = [a, b]; }", "unbounded"],
    // Too many are cut off.
    ["let xs = load(); if (xs.length > 20) xs = xs.slice(0, 20); here(xs)", "<= 20 window"],
    [
      "function top() { let xs = load(); if (xs.length > 3) { xs = xs.slice(0, 3); warn(xs.join()); } return xs; } here(top())",
      "<= 3 window",
    ],
    ["let xs = load(); if (xs.length > 20) xs = xs.slice(0, limit); here(xs)", "limit limit"],
    ["let xs = load(); if (xs.length > n) { shuffle(xs); xs = xs.slice(0, n); } here(xs)", "limit n"],
    ["let xs = load(); if (xs.length > n) xs = xs.slice(0, m); here(xs)", "unbounded"],
    ["let xs = load(); if (xs.length > n) xs = xs.slice(n); here(xs)", "unbounded"],
    [
      "let xs = load(); log(xs.length); if (xs.length > 20) xs = [a]; log(xs.length); here(xs)",
      "<= 20 window",
    ],
    ["let xs = load(); if (xs.length > 20) { xs = xs.slice(0, 20); more(xs); } here(xs)", "unbounded"],
    ["let xs = load(); if (xs.length > 20) xs = xs.slice(0, 20); xs = load(); here(xs)", "unbounded"],
    ["let xs = load(); if (xs.length > 20) xs = load(); here(xs)", "unbounded"],
    ["let xs = load(); if (xs.length < 20) xs = xs.slice(0, 20); here(xs)", "unbounded"],
    ["let xs = load(); if (ok) xs = xs.slice(0, 20); here(xs)", "unbounded"],
    // No more than there are keys, whatever is added.
    [
      "type Kind = 'a' | 'b'; const xs = new Set<Kind>(); for (const r of rows) xs.add(r.kind); here(xs)",
      "<= 2",
    ],
    ["const xs = new Set<string>(); for (const r of rows) xs.add(r.kind); here(xs)", "unbounded"],
    ["let xs = load(); xs = [a, b]; later(() => here(xs)); xs = load();", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("annotations that say how many", () => {
  const table: Table = [
    ["const xs: [A, B] = load(); here(xs)", "2"],
    ["function f(xs: [A, B]) { here(xs) }", "2"],
    ["function f(xs: readonly [A, B, C]) { here(xs) }", "3"],
    ["function f(xs: [A, B?]) { here(xs) }", "2"],
    ["type Pair = [A, B]; function f(xs: Pair) { here(xs) }", "2"],
    ["type Pair = readonly [A, B]; type Two = Pair; function f(xs: Two) { here(xs) }", "2"],
    ["function f(xs: [A, ...B[]]) { here(xs) }", "unbounded"],
    ["function f(xs: A[]) { here(xs) }", "unbounded"],
    ["function f(xs: readonly A[]) { here(xs) }", "unbounded"],
    ["function f(xs: Set<A>) { here(xs) }", "unbounded"],
    ["function f(xs: Rows) { here(xs) }", "unbounded"],
    ["type Loop = Loop; function f(xs: Loop) { here(xs) }", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);

  test("an annotation that says any length is believed, and the checker is not asked", () => {
    const facts = { size: () => ({ kind: "at-most", count: 1 }) as const };
    expect(sizeIn("function f(xs: A[]) { here(xs) }", { facts })).toBe("unbounded");
    expect(sizeIn("function f(xs: Rows) { here(xs) }", { facts })).toBe("<= 1");
  });
});

describe("elements of a collection, as a callback or a loop sees them", () => {
  const table: Table = [
    ["for (const xs of [[a, b], [c]]) here(xs)", "<= 2"],
    ["[[a, b], [c]].map((xs) => here(xs))", "<= 2"],
    ["[[a, b], [c]].forEach((xs) => { here(xs) })", "<= 2"],
    ["[[a, b], [c]].reduce((all, xs) => here(xs), 0)", "<= 2"],
    ["for (const xs of chunk(rows, 20)) here(xs)", "<= 20 window"],
    ["for (const xs of _.chunk(rows, 20)) here(xs)", "<= 20 window"],
    ["chunk(rows, 20).map((xs) => here(xs))", "<= 20 window"],
    ["import pMap from 'p-map'; await pMap(chunk(rows, 20), (xs) => here(xs))", "<= 20 window"],
    ["import { mapLimit } from 'async'; mapLimit(chunk(rows, 20), 5, (xs) => here(xs))", "<= 20 window"],
    ["for (const xs of rows) here(xs)", "unbounded"],
    ["rows.map((xs) => here(xs))", "unbounded"],
    ["rows.map((x, xs) => here(xs))", "unbounded"],
    ["for (const { xs } of rows) here(xs)", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("pages", () => {
  const table: Table = [
    ["for await (const page of pages()) here(page)", "page"],
    ["for await (const page of pages()) here(page.items)", "unbounded"],
    ["for await (const part of chunk(rows, 20)) here(part)", "<= 20 window"],
    ["User.findInBatches((rows) => here(rows))", "page"],
    ["User.eachBatch(async (rows) => here(rows))", "page"],
    ["here(await loadInChunks())", "unbounded"],
    ["here(loadInChunks())", "page"],
  ];
  test.for(table)("%s → %s", holds);

  test("a page of a fixed size by type has that size", () => {
    const facts = { size: () => ({ kind: "at-most", count: 5 }) as const };
    expect(sizeIn("for await (const page of pages()) here(page)", { facts })).toBe("<= 5");
  });
});

describe("parameters of functions of this file", () => {
  const table: Table = [
    ["function f(xs) { here(xs) } f([a, b]);", "2"],
    ["const f = (xs) => here(xs); f([a, b]);", "2"],
    ["function f(xs) { here(xs) } f([a, b]); f([c]);", "<= 2"],
    ["function f(n, xs) { here(xs) } f(1, rows.slice(0, 10));", "<= 10 window"],
    ["function f(xs) { here(xs) } f([a, b]); f(load());", "unbounded"],
    ["function f(xs) { here(xs) } f([a, b]); f(...more);", "unbounded"],
    ["function f(xs) { here(xs) } f();", "unbounded"],
    ["function f(xs) { here(xs) }", "unbounded"],
    // Others may call it with anything.
    ["export function f(xs) { here(xs) } f([a, b]);", "unbounded"],
    ["export const f = (xs) => here(xs); f([a, b]);", "unbounded"],
    ["export default function f(xs) { here(xs) } f([a, b]);", "unbounded"],
    ["function f(xs) { here(xs) } f([a, b]); export { f };", "unbounded"],
    ["function f(xs) { here(xs) } f([a, b]); use(f);", "unbounded"],
    // An annotation says that it is a list, and the calls say how long.
    ["function f(xs: string[]) { here(xs) } f([a, b]);", "2"],
    ["function f(xs: string[]) { here(xs) } f(load());", "unbounded"],
    // Private methods have all their calls in sight.
    ["class A { private f(xs: string[]) { here(xs) } g() { this.f([a, b]) } }", "2"],
    ["class A { #f(xs) { here(xs) } g() { this.#f([a, b]); this.#f([c]) } }", "<= 2"],
    ["class A { #f(xs) { here(xs) } g() { this.#f(load()) } }", "unbounded"],
    ["class A { #f(xs) { here(xs) } g() { this.#f([a, b]); use(this.#f) } }", "unbounded"],
    ["class A { f(xs) { here(xs) } g() { this.f([a, b]) } }", "unbounded"],
    // A parameter that is given another value.
    ["function f(xs) { xs = load(); here(xs) } f([a, b]);", "unbounded"],
    // A function that hands its own parameter on is not understood, and ends.
    ["function f(xs) { here(xs); f(xs); } f([a, b]);", "unknown"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("members", () => {
  const table: Table = [
    ["const o = { xs: [a, b] }; here(o.xs)", "2"],
    ["const o = { 'xs': [a, b] }; here(o['xs'])", "2"],
    ["const o = { xs: [a, b] }; o.xs.push(c); here(o.xs)", "unbounded"],
    ["const o = { xs: [a, b] }; o.xs = load(); here(o.xs)", "unbounded"],
    ["let o = { xs: [a, b] }; o = load(); here(o.xs)", "unbounded"],
    ["class A { xs = [a, b]; f() { here(this.xs) } }", "2"],
    ["class A { #xs = [a, b]; f() { here(this.#xs) } }", "2"],
    ["class A { constructor() { this.xs = [a, b]; } f() { here(this.xs) } }", "2"],
    ["class A { xs = [a, b]; add(c) { this.xs.push(c) } f() { here(this.xs) } }", "unbounded"],
    ["class A { xs = [a, b]; set(c) { this.xs = c } f() { here(this.xs) } }", "unbounded"],
    ["class A { xs = [a, b]; f() { const xs = this.xs; here(xs) } }", "2"],
    ["const o = { xs: [a, b] }; const xs = o.xs; here(xs)", "2"],
    ["class A { constructor() { this.xs = [a, b]; } f(c) { this.xs = c; here(this.xs) } }", "unbounded"],
    ["class A { static xs = [a, b]; } here(A.xs)", "2"],
    ["class A { xs = []; f() { here(this.xs) } }", "unbounded"],
    ["class A { f() { here(this.xs) } }", "unbounded"],
    ["class A { xs = [a, b]; f() { function g() { here(this.xs) } } }", "unbounded"],
    ["here(a.b.c)", "unbounded"],
    ["class A { get xs() { return [a, b]; } f() { here(this.xs) } }", "2"],
    ["class A { get xs() { return this.rows; } f() { here(this.xs) } }", "unbounded"],
    ["class A { get xs() { if (ok) return rows; return [a]; } f() { here(this.xs) } }", "unbounded"],
    ["const o = { get xs() { return [a, b]; } }; here(o.xs)", "2"],
    ["class A { xs = [a, b]; f() { const { xs } = this; here(xs) } }", "2"],
    ["class A { xs = [a, b]; f() { const { xs: ys } = this; this.xs.push(c); here(ys) } }", "unbounded"],
    ["const { xs } = { xs: [a, b] }; xs.push(...rows); here(xs)", "unbounded"],
    // Elements: of chunks, but not of buckets that are filled one by one.
    ["const parts = chunk(rows, 10); for (let i = 0; i < parts.length; i++) here(parts[i])", "<= 10 window"],
    ["const parts = chunk(rows, 10); while (parts.length) here(parts.shift())", "<= 10 window"],
    [
      "const parts = []; for (const r of rows) { parts[r.at] = [r]; parts[r.at].push(r); } here(parts[0])",
      "unbounded",
    ],
    ["here(rows[i])", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("fields by what they are given, and as they are declared", () => {
  const table: Table = [
    [
      "class A { xs?: string[]; f() { this.xs = [a]; } g() { this.xs = undefined; } h() { here(this.xs) } }",
      "<= 1",
    ],
    [
      "class A { xs = []; async f() { const all = await Promise.all([a, b]); this.xs = all.filter(ok); } h() { here(this.xs) } }",
      "<= 2",
    ],
    ["class A { xs = []; async f() { this.xs = rows.slice(0, 5); } h() { here(this.xs) } }", "<= 5 window"],
    [
      "class A { xs = []; f() { this.xs = [a]; } g() { this.xs = load(); } h() { here(this.xs) } }",
      "unbounded",
    ],
    [
      "class A { xs = []; f() { this.xs = [a]; } g(x) { this.xs = [...this.xs, x]; } h() { here(this.xs) } }",
      "unbounded",
    ],
    [
      "class A { xs = []; f() { this.xs = [a]; } g(x) { this.xs.push(x); } h() { here(this.xs) } }",
      "unbounded",
    ],
    ["class A { xs = new Set([a]); g(x) { this.xs.add(x); } h() { here(this.xs) } }", "unbounded"],
    // Others write to it, too.
    ["class A { xs = []; f() { this.xs = [a]; } h() { here(this.xs) } } at.xs = rows;", "unbounded"],
    ["class A { @Input() xs = []; f() { this.xs = [a]; } h() { here(this.xs) } }", "unbounded"],
    [
      "class A { constructor(private xs: string[]) {} f() { this.xs = [a]; } h() { here(this.xs) } }",
      "unbounded",
    ],
    ["type Kind = 'a' | 'b'; class A { xs = new Set<Kind>(); h() { here(this.xs) } }", "unbounded"],
    ["type Kind = 'a' | 'b'; class A { xs: Set<Kind>; h() { here(this.xs) } }", "<= 2"],
    ["type Kind = 'a' | 'b'; class A { xs: Kind[] = []; h() { here(this.xs) } }", "coded Kind"],
    ["class A { xs: [string, string]; h() { here(this.xs) } }", "2"],
    ["class A { xs: Set<string>; h() { here(this.xs) } }", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("parts of what a query answers that is told how many to return", () => {
  const table: Table = [
    ["const page = await search({ limit: 20 }); here(page.rows)", "<= 20 window"],
    ["const page = await search({ limit: 20 }); here(page.data.rows)", "<= 20 window"],
    ["const { data } = await search({ limit: 20 }); here(data.rows)", "<= 20 window"],
    ["let data; try { ({ data } = await search({ limit: 20 })); } catch {} here(data.rows)", "<= 20 window"],
    ["let page; page = await search({ limit: size() }); here(page.rows)", "unbounded"],
    ["here((await ref.limit(20).get()).docs)", "<= 20 window"],
    ["here((await ref.get()).docs)", "unbounded"],
    // Not what each of them has.
    ["const rows = await search({ limit: 20 }); here(rows[0].children)", "unbounded"],
    ["const [row] = await search({ limit: 1 }); here(row.children)", "unbounded"],
    ["let page = await search({ limit: 20 }); page = await search(); here(page.rows)", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("settings", () => {
  test("boundedProperties: their length is small by domain", () => {
    const given: Given = { policy: { boundedProperties: ["app.parts"] } };
    expect(sizeIn("here(app.parts)", given)).toBe("<= 32");
    expect(sizeIn("here(this.app.parts)", given)).toBe("<= 32");
    expect(sizeIn("here(app.partsOf)", given)).toBe("unbounded");
    expect(sizeIn("here(myapp.parts)", given)).toBe("unbounded");
    expect(sizeIn("here(parts)", given)).toBe("unbounded");
  });

  test("boundedCalls: their results come in pages", () => {
    const given: Given = { policy: { boundedCalls: ["listPlugins", "db.few"] } };
    expect(sizeIn("here(listPlugins())", given)).toBe("page");
    expect(sizeIn("here(api.listPlugins())", given)).toBe("page");
    expect(sizeIn("here(db.few())", given)).toBe("page");
    expect(sizeIn("here(few())", given)).toBe("unbounded");
    expect(sizeIn("here(relistPlugins())", given)).toBe("unbounded");
    expect(sizeIn("listPlugins((xs) => here(xs))", given)).toBe("page");
  });

  test("boundedCalls: an awaited result too", () => {
    expect(sizeIn("here(await listPlugins())", { policy: { boundedCalls: ["listPlugins"] } })).toBe("page");
  });
});
