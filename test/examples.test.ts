/** The programs in examples/: what their READMEs say is reported is reported, and what is shown as fixed is the fix. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ESLint } from "eslint";
import floodgate from "eslint-plugin-floodgate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./imports.ts";

const examples = readdirSync(join(root, "examples"), { withFileTypes: true })
  .filter((entry) => existsSync(join(root, "examples", entry.name, "before")))
  .map(({ name }) => name);

describe.each(examples)("examples/%s", (name) => {
  const folder = join(root, "examples", name);
  let scratch = "";

  beforeAll(() => {
    // Inside the workspace, because a fix imports the runtime only where it resolves.
    mkdirSync(join(root, ".floodgate"), { recursive: true });
    scratch = mkdtempSync(join(root, ".floodgate", "examples-"));
  });
  afterAll(() => {
    rmSync(scratch, { recursive: true, force: true });
  });

  test("before/ reports exactly what its README says", async () => {
    const [first] = await lint(join(folder, "before"));
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const said = [...readme.matchAll(/^\| (\d+) +\|/gmu)].map(([, line]) => Number(line));
    expect(first?.messages.map(({ line, ruleId }) => [line, ruleId])).toEqual(
      said.map((line) => [line, "floodgate/no-unbounded-promise-all"]),
    );
  });

  test("after/ is what --fix makes of before/, and reports nothing", async () => {
    cpSync(join(folder, "before"), scratch, { recursive: true });
    cpSync(join(folder, "package.json"), join(scratch, "package.json"));
    const results = await lint(scratch, true);
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
    await ESLint.outputFixes(results);
    const after = readdirSync(join(folder, "after"));
    expect(after).toEqual(readdirSync(join(folder, "before")));
    for (const file of after) {
      expect(readFileSync(join(scratch, file), "utf8")).toBe(
        readFileSync(join(folder, "after", file), "utf8"),
      );
    }
    expect((await lint(join(folder, "after"))).flatMap(({ messages }) => messages)).toEqual([]);
  });
});

async function lint(folder: string, fix = false) {
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [floodgate.configs.recommended, ...(fix ? [floodgate.configs.autofix] : [])],
    fix,
  });
  return await eslint.lintFiles([folder]);
}
