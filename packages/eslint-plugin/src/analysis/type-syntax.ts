/** Sizes that a type annotation in the same file shows, without a type checker. */
import type { TSESTree } from "@typescript-eslint/types";
import { definitionOf, spanOf, textOf, type Code, type Node } from "./code.ts";
import type { Bound } from "./model.ts";

const collections = new Set([
  "Array",
  "ReadonlyArray",
  "Set",
  "ReadonlySet",
  "Map",
  "ReadonlyMap",
  "Iterable",
  "IterableIterator",
  "Generator",
]);

/** The size an annotation gives a name; undefined without one, or when it does not say. */
export function annotatedSize(code: Code, name: Node): Bound | undefined {
  const type = annotationOf(name);
  return type && sizeOfType(code, name, type, 0);
}

/** The number of keys an annotation gives: `Record<"dev" | "prod", Client>` has two. */
export function annotatedKeys(code: Code, name: Node): Bound | undefined {
  const type = annotationOf(name);
  return type && keysOfType(code, name, type, 0);
}

/** Does the annotation say array, so that `mapLimit` and `map` are equal? */
export function isAnnotatedArray(code: Code, name: Node): boolean {
  let type = annotationOf(name);
  for (let depth = 0; type && depth < 4; depth++) {
    if (type.type === "TSTypeOperator" && type.typeAnnotation) type = type.typeAnnotation;
    else if (type.type === "TSArrayType" || type.type === "TSTupleType") return true;
    else if (type.type === "TSTypeReference" && type.typeName.type === "Identifier") {
      if (["Array", "ReadonlyArray"].includes(type.typeName.name)) return true;
      type = aliasOf(code, type);
    } else return false;
  }
  return false;
}

export function annotationOf(name: Node): TSESTree.TypeNode | undefined {
  return name.type === "Identifier" ? name.typeAnnotation?.typeAnnotation : undefined;
}

const dynamic = (code: Code, name: Node): Bound => ({
  kind: "unbounded",
  source: spanOf(name),
  text: name.type === "Identifier" ? name.name : textOf(code, name),
  why: "nothing limits its length",
});

function sizeOfType(code: Code, name: Node, type: TSESTree.TypeNode, depth: number): Bound | undefined {
  if (depth > 4) return undefined;
  switch (type.type) {
    case "TSTypeOperator":
      return type.typeAnnotation && sizeOfType(code, name, type.typeAnnotation, depth + 1);
    case "TSArrayType":
      return dynamic(code, name);
    case "TSTupleType":
      return type.elementTypes.some((element) => element.type === "TSRestType")
        ? dynamic(code, name)
        : { kind: "exact", count: type.elementTypes.length };
    case "TSTypeReference": {
      if (type.typeName.type !== "Identifier") return undefined;
      const alias = aliasOf(code, type);
      if (alias) return sizeOfType(code, name, alias, depth + 1);
      return collections.has(type.typeName.name) && code.variable(type.typeName) === undefined
        ? dynamic(code, name)
        : undefined;
    }
    default:
      return undefined;
  }
}

function keysOfType(code: Code, name: Node, type: TSESTree.TypeNode, depth: number): Bound | undefined {
  if (depth > 4 || type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return undefined;
  const alias = aliasOf(code, type);
  if (alias) return keysOfType(code, name, alias, depth + 1);
  const key = type.typeName.name === "Record" ? type.typeArguments?.params[0] : undefined;
  if (key === undefined) return undefined;
  const count = membersOf(code, key, 0);
  if (count !== undefined) return { kind: "exact", count };
  return key.type === "TSStringKeyword" || key.type === "TSNumberKeyword" ? dynamic(code, name) : undefined;
}

/** The number of members of a union of literals, or of an enum in this file. */
function membersOf(code: Code, type: TSESTree.TypeNode, depth: number): number | undefined {
  if (depth > 4) return undefined;
  if (type.type === "TSLiteralType") return 1;
  if (type.type === "TSUnionType") {
    let count = 0;
    for (const member of type.types) {
      const members = membersOf(code, member, depth + 1);
      if (members === undefined) return undefined;
      count += members;
    }
    return count;
  }
  if (type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return undefined;
  const definition = definitionOf(code.variable(type.typeName));
  if (definition?.type === "TSEnumName") return definition.node.body.members.length;
  const alias = aliasOf(code, type);
  return alias && membersOf(code, alias, depth + 1);
}

/** The right side of `type X = ...` for a reference to X in this file. */
function aliasOf(code: Code, reference: TSESTree.TSTypeReference): TSESTree.TypeNode | undefined {
  const definition = definitionOf(code.variable(reference.typeName));
  return definition?.type === "Type" && definition.node.type === "TSTypeAliasDeclaration"
    ? definition.node.typeAnnotation
    : undefined;
}

/** `as (keyof T)[]`, `as Array<keyof typeof table>`. */
export function isCastToKeys(node: Node): boolean {
  let type = node.type === "TSAsExpression" ? node.typeAnnotation : undefined;
  if (type?.type === "TSArrayType") type = type.elementType;
  else if (type?.type === "TSTypeReference" && type.typeArguments) type = type.typeArguments.params[0];
  else return false;
  return type?.type === "TSTypeOperator" && type.operator === "keyof";
}
