import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Linter } from "eslint";
import { expect, test } from "vitest";
import { fixtureProject } from "../../test/fixture-project.ts";
import plugin from "../index.ts";
import { limitersSeenFrom } from "./own-limiters.ts";

const cwd = resolve("/project");
const seen = (from: string, file: string) =>
  limitersSeenFrom([{ from, import: "limit", kind: "limiter" }], join(cwd, file), cwd).map(
    ({ from }) => from,
  );

test("a path starts at the working directory, and is written from the file", () => {
  expect(seen("./lib/limits.js", "src/jobs/a.ts")).toContain("../../lib/limits.js");
  expect(seen("./lib/limits.js", "lib/a.ts")).toContain("./limits.js");
  expect(seen("../common/limits.js", "a.ts")).toContain("../common/limits.js");
});

test("an import may leave the extension out, or name the source's", () => {
  expect(seen("./lib/limits.ts", "a.ts")).toEqual(
    expect.arrayContaining(["./lib/limits", "./lib/limits.js", "./lib/limits.ts"]),
  );
  expect(seen("./lib/limits", "a.ts")).toContain("./lib/limits.js");
});

test("an index may be imported by its folder", () => {
  expect(seen("./lib/index.ts", "a.ts")).toContain("./lib");
});

test("the same words in another folder are another file", () => {
  expect(seen("./lib/limits.js", "other/a.ts")).not.toContain("./lib/limits.js");
});

test("packages, and files nobody knows the place of, stay as they are", () => {
  expect(seen("@acme/limits", "src/a.ts")).toEqual(["@acme/limits"]);
  const limiters = [{ from: "./limits", import: "limit", kind: "limiter" }] as const;
  expect(limitersSeenFrom(limiters, "<input>", cwd)).toBe(limiters);
});

test("so a limiter is known wherever it is imported from", () => {
  const project = fixtureProject([]);
  mkdirSync(project.path("lib"));
  writeFileSync(project.path("lib/limits.js"), "");
  const limiters = [{ from: "./lib/limits.js", import: "gently", kind: "limiter" }];
  const lint = (code: string) =>
    new Linter({ cwd: project.root }).verify(
      code,
      [plugin.configs.recommended, { settings: { floodgate: { limiters } } }],
      { filename: project.path("src/jobs/a.js") },
    );
  const use = "await Promise.all(items.map((x) => gently(() => load(x))));";
  expect(lint(`import { gently } from "../../lib/limits.js";\n${use}`)).toEqual([]);
  expect(lint(`import { gently } from "./lib/limits.js";\n${use}`)).toHaveLength(1);
  project.remove();
});
