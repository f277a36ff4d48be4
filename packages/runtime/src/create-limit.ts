import { badArgument, countOf, functionOf } from "./bad-argument.ts";
import { Fifo } from "./fifo.ts";
import { defaultStallAfterMs, watch } from "./stall.ts";
import { whenEnded } from "./when-ended.ts";

/** What {@link createLimit} returns: p-limit's function. */
export interface Limit {
  /** Calls `fn(...args)` when there is room. Never before the caller's own turn is over. */
  <A extends unknown[], R>(fn: (...args: A) => R | PromiseLike<R>, ...args: A): Promise<Awaited<R>>;
  /** How many run. */
  readonly activeCount: number;
  /** How many wait. */
  readonly pendingCount: number;
  /** Tasks at once. Raising it starts waiting tasks, lowering it stops none. */
  concurrency: number;
  /** Rejects every waiting task with an `AbortError`. Running tasks go on. */
  clearQueue(): void;
  /** `Promise.all` of `fn(item, index)` for each item, through this limit. */
  map<T, R>(items: Iterable<T>, fn: (item: T, index: number) => R | PromiseLike<R>): Promise<Awaited<R>[]>;
}

/**
 * Limits tasks that are given to it one by one, in p-limit's call shape: `limit(() => load(id))`.
 *
 * For code that is written for p-limit. Where the tasks come from a list, `mapLimit` holds far less memory.
 *
 * Different from p-limit on purpose: `clearQueue()` rejects what it clears, where p-limit leaves it pending for ever
 * unless told otherwise.
 *
 * @param concurrency - Tasks at once: an integer from 1, or `Infinity`.
 * @throws {TypeError | RangeError} at once, when it is not such a number.
 *
 * @example
 * ```ts
 * import { createLimit } from "@floodgate/runtime";
 *
 * const limit = createLimit(2);
 * await Promise.all([1, 2, 3].map((n) => limit(async () => n * 2))); // [2, 4, 6]
 * ```
 */
export function createLimit(concurrency: number): Limit {
  let permits = countOf("concurrency", concurrency);
  let running = 0;
  let moves = 0;
  const waiting = new Fifo<Waiting>();

  const serve = (): void => {
    while (running < permits) {
      const next = waiting.shift();
      if (!next) return;
      running++;
      next.begin(false);
    }
  };

  const end = (): void => {
    running--;
    moves++;
    serve();
  };

  /** Waits for `turn`, or at least until the caller's own turn is over, in the caller's async context. */
  const run = async <A extends unknown[], R>(
    fn: (...args: A) => R,
    args: A,
    turn?: Promise<boolean>,
  ): Promise<Awaited<R>> => {
    if (await turn) throw new DOMException("The queue of this limit was cleared.", "AbortError");
    let value: Awaited<R>;
    try {
      // Most tasks bring no arguments: spreading none costs a tenth of the call.
      value = await (args.length === 0 ? (fn as (...none: unknown[]) => R)() : fn(...args));
    } catch (error) {
      whenEnded(error, end);
      throw error;
    }
    end();
    return value;
  };

  const limit = <A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> => {
    functionOf("fn", fn);
    if (running < permits) {
      running++;
      return run(fn, args);
    }
    let begin!: (cleared: boolean) => void;
    const turn = new Promise<boolean>((resolve) => {
      begin = resolve;
    });
    const result = run(fn, args, turn);
    waiting.push({ begin, result });
    if (waiting.size === 1) {
      watch(waiting, () => ({
        stallAfterMs: defaultStallAfterMs,
        describe: () => `createLimit(${permits})`,
        waiting: () => waiting.size,
        moves: () => moves,
      }));
    }
    return result;
  };

  return Object.defineProperties(limit as Limit, {
    activeCount: { get: () => running },
    pendingCount: { get: () => waiting.size },
    concurrency: {
      get: () => permits,
      set: (value: number) => {
        permits = countOf("concurrency", value);
        serve();
      },
    },
    clearQueue: {
      value: () => {
        for (const { begin, result } of waiting.drain()) {
          // Whoever listens hears of it; that nobody does is no reason to end the process.
          result.catch(() => undefined);
          begin(true);
        }
      },
    },
    map: {
      value: <T, R>(items: Iterable<T>, fn: (item: T, index: number) => R | PromiseLike<R>) => {
        if (typeof (items as Partial<Iterable<T>> | null)?.[Symbol.iterator] !== "function") {
          throw badArgument("items", "an iterable", items);
        }
        // eslint-disable-next-line floodgate/no-unbounded-promise-all -- `limit` is the limit
        return Promise.all(Array.from(items, (item, index) => limit(fn, item, index)));
      },
    },
  });
}

interface Waiting {
  readonly begin: (cleared: boolean) => void;
  readonly result: Promise<unknown>;
}
