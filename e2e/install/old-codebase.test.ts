/** examples/ci/old-codebase: what is there already is suppressed in bulk, and whatever comes is not. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const { plugin, runtime } = inject("tarballs");
const example = join(import.meta.dirname, "../../examples/ci/old-codebase");
const flood =
  "export async function loadAll(ids) {\n  return await Promise.all(ids.map(async (id) => fetch(id)));\n}\n";

const project = scratchProject({});
const suppressed = () => JSON.parse(project.read("eslint-suppressions.json")) as unknown;

beforeAll(() => {
  cpSync(example, project.directory, { recursive: true });
  project.write({ "package.json": JSON.stringify({ private: true, type: "module" }) });
  project.install(plugin, runtime, "eslint@10.15.0");
});
afterAll(() => {
  project.remove();
});

test("the committed suppressions are what `eslint --suppress-all` writes", () => {
  const committed = suppressed();
  expect(project.npx("eslint", "--suppress-all", ".").exitCode).toBe(0);
  expect(suppressed()).toEqual(committed);
  expect(committed).toEqual({ "src/reports.js": { "floodgate/no-unbounded-promise-all": { count: 2 } } });
});

test("the old findings pass", () => {
  expect(project.npx("eslint", ".")).toMatchObject({ exitCode: 0, output: "" });
});

test("a new one fails, in a new file and in an old one", () => {
  project.write({ "src/new.js": flood });
  const inNew = project.npx("eslint", ".");
  expect(inNew.exitCode).toBe(1);
  expect(inNew.output).toContain("new.js");
  expect(inNew.output).not.toContain("reports.js");
  project.write({ "src/new.js": "" });

  const reports = project.read("src/reports.js");
  project.write({ "src/reports.js": reports + flood });
  const inOld = project.npx("eslint", ".");
  expect(inOld.exitCode).toBe(1);
  expect(inOld.output).toContain("3 problems");
  project.write({ "src/reports.js": reports });
});

test("a mended one must be taken out of the file, which `--prune-suppressions` does", () => {
  project.write({
    "src/reports.js": project.read("src/reports.js").replace("ids.map", "ids.slice(0, 10).map"),
  });
  const stale = project.npx("eslint", ".");
  expect(stale.exitCode).toBe(2);
  expect(stale.output).toContain("--prune-suppressions");
  expect(project.npx("eslint", "--prune-suppressions", ".").exitCode).toBe(0);
  expect(suppressed()).toEqual({ "src/reports.js": { "floodgate/no-unbounded-promise-all": { count: 1 } } });
  expect(project.npx("eslint", ".").exitCode).toBe(0);
});
