import { Aimd, Gradient, type Algorithm } from "./adapt.ts";
import { badArgument } from "./bad-argument.ts";
import { releasedTwice } from "./layered-permit.ts";
import { tooHeavy, weightOf, type AcquireOptions, type Outcome, type Permit } from "./limiter.ts";
import { Semaphore, type SemaphoreOptions } from "./semaphore.ts";

/** Options of {@link AdaptiveLimiter}. */
export interface AdaptiveLimiterOptions extends SemaphoreOptions {
  /** Tasks in flight at least: an integer from 1. Also the heaviest weight a task may have. Default 1. */
  readonly min?: number | undefined;
  /** Tasks in flight at most: an integer from `min`. Default 200, as in Netflix's concurrency limits. */
  readonly max?: number | undefined;
  /** Where to begin: an integer from `min` to `max`. Default 10, or what of `min` and `max` is nearest to it. */
  readonly initial?: number | undefined;
  /**
   * `"aimd"`, the default, goes up until the other side says no, with a 429, a 503 or a time-out, and then a little down.
   * `"gradient"` also heeds how long tasks take, and stops where they begin to queue: for a service that gets slow before
   * it says no, and tasks that are much alike.
   */
  readonly algorithm?: "aimd" | "gradient" | undefined;
}

/**
 * A semaphore that finds out how many tasks in flight the other side can take, and follows when that changes.
 *
 * It learns from how tasks end, so that it has to be told: `run`, `wrap` and the helpers do it, by `classify`; whoever
 * calls `acquire` says so with `release("overload")`. A time-out, 429 and 503 are overload; other errors say nothing.
 * Tasks without a time-out never say that they are too many: put `timeout` inside.
 *
 * One overload in a hundred is taken for a matter of course, so that a service that always turns a few away does not
 * drive the limit down. Where it is one in twenty whatever the load, the limit ends up low, at 20 or so: give such answers
 * another outcome in a `classify` of your own. With `"aimd"` and a service that never says no, the limit goes to `max`.
 * Nothing goes up while less than half of the limit is in use.
 *
 * All else is as in {@link Semaphore}. `permits` says where the limit is now; set, it holds until the next change. What it
 * has learned goes with it: a `KeyedLimiter` drops it when nobody uses its key. O(1) per task.
 *
 * @example
 * ```ts
 * import { AdaptiveLimiter, mapLimit } from "@floodgate/runtime";
 *
 * const service = new AdaptiveLimiter({ min: 2, max: 100 });
 * await mapLimit([1, 2, 3], service, async (n) => n * 2); // [2, 4, 6]
 * ```
 */
export class AdaptiveLimiter extends Semaphore {
  /** Tasks in flight at least. */
  readonly min: number;
  /** Tasks in flight at most. */
  readonly max: number;
  readonly #kind: "aimd" | "gradient";
  readonly #algorithm: Algorithm;

  /** @throws {TypeError | RangeError} when an option is wrong. */
  constructor(options: AdaptiveLimiterOptions = {}) {
    const { min = 1, max = 200, algorithm = "aimd", ...others } = options;
    const initial = options.initial ?? Math.min(Math.max(min, 10), max);
    const isWithin = (value: number, least: number, most: number): boolean =>
      Number.isInteger(value) && value >= least && value <= most;
    const algorithms = { aimd: Aimd, gradient: Gradient };
    if (!isWithin(min, 1, Infinity)) throw badArgument("min", "an integer from 1 and up", min);
    if (!isWithin(max, min, Infinity)) throw badArgument("max", `an integer from ${min} and up`, max);
    if (!isWithin(initial, min, max)) {
      throw badArgument("initial", `an integer from ${min} to ${max}`, initial);
    }
    if (!Object.hasOwn(algorithms, algorithm)) {
      throw badArgument("algorithm", '"aimd" or "gradient"', algorithm);
    }
    super(initial, others);
    this.min = min;
    this.max = max;
    this.#kind = algorithm;
    this.#algorithm = new algorithms[algorithm]({ min, max, initial });
  }

  override acquire(options?: AcquireOptions): Promise<Permit> {
    const permit = options?.signal?.aborted ? undefined : this.tryAcquire(options);
    if (permit) return Promise.resolve(permit);
    return super.acquire(options).then((granted) => this.#permit(granted));
  }

  override tryAcquire(options?: AcquireOptions): Permit | undefined {
    const weight = weightOf(options);
    if (weight > this.min) throw tooHeavy(weight, `\`min\`, which is ${this.min}`);
    const permit = super.tryAcquire(options);
    return permit && this.#permit(permit);
  }

  /** What it is doing, as a plain object for logs. */
  override inspect(): Readonly<Record<string, unknown>> {
    const { min, max } = this;
    return { ...super.inspect(), kind: "AdaptiveLimiter", algorithm: this.#kind, min, max };
  }

  #permit(permit: Permit): Permit {
    const algorithm = this.#algorithm;
    const { era } = algorithm;
    const start = performance.now();
    return new AdaptivePermit(permit, (outcome) => {
      if (outcome !== "success" && outcome !== "overload") return;
      algorithm.note({
        tookMs: performance.now() - start,
        overload: outcome === "overload",
        fresh: era === algorithm.era,
        busy: this.active * 2 >= this.permits,
      });
      const limit = Math.floor(algorithm.limit);
      if (limit !== this.permits) this.permits = limit;
    });
  }
}

/** A permit whose end is told before it is given back. */
class AdaptivePermit implements Permit {
  readonly #permit: Permit;
  #onRelease: ((outcome: Outcome) => void) | undefined;

  constructor(permit: Permit, onRelease: (outcome: Outcome) => void) {
    this.#permit = permit;
    this.#onRelease = onRelease;
  }

  release(outcome: Outcome = "success"): void {
    const onRelease = this.#onRelease;
    if (!onRelease) throw releasedTwice();
    this.#onRelease = undefined;
    onRelease(outcome);
    this.#permit.release(outcome);
  }

  [Symbol.dispose](): void {
    if (this.#onRelease) this.release("ignore");
  }
}
