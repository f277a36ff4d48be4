/** Sizes of parameters, by who calls the function or is handed it. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import { sizeOf } from "./size.ts";

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  const { code, node } = hereIn(text);
  expect(boundText(sizeOf(code, node))).toBe(size);
};

describe("functions that are handed to another call", () => {
  const table: Table = [
    ["function f(xs) { here(xs) } Promise.all([a, b]).then(f);", "2"],
    ["function f(xs) { here(xs) } load().then(f);", "unbounded"],
    ["function f(xs) { here(xs) } f([a]); load().then(f);", "unbounded"],
    ["function f(xs) { here(xs) } load().then(ok, f);", "unbounded"],
    ["function f(xs) { here(xs) } chunk(rows, 10).map(f);", "<= 10 window"],
    ["function f(xs) { here(xs) } rows.map(f);", "unbounded"],
    ["Promise.all([a, b]).then((xs) => here(xs));", "2"],
    ["db.list({ limit: 20 }).then((xs) => here(xs));", "<= 20 window"],
    ["load().then((xs) => here(xs));", "unbounded"],
    ["load().then((xs) => xs.slice(0, 5)).then((xs) => here(xs));", "<= 5 window"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("rest parameters", () => {
  const table: Table = [
    ["function f(...xs) { here(xs) } f(a);", "1"],
    ["function f(...xs) { here(xs) } f(a); f(a, b);", "<= 2"],
    ["function f(x, ...xs) { here(xs) } f(a, b);", "1"],
    ["function f(...xs) { here(xs) } f(...rows);", "unbounded"],
    ["function f(x, ...xs) { here(xs) } f(...rows, a);", "unbounded"],
    ["export function f(...xs) { here(xs) } f(a);", "unbounded"],
    ["class A { private f(...xs: Row[]) { here(xs) } g() { this.f(a) } }", "1"],
    ["class A { f(...xs: Row[]) { here(xs) } g() { this.f(a) } }", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("numbers that every call gives", () => {
  const table: Table = [
    ["function f(n) { for (let i = 0; i < n; i++) xs.push(i); here(Array(n)) } f(1);", "<= 1"],
    ["function f(n) { here(Array(n)) } f(1); f(3);", "<= 3"],
    ["function f(n) { here(rows.slice(0, n)) } f(5);", "<= 5 window"],
    ["function f(n) { here(Array(n)) } f(1); f(rows.length);", "unbounded"],
    ["function f(n) { n = more(); here(Array(n)) } f(1);", "unbounded"],
    ["function f(n) { here(Array(n)); f(n + 1) } f(1);", "unbounded"],
    ["function f(n) { here(Array(n)) } f(1); use(f);", "unbounded"],
    ["export function f(n) { here(Array(n)) } f(1);", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what a helper calls back with", () => {
  const helper = (argument: string) =>
    `async function inParts(rows, work) { for (let i = 0; i < rows.length; i += 10) await work(${argument}); }`;
  const table: Table = [
    [`${helper("rows.slice(i, i + 10)")} inParts(rows, (xs) => here(xs));`, "<= 10 window"],
    [`${helper("rows.slice(i, i + size)")} inParts(rows, async (xs) => { here(xs); });`, "limit size"],
    [`${helper("rows")} inParts(all, (xs) => here(xs));`, "unbounded"],
    [`${helper("rows.slice(i, i + 10)")} inParts(rows, (x, xs) => here(xs));`, "unbounded"],
    [
      "class A { async each(rows, work) { await work(rows.slice(0, 5)); } go() { this.each(rows, (xs) => here(xs)); } }",
      "<= 5 window",
    ],
    // It may be handed to somebody who calls it with more.
    [
      `function inParts(rows, work) { work(rows.slice(0, 5)); later(work); } inParts(rows, (xs) => here(xs));`,
      "unbounded",
    ],
  ];
  test.for(table)("%s → %s", holds);
});
