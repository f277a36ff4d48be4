/** The ESLint configurations in the documents: ESLint loads each as a file of its own, and Floodgate is on in it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "./imports.ts";
import { blocks } from "./markdown.ts";

const configurations = blocks
  .filter(({ language, code }) => language === "js" && /^(?:export default|module\.exports =) /mu.test(code))
  .filter(({ code }) => code.includes("eslint-plugin-floodgate") || code.includes("floodgate.configs"))
  .map((block) => [`${block.document}:${String(block.line)}`, block.code] as const);

interface Loaded {
  readonly rules?: readonly string[];
  readonly messages?: readonly string[];
  readonly error?: string;
}

/** In a process of its own, where packages resolve to what is built, as they do for users. */
const program = `
import { ESLint } from "eslint";
import { dirname, join } from "node:path";
const loaded = [];
for (const file of process.argv.slice(1)) {
  const filePath = join(dirname(file), "main.js");
  try {
    const eslint = new ESLint({ cwd: dirname(file), overrideConfigFile: file, ignore: false });
    const { rules } = await eslint.calculateConfigForFile(filePath);
    const [result] = await eslint.lintText("export const none = 1;\\n", { filePath });
    const ours = result.messages.filter(({ ruleId }) => ruleId?.startsWith("floodgate/"));
    loaded.push({ rules: Object.keys(rules), messages: ours.map(({ message }) => message) });
  } catch (error) {
    loaded.push({ error: String(error) });
  }
}
console.log(JSON.stringify(loaded));
`;

let folder = "";
let results: readonly Loaded[] = [];
beforeAll(() => {
  // Inside the workspace, where the packages resolve.
  mkdirSync(join(root, ".floodgate"), { recursive: true });
  folder = mkdtempSync(join(root, ".floodgate", "configs-"));
  const wrong =
    "export default [floodgate.configs.recommended, { settings: { floodgate: { defaultLimt: 8 } } }];";
  const files = [...configurations.map(([, code]) => code), wrong].map((code, place) => {
    const file = join(folder, `${String(place)}.${code.includes("module.exports") ? "cjs" : "mjs"}`);
    // A second block of a page may leave out what the first one imported.
    const imports = code.includes("eslint-plugin-floodgate")
      ? ""
      : 'import floodgate from "eslint-plugin-floodgate";\n';
    writeFileSync(file, imports + code);
    // The limiter that a setting names is there, as it would be in a project.
    for (const [, path = "", name = ""] of code.matchAll(/from: "\.\/([^"]+)", import: "(\w+)"/gu)) {
      const limiter = join(folder, path.endsWith(".js") ? path : `${path}.js`);
      mkdirSync(dirname(limiter), { recursive: true });
      writeFileSync(limiter, `export const ${name} = () => {};\n`);
    }
    return file;
  });
  const args = ["--input-type=module", "--eval", program, "--", ...files];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  results = JSON.parse(stdout) as readonly Loaded[];
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("there are configurations to look at", () => {
  expect(configurations.length).toBeGreaterThan(7);
});

test.each(configurations.map(([name], place) => [name, place] as const))("%s", (_name, place) => {
  const result = results[place];
  expect(result?.error).toBeUndefined();
  expect(result?.rules).toContain("floodgate/no-unbounded-promise-all");
  // A setting that is wrong, or of another version, would be reported by name.
  expect(result?.messages).toEqual([]);
});

test("one with a setting that there is not is found", () => {
  expect(results.at(-1)?.messages).toEqual([
    "There is no Floodgate setting `defaultLimt`. Did you mean `defaultLimit`?",
  ]);
});
