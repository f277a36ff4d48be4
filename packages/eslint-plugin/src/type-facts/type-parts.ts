/** Taking types apart with methods only. */
import type { CheckerView, TypeView } from "./compiler.ts";

/**
 * The constituents of a union, type parameters replaced by their constraints.
 * `undefined` stands for a part that could be anything: `any`, `unknown`, `{}`, an unconstrained type parameter.
 */
export function parts(type: TypeView, checker: CheckerView): readonly (TypeView | undefined)[] {
  if (type.isTypeParameter()) {
    const constraint = checker.getBaseConstraintOfType(type);
    return constraint && constraint !== type ? parts(constraint, checker) : [undefined];
  }
  const constituents = unionOf(type);
  if (constituents) return constituents.flatMap((constituent) => parts(constituent, checker));
  return [isOpaque(type, checker) ? undefined : type];
}

/** The types of a union, or undefined where it is none. */
export function unionOf(type: TypeView): readonly TypeView[] | undefined {
  return type.isUnion() ? (type as { types?: readonly TypeView[] }).types : undefined;
}

/** Names a value's type may have that say nothing about it. */
const opaqueNames = new Set(["any", "unknown", "{}", "object", "never"]);

function isOpaque(type: TypeView, checker: CheckerView): boolean {
  // A type with properties or signatures says something; only the others are worth printing.
  if (type.getProperties().length > 0 || type.getCallSignatures().length > 0) return false;
  return opaqueNames.has(checker.typeToString(type));
}

/** Which type argument holds the values of a built-in collection. */
const valueArgument: Readonly<Record<string, number>> = {
  Map: 1,
  ReadonlyMap: 1,
  Set: 0,
  ReadonlySet: 0,
  Iterable: 0,
  Iterator: 0,
  IterableIterator: 0,
  IteratorObject: 0,
  ArrayIterator: 0,
  SetIterator: 0,
  MapIterator: 0,
  Generator: 0,
};

/** The types of what an array, tuple or built-in iterable holds, or undefined for everything else. */
export function elementTypes(type: TypeView, checker: CheckerView): readonly TypeView[] | undefined {
  if (checker.isTupleType(type)) return checker.getTypeArguments(type);
  const argument = valueArgument[type.symbol?.name ?? ""];
  if (argument !== undefined) {
    const element = checker.getTypeArguments(type)[argument];
    return element && [element];
  }
  const indexed = type.getNumberIndexType();
  return indexed && [indexed];
}
