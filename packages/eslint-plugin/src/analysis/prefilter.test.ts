/** Can a file hold a site at all? A `false` never is wrong; the property test asks the catalogue and thousands of programs. */
import { describe, expect, test } from "vitest";
import { defaultPolicy } from "./policy.ts";
import { mayHaveSites } from "./prefilter.ts";

describe("files that may hold a site", () => {
  test.for([
    "await Promise.all(xs.map(f))",
    "await Promise.allSettled(xs)",
    "await Promise['all'](xs)",
    "await (Promise.all)(xs)",
    "await Promise.all /* these */ (xs)",
    "await promiseAll(xs)",
    "for await (const x of xs) f(x)",
    "await Array.fromAsync(xs)",
    "xs.forEach(async (x) => { await f(x) })",
    "Array.from(xs, async (x) => { await f(x) })",
    "export const f = (x) => limit(save(x))",
    "import pMap from 'p-map'",
    'const Bluebird = require("bluebird")',
    "const permit = await sema.acquire()",
  ])("%s", (text) => {
    expect(mayHaveSites(text, defaultPolicy, false)).toBe(true);
  });
});

describe("files that hold none are not even parsed", () => {
  test.for([
    "",
    "export const a = 1;",
    "export function f(x) { return x + 1; }",
    "import { a } from './a'; export class B { c() { return a; } }",
  ])("%s", (text) => {
    expect(mayHaveSites(text, defaultPolicy)).toBe(false);
  });
});

test("with types a plain call in a loop may be a promise that nobody waits for", () => {
  const text = "for (const x of xs) { f(x); }";
  expect(mayHaveSites(text, defaultPolicy, true)).toBe(true);
  expect(mayHaveSites(text, defaultPolicy, false)).toBe(false);
});

test("the user's own combinators count", () => {
  const policy = { ...defaultPolicy, combinators: ["utils.settle"] };
  expect(mayHaveSites("settle(xs)", defaultPolicy)).toBe(false);
  expect(mayHaveSites("settle(xs)", policy)).toBe(true);
});

test.each([" //", " /* a */", " /**/", " //\n", "  ", "!)", " ?."])(
  "long runs of %j cost no more than reading them",
  (part) => {
    expect(mayHaveSites(`const all${part.repeat(50_000)}\nx`, defaultPolicy)).toBe(false);
  },
);

test.each(["Promise[all /* a */ // b\n (xs)", "all/* * / ** */(xs)", "all // (\n(xs)"])(
  "comments before the call: %s",
  (text) => {
    expect(mayHaveSites(text, defaultPolicy)).toBe(true);
  },
);
