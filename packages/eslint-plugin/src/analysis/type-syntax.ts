/** Sizes that a type annotation in the same file shows, without a type checker. */
import type { TSESTree } from "@typescript-eslint/types";
import { counted } from "./bound.ts";
import { definitionOf, lastName, spanOf, textOf, type Code, type Node } from "./code.ts";
import { importedName } from "./exported.ts";
import { keysOf } from "./keys.ts";
import type { Bound } from "./model.ts";
import { sizeOf } from "./size.ts";

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
  return type ? sizeOfType(code, name, type, 0) : fewByType(code, name, stateType(code, name));
}

/** What a written type says of a size, where it says that it is few; for what stands at `node`. */
export function fewByType(code: Code, node: Node, type: TSESTree.TypeNode | undefined): Bound | undefined {
  const size = type && sizeOfType(code, node, type, 0);
  return size?.kind === "unbounded" ? undefined : size;
}

/** The number of keys an annotation gives: `Record<"dev" | "prod", Client>` has two. */
export function annotatedKeys(code: Code, name: Node): Bound | undefined {
  return keysByType(code, name, annotationOf(name) ?? stateType(code, name));
}

/** The number of keys that a written type gives, for what stands at `node`. */
export const keysByType = (code: Code, node: Node, type: TSESTree.TypeNode | undefined): Bound | undefined =>
  type && keysOfType(code, node, type, 0);

/** React's `const [enabled, setEnabled] = useState<Partial<Record<Kind, boolean>>>({})`. */
function stateType(code: Code, name: Node): TSESTree.TypeNode | undefined {
  const pattern = code.parent(name);
  const declarator = pattern && code.parent(pattern);
  const made = declarator?.type === "VariableDeclarator" ? declarator.init : undefined;
  const isState =
    pattern?.type === "ArrayPattern" &&
    pattern.elements[0] === name &&
    made?.type === "CallExpression" &&
    lastName(made.callee) === "useState";
  return isState ? made.typeArguments?.params[0] : undefined;
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
      return someOf(code, name, type.elementType) ?? dynamic(code, name);
    case "TSTupleType":
      return type.elementTypes.some((element) => element.type === "TSRestType")
        ? dynamic(code, name)
        : { kind: "exact", count: type.elementTypes.length };
    case "TSTypeReference": {
      if (type.typeName.type !== "Identifier") return undefined;
      const alias = aliasOf(code, type);
      if (alias) return sizeOfType(code, name, alias, depth + 1);
      if (!collections.has(type.typeName.name) || code.variable(type.typeName) !== undefined)
        return undefined;
      if (type.typeArguments === undefined) return dynamic(code, name);
      const [element] = type.typeArguments.params;
      return (
        keyedSize(code, type.typeName, type.typeArguments) ??
        (element && someOf(code, name, element)) ??
        dynamic(code, name)
      );
    }
    default:
      return undefined;
  }
}

/** `Set<Kind>`, `Map<Kind, Handler>`: no member twice. */
export function keyedSize(
  code: Code,
  collection: Node,
  { params }: TSESTree.TSTypeParameterInstantiation,
): Bound | undefined {
  const isKeyed = collection.type === "Identifier" && /^(Readonly)?(Set|Map)$/.test(collection.name);
  const count = isKeyed && params[0] ? membersOf(code, params[0], 0) : undefined;
  return count === undefined ? undefined : { kind: "at-most", count, by: "static" };
}

/** `kinds: Kind[]`, where `Kind` is an enum or a union of literals: a choice of few, though one may be there twice. */
function someOf(code: Code, name: Node, element: TSESTree.TypeNode): Bound | undefined {
  return membersOf(code, element, 0) === undefined
    ? undefined
    : {
        kind: "coded",
        name: textOf(code, element),
        span: spanOf(name),
        why: `there are only so many \`${textOf(code, element)}\``,
      };
}

function keysOfType(code: Code, name: Node, type: TSESTree.TypeNode, depth: number): Bound | undefined {
  if (depth > 4) return undefined;
  if (type.type === "TSMappedType") {
    const members = membersOf(code, type.constraint, depth + 1);
    return members === undefined ? undefined : { kind: "at-most", count: members, by: "static" };
  }
  if (type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return undefined;
  if (/^(Partial|Readonly|Required)$/.test(type.typeName.name)) {
    const inner = type.typeArguments?.params[0];
    const keys = inner && keysOfType(code, name, inner, depth + 1);
    return keys?.kind === "exact" ? { kind: "at-most", count: keys.count, by: "static" } : keys;
  }
  const alias = aliasOf(code, type);
  if (alias) return keysOfType(code, name, alias, depth + 1);
  const key = type.typeName.name === "Record" ? type.typeArguments?.params[0] : undefined;
  if (key === undefined) return undefined;
  const count = membersOf(code, key, 0);
  if (count !== undefined) return { kind: "exact", count };
  return key.type === "TSStringKeyword" || key.type === "TSNumberKeyword" ? dynamic(code, name) : undefined;
}

/** The number of members of a union of literals, or of an enum, of this file or another. */
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
  // keyof typeof TABLE, (typeof LIST)[number]
  const table = type.type === "TSTypeOperator" && type.operator === "keyof" ? type.typeAnnotation : undefined;
  if (table?.type === "TSTypeQuery") return countOf(keysOf(code, table.exprName));
  if (type.type === "TSIndexedAccessType" && type.indexType.type === "TSNumberKeyword")
    return type.objectType.type === "TSTypeQuery"
      ? countOf(sizeOf(code, type.objectType.exprName))
      : undefined;
  if (type.type !== "TSTypeReference" || type.typeName.type !== "Identifier") return undefined;
  return membersOfNamed(code, type.typeName, depth);
}

function membersOfNamed(code: Code, name: Node, depth: number): number | undefined {
  const definition = definitionOf(code.variable(name));
  if (definition?.type === "TSEnumName") return definition.node.body.members.length;
  if (definition?.type === "ImportBinding") {
    const there = importedName(code, name);
    return there && membersOfNamed(there.code, there.node, depth + 1);
  }
  const alias = aliasNamed(code, name);
  return alias && membersOf(code, alias, depth + 1);
}

const countOf = (bound: Bound) => (counted(bound) && bound.count > 0 ? bound.count : undefined);

/** The right side of `type X = ...` for a reference to X in this file. */
const aliasOf = (code: Code, reference: TSESTree.TSTypeReference): TSESTree.TypeNode | undefined =>
  aliasNamed(code, reference.typeName);

function aliasNamed(code: Code, name: Node): TSESTree.TypeNode | undefined {
  const types = code.variable(name)?.defs.filter((definition) => definition.type === "Type") ?? [];
  const [definition] = types.length === 1 ? types : [];
  return definition?.node.type === "TSTypeAliasDeclaration" ? definition.node.typeAnnotation : undefined;
}

/** `as (keyof T)[]`, `as Array<keyof typeof table>`, `as Kind[]`: somebody wrote out what there can be. */
export function castToFew(code: Code, node: Node): Bound | undefined {
  const cast = node.type === "TSAsExpression" ? node.typeAnnotation : undefined;
  let type = cast;
  if (type?.type === "TSArrayType") type = type.elementType;
  else if (type?.type === "TSTypeReference" && type.typeArguments) type = type.typeArguments.params[0];
  else return undefined;
  if (type?.type === "TSTypeOperator" && type.operator === "keyof")
    return { kind: "coded", name: "keyof", span: spanOf(node), why: "they are the keys of a type" };
  return fewByType(code, node, cast);
}
