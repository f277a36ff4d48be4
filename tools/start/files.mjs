// Which files of a project are its own source code.

import { readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";

const extensions = new Set([".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"]);
const leftOut = new Set(["node_modules", "dist", "build", "out", "coverage"]);
const largestBytes = 1_000_000;

/**
 * Every JavaScript and TypeScript file below the paths, sorted; a file that is named itself is taken as it is.
 * Links are not followed, so that no loop and no file outside is entered.
 */
export function sourceFiles(paths) {
  const files = new Set();
  for (const path of paths) {
    if (statSync(path).isDirectory()) collect(path, files);
    else if (extensions.has(extname(path))) files.add(path);
  }
  return [...files].sort();
}

function collect(directory, files) {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (!leftOut.has(entry.name) && !entry.name.startsWith(".")) collect(path, files);
    } else if (entry.isFile() && isSource(entry.name) && statSync(path).size <= largestBytes) {
      files.add(path);
    }
  }
}

function isSource(name) {
  return extensions.has(extname(name)) && !/\.d\.[cm]?ts$|\.min\.[cm]?js$/u.test(basename(name));
}
