/** Across files: what an imported name is in the file that defines it, through re-exports and barrels. */
import type { TSESTree } from "@typescript-eslint/types";
import { seenFrom, unknown } from "./bound.ts";
import { constantInit, definitionOf, memberName, spanOf, unwrap, type Code, type Node } from "./code.ts";
import { bareModule, importOf } from "./imports.ts";
import type { Bound } from "./model.ts";
import { keysOf } from "./keys.ts";
import { memberInit } from "./members.ts";
import { sizeOf } from "./size.ts";

export interface ImportedName {
  /** The file that defines it. */
  readonly code: Code;
  /** The exported identifier or expression there. */
  readonly node: Node;
  /** The member of it that is meant: `load` of `import { api } from "./api"; api.load()`. */
  readonly member?: string;
}

/** What an imported name means in its own file; undefined for packages, and where the host cannot look. */
export function importedName(code: Code, node: Node): ImportedName | undefined {
  const there = importedMember(code, node);
  return there?.member === undefined ? there : undefined;
}

/** The same, for a member of what was imported too. */
export function importedMember(code: Code, node: Node, handedOn?: "handed on"): ImportedName | undefined {
  const imported = importOf(code, node);
  if (imported === undefined || imported.module.startsWith("node:")) return undefined;
  const there = code.open(imported.module, handedOn);
  if (there === undefined) {
    // What the types could find, and the source does not show. A package's inside is nobody's question.
    if (/^[./@#~]/.test(imported.module)) code.unanswered.count++;
    return undefined;
  }
  const [name = "", member, ...more] = imported.name.split(".");
  if (more.length > 0) return undefined;
  const space = member === undefined ? undefined : namespaceNamed(there, name);
  if (space && member !== undefined) return exportNamed(space, member);
  const found = exportNamed(there, name);
  if (found)
    return member === undefined ? found : found.member === undefined ? { ...found, member } : undefined;
  // import api from "./api"; api.load()
  const byDefault = member === undefined ? exportNamed(there, "default") : undefined;
  return byDefault?.member === undefined ? byDefault && { ...byDefault, member: name } : undefined;
}

/** The size of an imported constant array, or the number of keys of an imported constant object or enum. */
export function exportedSize(code: Code, node: Node): Bound | undefined {
  const list = exportedList(code, node);
  if (list) return list;
  const there = importedName(code, node);
  const keys = there && keysOf(there.code, there.node);
  return keys?.kind === "exact" ? keys : undefined;
}

/** The size of an imported constant array, or of one in an imported object or class: `Settings.kinds`. */
export function exportedList(code: Code, node: Node): Bound | undefined {
  const imported = importOf(code, node);
  if (imported?.name === "globalPaths" && bareModule(imported.module) === "module")
    return { kind: "coded", name: imported.name, span: spanOf(node), why: "they are Node's own" };
  const there = importedMember(code, node);
  const size = there && seenFrom(listSize(there), node);
  // An empty one is there to be filled; `export const xs = []` alone is as it stands.
  return size?.kind === "at-most" && size.count === 0 ? undefined : size;
}

function listSize({ code, node, member }: ImportedName): Bound {
  if (member === undefined) return sizeOf(code, node);
  const definition = definitionOf(code.variable(node));
  const owner = definition?.type === "ClassName" ? definition.node : unwrap(constantInit(code, node) ?? node);
  const isOwner =
    owner.type === "ObjectExpression" ||
    owner.type === "ClassDeclaration" ||
    owner.type === "ClassExpression";
  const init = isOwner ? memberInit(code, owner, member) : undefined;
  return init ? sizeOf(code, init) : unknown("it is not written out there");
}

/** `export * as api from "./api"`, there or behind a barrel: the module that the name stands for. */
function namespaceNamed(code: Code, name: string): Code | undefined {
  for (const statement of code.ast.body) {
    if (statement.type !== "ExportAllDeclaration") continue;
    const isNamed = statement.exported !== null && nameOf(statement.exported) === name;
    if (isNamed) return code.open(statement.source.value, "handed on");
    const isBarrel =
      statement.exported === null && code.textOf(statement.source.value, "handed on")?.includes(name);
    const there = isBarrel === true ? code.open(statement.source.value, "handed on") : undefined;
    const found =
      there && code.once(`namespace ${name}`, there.ast, () => namespaceNamed(there, name), undefined);
    if (found) return found;
  }
  return undefined;
}

/** The identifier or expression that a module exports under a name. */
function exportNamed(code: Code, name: string): ImportedName | undefined {
  return code.once(`export ${name}`, code.ast, () => findExport(code, name), undefined);
}

function findExport(code: Code, name: string): ImportedName | undefined {
  const stars: string[] = [];
  for (const statement of code.ast.body) {
    if (statement.type === "ExportDefaultDeclaration" && name === "default") {
      const declaration: Node = statement.declaration;
      const isDeclared =
        declaration.type === "FunctionDeclaration" || declaration.type === "ClassDeclaration";
      return followed(code, isDeclared && declaration.id ? declaration.id : declaration);
    }
    if (statement.type === "ExportAllDeclaration" && !statement.exported && name !== "default")
      stars.push(statement.source.value);
    if (statement.type !== "ExportNamedDeclaration") continue;
    const declared = declaredName(statement.declaration, name);
    if (declared) return { code, node: declared };
    for (const { exported, local } of statement.specifiers) {
      if (nameOf(exported) !== name) continue;
      if (!statement.source) return followed(code, local);
      const there = code.open(statement.source.value, "handed on");
      return there && exportNamed(there, nameOf(local));
    }
  }
  for (const star of stars) {
    const text = code.textOf(star, "handed on");
    // Of a barrel's many files, only those are parsed that have the name, or are barrels themselves.
    if (text === undefined || !(text.includes(name) || /\bexport\s*\*/.test(text))) continue;
    const there = code.open(star, "handed on");
    const found = there && exportNamed(there, name);
    if (found) return found;
  }
  return commonJsExport(code, name);
}

const nameOf = (name: TSESTree.Identifier | TSESTree.StringLiteral) =>
  name.type === "Identifier" ? name.name : name.value;

/** `import { a } from "./a"; export { a }`: the name is another file's. */
function followed(code: Code, node: Node): ImportedName | undefined {
  const isImport = node.type === "Identifier" && definitionOf(code.variable(node))?.type === "ImportBinding";
  return isImport ? importedMember(code, node, "handed on") : { code, node };
}

function declaredName(
  declaration: TSESTree.ExportNamedDeclaration["declaration"],
  name: string,
): Node | undefined {
  if (declaration?.type === "VariableDeclaration")
    return declaration.declarations.find(({ id }) => id.type === "Identifier" && id.name === name)?.id;
  return declaration &&
    "id" in declaration &&
    declaration.id?.type === "Identifier" &&
    declaration.id.name === name
    ? declaration.id
    : undefined;
}

/** `module.exports = { name }`, `module.exports = name`, `exports.name = ...`. */
function commonJsExport(code: Code, name: string): ImportedName | undefined {
  for (const statement of code.ast.body) {
    if (statement.type !== "ExpressionStatement" || statement.expression.type !== "AssignmentExpression")
      continue;
    const { left, right } = statement.expression;
    if (memberName(left) === name) return { code, node: unwrap(right) };
    if (memberName(left) !== "exports") continue;
    if (name === "*" || name === "default") return { code, node: unwrap(right) };
    if (right.type !== "ObjectExpression") continue;
    for (const property of right.properties) {
      if (property.type === "Property" && property.key.type === "Identifier" && property.key.name === name)
        return { code, node: property.value };
    }
  }
  return undefined;
}
