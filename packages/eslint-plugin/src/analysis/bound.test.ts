/** The algebra of bounds: alternatives, sums, products, caps. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import {
  atMost,
  atMostThat,
  capped,
  counted,
  either,
  exact,
  sum,
  tamer,
  times,
  unbounded,
  unknown,
} from "./bound.ts";
import type { Bound } from "./model.ts";

const span = { start: 0, end: 1 };
const any: Bound = { kind: "unbounded", source: span, text: "items", why: "nothing limits its length" };
const limit: Bound = { kind: "limit-like", name: "batchSize", span };
const coded: Bound = { kind: "coded", name: "PLUGINS", span, why: "it is a constant" };
const page: Bound = { kind: "page", span };
const unseen = unknown("it is defined by itself");

type Table = readonly (readonly [a: Bound, b: Bound, result: string])[];
const tables: Readonly<Record<string, readonly [operation: (a: Bound, b: Bound) => Bound, table: Table]>> = {
  either: [
    either,
    [
      [exact(2), exact(2), "2"],
      [exact(2), exact(3), "<= 3"],
      [exact(2), atMost(1, "static"), "<= 2"],
      [exact(2), atMost(2, "static"), "<= 2"],
      [exact(2), atMost(5, "window"), "<= 5 window"],
      [atMost(2, "window"), atMost(5, "static"), "<= 5 window"],
      [exact(2), any, "unbounded"],
      [limit, exact(2), "limit batchSize"],
      [limit, coded, "coded PLUGINS"],
      [coded, page, "page"],
      [page, unseen, "unknown"],
      [unseen, any, "unbounded"],
    ],
  ],
  sum: [
    sum,
    [
      [exact(2), exact(3), "5"],
      [exact(2), atMost(3, "static"), "<= 5"],
      [exact(2), atMost(3, "window"), "<= 5 window"],
      [exact(0), any, "unbounded"],
      [atMost(2, "static"), atMost(3, "static"), "<= 5"],
      [limit, exact(2), "limit batchSize"],
      [limit, any, "unbounded"],
    ],
  ],
  times: [
    times,
    [
      [exact(2), exact(3), "6"],
      [exact(2), atMost(3, "static"), "<= 6"],
      [atMost(2, "window"), atMost(3, "static"), "<= 6 window"],
      [exact(0), any, "0"],
      [any, exact(0), "0"],
      [atMost(0, "static"), limit, "<= 0"],
      [exact(1), any, "unbounded"],
      [atMost(2, "static"), atMost(3, "static"), "<= 6"],
      [limit, page, "page"],
    ],
  ],
  capped: [
    capped,
    [
      [exact(2), atMost(10, "window"), "2"],
      [exact(20), atMost(10, "window"), "<= 10 window"],
      [any, atMost(10, "window"), "<= 10 window"],
      [any, limit, "limit batchSize"],
      [exact(10), atMost(10, "window"), "10"],
      [exact(2), limit, "2"],
      [exact(0), any, "0"],
      [exact(0), unseen, "0"],
      [unseen, atMost(10, "window"), "<= 10 window"],
      [unseen, any, "unbounded"],
      [limit, page, "limit batchSize"],
      [page, limit, "limit batchSize"],
      [coded, page, "coded PLUGINS"],
    ],
  ],
  tamer: [
    tamer,
    [
      [exact(2), exact(3), "2"],
      [exact(3), exact(2), "2"],
      [exact(5), atMost(3, "window"), "<= 3 window"],
      [exact(2), atMost(2, "window"), "2"],
      [exact(5), limit, "5"],
      [limit, exact(5), "5"],
      [any, limit, "limit batchSize"],
      [limit, any, "limit batchSize"],
      [unseen, any, "unknown"],
    ],
  ],
};

describe.for(Object.entries(tables))("%s", ([, [operation, table]]) => {
  test.for(table.map(([a, b, result]) => [boundText(a), boundText(b), result, a, b] as const))(
    "%s, %s → %s",
    ([, , result, a, b]) => {
      expect(boundText(operation(a, b))).toBe(result);
    },
  );
});

test("of two that are as wild as each other, the first is told", () => {
  const other: Bound = { kind: "unbounded", source: span, text: "rows", why: "it comes from a query" };
  for (const operation of [either, sum, times, tamer, capped]) expect(operation(any, other)).toBe(any);
});

test("what nobody capped is fixed by the source", () => {
  expect(either(exact(2), exact(3))).toEqual(atMost(3, "static"));
  expect(sum(exact(2), atMost(3, "static"))).toEqual(atMost(5, "static"));
  expect(times(exact(2), atMost(3, "static"))).toEqual(atMost(6, "static"));
  expect(atMostThat(exact(3))).toEqual(atMost(3, "static"));
});

test("a subset of exactly so many is at most so many", () => {
  expect(boundText(atMostThat(exact(3)))).toBe("<= 3");
  expect(boundText(atMostThat(atMost(3, "window")))).toBe("<= 3 window");
  expect(boundText(atMostThat(any))).toBe("unbounded");
});

test("a length that nothing limits says of what, where, and why", () => {
  const { code, node } = hereIn("here(rows as Row[])");
  const cast = code.parent(node) ?? node;
  const said = { kind: "unbounded", source: { start: 5, end: 18 }, text: "rows" };
  expect(unbounded(code, cast)).toEqual({ ...said, why: "nothing limits its length" });
  expect(unbounded(code, cast, "it comes from a query")).toEqual({ ...said, why: "it comes from a query" });
});

describe("for all bounds", () => {
  const count = fc.nat({ max: 50 });
  const bounds: fc.Arbitrary<Bound> = fc.oneof(
    count.map(exact),
    count.map((n) => atMost(n, "static")),
    count.map((n) => atMost(n, "window")),
    fc.constantFrom(any, limit, page, unseen),
  );
  const check = (predicate: (a: Bound, b: Bound) => void) => {
    fc.assert(fc.property(bounds, bounds, predicate), { seed: 1, numRuns: 1000 });
  };

  test("either, sum and times do not mind the order", () => {
    check((a, b) => {
      for (const operation of [either, sum, times])
        expect(boundText(operation(a, b))).toBe(boundText(operation(b, a)));
    });
  });

  test("either is as wild as the wilder of the two", () => {
    check((a, b) => {
      const result = either(a, b);
      if (counted(a) && counted(b)) expect(counted(result) && result.count).toBe(Math.max(a.count, b.count));
      else expect(counted(result)).toBe(false);
    });
  });

  test("a cap never makes it larger", () => {
    check((a, b) => {
      const result = capped(a, b);
      if (counted(a)) expect(counted(result) && result.count <= a.count).toBe(true);
      if (counted(b) && counted(result)) expect(result.count).toBeLessThanOrEqual(b.count);
    });
  });
});
