import { expect, expectTypeOf, test } from "vitest";
import { bounded } from "./index.ts";

test("items within the bound come back as they are, with their type", () => {
  const items: readonly string[] = ["a", "b"];
  expect(bounded(items, 2)).toBe(items);
  expectTypeOf(bounded(items, 2)).toEqualTypeOf<readonly string[]>();
});

test("sets, maps, strings and typed arrays are counted too", () => {
  expect(bounded(new Set([1]), 1).size).toBe(1);
  expect(bounded(new Map([[1, 2]]), 1).size).toBe(1);
  expect(bounded("ab", 2)).toBe("ab");
  expect(bounded(new Uint8Array(3), 3)).toHaveLength(3);
});

test.for<[string, () => unknown, string]>([
  ["too many items", () => bounded([1, 2, 3], 2), "Expected at most 2 items, got 3"],
  ["too big a set", () => bounded(new Set([1, 2]), 1), "Expected at most 1 items, got 2"],
  ["a bad max", () => bounded([], -1), "Expected `max` to be an integer from 0 and up, got `-1` (number)"],
  [
    "nothing to count",
    () => bounded(null as never, 1),
    "Expected `items` to be something with a `length` or a `size`, got `null` (object)",
  ],
])("%s throws", ([, call, message]) => {
  expect(call).toThrow(message);
});
