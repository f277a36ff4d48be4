/** The types of what the helpers give, exactly: a bound must not cost anyone a cast. Checked by the compiler. */
import { expect, expectTypeOf, test } from "vitest";
import {
  createLimit,
  forEachLimit,
  limited,
  mapLimit,
  mapLimitSettled,
  Semaphore,
  streamLimit,
  type ElementOf,
} from "./index.ts";

interface Row {
  readonly id: string;
}

test("ElementOf is what for...of gives", () => {
  expectTypeOf<ElementOf<string[] | number[]>>().toEqualTypeOf<string | number>();
  expectTypeOf<ElementOf<readonly [1, "a"]>>().toEqualTypeOf<1 | "a">();
  expectTypeOf<ElementOf<readonly Row[]>>().toEqualTypeOf<Row>();
  expectTypeOf<ElementOf<Set<Row>>>().toEqualTypeOf<Row>();
  expectTypeOf<ElementOf<Map<string, Row>>>().toEqualTypeOf<[string, Row]>();
  expectTypeOf<ElementOf<Generator<Row, void>>>().toEqualTypeOf<Row>();
  expectTypeOf<ElementOf<AsyncGenerator<Row, void> | Row[]>>().toEqualTypeOf<Row>();
  expectTypeOf<ElementOf<"abc">>().toEqualTypeOf<string>();
  expectTypeOf<ElementOf<never[]>>().toEqualTypeOf<never>();
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what becomes of it is what is tested
  expectTypeOf<ElementOf<any[]>>().toBeAny();
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  expectTypeOf<ElementOf<any>>().toBeAny();
});

test("results are awaited, unions and literals are kept, and what is expected gives literals their type", async () => {
  const rows: readonly Row[] = [{ id: "a" }];
  expectTypeOf(mapLimit(rows, 2, (row) => row.id)).toEqualTypeOf<Promise<string[]>>();
  expectTypeOf(mapLimit(rows, 2, (row) => Promise.resolve(row))).toEqualTypeOf<Promise<Row[]>>();
  expectTypeOf(mapLimit(rows, 2, (row, index) => (index ? row : undefined))).toEqualTypeOf<
    Promise<(Row | undefined)[]>
  >();
  expectTypeOf(
    mapLimit(rows, 2, async (row, index) => (index > 5 ? row : Promise.resolve(null))),
  ).toEqualTypeOf<Promise<(Row | null)[]>>();
  expectTypeOf(mapLimit(rows, 2, (row) => [row.id, 1] as const)).toEqualTypeOf<
    Promise<(readonly [string, 1])[]>
  >();
  const pairs: [string, number][] = await mapLimit(rows, 2, (row, index) => [row.id, index]);
  const entries = new Map(await mapLimit(rows, 2, (row): [string, Row] => [row.id, row]));
  const kinds: { kind: "row" | "none" }[] = await mapLimit(rows, 2, () => ({ kind: "row" }));
  expect([pairs, entries.size, kinds]).toEqual([[["a", 0]], 1, [{ kind: "row" }]]);
});

test("the other helpers know as much", () => {
  const check = (rows: Row[] | readonly string[], stream: AsyncIterable<Row>): void => {
    expectTypeOf(mapLimitSettled(rows, 2, (row) => Promise.resolve(row))).toEqualTypeOf<
      Promise<PromiseSettledResult<string | Row>[]>
    >();
    expectTypeOf(streamLimit(stream, 2, (row) => Promise.resolve(row.id))).toEqualTypeOf<
      AsyncIterableIterator<string>
    >();
    expectTypeOf(
      forEachLimit(stream, 2, (row) => {
        expectTypeOf(row).toEqualTypeOf<Row>();
      }),
    ).toEqualTypeOf<Promise<void>>();
    expectTypeOf(
      mapLimit(stream, new Semaphore(2), (row) => row, { weight: (row) => row.id.length }),
    ).toEqualTypeOf<Promise<Row[]>>();
  };
  expect(check).toHaveLength(2);
});

test("a limited function keeps this, optional and rest arguments; what it gives is awaited once", () => {
  const join = limited(2, (separator: string, ...parts: readonly string[]) => parts.join(separator));
  expectTypeOf(join).parameters.toEqualTypeOf<[separator: string, ...parts: readonly string[]]>();
  expectTypeOf(join).returns.toEqualTypeOf<Promise<string>>();
  const method = limited(2, function (this: Row, suffix?: string) {
    return Promise.resolve(this.id + (suffix ?? ""));
  });
  expectTypeOf(method).thisParameter.toEqualTypeOf<Row>();
  expectTypeOf(method).returns.toEqualTypeOf<Promise<string>>();
  expectTypeOf(new Semaphore(1).wrap((row: Row) => Promise.resolve(row))).toEqualTypeOf<
    (this: unknown, row: Row) => Promise<Row>
  >();
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- what untyped code hands over
  const untyped: any = ["a"];
  // eslint-disable-next-line @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return -- as above
  const lengths: unknown = untyped.map(limited(2, (text) => text.length));
  expect(lengths).toHaveLength(1);
  expect(typeof method).toBe("function");
});

test("limits and semaphores give what the task gives", async () => {
  const limit = createLimit(2);
  expectTypeOf(limit((a: number, b: string) => b.repeat(a), 1, "x")).toEqualTypeOf<Promise<string>>();
  expectTypeOf(limit.map(new Set([1]), (n) => Promise.resolve(String(n)))).toEqualTypeOf<Promise<string[]>>();
  expectTypeOf(new Semaphore(1).run(() => Promise.resolve({ id: "a" }))).toEqualTypeOf<
    Promise<{ id: string }>
  >();
  expectTypeOf(new Semaphore(1).run(() => undefined)).toEqualTypeOf<Promise<undefined>>();
  // @ts-expect-error -- the arguments are those of the function
  void limit((n: number) => n, "one");
  // @ts-expect-error -- a bound is said, not guessed
  expect(() => mapLimit([1], (n: number) => n)).toThrow();
  expect(await limit((n: number) => n, 1)).toBe(1);
});
