/** In what style a file can take one more import: from its name, its syntax and its package's `type`. */
import type { ImportTarget } from "../analysis/index.ts";

export type ImportStyle = ImportTarget["style"];

/** The top level of a file, as any ESTree parser gives it. */
export interface FileSyntax {
  readonly body: readonly { readonly type: string }[];
  readonly text: string;
}

/**
 * The style that compiles in this file, or undefined where none surely does: a classic script.
 *
 * The file's own imports decide first; they work already. `import =` is TypeScript's CommonJS import, the only one
 * that `verbatimModuleSyntax` takes in a CommonJS module.
 *
 * @param packageType - `type` of the nearest package.json.
 */
export function importStyleOf(
  filename: string,
  syntax: FileSyntax,
  packageType: "module" | "commonjs" | undefined,
): ImportStyle | undefined {
  const [, extension = ""] = /\.([^.\\/]+)$/.exec(filename) ?? [];
  const types = new Set(syntax.body.map(({ type }) => type));
  if (extension === "mts" || extension === "mjs") return "import";
  if (extension === "cjs") return "require";
  if (types.has("TSImportEqualsDeclaration") || types.has("TSExportAssignment")) return "import-equals";
  if ([...types].some((type) => moduleSyntax.has(type))) return "import";
  if (extension === "cts") return "import-equals";
  if (extension === "vue" || extension === "svelte" || extension === "astro") return "import";
  if (packageType === "module") return "import";
  // An import would turn a TypeScript script, whose names are global, into a module.
  if (extension === "ts" || extension === "tsx") return undefined;
  return /\b(?:require\s*\(|module\.exports\b|exports\.\w)/.test(syntax.text) ? "require" : undefined;
}

const moduleSyntax = new Set([
  "ImportDeclaration",
  "ExportNamedDeclaration",
  "ExportDefaultDeclaration",
  "ExportAllDeclaration",
]);
