/** The number of keys of an object: literals, enums, records, namespaces of constants. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { keysOf } from "./keys.ts";
import { sizeOf } from "./size.ts";

function keysIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  return boundText(keysOf(code, node));
}

type Table = readonly (readonly [text: string, keys: string])[];
const holds = ([text, keys]: readonly [string, string]) => {
  expect(keysIn(text)).toBe(keys);
};

describe("keysOf", () => {
  const table: Table = [
    ["here({})", "0"],
    ["here({ a, b })", "2"],
    ["here({ a, ...{ b, c } })", "3"],
    ["here({ a, ...rest })", "unbounded"],
    ["here([a, b])", "2"],
    ["here(ok ? { a } : { a, b })", "<= 2"],
    ["here(given ?? { a })", "unbounded"],
    ["const o = { a, b }; here(o)", "2"],
    ["const o = { a, b } as const; here(o)", "2"],
    ["const o = Object.freeze({ a, b }); here(o)", "2"],
    ["const p = { a, b }; const o = p; here(o)", "2"],
    ["const o = {}; o[k] = a; here(o)", "1"],
    ["const o = {}; for (const k of ks) o[k] = a; here(o)", "unbounded"],
    ["enum E { A, B, C } here(E)", "3"],
    ["enum E {} here(E)", "0"],
    ["function f(o: Record<'a' | 'b', T>) { here(o) }", "2"],
    ["type K = 'a' | 'b' | 'c'; function f(o: Record<K, T>) { here(o) }", "3"],
    ["enum K { A, B } function f(o: Record<K, T>) { here(o) }", "2"],
    ["enum K { A, B } const o: Record<K | 'c', T> = load(); here(o)", "3"],
    ["function f(o: Record<string, T>) { here(o) }", "unbounded"],
    ["function f(o: Record<string, T>) { here(o) } f({ a, b, c });", "3"],
    ["function f(o) { here(o) } f({ a }); f({ a, b });", "<= 2"],
    ["export function f(o) { here(o) } f({ a });", "unbounded"],
    ["function f(o) { here(o) } f({ a }); f(given);", "unbounded"],
    ["const all = { a, b }; export function f(o = all) { here(o) }", "coded o"],
    ["const all = { a, b }; export function f({ o = all } = {}) { here(o) }", "coded o"],
    ["export function f(o = {}) { here(o) }", "unbounded"],
    ["const o: Record<string, T> = { a, b }; here(o)", "2"],
    ["const o: Record<string, T> = {}; fill(o); here(o)", "unbounded"],
    ["const o: Record<string, T> = { a }; for (const k of ks) o[k] = a; here(o)", "unbounded"],
    // A few keys by name, some perhaps, and all of them in sight.
    ["const o = {}; o.a = a; if (ok) o.b = b; o.a = c; here(o)", "2"],
    ["const o = { a }; o['b'] = b; here(o)", "2"],
    [
      "function make() { const o: Record<string, T> = {}; if (ok) o.a = a; o.b = b; return o; } here(make())",
      "2",
    ],
    [
      "function make() { const o: Record<string, T> = {}; o.a = a; for (const k of [b, c]) o[k] = a; return o; } here(make())",
      "3",
    ],
    [
      "function make() { const o: Record<string, T> = {}; o.a = a; for (const k of ks) o[k] = a; return o; } here(make())",
      "unbounded",
    ],
    [
      "function make() { const o: Record<string, T> = {}; o.a = a; fill(o); return o; } here(make())",
      "unbounded",
    ],
    [
      "function make() { const o: Record<string, T> = {}; o.a = a; this.o = o; return o; } here(make())",
      "unbounded",
    ],
    ["here(Object.assign({}, { a }, { b, c }))", "3"],
    ["here(Object.assign({}, { a }, rest))", "unbounded"],
    ["here(Object.fromEntries([['a', a], ['b', b]]))", "<= 2"],
    ["here(Object.fromEntries(rows.map((r) => [r.id, r])))", "unbounded"],
    ["type K = 'a' | 'b'; function f(o: Partial<Record<K, T>>) { here(o) }", "<= 2"],
    ["type K = 'a' | 'b'; const o: { [k in K]?: T } = load(); here(o)", "<= 2"],
    ["const o: { [k: string]: T } = load(); here(o)", "unbounded"],
    ["function make() { return { a, b }; } here(make())", "2"],
    [
      "async function f() { const o = await make(); here(o) } async function make() { return { a, b }; }",
      "2",
    ],
    ["function make(o) { return o; } here(make(x))", "unbounded"],
    ["function f(o: Record<K, T>) { here(o) }", "unbounded"],
    ["function f(o: { a: T }) { here(o) }", "unbounded"],
    ["enum K { A, B } class A { table: Partial<Record<K, T>> = {}; f() { here(this.table) } }", "<= 2"],
    [
      "class A { table = {}; constructor() { this.table[a] = 0; this.table[b] = 0; } f() { here(this.table) } }",
      "coded table",
    ],
    ["class A { table = {}; constructor() { this.table[a] = 0; } f() { here(this.table) } }", "unbounded"],
    [
      "class A { table = {}; constructor() { for (const r of rows) { this.table[r.a] = 0; this.table[r.b] = 0; } } f() { here(this.table) } }",
      "unbounded",
    ],
    [
      "class A { table = {}; put() { this.table[a] = 0; this.table[b] = 0; } f() { here(this.table) } }",
      "unbounded",
    ],
    ["class A { table: Record<string, T> = {}; f() { here(this.table) } }", "unbounded"],
    ["enum K { A, B } const [o, setO] = useState<Partial<Record<K, T>>>({}); here(o)", "<= 2"],
    ["const [o, setO] = useState<Record<string, T>>({}); here(o)", "unbounded"],
    ["enum K { A, B } const [o] = load<Partial<Record<K, T>>>({}); here(o)", "unbounded"],
    ["class A { table = { a, b }; f() { here(this.table) } }", "2"],
    ["class A { table = { a, b }; f(t) { this.table = t; here(this.table) } }", "unbounded"],
    ["const o = { table: { a, b } }; here(o.table)", "2"],
    ["function f(o) { here(o) }", "unbounded"],
    ["here(o)", "unbounded"],
    ["here(load())", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);

  test("asks the checker last", () => {
    const facts = { keyCount: () => ({ kind: "at-most", count: 4 }) as const };
    expect(keysIn("here(load())", { facts })).toBe("<= 4");
    expect(keysIn("here({ a, b })", { facts })).toBe("2");
  });

  test("says what has any number of keys", () => {
    const { code, node } = hereIn("here(table)");
    expect(keysOf(code, node)).toMatchObject({ why: "nothing limits how many keys `table` has" });
  });
});

describe("Object.keys, values and entries", () => {
  const table: Table = [
    ["here(Object.keys({ a, b }))", "2"],
    ["here(Object.values({ a, b }))", "2"],
    ["here(Object.entries({ a, b }))", "2"],
    ["enum E { A, B } here(Object.values(E))", "2"],
    ["enum E { A, B } here(Object.values(E).filter(ok))", "<= 2"],
    ["here(Object.values(table))", "unbounded"],
  ];
  test.for(table)("%s → %s", ([text, size]) => {
    const { code, node } = hereIn(text);
    expect(boundText(sizeOf(code, node))).toBe(size);
  });
});
