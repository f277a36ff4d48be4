/**
 * The errors callers may want to catch. Each has its own `name`, so that code which meets two copies of this package
 * (ESM and CommonJS, or two versions) can compare names where `instanceof` would fail.
 */

/**
 * A waiting room is full, so the call was turned away instead of made to wait: `Semaphore` with `maxWaiting`.
 *
 * Nothing was taken: no permit is held, no task was started. Trying again later is safe.
 *
 * @example
 * ```ts
 * import { QueueFullError, Semaphore } from "@floodgate/runtime";
 *
 * const database = new Semaphore(1, { maxWaiting: 0 });
 * const permit = await database.acquire();
 * await database.acquire().catch((error: unknown) => {
 *   console.log(error instanceof QueueFullError); // true
 * });
 * permit.release();
 * ```
 */
export class QueueFullError extends Error {
  override readonly name: string = "QueueFullError";
  /** How many may wait at most. */
  readonly maxWaiting: number;

  constructor(maxWaiting: number, message?: string) {
    super(message ?? `Nobody else may wait: ${maxWaiting} are waiting already.`);
    this.maxWaiting = maxWaiting;
  }
}

/**
 * The queue is closed: a pending or later `put`, or a `take` with nothing left to take.
 *
 * The item of a rejected `put` is not in the queue.
 *
 * @example
 * ```ts
 * import { Queue, QueueClosedError } from "@floodgate/runtime";
 *
 * const queue = new Queue<string>({ capacity: 10 });
 * queue.close();
 * await queue.put("late").catch((error: unknown) => {
 *   console.log(error instanceof QueueClosedError); // true
 * });
 * ```
 */
export class QueueClosedError extends Error {
  override readonly name: string = "QueueClosedError";

  constructor(message = "The queue is closed.", options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}

/**
 * A limiter was closed: every waiter, and every later `acquire`, is rejected with this when `close()` got no reason.
 *
 * Permits that were handed out before stay valid and are to be released as usual.
 *
 * @example
 * ```ts
 * import { LimiterClosedError, Semaphore } from "@floodgate/runtime";
 *
 * const database = new Semaphore(10);
 * database.close();
 * await database.acquire().catch((error: unknown) => {
 *   console.log(error instanceof LimiterClosedError); // true
 * });
 * ```
 */
export class LimiterClosedError extends Error {
  override readonly name: string = "LimiterClosedError";

  constructor(message = "The limiter is closed.", options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}

/**
 * A task took longer than it was given: `timeout`.
 *
 * Its signal has been aborted. It may still run, and keeps its slot until it settles.
 * Limiters count it as overload, as they do every error of this name (the platform's `AbortSignal.timeout` too).
 *
 * @example
 * ```ts
 * import { timeout, TimeoutError } from "@floodgate/runtime";
 *
 * const never = timeout(() => new Promise(() => {}), 5);
 * await never().catch((error: unknown) => {
 *   console.log(error instanceof TimeoutError && error.timeoutMs); // 5
 * });
 * ```
 */
export class TimeoutError extends Error {
  override readonly name: string = "TimeoutError";
  /** How long the task was given, in milliseconds. */
  readonly timeoutMs: number;

  constructor(timeoutMs: number, message?: string) {
    super(message ?? `The task did not settle within ${timeoutMs} ms.`);
    this.timeoutMs = timeoutMs;
  }
}

/**
 * The circuit is open: the call was turned away because earlier ones failed.
 *
 * The wrapped function was not called.
 *
 * @example
 * ```ts
 * import { CircuitBreaker, CircuitOpenError } from "@floodgate/runtime";
 *
 * const breaker = new CircuitBreaker({ failureThreshold: 1 });
 * await breaker.run(() => Promise.reject(new Error("down"))).catch(() => {});
 * await breaker.run(() => "not called").catch((error: unknown) => {
 *   console.log(error instanceof CircuitOpenError); // true
 * });
 * ```
 */
export class CircuitOpenError extends Error {
  override readonly name: string = "CircuitOpenError";
  /** Milliseconds until a trial call is let through; 0 when trial calls are under way and no more are allowed. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number, message?: string) {
    super(message ?? `The circuit is open: try again in ${Math.ceil(retryAfterMs)} ms.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Every permit is held by a task that waits for the same limiter, so none would ever be given back.
 *
 * Only limiters given to `detectDeadlock` reject with it. The call that would have completed the circle is rejected;
 * the others go on waiting, and move on as soon as the rejected task lets go.
 *
 * @example
 * ```ts
 * import { DeadlockError, detectDeadlock, Semaphore } from "@floodgate/runtime";
 *
 * const one = detectDeadlock(new Semaphore(1));
 * await one.run(() => one.run(() => "never")).catch((error: unknown) => {
 *   console.log(error instanceof DeadlockError); // true
 * });
 * ```
 */
export class DeadlockError extends Error {
  override readonly name: string = "DeadlockError";

  constructor(message = "Every permit is held by a task that waits for this limiter.") {
    super(message);
  }
}
