/** How the test of a guard is read: which way round, for which branch, and by which calls. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import { guardedSize } from "./guards.ts";

/** What guards prove about the argument of `here(...)` in a function of `xs`, or `nothing`. */
function guardIn(body: string): string {
  const { code, node } = hereIn(`function f(xs) { ${body} }`);
  const bound = guardedSize(code, node);
  return bound === undefined ? "nothing" : boundText(bound);
}

type Table = readonly (readonly [body: string, guard: string])[];
const holds = ([body, guard]: readonly [string, string]) => {
  expect(guardIn(body)).toBe(guard);
};

describe("each comparison, when it holds and when it does not", () => {
  const around: Table = [
    ["if (xs.length < 20) here(xs);", "<= 20 window"],
    ["if (xs.length <= 20) here(xs);", "<= 20 window"],
    ["if (xs.length == 2) here(xs);", "<= 2 window"],
    ["if (xs.length === 2) here(xs);", "<= 2 window"],
    ["if (xs.length > 20) here(xs);", "nothing"],
    ["if (xs.length >= 20) here(xs);", "nothing"],
    ["if (xs.length != 2) here(xs);", "nothing"],
    ["if (xs.length !== 2) here(xs);", "nothing"],
    ["if (20 > xs.length) here(xs);", "<= 20 window"],
    ["if (20 >= xs.length) here(xs);", "<= 20 window"],
    ["if (2 == xs.length) here(xs);", "<= 2 window"],
    ["if (20 < xs.length) here(xs);", "nothing"],
    ["if (20 <= xs.length) here(xs);", "nothing"],
    ["if (xs.length - 20) here(xs);", "nothing"],
    ["if (xs.length) here(xs);", "nothing"],
  ];
  test.for(around)("%s → %s", holds);

  const before: Table = [
    ["if (xs.length > 20) return; here(xs);", "<= 20 window"],
    ["if (xs.length >= 20) return; here(xs);", "<= 20 window"],
    ["if (xs.length != 2) return; here(xs);", "<= 2 window"],
    ["if (xs.length !== 2) return; here(xs);", "<= 2 window"],
    ["if (xs.length <= 20) return; here(xs);", "nothing"],
    ["if (xs.length == 2) return; here(xs);", "nothing"],
    ["if (xs.length === 2) return; here(xs);", "nothing"],
    ["if (20 < xs.length) return; here(xs);", "<= 20 window"],
    ["if (20 <= xs.length) return; here(xs);", "<= 20 window"],
    ["if (2 !== xs.length) return; here(xs);", "<= 2 window"],
    ["if (20 > xs.length) return; here(xs);", "nothing"],
    ["if (20 >= xs.length) return; here(xs);", "nothing"],
  ];
  test.for(before)("%s → %s", holds);
});

describe("several conditions", () => {
  const table: Table = [
    ["if (xs.length <= 20 && ok) here(xs);", "<= 20 window"],
    ["if (ok && xs.length <= 20) here(xs);", "<= 20 window"],
    ["if (!(ok && xs.length > 20)) here(xs);", "nothing"],
    ["if (!(xs.length > 20 || ok)) here(xs);", "<= 20 window"],
    ["if (xs.length > 20 || ok) return; here(xs);", "<= 20 window"],
    ["if (ok ?? xs.length > 20) return; here(xs);", "nothing"],
    ["if (ok ?? xs.length <= 20) here(xs);", "nothing"],
    ["if (+(xs.length <= 20)) return; here(xs);", "nothing"],
    // Where the guard itself uses it, nothing is proved yet.
    ["if (here(xs) || xs.length > 20) return;", "nothing"],
    ["here(xs) && xs.length <= 20;", "nothing"],
    ["here(xs) && xs.length <= 20 && ok;", "nothing"],
    ["const a = xs.length > 20 === here(xs);", "nothing"],
    // A condition that says nothing of it, within one that does.
    ["if (xs.length <= 20) ok && here(xs);", "<= 20 window"],
    ["const a = here(xs) ? xs.length <= 20 : ok;", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("an exit", () => {
  const table: Table = [
    ["if (xs.length > 20) { { return; } } here(xs);", "<= 20 window"],
    ["if (xs.length > 20) { if (ok) return; } here(xs);", "nothing"],
    ["if (xs.length > 20) {} here(xs);", "nothing"],
    ["if (xs.length <= 20) log(); else return; here(xs);", "nothing"],
    ["{ if (xs.length > 20) return; } here(xs);", "nothing"],
    ["while (xs.length > 20) xs.pop(); here(xs);", "<= 20 window"],
    ["while (xs.length > 20) { if (ok) break; xs.pop(); } here(xs);", "nothing"],
    ["while (xs.length > 0) xs.pop(); here(xs);", "nothing"],
    ["if (xs.length > 20) xs.length = 20; here(xs);", "<= 20 window"],
    ["if (xs.length > 20) { warn(); xs.splice(20); } here(xs);", "<= 20 window"],
    ["if (xs.length > 20) xs.splice(20, 1); here(xs);", "nothing"],
    ["if (ok) xs.length = 20; here(xs);", "nothing"],
    ["xs.length = 20; here(xs);", "<= 20 window"],
    ["xs.length = n; here(xs);", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("an assertion", () => {
  const table: Table = [
    ["assert(xs.length <= 20); here(xs);", "<= 20 window"],
    ["ok(xs.length <= 20); here(xs);", "<= 20 window"],
    ["assert(xs.length > 20); here(xs);", "nothing"],
    ["assert(!(xs.length > 20)); here(xs);", "<= 20 window"],
    ["assert(); here(xs);", "nothing"],
    ["assert(...xs); here(xs);", "nothing"],
    ["assert(other, xs.length <= 20); here(xs);", "nothing"],
    ["assertSmall(xs.length <= 20); here(xs);", "nothing"],
    ["dontassert(xs.length <= 20); here(xs);", "nothing"],
    ["load()(xs.length <= 20); here(xs);", "nothing"],
    ["const small = assert(xs.length <= 20); here(xs);", "nothing"],
    ["xs.length <= 20; here(xs);", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a length", () => {
  const table: Table = [
    ["if (xs?.length > 20) return; here(xs);", "<= 20 window"],
    ["if (xs['length'] > 20 || xs.size > 30) return; here(xs);", "<= 20 window"],
    ["if (xs.length > 20) return; here(xs as Row[]);", "<= 20 window"],
    ["if (xs.parts.length > 20) return; here(xs);", "nothing"],
    ["if (xs.length > 20) return; here(xs.parts);", "nothing"],
    ["if (xs.count > 20) return; log(a.length); here(xs);", "nothing"],
    ["if (length > 20) return; log(a.length); here(xs);", "nothing"],
    ["if (xs.length > -1) return; here(xs);", "nothing"],
    ["if (xs.length > Infinity) return; here(xs);", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("who the guard is about", () => {
  const table: Table = [
    // Nobody declares it, so anybody may have changed it.
    ["if (ys.length > 20) return; here(ys);", "nothing"],
    ["var ys = a(); var ys = b(); if (ys.length > 20) return; here(ys);", "nothing"],
    ["let ys = a(); if (ys.length > 20) return; here(ys);", "<= 20 window"],
    ["if (xs.length > 20) return; const g = () => here(xs);", "nothing"],
    ["if (xs.length > 20) return; g(() => here(xs));", "<= 20 window"],
    ["if (xs.length > 20) return; g({ run() { here(xs); } });", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});
