import { onAbort } from "./abort.ts";
import { badArgument, countOf, functionOf } from "./bad-argument.ts";
import { LimiterClosedError, QueueFullError } from "./errors.ts";
import { classify, type AcquireOptions, type Limiter, type Outcome, type Permit } from "./limiter.ts";
import { Waiters, type Waiter } from "./waiters.ts";

/** Options of {@link Semaphore}. */
export interface SemaphoreOptions {
  /** How many may wait at most; more are turned away with a `QueueFullError`. An integer from 0; default no limit. */
  readonly maxWaiting?: number | undefined;
  /** What to call it in warnings and logs. */
  readonly name?: string | undefined;
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
  /** What to call it in warnings and logs. */
  readonly name: string | undefined;
  readonly #maxWaiting: number;
  readonly #waiters = new Waiters();
  #permits: number;
  #active = 0;
  #closed: { readonly reason: unknown } | undefined;
  #whenIdle: (() => void)[] = [];

  /**
   * @param permits - Tasks in flight at most: an integer from 1, or `Infinity`. Can be changed later.
   * @throws {RangeError} when `permits` or `maxWaiting` is not such a number.
   */
  constructor(permits: number, options: SemaphoreOptions = {}) {
    const { maxWaiting = Infinity, name } = options;
    this.#permits = countOf("permits", permits);
    if (maxWaiting !== 0) countOf("maxWaiting", maxWaiting);
    this.#maxWaiting = maxWaiting;
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
    this.#permits = countOf("permits", permits);
    for (const waiter of this.#waiters) {
      if (waiter.weight > permits) {
        this.#waiters.remove(waiter);
        waiter.refuse(tooHeavy(waiter.weight, permits));
      }
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
    if (!options?.signal?.aborted && this.#take(weight)) {
      return Promise.resolve(new SemaphorePermit(this.#release, weight));
    }
    return this.#wait(weight, options);
  }

  /** A permit if one is free now and nobody waits, otherwise `undefined`. */
  tryAcquire(options?: AcquireOptions): Permit | undefined {
    const weight = this.#weightOf(options);
    return this.#take(weight) ? new SemaphorePermit(this.#release, weight) : undefined;
  }

  /** Runs `task` under a permit: at once and synchronously if one is free. Rejects as `acquire` does, or as `task` does. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    functionOf("task", task);
    const weight = this.#weightOf(options);
    if (!options?.signal?.aborted && this.#take(weight)) return this.#run(task, weight);
    return this.#wait(weight, options).then(() => this.#run(task, weight));
  }

  /** `fn` with the same `this` and arguments, each call under a permit. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    functionOf("fn", fn);
    const run = (task: () => R): Promise<Awaited<R>> => this.run<R>(task, options);
    return function (...args) {
      return run(() => fn.apply(this, args));
    };
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
    for (const waiter of this.#waiters) {
      this.#waiters.remove(waiter);
      waiter.refuse(reason);
    }
  }

  /** Resolves when no permit is out and nobody waits; at once if that is so now. For shutting down after `close()`. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle.push(resolve);
      this.#tellIdle();
    });
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
    return true;
  }

  #wait(weight: number, options: AcquireOptions | undefined): Promise<Permit> {
    return new Promise((resolve, reject) => {
      const signal = options?.signal;
      if (signal?.aborted) throw signal.reason;
      if (this.#closed) throw this.#closed.reason;
      if (this.#waiters.size >= this.#maxWaiting) throw new QueueFullError(this.#maxWaiting);
      const waiter: Waiter = {
        weight,
        priority: options?.priority ?? 0,
        grant: () => {
          resolve(new SemaphorePermit(this.#release, weight));
        },
        refuse: reject,
        next: undefined,
        previous: undefined,
      };
      this.#waiters.add(waiter);
      if (signal) {
        const stopListening = onAbort(signal, () => {
          this.#waiters.remove(waiter);
          reject(signal.reason as Error);
          this.#serve();
        });
        const { grant, refuse } = waiter;
        waiter.grant = () => {
          stopListening();
          grant();
        };
        waiter.refuse = (reason) => {
          stopListening();
          refuse(reason);
        };
      }
    });
  }

  async #run<R>(task: () => R | PromiseLike<R>, weight: number): Promise<Awaited<R>> {
    try {
      return await task();
    } finally {
      this.#release(weight);
    }
  }

  readonly #release = (weight: number): void => {
    this.#active -= weight;
    this.#serve();
  };

  #serve(): void {
    for (let waiter; (waiter = this.#waiters.first);) {
      if (this.#active + waiter.weight > this.#permits) return;
      this.#active += waiter.weight;
      this.#waiters.remove(waiter);
      waiter.grant();
    }
    this.#tellIdle();
  }

  #tellIdle(): void {
    if (this.#active > 0 || this.#waiters.size > 0) return;
    for (const tell of this.#whenIdle.splice(0)) tell();
  }
}

class SemaphorePermit implements Permit {
  #release: ((weight: number) => void) | undefined;
  readonly #weight: number;

  constructor(release: (weight: number) => void, weight: number) {
    this.#release = release;
    this.#weight = weight;
  }

  release(): void {
    const release = this.#release;
    if (!release) throw new Error("This permit was released before.");
    this.#release = undefined;
    release(this.#weight);
  }

  [Symbol.dispose](): void {
    if (this.#release) this.release();
  }
}

function tooHeavy(weight: number, permits: number): RangeError {
  return new RangeError(
    `Expected \`weight\` to be at most the ${String(permits)} permits there are, got \`${String(weight)}\``,
  );
}
