import type { Concurrency } from "./limiter.ts";
import { runTasks, type ElementOf, type StoppableTaskOptions, type TaskContext } from "./run-tasks.ts";

/**
 * Calls `fn` for each item, at most `concurrency` at once, and keeps no results: memory is O(concurrency), however long
 * the source is. The workers of a queue are `forEachLimit(queue, 50, handle)`.
 *
 * An array is not copied: what is pushed while it runs is seen, as in `for...of`. All else is as in `mapLimit`.
 *
 * @param source - An array, or any iterable or async iterable.
 * @param concurrency - Tasks in flight at most: an integer from 1, `Infinity`, or a limiter that may be shared.
 * @param fn - Gets the item, its index, and `{ signal }`. What it throws counts as a rejection.
 * @throws {TypeError | RangeError} at once, when an argument is wrong.
 *
 * @example
 * ```ts
 * import { forEachLimit } from "@floodgate/runtime";
 *
 * let sum = 0;
 * await forEachLimit([1, 2, 3], 2, async (n) => {
 *   sum += n;
 * });
 * console.log(sum); // 6
 * ```
 */
export function forEachLimit<S extends Iterable<unknown> | AsyncIterable<unknown>>(
  source: S,
  concurrency: Concurrency,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => unknown,
  options?: StoppableTaskOptions<ElementOf<S>>,
): Promise<void> {
  return runTasks(source as Iterable<ElementOf<S>>, concurrency, fn, options);
}
