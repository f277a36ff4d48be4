import { countOf, durationOf, functionOf } from "./bad-argument.ts";
import { CircuitOpenError } from "./errors.ts";
import { classify, type Outcome } from "./limiter.ts";

/** Options of {@link CircuitBreaker}. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit: an integer from 1. Default 5. */
  readonly failureThreshold?: number | undefined;
  /** How long it stays open before trial calls are let through, in milliseconds. Default 30 000. */
  readonly recoveryMs?: number | undefined;
  /** Trial calls at once: an integer from 1. Default 1. */
  readonly halfOpenMax?: number | undefined;
  /** How a call that threw `error`, or else returned `value`, ended. Default: `classify`. */
  readonly classify?: ((error: unknown, value: unknown) => Outcome) | undefined;
  /** What to call it in logs. */
  readonly name?: string | undefined;
}

/**
 * Stops calling what keeps failing, and tries again after a while. A policy, not a bound: it lets through any number.
 *
 * *Closed*, calls go through; `failureThreshold` failures in a row open it. *Open*, calls are rejected with
 * `CircuitOpenError` and the function is not called. After `recoveryMs` it is *half-open*: up to `halfOpenMax` calls go
 * through; the first that succeeds closes it, the first that fails opens it again. Failures and overload count as
 * failures; what is to be ignored, as an abort, counts as nothing. A call that began before the last change of state
 * changes nothing.
 *
 * @example
 * ```ts
 * import { CircuitBreaker } from "@floodgate/runtime";
 *
 * const breaker = new CircuitBreaker({ failureThreshold: 5, recoveryMs: 30_000 });
 * const load = breaker.wrap(async (id: number) => ({ id }));
 * await load(1); // { id: 1 }
 * ```
 */
export class CircuitBreaker {
  /** What to call it in logs. */
  readonly name: string | undefined;
  readonly #failureThreshold: number;
  readonly #recoveryMs: number;
  readonly #halfOpenMax: number;
  readonly #classify: (error: unknown, value: unknown) => Outcome;
  #failures = 0;
  #openedAt: number | undefined;
  #trials = 0;
  /** Counts changes of state, so that late ends of earlier calls are known as such. */
  #era = 0;

  /** @throws {TypeError | RangeError} when an option is wrong. */
  constructor(options: CircuitBreakerOptions = {}) {
    this.#failureThreshold = countOf("failureThreshold", options.failureThreshold ?? 5);
    this.#recoveryMs = durationOf("recoveryMs", options.recoveryMs ?? 30_000);
    this.#halfOpenMax = countOf("halfOpenMax", options.halfOpenMax ?? 1);
    this.#classify = functionOf("classify", options.classify ?? classify);
    this.name = options.name;
  }

  /** Whether calls go through, are turned away, or are let through on trial. */
  get state(): "closed" | "open" | "half-open" {
    if (this.#openedAt === undefined) return "closed";
    return this.#waitMs() > 0 ? "open" : "half-open";
  }

  /** Runs `task`, or rejects with `CircuitOpenError` and does not. Starts it synchronously. */
  run<R>(task: () => R | PromiseLike<R>): Promise<Awaited<R>> {
    return this.#run(functionOf("task", task));
  }

  /** `fn` with the same `this` and arguments, each call through the breaker. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    functionOf("fn", fn);
    const run = (task: () => R): Promise<Awaited<R>> => this.run<R>(task);
    return function (...args) {
      return run(() => fn.apply(this, args));
    };
  }

  /** What it is doing, as a plain object for logs. */
  inspect(): Readonly<Record<string, unknown>> {
    const { name, state } = this;
    return { kind: "CircuitBreaker", name, state, failures: this.#failures, trials: this.#trials };
  }

  async #run<R>(task: () => R | PromiseLike<R>): Promise<Awaited<R>> {
    if (this.#openedAt !== undefined) {
      const waitMs = this.#waitMs();
      if (waitMs > 0) throw new CircuitOpenError(waitMs);
      if (this.#trials >= this.#halfOpenMax) {
        throw new CircuitOpenError(0, "The circuit is open: trial calls are under way.");
      }
      this.#trials++;
    }
    const era = this.#era;
    let value: Awaited<R>;
    try {
      value = await task();
    } catch (error) {
      this.#judge(era, error ?? new Error("no reason"));
      throw error;
    }
    this.#judge(era, undefined, value);
    return value;
  }

  #waitMs(): number {
    return (this.#openedAt ?? 0) + this.#recoveryMs - performance.now();
  }

  #judge(era: number, error: unknown, value?: unknown): void {
    let outcome: Outcome = "ignore";
    try {
      outcome = this.#classify(error, value);
    } finally {
      this.#note(outcome, era);
    }
  }

  #note(outcome: Outcome, era: number): void {
    if (era !== this.#era) return;
    const onTrial = this.#openedAt !== undefined;
    if (outcome === "ignore") {
      if (onTrial) this.#trials--;
    } else if (outcome === "success") {
      this.#failures = 0;
      if (onTrial) this.#change(undefined);
    } else if (++this.#failures >= this.#failureThreshold || onTrial) {
      this.#change(performance.now());
    }
  }

  #change(openedAt: number | undefined): void {
    this.#openedAt = openedAt;
    this.#trials = 0;
    this.#era++;
  }
}
