import { onAbort } from "./abort.ts";
import { countOf, durationOf } from "./bad-argument.ts";
import {
  isHeard,
  onAcquire,
  onLimit,
  onReject,
  onRelease,
  onWait,
  since,
  startOf,
  tell,
} from "./diagnostics.ts";
import { LimiterClosedError, QueueFullError } from "./errors.ts";
import { releasedTwice } from "./layered-permit.ts";
import {
  classify,
  tooHeavy,
  weightOf,
  type AcquireOptions,
  type Limiter,
  type Outcome,
  type Permit,
} from "./limiter.ts";
import { runUnder, wrapUnder } from "./run-under.ts";
import { defaultStallAfterMs, watch } from "./stall.ts";
import { Waiters, type Resolve, type Waiter, type Waiting } from "./waiters.ts";

/** Options of {@link Semaphore}. */
export interface SemaphoreOptions {
  /** How many may wait at most; more are turned away with a `QueueFullError`. An integer from 0; default no limit. */
  readonly maxWaiting?: number | undefined;
  /** What to call it in warnings, events and logs. */
  readonly name?: string | undefined;
  /**
   * A warning is given, once, when somebody waits and nothing has moved for this long, in milliseconds; also when the
   * process is about to end with somebody waiting. Default 30 000; `Infinity` gives none.
   */
  readonly stallAfterMs?: number | undefined;
}

/**
 * Limits how many tasks are in flight, across everything that shares it: every request handler, every `mapLimit`.
 *
 * Waiters are served first come first served within a priority. Nobody overtakes: while a heavy waiter waits, lighter
 * ones behind it wait too.
 *
 * @example
 * ```ts
 * import { Semaphore } from "@floodgate/runtime";
 *
 * const database = new Semaphore(10);
 * const user = await database.run(async () => ({ id: 1 }));
 * ```
 */
export class Semaphore implements Limiter {
  /** What to call it in warnings, events and logs. */
  readonly name: string | undefined;
  /** How long nothing may move, while somebody waits, before a warning is given, in milliseconds. */
  readonly stallAfterMs: number;
  readonly #maxWaiting: number;
  readonly #waiters = new Waiters();
  #permits: number;
  #active = 0;
  #moves = 0;
  #closed: { readonly reason: unknown } | undefined;
  readonly #whenIdle: (() => void)[] = [];

  /**
   * @param permits - Tasks in flight at most: an integer from 1, or `Infinity`. Can be changed later.
   * @throws {TypeError | RangeError} when an argument is wrong.
   */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    const { maxWaiting = Infinity, name, stallAfterMs = defaultStallAfterMs } = options;
    this.#permits = countOf("permits", permits);
    this.#maxWaiting = maxWaiting === 0 ? 0 : countOf("maxWaiting", maxWaiting);
    this.stallAfterMs = durationOf("stallAfterMs", stallAfterMs);
    this.name = name;
    if (kept) return;
    kept = true; // For the semaphore of the last line.
    takeBack = (semaphore, permit, outcome) => {
      semaphore.#takeBack(permit, outcome);
    };
    kept = new SemaphorePermit(new Semaphore(1), 1);
  }

  /**
   * Tasks in flight at most. Raising it lets waiters in at once; lowering it takes no permit back, it hands out none
   * until enough have come back, and rejects waiters that have become too heavy with a `RangeError`.
   */
  get permits(): number {
    return this.#permits;
  }

  set permits(permits: number) {
    const previous = this.#permits;
    this.#permits = countOf("permits", permits);
    if (isHeard(onLimit)) tell(onLimit, this, { capacity: permits, previous });
    for (const waiting of this.#waiters.toArray()) {
      const { weight = 1 } = waiting;
      if (weight > permits) this.#turnAway(waiting, this.#tooHeavy(weight));
    }
    this.#serve();
  }

  /** The same as `permits`. */
  get capacity(): number {
    return this.#permits;
  }

  /** Permits handed out and not given back, by weight. */
  get active(): number {
    return this.#active;
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** True when no permit is out and nobody waits. */
  get atRest(): boolean {
    return this.#active + this.#waiters.size === 0;
  }

  /**
   * Waits for a permit. Whoever gets one has to give it back: with `release()`, or by declaring it with `using`.
   *
   * Rejects with the signal's reason when it aborts first, with `QueueFullError` when `maxWaiting` wait already, and
   * when the semaphore is closed. O(1), plus the number of other priorities somebody waits with.
   *
   * @throws {RangeError} when the weight is above `permits`, so that it would wait for ever.
   */
  acquire(options?: AcquireOptions): Promise<Permit> {
    const permit = options?.signal?.aborted ? undefined : this.tryAcquire(options);
    return permit ? Promise.resolve(permit) : this.#wait(options);
  }

  /** A permit if one is free now and nobody waits, otherwise `undefined`. */
  tryAcquire(options?: AcquireOptions): Permit | undefined {
    const weight = this.#weightOf(options);
    if (this.#waiters.size > 0 || this.#active + weight > this.#permits || this.#closed) return undefined;
    this.#active += weight;
    if (isHeard(onAcquire)) tell(onAcquire, this, { weight, waitedMs: 0 });
    return new SemaphorePermit(this, weight);
  }

  /** Runs `task` under a permit: at once and synchronously if one is free. Rejects as `acquire` does, or as `task` does. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    return runUnder(this, task, options);
  }

  /** `fn` with the same `this` and arguments, each call under a permit. */
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
   * Turns everybody away from now on: those that wait, and later calls, are rejected with `reason`.
   * Permits that are out stay valid. Closing again does nothing.
   */
  close(reason: unknown = new LimiterClosedError()): void {
    if (this.#closed) return;
    this.#closed = { reason };
    for (const waiting of this.#waiters.drain()) this.#turnAway(waiting, reason);
  }

  /** Resolves when no permit is out and nobody waits; at once if that is so now. For shutting down, after `close()`. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#tellIdle();
    });
  }

  /** What it is doing, as a plain object for logs. */
  inspect(): Readonly<Record<string, unknown>> {
    const { name, permits, active, waiting } = this;
    return { kind: "Semaphore", name, permits, active, waiting, closed: this.#closed !== undefined };
  }

  #weightOf(options: AcquireOptions | undefined): number {
    const weight = weightOf(options);
    if (weight > this.#permits) throw this.#tooHeavy(weight);
    return weight;
  }

  #tooHeavy(weight: number): RangeError {
    return tooHeavy(weight, `the ${this.#permits} permits there are`);
  }

  #wait(options: AcquireOptions | undefined): Promise<Permit> {
    const waiters = this.#waiters;
    const weight = this.#weightOf(options);
    if (options?.signal?.aborted) return this.#refuse(weight, options.signal.reason as Error);
    if (this.#closed) return this.#refuse(weight, this.#closed.reason as Error);
    if (waiters.size >= this.#maxWaiting) return this.#refuse(weight, new QueueFullError(this.#maxWaiting));
    if (waiters.size === 0) {
      watch(this, () => ({
        limiter: this,
        name: this.name,
        stallAfterMs: this.stallAfterMs,
        describe: () =>
          `Semaphore${this.name === undefined ? "" : ` "${this.name}"`} of ${this.#permits} permits`,
        waiting: () => waiters.size,
        moves: () => this.#moves,
      }));
    }
    if (isHeard(onWait)) tell(onWait, this, { weight, waiting: waiters.size + 1 });
    return new Promise((resolve) => {
      if (options || isHeard(onAcquire)) this.#line(resolve, options);
      else waiters.add(resolve, 0);
    });
  }

  /** Lets somebody wait who needs more than patience. */
  #line(resolve: Resolve, { signal, weight = 1, priority = 0 }: AcquireOptions = {}): void {
    const waiter: Waiter = {
      weight,
      priority,
      resolve,
      start: startOf(onAcquire),
      leave: undefined,
      gone: false,
    };
    this.#waiters.add(waiter, priority);
    waiter.leave = onAbort(signal, (reason) => {
      this.#turnAway(waiter, reason);
      this.#serve();
    });
    // Who has overtaken all others by its priority may fit where the first of them does not.
    if (this.#waiters.first === waiter) this.#serve();
  }

  /** Turns away somebody who waits. */
  #turnAway(waiting: Waiting, reason: unknown): void {
    this.#waiters.remove(waiting);
    waiting.leave?.();
    // A rejected promise for the few, rather than a second lever to keep for each.
    (waiting.resolve ?? waiting)(this.#refuse(waiting.weight ?? 1, reason as Error));
  }

  #refuse(weight: number, error: Error): Promise<never> {
    if (isHeard(onReject)) tell(onReject, this, { weight, error });
    return Promise.reject(error);
  }

  #takeBack({ weight, start }: SemaphorePermit, outcome: Outcome): void {
    this.#active -= weight;
    this.#moves++;
    if (isHeard(onRelease)) tell(onRelease, this, { weight, outcome, heldMs: since(start) });
    if (this.#waiters.size > 0) this.#serve();
    else if (this.#whenIdle.length) this.#tellIdle();
  }

  #serve(): void {
    for (let waiting; (waiting = this.#waiters.first);) {
      const { weight = 1, start, leave } = waiting;
      if (this.#active + weight > this.#permits) return;
      this.#active += weight;
      this.#moves++;
      this.#waiters.shift();
      leave?.();
      if (isHeard(onAcquire)) tell(onAcquire, this, { weight, waitedMs: since(start) });
      (waiting.resolve ?? waiting)(new SemaphorePermit(this, weight));
    }
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.atRest) for (const tell of this.#whenIdle.splice(0)) tell();
  }
}

/** A permit that is out. No private fields here: they cost a fifth of an uncontended `acquire`. */
class SemaphorePermit implements Permit {
  /** Whose it is, until it was given back. */
  owner: Semaphore | undefined;
  readonly weight: number;
  readonly start: number | undefined;

  constructor(owner: Semaphore, weight: number) {
    this.owner = owner;
    this.weight = weight;
    this.start = startOf(onRelease);
  }

  release(outcome: Outcome = "success"): void {
    const { owner } = this;
    if (!owner) throw releasedTwice();
    this.owner = undefined;
    takeBack(owner, this, outcome);
  }

  [Symbol.dispose](): void {
    if (this.owner) this.release("ignore");
  }
}

/** Gives a permit back to its semaphore. */
let takeBack: (semaphore: Semaphore, permit: SemaphorePermit, outcome: Outcome) => void;

/**
 * A semaphore and a permit that stay, and with them what the engine has compiled for their kind: as with `Run` in
 * `run-tasks.ts`. For the same reason there is one `takeBack`, and not a closure of each semaphore.
 */
let kept: SemaphorePermit | true | undefined;
