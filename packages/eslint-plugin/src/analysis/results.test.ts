/** How many a function gives back: of this file or another, of a class, part of what it was given, or part of an object. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn, type Given } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

function sizeIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  return boundText(sizeOf(code, node));
}

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  expect(sizeIn(text)).toBe(size);
};

describe("what a function returns", () => {
  const table: Table = [
    ["function few() { const xs = []; if (a) xs.push(a); if (b) xs.push(b); return xs; } here(few())", "2"],
    [
      "async function few() { return more(); } async function more() { return [a, b]; } here(await few())",
      "2",
    ],
    ["async function few() { return load(); } here(await few())", "unbounded"],
    // Overloads: the one with a body.
    [
      "function few(): A[]; function few(at: number): A; function few(at?: number) { return [a, b]; } here(few())",
      "2",
    ],
    ["async function again(x) { return again(x.next); } here(await again(x))", "unbounded"],
    ["type Kind = 'a' | 'b'; function kinds(): Kind[] { return load(); } here(kinds())", "coded Kind"],
    [
      "type Kind = 'a' | 'b'; async function kinds(): Promise<Kind[]> { return load(); } here(await kinds())",
      "coded Kind",
    ],
    [
      "type Kind = 'a' | 'b'; async function kinds(): Promise<string[]> { return load(); } here(await kinds())",
      "unbounded",
    ],
    ["function* few() { yield a; yield b; } here([...few()])", "<= 2"],
    ["function* few() { yield a; yield* [b, c]; } here([...few()])", "<= 3"],
    ["function* many() { for (const r of rows) yield r; } here([...many()])", "unbounded"],
    ["function* many() { yield* rows; } here([...many()])", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("some or all of what the function was given", () => {
  const table: Table = [
    ["const unique = (xs) => [...new Set(xs)]; unique(rows); here(unique([a, b]))", "<= 2"],
    [
      "function sorted(xs) { const copy = xs.slice(); return copy.sort(); } sorted(rows); here(sorted([a, b]))",
      "<= 2",
    ],
    [
      "const named = async (n, xs) => Promise.all(xs.map(name)); named(1, rows); here(await named(1, [a, b]))",
      "<= 2",
    ],
    ["const unique = (xs) => [...new Set(xs)]; here(unique(rows))", "unbounded"],
    ["const both = (xs) => [...xs, ...xs]; both(rows); here(both([a, b]))", "unbounded"],
    ["const all = (xs) => xs.flatMap(parts); all(rows); here(all([a, b]))", "unbounded"],
    ["function more(xs) { xs.push(...rows); return xs; } more(rows); here(more([a, b]))", "unbounded"],
    ["function other(xs) { xs = load(); return xs; } other(rows); here(other([a, b]))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);

  test("by a function of another file", () => {
    const files = { "./lists": "export const unique = (xs) => [...new Set(xs)];" };
    expect(sizeIn("import { unique } from './lists'; here(unique([a, b]))", { files })).toBe("<= 2");
    expect(sizeIn("import { unique } from './lists'; here(unique(rows))", { files })).toBe("unbounded");
  });
});

describe("a list in an object that a function returns", () => {
  const table: Table = [
    ["const build = () => ({ xs: [a, b] }); here(build().xs)", "2"],
    ["const build = () => ({ xs: [a, b] }); const plan = build(); here(plan.xs)", "2"],
    [
      "async function build() { const xs = []; xs.push(a); return { xs }; } const { xs } = await build(); here(xs)",
      "1",
    ],
    [
      "function build() { const plan = { xs: [a, b] }; return plan; } const { xs: ys } = build(); here(ys)",
      "2",
    ],
    ["function build() { if (ok) return { xs: [a] }; return { xs: [a, b] }; } here(build().xs)", "<= 2"],
    ["function build() { if (ok) return { xs: rows }; return { xs: [a] }; } here(build().xs)", "unbounded"],
    ["function build() { if (ok) return rows; return { xs: [a] }; } here(build().xs)", "unbounded"],
    // An empty one is there to be filled.
    ["const build = () => ({ xs: [] }); const plan = build(); here(plan.xs)", "unbounded"],
    [
      "const build = () => ({ xs: [a] }); const plan = build(); plan.xs.push(...rows); here(plan.xs)",
      "unbounded",
    ],
    ["const { xs } = load(); here(xs)", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what another file's function or method returns", () => {
  const table: readonly (readonly [there: string, here: string, size: string])[] = [
    ["export const kinds = () => [1, 2];", "import { kinds } from './lists'; here(kinds())", "2"],
    [
      "export const kinds = () => rows.slice(0, limit);",
      "import { kinds } from './lists'; here(kinds())",
      "limit limit",
    ],
    [
      "export const kinds = () => config.kinds;",
      "import { kinds } from './lists'; here(kinds())",
      "coded kinds",
    ],
    ["export const kinds = () => load();", "import { kinds } from './lists'; here(kinds())", "unbounded"],
    [
      "export type Kind = 'a' | 'b'; export class Plan { kinds(): Kind[] { return load(); } }",
      "import { Plan } from './lists'; const f = (plan: Plan) => here(plan.kinds())",
      "coded Kind",
    ],
    // Through a declared type: a subclass may list others, but hardly many.
    [
      "export class Plan { kinds() { const xs = []; if (a) xs.push(1); return xs; } }",
      "import { Plan } from './lists'; const f = (plan: Plan) => here(plan.kinds())",
      "coded plan.kinds",
    ],
    [
      "export class Plan { kinds() { return []; } }",
      "import { Plan } from './lists'; const f = (plan: Plan) => here(plan.kinds())",
      "unbounded",
    ],
    [
      "export class Plan { kinds() { return this.rows; } }",
      "import { Plan } from './lists'; const f = (plan: Plan) => here(plan.kinds())",
      "unbounded",
    ],
  ];
  test.for(table)("%s | %s → %s", ([there, text, size]) => {
    expect(sizeIn(text, { files: { "./lists": there } })).toBe(size);
  });

  test("a bound of another file points at this one", () => {
    const files = { "./lists": "// a long comment\nexport const kinds = () => config.kinds;" };
    const { code, node } = hereIn("import { kinds } from './lists'; here(kinds())", { files });
    const bound = sizeOf(code, node);
    expect(bound.kind === "coded" && code.text.slice(bound.span.start, bound.span.end)).toBe("kinds");
  });
});
