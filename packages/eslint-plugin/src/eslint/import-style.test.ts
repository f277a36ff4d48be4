import { parse } from "@typescript-eslint/parser";
import { expect, test } from "vitest";
import { importStyleOf } from "./import-style.ts";

type PackageType = "module" | "commonjs" | undefined;

test.for<[string, string, PackageType, string | undefined]>([
  ["a.mjs", "go();", undefined, "import"],
  ["a.mts", "go();", "commonjs", "import"],
  ["a.cjs", "go();", "module", "require"],
  ["a.js", "import x from 'x';", "commonjs", "import"],
  ["a.js", "export const a = 1;", undefined, "import"],
  ["a.js", "go();", "module", "import"],
  ["a.js", "const x = require('x');", "commonjs", "require"],
  ["a.js", "module.exports = go;", undefined, "require"],
  ["a.js", "go();", "commonjs", undefined],
  ["a.jsx", "export default () => null;", undefined, "import"],
  ["a.ts", "import x from 'x';", "commonjs", "import"],
  ["a.ts", "import x = require('x');", "commonjs", "import-equals"],
  ["a.ts", "export = go;", "commonjs", "import-equals"],
  ["a.ts", "go();", "module", "import"],
  ["a.cts", "go();", "module", "import-equals"],
  ["a.cts", "import x from 'x';", "module", "import"],
  ["a.vue", "go();", "commonjs", "import"],
  ["a.svelte", "go();", undefined, "import"],
])("%s with `%s` in a package of type %s takes %s", ([filename, text, packageType, style]) => {
  expect(importStyleOf(filename, { body: parse(text).body, text }, packageType)).toBe(style);
});

test("a TypeScript script stays a script: its names are global", () => {
  expect(importStyleOf("a.ts", { body: [], text: "const x = require('x');" }, "commonjs")).toBeUndefined();
});
