/** Names are looked up one by one as a scope manager resolves them all. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { describe, expect, test } from "vitest";
import { catalogue } from "../../test/catalogue/catalogue.ts";
import type { Node, Variable } from "./code.ts";
import type { ParsedFile } from "./index.ts";
import { treeOf } from "./tree.ts";
import { variableFinder } from "./variables.ts";

function parsed(text: string, jsx = false): ParsedFile {
  const { ast, scopeManager, visitorKeys } = parser.parseForESLint(text, {
    comment: true,
    range: true,
    sourceType: "module",
    ecmaFeatures: { jsx },
  });
  return {
    ast,
    text,
    comments: [],
    scopes: scopeManager,
    visitorKeys: visitorKeys,
  };
}

/** What the analysis reads of a variable, as text. */
function described(variable: Variable | undefined): unknown {
  return (
    variable && {
      name: variable.name,
      defs: variable.defs.map(({ type, name, node, parent }) => [
        type,
        name.range,
        node.range,
        parent?.range ?? null,
      ]),
      identifiers: variable.identifiers.map(({ range }) => range),
      references: variable.references
        .map((reference) =>
          [
            reference.identifier.range[0],
            reference.init === true ? "init" : "",
            reference.isRead() ? "reads" : "",
            reference.isWrite() ? "writes" : "",
            reference.writeExpr?.range ?? "",
          ].join(" "),
        )
        .sort(),
    }
  );
}

/** Looks every name up both ways. Where the one by one gives up, it asks for the scopes, and is counted. */
function compared(file: ParsedFile): { readonly told: number; readonly asked: number } {
  const tree = treeOf(file);
  const known = variableFinder(file, tree);
  const count = { told: 0, asked: 0 };
  const looked = variableFinder(
    {
      ...file,
      isClosed: true,
      scopes: new Proxy(file.scopes, {
        get() {
          throw new Error("asked");
        },
      }),
    },
    tree,
  );
  const twins = new Map<Variable, Variable | undefined>();
  const stack: Node[] = [file.ast];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    stack.push(...tree.children(node));
    if (node.type !== "Identifier" && node.type !== "JSXIdentifier") continue;
    let found: Variable | undefined;
    let description: unknown;
    try {
      found = looked(node);
      description = described(found);
    } catch (error) {
      if (!(error instanceof Error) || error.message !== "asked") throw error;
      count.asked++;
      continue;
    }
    count.told++;
    const expected = known(node);
    const where = file.text.slice(...node.range);
    expect([where, description]).toEqual([where, described(expected)]);
    // One variable is one object, however it is come by.
    if (expected) {
      if (twins.has(expected)) expect(found).toBe(twins.get(expected));
      twins.set(expected, found);
    }
  }
  return count;
}

describe("every name of", () => {
  test("the catalogue", () => {
    let told = 0;
    for (const { code, jsx } of catalogue) told += compared(parsed(code, jsx)).told;
    expect(told).toBeGreaterThan(2_000);
  });

  test("the analysis", () => {
    const folder = import.meta.dirname;
    let told = 0;
    let asked = 0;
    for (const name of readdirSync(folder).filter((file) => /^[a-m].*(?<!test)\.ts$/.test(file))) {
      const count = compared(parsed(readFileSync(join(folder, name), "utf8")));
      told += count.told;
      asked += count.asked;
    }
    expect(told).toBeGreaterThan(10_000);
    expect(asked / told).toBeLessThan(0.05);
  });
});

describe("is told without scopes", () => {
  test.each([
    "const a = 1; { const a = 2; use(a); } use(a);",
    "var a = 1; function f(a = a) { var b = a; return () => a + b; }",
    "function f(x = y) { var y = 1; return y; } let y;",
    "let a; a = 1; a += 2; a++; [a] = [3]; ({ a, b: a = 4 } = {}); for (a of xs) use(a); for (const a in o) use(a);",
    "const { a, b: { c = a }, ...rest } = x; const [d = c, ...e] = rest; use(a, c, d, e, rest);",
    "for (let i = 0, n = xs.length; i < n; i++) { let i = n; use(i); }",
    "for (const x of x) use(x);",
    "switch (a) { case 1: { let a; } default: let a = 2; use(a); } let a;",
    "try { f(); } catch ({ message: m = n }) { var n = m; use(m, n); }",
    "const f = function g(n) { return n ? g(n - 1) : g; }; g();",
    "class A extends B { static a = A; b = () => A; m(A) { return A; } static { var c = A; use(c); } } use(A);",
    "const C = class D { m() { return D; } }; use(D);",
    "import a, { b as c, type d } from 'x'; import * as e from 'y'; import f = require('z'); export { a, c as g }; export default e; use(f, b);",
    "export { a, b as c } from 'x'; export * as d from 'y'; const a = 1, b = 2, d = 3;",
    "type a = string; const a = 1; let b: a = a; type c = typeof a; interface d extends b.c { e: a; f(g: a): g is a }",
    "enum Kind {} use(Kind.A as Kind);",
    "declare function f(a: number): void; function g(this: Kind, a?: number): asserts a is number; function g(a) { return f(a); }",
    "class A { constructor(private readonly a: A, public b = a) {} declare c: A; get [a]() { return this.a; } }",
    "let x; (x as number) = 1; x! += 2; (<any>x)++; use(x satisfies number);",
    "let f: (a: A) => void, A; const g = (a: typeof f, b: { a: typeof a; [a: string]: A }) => a;",
    "a: for (;;) { break a; continue a; } let a; a.a; ({ a: a, [a]: 1 }).a;",
    "try {} catch (e: E | unknown) { use(e); } type E = 1;",
    "@a() export class A { @b c; @d(A) m() {} @A static n = A; } let a, b, d;",
    "var a; { function a() {} a(); } a();",
    "import { // the new\na,\n// typeof\nb } from 'x'; enum A {} function f(c, // x.\nd) { a(b, c, d); }",
    "const a = b => b ? c => c : d => d[b]; const e = async f => f; g(h => h, (i, j) => i + j); let h, i;",
    "let a\n;[b] = a; let b\n(a)(b); function* c() { yield* c(); } class d extends f<d> {} const f = (...g) => g.h(...g);",
    "var e; try {} catch (e) { var e = 1, f = e; use(e); } use(e, f);",
    "async function f() { for await (const f of f()) use(f); }",
  ])("%s", (text) => {
    const { told, asked } = compared(parsed(text));
    expect([told > 0, asked]).toEqual([true, 0]);
  });

  test("what stands in a parameter's decorators", () => {
    const text =
      "class A { constructor(@Inject(x) d, @f(d) private h) {} m(@i(i, x) i) {} } let d, f, h, i, x;";
    // The parameters' own names take more.
    const { told, asked } = compared(parsed(text));
    expect([told, asked]).toEqual([11, 7]);
  });

  test("JSX", () => {
    const text = "const Row = 1, row = 2, x = 3; <><Row a={x} {...x}><row /><x.y /></Row></>;";
    expect(compared(parsed(text, true)).asked).toBe(0);
  });
});

describe("takes a scope manager", () => {
  test.each([
    ["a namespace's names", "namespace A { const a = 1; } a;"],
    ["an enum's members", "enum Kind { a, b = a } a;"],
    ["type parameters", "function f<a>(x: a) {} a;"],
    ["names written with escapes", "let \\u0061 = 1; a;"],
    ["a decorated parameter", "class A { constructor(@Inject() a) { a; } }"],
  ])("%s", (_, text) => {
    expect(compared(parsed(text)).asked).toBeGreaterThan(0);
  });
});
