/** The packed plugin and runtime in plain JavaScript projects, ESM and CommonJS. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const { plugin, runtime } = inject("tarballs");

/** Ten files of work at once, and the number that ran together: what a fixed program prints. */
const body = `
let running = 0;
let peak = 0;
async function load(id) {
  peak = Math.max(peak, ++running);
  await sleep(1);
  running--;
  return id * 2;
}
async function loadAll() {
  const ids = [];
  for (let id = 0; id < Number(process.argv[2]); id++) ids.push(id);
  return await Promise.all(ids.map(async (id) => load(id)));
}
loadAll().then((values) => console.log(values.length, "loaded,", peak, "at once"));
`;

const kinds = [
  {
    name: "ESM",
    type: "module",
    config: (presets: string) =>
      `import floodgate from "eslint-plugin-floodgate";\nexport default [${presets}, { languageOptions: { globals: { process: "readonly", console: "readonly" } } }];\n`,
    head: `import { setTimeout as sleep } from "node:timers/promises";`,
    importLine: /^import \{ limited \} from "@floodgate\/runtime";/mu,
    loads: {
      "loads-plugin.js": `import floodgate from "eslint-plugin-floodgate";\nconsole.log(Object.keys(floodgate.configs).sort().join(), typeof floodgate.rules);\n`,
      "loads-runtime.js": `import { mapLimit } from "@floodgate/runtime";\nmapLimit([1, 2, 3], 2, async (n) => n * 2).then((doubled) => console.log(doubled.join()));\n`,
    },
  },
  {
    name: "CommonJS",
    type: "commonjs",
    config: (presets: string) =>
      `const floodgate = require("eslint-plugin-floodgate");\nmodule.exports = [${presets}, { files: ["**/*.js"], languageOptions: { sourceType: "commonjs" } }];\n`,
    head: `"use strict";\nconst { setTimeout: sleep } = require("node:timers/promises");`,
    importLine: /^const \{ limited \} = require\("@floodgate\/runtime"\);/mu,
    loads: {
      "loads-plugin.js": `const floodgate = require("eslint-plugin-floodgate");\nconsole.log(Object.keys(floodgate.configs).sort().join(), typeof floodgate.rules);\n`,
      "loads-runtime.js": `const { mapLimit } = require("@floodgate/runtime");\nmapLimit([1, 2, 3], 2, async (n) => n * 2).then((doubled) => console.log(doubled.join()));\n`,
    },
  },
] as const;

describe.each(kinds)("an outside project in $name", ({ type, config, head, importLine, loads }) => {
  const project = scratchProject({
    "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true, type }),
    "eslint.config.js": config("floodgate.configs.recommended"),
    "main.js": `${head}\n${body}`,
    ...loads,
  });
  beforeAll(() => {
    project.install(plugin, runtime, "eslint@10.15.0");
  });
  afterAll(() => {
    project.remove();
  });

  test("loads the plugin", () => {
    expect(project.node("loads-plugin.js").stdout.trim()).toBe("all,autofix,recommended,strict object");
  });

  test("loads the runtime", () => {
    expect(project.node("loads-runtime.js")).toMatchObject({ exitCode: 0, stdout: "2,4,6\n" });
  });

  test("gets the finding from `npx eslint .`, and an exit code that fails a build", () => {
    const outcome = project.npx("eslint", ".");
    expect(outcome.output).toContain("floodgate/no-unbounded-promise-all");
    expect(outcome.output).toContain("ids");
    expect(outcome.exitCode).toBe(1);
  });

  test("is left alone by `npx eslint --fix .` until it asks for fixes", () => {
    const before = project.read("main.js");
    project.npx("eslint", "--fix", ".");
    expect(project.read("main.js")).toBe(before);
  });

  test("is fixed by `npx eslint --fix .` with the autofix preset, and runs bounded", () => {
    expect(project.node("main.js", "100").stdout).toBe("100 loaded, 100 at once\n");
    project.write({
      "eslint.config.js": config("floodgate.configs.recommended, floodgate.configs.autofix"),
    });
    const outcome = project.npx("eslint", "--fix", ".");
    expect(outcome).toMatchObject({ exitCode: 0, output: "" });
    expect(project.read("main.js")).toMatch(importLine);
    expect(project.node("main.js", "100").stdout).toBe("100 loaded, 10 at once\n");
  });

  test("keeps what was fixed as it is when fixed again", () => {
    const fixed = project.read("main.js");
    expect(project.npx("eslint", "--fix", ".").exitCode).toBe(0);
    expect(project.read("main.js")).toBe(fixed);
  });
});
