import { builtin } from "./builtin.ts";

/** A permit, to the detector. */
export interface Hold {
  /** Runs `task` so that what it starts is known to run under this permit. */
  readonly within: <R>(task: () => R) => R;
  /** Notes that the permit was given back. */
  readonly release: () => void;
}

interface Holder {
  readonly weight: number;
  /** The permit of the same limiter this one was acquired under, if any. */
  readonly outer: Holder | undefined;
  released: boolean;
  /** How many waiters were started under this permit. */
  waits: number;
}

interface Storage {
  getStore(): Holder | undefined;
  run<R>(holder: Holder, task: () => R): R;
}

/**
 * Knows which permits of one limiter are held by tasks that wait for that same limiter: when all are, none comes back.
 *
 * It follows tasks through `AsyncLocalStorage`, which makes every promise dearer. A task that waits is taken to wait
 * for what it asked for: one that asks for a second permit and does not await it looks like one that does.
 */
export class DeadlockDetector {
  readonly #storage: Storage;
  /** The weight of the permits held by tasks that wait. */
  #blocked = 0;

  constructor() {
    const hooks = builtin("node:async_hooks") as { AsyncLocalStorage: new () => Storage } | undefined;
    if (!hooks) throw new TypeError("`detectDeadlock` needs `AsyncLocalStorage`, which is not there");
    this.#storage = new hooks.AsyncLocalStorage();
  }

  /** Notes a permit that is handed out now, or will be. */
  hold(weight: number): Hold {
    const holder: Holder = { weight, outer: this.#storage.getStore(), released: false, waits: 0 };
    return {
      within: (task) => this.#storage.run(holder, task),
      release: () => {
        if (holder.waits > 0 && !holder.released) this.#blocked -= weight;
        holder.released = true;
      },
    };
  }

  /** Notes that the current task waits; returns what notes that it does no longer. */
  wait(): () => void {
    const holders: Holder[] = [];
    for (let holder = this.#storage.getStore(); holder; holder = holder.outer) {
      if (!holder.released) holders.push(holder);
    }
    for (const holder of holders) if (holder.waits++ === 0) this.#blocked += holder.weight;
    return () => {
      for (const holder of holders) {
        if (--holder.waits === 0 && !holder.released) this.#blocked -= holder.weight;
      }
    };
  }

  /** Whether all of `active` is held by tasks that wait. */
  isStuck(active: number): boolean {
    return active > 0 && this.#blocked >= active;
  }
}
