/** What the tools say of the whole tree: the linter, the compiler, the formatter, knip. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./imports.ts";

/** A tool's command, run with this Node: no shell, so it is the same on every system. */
function run(script: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "node_modules", script), ...args],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: "0" },
    },
  );
  return { exitCode: status, output: `${stdout}${stderr}` };
}

test("the linter has nothing to say", () => {
  expect(run("eslint/bin/eslint.js", [".", "--max-warnings", "0"])).toEqual({ exitCode: 0, output: "" });
});

test("sources and tests compile together under the strict options", () => {
  expect(run("typescript/bin/tsc", ["-p", "tsconfig.check.json"])).toEqual({ exitCode: 0, output: "" });
});

test("every file is formatted", () => {
  expect(run("prettier/bin/prettier.cjs", ["--check", "--log-level", "warn", "."])).toEqual({
    exitCode: 0,
    output: "",
  });
});

test("nothing is unused: files, dependencies, exports", () => {
  const { exitCode, output } = run("knip/bin/knip.js", ["--no-progress", "--no-config-hints"]);
  expect(output).toBe("");
  expect(exitCode).toBe(0);
});
