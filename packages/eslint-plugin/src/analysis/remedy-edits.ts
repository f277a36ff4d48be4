/** Building blocks of remedies: edits in order, comments kept, the limit found again. */
import { functionAround, isFunction, startOf, unwrap, type Code, type Node } from "./code.ts";
import type { Edit, Remedy, RemedyKind } from "./model.ts";

export const insert = (at: number, text: string): Edit => ({ start: at, end: at, text });

/** Puts the edits in order, and says where the limit stands, for hosts that offer it as a placeholder. */
export function remedy(
  kind: RemedyKind,
  title: string,
  edits: readonly Edit[],
  more: {
    readonly limited?: { readonly edit: Edit; readonly limit: number } | undefined;
    readonly imports?: string | undefined;
  } = {},
): Remedy {
  const { limited, imports } = more;
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const digits = String(limited?.limit ?? "");
  return {
    kind,
    title,
    edits: sorted,
    ...(limited && {
      limit: {
        edit: sorted.indexOf(limited.edit),
        offset: limited.edit.text.lastIndexOf(digits),
        length: digits.length,
      },
    }),
    ...(imports !== undefined && { imports }),
  };
}

export const hasComment = (code: Code, start: number, end: number): boolean =>
  code.comments.some((comment) => comment.range[0] < end && comment.range[1] > start);

/** The statement of a block that a node stands in. */
export function statementOf(code: Code, node: Node): Node | undefined {
  let at: Node = node;
  for (let parent = code.parent(at); parent !== undefined; at = parent, parent = code.parent(at)) {
    if (parent.type === "BlockStatement" || parent.type === "Program") return at;
    if (isFunction(parent)) return undefined;
  }
  return undefined;
}

/** May `await` stand here: in an async function, or at the top level of a module? */
export function mayAwait(code: Code, node: Node): boolean {
  const fn = functionAround(code, node);
  if (fn) return fn.async && !fn.generator;
  return code.ast.body.some(({ type }) => type.startsWith("Import") || type.startsWith("Export"));
}

/** The expression with the `!`, `as` and `satisfies` around it, without which it may have another type. */
export function withType(code: Code, node: Node): Node {
  let whole = node;
  for (
    let at = code.parent(node);
    at !== undefined && unwrap(at) !== at && at.type !== "ChainExpression";
    at = code.parent(at)
  )
    whole = at;
  return whole;
}

/** The white space a statement is indented with. */
export const indentOf = (code: Code, statement: Node): string =>
  /[ \t]*$/.exec(code.text.slice(0, startOf(statement)))?.[0] ?? "";

/** The statement that a loop's body is made of, alone or in a block. */
export const onlyStatement = (body: Node): Node | undefined =>
  body.type === "BlockStatement" ? (body.body.length === 1 ? body.body[0] : undefined) : body;
