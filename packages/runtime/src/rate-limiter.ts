import { onAbort } from "./abort.ts";
import { badArgument, countOf } from "./bad-argument.ts";
import { deferred } from "./deferred.ts";
import { LONGEST_DELAY_MS } from "./delay.ts";
import { isHeard, onAcquire, onReject, onWait, since, startOf, tell } from "./diagnostics.ts";
import { LimiterClosedError, QueueFullError } from "./errors.ts";
import {
  classify,
  tooHeavy,
  weightOf,
  type AcquireOptions,
  type Limiter,
  type Outcome,
  type Permit,
} from "./limiter.ts";
import { meterOf, type Meter, type Rate } from "./rate.ts";
import { RatePermit } from "./rate-permit.ts";
import { runUnder, wrapUnder } from "./run-under.ts";
import { Waiters, type Resolve, type Waiter } from "./waiters.ts";

/** Options of {@link RateLimiter}: a rate, and what else. */
export interface RateLimiterOptions extends Rate {
  /**
   * More rates that have to be kept at the same time: 10 a second and 500 a minute. One limiter of several rates, rather
   * than several in a `combine`, because there a token of the first grows old while its task waits for the second.
   */
  readonly also?: readonly Rate[] | undefined;
  /** How many may wait at most; more are turned away with a `QueueFullError`. An integer from 0; default no limit. */
  readonly maxWaiting?: number | undefined;
  /** What to call it in events and logs. */
  readonly name?: string | undefined;
}

/**
 * Limits how many tasks *start* per interval. A token bucket, or with `strict` a window that slides.
 *
 * It does not bound how many are in flight: when the other side gets slower, they pile up. So its capacity is
 * `Infinity`, and the helpers ask for `combine(50, rate)`.
 *
 * Waiters are served first come first served within a priority, and nobody overtakes a heavy one. What was granted is
 * spent: giving a permit back, or a task that fails, brings no token back. Time is measured on the monotonic clock, and
 * one that goes back all the same counts as one that stands still. Timers are exact to a millisecond or so, so that a
 * burst worth less than a few of them makes the rate lower than it says. A timer is pending only while somebody waits.
 *
 * The other side counts when requests arrive, not when they leave: leave some room below its limit.
 *
 * @example
 * ```ts
 * import { combine, mapLimit, RateLimiter } from "@floodgate/runtime";
 *
 * const rate = new RateLimiter({ limit: 100, intervalMs: 1000 });
 * await mapLimit([1, 2, 3], combine(50, rate), async (n) => n * 2); // [2, 4, 6]
 * ```
 */
export class RateLimiter implements Limiter {
  readonly capacity = Infinity;
  /** What to call it in events and logs. */
  readonly name: string | undefined;
  readonly #meters: readonly Meter[];
  readonly #maxWaiting: number;
  readonly #waiters = new Waiters();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pausedUntil = -Infinity;
  #closed: { readonly reason: unknown } | undefined;
  #clock = 0;
  #clockRead = performance.now();

  /** @throws {TypeError | RangeError} when an option is wrong. */
  constructor(options: RateLimiterOptions) {
    const first = meterOf(options);
    const { also = [], maxWaiting = Infinity, name } = options;
    if (!Array.isArray(also)) throw badArgument("also", "an array of rates", also);
    this.#meters = [first, ...(also as readonly Rate[]).map(meterOf)];
    this.#maxWaiting = maxWaiting === 0 ? 0 : countOf("maxWaiting", maxWaiting);
    this.name = name;
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** How much may start now: a number from 0, not always whole. */
  get available(): number {
    const now = this.#now();
    if (this.#waiters.size > 0 || this.#pausedUntil > now) return 0;
    return Math.max(0, Math.min(...this.#meters.map((meter) => meter.available(now))));
  }

  /** True when nobody waits, nothing is spent, and it is not paused. */
  get atRest(): boolean {
    const now = this.#now();
    return (
      this.#waiters.size === 0 &&
      this.#pausedUntil <= now &&
      this.#meters.every((meter) => meter.available(now) >= meter.heaviest)
    );
  }

  /**
   * Waits until a task of this weight may start.
   *
   * Rejects with the signal's reason when it aborts first, with `QueueFullError` when `maxWaiting` wait already, and
   * when the limiter is closed. O(1), plus the number of other priorities somebody waits with.
   *
   * @throws {RangeError} when the weight is above the burst, or the strict limit, so that it would wait for ever.
   */
  acquire(options?: AcquireOptions): Promise<Permit> {
    const weight = this.#weightOf(options);
    if (!options?.signal?.aborted && this.#take(weight)) return Promise.resolve(new RatePermit(this, weight));
    const { promise, resolve } = deferred<Permit>();
    if (options?.signal?.aborted) this.#refuse(resolve, weight, options.signal.reason);
    else if (this.#closed) this.#refuse(resolve, weight, this.#closed.reason);
    else if (this.#waiters.size >= this.#maxWaiting) {
      this.#refuse(resolve, weight, new QueueFullError(this.#maxWaiting));
    } else this.#wait(resolve, weight, options);
    return promise;
  }

  /** A permit if the task may start now and nobody waits, otherwise `undefined`. */
  tryAcquire(options?: AcquireOptions): Permit | undefined {
    const weight = this.#weightOf(options);
    return this.#take(weight) ? new RatePermit(this, weight) : undefined;
  }

  /** Runs `task` when it may start: at once and synchronously if that is now. Rejects as `acquire` does, or as `task` does. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    return runUnder(this, task, options);
  }

  /** `fn` with the same `this` and arguments, each call when it may start. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    return wrapUnder(this, fn, options);
  }

  classify(error: unknown, value: unknown): Outcome {
    return classify(error, value);
  }

  /**
   * Lets nothing start before `when`: what a `Retry-After` asks for. It never makes an earlier pause shorter.
   *
   * The time is turned into a duration now, so that a wall clock set meanwhile changes nothing.
   *
   * @param when - A `Date`, or milliseconds since 1970, as `Date.now()` says.
   * @throws {TypeError | RangeError} when it is neither, or `Infinity`: nothing could end that pause.
   */
  pauseUntil(when: Date | number): void {
    const time = when instanceof Date ? when.getTime() : when;
    if (!Number.isFinite(time)) {
      throw badArgument("when", "a `Date` or milliseconds since 1970", when);
    }
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + time - Date.now());
  }

  /**
   * Turns everybody away from now on: those that wait, and later calls, are rejected with `reason`.
   * Closing again does nothing.
   */
  close(reason: unknown = new LimiterClosedError()): void {
    if (this.#closed) return;
    this.#closed = { reason };
    for (const waiter of this.#waiters.drain() as Waiter[]) this.#turnAway(waiter, reason);
    this.#serve();
  }

  /** What it is doing, as a plain object for logs. */
  inspect(): Readonly<Record<string, unknown>> {
    const { name, waiting, available } = this;
    const pausedForMs = Math.max(0, this.#pausedUntil - this.#now());
    return { kind: "RateLimiter", name, available, waiting, pausedForMs, closed: this.#closed !== undefined };
  }

  #weightOf(options: AcquireOptions | undefined): number {
    const weight = weightOf(options);
    for (const { heaviest, weighted } of this.#meters) {
      if (!weighted || weight <= heaviest) continue;
      throw tooHeavy(weight, `the ${heaviest} that may start at once`);
    }
    return weight;
  }

  /** Milliseconds since this limiter was made; a clock that goes back stands still. */
  #now(): number {
    const read = performance.now();
    this.#clock += Math.max(0, read - this.#clockRead);
    this.#clockRead = read;
    return this.#clock;
  }

  #take(weight: number): boolean {
    if (this.#waiters.size > 0 || this.#closed) return false;
    const now = this.#now();
    if (this.#waitMs(weight, now) > 0) return false;
    this.#spend(weight, now);
    if (isHeard(onAcquire)) tell(onAcquire, this, { weight, waitedMs: 0 });
    return true;
  }

  #waitMs(weight: number, now: number): number {
    let longest = this.#pausedUntil - now;
    for (const meter of this.#meters) {
      longest = Math.max(longest, meter.waitMs(meter.weighted ? weight : 1, now));
    }
    return longest < roundingMs ? 0 : longest;
  }

  #spend(weight: number, now: number): void {
    for (const meter of this.#meters) meter.take(meter.weighted ? weight : 1, now);
  }

  #wait(resolve: Resolve, weight: number, { signal, priority = 0 }: AcquireOptions = {}): void {
    const start = startOf(onAcquire);
    const waiter: Waiter = { weight, priority, resolve, start, leave: undefined, gone: false };
    this.#waiters.add(waiter, priority);
    waiter.leave = onAbort(signal, (reason) => {
      this.#waiters.remove(waiter);
      this.#turnAway(waiter, reason);
      this.#serve();
    });
    if (isHeard(onWait)) tell(onWait, this, { weight, waiting: this.#waiters.size });
    if (this.#waiters.first === waiter) this.#serve();
  }

  /** Lets in who may start, and sets the timer for who is next; takes it away when nobody is. */
  #serve(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = this.#now();
    for (let waiter; (waiter = this.#waiters.first as Waiter | undefined);) {
      const { weight, start, resolve, leave } = waiter;
      const waitMs = this.#waitMs(weight, now);
      if (waitMs > 0) {
        this.#timer = setTimeout(
          () => this.#serve(),
          Math.min(Math.ceil(waitMs - roundingMs), LONGEST_DELAY_MS),
        );
        return;
      }
      this.#spend(weight, now);
      this.#waiters.shift();
      leave?.();
      if (isHeard(onAcquire)) tell(onAcquire, this, { weight, waitedMs: since(start) });
      resolve(new RatePermit(this, weight));
    }
  }

  #turnAway({ leave, resolve, weight }: Waiter, reason: unknown): void {
    leave?.();
    this.#refuse(resolve, weight, reason);
  }

  #refuse(resolve: Resolve, weight: number, reason: unknown): void {
    if (isHeard(onReject)) tell(onReject, this, { weight, error: reason });
    const { promise, reject } = deferred<never>();
    reject(reason);
    resolve(promise);
  }
}

/** Less than this is not worth a wait, in milliseconds: a sum of fractions that should come to a whole misses by less. */
const roundingMs = 1e-6;
