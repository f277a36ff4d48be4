import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configOf, configsFor, withoutComments } from "./tsconfig.ts";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-tsconfig-")));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

const configsAbove = (file: string) =>
  [...configsFor(join(root, file))].map((config) => relative(root, config).replaceAll("\\", "/"));

test("the nearest config comes first, each followed by the projects it references", () => {
  write({
    "tsconfig.json":
      '{ "files": [], "references": [{ "path": "packages/a" }, { "path": "./tsconfig.tools.json" }] }',
    "tsconfig.tools.json": "{}",
    "packages/a/tsconfig.json": '{ // solution\n "references": [{ "path": "./tsconfig.test.json" },] }',
    "packages/a/tsconfig.test.json": "{}",
    "packages/b/jsconfig.json": "{}",
  });
  const solution = [
    "tsconfig.json",
    "packages/a/tsconfig.json",
    "packages/a/tsconfig.test.json",
    "tsconfig.tools.json",
  ];
  expect(configsAbove("packages/a/src/x.ts")).toEqual([
    "packages/a/tsconfig.json",
    "packages/a/tsconfig.test.json",
    "tsconfig.json",
    "tsconfig.tools.json",
  ]);
  expect(configsAbove("packages/b/x.js")).toEqual(["packages/b/jsconfig.json", ...solution]);
});

test("references that lead in a circle, or nowhere, end", () => {
  write({
    "tsconfig.json": '{ "references": [{ "path": "a" }, { "path": "gone" }, { "path": 5 }] }',
    "a/tsconfig.json": '{ "references": [{ "path": ".." }] }',
  });
  expect(configsAbove("x.ts")).toEqual(["tsconfig.json", "a/tsconfig.json"]);
});

test("a file belongs to the first config that lists it, or failing that to the nearest", () => {
  write({
    "tsconfig.json": '{ "references": [{ "path": "./tsconfig.app.json" }] }',
    "tsconfig.app.json": "{}",
  });
  const file = join(root, "src/x.ts");
  const listedIn = (name: string) => configOf(file, (config) => (config === join(root, name) ? [file] : []));
  expect(listedIn("tsconfig.app.json")).toEqual({ config: join(root, "tsconfig.app.json"), lists: true });
  expect(listedIn("none")).toEqual({ config: join(root, "tsconfig.json"), lists: false });
});

test("a config that is broken, or half-written, counts as one without references", () => {
  write({ "tsconfig.json": '{ "references": [{ "pa' });
  expect(configsAbove("x.ts")).toEqual(["tsconfig.json"]);
});

test.for([
  ['{ "a": "// no comment", /* one */ "b": 1, // two\n }', { a: "// no comment", b: 1 }],
  ['\uFEFF{ "a": [1, 2,], }', { a: [1, 2] }],
  ['{ "a": "\\"/*\\\\", "b": "*/" }', { a: '"/*\\', b: "*/" }],
] as const)("%s is read as tsc reads it", ([text, value]) => {
  expect(JSON.parse(withoutComments(text))).toEqual(value);
});
