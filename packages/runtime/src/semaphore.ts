import { onAbort } from "./abort.ts";
import { badArgument, countOf, durationOf, functionOf } from "./bad-argument.ts";
import { DeadlockDetector, type Hold } from "./deadlock.ts";
import { deferred } from "./deferred.ts";
import {
  onAcquire,
  onLimit,
  onReject,
  onRelease,
  onWait,
  since,
  startOf,
  type Channel,
  type DiagnosticsEvent,
} from "./diagnostics.ts";
import { DeadlockError, LimiterClosedError, QueueFullError } from "./errors.ts";
import { releasedTwice } from "./layered-permit.ts";
import { classify, type AcquireOptions, type Limiter, type Outcome, type Permit } from "./limiter.ts";
import { runUnder, wrapUnder } from "./run-under.ts";
import { defaultStallAfterMs, watch, type Stallable } from "./stall.ts";
import { Waiters, type Resolve, type Waiter, type Waiting } from "./waiters.ts";
import { whenEnded } from "./when-ended.ts";

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
  /**
   * Rejects with a `DeadlockError` the call that would make every holder of a permit wait for one. Default `false`,
   * because `AsyncLocalStorage` makes every promise dearer (trivial tasks cost x6 on Node 20, measured in `bench/`). It knows the holders that run through `run`,
   * `wrap`, `limited` and the helpers, not those that call `acquire` themselves.
   */
  readonly detectDeadlock?: boolean | undefined;
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
  readonly #detector: DeadlockDetector | undefined;
  #permits: number;
  #active = 0;
  #moves = 0;
  #closed: { readonly reason: unknown } | undefined;
  #whenIdle: (() => void)[] | undefined;
  #stallable: Stallable | undefined;

  /**
   * @param permits - Tasks in flight at most: an integer from 1, or `Infinity`. Can be changed later.
   * @throws {TypeError | RangeError} when an argument is wrong.
   */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    const {
      maxWaiting = Infinity,
      name,
      stallAfterMs = defaultStallAfterMs,
      detectDeadlock = false,
    } = options;
    this.#permits = countOf("permits", permits);
    this.#maxWaiting = maxWaiting === 0 ? 0 : countOf("maxWaiting", maxWaiting);
    this.stallAfterMs = durationOf("stallAfterMs", stallAfterMs);
    this.#detector = detectDeadlock ? new DeadlockDetector() : undefined;
    this.name = name;
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
    if (onLimit.hasSubscribers) this.#tell(onLimit, { capacity: permits, previous });
    for (const waiting of [...this.#waiters]) {
      if (typeof waiting === "function" || waiting.weight <= permits) continue;
      this.#waiters.remove(waiting);
      this.#refuse(waiting, tooHeavy(waiting.weight, permits));
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
    return this.#active === 0 && this.#waiters.size === 0;
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
    const weight = this.#weightOf(options);
    return !options?.signal?.aborted && this.#take(weight)
      ? Promise.resolve(permitOf(this.#give, weight, this.#detector?.hold(weight)))
      : this.#wait(weight, options);
  }

  /** A permit if one is free now and nobody waits, otherwise `undefined`. */
  tryAcquire(options?: AcquireOptions): Permit | undefined {
    const weight = this.#weightOf(options);
    return this.#take(weight) ? permitOf(this.#give, weight, this.#detector?.hold(weight)) : undefined;
  }

  /** Runs `task` under a permit: at once and synchronously if one is free. Rejects as `acquire` does, or as `task` does. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    if (this.#detector) return runUnder(this, task, options);
    functionOf("task", task);
    const weight = this.#weightOf(options);
    return !options?.signal?.aborted && this.#take(weight)
      ? this.#run(task, weight)
      : this.#wait(weight, options).then(() => this.#run(task, weight));
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
    for (const waiting of this.#waiters.drain()) this.#refuse(waiting, reason);
  }

  /** Resolves when no permit is out and nobody waits; at once if that is so now. For shutting down, after `close()`. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      (this.#whenIdle ??= []).push(resolve);
      this.#tellIdle();
    });
  }

  /** What it is doing, as a plain object for logs. */
  inspect(): Readonly<Record<string, unknown>> {
    const { name, permits, active, waiting } = this;
    return { kind: "Semaphore", name, permits, active, waiting, closed: this.#closed !== undefined };
  }

  #weightOf(options: AcquireOptions | undefined): number {
    const weight = options?.weight;
    if (weight === undefined) return 1;
    if (!Number.isInteger(weight) || weight < 1)
      throw badArgument("weight", "an integer from 1 and up", weight);
    if (weight > this.#permits) throw tooHeavy(weight, this.#permits);
    return weight;
  }

  #take(weight: number): boolean {
    if (this.#waiters.size > 0 || this.#active + weight > this.#permits || this.#closed) return false;
    this.#active += weight;
    if (onAcquire.hasSubscribers) this.#tell(onAcquire, { weight, waitedMs: 0 });
    return true;
  }

  /** Waits until `weight` has been taken. */
  #wait(weight: number, options: AcquireOptions | undefined): Promise<Permit> {
    let resolve!: Resolve;
    const promise = new Promise<Permit>((onResolve) => {
      resolve = onResolve;
    });
    const waiters = this.#waiters;
    if (options?.signal?.aborted) this.#refuse(resolve, options.signal.reason);
    else if (this.#closed) this.#refuse(resolve, this.#closed.reason);
    else if (waiters.size >= this.#maxWaiting) this.#refuse(resolve, new QueueFullError(this.#maxWaiting));
    else {
      if (waiters.size === 0) watch((this.#stallable ??= this.#toStallable()));
      if (onWait.hasSubscribers) this.#tell(onWait, { weight, waiting: waiters.size + 1 });
      if (options || this.#detector || onAcquire.hasSubscribers) this.#line(resolve, weight, options);
      else waiters.add(resolve, 0);
    }
    return promise;
  }

  /** Lets somebody wait who needs more than patience. */
  #line(resolve: Resolve, weight: number, { signal, priority = 0 }: AcquireOptions = {}): void {
    const start = startOf(onAcquire);
    const detector = this.#detector;
    const hold = detector?.hold(weight);
    const waiter: Waiter = { weight, priority, resolve, start, hold, leave: undefined, gone: false };
    const stopWaiting = detector?.wait();
    const giveUp = (reason: unknown): void => {
      this.#waiters.remove(waiter);
      this.#refuse(waiter, reason);
      this.#serve();
    };
    const stopListening =
      signal &&
      onAbort(signal, () => {
        giveUp(signal.reason);
      });
    if (stopWaiting ?? stopListening) {
      waiter.leave = () => {
        stopWaiting?.();
        stopListening?.();
      };
    }
    this.#waiters.add(waiter, priority);
    if (detector?.isStuck(this.#active)) giveUp(new DeadlockError());
    // Who has overtaken all others by its priority may fit where the first of them does not.
    else if (this.#waiters.first === waiter) this.#serve();
  }

  /** Turns away somebody who is not, or no longer, among those that wait. */
  #refuse(waiting: Waiting, reason: unknown): void {
    const { weight, resolve, leave } = typeof waiting === "function" ? patient(waiting) : waiting;
    leave?.();
    if (onReject.hasSubscribers) this.#tell(onReject, { weight, error: reason });
    // A rejected promise for the few, rather than a second lever to keep for each.
    const { promise, reject } = deferred<never>();
    reject(reason);
    resolve(promise);
  }

  async #run<R>(task: () => R | PromiseLike<R>, weight: number): Promise<Awaited<R>> {
    const start = startOf(onRelease);
    let value: Awaited<R>;
    try {
      value = await task();
    } catch (error) {
      whenEnded(error, () => {
        this.#give(weight, this.#outcomeOf(error, undefined), start);
      });
      throw error;
    }
    this.#give(weight, this.#outcomeOf(undefined, value), start);
    return value;
  }

  /** Nobody pays for the outcome unless somebody wants to hear it: permits do not depend on it. */
  #outcomeOf(error: unknown, value: unknown): Outcome | undefined {
    return onRelease.hasSubscribers ? classify(error, value) : undefined;
  }

  readonly #give = (weight: number, outcome: Outcome | undefined, start: number | undefined): void => {
    this.#active -= weight;
    this.#moves++;
    if (onRelease.hasSubscribers) this.#tell(onRelease, { weight, outcome, heldMs: since(start) });
    if (this.#waiters.size > 0) this.#serve();
    else if (this.#whenIdle) this.#tellIdle();
  };

  #serve(): void {
    for (;;) {
      const waiting = this.#waiters.first;
      if (!waiting) break;
      const weight = typeof waiting === "function" ? 1 : waiting.weight;
      if (this.#active + weight > this.#permits) return;
      this.#active += weight;
      this.#moves++;
      this.#waiters.shift();
      if (typeof waiting !== "function") this.#admit(waiting);
      else {
        if (onAcquire.hasSubscribers) this.#tell(onAcquire, { weight, waitedMs: undefined });
        waiting(new SemaphorePermit(this.#give, 1));
      }
    }
    if (this.#whenIdle) this.#tellIdle();
  }

  #admit({ weight, start, hold, leave, resolve }: Waiter): void {
    leave?.();
    if (onAcquire.hasSubscribers) this.#tell(onAcquire, { weight, waitedMs: since(start) });
    resolve(permitOf(this.#give, weight, hold));
  }

  #tellIdle(): void {
    if (!this.atRest) return;
    for (const tell of this.#whenIdle ?? []) tell();
    this.#whenIdle = undefined;
  }

  #tell(channel: Channel, event: Omit<DiagnosticsEvent, "limiter" | "name">): void {
    channel.publish({ limiter: this, name: this.name, ...event });
  }

  #toStallable(): Stallable {
    return {
      limiter: this,
      name: this.name,
      stallAfterMs: this.stallAfterMs,
      describe: () =>
        `Semaphore${this.name === undefined ? "" : ` "${this.name}"`} of ${this.#permits} permits`,
      waiting: () => this.#waiters.size,
      moves: () => this.#moves,
    };
  }
}

class SemaphorePermit implements Permit {
  /** How to give it back, until it was. No private fields here: they cost a fifth of an uncontended `acquire`. */
  give: Give | undefined;
  readonly weight: number;
  readonly start: number | undefined;

  constructor(give: Give, weight: number) {
    this.give = give;
    this.weight = weight;
    this.start = startOf(onRelease);
  }

  release(outcome: Outcome = "success"): void {
    const { give } = this;
    if (!give) throw releasedTwice();
    this.give = undefined;
    give(this.weight, outcome, this.start);
  }

  [Symbol.dispose](): void {
    if (this.give) this.release("ignore");
  }
}

/** A permit of a semaphore that detects deadlocks. */
class HeldPermit extends SemaphorePermit {
  readonly within: <R>(task: () => R) => R;
  readonly #hold: Hold;

  constructor(give: Give, weight: number, hold: Hold) {
    super(give, weight);
    this.within = hold.within;
    this.#hold = hold;
  }

  override release(outcome?: Outcome): void {
    this.#hold.release();
    super.release(outcome);
  }
}

function permitOf(give: Give, weight: number, hold: Hold | undefined): Permit {
  return hold ? new HeldPermit(give, weight, hold) : new SemaphorePermit(give, weight);
}

/** Somebody who waits for one permit, as a waiter. */
function patient(resolve: Resolve): Pick<Waiter, "weight" | "resolve" | "leave"> {
  return { weight: 1, resolve, leave: undefined };
}

type Give = (weight: number, outcome: Outcome | undefined, start: number | undefined) => void;

function tooHeavy(weight: number, permits: number): RangeError {
  return new RangeError(
    `Expected \`weight\` to be at most the ${permits} permits there are, got \`${weight}\``,
  );
}
