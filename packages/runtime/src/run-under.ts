import { functionOf } from "./bad-argument.ts";
import type { AcquireOptions, Limiter, Permit } from "./limiter.ts";
import { whenEnded } from "./when-ended.ts";

/** `run` of a limiter that has nothing better: starts at once and synchronously if a permit is free. */
export function runUnder<R>(
  limiter: Limiter,
  task: () => R | PromiseLike<R>,
  options?: AcquireOptions,
): Promise<Awaited<R>> {
  functionOf("task", task);
  const permit = options?.signal?.aborted ? undefined : limiter.tryAcquire?.(options);
  if (permit) return runWith(limiter, permit, task);
  return limiter.acquire(options).then((granted) => runWith(limiter, granted, task));
}

/** `wrap` in terms of a limiter's own `run`. What the permit is for is the first argument. */
export function wrapUnder<This, A extends unknown[], R>(
  limiter: Limiter,
  fn: (this: This, ...args: A) => R,
  options?: AcquireOptions,
): (this: This, ...args: A) => Promise<Awaited<R>> {
  functionOf("fn", fn);
  return function (...args) {
    return limiter.run<R>(() => fn.apply(this, args), { item: args[0], ...options });
  };
}

export async function runWith<R>(
  limiter: Limiter,
  permit: Permit,
  task: () => R | PromiseLike<R>,
): Promise<Awaited<R>> {
  let value: Awaited<R>;
  try {
    value = await (permit.within ? permit.within(task) : task());
  } catch (error) {
    whenEnded(error, () => {
      permit.release(limiter.classify?.(error ?? new Error(), undefined));
    });
    throw error;
  }
  permit.release(limiter.classify?.(undefined, value));
  return value;
}
