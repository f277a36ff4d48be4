/** Both parsers give trees of one shape, so that the analysis finds the same in both. */
import type { TSESTree } from "@typescript-eslint/types";
import { visitorKeys } from "@typescript-eslint/visitor-keys";
import { defaultPolicy, spanOf, syntacticFacts } from "eslint-plugin-floodgate/analysis";
import { describe, expect, test } from "vitest";
import { createEngine } from "./engine.ts";
import { babelParser } from "./parse-babel.ts";
import { loadNativeParser } from "./parse-native.ts";
import { languageOf, type Language, type ParsedProgram, type Parser } from "./parser.ts";

const { parser: oxcParser } = loadNativeParser();

test("the native parser is installed where these tests run", () => {
  expect(oxcParser.name).toBe("oxc-parser");
});

function parsed(parser: Parser, code: string, language: Language): ParsedProgram {
  const result = parser.parse(code, language, "module");
  if (result.kind !== "parsed") throw new Error(`${parser.name}: ${result.message}`);
  return result;
}

/** The tree as nested names, ranges and children: what the analysis may read. */
function shape(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== "object" || node === null) return null;
  const { type, ...rest } = node as Record<string, unknown> & { type: string };
  const span = spanOf(node as TSESTree.Node);
  const children = (visitorKeys[type] ?? []).flatMap((key) => {
    const child = rest[key];
    return child === undefined || child === null || (Array.isArray(child) && child.length === 0)
      ? []
      : [[key, shape(child)] as const];
  });
  const flags = ["name", "kind", "operator", "async", "computed", "optional", "await", "delegate"]
    .filter((key) => rest[key] !== undefined && rest[key] !== false && typeof rest[key] !== "object")
    .map((key) => [key, rest[key]] as const);
  return [type, type === "Program" ? null : span, Object.fromEntries([...flags, ...children])];
}

const programs: readonly (readonly [Language, string])[] = [
  ["jsx", "await Promise.all(ids.map(async (id, i) => fetch(`/u/${id}`, { i }))); // done"],
  ["jsx", "for await (const x of (async function* () { yield* y; })()) { /* here */ x?.y?.[z]?.(); }"],
  [
    "jsx",
    "class A extends B { #x = 1; static { this.y = #x in z; } get a() { return this.#x; } async *g() {} }",
  ],
  ["jsx", "const { a, ...rest } = b, [c = 1, , ...d] = e; label: for (;;) break label;"],
  [
    "jsx",
    "import x, { y as z } from 'm' with { type: 'json' }; export * as n from 'o'; const w = import('p');",
  ],
  ["jsx", "const el = <A b={c} {...d}>text {e} <></></A>; (a, b); (await (f))();"],
  [
    "jsx",
    "a ??= b; a ||= 1n; x = /re/gu; new Foo; new (foo())(); tag`a${b}c`; delete (a).b; typeof (void 0);",
  ],
  [
    "ts",
    "const x = (y as Foo<Bar>)!; let z = <any>w; const s = a satisfies B; f<string>(g); new H<I>(); t<J>`k`;",
  ],
  [
    "ts",
    "abstract class A<T> extends B<T> implements C<T>, D.E { constructor(private x: number) { super(); } abstract y(): void; abstract z: string; declare q: 1; m?(): void; [k: string]: unknown }",
  ],
  [
    "ts",
    "enum E { A = 1, 'b' = 2 } declare enum F {} const enum G { H } namespace N.M { export const x = 1; } declare module 'm' { const y: string; } declare global { interface W {} }",
  ],
  [
    "ts",
    "interface I<T = {}> extends J, K.L<T> { (a: T): void; new (b: T): I<T>; m?(c: T): void; readonly p: T; get q(): T }",
  ],
  [
    "ts",
    "type A<in out T> = { readonly [K in keyof T as `x${K & string}`]?: T[K] }; type B = A<C>[number] extends infer U ? (U | null)[] : never; type F = (x: number) => x is 1; type Q = typeof a.b; type R = import('m').S<T>; type V = [a: string, b?: number, ...c: D[]]; type W = abstract new () => object;",
  ],
  [
    "ts",
    "import type { A } from 'a'; import { type B, c } from 'b'; import d = require('d'); import e = f.g; export = h; export type { A };",
  ],
  [
    "ts",
    "@dec() class A { @field x = 1; accessor b = 1; @m() y(@p q: string) {} } function f(this: A, x?: number): asserts x is number; function f() {}",
  ],
  ["tsx", "const f = <T,>(x: T) => <A<T> b={(x as any)!} />;"],
  [
    "ts",
    "await using x = y; using z = w; accessor; let a = b!; for (const [k, v] of Object.entries(m)) void g(k, v);",
  ],
];

describe("@babel/parser and oxc-parser", () => {
  test.for(programs)("%s: %s", ([language, code]) => {
    const babel = parsed(babelParser, code, language);
    const oxc = parsed(oxcParser, code, language);
    expect(shape(babel.ast)).toEqual(shape(oxc.ast));
    expect(babel.comments).toEqual(oxc.comments);
    const scopesOf = (parser: Parser, { ast }: ParsedProgram) =>
      parser
        .scopeAnalysis()
        .analyze(ast, { sourceType: "module", lib: [] })
        .scopes.map(({ type, references, variables }) => [
          type,
          references.map(({ identifier }) => identifier.range),
          variables.map(({ name }) => name),
        ]);
    expect(scopesOf(babelParser, babel)).toEqual(scopesOf(oxcParser, oxc));
  });

  test.for([["const = 1;"], ["class {"], ["'unclosed"], ["<div>"]] as const)(
    "neither parses %j, and both say where",
    ([code]) => {
      for (const parser of [babelParser, oxcParser]) {
        const result = parser.parse(code, "jsx", "module");
        expect(result).toMatchObject({
          kind: "syntax-error",
          message: expect.stringMatching(/\w/) as string,
        });
        expect(result.kind === "syntax-error" && result.offset).toBeTypeOf("number");
      }
    },
  );
});

describe("the engine", () => {
  const engine = createEngine(oxcParser);
  const code = "async function f(ids) {\n  await Promise.all(ids.map((id) => fetch(id)));\n}\n";
  const findings = (fileName: string, text: string, parser = oxcParser) => {
    const program = createEngine(parser).prepare({ fileName, text }, defaultPolicy);
    if (program.kind !== "program") return program.kind;
    return engine
      .decide(program, syntacticFacts, defaultPolicy)
      .findings.map(({ site }) => text.slice(site.span.start, site.span.end));
  };

  test.for([["a.js"], ["a.mjs"], ["a.cjs"], ["a.ts"], ["a.mts"], ["a.cts"], ["a.jsx"], ["a.tsx"]] as const)(
    "finds it in %s",
    ([name]) => {
      expect(findings(name, code)).toEqual(["Promise.all"]);
      expect(findings(name, code, babelParser)).toEqual(["Promise.all"]);
    },
  );

  test.for([
    [
      "a.vue",
      `<template><p :x="async () => 1"/></template>\n<script setup lang="ts">\n${code}</script>\n<style>a{}</style>`,
    ],
    ["a.svelte", `<script>\n${code}</script>\n{#await x}{/await}`],
    ["a.astro", `---\n${code}---\n<p>{await x}</p>`],
  ] as const)("finds it in the script of %s, at its place in the file", ([name, text]) => {
    expect(findings(name, text)).toEqual(["Promise.all"]);
  });

  test("a script that is no module is parsed as one", () => {
    expect(findings("a.js", `with (x) { y; }\nreturn;\n${code}`)).toEqual(["Promise.all"]);
  });

  test("a file whose text cannot hold a site is not parsed", () => {
    expect(findings("a.js", "const = ;")).toBe("skipped");
  });

  test("a component without a script, and a file of another language, are skipped", () => {
    expect(findings("a.vue", "<template>Promise.all</template>")).toBe("skipped");
    expect(findings("a.css", "/* Promise.all */")).toBe("skipped");
  });

  test.for([
    ["a.d.ts", "dts"],
    ["a.d.mts", "dts"],
    ["a.module.d.ts", "dts"],
    ["A.TSX", "tsx"],
    ["a.json", undefined],
    ["Makefile", undefined],
  ] as const)("%s is %s", ([name, language]) => {
    expect(languageOf(name)).toBe(language);
  });
});
