import { onAbort } from "./abort.ts";
import { badArgument } from "./bad-argument.ts";
import { builtin } from "./builtin.ts";
import { isHeard, onReject, tell } from "./diagnostics.ts";
import { DeadlockError } from "./errors.ts";
import type { AcquireOptions, Limiter, Outcome, Permit } from "./limiter.ts";
import { runUnder, wrapUnder } from "./run-under.ts";

/** A permit, to the detector. */
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
  run<A extends unknown[], R>(holder: Holder, task: (...args: A) => R, ...args: A): R;
}

/**
 * Makes `limiter` reject, with a `DeadlockError`, the call that would make every holder of a permit wait for one; returns
 * it. For tests, and for looking into a hang: it follows tasks through `AsyncLocalStorage`, which makes every promise
 * dearer (trivial tasks cost x6 on Node 20, measured in `bench/`).
 *
 * It knows the holders that run through `run`, `wrap`, `limited` and the helpers, not those that call `acquire` themselves.
 * A task that waits is taken to wait for what it asked for: one that asks for a second permit and does not await it
 * looks like one that does. Use it on a limiter that nothing has been acquired from.
 *
 * @param limiter - A limiter that knows how many permits are out and has `tryAcquire`: a `Semaphore`. Its methods are replaced.
 * @throws {TypeError} when it is none, or there is no `AsyncLocalStorage`, as in a browser.
 *
 * @example
 * ```ts
 * import { DeadlockError, detectDeadlock, Semaphore } from "@floodgate/runtime";
 *
 * const one = detectDeadlock(new Semaphore(1));
 * await one.run(() => one.run(() => "never")).catch((error: unknown) => {
 *   console.log(error instanceof DeadlockError); // true
 * });
 * ```
 */
export function detectDeadlock<L extends Limiter & { readonly active: number }>(limiter: L): L {
  const given = limiter as Partial<L> | null | undefined;
  if (typeof given?.active !== "number" || !given.acquire || !given.tryAcquire) {
    throw badArgument("limiter", "a limiter that has `active` and `tryAcquire`, as a `Semaphore`", limiter);
  }
  const hooks = builtin("node:async_hooks") as { AsyncLocalStorage: new () => Storage } | undefined;
  if (!hooks) throw new TypeError("`detectDeadlock` needs `AsyncLocalStorage`, which is not there");
  const storage = new hooks.AsyncLocalStorage();
  const acquire = given.acquire.bind(limiter);
  const tryAcquire = given.tryAcquire.bind(limiter);
  let blocked = 0; // The weight of the permits held by tasks that wait.

  const held = (permit: Permit, weight: number, outer: Holder | undefined): Permit => {
    const holder: Holder = { weight, outer, released: false, waits: 0 };
    const within: HeldPermit["within"] = (task, ...args) => storage.run(holder, task, ...args);
    return new HeldPermit(permit, within, () => {
      holder.released = true;
      if (holder.waits > 0) blocked -= weight;
    });
  };

  const tryAcquireHeld = (options?: AcquireOptions): Permit | undefined => {
    const permit = tryAcquire(options);
    return permit && held(permit, options?.weight ?? 1, storage.getStore());
  };

  const acquireHeld = (options: AcquireOptions = {}): Promise<Permit> => {
    const { signal, weight = 1 } = options;
    const permit = signal?.aborted ? undefined : tryAcquireHeld(options);
    if (permit) return Promise.resolve(permit);
    const outer = storage.getStore();
    const holders: Holder[] = []; // Those that do not go on before this one does.
    for (let holder = outer; holder; holder = holder.outer) if (!holder.released) holders.push(holder);
    const stopWaiting = (): void => {
      for (const holder of holders.splice(0)) {
        if (--holder.waits === 0 && !holder.released) blocked -= holder.weight;
      }
    };
    for (const holder of holders) if (holder.waits++ === 0) blocked += holder.weight;
    if (holders.length > 0 && blocked >= limiter.active) {
      stopWaiting();
      const error = new DeadlockError();
      if (isHeard(onReject)) tell(onReject, limiter, { weight, error });
      return Promise.reject(error);
    }
    // An abort is heard of at once: the rejection comes when others may have asked meanwhile.
    const unlisten = onAbort(signal, stopWaiting);
    return acquire(options)
      .finally(() => {
        stopWaiting();
        unlisten();
      })
      .then((granted) => held(granted, weight, outer));
  };

  return Object.assign(limiter, {
    acquire: acquireHeld,
    tryAcquire: tryAcquireHeld,
    run: <R>(task: () => R | PromiseLike<R>, options?: AcquireOptions) => runUnder(limiter, task, options),
    wrap: <This, A extends unknown[], R>(fn: (this: This, ...args: A) => R, options?: AcquireOptions) =>
      wrapUnder(limiter, fn, options),
  });
}

/** A permit whose holder is known. */
class HeldPermit implements Permit {
  readonly #permit: Permit;
  readonly within: <A extends unknown[], R>(task: (...args: A) => R, ...args: A) => R;
  #onRelease: (() => void) | undefined;

  constructor(permit: Permit, within: HeldPermit["within"], onRelease: () => void) {
    this.#permit = permit;
    this.within = within;
    this.#onRelease = onRelease;
  }

  release(outcome?: Outcome): void {
    this.#onRelease?.();
    this.#onRelease = undefined;
    this.#permit.release(outcome);
  }

  [Symbol.dispose](): void {
    if (this.#onRelease) this.release("ignore");
  }
}
