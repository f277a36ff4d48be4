/**
 * What `retry` and `timeout` share: a policy wraps `(...args, { signal })` and replaces that signal by its own, so that
 * policies, helpers and limiters go around each other in any order.
 */
import type { Signal } from "./limiter.ts";

/** What a policy hands to the function it wraps, as the last argument. */
export interface PolicyContext {
  /** Aborted when the result is not wanted any more: the time is up, or the caller's own signal was aborted. */
  readonly signal: Signal;
}

/** Whether `C` is the type of a context, and not of data: it has a `signal`. */
type HasSignal<C> = 0 extends 1 & C ? false : "signal" extends keyof C ? true : false;

/**
 * The arguments of a wrapped function for a caller who may or may not have a signal to pass on. A context that asks for
 * more than a signal cannot be left out. (The members have no names because TypeScript before 5.2 wants all or none.)
 */
export type PolicyArguments<P extends unknown[]> = number extends P["length"]
  ? P
  : P extends [...infer A, infer C]
    ? HasSignal<C> extends true
      ? PolicyContext extends C
        ? [...A, C?]
        : P
      : [...P, PolicyContext?]
    : P extends []
      ? [PolicyContext?]
      : P;

/** A function under a policy. The helpers call it with a context; anyone else may leave that out. */
export type UnderPolicy<This, P extends unknown[], R> = ((this: This, ...args: P) => Promise<Awaited<R>>) &
  ((this: This, ...args: PolicyArguments<P>) => Promise<Awaited<R>>);
