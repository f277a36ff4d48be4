import { badArgument } from "./bad-argument.ts";

/**
 * Returns `items`, or throws when there are more than `max`: an assumption ("never more than 20 tags") made checkable.
 *
 * It limits nothing by itself: it turns "this list is short" from a hope into a fact, after which starting one task per
 * item is fine. Floodgate's rules take it as such.
 *
 * @param items - Anything with a `length` or a `size`: an array, a `Set`, a `Map`, a string, a typed array.
 * @param max - Items allowed: an integer from 0.
 * @throws {RangeError} when there are more than `max` items.
 *
 * @example
 * ```ts
 * import { bounded } from "@floodgate/runtime";
 *
 * const tags = ["a", "b", "c"];
 * await Promise.all(bounded(tags, 20).map(async (tag) => tag.toUpperCase())); // ["A", "B", "C"]
 * bounded(tags, 2); // RangeError: Expected at most 2 items, got 3
 * ```
 */
export function bounded<T extends { readonly length: number } | { readonly size: number }>(
  items: T,
  max: number,
): T {
  if (!Number.isInteger(max) || max < 0) throw badArgument("max", "an integer from 0 and up", max);
  const { length, size } = Object(items) as { length?: unknown; size?: unknown };
  const count = typeof length === "number" ? length : size;
  if (typeof count !== "number") throw badArgument("items", "something with a `length` or a `size`", items);
  if (count > max) throw new RangeError(`Expected at most ${max} items, got ${count}`);
  return items;
}
