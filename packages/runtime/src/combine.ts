import { badArgument, countOf } from "./bad-argument.ts";
import { KeyedLimiter } from "./keyed-limiter.ts";
import { LayeredPermit } from "./layered-permit.ts";
import {
  classify,
  type AcquireOptions,
  type Concurrency,
  type Limiter,
  type Outcome,
  type Permit,
} from "./limiter.ts";
import { runUnder, wrapUnder } from "./run-under.ts";
import { Semaphore } from "./semaphore.ts";

/**
 * One limiter made of several: a task runs when all of them let it.
 *
 * They are asked one after the other, those that bound tasks in flight first and rate limits last, so that no token
 * ages while its task waits for room; and always in the same order whatever the order of the arguments, so that two
 * combinations of the same limiters never wait for each other. When one rejects, what the others gave goes back.
 * A combination inside a combination counts as its parts. A number counts tasks, whatever their weight: in
 * `combine(50, tokensPerMinute)` a task of weight 2000 is one of the fifty. Several rates belong in one `RateLimiter`
 * (`also`): here the token of one would age while its task waits for the next.
 *
 * @param limits - Limiters, or numbers of tasks in flight.
 * @throws {TypeError | RangeError} at once, when one is neither, or there is none.
 *
 * @example
 * ```ts
 * import { combine, mapLimit, Semaphore } from "@floodgate/runtime";
 *
 * const database = new Semaphore(10);
 * await mapLimit([1, 2, 3], combine(2, database), async (n) => n * 2); // [2, 4, 6]
 * ```
 */
export function combine(...limits: readonly Concurrency[]): Limiter {
  if (limits.length === 0) throw badArgument("limits", "at least one limiter or number", undefined);
  const ranked = limits.flatMap(partsOf).map((part) => ({ part, rank: rankOf(part) }));
  return new CombinedLimiter(ranked.sort((a, b) => a.rank - b.rank).map(({ part }) => part));
}

class CombinedLimiter implements Limiter {
  readonly parts: readonly Limiter[];
  readonly tryAcquire?: (options?: AcquireOptions) => Permit | undefined;

  constructor(parts: readonly Limiter[]) {
    this.parts = parts;
    if (parts.every((part) => part.tryAcquire !== undefined))
      this.tryAcquire = (options) => this.#takeAll(options);
  }

  get capacity(): number {
    return Math.min(...this.parts.map((part) => part.capacity));
  }

  async acquire(options?: AcquireOptions): Promise<Permit> {
    const taken: Permit[] = [];
    try {
      for (const part of this.parts) taken.push(await part.acquire(askOf(part, options)));
    } catch (error) {
      giveBack(taken);
      throw error;
    }
    return new LayeredPermit(taken);
  }

  #takeAll(options?: AcquireOptions): Permit | undefined {
    const taken: Permit[] = [];
    let complete = false;
    try {
      for (const part of this.parts) {
        const permit = part.tryAcquire?.(askOf(part, options));
        if (!permit) return undefined;
        taken.push(permit);
      }
      complete = true;
    } finally {
      if (!complete) giveBack(taken);
    }
    return new LayeredPermit(taken);
  }

  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    return runUnder(this, task, options);
  }

  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    return wrapUnder(this, fn, options);
  }

  /** The gravest of what the parts say. */
  classify(error: unknown, value: unknown): Outcome {
    const outcomes = this.parts.map((part) =>
      part.classify ? part.classify(error, value) : classify(error, value),
    );
    return (
      (["overload", "failure", "success"] as const).find((outcome) => outcomes.includes(outcome)) ?? "ignore"
    );
  }

  get atRest(): boolean {
    return this.parts.every((part) => part.atRest ?? true);
  }

  inspect(): Readonly<Record<string, unknown>> {
    return { kind: "combine", capacity: this.capacity, parts: this.parts.map((part) => part.inspect?.()) };
  }
}

function partsOf(limit: Concurrency): readonly Limiter[] {
  if (typeof limit === "number") {
    const tasks = new Semaphore(countOf("limits", limit));
    counting.add(tasks);
    return [tasks];
  }
  if (limit instanceof CombinedLimiter) return limit.parts;
  if (typeof (limit as Partial<Limiter> | null | undefined)?.acquire === "function") return [limit];
  throw badArgument("limits", "limiters, or integers from 1 and up", limit);
}

/** Those made of a number, which count tasks and not their weight. */
const counting = new WeakSet<Limiter>();

function askOf(part: Limiter, options: AcquireOptions | undefined): AcquireOptions | undefined {
  return options?.weight !== undefined && counting.has(part) ? { ...options, weight: undefined } : options;
}

/** Where a limiter comes when several are acquired: in flight before rate, and each kind as we came to know them. */
function rankOf(limiter: Limiter): number {
  let rank = ranks.get(limiter);
  if (rank === undefined) {
    const isRate = limiter.capacity === Infinity && !(limiter instanceof KeyedLimiter);
    rank = nextRank++ + (isRate ? 2 ** 50 : 0);
    ranks.set(limiter, rank);
  }
  return rank;
}

let nextRank = 0;
const ranks = new WeakMap<Limiter, number>();

function giveBack(permits: readonly Permit[]): void {
  for (const permit of [...permits].reverse()) permit.release("ignore");
}
