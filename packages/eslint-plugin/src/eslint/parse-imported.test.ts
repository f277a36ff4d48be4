import * as typescriptParser from "@typescript-eslint/parser";
import { expect, test } from "vitest";
import { importedFileParser } from "./parse-imported.ts";

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

test("a parser without scopes of its own answers nothing", () => {
  expect(importedFileParser({ parser: { parse: () => ({}) } })(regions)).toBeUndefined();
  expect(importedFileParser({})(regions)).toBeUndefined();
});
