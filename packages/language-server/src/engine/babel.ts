/** `@babel/parser` as a parser of ours: its trees brought to the shape of typescript-estree. */
import type { ParserOptions, ParserPlugin } from "@babel/parser";
import type { TSESTree } from "@typescript-eslint/types";
import { alignBabel, type LooseNode } from "./align-babel.ts";
import type { Language, Parser, ScopeAnalysis, SourceType } from "./parser.ts";

/** @param load - Called for the first text: where another parser does nearly all the work, this one is rarely loaded. */
export function babelParserFrom(
  load: () => Pick<typeof import("@babel/parser"), "parse">,
  scopeAnalysis: () => ScopeAnalysis,
): Parser {
  return {
    name: "@babel/parser",
    scopeAnalysis,
    parse(text, language, sourceType) {
      try {
        const { parse } = load();
        const file = parse(text, optionsFor(language, sourceType));
        const program = file.program as unknown as LooseNode;
        alignBabel(program, text);
        return {
          kind: "parsed",
          ast: program as unknown as TSESTree.Program,
          comments: (file.comments ?? []).map((comment) => ({
            type: comment.type === "CommentLine" ? "Line" : "Block",
            value: comment.value,
            range: [comment.start ?? 0, comment.end ?? 0] as const,
          })),
          sourceType,
        };
      } catch (error) {
        const position = (error as { pos?: unknown }).pos;
        return {
          kind: "syntax-error",
          // Babel appends "(line:column)", which callers work out from the offset in their own counting.
          message: (error instanceof Error ? error.message : String(error)).replace(/ \(\d+:\d+\)$/, ""),
          ...(typeof position === "number" && { offset: position }),
        };
      }
    },
  };
}

function optionsFor(language: Language, sourceType: SourceType): ParserOptions {
  const plugins: ParserPlugin[] = [
    ["estree", { classFeatures: true }],
    "decoratorAutoAccessors",
    "explicitResourceManagement",
  ];
  // TypeScript's own decorators may stand on parameters; JavaScript's may not.
  plugins.push(language === "jsx" || language === "js" ? "decorators" : "decorators-legacy");
  if (language === "ts" || language === "tsx") plugins.push("typescript");
  if (language === "dts") plugins.push(["typescript", { dts: true }]);
  if (language === "jsx" || language === "tsx") plugins.push("jsx");
  return {
    sourceType: sourceType === "commonjs" ? "script" : sourceType,
    allowReturnOutsideFunction: sourceType !== "module",
    allowAwaitOutsideFunction: sourceType === "module",
    allowUndeclaredExports: true,
    ranges: true,
    attachComment: false,
    plugins,
  };
}
