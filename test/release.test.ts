/** What a release needs is in place: one version, one address, and tools that keep both. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./imports.ts";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly homepage: string;
  readonly private?: boolean;
  readonly repository: { readonly url: string; readonly directory?: string };
  readonly bugs: { readonly url: string };
}

const packages = ["runtime", "eslint-plugin", "language-server", "vscode-extension"];
const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
const address = ({ repository }: Manifest) => repository.url.replace(/^git\+/u, "").replace(/\.git$/u, "");
const ours = address(manifestIn("."));

test.each(packages)("packages/%s says where it comes from, and it is where the others come from", (name) => {
  const manifest = manifestIn(`packages/${name}`);
  expect(address(manifest)).toBe(ours);
  expect(manifest.repository.directory).toBe(`packages/${name}`);
  expect(manifest.homepage.startsWith(ours)).toBe(true);
  expect(manifest.bugs.url).toBe(`${ours}/issues`);
});

test("the release workflow runs in that repository and in no copy of it", () => {
  const workflow = readFileSync(join(root, ".github/workflows/release.yml"), "utf8");
  expect(workflow).toContain(`if: github.repository == '${new URL(ours).pathname.slice(1)}'`);
});

test.each(packages)("packages/%s has the licence of the whole", (name) => {
  expect(readFileSync(join(root, "packages", name, "LICENSE"), "utf8")).toBe(
    readFileSync(join(root, "LICENSE"), "utf8"),
  );
});

test("the version is the same everywhere, and in every changelog", () => {
  expect(run(root, "tools/release/versions.mjs", "--check")).toEqual({ status: 0, output: "" });
});

/** The manifests, sources and examples with a version in them, and the tools, in a folder of their own. */
describe("in a copy", () => {
  const copy = mkdtempSync(join(tmpdir(), "floodgate-release-test-"));
  beforeAll(() => {
    const files = [
      "package.json",
      ".changeset/config.json",
      "tools/release/versions.mjs",
      "tools/release/set-repository.mjs",
      "packages/eslint-plugin/src/index.ts",
      "packages/language-server/src/version.ts",
      "examples/recipes/package.json",
      "examples/fetch-every-user/package.json",
      ...packages.flatMap((name) => [`packages/${name}/package.json`, `packages/${name}/CHANGELOG.md`]),
    ];
    for (const file of files) cpSync(join(root, file), join(copy, file), { recursive: true });
    cpSync(join(root, "examples/ci"), join(copy, "examples/ci"), { recursive: true });
    // What changesets looks for to know the workspace.
    writeFileSync(join(copy, "package-lock.json"), "{}");
  });
  afterAll(() => {
    rmSync(copy, { recursive: true, force: true });
  });
  const copied = (folder: string) =>
    JSON.parse(readFileSync(join(copy, folder, "package.json"), "utf8")) as Manifest;

  test("a changeset for one package raises all of them, and the tool the other places", () => {
    writeFileSync(
      join(copy, ".changeset/better.md"),
      `---\n"@floodgate/runtime": minor\n---\n\nSomething is better.\n`,
    );
    const changesets = join(root, "node_modules/@changesets/cli/bin.js");
    expect(run(copy, changesets, "version")).toMatchObject({ status: 0 });
    const [major = "", minor = ""] = manifestIn("packages/runtime").version.split(".");
    const next = `${major}.${String(Number(minor) + 1)}.0`;
    expect(packages.map((name) => copied(`packages/${name}`).version)).toEqual(packages.map(() => next));

    expect(run(copy, "tools/release/versions.mjs", "--check")).toMatchObject({ status: 1 });
    expect(run(copy, "tools/release/versions.mjs")).toEqual({ status: 0, output: "" });
    expect(run(copy, "tools/release/versions.mjs", "--check")).toEqual({ status: 0, output: "" });
    expect(readFileSync(join(copy, "packages/runtime/CHANGELOG.md"), "utf8")).toContain(
      "Something is better.",
    );
    expect(readFileSync(join(copy, "packages/eslint-plugin/src/index.ts"), "utf8")).toContain(
      `version: "${next}"`,
    );
    expect(readFileSync(join(copy, "examples/ci/gitlab/package.json"), "utf8")).toContain(
      `"eslint-plugin-floodgate": "^${next}"`,
    );
  });

  test("the repository's address is changed in all manifests at once", () => {
    const elsewhere = "https://github.com/somebody/flood-gate";
    expect(run(copy, "tools/release/set-repository.mjs", elsewhere)).toEqual({ status: 0, output: "" });
    for (const folder of [".", ...packages.map((name) => `packages/${name}`)]) {
      const text = readFileSync(join(copy, folder, "package.json"), "utf8");
      expect(address(copied(folder))).toBe(elsewhere);
      expect(text).not.toContain(`${ours}/`);
    }
  });

  test.each(["", "github.com/a/b", "https://github.com/a/b.git"])("not to `%s`", (wrong) => {
    const { status, output } = run(copy, "tools/release/set-repository.mjs", wrong);
    expect(status).toBe(2);
    expect(output).toContain(`got \`${wrong}\``);
  });
});

function run(cwd: string, script: string, ...args: readonly string[]) {
  const path = isAbsolute(script) ? script : join(cwd, script);
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}
