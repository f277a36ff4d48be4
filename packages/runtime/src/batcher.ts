/**
 * Joins single loads into batches: DataLoader's job.
 *
 * Where it keeps DataLoader's contract, and where it departs from it on purpose, `batcher.contract.test.ts` says so
 * case by case.
 */
import { badArgument, countOf, functionOf } from "./bad-argument.ts";
import { delayOf } from "./delay.ts";
import { QueueClosedError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import type { Concurrency, Limiter } from "./limiter.ts";
import { whenEnded } from "./when-ended.ts";

/**
 * Loads many keys at once: one result for each key, in the order of the keys. An `Error` among the results is the
 * failure of its key alone; a rejection is the failure of every key in the batch.
 */
export type BatchLoad<K, V> = (
  keys: readonly K[],
) => ArrayLike<V | Error> | PromiseLike<ArrayLike<V | Error>>;

/** Where a {@link Batcher} keeps what it loaded; a `Map` is one, an LRU cache another. */
export interface BatcherCache<V> {
  get(key: unknown): Promise<V> | undefined;
  set(key: unknown, value: Promise<V>): unknown;
  delete(key: unknown): unknown;
  clear(): unknown;
}

/** How a {@link Batcher} joins loads. */
export interface BatcherOptions<K, V> {
  /** Keys in a batch at most: an integer from 1, or `Infinity`. A batch that is full is sent at once. */
  readonly maxSize: number;
  /**
   * Milliseconds a batch waits for more keys, counted from its first: from 0 to 2,147,483,647.
   * By default it waits until the promise callbacks that are due now have run, as DataLoader's does.
   */
  readonly maxWaitMs?: number | undefined;
  /**
   * Batches in flight at most: an integer from 1, `Infinity`, or a limiter. Default `Infinity`, as in DataLoader: a
   * load that loads through its own batcher would deadlock under a bound. Batches that wait go on filling up.
   */
  readonly concurrency?: Concurrency | undefined;
  /**
   * Remembers what was loaded, so that each key is loaded once: `true`, or a cache. Default `false`: a cache that is
   * never emptied is a leak in anything that lives longer than a request. Failures are not remembered.
   */
  readonly cache?: boolean | BatcherCache<V> | undefined;
  /** What the cache knows a key by. Default: the key itself. */
  readonly cacheKey?: ((key: K) => unknown) | undefined;
  /** Decides when an unfilled batch is sent, in the place of `maxWaitMs`: call `send` then. For tests without a clock. */
  readonly schedule?: ((send: () => void) => void) | undefined;
}

/**
 * Joins `load(key)` calls into calls of `load(keys)`, for any service that answers many questions as fast as one.
 *
 * Order: keys are in the order of the calls, batches start in that order. Without a cache the same key asked for
 * twice is there twice.
 * The loading function runs in the async context of one of its callers.
 *
 * @example
 * ```ts
 * import { Batcher } from "@floodgate/runtime";
 *
 * const users = new Batcher(
 *   async (ids: readonly number[]) => ids.map((id) => ({ id, name: `user ${id}` })), // one query for all of them
 *   { maxSize: 100 },
 * );
 * const [a, b] = await Promise.all([users.load(1), users.load(2)]); // one batch
 * console.assert(a.name === "user 1" && b.name === "user 2");
 * ```
 *
 * @throws {RangeError} when a number is out of its range, and {TypeError} when anything else is not what it must be.
 */
export class Batcher<K, V> {
  readonly #load: BatchLoad<K, V>;
  readonly #maxSize: number;
  /** Sees to it that the batch is sent, full or not. */
  readonly #schedule: (batch: Batch<K>) => void;
  /** The tick that will send what is filling then has been asked for. */
  #ticking = false;
  readonly #limiter: Limiter | undefined;
  readonly #maxRunning: number;
  readonly #cache: BatcherCache<V> | undefined;
  readonly #cacheKey: ((key: K) => unknown) | undefined;
  /** The batch that takes keys now, unless it is full. */
  #filling: Batch<K> | undefined;
  /** Those that are due and wait for a slot, oldest first. */
  readonly #due = new Fifo<Batch<K>>();
  /** Every batch that is not settled. */
  readonly #live = new Set<Batch<K>>();
  #running = 0;
  #closed = false;

  constructor(load: BatchLoad<K, V>, options: BatcherOptions<K, V>) {
    check(load, options);
    const { maxSize, maxWaitMs, concurrency = Infinity, cache, cacheKey, schedule } = options;
    this.#load = load;
    this.#maxSize = maxSize;
    this.#limiter = typeof concurrency === "number" ? undefined : concurrency;
    this.#maxRunning = typeof concurrency === "number" ? concurrency : Infinity;
    this.#cache = cache === true ? new Map<unknown, Promise<V>>() : cache === false ? undefined : cache;
    this.#cacheKey = cacheKey;
    if (schedule !== undefined) {
      this.#schedule = (batch) => {
        try {
          schedule(() => {
            this.#send(batch);
          });
        } catch (error) {
          // Not before its caller has a promise.
          void done.then(() => {
            this.#fail(batch, error);
          });
        }
      };
    } else if (maxWaitMs !== undefined) {
      this.#schedule = (batch) => {
        batch.timer = setTimeout(() => {
          this.#send(batch);
        }, maxWaitMs);
      };
    } else this.#schedule = this.#sendAfterPromiseCallbacks;
  }

  /**
   * Loads one key, together with the others asked for at about the same time.
   *
   * Rejects with the key's own error, with the error of its batch, with that of the limiter when it gives no permit,
   * or with `QueueClosedError` after {@link close}.
   */
  load(key: K): Promise<V> {
    if (this.#closed) return Promise.reject(new QueueClosedError("Cannot load: the batcher is closed"));
    try {
      return this.#cache === undefined
        ? this.#join(this.#batchWithRoom(), key)
        : this.#loadOnce(key, this.#cache);
    } catch (error) {
      // Of the cache, or of what makes its keys.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- it is what was thrown
      return Promise.reject(error);
    }
  }

  /**
   * Loads several keys and never rejects: each result is the value, or the error, of the key in its place.
   *
   * @example
   * ```ts
   * import { Batcher } from "@floodgate/runtime";
   *
   * const halves = new Batcher(
   *   (ns: readonly number[]) => ns.map((n) => (n % 2 ? new Error(`${n} is odd`) : n / 2)),
   *   { maxSize: 10 },
   * );
   * const [one, two] = await halves.loadMany([1, 2]);
   * console.assert(one instanceof Error && two === 1);
   * ```
   */
  loadMany(keys: Iterable<K>): Promise<(V | Error)[]> {
    return Promise.all(
      Array.from(keys, (key) =>
        this.load(key).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
      ),
    );
  }

  /** Puts a value in the cache, unless the key is there already. Without a cache it does nothing. */
  prime(key: K, value: V): void {
    const known = this.#cacheKey === undefined ? key : this.#cacheKey(key);
    if (this.#cache !== undefined && this.#cache.get(known) === undefined) {
      this.#cache.set(known, Promise.resolve(value));
    }
  }

  /** Forgets one key, for after a change; or everything, when there is no argument. */
  clear(...key: [] | [K]): void {
    if (key.length === 0) this.#cache?.clear();
    else this.#cache?.delete(this.#cacheKey === undefined ? key[0] : this.#cacheKey(key[0]));
  }

  /**
   * Sends what waits now. Resolves when everything asked for so far has settled; never rejects: errors belong to
   * those who asked.
   */
  async flush(): Promise<void> {
    if (this.#filling !== undefined) this.#send(this.#filling);
    // A copy: what is asked for from now on is not waited for.
    for (const batch of [...this.#live]) if (this.#live.has(batch)) await batch.whenSettled();
  }

  /** Refuses further loads, sends what waits, and resolves when everything has settled. */
  close(): Promise<void> {
    this.#closed = true;
    return this.flush();
  }

  #loadOnce(key: K, cache: BatcherCache<V>): Promise<V> {
    const known = this.#cacheKey === undefined ? key : this.#cacheKey(key);
    const before = cache.get(known);
    if (before !== undefined) return before;
    const batch = this.#batchWithRoom();
    const promise = this.#join(batch, key);
    batch.cached.push({ known, promise });
    cache.set(known, promise);
    return promise;
  }

  #batchWithRoom(): Batch<K> {
    if (this.#filling === undefined) {
      const batch = new Batch<K>();
      this.#filling = batch;
      this.#live.add(batch);
    }
    return this.#filling;
  }

  #join(batch: Batch<K>, key: K): Promise<V> {
    return new Promise((resolve, reject) => {
      batch.keys.push(key);
      const places = batch.callers.push({ resolve: resolve as (value: unknown) => void, reject });
      if (places === this.#maxSize) this.#send(batch);
      else if (places === 1) this.#schedule(batch);
    });
  }

  /** One tick serves every batch of a turn, and holds none of them alive. */
  readonly #sendAfterPromiseCallbacks = (): void => {
    if (this.#ticking) return;
    this.#ticking = true;
    afterPromiseCallbacks(() => {
      this.#ticking = false;
      if (this.#filling !== undefined) this.#send(this.#filling);
    });
  };

  /** Starts the batch, or queues it for a slot; what waits for a slot goes on taking keys until it is full. */
  #send(batch: Batch<K>): void {
    if (batch.keys.length === this.#maxSize && this.#filling === batch) this.#filling = undefined;
    if (batch.due) return;
    batch.due = true;
    clearTimeout(batch.timer);
    this.#due.push(batch);
    if (this.#limiter === undefined) this.#startDue();
    else this.#startWith(this.#limiter);
  }

  #startDue(): void {
    while (this.#running < this.#maxRunning) {
      const batch = this.#due.shift();
      if (batch === undefined) return;
      this.#running++;
      this.#start(batch).then(this.#free, (error: unknown) => {
        whenEnded(error, this.#free);
      });
    }
  }

  readonly #free = (): void => {
    this.#running--;
    this.#startDue();
  };

  #startWith(limiter: Limiter): void {
    let started = false;
    const start = (): Promise<void> => {
      started = true;
      return this.#start(this.#due.shift() as Batch<K>);
    };
    (async () => limiter.run(start))().catch((error: unknown) => {
      // The limiter gave no permit. Which batch that one was for does not matter: one fewer can start.
      if (!started) this.#fail(this.#due.shift() as Batch<K>, error);
    });
  }

  /** Loads the batch and settles its callers. Rejects when the load did, so that a limiter sees how it went. */
  async #start(batch: Batch<K>): Promise<void> {
    if (this.#filling === batch) this.#filling = undefined;
    let loading: ReturnType<BatchLoad<K, V>> | undefined;
    try {
      loading = this.#load(batch.keys);
      this.#settle(batch, await loading);
    } catch (error) {
      // What it throws at once must not arrive before its caller has a promise.
      if (loading === undefined) await Promise.resolve();
      this.#fail(batch, error);
      throw error;
    }
  }

  #settle(batch: Batch<K>, results: unknown): void {
    const { length } = batch.callers;
    if (typeof results !== "object" || (results as ArrayLike<V | Error> | null)?.length !== length) {
      throw new TypeError(
        `Expected the loading function to give an array of ${length}, one result for each key, got ${describe(results)}`,
      );
    }
    const values = results as ArrayLike<V | Error>;
    this.#live.delete(batch);
    for (let index = 0; index < length; index++) {
      const value = values[index] as V | Error;
      if (value instanceof Error) this.#rejectOne(batch, index, value);
      else batch.callers[index]?.resolve(value);
    }
    batch.settled?.();
  }

  #fail(batch: Batch<K>, error: unknown): void {
    if (this.#filling === batch) this.#filling = undefined;
    this.#live.delete(batch);
    for (let index = 0; index < batch.callers.length; index++) this.#rejectOne(batch, index, error);
    batch.settled?.();
  }

  #rejectOne(batch: Batch<K>, index: number, error: unknown): void {
    const cached = batch.cached[index];
    // Somebody may have cleared the key and asked again since.
    if (cached !== undefined && this.#cache?.get(cached.known) === cached.promise)
      this.#cache.delete(cached.known);
    batch.callers[index]?.reject(error);
  }
}

/** Keys that travel together, and those who asked for them. */
class Batch<K> {
  readonly keys: K[] = [];
  readonly callers: {
    readonly resolve: (value: unknown) => void;
    readonly reject: (reason: unknown) => void;
  }[] = [];
  /** What is in the cache for the keys; empty when there is no cache. */
  readonly cached: { readonly known: unknown; readonly promise: Promise<unknown> }[] = [];
  due = false;
  timer: ReturnType<typeof setTimeout> | undefined;
  settled: (() => void) | undefined;
  #whenSettled: Promise<void> | undefined;

  whenSettled(): Promise<void> {
    return (this.#whenSettled ??= new Promise((resolve) => {
      this.settled = resolve;
    }));
  }
}

const done = Promise.resolve();

/**
 * Runs after the promise callbacks that are due now and those they cause, so that loads asked for by them join.
 * Node's next ticks come after them; a browser has timers only.
 */
function afterPromiseCallbacks(action: () => void): void {
  const host = (globalThis as { process?: { nextTick?: (action: () => void) => void } }).process;
  if (typeof host?.nextTick === "function") void done.then(() => host.nextTick?.(action));
  else setTimeout(action, 0);
}

type Given = Partial<BatcherOptions<unknown, unknown>>;

function check(load: unknown, options: object): void {
  functionOf("load", load);
  const { maxSize, maxWaitMs, concurrency, cache, cacheKey, schedule } = (options as Given | undefined) ?? {};
  countOf("maxSize", maxSize as number);
  if (maxWaitMs !== undefined) delayOf("maxWaitMs", maxWaitMs);
  if (typeof concurrency === "number") countOf("concurrency", concurrency);
  else if (concurrency !== undefined && typeof (concurrency as Limiter | null)?.run !== "function") {
    throw badArgument("concurrency", "an integer from 1 and up, `Infinity`, or a limiter", concurrency);
  }
  if (cache !== undefined && typeof cache !== "boolean") {
    if (typeof (cache as { get?: unknown } | null)?.get !== "function") {
      throw badArgument("cache", "a boolean, or an object like a `Map`", cache);
    }
  }
  if (cacheKey !== undefined) functionOf("cacheKey", cacheKey);
  if (schedule !== undefined) functionOf("schedule", schedule);
}

function describe(results: unknown): string {
  if (Array.isArray(results)) return `one of ${results.length}`;
  return results === null ? "null" : typeof results;
}
