import { countOf, functionOf } from "./bad-argument.ts";
import { Fifo } from "./fifo.ts";
import type { Concurrency } from "./limiter.ts";
import { limiterOf } from "./run-tasks.ts";

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
export function limited<This, A extends unknown[], R>(
  concurrency: Concurrency,
  fn: (this: This, ...args: A) => R,
): (this: This, ...args: A) => Promise<Awaited<R>> {
  functionOf("fn", fn);
  if (typeof concurrency !== "number") {
    const limiter = limiterOf(concurrency);
    return function (...args) {
      return limiter.run<R>(() => fn.apply(this, args), { item: args[0] });
    };
  }
  const limit = countOf("concurrency", concurrency);
  const waiting = new Fifo<() => void>();
  let running = 0;

  const start = async (self: This, args: A): Promise<Awaited<R>> => {
    try {
      return await fn.apply(self, args);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
  return function (...args) {
    if (running < limit) {
      running++;
      return start(this, args);
    }
    return new Promise<void>((resolve) => {
      waiting.push(resolve);
    }).then(() => start(this, args));
  };
}
