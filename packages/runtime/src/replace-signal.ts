/** How a policy puts its own signal in the place of its caller's. */
import { onAbort } from "./abort.ts";
import type { Signal } from "./limiter.ts";
import type { PolicyContext } from "./policy.ts";

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
  const undo = signals.map((signal) => onAbort(signal, (reason) => controller.abort(reason)));
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
