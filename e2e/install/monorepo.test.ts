/** examples/ci/monorepo with 50 packages: the same findings from the root and from a package, by ESLint and by `check`. */
import { cpSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { scratchProject, type Outcome } from "../scratch.ts";

const { plugin, runtime, server } = inject("tarballs");
const example = join(import.meta.dirname, "../../examples/ci/monorepo");
const packages = Array.from({ length: 50 }, (_, n) => {
  const number = String(n + 1).padStart(2, "0");
  return n % 10 === 0 ? `crawler-${number}` : `service-${number}`;
});

/** Every fifth package has a flood; its list comes from another file of the package. */
const withFlood = packages.filter((_, n) => n % 5 === 0);

const project = scratchProject({
  ...Object.fromEntries(
    packages.flatMap((name) => [
      [`packages/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", type: "module" })],
      [
        `packages/${name}/src/load.js`,
        `import { ids } from "./ids.js";\n\nexport const load = () => Promise.all(ids().map(async (id) => fetch(id)));\n`,
      ],
      [`packages/${name}/src/ids.js`, idsOf(withFlood.includes(name) ? "JSON.parse(text)" : `["a", "b"]`)],
    ]),
  ),
});

function idsOf(list: string): string {
  return `export function ids(text = process.argv[2]) {\n  return ${list};\n}\n`;
}

/** Places of findings, as `packages/service-06/src/load.js:3`, from output in ESLint's JSON. */
function placesIn({ stdout }: Outcome): string[] {
  const results = JSON.parse(stdout) as { filePath: string; messages: { line: number; ruleId: string }[] }[];
  return results
    .flatMap(({ filePath, messages }) =>
      messages.map(
        ({ line }) => `${relative(project.directory, filePath).replaceAll("\\", "/")}:${String(line)}`,
      ),
    )
    .sort();
}

const expected = withFlood.map((name) => `packages/${name}/src/load.js:3`).sort();

beforeAll(() => {
  cpSync(example, project.directory, { recursive: true });
  project.write({ "package.json": JSON.stringify({ private: true, type: "module" }) });
  project.install(plugin, runtime, server, "eslint@10.15.0");
});
afterAll(() => {
  project.remove();
});

test("ESLint finds the floods of all packages from the root", () => {
  expect(placesIn(project.npx("eslint", "--format", "json", "."))).toEqual(expected);
});

test("`floodgate check` finds the same, without types as well", () => {
  const check = (...args: string[]) => project.npx("floodgate", "check", "--format", "json", ...args);
  expect(placesIn(check())).toEqual(expected);
  expect(placesIn(check("--types", "off"))).toEqual(expected);
});

test("both find the same in one package, called from there, with the configuration of the root", () => {
  const name = withFlood[1] ?? "";
  const own = [`packages/${name}/src/load.js:3`];
  const folder = `packages/${name}`;
  expect(placesIn(project.npxIn(folder, "eslint", "--format", "json", "."))).toEqual(own);
  expect(placesIn(project.npxIn(folder, "floodgate", "check", "--format", "json"))).toEqual(own);
});

test("the settings for some packages hold there only: the number that is offered", () => {
  const messages = project
    .npx("eslint", ".")
    .output.split("\n")
    .filter((line) => line.includes("limited("));
  const offered = (limit: number) => messages.filter((line) => line.includes(`limited(${String(limit)},`));
  expect(offered(2)).toHaveLength(withFlood.filter((name) => name.startsWith("crawler-")).length);
  expect(offered(10)).toHaveLength(withFlood.filter((name) => name.startsWith("service-")).length);
});

test("a change in another file is seen by the cache of `check`, and by ESLint without one", () => {
  const name = packages[1] ?? "";
  const folder = `packages/${name}`;
  const check = () => placesIn(project.npxIn(folder, "floodgate", "check", "--cache", "--format", "json"));
  expect(check()).toEqual([]);
  project.write({ [`${folder}/src/ids.js`]: idsOf("JSON.parse(text)") });
  expect(check()).toEqual([`${folder}/src/load.js:3`]);
  expect(placesIn(project.npxIn(folder, "eslint", "--format", "json", "."))).toEqual([
    `${folder}/src/load.js:3`,
  ]);
});
