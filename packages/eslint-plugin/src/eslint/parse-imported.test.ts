import * as typescriptParser from "@typescript-eslint/parser";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { importedFileParser } from "./parse-imported.ts";

// ESLint brings its own parser along.
const espree: unknown = createRequire(createRequire(import.meta.url).resolve("eslint"))("espree");
const regions = { fileName: "/regions.ts", text: "// where we are\nexport const regions = ['eu'] as const;" };

test("an imported file is parsed as the importing one was, with its comments and scopes", () => {
  const parse = importedFileParser({ parser: typescriptParser, parserOptions: { projectService: true } });
  const file = parse(regions);
  expect(file?.ast.body[0]?.type).toBe("ExportNamedDeclaration");
  expect(file?.comments.map(({ value }) => value)).toEqual([" where we are"]);
  expect(file?.scopes.globalScope?.childScopes[0]?.variables.map(({ name }) => name)).toEqual(["regions"]);
});

test("it is parsed again only when its text changes", () => {
  const parse = importedFileParser({ parser: typescriptParser });
  const first = parse(regions);
  expect(importedFileParser({ parser: typescriptParser })({ ...regions })).toBe(first);
  expect(parse({ ...regions, text: "export const regions = [];" })).not.toBe(first);
});

test("a file that does not parse is undefined", () => {
  expect(
    importedFileParser({ parser: typescriptParser })({ fileName: "/a.ts", text: "const = ;" }),
  ).toBeUndefined();
});

test("a parser without scopes of its own, such as ESLint's, gets them from ESLint", () => {
  const parse = importedFileParser({ parser: espree });
  const file = parse({ fileName: "/regions.js", text: "// where we are\nexport const regions = ['eu'];" });
  expect(file?.ast.body[0]?.type).toBe("ExportNamedDeclaration");
  expect(file?.comments.map(({ value }) => value)).toEqual([" where we are"]);
  expect(file?.scopes.globalScope?.childScopes[0]?.variables.map(({ name }) => name)).toEqual(["regions"]);
  expect(parse({ fileName: "/a.js", text: "const = ;" })).toBeUndefined();
});

test("without a parser nothing is answered", () => {
  expect(importedFileParser({})(regions)).toBeUndefined();
});
