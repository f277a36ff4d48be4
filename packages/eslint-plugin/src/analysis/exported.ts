/** One hop across files: what an imported name is in the file that exports it. */
import type { Code, FunctionNode, Node } from "./code.ts";
import { memberName, unwrap } from "./code.ts";
import { functionOf } from "./members.ts";
import { importOf } from "./imports.ts";
import type { Bound } from "./model.ts";
import { keysOf } from "./keys.ts";
import { sizeOf } from "./size.ts";

export interface ImportedName {
  /** The file that exports it. */
  readonly code: Code;
  /** The exported identifier or expression there. */
  readonly node: Node;
}

/** What an imported name means in its own file; undefined for packages, and where the host cannot look. */
export function importedName(code: Code, node: Node): ImportedName | undefined {
  const imported = importOf(code, node);
  if (imported === undefined || !/^[./@#~]/.test(imported.module)) return undefined;
  const there = code.open(imported.module);
  if (there === undefined) {
    code.unanswered.count++;
    return undefined;
  }
  const [name, property] = imported.name.split(".");
  const found = name === undefined ? undefined : exportNamed(there, name);
  if (found === undefined || property === undefined) return found && { code: there, node: found };
  return undefined;
}

/** The size of an imported constant array, or the number of keys of an imported constant object or enum. */
export function exportedSize(code: Code, node: Node): Bound | undefined {
  const there = importedName(code, node);
  if (there === undefined) return undefined;
  const array = sizeOf(there.code, there.node);
  if (array.kind === "exact" || (array.kind === "at-most" && array.count > 0)) return array;
  const keys = keysOf(there.code, there.node);
  return keys.kind === "exact" ? keys : undefined;
}

/** The function an imported name names, in its own file. */
export function exportedFunction(
  code: Code,
  node: Node,
): { readonly code: Code; readonly fn: FunctionNode } | undefined {
  const there = importedName(code, node);
  const fn = there && functionOf(there.code, there.node);
  return there && fn ? { code: there.code, fn } : undefined;
}

/** The identifier or expression that a module exports under a name. */
function exportNamed(code: Code, name: string): Node | undefined {
  for (const statement of code.ast.body) {
    if (statement.type === "ExportDefaultDeclaration" && name === "default") {
      const declaration: Node = statement.declaration;
      return declaration.type === "FunctionDeclaration" && declaration.id ? declaration.id : declaration;
    }
    if (statement.type !== "ExportNamedDeclaration" || statement.source) continue;
    const { declaration } = statement;
    if (declaration?.type === "VariableDeclaration") {
      for (const declarator of declaration.declarations)
        if (declarator.id.type === "Identifier" && declarator.id.name === name) return declarator.id;
    } else if (
      declaration &&
      "id" in declaration &&
      declaration.id?.type === "Identifier" &&
      declaration.id.name === name
    ) {
      return declaration.id;
    }
    for (const specifier of statement.specifiers) {
      const exported =
        specifier.exported.type === "Identifier" ? specifier.exported.name : specifier.exported.value;
      if (exported === name && specifier.local.type === "Identifier") return specifier.local;
    }
  }
  // module.exports = { name } and exports.name = ...
  for (const statement of code.ast.body) {
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression")
      continue;
    const { left, right } = statement.expression;
    if (memberName(left) === name) return unwrap(right);
    if (memberName(left) === "exports" && right.type === "ObjectExpression") {
      for (const property of right.properties) {
        if (property.type === "Property" && property.key.type === "Identifier" && property.key.name === name)
          return property.value;
      }
    }
  }
  return undefined;
}
