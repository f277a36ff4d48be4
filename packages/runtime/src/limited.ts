import { countOf, functionOf } from "./bad-argument.ts";
import { limitCalls } from "./limit-calls.ts";
import { limiterOf, type Concurrency } from "./limiter.ts";
import { defaultStallAfterMs, watch } from "./stall.ts";

/**
 * `fn` with the same `this` and arguments, of which at most `concurrency` calls run at once: `items.map(limited(10, load))`.
 *
 * The calls are independent: one that fails stops no other. Those that find no room wait, first come first served, and
 * each sees the async context (`AsyncLocalStorage`) of its own caller. A call that finds room starts synchronously.
 *
 * @param concurrency - Calls at once: an integer from 1, `Infinity`, or a limiter.
 * @throws {TypeError | RangeError} at once, when an argument is wrong.
 *
 * @example
 * ```ts
 * import { limited } from "@floodgate/runtime";
 *
 * const double = async (n: number) => n * 2;
 * await Promise.all([1, 2, 3].map(limited(2, double))); // [2, 4, 6]
 * ```
 */
export function limited<
  This,
  // Not `unknown[]`: where nothing tells what the arguments are, as in `untyped.map(limited(5, (x) => x.url))`, they
  // stay what they were without a limit.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- see above
  A extends any[],
  R,
>(
  concurrency: Concurrency,
  fn: (this: This, ...args: A) => R,
): (this: This, ...args: A) => Promise<Awaited<R>> {
  functionOf("fn", fn);
  if (typeof concurrency !== "number") return limiterOf(concurrency).wrap(fn);
  const limit = countOf("concurrency", concurrency);
  return limitCalls(limit, fn, (queue) => {
    watch(queue, () => ({
      ...queue,
      stallAfterMs: defaultStallAfterMs,
      describe: () => `limited(${limit}, fn)`,
    }));
  });
}
