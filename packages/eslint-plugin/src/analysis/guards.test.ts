/** Lengths that an `if` around or before a place has already limited. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import { guardedSize } from "./guards.ts";

/** What guards prove about the argument of `here(...)`, or `nothing`. */
function guardIn(text: string): string {
  const { code, node } = hereIn(text);
  const bound = guardedSize(code, node);
  return bound === undefined ? "nothing" : boundText(bound);
}

type Table = readonly (readonly [text: string, guard: string])[];
const holds = ([text, guard]: readonly [string, string]) => {
  expect(guardIn(text)).toBe(guard);
};

describe("an exit before it", () => {
  const table: Table = [
    ["if (xs.length > 20) throw new Error('x'); here(xs);", "<= 20 window"],
    ["if (xs.length >= 20) return_(); here(xs);", "nothing"],
    ["function f(xs) { if (xs.length > 20) return; here(xs); }", "<= 20 window"],
    ["function f(xs) { if (xs.length > 20) { log(); return; } here(xs); }", "<= 20 window"],
    ["for (const xs of all) { if (xs.length > 20) continue; here(xs); }", "<= 20 window"],
    ["for (const xs of all) { if (xs.length > 20) break; here(xs); }", "<= 20 window"],
    ["function f(xs) { if (20 < xs.length) return; here(xs); }", "<= 20 window"],
    ["function f(xs) { if (xs.length !== 2) return; here(xs); }", "<= 2 window"],
    ["function f(xs) { if (xs.size > 20) return; here(xs); }", "<= 20 window"],
    ["function f(xs) { if (!xs || xs.length > 20) return; here(xs); }", "<= 20 window"],
    ["function f(xs) { if (xs.length > 20 && strict) return; here(xs); }", "nothing"],
    ["function f(xs) { if (!(xs.length <= 20)) return; here(xs); }", "<= 20 window"],
    ["function f(xs) { if (xs.length > maxItems) return; here(xs); }", "limit maxItems"],
    ["function f(xs) { if (xs.length > n) return; here(xs); }", "nothing"],
    ["function f(xs) { if (xs.length < 20) return; here(xs); }", "nothing"],
    ["function f(xs) { if (xs.length > 20) log('many'); here(xs); }", "nothing"],
    ["function f(xs, ys) { if (ys.length > 20) return; here(xs); }", "nothing"],
    ["function f(xs) { here(xs); if (xs.length > 20) return; }", "nothing"],
    ["function f(o) { if (o.xs.length > 20) return; here(o.xs); }", "<= 20 window"],
    ["class A { f() { if (this.xs.length > 20) return; here(this.xs); } }", "<= 20 window"],
    ["assert(xs.length <= 20); here(xs);", "<= 20 window"],
    ["assert.ok(xs.length < 20); here(xs);", "<= 20 window"],
    ["invariant(xs.length <= 20, 'many'); here(xs);", "<= 20 window"],
    ["console.assert(xs.length <= 20); here(xs);", "nothing"],
    ["check(xs.length <= 20); here(xs);", "nothing"],
  ];
  test.for(table)("%s → %s", ([text, guard]) => {
    // A name that nobody declares may be anything by then.
    holds([text.replace(/^(?=if|assert|invariant|console|check)/, "const xs = load(); "), guard]);
  });
});

describe("a condition around it", () => {
  const inside = (body: string) => `function f(xs, ys) { ${body} }`;
  const table: Table = [
    [inside("if (xs.length <= 20) { here(xs); }"), "<= 20 window"],
    [inside("if (xs.length < 20) here(xs);"), "<= 20 window"],
    [inside("if (xs.length === 2) here(xs);"), "<= 2 window"],
    [inside("if (20 >= xs.length) here(xs);"), "<= 20 window"],
    [inside("if (xs.length > 20) { no(); } else { here(xs); }"), "<= 20 window"],
    [inside("if (xs.length > 20) { here(xs); }"), "nothing"],
    [inside("if (ok && xs.length <= 20) here(xs);"), "<= 20 window"],
    [inside("if (ok || xs.length <= 20) here(xs);"), "nothing"],
    [inside("const a = xs.length <= 20 ? here(xs) : 0;"), "<= 20 window"],
    [inside("const a = xs.length > 20 ? 0 : here(xs);"), "<= 20 window"],
    [inside("xs.length <= 20 && here(xs);"), "<= 20 window"],
    [inside("xs.length > 20 || here(xs);"), "<= 20 window"],
    [inside("if (xs.length <= 20) { if (ok) { here(xs); } }"), "<= 20 window"],
    [inside("if (xs.length <= 20) run(() => here(xs));"), "<= 20 window"],
    [inside("if (ys.length <= 20) here(xs);"), "nothing"],
    [inside("if (xs.count <= 20) here(xs);"), "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a guard proves nothing", () => {
  const table: Table = [
    // By the time the function runs, the list may have grown.
    ["const xs = load(); if (xs.length > 20) throw e; function f() { here(xs) }", "nothing"],
    // A variable that is given another value.
    ["let xs = load(); if (xs.length > 20) throw e; xs = more(); here(xs);", "nothing"],
    // An expression without a name.
    ["if (load().length > 20) throw e; here(load());", "nothing"],
    ["here(this)", "nothing"],
  ];
  test.for(table)("%s", holds);
});
