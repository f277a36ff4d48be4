/** Each packed package on its own, and all of them together, in a project that has nothing else. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { npm, scratchProject, type Outcome, type ScratchProject } from "../scratch.ts";
import manifest from "../../packages/runtime/package.json" with { type: "json" };

const { version } = manifest;
const { plugin, runtime, server } = inject("tarballs");

type Use = (project: ScratchProject) => Outcome;

const alone: readonly [name: string, packages: readonly string[], use: Use, printed: string][] = [
  [
    "@floodgate/runtime",
    [runtime],
    (project) =>
      project.node(
        "--input-type=module",
        "--eval",
        `import { mapLimit } from "@floodgate/runtime"; console.log(await mapLimit([1, 2], 1, (n) => n + 1));`,
      ),
    "[ 2, 3 ]\n",
  ],
  [
    "eslint-plugin-floodgate",
    [plugin],
    (project) => project.node("--print", `require("eslint-plugin-floodgate").meta.name`),
    "eslint-plugin-floodgate\n",
  ],
  [
    "@floodgate/language-server",
    // The plugin is its dependency, and in no registry yet.
    [server, plugin],
    (project) => project.npx("floodgate", "--version"),
    `${version}\n`,
  ],
];

const flood = "export const all = (ids) => Promise.all(ids.map(async (id) => fetch(id)));\n";

describe.each(alone)("%s alone", (_name, packages, use, printed) => {
  const project = scratchProject({ "package.json": JSON.stringify({ private: true }) });
  beforeAll(() => {
    project.install(...packages);
  });
  afterAll(() => {
    project.remove();
  });

  test("is installed, with nothing missing or at odds", () => {
    expect(npm(project.directory, ["ls", "--all", "--silent"]).exitCode).toBe(0);
  });

  test("works", () => {
    expect(use(project)).toMatchObject({ exitCode: 0, stdout: printed });
  });

  test("brings no ESLint along", () => {
    expect(existsSync(join(project.directory, "node_modules/eslint"))).toBe(false);
  });
});

describe("@floodgate/language-server without ESLint", () => {
  const project = scratchProject({ "package.json": JSON.stringify({ private: true }), "flood.js": flood });
  beforeAll(() => {
    project.install(server, plugin);
  });
  afterAll(() => {
    project.remove();
  });

  test("checks a project", () => {
    const { exitCode, output } = project.npx("floodgate", "check");
    expect(output).toContain("flood.js:1:29 error floodgate/no-unbounded-promise-all");
    expect(exitCode).toBe(1);
  });

  test.each([
    ["flood.js", 'There is no command "flood.js". Did you mean "floodgate check flood.js"?'],
    ["chek", 'There is no command "chek": expected check or init'],
  ])("floodgate %s says what was meant", (command, message) => {
    const { exitCode, stderr } = project.npx("floodgate", command);
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });
});

describe("eslint-plugin-floodgate beside an ESLint that is too old", () => {
  const project = scratchProject({ "package.json": JSON.stringify({ private: true }) });
  afterAll(() => {
    project.remove();
  });

  test("is refused by npm", () => {
    expect(() => {
      project.install(plugin, "eslint@8.57.1");
    }).toThrow(/peerOptional eslint@"\^9\.0\.0 \|\| \^10\.0\.0" from eslint-plugin-floodgate/u);
  });
});

describe("all of them together", () => {
  const project = scratchProject({
    "package.json": JSON.stringify({ private: true, type: "module" }),
    "eslint.config.js": `import floodgate from "eslint-plugin-floodgate";\nexport default [floodgate.configs.recommended];\n`,
    "flood.js": flood,
  });
  beforeAll(() => {
    project.install(runtime, plugin, server, "eslint@10.15.0", "typescript@6.0.3");
  });
  afterAll(() => {
    project.remove();
  });

  test("are installed, with nothing missing or at odds, and one copy of each", () => {
    expect(npm(project.directory, ["ls", "--all", "--silent"]).exitCode).toBe(0);
    for (const name of ["@floodgate/runtime", "eslint-plugin-floodgate", "@floodgate/language-server"]) {
      const { stdout } = npm(project.directory, ["ls", name, "--all", "--parseable"]);
      expect(new Set(stdout.trim().split("\n"))).toHaveProperty("size", 1);
    }
  });

  test("say the same of the same file", () => {
    const ofEslint = project.npx("eslint", "flood.js");
    const ofCheck = project.npx("floodgate", "check", "flood.js");
    expect([ofEslint.exitCode, ofCheck.exitCode]).toEqual([1, 1]);
    expect(ofEslint.output).toContain("floodgate/no-unbounded-promise-all");
    expect(ofCheck.output).toContain("floodgate/no-unbounded-promise-all");
  });
});
