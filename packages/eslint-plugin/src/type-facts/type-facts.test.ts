import { parse } from "@typescript-eslint/parser";
import type { TSESTree } from "@typescript-eslint/types";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import type { TypeFacts } from "../analysis/index.ts";
import { nodeFinder, typeFactsOf } from "./index.ts";

const options: ts.CompilerOptions = {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  types: [],
};

/** What every case may refer to. */
const prelude = `
declare module "p-limit" {
  export interface LimitFunction { <R>(task: () => PromiseLike<R> | R): Promise<R> }
  export default function pLimit(n: number): LimitFunction;
}
declare module "dataloader" {
  export default class DataLoader<K, V> { load(key: K): Promise<V> }
}
`;

const disk = ts.createCompilerHost(options);
const libraries = new Map<string, ts.SourceFile | undefined>();

/** A program over files in memory, with TypeScript's own libraries from disk. */
function programOf(files: Readonly<Record<string, string>>): ts.Program {
  const sources = new Map(Object.entries({ "/prelude.d.ts": prelude, ...files }));
  return ts.createProgram([...sources.keys()], options, {
    ...disk,
    fileExists: (name) => sources.has(name) || disk.fileExists(name),
    readFile: (name) => sources.get(name) ?? disk.readFile(name),
    getSourceFile: (name, target) => {
      const text = sources.get(name);
      if (text !== undefined) return ts.createSourceFile(name, text, target, true);
      if (!libraries.has(name)) libraries.set(name, disk.getSourceFile(name, target));
      return libraries.get(name);
    },
  });
}

function factsIn(code: string, others: Readonly<Record<string, string>> = {}) {
  const program = programOf({ ...others, "/main.ts": code });
  const sourceFile = program.getSourceFile("/main.ts");
  if (!sourceFile) throw new Error("The program lost its file.");
  return typeFactsOf({ program, sourceFile, tsNode: nodeFinder(sourceFile) });
}

/** The facts, and the last expression of the code. */
function lastOf(code: string): [TypeFacts, TSESTree.Node] {
  const last = parse(code, { range: true }).body.at(-1);
  if (last?.type !== "ExpressionStatement") throw new Error("The code must end in an expression.");
  return [factsIn(code), last.expression];
}

describe("thenable", () => {
  test.for([
    ["Promise.resolve(1)", "yes"],
    ["declare const p: PromiseLike<number>; p", "yes"],
    ["declare const p: Promise<number> | undefined; p", "yes"],
    ["declare const url: string; url && Promise.resolve(url)", "yes"],
    ["function f<P extends Promise<void>>(p: P) { return p; } f(Promise.resolve())", "yes"],
    ["1 + 1", "no"],
    ["declare const s: string | undefined; s", "no"],
    ["declare const t: { then: boolean }; t", "no"],
    ["declare const t: { then(): void }; t", "no"],
    ["declare const a: any; a", "unknown"],
    ["declare const u: unknown; u", "unknown"],
    ["declare const o: object; o", "unknown"],
    ["declare const o: {}; o", "unknown"],
    ["missing", "unknown"],
    ["missing()", "unknown"],
  ] as const)("`%s`: %s", ([code, answer]) => {
    const [facts, node] = lastOf(code);
    expect(facts.thenable(node)).toBe(answer);
  });

  test("an unconstrained type parameter could be a promise", () => {
    const code = "function f<T>(value: T) { value; }";
    const body = parse(code, { range: true }).body[0];
    if (body?.type !== "FunctionDeclaration" || body.body.body[0]?.type !== "ExpressionStatement")
      throw new Error(code);
    expect(factsIn(code).thenable(body.body.body[0].expression)).toBe("unknown");
  });
});

describe("returnsThenable", () => {
  test.for([
    ["(async () => {})", "yes"],
    ["declare function load(id: string): Promise<string>; load", "yes"],
    ["((x: number) => x * 2)", "no"],
    [
      "declare function either(cb: () => void): void; declare function either(): Promise<void>; either",
      "unknown",
    ],
    ["declare const f: (() => void) | (() => Promise<void>); f", "unknown"],
    ["declare const f: Function; f", "unknown"],
    ["declare const f: any; f", "unknown"],
    ["1", "unknown"],
  ] as const)("`%s`: %s", ([code, answer]) => {
    const [facts, node] = lastOf(code);
    expect(facts.returnsThenable(node)).toBe(answer);
  });
});

describe("holdsThenables", () => {
  test.for([
    ["declare const a: Promise<void>[]; a", "yes"],
    ["declare const a: readonly [Promise<void>, number]; a", "yes"],
    ["declare const a: Set<Promise<void>>; a", "yes"],
    ["declare const a: Map<string, Promise<void>>; a", "yes"],
    ["declare const a: Map<string, Promise<void>>; a.values()", "yes"],
    ["declare const a: Map<Promise<void>, string>; a", "no"],
    ["declare const a: string[]; a", "no"],
    ["declare const a: any[]; a", "unknown"],
    ["declare const a: any; a", "unknown"],
    ["declare const a: Date; a", "unknown"],
  ] as const)("`%s`: %s", ([code, answer]) => {
    const [facts, node] = lastOf(code);
    expect(facts.holdsThenables(node)).toBe(answer);
  });
});

const dynamic = { kind: "dynamic" };
const unknown = { kind: "unknown" };
const atMost = (count: number) => ({ kind: "at-most", count });

describe("size", () => {
  test.for([
    ["declare const a: readonly [1, 2, 3]; a", atMost(3)],
    ["declare const a: [number, number?]; a", atMost(2)],
    ["['x', 'y'] as const", atMost(2)],
    ["declare const a: [number] | [number, number]; a", atMost(2)],
    ["declare const a: [number, ...number[]]; a", dynamic],
    ["declare const a: number[]; a", dynamic],
    ["declare const a: readonly number[] | [number]; a", dynamic],
    ["declare const a: Set<'x' | 'y'>; a", atMost(2)],
    ["declare const a: Set<boolean>; a", atMost(2)],
    ["declare const a: Map<'x' | 'y' | 'z', number>; a", atMost(3)],
    ["declare const a: Set<string>; a", dynamic],
    ["declare const a: Map<string, number>; a", dynamic],
    ["declare const a: any; a", unknown],
    ["declare const a: number[] | undefined; a", dynamic],
    ["declare const a: Date; a", unknown],
  ] as const)("`%s`: %o", ([code, fact]) => {
    const [facts, node] = lastOf(code);
    expect(facts.size(node)).toEqual(fact);
  });
});

describe("keyCount", () => {
  test.for([
    ["declare const o: Record<'dev' | 'prod', number>; o", atMost(2)],
    ["declare const o: { a: 1; b?: 2; c: 3 }; o", atMost(3)],
    ["enum Kind { A = 'a', B = 'b' } Kind", atMost(2)],
    ["enum Level { Low, High } Level", atMost(4)],
    ["declare const o: Record<string, number>; o", dynamic],
    ["declare const o: { [id: number]: string }; o", dynamic],
    ["declare const o: string[]; o", dynamic],
    ["declare const o: {}; o", unknown],
    ["declare const o: object; o", unknown],
    ["declare const o: Object; o", unknown],
    ["declare const o: any; o", unknown],
  ] as const)("`%s`: %o", ([code, fact]) => {
    const [facts, node] = lastOf(code);
    expect(facts.keyCount(node)).toEqual(fact);
  });
});

describe("declaredTypes", () => {
  test.for([
    ["import pLimit from 'p-limit'; pLimit(2)", { name: "LimitFunction", module: "p-limit" }],
    [
      "import DataLoader from 'dataloader'; new DataLoader<string, string>()",
      { name: "DataLoader", module: "dataloader" },
    ],
    [
      "import DataLoader from 'dataloader'; class Users extends DataLoader<string, string> {} new Users()",
      { name: "DataLoader", module: "dataloader" },
    ],
    [
      "import DataLoader from 'dataloader'; class Users extends DataLoader<string, string> {} new Users()",
      { name: "Users" },
    ],
    ["type Gate = { run(): void }; declare const g: Gate; g", { name: "Gate" }],
    ["new Map<string, string>()", { name: "Map", module: "typescript" }],
  ] as const)("`%s` has %o", ([code, declared]) => {
    const [facts, node] = lastOf(code);
    expect(facts.declaredTypes(node)).toContainEqual({ module: undefined, ...declared });
  });

  test("anonymous types have no name", () => {
    const [facts, node] = lastOf("({ a: 1 })");
    expect(facts.declaredTypes(node)).toEqual([]);
  });
});

describe("isArray", () => {
  test.for([
    ["declare const a: string[]; a", "yes"],
    ["declare const a: readonly string[]; a", "yes"],
    ["declare const a: [string]; a", "yes"],
    ["declare const a: string[] | readonly [1]; a", "yes"],
    ["new Set<string>()", "no"],
    ["declare const a: string[] | Set<string>; a", "unknown"],
    ["declare const a: any; a", "unknown"],
  ] as const)("`%s`: %s", ([code, answer]) => {
    const [facts, node] = lastOf(code);
    expect(facts.isArray(node)).toBe(answer);
  });
});

describe("importedFile", () => {
  const code =
    "import { regions } from './regions'; import pLimit from 'p-limit'; import x from './missing'; regions;";
  const regions = "export const regions = ['eu', 'us'];";

  test("is the project's own file, with its text", () => {
    expect(factsIn(code, { "/regions.ts": regions }).importedFile("./regions")).toEqual({
      fileName: "/regions.ts",
      text: regions,
    });
  });

  test.for(["p-limit", "./missing", "./not-imported"])("`%s` is none", (specifier) => {
    expect(factsIn(code, { "/regions.ts": regions }).importedFile(specifier)).toBeUndefined();
  });

  test("a declaration file has no body to read", () => {
    const declared = { "/regions.d.ts": "export declare const regions: string[];" };
    expect(factsIn(code, declared).importedFile("./regions")).toBeUndefined();
  });
});

describe("the port", () => {
  const [, node] = lastOf("1");

  test("asks for no checker before a question", () => {
    let made = 0;
    const program = programOf({ "/main.ts": "1" });
    const spy = Object.assign(Object.create(program) as ts.Program, {
      getTypeChecker: () => (made++, program.getTypeChecker()),
    });
    const sourceFile = program.getSourceFile("/main.ts");
    if (!sourceFile) throw new Error("The program lost its file.");
    const facts = typeFactsOf({ program: spy, sourceFile, tsNode: nodeFinder(sourceFile) });
    expect(made).toBe(0);
    facts.thenable(node);
    facts.size(node);
    expect(made).toBe(1);
  });

  test("answers unknown where the checker throws, or the node is not TypeScript's", () => {
    const program = programOf({ "/main.ts": "1" });
    const failing = typeFactsOf({
      program,
      sourceFile: undefined,
      tsNode: () => {
        throw new Error("Debug Failure.");
      },
    });
    const lost = typeFactsOf({ program, sourceFile: undefined, tsNode: () => undefined });
    for (const facts of [failing, lost]) {
      expect(facts.thenable(node)).toBe("unknown");
      expect(facts.returnsThenable(node)).toBe("unknown");
      expect(facts.holdsThenables(node)).toBe("unknown");
      expect(facts.size(node)).toEqual(unknown);
      expect(facts.keyCount(node)).toEqual(unknown);
      expect(facts.declaredTypes(node)).toEqual([]);
      expect(facts.isArray(node)).toBe("unknown");
      expect(facts.importedFile("./a")).toBeUndefined();
    }
  });
});
