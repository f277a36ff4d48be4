/** The edit that brings a name into a file, in the file's own style: merged, after hashbang, directives and imports. */
import type { TSESTree } from "@typescript-eslint/types";
import { importOf } from "./imports.ts";
import { endOf, startOf, textOf, unwrap, type Code, type Node } from "./code.ts";
import type { Edit, ImportTarget } from "./model.ts";

/** The local name to write, and the edits that make it mean the import: none when it does already. */
export interface ImportEdit {
  readonly local: string;
  readonly edits: readonly Edit[];
}

/**
 * @param imported - The exported name; `"default"` for the default export, written as `preferred`.
 * @param preferred - The local name, if nobody in the file uses it for something else.
 */
export function importEdit(
  code: Code,
  target: ImportTarget,
  imported: string,
  preferred: string,
): ImportEdit {
  const known = existingLocal(code, target.specifier, imported);
  if (known !== undefined) return { local: known, edits: [] };
  const {
    locals: [local = preferred],
    edits,
  } = broughtIn(code, target, [{ imported, local: freeName(code, preferred) }]);
  return { local, edits };
}

/**
 * Several names of one module in one import; the local names are in the order of `names`.
 *
 * @param names - Exported names, not `"default"`.
 */
export function importEdits(
  code: Code,
  target: ImportTarget,
  names: readonly string[],
): { readonly locals: readonly string[]; readonly edits: readonly Edit[] } {
  const known = names.map((name) => existingLocal(code, target.specifier, name));
  const missing = names
    .filter((_, index) => known[index] === undefined)
    .map((name) => ({ imported: name, local: freeName(code, name) }));
  const brought = missing.length > 0 ? broughtIn(code, target, missing) : { locals: [], edits: [] };
  const fresh = [...brought.locals];
  return { locals: known.map((local) => local ?? fresh.shift() ?? ""), edits: brought.edits };
}

interface Wanted {
  readonly imported: string;
  readonly local: string;
}

interface Brought {
  readonly locals: readonly string[];
  readonly edits: readonly Edit[];
}

const broughtIn = (code: Code, target: ImportTarget, wanted: readonly Wanted[]): Brought =>
  mergedImport(code, target, wanted) ?? newImport(code, target, wanted);

/** The name under which the file already has it. */
function existingLocal(code: Code, specifier: string, imported: string): string | undefined {
  for (const statement of code.ast.body) {
    if (
      statement.type === "ImportDeclaration" &&
      statement.source.value === specifier &&
      statement.importKind !== "type"
    ) {
      for (const binding of statement.specifiers) {
        if (binding.type === "ImportNamespaceSpecifier")
          return imported === "default" ? undefined : `${binding.local.name}.${imported}`;
        if (binding.type === "ImportDefaultSpecifier" && imported === "default") return binding.local.name;
        if (
          binding.type === "ImportSpecifier" &&
          binding.importKind !== "type" &&
          specifierName(binding.imported) === imported
        )
          return binding.local.name;
      }
    }
    if (
      statement.type === "TSImportEqualsDeclaration" &&
      statement.moduleReference.type === "TSExternalModuleReference"
    ) {
      const source = statement.moduleReference.expression;
      if (source.type === "Literal" && source.value === specifier)
        return imported === "default" ? `${statement.id.name}.default` : `${statement.id.name}.${imported}`;
    }
    if (statement.type !== "VariableDeclaration") continue;
    for (const declarator of statement.declarations) {
      const init = declarator.init ? importOf(code, declarator.init) : undefined;
      if (init?.module !== specifier || init.name !== "*") continue;
      if (declarator.id.type === "Identifier")
        return imported === "default" ? declarator.id.name : `${declarator.id.name}.${imported}`;
      if (declarator.id.type !== "ObjectPattern") continue;
      for (const property of declarator.id.properties) {
        if (
          property.type === "Property" &&
          property.key.type === "Identifier" &&
          property.key.name === imported &&
          property.value.type === "Identifier"
        )
          return property.value.name;
      }
    }
  }
  return undefined;
}

const specifierName = (node: TSESTree.Identifier | TSESTree.StringLiteral) =>
  node.type === "Identifier" ? node.name : node.value;

/** The name itself, or the first of name1, name2, ... that the file does not use. */
function freeName(code: Code, preferred: string): string {
  const used = (name: string) =>
    new RegExp(`(?<![\\w$.])${name.replace(/\$/g, "\\$&")}(?![\\w$])`).test(code.text);
  if (!used(preferred)) return preferred;
  let index = 1;
  while (used(`${preferred}${index}`)) index++;
  return `${preferred}${index}`;
}

/** Adds the names to an import of the same module that the file has. */
function mergedImport(code: Code, target: ImportTarget, wanted: readonly Wanted[]): Brought | undefined {
  if (wanted.some(({ imported }) => imported === "default")) return undefined;
  const locals = wanted.map(({ local }) => local);
  for (const statement of code.ast.body) {
    if (
      statement.type === "ImportDeclaration" &&
      statement.source.value === target.specifier &&
      statement.importKind !== "type"
    ) {
      const last = statement.specifiers.at(-1);
      if (last?.type !== "ImportSpecifier") continue;
      const text = `, ${listOf(wanted, " as ")}`;
      return { locals, edits: [{ start: endOf(last), end: endOf(last), text }] };
    }
    if (statement.type !== "VariableDeclaration") continue;
    for (const declarator of statement.declarations) {
      const init = declarator.init ? unwrap(declarator.init) : undefined;
      const last = declarator.id.type === "ObjectPattern" ? declarator.id.properties.at(-1) : undefined;
      if (!init || last?.type !== "Property" || importOf(code, init)?.module !== target.specifier) continue;
      const text = `, ${listOf(wanted, ": ")}`;
      return { locals, edits: [{ start: endOf(last), end: endOf(last), text }] };
    }
  }
  return undefined;
}

/** `mapLimit, limited as limited1` */
const listOf = (wanted: readonly Wanted[], separator: string): string =>
  wanted
    .map(({ imported, local }) => (imported === local ? local : `${imported}${separator}${local}`))
    .join(", ");

function newImport(code: Code, target: ImportTarget, wanted: readonly Wanted[]): Brought {
  const style = styleOf(code);
  const source = `${style.quote}${target.specifier}${style.quote}`;
  const end = style.semicolon;
  const byDefault = wanted.find(({ imported }) => imported === "default");
  let line: string;
  let locals = wanted.map(({ local }) => local);
  switch (target.style) {
    case "import": {
      const names = byDefault ? byDefault.local : `{ ${listOf(wanted, " as ")} }`;
      line = `import ${names} from ${source}${end}`;
      break;
    }
    case "require": {
      const names = byDefault ? byDefault.local : `{ ${listOf(wanted, ": ")} }`;
      line = `const ${names} = require(${source})${end}`;
      break;
    }
    case "import-equals": {
      const namespace = byDefault ? byDefault.local : freeName(code, "floodgate");
      line = `import ${namespace} = require(${source})${end}`;
      locals = wanted.map(({ imported }) => `${namespace}.${imported}`);
      break;
    }
  }
  const place = placeForImport(code, target.style);
  // The first import of a file, like any, has a blank line behind it.
  const text = place.after ? `${style.newline}${line}` : `${line}${style.newline}${style.newline}`;
  return { locals, edits: [{ start: place.at, end: place.at, text }] };
}

/** After the last import; without one after the directives; without those before the first statement. */
function placeForImport(
  code: Code,
  style: ImportTarget["style"],
): { readonly at: number; readonly after: boolean } {
  let last: Node | undefined;
  for (const statement of code.ast.body) {
    if (statement.type === "ImportDeclaration" || statement.type === "TSImportEqualsDeclaration")
      last = statement;
    else if (style === "require" && isRequire(code, statement)) last = statement;
    else if (isDirective(statement)) last ??= statement;
    else if (style === "require") break;
  }
  if (last) return { at: endOfLine(code, endOf(last)), after: true };
  const [first] = code.ast.body;
  const start = first === undefined ? 0 : startOf(first);
  // A comment right above the first statement may be about that statement only: `eslint-disable-next-line`, `@ts-ignore`.
  const above = code.comments.filter((comment) => comment.range[1] <= start).at(-1);
  if (
    above &&
    /eslint-disable-next-line|@ts-|istanbul|c8 ignore|^\*/.test(above.value) &&
    !/@license|@preserve|copyright/i.test(above.value)
  ) {
    const isHashbang = above.type === "Shebang" || code.text.startsWith("#!", above.range[0]);
    if (!isHashbang) return { at: above.range[0], after: false };
  }
  return { at: start, after: false };
}

/** The end of what stands on the statement's last line: a trailing comment stays with it. */
function endOfLine(code: Code, at: number): number {
  const rest = /^[ \t]*(\/\/[^\r\n]*)?(?=\r?\n|$)/.exec(code.text.slice(at, at + 400));
  return rest ? at + rest[0].length : at;
}

const isDirective = (statement: Node) =>
  statement.type === "ExpressionStatement" &&
  statement.expression.type === "Literal" &&
  typeof statement.expression.value === "string";

const isRequire = (code: Code, statement: Node) =>
  statement.type === "VariableDeclaration" &&
  statement.declarations.some(({ init }) => init != null && /^require\b/.test(textOf(code, init)));

interface Style {
  readonly quote: string;
  readonly semicolon: string;
  readonly newline: string;
}

/** How the file writes its imports; a file without one shows it in its other strings and statements. */
function styleOf(code: Code): Style {
  const sources = code.ast.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" ? [statement] : [],
  );
  const single = sources.filter((s) => textOf(code, s.source).startsWith("'")).length;
  const strings = code.text.match(/(["'])(?:(?!\1)[^\\\r\n])*\1/g) ?? [];
  const singles = strings.filter((text) => text.startsWith("'")).length;
  const quote =
    sources.length > 0 ? (single * 2 > sources.length ? "'" : '"') : singles * 2 > strings.length ? "'" : '"';
  const statements = code.ast.body.filter((s) =>
    ["ImportDeclaration", "VariableDeclaration", "ExpressionStatement", "ReturnStatement"].includes(s.type),
  );
  const bare = statements.filter((s) => !textOf(code, s).endsWith(";")).length;
  return {
    quote,
    semicolon: statements.length > 0 && bare * 2 > statements.length ? "" : ";",
    newline: code.text.includes("\r\n") ? "\r\n" : "\n",
  };
}
