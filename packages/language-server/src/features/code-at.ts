/** Whether a place in a file is code, where a comment may stand, or text: a template's or JSX's. */
import { visitorKeys } from "@typescript-eslint/visitor-keys";
import type { TSESTree } from "@typescript-eslint/types";
import { spanOf } from "eslint-plugin-floodgate/analysis";

export function isCodeAt(ast: TSESTree.Program, offset: number): boolean {
  let node: TSESTree.Node = ast;
  let code = true;
  for (;;) {
    const inner = childAround(node, offset);
    if (inner === undefined) return code;
    if (textual.has(inner.type)) code = false;
    else if (textual.has(node.type) && !pieces.has(inner.type)) code = true;
    node = inner;
  }
}

/** Nodes whose own text is no code; */
const textual: ReadonlySet<string> = new Set(["TemplateLiteral", "JSXElement", "JSXFragment"]);

/** and those of their children that are no code either. Any other child is a substitution. */
const pieces: ReadonlySet<string> = new Set([
  "TemplateElement",
  "JSXText",
  "JSXOpeningElement",
  "JSXClosingElement",
]);

/** The child that has the offset strictly inside. */
function childAround(node: TSESTree.Node, offset: number): TSESTree.Node | undefined {
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    for (const child of (Array.isArray(value) ? value : [value]) as (TSESTree.Node | null | undefined)[]) {
      if (!child) continue;
      const { start, end } = spanOf(child);
      if (start < offset && offset < end) return child;
    }
  }
  return undefined;
}
