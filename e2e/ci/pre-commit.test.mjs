// The pre-commit framework, from PyPI: a staged flood refuses the commit. Needs python3 with venv.
import assert from "node:assert/strict";
import { test } from "node:test";
import { flood, installExample } from "./example.mjs";

const project = installExample("pre-commit");
const tools = `${project.directory}/node_modules/.pre-commit`;
project.must(`python3 -m venv "${tools}" && "${tools}/bin/pip" install --quiet pre-commit==4.6.2`);
project.must(`"${tools}/bin/pre-commit" install`);

test("a commit without findings passes", () => {
  project.write("README.md", "Orders.\n");
  project.write("src/none.js", "export const none = [];\n");
  const { output } = project.must("git add . && git commit --message fine");
  assert.match(output, /ESLint, with Floodgate\.+Passed/u);
});

test("a staged flood refuses the commit, and says why", () => {
  project.write("src/load.js", flood);
  const before = project.must("git rev-parse HEAD").stdout;
  const { status, output } = project.run("git add . && git commit --message load");
  assert.notEqual(status, 0);
  assert.match(output, /ESLint, with Floodgate\.+Failed/u);
  assert.match(output, /floodgate\/no-unbounded-promise-all/u);
  assert.equal(project.must("git rev-parse HEAD").stdout, before);
});

test("a commit of other files does not start it", () => {
  project.must("git reset --quiet");
  project.write("README.md", "All orders.\n");
  const { output } = project.must("git add README.md && git commit --message readme");
  assert.match(output, /no files to check.*Skipped/u);
});
