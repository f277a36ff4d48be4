/** What the engine needs of a parser: an ESTree program with ranges, its comments, or where and why there is none. */
import type { TSESTree } from "@typescript-eslint/types";
import type { Comment } from "eslint-plugin-floodgate/analysis";

export type Language = "js" | "jsx" | "ts" | "tsx" | "dts";
export type SourceType = "module" | "commonjs" | "script";

export interface ParsedProgram {
  readonly kind: "parsed";
  readonly ast: TSESTree.Program;
  readonly comments: readonly Comment[];
  readonly sourceType: SourceType;
}

/** The text is not a program, for now: somebody is in the middle of a word. Nothing is said about such a file. */
export interface SyntaxProblem {
  readonly kind: "syntax-error";
  readonly message: string;
  /** UTF-16 code units from the start of the file; absent where the parser does not say. */
  readonly offset?: number;
}

export interface Parser {
  /** For people: "oxc-parser", "@babel/parser". */
  readonly name: string;
  parse(text: string, language: Language, sourceType: SourceType): ParsedProgram | SyntaxProblem;
  /** What tells all scopes of a tree; loaded when it is first asked for, which is rare. */
  scopeAnalysis(): ScopeAnalysis;
}

/** `@typescript-eslint/scope-manager`, as far as it is used. */
export type ScopeAnalysis = Pick<typeof import("@typescript-eslint/scope-manager"), "analyze">;

/** The language a file name stands for, or undefined for files that are not ours. */
export function languageOf(fileName: string): Language | undefined {
  const extension = /\.(d\.(?:[^./\\]+\.)?[cm]?ts|[cm]?tsx?|[cm]?jsx?|vue|svelte|astro)$/i
    .exec(fileName)?.[1]
    ?.toLowerCase();
  if (extension === undefined) return undefined;
  if (extension.startsWith("d.")) return "dts";
  switch (extension) {
    case "ts":
    case "mts":
    case "cts":
    case "astro":
      return "ts";
    case "tsx":
      return "tsx";
    default:
      // JSX is accepted in every JavaScript file, as bundlers do; nothing else that parses would change by it.
      return "jsx";
  }
}

/** The language an editor's language id stands for, for documents that have no file name. */
export function languageOfId(languageId: string): Language | undefined {
  switch (languageId) {
    case "javascript":
    case "javascriptreact":
      return "jsx";
    case "typescript":
      return "ts";
    case "typescriptreact":
      return "tsx";
    case "vue":
    case "svelte":
    case "astro":
      return "ts";
    default:
      return undefined;
  }
}
