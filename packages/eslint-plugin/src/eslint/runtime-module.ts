/**
 * Which limiter a fix may import in a file: the runtime, p-limit, p-map. Reads disk, and only after a finding.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { LimiterSetting, Policy, RemedyTarget } from "../analysis/index.ts";
import { importStyleOf } from "./import-style.ts";
import type { FileSyntax, ImportStyle } from "./import-style.ts";
import { isPath } from "./own-limiters.ts";

export { limitersSeenFrom } from "./own-limiters.ts";

/** What is read of a rule's context; a language server can offer the same. */
export interface FileContext {
  readonly filename: string;
  readonly physicalFilename: string;
  /** Where a relative `runtimeModule` starts. */
  readonly cwd: string;
  readonly sourceCode: { readonly ast: Pick<FileSyntax, "body">; readonly text: string };
}

/**
 * What resolves from the file, and how to import it there. Empty for virtual files (standard input, a code block of a
 * Markdown file), since nobody knows where their imports would start.
 */
export function remedyTargetOf(context: FileContext, policy: Pick<Policy, "runtimeModule">): RemedyTarget {
  const { filename, physicalFilename, cwd, sourceCode } = context;
  if (filename !== physicalFilename || !isAbsolute(filename)) return {};
  const surroundings = surroundingsOf(dirname(filename));
  const style = importStyleOf(
    filename,
    { body: sourceCode.ast.body, text: sourceCode.text },
    surroundings.packageType,
  );
  if (style === undefined) return {};
  const runtime = runtimeSpecifier(filename, cwd, policy.runtimeModule, surroundings);
  const pLimit = surroundings.resolves("p-limit", style) ? { specifier: "p-limit", style } : undefined;
  const pMap = surroundings.resolves("p-map", style) ? { specifier: "p-map", style } : undefined;
  return {
    ...(runtime !== undefined && { runtime: { specifier: runtime, style } }),
    installed: { ...(pLimit && { pLimit }), ...(pMap && { pMap }) },
  };
}

/** A sentence for each limiter of the settings whose file is not there, so that a typo does not limit nothing in silence. */
export function missingLimiters(limiters: readonly LimiterSetting[], cwd: string): readonly string[] {
  const known = missing.get(limiters);
  if (known?.cwd === cwd && Date.now() - known.readAt < freshForMs) return known.problems;
  const problems = limiters
    .filter((limiter) => isPath(limiter) && !sourceExists(resolve(cwd, limiter.from)))
    .map(
      ({ from, import: name }) =>
        `The Floodgate setting \`limiters\` names \`${name}\` of \`${from}\`, and there is no such file in ${cwd}.`,
    );
  missing.set(limiters, { cwd, readAt: Date.now(), problems });
  return problems;
}

interface MissingLimiters {
  readonly cwd: string;
  readonly readAt: number;
  readonly problems: readonly string[];
}

const missing = new WeakMap<readonly LimiterSetting[], MissingLimiters>();

function runtimeSpecifier(
  filename: string,
  cwd: string,
  runtimeModule: string,
  surroundings: Surroundings,
): string | undefined {
  if (!/^\.\.?\//.test(runtimeModule)) {
    // The runtime ships CommonJS too, so any style will do.
    return surroundings.resolves(runtimeModule, "import") ? runtimeModule : undefined;
  }
  const target = resolve(cwd, runtimeModule);
  if (target === filename || !sourceExists(target)) return undefined;
  const path = relative(dirname(filename), target).split(sep).join("/");
  return path.startsWith(".") ? path : `./${path}`;
}

/** `./limits.js` may stand for `limits.ts`, and `./limits` for either. */
function sourceExists(path: string): boolean {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  const candidates = [path, path.replace(/\.([cm]?)js$/, ".$1ts"), path.replace(/\.js$/, ".tsx")];
  if (!/^\.[cm]?[jt]sx?$/.test(extension))
    candidates.push(`${path}.ts`, `${path}.js`, `${path}.mts`, `${path}.mjs`);
  return stem !== "" && candidates.some((candidate) => existsSync(candidate));
}

/** What a folder's packages offer to its files. */
interface Surroundings {
  readonly packageType: "module" | "commonjs" | undefined;
  /** Whether an import of `specifier` works in production code here. */
  resolves(specifier: string, style: ImportStyle): boolean;
}

interface CachedSurroundings extends Surroundings {
  readonly readAt: number;
}

/** How long an editor's long-lived process believes what it read: a package installed meanwhile is seen after this. */
const freshForMs = 3_000;

const cache = new Map<string, CachedSurroundings>();

function surroundingsOf(folder: string): Surroundings {
  const cached = cache.get(folder);
  if (cached && Date.now() - cached.readAt < freshForMs) return cached;
  const manifests = manifestsAbove(folder);
  const nearest = manifests[0];
  const answers = new Map<string, boolean>();
  const fresh: CachedSurroundings = {
    readAt: Date.now(),
    packageType: nearest && (nearest["type"] === "module" ? "module" : "commonjs"),
    resolves(specifier, style) {
      const key = `${style} ${specifier}`;
      const answer = answers.get(key) ?? resolvesFrom(folder, specifier, style, manifests);
      answers.set(key, answer);
      return answer;
    },
  };
  cache.set(folder, fresh);
  return fresh;
}

type Manifest = Readonly<Record<string, unknown>>;

/** The package.json files from the folder up to the workspace's root, nearest first. */
function manifestsAbove(folder: string): readonly Manifest[] {
  const manifests: Manifest[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const manifest = readManifest(join(at, "package.json"));
    if (manifest) manifests.push(manifest);
    const isRoot = manifest?.["workspaces"] !== undefined || existsSync(join(at, "pnpm-workspace.yaml"));
    if (isRoot || existsSync(join(at, ".git")) || dirname(at) === at) return manifests;
  }
}

function readManifest(path: string): Manifest | undefined {
  try {
    const parsed: unknown = JSON.parse(readFileSync(path, "utf8"));
    return typeof parsed === "object" && parsed !== null ? (parsed as Manifest) : undefined;
  } catch {
    // Absent, unreadable or half-written: then it lists nothing.
    return undefined;
  }
}

function resolvesFrom(
  folder: string,
  specifier: string,
  style: ImportStyle,
  manifests: readonly Manifest[],
): boolean {
  // `#limits` is the package's own business, listed under `imports` and not under its dependencies.
  if (!specifier.startsWith("#") && !manifests.some((manifest) => listsInProduction(manifest, specifier)))
    return false;
  let path: string;
  try {
    path = createRequire(join(folder, "noop.js")).resolve(specifier);
  } catch {
    return false;
  }
  return style === "import" || !isEsmOnly(path);
}

function listsInProduction(manifest: Manifest, specifier: string): boolean {
  const [name = ""] = /^(?:@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
  return ["dependencies", "peerDependencies", "optionalDependencies"].some((field) => {
    const listed = manifest[field];
    return typeof listed === "object" && listed !== null && Object.hasOwn(listed, name);
  });
}

/** A module that `require` finds but that only ES modules may load, on Node before 20.19 and in Jest. */
function isEsmOnly(path: string): boolean {
  if (/\.mjs$/.test(path)) return true;
  if (/\.cjs$/.test(path)) return false;
  for (let at = dirname(path); dirname(at) !== at; at = dirname(at)) {
    const manifest = readManifest(join(at, "package.json"));
    if (manifest) return manifest["type"] === "module";
  }
  return false;
}
