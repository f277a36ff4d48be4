// Builds what the main job runs, when it has not been built or its sources have changed since.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const packages = ["runtime", "eslint-plugin"];

/** Returns whether the packages are there to be run; says on stderr why not. */
export function buildPackages(root) {
  const stale = packages.filter((name) => !isUpToDate(join(root, "packages", name)));
  if (stale.length === 0) return true;
  console.error(`Building ${stale.join(" and ")} ...`);
  const folders = stale.map((name) => join("packages", name));
  const compiled = spawnSync(
    process.execPath,
    [join("node_modules", "typescript", "bin", "tsc"), "-b", ...folders],
    { cwd: root, encoding: "utf8" },
  );
  const result = compiled.status === 0 ? npmRun("build", folders, root) : compiled;
  if (result.status === 0) return true;
  console.error(`${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`.trim());
  console.error("The packages do not build; see above.");
  // The compiler writes its output all the same; nobody shall take it for built.
  for (const folder of folders) rmSync(join(root, folder, "dist", ".tsbuildinfo"), { force: true });
  return false;
}

/** Runs a script in those of the packages that have it. */
function npmRun(script, folders, root) {
  const args = ["run", script, "--silent", "--if-present", ...folders.flatMap((folder) => ["-w", folder])];
  // npm tells its children where it is; started without npm, the shell knows.
  const npm = process.env.npm_execpath;
  return npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: root, encoding: "utf8" })
    : spawnSync(`npm ${args.join(" ")}`, { cwd: root, encoding: "utf8", shell: true });
}

function isUpToDate(directory) {
  const manifest = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
  if (!targetsOf(manifest.exports).every((target) => existsSync(join(directory, target)))) return false;
  const builtAt = statSync(join(directory, "dist", ".tsbuildinfo"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return newest(join(directory, "src")) <= builtAt;
}

/** Every file that an `exports` field of package.json names. */
function targetsOf(exports) {
  return typeof exports === "string" ? [exports] : Object.values(exports).flatMap(targetsOf);
}

function newest(directory) {
  let latest = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith(".test.ts")) continue;
    latest = Math.max(latest, statSync(join(entry.parentPath, entry.name)).mtimeMs);
  }
  return latest;
}
