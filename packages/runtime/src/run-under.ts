import { functionOf } from "./bad-argument.ts";
import { giveBack, weightOf, type AcquireOptions, type Limiter, type Permit } from "./limiter.ts";
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
  weightOf(options);
  return function (...args) {
    try {
      return limiter.run<R>(() => fn.apply(this, args), { item: args[0], ...options });
    } catch (error) {
      // Of a key, or a limit, that cannot be found. Calls are independent: it stops no loop that makes them.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is what was thrown
      return Promise.reject(error);
    }
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
      giveBack(permit, limiter, error ?? new Error());
    });
    throw error;
  }
  giveBack(permit, limiter, undefined, value);
  return value;
}
