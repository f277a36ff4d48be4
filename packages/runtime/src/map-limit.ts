import type { Concurrency } from "./limiter.ts";
import { runTasks, type ElementOf, type StoppableTaskOptions, type TaskContext } from "./run-tasks.ts";

/**
 * Calls `fn` for each item, at most `concurrency` at once, and resolves to the results in the order of the items:
 * `Promise.all(items.map(fn))` with a bound.
 *
 * The first tasks start before it returns, in order; an item is pulled from `source` only when there is room for it.
 * An array is copied at the call, and its holes are skipped, as `map` does. Memory is O(concurrency) besides the results.
 *
 * The first failure ends the call: nothing more is pulled, the source is closed, the tasks' `signal` aborts, and when the
 * running tasks have settled, or after `graceMs`, the call rejects with that failure. A call whose own `signal` aborts
 * ends the same way, with the signal's reason.
 *
 * @param source - An array, or any iterable or async iterable.
 * @param concurrency - Tasks in flight at most: an integer from 1, `Infinity`, or a limiter that may be shared.
 * @param fn - Gets the item, its index, and `{ signal }`. What it throws counts as a rejection.
 * @throws {TypeError | RangeError} at once, when an argument is wrong.
 *
 * @example
 * ```ts
 * import { mapLimit } from "@floodgate/runtime";
 *
 * const names = await mapLimit(["ada", "bob", "eve"], 2, async (name) => name.toUpperCase());
 * console.log(names); // ["ADA", "BOB", "EVE"]
 * ```
 */
export function mapLimit<S extends Iterable<unknown> | AsyncIterable<unknown>, R>(
  source: S,
  concurrency: Concurrency,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => R | PromiseLike<R>,
  options?: StoppableTaskOptions<ElementOf<S>>,
): Promise<R[]> {
  return runTasks(source as Iterable<ElementOf<S>>, concurrency, fn, options, "values");
}
