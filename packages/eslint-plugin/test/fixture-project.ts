/** A project on disk for tests: a tsconfig for the typed ones, and packages that resolve without being installed. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface FixtureProject {
  readonly root: string;
  /** Absolute path of a file in the project; only `file.ts` and `react.tsx` have types. */
  path(name: string): string;
  remove(): void;
}

/**
 * Copies `test/fixtures` to a fresh folder and pretends that some packages are installed in it.
 *
 * @param packages - Names of the packages that resolve; their modules are empty.
 */
export function fixtureProject(packages: readonly string[] = ["@floodgate/runtime"]): FixtureProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-fixture-")));
  cpSync(join(import.meta.dirname, "fixtures"), root, { recursive: true });
  writeFileSync(
    join(root, "package.json"),
    JSON.stringify({
      type: "module",
      workspaces: [],
      dependencies: Object.fromEntries(packages.map((name) => [name, "*"])),
    }),
  );
  for (const name of packages) {
    const folder = join(root, "node_modules", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0", main: "index.js" }));
    writeFileSync(join(folder, "index.js"), "");
  }
  return {
    root,
    path: (name) => join(root, name),
    remove: () => {
      rmSync(root, { recursive: true, force: true });
    },
  };
}
