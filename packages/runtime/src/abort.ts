import { builtin } from "./builtin.ts";
import type { Signal } from "./limiter.ts";

/**
 * Calls `listener` when `signal` aborts; returns what takes it off again. The signal must not be aborted already.
 *
 * A thousand waiters of one signal would be a thousand listeners, and Node warns from the eleventh on. Raising the
 * limit on a signal that belongs to somebody else would hide that warning from them, so they share one listener.
 */
export function onAbort(signal: Signal, listener: () => void): () => void {
  const { all, tell } = hubs.get(signal) ?? openHub(signal);
  all.add(listener);
  return () => {
    if (all.delete(listener) && all.size === 0) {
      hubs.delete(signal);
      signal.removeEventListener("abort", tell);
    }
  };
}

interface Hub {
  readonly all: Set<() => void>;
  readonly tell: () => void;
}

const hubs = new WeakMap<Signal, Hub>();

function openHub(signal: Signal): Hub {
  const all = new Set<() => void>();
  const tell = (): void => {
    hubs.delete(signal);
    for (const listener of all) listener();
  };
  signal.addEventListener("abort", tell);
  const hub = { all, tell };
  hubs.set(signal, hub);
  return hub;
}

/** Lets any number of tasks listen to a signal of ours without Node warning of a leak from the eleventh on. */
export function allowManyListeners(signal: Signal): void {
  const events = builtin("node:events") as { setMaxListeners(n: number, signal: Signal): void } | undefined;
  events?.setMaxListeners(0, signal);
}
