/** Whether a place in a file is code, where a comment may stand, or text: a template's or JSX's. */
import { visitorKeys } from "@typescript-eslint/visitor-keys";
import type { TSESTree } from "@typescript-eslint/types";

export function isCodeAt(ast: TSESTree.Program, offset: number): boolean {
  let node: TSESTree.Node = ast;
  let code = true;
  for (;;) {
    const inner = childAround(node, offset);
    if (inner === undefined) return code;
    if (inner.type === "TemplateLiteral" || inner.type === "JSXElement" || inner.type === "JSXFragment")
      code = false;
    else if (inner.type === "JSXExpressionContainer") code = true;
    else if (node.type === "TemplateLiteral" && inner.type !== "TemplateElement") code = true;
    node = inner;
  }
}

/** The child that has the offset strictly inside. */
function childAround(node: TSESTree.Node, offset: number): TSESTree.Node | undefined {
  for (const key of visitorKeys[node.type] ?? []) {
    const value = (node as unknown as Record<string, unknown>)[key];
    for (const child of (Array.isArray(value) ? value : [value]) as (TSESTree.Node | null | undefined)[]) {
      if (child?.range !== undefined && child.range[0] < offset && offset < child.range[1]) return child;
    }
  }
  return undefined;
}
