/** With types, what is decided in the file next door is followed through one import. */
import { writeFileSync } from "node:fs";
import * as parser from "@typescript-eslint/parser";
import { afterAll, describe, expect, test } from "vitest";
import { fixtureProject } from "./fixture-project.ts";
import { lint } from "./lint.ts";

const project = fixtureProject();
afterAll(() => {
  project.remove();
});

writeFileSync(
  project.path("neighbour.ts"),
  `export const REGIONS = ["eu", "us"];
export const growing = ["eu"];
export function grow(region: string) { growing.push(region); }
export enum Kind { A = "a", B = "b" }
export const clients = { dev: { close: async () => {} }, prod: { close: async () => {} } };
export declare function load(id: string): Promise<string>;
`,
);

const typed = {
  parser,
  parserOptions: {
    project: "./tsconfig.json",
    tsconfigRootDir: project.root,
    disallowAutomaticSingleRunInference: true,
  },
};

const reportsOf = (code: string) =>
  lint(`import { REGIONS, growing, Kind, clients, load } from "./neighbour";\n${code}`, {
    filename: project.path("file.ts"),
    languageOptions: typed,
  }).map(({ ruleId }) => ruleId);

describe("bounded by another file", () => {
  test.for([
    ["an array that nothing changes", "await Promise.all(REGIONS.map((region) => load(region)));"],
    ["an enum", "await Promise.all(Object.values(Kind).map((kind) => load(kind)));"],
    [
      "an object with fixed keys",
      "await Promise.all(Object.values(clients).map((client) => client.close()));",
    ],
  ] as const)("%s", ([, code]) => {
    expect(reportsOf(code)).toEqual([]);
  });
});

test("an array that the other file lets grow is not bounded", () => {
  expect(reportsOf("await Promise.all(growing.map((region) => load(region)));")).toEqual([
    "floodgate/no-unbounded-promise-all",
  ]);
});

describe("without types", () => {
  const reportsWithout = (specifier: string, preset?: "strict") =>
    lint(
      `import { REGIONS } from "${specifier}";\nawait Promise.all(REGIONS.map(async (region) => load(region)));`,
      { filename: project.path("file.ts"), ...(preset && { preset }) },
    );

  test("a file next door is read all the same", () => {
    expect(reportsWithout("./neighbour", "strict")).toEqual([]);
  });

  test("a constant of a package is a guess, left to the strict preset", () => {
    expect(reportsWithout("@scope/constants")).toEqual([]);
    expect(reportsWithout("@scope/constants", "strict")).toHaveLength(1);
  });
});
