import { functionOf } from "./bad-argument.ts";
import { LayeredPermit } from "./layered-permit.ts";
import { classify, type AcquireOptions, type Limiter, type Outcome, type Permit } from "./limiter.ts";
import { runUnder, wrapUnder } from "./run-under.ts";

/**
 * A limiter of its own for each host, tenant or account: what `keyOf` says of the item a permit is for.
 *
 * The helpers say what a permit is for: the item, or the first argument of a `limited` or wrapped function. By itself it
 * does not bound how many tasks there are, because it does not bound how many keys there are, so its capacity is
 * `Infinity` and the helpers ask for `combine(50, perHost)`. They take items in order: one whose key is
 * busy makes those behind it wait.
 *
 * Keys nobody uses are dropped, as soon as a new limiter in their place would behave the same.
 *
 * @example
 * ```ts
 * import { combine, KeyedLimiter, mapLimit, Semaphore } from "@floodgate/runtime";
 *
 * const perHost = new KeyedLimiter((url: URL) => url.host, () => new Semaphore(2));
 * const urls = ["https://a.example/1", "https://a.example/2", "https://b.example/1"].map((text) => new URL(text));
 * await mapLimit(urls, combine(50, perHost), async (url) => url.pathname); // ["/1", "/2", "/1"]
 * ```
 */
export class KeyedLimiter<Item = unknown, Key = unknown> implements Limiter {
  readonly capacity = Infinity;
  readonly #keyOf: (item: Item) => Key;
  readonly #create: (key: Key) => Limiter;
  readonly #slots = new Map<Key, Slot>();
  /** Keys without users whose limiters have not come to rest: a rate limiter that still counts. */
  readonly #lingering = new Set<Key>();

  /**
   * @param keyOf - The key of an item, compared as in a `Map`.
   * @param create - Makes the limiter of a key, when the key is used.
   * @throws {TypeError} when one of them is not a function.
   */
  constructor(keyOf: (item: Item) => Key, create: (key: Key) => Limiter) {
    this.#keyOf = functionOf("keyOf", keyOf);
    this.#create = functionOf("create", create);
  }

  /** How many keys there are now. */
  get size(): number {
    return this.#slots.size;
  }

  /** A permit of the limiter of `options.item`'s key. Rejects as that limiter does. */
  acquire(options?: AcquireOptions): Promise<Permit> {
    const key = this.#keyOf(options?.item as Item);
    const slot = this.#enter(key);
    let acquired: Promise<Permit>;
    try {
      acquired = slot.limiter.acquire(options);
    } catch (error) {
      this.#leave(key, slot);
      throw error;
    }
    return acquired.then(
      (permit) => this.#permit(permit, key, slot),
      (error: unknown) => {
        this.#leave(key, slot);
        throw error;
      },
    );
  }

  /** A permit if that limiter has one now, otherwise `undefined`; also if it cannot tell without waiting. */
  tryAcquire(options?: AcquireOptions): Permit | undefined {
    const key = this.#keyOf(options?.item as Item);
    const slot = this.#enter(key);
    let permit: Permit | undefined;
    try {
      permit = slot.limiter.tryAcquire?.(options);
    } finally {
      if (!permit) this.#leave(key, slot);
    }
    return permit && this.#permit(permit, key, slot);
  }

  /** Runs `task` under a permit for `options.item`. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    return runUnder(this, task, options);
  }

  /** `fn` with the same `this` and arguments, each call under a permit for its first argument. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    return wrapUnder(this, fn, options);
  }

  classify(error: unknown, value: unknown): Outcome {
    return classify(error, value);
  }

  /** True when no key is in use. */
  get atRest(): boolean {
    return this.#slots.size === 0;
  }

  /** The number of keys, and what the limiter of each is doing. */
  inspect(): Readonly<Record<string, unknown>> {
    const limiters = Array.from(this.#slots, ([key, { limiter }]) => [String(key), limiter.inspect?.()]);
    return { kind: "KeyedLimiter", size: this.size, limiters: Object.fromEntries(limiters) as unknown };
  }

  #enter(key: Key): Slot {
    let slot = this.#slots.get(key);
    if (!slot) {
      this.#sweep();
      slot = { limiter: this.#create(key), users: 0 };
      this.#slots.set(key, slot);
    }
    this.#lingering.delete(key);
    slot.users++;
    return slot;
  }

  #leave(key: Key, slot: Slot): void {
    if (--slot.users > 0) return;
    if (slot.limiter.atRest ?? true) this.#slots.delete(key);
    else this.#lingering.add(key);
  }

  /** Looks at two lingering keys for each new one, so that there are never many more than are needed. */
  #sweep(): void {
    let looks = 2;
    for (const key of this.#lingering) {
      if (looks-- === 0) return;
      this.#lingering.delete(key);
      if (this.#slots.get(key)?.limiter.atRest) this.#slots.delete(key);
      else this.#lingering.add(key);
    }
  }

  #permit(permit: Permit, key: Key, slot: Slot): Permit {
    return new LayeredPermit([permit], () => {
      this.#leave(key, slot);
    });
  }
}

interface Slot {
  readonly limiter: Limiter;
  /** Permits that are out or waited for. */
  users: number;
}
