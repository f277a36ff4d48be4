/**
 * The one idea of this package: a limiter hands out permits.
 *
 * The shape is that of TC39's concurrency control proposal: a governor's `acquire()` resolves to a disposable token, and
 * where a governor is accepted, a number is accepted too.
 *
 * @see https://github.com/tc39/proposal-concurrency-control
 */
import { badArgument, signalOf } from "./bad-argument.ts";

/** The part of `AbortSignal` that is used here. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * The platform's `AbortSignal` where its types are loaded (DOM or `@types/node`), otherwise the part that is used here:
 * the declarations of this package name no global that is not in ES2022.
 */
export type Signal = typeof globalThis extends {
  AbortSignal: { prototype: infer S extends AbortSignalLike };
}
  ? S
  : AbortSignalLike;

/** An object with `[Symbol.dispose]()` where that symbol's type is loaded, otherwise any object. */
export type DisposableLike = SymbolConstructor extends { readonly dispose: infer D extends symbol }
  ? { [K in D]: () => void }
  : object;

/** How a task ended, as far as a limiter cares. */
export type Outcome =
  | "success" // it worked
  | "failure" // it failed for a reason that says nothing about load
  | "overload" // the other side asked for less: a time-out, 429, 503
  | "ignore"; // it says nothing: aborted, or never started

/** The right to run one task (or one of the given weight), until it is given back. */
export interface Permit extends DisposableLike {
  /**
   * Gives the permit back and says how the task ended; `"success"` unless told.
   *
   * A limiter whose permits are given back asynchronously may return a promise; it must not reject.
   *
   * @throws {Error} when it was given back before. `[Symbol.dispose]()` does nothing then, and otherwise releases as
   * `"ignore"`, so `using` and `release` go together.
   */
  release(outcome?: Outcome): void;

  /**
   * Only on permits of limiters that detect deadlocks: runs `task` so that what it starts is known to run under this
   * permit. Whoever runs a task for others calls it through this when it is there.
   */
  within?<A extends unknown[], R>(task: (...args: A) => R, ...args: A): R;
}

/** What can be said when asking for a permit. */
export interface AcquireOptions {
  /** Stops waiting: the call is rejected with the signal's reason, and no permit is used up. */
  readonly signal?: Signal | undefined;
  /** How much of the limiter one task takes: an integer from 1. Default 1. */
  readonly weight?: number | undefined;
  /** Higher is served first; first come, first served among equals. Default 0. */
  readonly priority?: number | undefined;
  /** What the permit is for. Only `KeyedLimiter` looks at it. The helpers pass the item, or the first argument. */
  readonly item?: unknown;
}

/** Something that hands out permits: how many tasks may run, or how many may start per second, or both. */
export interface Limiter {
  /** Tasks in flight at most; `Infinity` when it bounds something else, as a rate limit does. */
  readonly capacity: number;
  /** Waits for a permit. */
  acquire(options?: AcquireOptions): Promise<Permit>;
  /**
   * A permit if one is free now and nobody waits for it, otherwise `undefined`. Never waits.
   * Limiters that must ask another machine do not have it.
   */
  tryAcquire?(options?: AcquireOptions): Permit | undefined;
  /** Runs `task` under a permit and gives it back when the task settles. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>>;
  /** `fn` with the same `this` and arguments, each call under a permit of its own. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>>;
  /**
   * How a task that threw `error`, or else returned `value`, is reported to `release`. Limiters of this package use
   * {@link classify}; without it, `release` is told nothing. When it throws, `release` is told `"ignore"`, and the call
   * rejects with that error.
   */
  classify?(error: unknown, value: unknown): Outcome;
  /** True when a new limiter in its place would behave the same, so that it can be dropped. */
  readonly atRest?: boolean;
  /** What it is doing, as a plain object for logs. */
  inspect?(): Readonly<Record<string, unknown>>;
}

/** Accepted wherever a bound is taken: tasks in flight at most, or a limiter. */
export type Concurrency = number | Limiter;

/** `limiter`, if it is one that bounds how many tasks are in flight: what a helper needs where it got no number. */
export function limiterOf(limiter: Limiter): Limiter {
  if (typeof (limiter as Partial<Limiter> | null | undefined)?.acquire !== "function") {
    throw badArgument("concurrency", "an integer from 1 and up or `Infinity`, or a limiter", limiter);
  }
  if (limiter.capacity === Infinity) {
    throw badArgument("concurrency", "of finite capacity (write `combine(50, limiter)`)", Infinity);
  }
  return limiter;
}

/** The weight that is asked for; throws when it, or anything else that is asked, breaks its rule. */
export function weightOf(options: AcquireOptions | undefined): number {
  if (!options) return 1;
  const { weight = 1, priority = 0 } = options;
  if (!Number.isInteger(weight) || weight < 1)
    throw badArgument("weight", "an integer from 1 and up", weight);
  // Who is neither before nor behind the others could not be found again.
  if (typeof priority !== "number" || Number.isNaN(priority)) {
    throw badArgument("priority", "a number", priority);
  }
  signalOf(options.signal);
  return weight;
}

/** The error of who would wait for ever; `most` is what there is of it. */
export function tooHeavy(weight: number, most: string): RangeError {
  return new RangeError(`Expected \`weight\` to be at most ${most}, got \`${weight}\``);
}

/** Gives a permit back and says how its task ended: as `limiter` sees it, or that it says nothing. */
export function giveBack(
  permit: Permit,
  limiter: Limiter | undefined,
  error: unknown,
  value?: unknown,
): void {
  let outcome: Outcome | undefined = "ignore";
  try {
    if (limiter) outcome = limiter.classify?.(error, value);
  } finally {
    permit.release(outcome);
  }
}

/**
 * How a task ended, judged by what it threw, or by what it returned (`error` is `undefined` then; who throws `undefined`
 * is said to have thrown an `Error`).
 *
 * A `TimeoutError` (ours or the platform's) and a status of 429 or 503 are overload, also on a *resolved* `Response`,
 * because `fetch` does not reject for them. An `AbortError` is ignored. Any other error is a failure.
 *
 * @example
 * ```ts
 * import { classify } from "@floodgate/runtime";
 *
 * classify(undefined, { status: 200 }); // "success"
 * classify(undefined, { status: 429 }); // "overload"
 * classify(new DOMException("stop", "AbortError"), undefined); // "ignore"
 * classify(new Error("no such user"), undefined); // "failure"
 * ```
 */
export function classify(error: unknown, value: unknown): Outcome {
  const said = (error === undefined ? value : error) as Said;
  try {
    switch (said?.status ?? said?.statusCode ?? said?.response?.status) {
      case 429:
      case 503:
        return "overload";
    }
    if (error !== undefined) {
      switch (said?.name) {
        case "TimeoutError":
          return "overload";
        case "AbortError":
          return "ignore";
      }
    }
  } catch {
    // It does not want to be looked at: a proxy that knows its own members only.
  }
  return error === undefined ? "success" : "failure";
}

/** Where HTTP clients put what {@link classify} looks for: fetch `status`, got `response.statusCode`, axios `response.status`. */
type Said =
  | { name?: unknown; status?: unknown; statusCode?: unknown; response?: { status?: unknown } }
  | null
  | undefined;
