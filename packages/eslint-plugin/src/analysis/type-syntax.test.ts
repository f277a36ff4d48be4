/** What a type annotation in the same file shows, without a type checker. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn, inputOf } from "../../test/analyse-text.ts";
import { callsNamed, readCode, type Node } from "./code.ts";
import { sizeOf } from "./size.ts";
import { annotatedKeys, annotatedSize, isAnnotatedArray } from "./type-syntax.ts";

/** The declaration of the parameter `x: <type>`, with the given type declarations before it. */
function parameterOf(type: string, before = "") {
  const { code, node } = hereIn(`${before}\nfunction f(x: ${type}) { here(x); }`);
  const name = code.variable(node)?.identifiers[0];
  if (!name) throw new Error("no parameter");
  return { code, name };
}

describe("annotatedSize", () => {
  test.for<readonly [type: string, before: string, size: string | undefined]>([
    ["[A, B]", "", "2"],
    ["readonly [A, B]", "", "2"],
    ["[]", "", "0"],
    ["[A, ...B[]]", "", "unbounded"],
    ["A[]", "", "unbounded"],
    ["readonly A[]", "", "unbounded"],
    ["Array<A>", "", "unbounded"],
    ["ReadonlySet<A>", "", "unbounded"],
    ["Map<K, V>", "", "unbounded"],
    // As many as there are kinds, or hardly more.
    ["Set<Kind>", "type Kind = 'a' | 'b';", "<= 2"],
    ["ReadonlyMap<Kind, T>", "enum Kind { A, B, C }", "<= 3"],
    ["Set<keyof typeof table>", "const table = { a, b };", "<= 2"],
    ["Set<(typeof kinds)[number]>", "const kinds = ['a', 'b'] as const;", "<= 2"],
    ["Kind[]", "type Kind = 'a' | 'b';", "coded Kind"],
    ["ReadonlyArray<Kind>", "enum Kind { A, B }", "coded Kind"],
    ["readonly Kind[]", "const Kind = { A: 'a' } as const; type Kind = 'a' | 'b';", "coded Kind"],
    ["Kind[]", "type Kind = 'a' | string;", "unbounded"],
    ["Map<string, Kind>", "type Kind = 'a' | 'b';", "unbounded"],
    ["Iterable<A>", "", "unbounded"],
    ["Pair", "type Pair = [A, B];", "2"],
    ["Two", "type Pair = [A, B]; type Two = readonly Pair[];", "unbounded"],
    ["Set<A>", "class Set<T> {}", undefined],
    ["Rows", "interface Rows {}", undefined],
    ["Rows", "", undefined],
    ["lib.Rows", "", undefined],
    ["A | B", "", undefined],
    ["T", "type T = U; type U = T;", undefined],
  ])("%s (%s) → %s", ([type, before, size]) => {
    const { code, name } = parameterOf(type, before);
    const bound = annotatedSize(code, name);
    expect(bound && boundText(bound)).toBe(size);
  });
});

describe("annotatedKeys", () => {
  test.for<readonly [type: string, before: string, keys: string | undefined]>([
    ["Record<'a' | 'b', T>", "", "2"],
    ["Record<'a', T>", "", "1"],
    ["Record<Kind, T>", "type Kind = 'a' | 'b' | 'c';", "3"],
    ["Record<Kind, T>", "enum Kind { A, B }", "2"],
    ["Record<Kind | 'c', T>", "enum Kind { A, B }", "3"],
    ["Table", "type Table = Record<'a' | 'b', T>;", "2"],
    ["Record<string, T>", "", "unbounded"],
    ["Record<number, T>", "", "unbounded"],
    ["Record<Kind, T>", "", undefined],
    ["Partial<T>", "", undefined],
    ["{ a: T }", "", undefined],
  ])("%s (%s) → %s", ([type, before, keys]) => {
    const { code, name } = parameterOf(type, before);
    const bound = annotatedKeys(code, name);
    expect(bound && boundText(bound)).toBe(keys);
  });
});

describe("isAnnotatedArray", () => {
  test.for<readonly [type: string, before: string, is: boolean]>([
    ["A[]", "", true],
    ["readonly A[]", "", true],
    ["[A, B]", "", true],
    ["Array<A>", "", true],
    ["ReadonlyArray<A>", "", true],
    ["Rows", "type Rows = A[];", true],
    ["Set<A>", "", false],
    ["Iterable<A>", "", false],
    ["A[] | undefined", "", false],
    ["Rows", "interface Rows extends Array<A> {}", false],
    ["Rows", "", false],
  ])("%s (%s) → %s", ([type, before, is]) => {
    const { code, name } = parameterOf(type, before);
    expect(isAnnotatedArray(code, name)).toBe(is);
  });
});

test("Object.keys of something, cast to the keys of a type, or to members of a union", () => {
  const sizeIn = (text: string) => {
    const code = readCode(inputOf(text));
    const [call] = callsNamed(code, (name) => name === "here");
    return boundText(sizeOf(code, call?.arguments[0] as Node));
  };
  expect(sizeIn("here(Object.keys(route) as (keyof Route)[])")).toBe("coded keyof");
  expect(sizeIn("here(Object.keys(route) as Array<keyof typeof table>)")).toBe("coded keyof");
  expect(sizeIn("const ks = Object.keys(route) as Array<keyof Route>; here(ks)")).toBe("coded keyof");
  expect(sizeIn("type Kind = 'a' | 'b'; here(Object.keys(route) as Kind[])")).toBe("coded Kind");
  expect(sizeIn("here(Object.keys(route) as string[])")).toBe("unbounded");
  expect(sizeIn("here([a, b] as (keyof Route)[])")).toBe("2");
});
