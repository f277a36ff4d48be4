/**
 * The limiter as a file of the project's own, for projects without the runtime: where it goes, how it is imported, and
 * whether it is there already. Pure; the project looks at the disk.
 */
import type { ImportTarget } from "eslint-plugin-floodgate/analysis";
import { limiterSource } from "../vendored/limiter-source.ts";

/** What the disk says around a file that wants the limiter. */
export interface VendorSite {
  /** Path of the importing file, relative to its package, with slashes: `src/deep/a.ts`. */
  readonly file: string;
  /** How an import compiles there. */
  readonly style: ImportTarget["style"];
  readonly packageType: "module" | "commonjs";
  /** What the file's relative imports look like: `["./b.js", "../c"]`. */
  readonly relativeSpecifiers: readonly string[];
  /** Folder of the limiter within the package; `""` is beside the importing file. */
  readonly folder: string;
  /** Whether the package has that folder. */
  folderExists(folder: string): boolean;
  /** A file's text, or undefined where there is none. */
  read(path: string): string | undefined;
}

export interface VendorPlan {
  readonly target: ImportTarget;
  /** Path of the limiter, relative to the package. */
  readonly path: string;
  /** The file's text, when it is not there yet. */
  readonly create?: string;
}

const ours = /^\/\* eslint-disable \*\/\s*\/\* A copy of @floodgate\/runtime's limiter/;

/** Undefined: there is no place for it. A file of that name that is not ours is never touched. */
export function vendorPlan(site: VendorSite): VendorPlan | undefined {
  // `import x = require()` wants a file of `export =`, and five functions are not one.
  if (site.style === "import-equals") return undefined;
  const here = site.file.split("/").slice(0, -1).join("/");
  const wanted = site.folder === "" ? here : site.folder.replace(/^\.?\/+|\/+$/g, "");
  const folder = wanted === here || site.folderExists(wanted) ? wanted : "";
  const isTyped = /\.[cm]?tsx?$|\.(?:vue|svelte|astro)$/.test(site.file);
  const extension = extensionOf(site, isTyped);
  const path = folder === "" ? `floodgate.${extension}` : `${folder}/floodgate.${extension}`;
  if (path === site.file) return undefined;
  const existing = site.read(path);
  if (existing !== undefined && !ours.test(existing)) return undefined;
  const specifier = relativePath(here, folder) + specifierName(site, extension);
  return {
    path,
    target: { specifier, style: site.style },
    ...(existing === undefined && { create: limiterSource[textOf(extension, site.style)] }),
  };
}

type Extension = "ts" | "js" | "mjs" | "cjs";

function extensionOf({ style, packageType }: VendorSite, isTyped: boolean): Extension {
  if (isTyped) return "ts";
  if (style === "require") return packageType === "module" ? "cjs" : "js";
  return packageType === "module" ? "js" : "mjs";
}

function textOf(extension: Extension, style: ImportTarget["style"]): keyof typeof limiterSource {
  if (extension === "ts") return "ts";
  return extension === "cjs" || style === "require" ? "cjs" : "js";
}

/** As the file writes its other relative imports; where it has none, so that Node understands it. */
function specifierName({ relativeSpecifiers, style }: VendorSite, extension: Extension): string {
  if (style === "require") return `floodgate.${extension}`;
  const example = relativeSpecifiers[0];
  if (example !== undefined && !/\.[cm]?[jt]sx?$/.test(example) && extension !== "mjs") return "floodgate";
  if (example !== undefined && /\.tsx?$/.test(example) && extension === "ts") return "floodgate.ts";
  return extension === "ts" ? "floodgate.js" : `floodgate.${extension}`;
}

function relativePath(from: string, to: string): string {
  const a = from === "" ? [] : from.split("/");
  const b = to === "" ? [] : to.split("/");
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  const up = a.length - common;
  const parts = [...Array.from({ length: up }, () => ".."), ...b.slice(common)];
  const path = parts.length === 0 ? "" : `${parts.join("/")}/`;
  return path.startsWith("..") ? path : `./${path}`;
}
