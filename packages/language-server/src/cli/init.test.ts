import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { init, withFloodgate, type InitWorld } from "./init.ts";

let cwd: string;
let out: string;

const world = (answer?: boolean): InitWorld => ({
  cwd,
  out: (text) => {
    out += text;
  },
  confirm: answer === undefined ? undefined : () => Promise.resolve(answer),
});

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-init-")));
  out = "";
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

const importLine = 'import floodgate from "eslint-plugin-floodgate";';

test.for([
  [
    "export default [js.configs.recommended];",
    `${importLine}\nexport default [floodgate.configs.recommended, js.configs.recommended];`,
  ],
  [
    "export default [\n  js.configs.recommended,\n];\n",
    `${importLine}\nexport default [\n  floodgate.configs.recommended,\n  js.configs.recommended,\n];\n`,
  ],
  [
    "// mine\nimport js from 'x';\nexport default defineConfig([\n    a,\n]);\n",
    `// mine\n${importLine}\nimport js from 'x';\nexport default defineConfig([\n    floodgate.configs.recommended,\n    a,\n]);\n`,
  ],
  [
    "export default tseslint.config(\n  a,\n);\n",
    `${importLine}\nexport default tseslint.config(\n  floodgate.configs.recommended,\n  a,\n);\n`,
  ],
  [
    '"use strict";\nmodule.exports = [a];\n',
    '"use strict";\nconst floodgate = require("eslint-plugin-floodgate");\nmodule.exports = [floodgate.configs.recommended, a];\n',
  ],
] as const)("%j gets both lines where they belong", ([before, after]) => {
  expect(withFloodgate(before)).toBe(after);
});

test("a config of another shape is not guessed at", () => {
  expect(withFloodgate("export default config;")).toBeUndefined();
});

test("shows the lines first, and writes them when the user agrees", async () => {
  expect(await init([], world(true))).toBe(0);
  expect(out.indexOf(importLine)).toBeLessThan(out.indexOf("Written."));
  expect(readFileSync(join(cwd, "eslint.config.mjs"), "utf8")).toBe(
    `${importLine}\n\nexport default [floodgate.configs.recommended];\n`,
  );
});

test.for([[false], [undefined]] as const)("writes nothing without consent (%s)", async ([answer]) => {
  writeFileSync(join(cwd, "eslint.config.js"), "export default [];\n");
  expect(await init([], world(answer))).toBe(0);
  expect(readFileSync(join(cwd, "eslint.config.js"), "utf8")).toBe("export default [];\n");
});

test("a config that has Floodgate already is left alone", async () => {
  writeFileSync(join(cwd, "eslint.config.js"), `${importLine}\nexport default [];\n`);
  expect(await init(["--yes"], world())).toBe(0);
  expect(out).toContain("has Floodgate already");
});

test("a config of another shape: the lines are shown, and the exit code says that they are yours to add", async () => {
  writeFileSync(join(cwd, "eslint.config.js"), "export default config;\n");
  expect(await init(["--yes"], world())).toBe(1);
  expect(out).toContain("Add these two lines");
});
