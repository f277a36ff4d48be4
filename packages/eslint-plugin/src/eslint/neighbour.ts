/**
 * The file an import leads to within the project, found as bundlers and TypeScript find it, without either. Reads disk,
 * and only where a file would be reported: the limiter, the list or the function that decides may be next door.
 */
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { ImportedFile } from "../analysis/index.ts";
import { aliasedPaths } from "./path-aliases.ts";
import { workspacePaths, type Disk } from "./workspace-packages.ts";

/** Looks from `fileName`, or from a file that it found before; undefined for what is no source file of this project. */
export function neighbourOf(
  fileName: string,
): ((specifier: string, from: string | undefined) => ImportedFile | undefined) | undefined {
  if (!isAbsolute(fileName)) return undefined;
  return (specifier, from = fileName) => {
    const folder = dirname(from);
    const paths = /^\.\.?(?:\/|$)/.test(specifier)
      ? [resolve(folder, specifier)]
      : [...aliasedPaths(specifier, folder, textOf), ...workspacePaths(specifier, folder, disk)];
    for (const path of paths) {
      if (/[\\/]node_modules[\\/]/.test(path)) continue;
      for (const candidate of candidatesFor(path)) {
        const text = textOf(candidate);
        if (text !== undefined) return { fileName: candidate, text };
      }
    }
    return undefined;
  };
}

/**
 * The path from the root of the project a file is in, with `/`: the nearest folder above that is a repository, or else
 * the nearest with a `package.json`. The file's own name where there is neither.
 */
export function pathInProject(fileName: string): string {
  if (!isAbsolute(fileName)) return fileName;
  const root = rootAbove(dirname(fileName), ".git") ?? rootAbove(dirname(fileName), "package.json");
  return root === undefined ? basename(fileName) : relative(root, fileName).split(sep).join("/");
}

const roots = new Map<string, string | undefined>();

function rootAbove(folder: string, sign: string): string | undefined {
  const path = join(folder, sign);
  if (!roots.has(path)) {
    const above = dirname(folder);
    roots.set(path, existsSync(path) ? folder : above === folder ? undefined : rootAbove(above, sign));
  }
  return roots.get(path);
}

const extensions = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];

/** TypeScript sources import what they will be compiled to: `./job.js` is `job.ts`. */
const written: Readonly<Record<string, readonly string[] | undefined>> = {
  ".js": [".ts", ".tsx", ".js"],
  ".jsx": [".tsx", ".jsx"],
  ".mjs": [".mts", ".mjs"],
  ".cjs": [".cts", ".cjs"],
};

function candidatesFor(path: string): readonly string[] {
  const extension = extname(path);
  const sources = written[extension];
  const exact = sources
    ? sources.map((source) => path.slice(0, -extension.length) + source)
    : extensions.includes(extension)
      ? [path]
      : [];
  return [
    ...exact,
    ...extensions.map((added) => path + added),
    ...extensions.map((added) => join(path, `index${added}`)),
  ];
}

/** Larger ones are generated or bundled, and would cost more to parse than the answer is worth. */
const largest = 500_000;

/** What was read is kept until the file changes; a guess, since a file rarely imports more. */
const keptFiles = 256;
const kept = new Map<string, { readonly mtimeMs: number; readonly size: number; readonly text: string }>();

function textOf(path: string): string | undefined {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isFile() !== true || found.size > largest) return undefined;
    const { mtimeMs, size } = found;
    const known = kept.get(path);
    if (known?.mtimeMs === mtimeMs && known.size === size) return known.text;
    const text = readFileSync(path, "utf8");
    const oldest = kept.size >= keptFiles ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(path, { mtimeMs, size, text });
    return text;
  } catch {
    // Unreadable, or gone meanwhile: what it holds is unknown.
    return undefined;
  }
}

const disk: Disk = {
  read: textOf,
  changed: (path) => answer(() => statSync(path, { throwIfNoEntry: false })?.mtimeMs),
  folders: (path) =>
    answer(() =>
      readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
        entry.isDirectory() ? [entry.name] : [],
      ),
    ) ?? [],
  real: (path) => answer(() => realpathSync(path)),
};

/** Undefined for what cannot be read, or is gone meanwhile. */
function answer<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
