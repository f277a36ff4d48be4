/** The extension with a server that does nothing: what is left of its times is the editor's and the protocol's own. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { doNothingServer, extension, root } from "./paths.mjs";

/** @returns the packed extension, in `folder`. */
export async function packDoNothing(folder) {
  const copy = path.join(folder, "do-nothing");
  for (const part of [
    "package.json",
    "README.md",
    "CHANGELOG.md",
    "LICENSE",
    ".vscodeignore",
    "dist",
    "media",
  ]) {
    fs.cpSync(path.join(extension, part), path.join(copy, part), { recursive: true });
  }
  const outfile = path.join(copy, "dist/server.js");
  await build({
    entryPoints: [doNothingServer],
    outfile,
    bundle: true,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  const out = path.join(folder, "do-nothing.vsix");
  const vsce = path.join(root, "node_modules/.bin/vsce");
  const { status, stderr } = spawnSync(vsce, ["package", "--no-dependencies", "--out", out], {
    cwd: copy,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the extension without a server could not be packed: ${stderr}`);
  return out;
}
