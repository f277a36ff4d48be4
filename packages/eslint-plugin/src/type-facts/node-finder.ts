/** Finds TypeScript's node for a node of another parser's tree, by its range. */
import type { TSESTree } from "@typescript-eslint/types";
import { spanOf } from "../analysis/index.ts";
import type { NodeView, SourceFileView } from "./compiler.ts";

/**
 * For hosts whose parser is not typescript-estree, and so keeps no map of nodes.
 * Of several nodes with the same range the innermost is returned: `x` rather than the statement `x`.
 * Cost: the depth of the tree times the width of its levels.
 */
export function nodeFinder(sourceFile: SourceFileView): (node: TSESTree.Node) => NodeView | undefined {
  return (wanted) => {
    const { start, end } = spanOf(wanted);
    let found: NodeView | undefined;
    const visit = (node: NodeView): true | undefined => {
      const nodeStart = node.getStart();
      if (nodeStart > start || node.end < end) return undefined;
      if (nodeStart === start && node.end === end) found = node;
      node.forEachChild(visit);
      return true;
    };
    sourceFile.forEachChild(visit);
    return found;
  };
}
