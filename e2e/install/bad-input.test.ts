/** What a user reads when something is wrong with what they gave us. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const { plugin, runtime } = inject("tarballs");

const eslintConfig = (settings: unknown) =>
  `import floodgate from "eslint-plugin-floodgate";\nexport default [floodgate.configs.recommended, { settings: { floodgate: ${JSON.stringify(settings)} } }];\n`;

const program = (statement: string) =>
  `import * as floodgate from "@floodgate/runtime";
try {
  await floodgate.${statement};
  console.log("no error");
} catch (error) {
  console.log(\`\${error.name}: \${error.message}\`);
}
`;

describe("bad input", () => {
  const project = scratchProject({
    "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true, type: "module" }),
    "eslint.config.js": eslintConfig({}),
    "fine.js": "export const load = (ids) => Promise.all(ids.map(async (id) => fetch(id)));\n",
  });
  beforeAll(() => {
    project.install(plugin, runtime, "eslint@10.15.0");
  });
  afterAll(() => {
    project.remove();
  });

  test("a file that does not parse is named with its place, and the others are still checked", () => {
    project.write({ "broken.js": "export const load = (ids => {\n" });
    const { exitCode, output } = project.npx("eslint", ".");
    expect(output).toMatch(/broken\.js\s+\d+:\d+\s+error\s+Parsing error/u);
    expect(output).toMatch(/fine\.js\s+\d+:\d+\s+error/u);
    expect(exitCode).toBe(1);
    project.write({ "broken.js": "" });
  });

  test("a misspelt setting is one report that names it and what was probably meant", () => {
    project.write({ "eslint.config.js": eslintConfig({ defaultLimt: 5 }) });
    const { exitCode, output } = project.npx("eslint", "fine.js");
    expect(
      output.match(/There is no Floodgate setting `defaultLimt`\. Did you mean `defaultLimit`\?/gu),
    ).toHaveLength(1);
    expect(exitCode).toBe(1);
  });

  test("a setting with a wrong value is one report that says what was expected and what was found", () => {
    project.write({ "eslint.config.js": eslintConfig({ defaultLimit: "ten" }) });
    const { exitCode, output } = project.npx("eslint", "fine.js");
    expect(
      output.match(/`defaultLimit` to be an integer from 1 and up, got `"ten"` \(string\)/gu),
    ).toHaveLength(1);
    expect(exitCode).toBe(1);
  });

  test.each([
    ["mapLimit([1], 0, async () => 1)", /^RangeError: Expected `concurrency` to be .*, got `0` \(number\)/u],
    [
      "mapLimit([1], -1, async () => 1)",
      /^RangeError: Expected `concurrency` to be .*, got `-1` \(number\)/u,
    ],
    [
      "mapLimit([1], 1.5, async () => 1)",
      /^RangeError: Expected `concurrency` to be .*, got `1\.5` \(number\)/u,
    ],
    ["mapLimit([1], '5', async () => 1)", /^TypeError: Expected `concurrency` to be .*, got `5` \(string\)/u],
    ["mapLimit(null, 1, async () => 1)", /^TypeError: Expected `source` to be .*, got `null`/u],
    ["mapLimit(undefined, 1, async () => 1)", /^TypeError: Expected `source` to be .*, got `undefined`/u],
    ["mapLimit([1], 1)", /^TypeError: Expected `fn` to be .*, got `undefined`/u],
    ["limited(0, async () => 1)", /^RangeError: Expected `concurrency` to be .*, got `0` \(number\)/u],
    ["bounded([1, 2, 3], 2)", /^RangeError: .*\b3\b.*\b2\b|^RangeError: .*\b2\b.*\b3\b/u],
  ])("`%s` says what was expected and what it got", (statement, message) => {
    project.write({ "bad.js": program(statement) });
    expect(project.node("bad.js")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(message) as string,
    });
  });
});
