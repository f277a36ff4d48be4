import { durationOf, functionOf } from "./bad-argument.ts";
import { LONGEST_DELAY_MS } from "./delay.ts";
import { TimeoutError } from "./errors.ts";
import type { UnderPolicy } from "./policy.ts";
import { follow, replaceSignal } from "./replace-signal.ts";
import { leaveRunning } from "./still-running.ts";

/**
 * Limits how long a caller waits for a function: after `timeoutMs` its signal is aborted and the call rejects with
 * `TimeoutError`, at once.
 *
 * The function is called with the same `this` and arguments, and `{ signal }` last: in the place of the context a helper
 * passes (`mapLimit` and its relatives), otherwise behind the arguments. An abort of the caller's signal is passed on.
 * A function that ignores its signal goes on running, and keeps its slot in this package's helpers and limiters until it
 * settles; a caller of such a function is free at once. Other libraries' limiters see the rejection only.
 * The time starts with the call: `timeout(limiter.wrap(fn), ms)` counts the wait for a permit,
 * `limiter.wrap(timeout(fn, ms))` does not.
 *
 * Rejects with the signal's reason, without a call, when the caller's signal is aborted already.
 *
 * @example
 * ```ts
 * import { mapLimit, timeout } from "@floodgate/runtime";
 *
 * const load = timeout(async (id: number, _index: number, { signal }: { signal: AbortSignal }) => {
 *   signal.throwIfAborted(); // or pass it on: fetch(url, { signal })
 *   return id * 2;
 * }, 30_000);
 * const doubled = await mapLimit([1, 2, 3], 2, load);
 * console.assert(doubled.join() === "2,4,6");
 * ```
 *
 * @param fn - What to call.
 * @param timeoutMs - Milliseconds from 0. Above 2,147,483,647 (24.8 days, the longest a timer takes) there is no limit.
 * @throws {TypeError} when `fn` is not a function. {RangeError} when `timeoutMs` is negative or `NaN`.
 */
export function timeout<This, P extends unknown[], R>(
  fn: (this: This, ...args: P) => R,
  timeoutMs: number,
): UnderPolicy<This, P, R> {
  functionOf("fn", fn);
  durationOf("timeoutMs", timeoutMs);
  return function (this: This, ...args: unknown[]): Promise<Awaited<R>> {
    const controller = new AbortController();
    const outer = replaceSignal(args, controller);
    if (outer?.aborted === true) return Promise.reject(outer.reason as Error);
    const unfollow = follow([outer], controller);
    const task = (async (): Promise<Awaited<R>> => await fn.apply(this, args as P))();
    return new Promise((resolve, reject) => {
      const timer = timeoutMs > LONGEST_DELAY_MS ? undefined : setTimeout(giveUp, timeoutMs);
      const settled = task.then(resolve, reject).finally(() => {
        clearTimeout(timer);
        unfollow();
      });
      function giveUp(): void {
        const error = new TimeoutError(timeoutMs);
        leaveRunning(error, settled);
        // First, so that it is the time-out that the caller sees, and not what the function makes of its signal.
        reject(error);
        controller.abort(error);
      }
    });
  };
}
