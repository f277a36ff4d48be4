/** Where an import of a sibling package leads, in a workspace of npm, Yarn, pnpm or Lerna: to its sources, where it has any. */
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { isObject, listOf, matching, parsedFile } from "./path-aliases.ts";

/** What is asked of the disk; each answer is as fresh as the disk. */
export interface Disk {
  /** A file's text; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  /** When a file or folder was changed; undefined where there is none. */
  readonly changed: (path: string) => number | undefined;
  /** The names of the folders in a folder. */
  readonly folders: (path: string) => readonly string[];
  /** Where a path leads through links; undefined where there is nothing. */
  readonly real: (path: string) => string | undefined;
}

/** The paths to try for `@acme/queue` or `@acme/queue/redis`, the best first; without an extension. */
export function workspacePaths(specifier: string, folder: string, disk: Disk): readonly string[] {
  const [, name, subpath] = /^(@[^/:]+\/[^/:]+|[^@./#:][^/:]*)(?:\/(.+))?$/.exec(specifier) ?? [];
  const home = name === undefined || isBuiltin(specifier) ? undefined : homeOf(name, folder, disk);
  return home === undefined ? [] : sourcePaths(home, subpath, disk).map((path) => join(home, path));
}

/** The folder of a package of this workspace: what is installed decides, or else what the workspace lists. */
function homeOf(name: string, folder: string, disk: Disk): string | undefined {
  const folders = [...andAbove(folder)];
  for (const above of folders) {
    const installed = join(above, "node_modules", name);
    if (disk.changed(installed) === undefined) continue;
    const real = disk.real(installed);
    return real === undefined || isInstalled(real) ? undefined : real;
  }
  for (const above of folders) {
    const patterns = patternsOf(above, disk);
    if (patterns.length > 0) return packagesOf(above, patterns, disk).get(name);
  }
  return undefined;
}

const isInstalled = (path: string) => /[\\/]node_modules[\\/]/.test(path);

function* andAbove(folder: string): Generator<string> {
  yield folder;
  const parent = dirname(folder);
  if (parent !== folder) yield* andAbove(parent);
}

/** The globs of a workspace's root: `packages/*`, `!packages/old`; none for any other folder. */
function patternsOf(root: string, disk: Disk): readonly string[] {
  const manifest = parsedFile(join(root, "package.json"), disk.read);
  const workspaces = isObject(manifest) ? manifest["workspaces"] : undefined;
  const lerna = parsedFile(join(root, "lerna.json"), disk.read);
  const patterns = [
    ...listOf(isObject(workspaces) ? workspaces["packages"] : workspaces),
    ...pnpmPatterns(disk.read(join(root, "pnpm-workspace.yaml")) ?? ""),
    ...listOf(isObject(lerna) ? lerna["packages"] : undefined),
  ].filter((pattern) => typeof pattern === "string");
  // Lerna's own default.
  return patterns.length === 0 && isObject(lerna) ? ["packages/*"] : patterns;
}

/** The list under `packages:`, as it is written everywhere: an item a line, or all in brackets. */
function pnpmPatterns(yaml: string): readonly string[] {
  const [, list = ""] = /^packages:((?:.*\n?)(?:[ \t]*(?:-.*|#.*)?(?:\n|$))*)/m.exec(yaml) ?? [];
  const items = list.replace(/(^|\s)#.*/gm, "").split(/[\n,[\]]/);
  return items
    .map((item) =>
      item
        .trim()
        .replace(/^-\s*/, "")
        .replace(/^(["'])(.*)\1$/, "$2"),
    )
    .filter(Boolean);
}

interface Workspace {
  readonly patterns: string;
  /** What was read, and when it had been changed: a new folder, or another manifest, and it is read anew. */
  readonly read: ReadonlyMap<string, number | undefined>;
  /** The folder of each package by its name. */
  readonly packages: ReadonlyMap<string, string>;
}

const workspaces = new Map<string, Workspace>();

function packagesOf(root: string, patterns: readonly string[], disk: Disk): ReadonlyMap<string, string> {
  const known = workspaces.get(root);
  if (
    known?.patterns === patterns.join("\n") &&
    [...known.read].every(([path, changed]) => disk.changed(path) === changed)
  )
    return known.packages;
  const read = new Map<string, number | undefined>();
  const packages = new Map<string, string>();
  const isLeftOut = patterns
    .filter((pattern) => pattern.startsWith("!"))
    .map((pattern) => wholePath(segmentsOf(pattern.slice(1))));
  for (const pattern of patterns.filter((each) => !each.startsWith("!"))) {
    for (const path of foldersOf("", segmentsOf(pattern), (inside) => {
      const folder = join(root, inside);
      read.set(folder, disk.changed(folder));
      // A pattern that lists half a disk lists no packages: `**` in the wrong place.
      return read.size > maxFolders ? [] : disk.folders(folder);
    })) {
      if (isLeftOut.some((leftOut) => leftOut.test(path))) continue;
      const file = join(root, path, "package.json");
      read.set(file, disk.changed(file));
      const manifest = parsedFile(file, disk.read);
      const name = isObject(manifest) ? manifest["name"] : undefined;
      if (typeof name === "string" && !packages.has(name)) packages.set(name, join(root, path));
    }
  }
  workspaces.set(root, { patterns: patterns.join("\n"), read, packages });
  return packages;
}

/** The largest open workspaces have under a thousand packages. */
const maxFolders = 5_000;

const segmentsOf = (pattern: string) => pattern.split("/").filter((part) => part !== "" && part !== ".");

/** The folders that a glob means, from the root, with `/`. */
function foldersOf(
  at: string,
  [segment, ...rest]: readonly string[],
  list: (folder: string) => readonly string[],
): readonly string[] {
  if (segment === undefined) return [at];
  const into = (name: string) => (at === "" ? name : `${at}/${name}`);
  if (!segment.includes("*")) return foldersOf(into(segment), rest, list);
  const inside = list(at).filter((name) => name !== "node_modules" && !name.startsWith("."));
  if (segment !== "**") {
    const isMeant = wholePath([segment]);
    return inside.filter((name) => isMeant.test(name)).flatMap((name) => foldersOf(into(name), rest, list));
  }
  return [
    ...foldersOf(at, rest, list),
    ...inside.flatMap((name) => foldersOf(into(name), [segment, ...rest], list)),
  ];
}

/** The pattern of a glob: `*` within a name, `**` for any number of folders. */
function wholePath(segments: readonly string[]): RegExp {
  const parts = segments.map((segment, index) => {
    if (segment === "**") return index === segments.length - 1 ? ".*" : "(?:[^/]+/)*";
    const name = segment.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]*");
    return index === segments.length - 1 ? name : `${name}/`;
  });
  return new RegExp(`^${parts.join("")}$`);
}

/** Where the sources of what a package hands out may be, in the package's folder. */
function sourcePaths(home: string, subpath: string | undefined, disk: Disk): readonly string[] {
  const parsed = parsedFile(join(home, "package.json"), disk.read);
  const manifest = isObject(parsed) ? parsed : {};
  const { exports } = manifest;
  const hasPaths = isObject(exports) && Object.keys(exports).some((key) => key.startsWith("."));
  const key = subpath === undefined ? "." : `./${subpath}`;
  const exported = hasPaths
    ? matching(key, Object.fromEntries(Object.entries(exports).map(([path, to]) => [path, targetsIn(to)])))
    : subpath === undefined
      ? targetsIn(exports)
      : [];
  const targets =
    subpath === undefined
      ? [
          ...exported,
          ...["source", "module", "main", "types", "typings"].flatMap((field) => targetsIn(manifest[field])),
        ]
      : [...exported, subpath];
  const paths = targets.flatMap(sourcesOf);
  return [...new Set([...paths, ...(subpath === undefined ? ["src/index", "index"] : [`src/${subpath}`])])];
}

/** The paths of a target, one for each condition, without those of other worlds. */
function targetsIn(target: unknown): readonly string[] {
  if (typeof target === "string") return [target];
  if (Array.isArray(target)) return target.flatMap(targetsIn);
  if (!isObject(target)) return [];
  return Object.entries(target).flatMap(([condition, to]) =>
    /^(browser|react-native|workerd|edge-light)$/.test(condition) ? [] : targetsIn(to),
  );
}

/** Folders that hold what was built: `dist/index.d.ts` is built from `src/index.ts`, `dist/src/index.js` too. */
const built = /^(dist|lib|build|out|output|esm|cjs|es|umd|types|typings|mjs|commonjs|module)([-_].*)?$/;

function sourcesOf(target: string): readonly string[] {
  const path = target.replace(/^\.\//, "").replace(/\.d\.[cm]?ts$|\.[cm]?[jt]sx?$|\/$/, "");
  if (/\.(json|css|scss|vue|svelte|node|wasm)$/.test(path) || path.startsWith("..")) return [];
  const segments = path.split("/");
  const from = segments.findIndex((segment) => !built.test(segment));
  if (from === 0) return [path];
  const inside = from < 0 ? "index" : segments.slice(from).join("/");
  // `lib` may hold the sources themselves.
  return segments[0] === "lib" ? [`src/${inside}`, path, inside] : [`src/${inside}`, inside, path];
}
