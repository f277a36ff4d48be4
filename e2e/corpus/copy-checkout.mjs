/** A copy of an installed checkout that has the packed runtime among its dependencies, as after `npm install`. */
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

const workspace = join(import.meta.dirname, "../..");

/**
 * Copies the sources and links the installed packages, which nothing here writes to.
 *
 * @param checkout - A folder, with node_modules if it is installed; it is not changed.
 * @param folder - An empty folder, on the same disk if it is to be quick.
 */
export function copyCheckout(checkout, folder) {
  copyFolder(checkout, folder, copyFileSync);
  const modules = join(folder, "node_modules/@floodgate/runtime");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(modules, { recursive: true });
  const pack = ["pack", "-w", "packages/runtime", "--pack-destination", modules, "--json", "--silent"];
  const [{ filename, version }] = JSON.parse(run("npm", pack, workspace));
  const archive = filename.replace("@", "").replace("/", "-");
  run("tar", ["-xzf", archive, "--strip-components=1"], modules);
  rmSync(join(modules, archive));
  const manifestPath = join(folder, "package.json");
  // Some workspaces have none at their root.
  const manifest = existsSync(manifestPath) ? JSON.parse(readFileSync(manifestPath, "utf8")) : {};
  manifest.dependencies = { ...manifest.dependencies, "@floodgate/runtime": `^${version}` };
  writeFileSync(manifestPath, `${JSON.stringify(manifest, null, 2)}\n`);
}

function copyFolder(from, to, copy) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === ".git") continue;
    // Links of a workspace point to its packages by relative paths: those of the copy, then.
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else if (entry.isDirectory())
      copyFolder(source, target, entry.name === "node_modules" ? linkOrCopy : copy);
    else if (entry.isFile()) copy(source, target);
  }
}

function linkOrCopy(source, target) {
  try {
    linkSync(source, target);
  } catch (error) {
    if (error.code !== "EXDEV") throw error;
    copyFileSync(source, target);
  }
}

function run(command, args, cwd) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stderr}`);
  return stdout;
}
