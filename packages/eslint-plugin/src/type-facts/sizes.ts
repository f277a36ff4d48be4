/** How many elements or keys a value of a type has, where the type says so. */
import type { SizeFact } from "../analysis/index.ts";
import type { CheckerView, TypeView } from "./compiler.ts";
import { elementTypes, parts, unionOf } from "./type-parts.ts";

/** Number of elements of an array, tuple, Set or Map. */
export function sizeOf(type: TypeView, checker: CheckerView): SizeFact {
  return largest(parts(type, checker).map((part) => (part ? sizeOfPart(part, checker) : unknown)));
}

function sizeOfPart(type: TypeView, checker: CheckerView): SizeFact {
  if (checker.isTupleType(type)) {
    // `target` describes the tuple's shape; TypeScript declares it on `TupleTypeReference`.
    const target = (type as { target?: { hasRestElement?: boolean } }).target;
    if (target?.hasRestElement !== false) return dynamic;
    return atMost(checker.getTypeArguments(type).length);
  }
  if (checker.isArrayType(type)) return dynamic;
  const name = type.symbol?.name ?? "";
  if (/^(?:Readonly)?(?:Set|Map)$/.test(name)) return keysOf(checker.getTypeArguments(type)[0], checker);
  return elementTypes(type, checker) ? dynamic : unknown;
}

/** A Set or Map holds each of its keys once, so a finite union of literals bounds it. */
function keysOf(type: TypeView | undefined, checker: CheckerView): SizeFact {
  if (type === undefined) return unknown;
  const keys = unionOf(type) ?? [type];
  const isFinite = keys.every(
    (key) => key.isLiteral() || /^(?:true|false|null|undefined)$/.test(checker.typeToString(key)),
  );
  return isFinite ? atMost(keys.length) : dynamic;
}

/** Number of own enumerable keys of an object: an enum, a closed object type, a finite `Record`. */
export function keyCountOf(type: TypeView, checker: CheckerView): SizeFact {
  return largest(parts(type, checker).map((part) => (part ? keyCountOfPart(part, checker) : unknown)));
}

function keyCountOfPart(type: TypeView, checker: CheckerView): SizeFact {
  if (checker.isTupleType(type) || checker.isArrayType(type)) return sizeOfPart(type, checker);
  const names = type.getProperties().length;
  if (type.getStringIndexType()) return dynamic;
  // A numeric enum also maps its numbers back to its names; anything else with a number index is a collection.
  if (type.getNumberIndexType()) return isEnumObject(type) ? atMost(2 * names) : dynamic;
  // `Object`, as old JSDoc has it, and an object type without properties, fit anything.
  return names > 0 && type.symbol?.name !== "Object" ? atMost(names) : unknown;
}

function isEnumObject(type: TypeView): boolean {
  const exports = (type.symbol as { exports?: { readonly size: number } } | undefined)?.exports;
  return exports?.size === type.getProperties().length && type.getProperties().length > 0;
}

function largest(facts: readonly SizeFact[]): SizeFact {
  if (facts.some(({ kind }) => kind === "dynamic")) return dynamic;
  let count = 0;
  for (const fact of facts) {
    if (fact.kind !== "at-most") return unknown;
    count = Math.max(count, fact.count);
  }
  return facts.length > 0 ? atMost(count) : unknown;
}

const unknown: SizeFact = { kind: "unknown" };
const dynamic: SizeFact = { kind: "dynamic" };
const atMost = (count: number): SizeFact => ({ kind: "at-most", count });
