/** Reads what a TypeScript file imports, with TypeScript's own parser: strings and comments do not count. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export const root = fileURLToPath(new URL("..", import.meta.url));

export interface Import {
  readonly specifier: string;
  /**
   * Leaves no trace in the compiled file. `import { type x } from "a"` does: under `verbatimModuleSyntax` it becomes
   * `import {} from "a"`.
   */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** From the workspace's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** Every identifier in the code: names, not comments or strings. */
  readonly identifiers: ReadonlySet<string>;
}

/** All TypeScript files below a folder of the workspace. Tests are left out, as the packages leave them out. */
export function sourcesOf(folder: string): readonly SourceFile[] {
  const directory = join(root, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?ts$/u.test(entry.name) && !/\.test\.ts$/u.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/[\\/](?:node_modules|dist)[\\/]/u.test(path))
    .sort()
    .map((path) => parseSource(relative(root, path).split(sep).join("/"), readFileSync(path, "utf8")));
}

/** What one file imports: declarations, re-exports, `import()`, `require()`, `import =` and `import("x").Type`. */
export function parseSource(path: string, text: string): SourceFile {
  const file = ts.createSourceFile(basename(path), text, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const identifiers = new Set<string>();
  const visit = (node: ts.Node) => {
    if (ts.isIdentifier(node)) identifiers.add(node.text);
    const found = importOf(node);
    if (found) imports.push(found);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, text, imports, identifiers };
}

function importOf(node: ts.Node): Import | undefined {
  if (ts.isImportDeclaration(node)) {
    return named(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword);
  }
  if (ts.isExportDeclaration(node)) {
    return named(node.moduleSpecifier, node.isTypeOnly);
  }
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return named(node.moduleReference.expression, node.isTypeOnly);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return named(node.argument.literal, true);
  if (ts.isCallExpression(node)) {
    const { expression } = node;
    const loads =
      expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(expression) && expression.text === "require") ||
      (ts.isPropertyAccessExpression(expression) && expression.name.text === "getBuiltinModule");
    if (loads) return named(node.arguments[0], false);
  }
  return undefined;
}

function named(specifier: ts.Node | undefined, typeOnly: boolean): Import | undefined {
  return specifier && ts.isStringLiteralLike(specifier) ? { specifier: specifier.text, typeOnly } : undefined;
}

/** Where a relative import of a file leads, from the workspace's root, with `/`. */
export function target(file: SourceFile, specifier: string): string {
  return relative(root, resolve(root, dirname(file.path), specifier))
    .split(sep)
    .join("/");
}

export const isRelative = (specifier: string): boolean => /^\.\.?(?:\/|$)/u.test(specifier);
