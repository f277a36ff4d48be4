/** The fast parser: oxc-parser where its binary is installed, otherwise the pure-JavaScript one. */
import { createRequire } from "node:module";
import type { TSESTree } from "@typescript-eslint/types";
import { babelParserFrom } from "./babel.ts";
import { mayNestDeeply } from "./nesting.ts";
import type { Parser, ScopeAnalysis } from "./parser.ts";

type Oxc = typeof import("oxc-parser");

const require = createRequire(import.meta.url);
const scopeAnalysis = () => require("@typescript-eslint/scope-manager") as ScopeAnalysis;
const babelParser = babelParserFrom(
  () => require("@babel/parser") as typeof import("@babel/parser"),
  scopeAnalysis,
);

/** The parser this machine has, and in a sentence why it is not the fast one. */
export function loadNativeParser(): { readonly parser: Parser; readonly notice?: string } {
  try {
    const oxc = require("oxc-parser") as Oxc;
    return { parser: oxcParser(oxc) };
  } catch (error) {
    const reason = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    return {
      parser: babelParser,
      notice: `oxc-parser is not available here, using @babel/parser: ${reason}`,
    };
  }
}

function oxcParser(oxc: Oxc): Parser {
  return {
    name: "oxc-parser",
    scopeAnalysis: () => ({
      analyze(ast, options) {
        addRanges(ast);
        return scopeAnalysis().analyze(ast, options);
      },
    }),
    parse(text, language, sourceType) {
      if (mayNestDeeply(text)) return babelParser.parse(text, language, sourceType);
      const result = oxc.parseSync("file", text, {
        lang: language,
        sourceType,
        preserveParens: false,
        // A third of a tree and of its time: each node has a start and an end anyway.
        range: false,
        astType: "ts",
      });
      const error = result.errors[0];
      if (error !== undefined) {
        const offset = error.labels[0]?.start;
        return { kind: "syntax-error", message: error.message, ...(offset !== undefined && { offset }) };
      }
      return {
        kind: "parsed",
        ast: result.program as unknown as TSESTree.Program,
        comments: result.comments.map(({ type, value, start, end }) => ({
          type,
          value,
          range: [start, end] as const,
        })),
        sourceType,
      };
    },
  };
}

/** The scope manager reads `range`. */
function addRanges(ast: TSESTree.Program): void {
  const stack: unknown[] = [ast];
  while (stack.length > 0) {
    const value = stack.pop();
    if (Array.isArray(value)) stack.push(...(value as unknown[]));
    else if (typeof value === "object" && value !== null) {
      const node = value as { type?: unknown; start: number; end: number; range?: TSESTree.Range };
      stack.push(...Object.values(node));
      if (typeof node.type === "string") node.range ??= [node.start, node.end];
    }
  }
}
