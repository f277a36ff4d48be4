/** Which tsconfig.json a file belongs to: the nearest that includes it, its project references first asked. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Says which files a tsconfig.json includes; undefined when it cannot be read. */
export type FilesOf = (config: string) => readonly string[] | undefined;

/**
 * The configs that may include a file, the likeliest first: in its folder and the folders above, each followed by the
 * projects it references.
 */
export function* configsFor(fileName: string): Generator<string> {
  const seen = new Set<string>();
  for (let folder = dirname(fileName); ; folder = dirname(folder)) {
    for (const name of ["tsconfig.json", "jsconfig.json"]) {
      const config = join(folder, name);
      if (existsSync(config)) yield* withReferences(config, seen);
    }
    if (dirname(folder) === folder) return;
  }
}

function* withReferences(config: string, seen: Set<string>): Generator<string> {
  if (seen.has(config)) return;
  seen.add(config);
  yield config;
  const { references } = (readConfig(config) ?? {}) as { references?: unknown };
  if (!Array.isArray(references)) return;
  for (const reference of references as { path?: unknown }[]) {
    if (typeof reference.path !== "string") continue;
    const target = resolve(dirname(config), reference.path);
    const file = isFolder(target) ? join(target, "tsconfig.json") : target;
    if (existsSync(file)) yield* withReferences(file, seen);
  }
}

/** The first config that lists the file, or the nearest one if none does. */
export function configOf(
  fileName: string,
  filesOf: FilesOf,
): { readonly config: string; readonly lists: boolean } | undefined {
  let nearest: string | undefined;
  for (const config of configsFor(fileName)) {
    nearest ??= config;
    if (filesOf(config)?.includes(fileName) === true) return { config, lists: true };
  }
  return nearest === undefined ? undefined : { config: nearest, lists: false };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function readConfig(path: string): unknown {
  try {
    return JSON.parse(withoutComments(readFileSync(path, "utf8")));
  } catch {
    // Half-written: it is asked again when it changes.
    return undefined;
  }
}

/** JSON as tsconfig.json allows it: comments and trailing commas become blanks. */
export function withoutComments(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .replace(
      /("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_match, string: string | undefined) => string ?? " ",
    )
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_match, string: string | undefined) => string ?? " ");
}
