/** From text to decisions: prefilter → parse → scopes → `analyse()`. One engine for the server and the command line. */
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import { visitorKeys } from "@typescript-eslint/visitor-keys";
import {
  analyse,
  mayDecide,
  mayHaveSites,
  type Analysis,
  type AnalysisInput,
  type Comment,
  type ImportedFile,
  type ParsedFile,
  type Policy,
  type TypeFacts,
} from "eslint-plugin-floodgate/analysis";
import { languageOf, type Language, type Parser, type SourceType, type SyntaxProblem } from "./parser.ts";
import { scriptBlocks } from "./script-blocks.ts";

export interface SourceFile {
  /** Whether types will be asked for: without them fewer texts can hold a site. Default true. */
  readonly typed?: boolean;
  readonly fileName: string;
  readonly text: string;
  /** Where the file name does not say it: untitled documents and notebook cells. */
  readonly language?: Language;
}

/** A file that parses, ready for `analyse()`. */
export interface Program {
  readonly kind: "program";
  readonly file: SourceFile;
  readonly ast: TSESTree.Program;
  readonly comments: readonly Comment[];
  readonly scopes: Pick<ScopeManager, "scopes">;
}

/** `skipped`: its text alone says that there can be no site, or it is not a language of ours. */
export type Preparation =
  Program | SyntaxProblem | { readonly kind: "skipped"; readonly why: "no-sites" | "language" };

export interface Engine {
  readonly parser: Parser;
  /** Whether the file's text alone says that there is nothing in it for us. */
  skips(file: SourceFile, policy: Policy): boolean;
  /** Parses a file if it may hold a site. Kept apart from `decide`, because types are asked for in between. */
  prepare(file: SourceFile, policy: Policy): Preparation;
  decide(program: Program, facts: TypeFacts, policy: Policy): Analysis;
}

export interface Disk {
  neighbourOf(fileName: string): AnalysisInput["neighbour"];
  pathInProject(fileName: string): string;
}

export interface EngineOptions {
  /** Default true; `false` proves that it loses nothing. */
  readonly prefilter?: boolean;
  /** Where there is a disk, `eslint-plugin-floodgate/neighbour`: what files import, and which folder their project is. */
  readonly disk?: Disk;
}

export function createEngine(parser: Parser, { prefilter = true, disk }: EngineOptions = {}): Engine {
  const imported = importedFileParser(parser);
  /** What was looked at last: whoever asks whether a file is to be skipped has it prepared next. */
  let last:
    { readonly text: string; readonly typed: boolean; readonly policy: Policy; skips: boolean } | undefined;
  const skips = ({ text, typed = true }: SourceFile, policy: Policy): boolean => {
    if (!prefilter) return false;
    if (last?.text !== text || last.typed !== typed || last.policy !== policy) {
      const skips = !mayHaveSites(text, policy, typed) || (!typed && !mayDecide(text, policy));
      last = { text, typed, policy, skips };
    }
    return last.skips;
  };
  return {
    parser,
    skips,
    prepare(file, policy) {
      if (skips(file, policy)) return { kind: "skipped", why: "no-sites" };
      return parseFile(parser, file);
    },
    decide(program, facts, policy) {
      const { fileName } = program.file;
      return analyse({
        ...parsedFileOf(program),
        facts,
        policy,
        fileName: disk?.pathInProject(fileName) ?? fileName.slice(fileName.lastIndexOf("/") + 1),
        parse: imported,
        neighbour: disk?.neighbourOf(fileName),
      });
    },
  };
}

/** A guess: a file rarely imports more, and trees are large. */
const keptFiles = 64;

/** Parses what was found behind an import; what was parsed is kept until its text changes. */
function importedFileParser(parser: Parser): (file: ImportedFile) => ParsedFile | undefined {
  const kept = new Map<string, { readonly text: string; readonly parsed: ParsedFile | undefined }>();
  return ({ fileName, text }) => {
    const known = kept.get(fileName);
    if (known?.text === text) return known.parsed;
    const program = parseFile(parser, { fileName, text });
    const parsed = program.kind === "program" ? parsedFileOf(program) : undefined;
    const oldest = kept.size >= keptFiles ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(fileName, { text, parsed });
    return parsed;
  };
}

function parsedFileOf({ ast, comments, scopes, file: { text } }: Program): ParsedFile {
  // The analysis reads nothing else of a scope manager.
  return { ast, text, comments, scopes: scopes as ScopeManager, isClosed: true, visitorKeys };
}

/**
 * Parses a file as what it says it is, or failing that as what it may be: many scripts end in `.js`, some modules in `.cjs`,
 * and JavaScript may have types that Babel takes out.
 */
export function parseFile(parser: Parser, file: SourceFile): Preparation {
  const blocks = /\.(?:vue|svelte|astro)$/i.test(file.fileName)
    ? scriptBlocks(file.fileName, file.text)
    : undefined;
  const language = blocks?.language ?? file.language ?? languageOf(file.fileName);
  if (language === undefined || (blocks === undefined && /\.(?:vue|svelte|astro)$/i.test(file.fileName)))
    return { kind: "skipped", why: "language" };
  const text = blocks?.text ?? file.text;

  let problem: SyntaxProblem | undefined;
  for (const [as, sourceType] of readings(file.fileName, language)) {
    const result = parser.parse(text, as, sourceType);
    if (result.kind === "syntax-error") {
      problem ??= result;
      continue;
    }
    const { ast, comments } = result;
    // An import belongs inside the script block, and the program's range is how the analysis knows.
    if (blocks !== undefined) ast.range = [blocks.start, blocks.end];
    return { kind: "program", file, ast, comments, scopes: scopesWhenAsked(parser, ast, sourceType) };
  }
  return problem ?? { kind: "skipped", why: "language" };
}

/** Worked out when the analysis asks for them, which looks most names up without. */
function scopesWhenAsked(
  parser: Parser,
  ast: TSESTree.Program,
  sourceType: SourceType,
): Pick<ScopeManager, "scopes"> {
  let manager: ScopeManager | undefined;
  return {
    get scopes() {
      manager ??= parser.scopeAnalysis().analyze(ast, {
        sourceType: sourceType === "module" ? "module" : "script",
        globalReturn: sourceType === "commonjs",
        lib: [],
        childVisitorKeys: visitorKeys,
      });
      return manager.scopes;
    },
  };
}

/** What a file may be, the likeliest first. Each further one is tried where those before it do not parse. */
function readings(fileName: string, language: Language): readonly (readonly [Language, SourceType])[] {
  const sourceTypes: readonly SourceType[] = /\.c[jt]s$/i.test(fileName)
    ? ["commonjs", "module"]
    : ["module", "commonjs"];
  // Much of Flow's syntax is TypeScript's; typescript-eslint's parser, in ESLint, tells no difference either.
  const languages: readonly Language[] =
    language === "js" || language === "jsx" ? [language, "tsx"] : [language];
  return languages.flatMap((as) => sourceTypes.map((sourceType) => [as, sourceType] as const));
}
