/** Where imports like `@/lib/queue`, `#queue` and `src/queue` lead, as a `tsconfig.json` or `package.json` above says. */
import { dirname, join, resolve } from "node:path";

type Read = (path: string) => string | undefined;

/** The paths to try for an import that is not relative, most specific first; without an extension where it has none. */
export function aliasedPaths(specifier: string, folder: string, read: Read): readonly string[] {
  if (specifier.startsWith("#")) return packageImports(specifier, folder, read);
  const config = above(folder, ["tsconfig.json", "jsconfig.json"], read);
  return config === undefined ? [] : (compilerPaths(specifier, config, read, 0) ?? []);
}

function above(folder: string, names: readonly string[], read: Read): string | undefined {
  const found = names.map((name) => join(folder, name)).find((path) => read(path) !== undefined);
  if (found !== undefined) return found;
  const parent = dirname(folder);
  return parent === folder ? undefined : above(parent, names, read);
}

interface CompilerConfig {
  readonly extends?: unknown;
  readonly references?: unknown;
  readonly compilerOptions?: { readonly baseUrl?: unknown; readonly paths?: unknown } | null;
}

/** Nobody chains more; a chain that goes round ends. */
const maxConfigs = 5;

/** What `paths` and `baseUrl` make of it; undefined when this configuration has neither, and nor has what it builds on. */
function compilerPaths(
  specifier: string,
  config: string,
  read: Read,
  depth: number,
): readonly string[] | undefined {
  const parsed = depth < maxConfigs ? parsedFile(config, read) : undefined;
  if (!isObject(parsed)) return undefined;
  const { compilerOptions, extends: bases, references } = parsed as CompilerConfig;
  const folder = dirname(config);
  const { baseUrl, paths } = compilerOptions ?? {};
  const base = typeof baseUrl === "string" ? resolve(folder, baseUrl) : undefined;
  if (isObject(paths)) {
    const found = matching(specifier, paths).map((target) => resolve(base ?? folder, target));
    if (found.length > 0) return found;
  }
  if (base !== undefined) return [join(base, specifier)];
  if (isObject(paths)) return [];
  // Vite's tsconfig.json has nothing but references; a later base overrides an earlier one.
  const others = [
    ...listOf(bases).reverse(),
    ...listOf(references).map((reference) => (isObject(reference) ? reference["path"] : undefined)),
  ];
  for (const other of others) {
    if (typeof other !== "string" || !/^[./]/.test(other)) continue;
    const path = resolve(folder, other);
    const file = [path, `${path}.json`, join(path, "tsconfig.json")].find((candidate) => read(candidate));
    const found = file === undefined ? undefined : compilerPaths(specifier, file, read, depth + 1);
    if (found) return found;
  }
  return undefined;
}

/** `"imports": { "#db/*": "./src/db/*.js" }` of the package the folder is in. */
function packageImports(specifier: string, folder: string, read: Read): readonly string[] {
  const file = above(folder, ["package.json"], read);
  const parsed = file === undefined ? undefined : parsedFile(file, read);
  const imports = isObject(parsed) ? parsed["imports"] : undefined;
  return isObject(imports) && file !== undefined
    ? matching(specifier, imports).map((target) => resolve(dirname(file), target))
    : [];
}

/** The targets of the patterns that fit, with the star filled in: the longest prefix first. */
export function matching(specifier: string, patterns: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(patterns)
    .map(([pattern, targets]) => {
      const [prefix = "", suffix] = pattern.split("*");
      const fits =
        suffix === undefined
          ? specifier === pattern
          : specifier.length >= prefix.length + suffix.length &&
            specifier.startsWith(prefix) &&
            specifier.endsWith(suffix);
      const star = specifier.slice(prefix.length, specifier.length - (suffix ?? "").length);
      return { prefix, fits, targets: stringsIn(targets).map((target) => target.replace("*", star)) };
    })
    .filter(({ fits }) => fits)
    .sort((a, b) => b.prefix.length - a.prefix.length)
    .flatMap(({ targets }) => targets);
}

/** Every string in a target: one, a list to try, or one for each condition. */
function stringsIn(targets: unknown): readonly string[] {
  if (typeof targets === "string") return [targets];
  return Array.isArray(targets) || isObject(targets) ? Object.values(targets).flatMap(stringsIn) : [];
}

const parsedTexts = new Map<string, { readonly text: string; readonly value: unknown }>();

/** JSON with comments and trailing commas, as compilers take it; undefined for what is none. */
export function parsedFile(path: string, read: Read): unknown {
  const text = read(path);
  if (text === undefined) return undefined;
  const known = parsedTexts.get(path);
  if (known?.text === text) return known.value;
  let value: unknown;
  try {
    value = JSON.parse(
      text
        .replace(/^\uFEFF/, "")
        .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1")
        .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, "$1"),
    );
  } catch {
    // A configuration that is being typed: nothing is known of it.
  }
  parsedTexts.set(path, { text, value });
  return value;
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? [...(value as unknown[])] : value === undefined ? [] : [value];
