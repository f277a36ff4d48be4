/** typescript-eslint's parser services to TypeFacts; nothing is imported, and nothing is asked before it is needed. */
import type { TSESTree } from "@typescript-eslint/types";
import type { SourceCode } from "eslint";
import { syntacticFacts } from "../analysis/index.ts";
import type { TypeFacts } from "../analysis/index.ts";
import { typeFactsOf } from "../type-facts/index.ts";
import type { NodeView, ProgramView, SourceFileView } from "../type-facts/index.ts";

/** The part of typescript-eslint's `ParserServices` that is used. Without type information `program` is null. */
interface ParserServices {
  readonly program?: ProgramView | null;
  readonly esTreeNodeToTSNodeMap?: {
    get(node: unknown): NodeView | undefined;
  };
}

/** The facts of a linted file: from types where the parser brought them, `{}` (oxlint) and espree's `null` included. */
export function factsOfParserServices(services: unknown, ast: SourceCode["ast"]): TypeFacts {
  const { program, esTreeNodeToTSNodeMap: nodes } = (services ?? {}) as ParserServices;
  if (!program || !nodes) return syntacticFacts;
  return typeFactsOf({
    program,
    sourceFile: sourceFileOf(ast, nodes),
    tsNode: (node: TSESTree.Node) => nodes.get(node),
  });
}

/** vue-eslint-parser may join two scripts in a Program of its own, which TypeScript never saw; its statements it did. */
function sourceFileOf(
  ast: SourceCode["ast"],
  nodes: NonNullable<ParserServices["esTreeNodeToTSNodeMap"]>,
): SourceFileView | undefined {
  for (const node of [ast, ...ast.body]) {
    const found = nodes.get(node);
    if (found) return found.getSourceFile();
  }
  return undefined;
}
