/** Parses a file that a linted one imports, with the parser that the linted one was parsed with. */
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import type { Linter } from "eslint";
import { createRequire } from "node:module";
import type { Comment, ImportedFile, ParsedFile } from "../analysis/index.ts";

/** The part of a rule's `languageOptions` that says how files are parsed. */
interface ParsingOptions {
  readonly parser?: unknown;
  readonly parserOptions?: unknown;
}

/** What parsers with scopes of their own offer. */
interface Parser {
  parseForESLint(
    text: string,
    options: Readonly<Record<string, unknown>>,
  ): { ast: ParsedProgram; scopeManager?: ScopeManager | null; visitorKeys?: ParsedFile["visitorKeys"] };
}

type ParsedProgram = TSESTree.Program & { readonly comments?: readonly Comment[] };

/**
 * A parser of imported files: undefined for a file that does not parse, or without a scope analysis.
 * What was parsed is kept until its text changes, so that a file imported by many is parsed once.
 */
export function importedFileParser({ parser, parserOptions }: ParsingOptions) {
  return (file: ImportedFile): ParsedFile | undefined => {
    if (typeof parser !== "object" || parser === null) return undefined;
    const ofParser =
      parsed.get(parser) ??
      new Map<string, { readonly text: string; readonly file: ParsedFile | undefined }>();
    parsed.set(parser, ofParser);
    const known = ofParser.get(file.fileName);
    if (known?.text === file.text) return known.file;
    const fresh = isParser(parser) ? parseFile(parser, parserOptions, file) : parseWithESLint(parser, file);
    const oldest = ofParser.size >= keptFiles ? ofParser.keys().next().value : undefined;
    if (oldest !== undefined) ofParser.delete(oldest);
    ofParser.set(file.fileName, { text: file.text, file: fresh });
    return fresh;
  };
}

/** A guess: a file rarely imports more, and trees are large. */
const keptFiles = 64;

const parsed = new WeakMap<
  object,
  Map<string, { readonly text: string; readonly file: ParsedFile | undefined }>
>();

function isParser(value: unknown): value is Parser {
  return typeof (value as Partial<Parser> | null | undefined)?.parseForESLint === "function";
}

/** A parser without scopes of its own, as espree is: ESLint works them out. Undefined where there is no ESLint, as in oxlint. */
function parseWithESLint(parser: object, { text }: ImportedFile): ParsedFile | undefined {
  linter ??= newLinter();
  // No rules, and no config that could name any: only the tree is wanted.
  const config = { files: ["**/*"], languageOptions: { parser: parser as Linter.Parser } };
  const messages = linter?.verify(text, [config], { filename: "imported.js", allowInlineConfig: false });
  if (!linter || messages?.some(({ fatal }) => fatal)) return undefined;
  const { ast, scopeManager, visitorKeys } = linter.getSourceCode();
  return {
    // The parsers' trees are ESTree, whatever ESLint's own types say.
    ast: ast as unknown as TSESTree.Program,
    text,
    comments: ast.comments.flatMap(({ type, value, range }) => (range ? [{ type, value, range }] : [])),
    scopes: scopeManager as unknown as ScopeManager,
    visitorKeys,
  };
}

let linter: Linter | undefined;

function newLinter(): Linter | undefined {
  try {
    const eslint = createRequire(import.meta.url)("eslint") as { readonly Linter: new () => Linter };
    return new eslint.Linter();
  } catch {
    return undefined;
  }
}

function parseFile(
  parser: Parser,
  parserOptions: unknown,
  { fileName, text }: ImportedFile,
): ParsedFile | undefined {
  const options = {
    ...(parserOptions as object | undefined),
    // Only the tree is wanted: a second program for the imported file would cost seconds.
    project: null,
    projectService: false,
    programs: null,
    filePath: fileName,
    comment: true,
    range: true,
    sourceType: "module",
  };
  try {
    const { ast, scopeManager, visitorKeys } = parser.parseForESLint(text, options);
    if (!scopeManager || !visitorKeys) return undefined;
    return { ast, text, comments: ast.comments ?? [], scopes: scopeManager, visitorKeys };
  } catch {
    // The type checker reads files that the parser refuses; their facts are unknown.
    return undefined;
  }
}
