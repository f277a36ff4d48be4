/**
 * What `retry` and `timeout` share: a policy wraps `(...args, { signal })` and replaces that signal by its own, so that
 * policies, helpers and limiters go around each other in any order.
 */
import { onAbort } from "./abort.ts";
import type { Signal } from "./limiter.ts";

/** What a policy hands to the function it wraps, as the last argument. */
export interface PolicyContext {
  /** Aborted when the result is not wanted any more: the time is up, or the caller's own signal was aborted. */
  readonly signal: Signal;
}

/** Whether `C` is the type of a context, and not of data: it has a `signal`. */
type IsContext<C> = 0 extends 1 & C
  ? false
  : C extends { readonly signal?: Signal | undefined }
    ? "signal" extends keyof C
      ? true
      : false
    : false;

/** The arguments of a wrapped function for a caller who may or may not have a signal to pass on. */
export type PolicyArguments<P extends unknown[]> = number extends P["length"]
  ? P
  : P extends [...infer A, infer C]
    ? IsContext<C> extends true
      ? [...A, context?: C]
      : [...P, context?: PolicyContext]
    : P extends []
      ? [context?: PolicyContext]
      : P;

/** A function under a policy. The helpers call it with a context; anyone else may leave that out. */
export type UnderPolicy<This, P extends unknown[], R> = ((this: This, ...args: P) => Promise<Awaited<R>>) &
  ((this: This, ...args: PolicyArguments<P>) => Promise<Awaited<R>>);

/**
 * Puts the controller's signal into the last argument, if that is a context, and otherwise behind the arguments.
 * Returns the signal that was in it.
 */
export function replaceSignal(args: unknown[], controller: AbortController): Signal | undefined {
  const last = args.at(-1);
  const { signal } = controller;
  if (!isContext(last)) {
    args.push({ signal });
    return undefined;
  }
  args[args.length - 1] = { ...last, signal };
  return last.signal;
}

/** Aborts the controller when one of the signals does; returns what takes the listeners off again. */
export function follow(signals: readonly (Signal | undefined)[], controller: AbortController): () => void {
  const undo: (() => void)[] = [];
  for (const signal of signals) {
    if (signal === undefined) continue;
    const abort = (): void => controller.abort(signal.reason);
    if (signal.aborted) abort();
    else undo.push(onAbort(signal, abort));
  }
  return () => {
    for (const one of undo) one();
  };
}

function isContext(value: unknown): value is PolicyContext {
  if (typeof value !== "object" || value === null) return false;
  const { signal } = value as { signal?: Partial<Signal> | null };
  return (
    typeof signal === "object" &&
    typeof signal?.aborted === "boolean" &&
    typeof signal.addEventListener === "function"
  );
}
