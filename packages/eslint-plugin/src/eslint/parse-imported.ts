/** Parses a file that a linted one imports, with the parser that the linted one was parsed with. */
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import type { Comment, ImportedFile, ParsedFile } from "../analysis/index.ts";

/** The part of a rule's `languageOptions` that says how files are parsed. */
interface ParsingOptions {
  readonly parser?: unknown;
  readonly parserOptions?: unknown;
}

/** What parsers with scopes of their own offer; only they bring the type information that leads to another file. */
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
    if (!isParser(parser)) return undefined;
    const ofParser =
      parsed.get(parser) ??
      new Map<string, { readonly text: string; readonly file: ParsedFile | undefined }>();
    parsed.set(parser, ofParser);
    const known = ofParser.get(file.fileName);
    if (known?.text === file.text) return known.file;
    const fresh = parseFile(parser, parserOptions, file);
    const oldest = ofParser.size >= keptFiles ? ofParser.keys().next().value : undefined;
    if (oldest !== undefined) ofParser.delete(oldest);
    ofParser.set(file.fileName, { text: file.text, file: fresh });
    return fresh;
  };
}

/** A guess: a file rarely imports more, and trees are large. */
const keptFiles = 64;

const parsed = new WeakMap<
  Parser,
  Map<string, { readonly text: string; readonly file: ParsedFile | undefined }>
>();

function isParser(value: unknown): value is Parser {
  return typeof (value as Partial<Parser> | null | undefined)?.parseForESLint === "function";
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
