import { onAbort } from "./abort.ts";
import { badArgument } from "./bad-argument.ts";
import type { Concurrency } from "./limiter.ts";
import {
  checkArguments,
  runTasks,
  sizeOf,
  type ElementOf,
  type TaskContext,
  type TaskOptions,
} from "./run-tasks.ts";

/** Options of {@link streamLimit}. */
export interface StreamOptions<Item> extends TaskOptions<Item> {
  /** Results in the order of the items (`true`, the default), or as they come. */
  readonly ordered?: boolean | undefined;
  /**
   * Results that may lie ready, untaken, before no more tasks are started: no more than `concurrency + buffer` items are
   * between being pulled and their results being taken, where the concurrency of a limiter is the capacity that it has at
   * the moment. An integer from 0, or `Infinity`. Default 0.
   */
  readonly buffer?: number | undefined;
}

/**
 * Calls `fn` for each item, at most `concurrency` at once, and gives the results one by one, as they are asked for:
 * `for await (const page of streamLimit(urls, 8, load))`.
 *
 * Nothing starts before the first result is asked for. A slow reader slows the tasks down (`buffer`). A failure ends the
 * tasks as in `mapLimit`; results that are next in line are given before it is thrown. Leaving the loop ends them too:
 * it aborts their `signal`, and waits for them, up to `graceMs`.
 *
 * @param source - An array, or any iterable or async iterable.
 * @param concurrency - Tasks in flight at most: an integer from 1, `Infinity`, or a limiter that may be shared.
 * @param fn - Gets the item, its index, and `{ signal }`. What it throws counts as a rejection.
 * @throws {TypeError | RangeError} at once, when an argument is wrong.
 *
 * @example
 * ```ts
 * import { streamLimit } from "@floodgate/runtime";
 *
 * for await (const name of streamLimit(["ada", "bob"], 2, async (name) => name.toUpperCase())) {
 *   console.log(name); // ADA, then BOB
 * }
 * ```
 */
export function streamLimit<S extends Iterable<unknown> | AsyncIterable<unknown>, R>(
  source: S,
  concurrency: Concurrency,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => R | PromiseLike<R>,
  options: StreamOptions<ElementOf<S>> = {},
): AsyncIterableIterator<R> {
  const { ordered = true, buffer = 0, signal } = options;
  checkArguments(source, concurrency, fn, options);
  if (buffer !== Infinity && !(Number.isInteger(buffer) && buffer >= 0)) {
    throw badArgument("buffer", "an integer from 0 and up or `Infinity`", buffer);
  }
  /** A limiter's capacity may change. */
  const room = (): number => (typeof concurrency === "number" ? concurrency : concurrency.capacity) + buffer;
  const leaving = new AbortController();
  const ready = new Map<number, R>(); // Results by their turn.
  let pulled = 0;
  let arrived = 0;
  let taken = 0;
  let hasLeft = false as boolean;
  let wakeReader = (): void => undefined;
  let wakePuller = (): void => undefined;

  /** The source, which has nothing to give while there is no room. */
  const gated: AsyncIterable<ElementOf<S>> = {
    [Symbol.asyncIterator]: () => {
      const iterator = iteratorOf(source as Iterable<ElementOf<S>>);
      let closed = false;
      return {
        next: async () => {
          while (pulled - taken >= room()) {
            await new Promise<void>((resolve) => {
              wakePuller = resolve;
            });
          }
          if (closed) return { done: true, value: undefined };
          const step = await iterator.next();
          if (!step.done) pulled++;
          return step;
        },
        return: async () => {
          closed = true;
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };

  const task = async (item: ElementOf<S>, index: number, context: TaskContext): Promise<R> => {
    const value = await fn(item, index, context);
    ready.set(ordered ? index : arrived++, value);
    wakeReader();
    return value; // For a limiter to judge.
  };

  const results = (async function* (): AsyncGenerator<R, undefined> {
    let over = false as boolean;
    let failure: { readonly error: unknown } | undefined;
    const unlisten = onAbort(signal, (reason) => {
      leaving.abort(reason);
    });
    const tasks = runTasks(
      gated,
      concurrency,
      task,
      { ...options, stopOnError: true, signal: leaving.signal },
      undefined,
      sizeOf(source),
    )
      .catch((error: unknown) => {
        failure = { error };
      })
      .then(() => {
        over = true;
        wakeReader();
      });
    try {
      for (;;) {
        for (; ready.has(taken);) {
          const value = ready.get(taken) as R;
          ready.delete(taken++);
          wakePuller();
          yield value;
        }
        if (over) break;
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      }
    } finally {
      await tasks; // They end by themselves, or `return()` has ended them.
      unlisten();
    }
    if (failure && !hasLeft) throw failure.error;
    return undefined;
  })();

  return {
    next: () => results.next(),
    return: () => {
      // At once: the generator gets to its own `return()` only when a pending `next()` has ended.
      hasLeft = true;
      leaving.abort();
      return results.return(undefined);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function iteratorOf<T>(source: Iterable<T> | AsyncIterable<T>): Iterator<T> | AsyncIterator<T> {
  const doors = source as Partial<AsyncIterable<T>> & Iterable<T>;
  return doors[Symbol.asyncIterator]?.() ?? doors[Symbol.iterator]();
}
