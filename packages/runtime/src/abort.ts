import { builtin } from "./builtin.ts";
import type { Signal } from "./limiter.ts";

/**
 * Calls `listener` with the reason when `signal` aborts, or at once if it has; returns what takes the listener off again.
 *
 * A thousand waiters of one signal would be a thousand listeners, and Node warns from the eleventh on. Raising the
 * limit on a signal that belongs to somebody else would hide that warning from them, so they share one listener.
 */
export function onAbort(signal: Signal | undefined, listener: (reason: unknown) => void): () => void {
  if (signal?.aborted) listener(signal.reason);
  if (!signal || signal.aborted) return () => undefined;
  const hub = hubs.get(signal) ?? openHub(signal);
  hub.add(listener);
  return () => {
    if (hub.delete(listener) && hub.size === 0) {
      hubs.delete(signal);
      signal.removeEventListener("abort", hub.tell);
    }
  };
}

type Hub = Set<(reason: unknown) => void> & { readonly tell: () => void };

const hubs = new WeakMap<Signal, Hub>();

function openHub(signal: Signal): Hub {
  const hub: Hub = Object.assign(new Set<(reason: unknown) => void>(), {
    tell: () => {
      hubs.delete(signal);
      for (const listener of hub) listener(signal.reason);
    },
  });
  signal.addEventListener("abort", hub.tell);
  hubs.set(signal, hub);
  return hub;
}

/** Lets any number of tasks listen to a signal of ours without Node warning of a leak from the eleventh on. */
export function allowManyListeners(signal: Signal): Signal {
  const events = builtin("node:events") as { setMaxListeners(n: number, signal: Signal): void } | undefined;
  events?.setMaxListeners(0, signal);
  return signal;
}
