import type { Concurrency } from "./limiter.ts";
import { runTasks, type ElementOf, type TaskContext, type TaskOptions } from "./run-tasks.ts";

/**
 * Calls `fn` for each item, at most `concurrency` at once, and resolves to how each ended, in the order of the items:
 * `Promise.allSettled(items.map(fn))` with a bound.
 *
 * Failures of tasks end nothing. It rejects only when there is no going on: the source or the limiter fails, or the
 * call's own `signal` aborts. All else is as in `mapLimit`.
 *
 * @param source - An array, or any iterable or async iterable.
 * @param concurrency - Tasks in flight at most: an integer from 1, `Infinity`, or a limiter that may be shared.
 * @param fn - Gets the item, its index, and `{ signal }`. What it throws counts as a rejection.
 * @throws {TypeError | RangeError} at once, when an argument is wrong.
 *
 * @example
 * ```ts
 * import { mapLimitSettled } from "@floodgate/runtime";
 *
 * const ends = await mapLimitSettled(["1", "x"], 2, async (text) => JSON.parse(text) as unknown);
 * console.log(ends.map((end) => end.status)); // ["fulfilled", "rejected"]
 * ```
 */
export function mapLimitSettled<S extends Iterable<unknown> | AsyncIterable<unknown>, R>(
  source: S,
  concurrency: Concurrency,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => R | PromiseLike<R>,
  options?: TaskOptions<ElementOf<S>>,
): Promise<PromiseSettledResult<R>[]> {
  return runTasks(source as Iterable<ElementOf<S>>, concurrency, fn, options, "ends");
}
