/** The catalogue's snippets as files of one TypeScript program, so that 228 typed lints cost one type check. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { CatalogueEntry } from "./catalogue/catalogue.ts";

const runtimeSource = join(import.meta.dirname, "../../runtime/src/index.ts");

/** The text that is linted: with types, the snippet is followed by the declarations it needs beyond `ambient.d.ts`. */
export function textOf(entry: CatalogueEntry, types: "typed" | "untyped"): string {
  return types === "typed" ? `${entry.code}\n${entry.ambient ?? ""}\nexport {};\n` : entry.code;
}

/** Where a snippet's file would be; nothing is written. */
export function fileOf(entry: CatalogueEntry, root: string): string {
  return join(root, "catalogue", `${entry.id}.${entry.jsx === true ? "tsx" : "ts"}`);
}

/**
 * A program of all the given files, in memory, with the catalogue's ambient declarations.
 *
 * @param runtime - `stub`: the ambient file's few lines; `real`: the types of `packages/runtime`.
 */
export function programOf(
  files: ReadonlyMap<string, string>,
  root: string,
  runtime: "stub" | "real" = "stub",
): ts.Program {
  const ambient = join(root, "catalogue/ambient.d.ts");
  const declarations = readFileSync(join(import.meta.dirname, "catalogue/fixtures/ambient.d.ts"), "utf8");
  const stub = /^declare module "@floodgate\/runtime" \{\n[\s\S]*?^\}\n/m;
  const texts = new Map([
    ...files,
    [ambient, runtime === "real" ? declarations.replace(stub, "") : declarations],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ["lib.esnext.d.ts"],
    types: [],
    jsx: ts.JsxEmit.Preserve,
    ...(runtime === "real" && {
      paths: { "@floodgate/runtime": [runtimeSource] },
      allowImportingTsExtensions: true,
    }),
  };
  const disk = ts.createCompilerHost(options, true);
  return ts.createProgram([...texts.keys()], options, {
    ...disk,
    fileExists: (name) => texts.has(name) || disk.fileExists(name),
    readFile: (name) => texts.get(name) ?? disk.readFile(name),
    getSourceFile: (name, target, ...rest) => {
      const text = texts.get(name);
      return text === undefined
        ? disk.getSourceFile(name, target, ...rest)
        : ts.createSourceFile(name, text, target, true);
    },
  });
}
