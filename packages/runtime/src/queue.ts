/**
 * A queue between producers and consumers that run at their own pace: when it is full, producers wait.
 *
 * It does the job of Python's `asyncio.Queue` and of Deno's `Channel`; where it differs from them, on purpose,
 * `queue.contract.test.ts` says so case by case.
 */
import { onAbort } from "./abort.ts";
import { countOf } from "./bad-argument.ts";
import { deferred, type Deferred } from "./deferred.ts";
import { QueueClosedError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import type { Signal } from "./limiter.ts";

/** What a {@link Queue} is made with. */
export interface QueueOptions {
  /** Items held at most: an integer from 1, or `Infinity`. There is no default: it is the bound. */
  readonly capacity: number;
}

/** How long to wait, for {@link Queue.put} and {@link Queue.take}. */
export interface QueueWaitOptions {
  /** Ends the waiting; the call rejects with the signal's reason and leaves the queue as it was. */
  readonly signal?: Signal | undefined;
}

/** How to iterate a {@link Queue}, for {@link Queue.values}. */
export interface QueueValuesOptions {
  /** Leaving the loop early leaves the queue open for others. Default `false`: it closes the queue. */
  readonly keepOpen?: boolean;
}

/** A {@link Queue} at one moment, for logs. */
export interface QueueSnapshot {
  readonly capacity: number;
  readonly size: number;
  /** Producers waiting for room. */
  readonly putting: number;
  /** Consumers waiting for an item. */
  readonly taking: number;
  /** Items put and not yet reported by `done()`. */
  readonly unfinished: number;
  readonly state: "open" | "closed" | "failed";
}

/**
 * A bounded first-in, first-out queue: `put` waits while it is full, `take` waits while it is empty.
 *
 * Order: items leave in the order they came; waiting producers and waiting consumers are each served first come,
 * first served, and nobody who comes later gets in before them.
 * Cost: every operation is O(1), aborting a waiter included; memory is O(size + waiters).
 *
 * `close()` says that nothing more will come; `fail(error)` gives up what is inside.
 * Workers are `forEachLimit(queue, 50, handle)`, which ends once the queue is closed and empty.
 *
 * @example
 * ```ts
 * import { Queue } from "@floodgate/runtime";
 *
 * const queue = new Queue<string>({ capacity: 100 });
 * const seen: string[] = [];
 * const consumer = (async () => {
 *   for await (const line of queue) seen.push(line);
 * })();
 *
 * for (const line of ["a", "b", "c"]) await queue.put(line); // waits when 100 lines are already inside
 * queue.close();
 * await consumer;
 * console.assert(seen.join("") === "abc");
 * ```
 *
 * @throws {RangeError | TypeError} when `capacity` is not an integer from 1 or `Infinity`. Zero is refused: it means
 *   "no limit" to asyncio and "hand over directly" to Deno.
 */
export class Queue<T> implements AsyncIterable<T> {
  readonly #capacity: number;
  readonly #items = new Fifo<T>();
  readonly #putters = new WaitingLine<T>();
  readonly #takers = new WaitingLine<T>();
  #state: QueueSnapshot["state"] = "open";
  #error: unknown;
  /** Items taken and not yet reported by `done()`. */
  #out = 0;
  #joiner: Deferred<void> | undefined;

  constructor(options: QueueOptions) {
    this.#capacity = countOf("capacity", (options as Partial<QueueOptions> | undefined)?.capacity as number);
  }

  /** Items held at most. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Items inside now: put, and not yet taken. Items of producers that still wait are not counted. */
  get size(): number {
    return this.#items.size;
  }

  /** True after `close()` or `fail()`: nothing more can be put. Items may still be inside. */
  get closed(): boolean {
    return this.#state !== "open";
  }

  /**
   * Puts an item in, waiting while the queue is full.
   *
   * Resolves once the item is inside, or in a consumer's hands.
   * Rejects with `QueueClosedError` when the queue is or gets closed first, with the error of `fail(error)`, or with
   * the signal's reason; the item is then not in the queue.
   *
   * @example
   * ```ts
   * import { Queue } from "@floodgate/runtime";
   *
   * const queue = new Queue<number>({ capacity: 1 });
   * await queue.put(1);
   * const second = queue.put(2); // waits: the queue is full
   * console.assert((await queue.take()) === 1);
   * await second;
   * ```
   */
  put(item: T, options?: QueueWaitOptions): Promise<void> {
    const signal = options?.signal;
    if (signal?.aborted === true) return rejected(signal.reason);
    if (this.#state !== "open") return rejected(this.#refusal("put"));
    if (this.#accept(item)) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      this.#putters.add(new Waiter<T>(resolve as (value: unknown) => void, reject, item), signal);
    });
  }

  /**
   * Puts an item in if there is room at this moment; says whether it did.
   *
   * @throws {QueueClosedError} when the queue is closed: `false` means "full, later perhaps", which would be a lie.
   *   After `fail(error)` it throws that error.
   */
  tryPut(item: T): boolean {
    if (this.#state !== "open") throw this.#refusal("put");
    return this.#accept(item);
  }

  /**
   * Takes the oldest item, waiting while there is none.
   *
   * Rejects with `QueueClosedError` once the queue is closed and empty, with the error of `fail(error)`, or with the
   * signal's reason; no item is lost then.
   * Whoever uses {@link join} calls {@link done} once for each item taken.
   */
  take(options?: QueueWaitOptions): Promise<T> {
    const signal = options?.signal;
    if (signal?.aborted === true) return rejected(signal.reason);
    if (this.#items.size > 0) return Promise.resolve(this.#remove());
    if (this.#state !== "open") return rejected(this.#refusal("take"));
    return new Promise((resolve, reject) => {
      this.#takers.add(new Waiter<T>(resolve as (value: unknown) => void, reject), signal);
    });
  }

  /**
   * Takes the oldest item if there is one at this moment: `{ value }`, or `undefined` when the queue is empty.
   *
   * @throws {QueueClosedError} when the queue is closed and empty. After `fail(error)` it throws that error.
   */
  tryTake(): { readonly value: T } | undefined {
    if (this.#items.size > 0) return { value: this.#remove() };
    if (this.#state !== "open") throw this.#refusal("take");
    return undefined;
  }

  /**
   * Reports one taken item as done, for {@link join}.
   *
   * @throws {RangeError} when it is called more often than items were taken.
   */
  done(): void {
    if (this.#out === 0) throw new RangeError("Expected one `done()` for each item taken, got one more");
    this.#out--;
    this.#wakeJoiner();
  }

  /**
   * Wraps a handler so that {@link done} is called when it settles, however it settles.
   *
   * @example
   * ```ts
   * import { Queue, forEachLimit } from "@floodgate/runtime";
   *
   * const queue = new Queue<number>({ capacity: 10 });
   * let sum = 0;
   * const workers = forEachLimit(queue, 3, queue.tracked(async (n) => void (sum += n)));
   *
   * for (const n of [1, 2, 3]) await queue.put(n);
   * await queue.join(); // every item was handled, not just taken
   * console.assert(sum === 6);
   * queue.close();
   * await workers;
   * ```
   */
  tracked<A extends unknown[], R>(
    handle: (item: T, ...rest: A) => R | PromiseLike<R>,
  ): (item: T, ...rest: A) => Promise<R> {
    return async (item, ...rest) => {
      try {
        return await handle(item, ...rest);
      } finally {
        this.done();
      }
    };
  }

  /**
   * Resolves when every item put so far has been taken and reported by {@link done}; at once when there is none.
   *
   * After `close()` it still waits for what is inside. Rejects with the error of `fail(error)`.
   */
  join(): Promise<void> {
    if (this.#state === "failed") return rejected(this.#error);
    if (this.#items.size + this.#out === 0) return Promise.resolve();
    this.#joiner ??= deferred();
    return this.#joiner.promise;
  }

  /**
   * Says that nothing more will come. What is inside can still be taken; then iteration ends and `take` rejects.
   * Producers that wait are rejected with `QueueClosedError`. Closing twice does nothing.
   */
  close(): void {
    if (this.#state !== "open") return;
    this.#state = "closed";
    this.#putters.rejectAll(() => this.#refusal("put"));
    // A consumer waits only while the queue is empty, so there is nothing left for it.
    for (let taker = this.#takers.first(); taker !== undefined; taker = this.#takers.first()) {
      if (taker.owner === undefined) taker.reject(this.#refusal("take"));
      else taker.resolve(END);
    }
  }

  /**
   * Gives up: discards what is inside and rejects everyone who waits, {@link join} included, and everyone who comes
   * later, with `error`. Iteration throws it. The first error counts; a closed queue can still fail.
   */
  fail(error: unknown): void {
    if (this.#state === "failed") return;
    this.#state = "failed";
    this.#error = error;
    this.#items.drain();
    this.#putters.rejectAll(() => error);
    this.#takers.rejectAll(() => error);
    this.#joiner?.reject(error);
    this.#joiner = undefined;
  }

  /** The queue at this moment, as a plain object. */
  inspect(): QueueSnapshot {
    return {
      capacity: this.#capacity,
      size: this.#items.size,
      putting: this.#putters.length,
      taking: this.#takers.length,
      unfinished: this.#items.size + this.#out,
      state: this.#state,
    };
  }

  /** The items as they are taken; the loop ends when the queue is closed and empty. Same as `values()`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T> {
    return this.values();
  }

  /**
   * The items as they are taken, for `for await` and for `forEachLimit`. Any number of loops may share a queue; each
   * item goes to one of them.
   *
   * Leaving a loop early closes the queue, so that producers do not wait for a consumer that is gone;
   * `keepOpen: true` leaves it open. Either way no item is lost: a pull that still waits is taken back.
   *
   * @example
   * ```ts
   * import { Queue } from "@floodgate/runtime";
   *
   * const queue = new Queue<number>({ capacity: 3 });
   * for (const n of [1, 2, 3]) queue.tryPut(n);
   * for await (const n of queue.values({ keepOpen: true })) if (n === 2) break;
   * console.assert((await queue.take()) === 3);
   * ```
   */
  values(options?: QueueValuesOptions): AsyncIterableIterator<T> {
    const keepOpen = options?.keepOpen === true;
    let ended = false;
    const iterator: AsyncIterableIterator<T> = {
      next: () => {
        if (ended) return Promise.resolve(END);
        if (this.#items.size > 0) return Promise.resolve({ value: this.#remove(), done: false });
        if (this.#state === "closed") return Promise.resolve(END);
        if (this.#state === "failed") {
          ended = true;
          return rejected(this.#error);
        }
        return new Promise((resolve, reject) => {
          this.#takers.add(new Waiter<T>(resolve as (value: unknown) => void, reject, undefined, iterator));
        });
      },
      return: (value?: unknown) => {
        if (!ended) {
          ended = true;
          this.#takers.dropOwnedBy(iterator);
          if (!keepOpen) this.close();
        }
        return Promise.resolve({ value, done: true });
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** Hands the item to a waiting consumer, or stores it; false when there is no room. */
  #accept(item: T): boolean {
    const taker = this.#takers.first();
    if (taker !== undefined) {
      this.#out++;
      taker.resolve(taker.owner === undefined ? item : { value: item, done: false });
      return true;
    }
    if (this.#items.size >= this.#capacity) return false;
    this.#items.push(item);
    return true;
  }

  /** Takes the oldest item out and lets the producer that waited longest put its own in. */
  #remove(): T {
    const item = this.#items.shift() as T;
    this.#out++;
    const putter = this.#putters.first();
    if (putter !== undefined) {
      this.#items.push(putter.item as T);
      putter.resolve(undefined);
    }
    return item;
  }

  #wakeJoiner(): void {
    if (this.#joiner === undefined || this.#items.size + this.#out > 0) return;
    this.#joiner.resolve();
    this.#joiner = undefined;
  }

  #refusal(action: "put" | "take"): unknown {
    if (this.#state === "failed") return this.#error;
    return new QueueClosedError(
      action === "put" ? "Cannot put into a closed queue" : "Nothing to take: the queue is closed and empty",
    );
  }
}

const END = { value: undefined, done: true } as const;

function rejected(reason: unknown): Promise<never> {
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a signal's reason may be anything
  return Promise.reject(reason);
}

/** A producer or a consumer that waits. An owner is the iterator that pulls; it expects `{ value, done }`. */
class Waiter<T> {
  previous: Waiter<T> | undefined;
  next: Waiter<T> | undefined;
  /** Takes the listener off the signal. */
  forget: (() => void) | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly item: T | undefined;
  readonly owner: object | undefined;

  constructor(
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
    item?: T,
    owner?: object,
  ) {
    this.resolve = resolve;
    this.reject = reject;
    this.item = item;
    this.owner = owner;
  }
}

/** Those who wait, in order of arrival. Linked both ways, so that an abort in the middle is O(1). */
class WaitingLine<T> {
  length = 0;
  #head: Waiter<T> | undefined;
  #tail: Waiter<T> | undefined;

  add(waiter: Waiter<T>, signal?: Signal): void {
    waiter.previous = this.#tail;
    if (this.#tail === undefined) this.#head = waiter;
    else this.#tail.next = waiter;
    this.#tail = waiter;
    this.length++;
    if (signal === undefined) return;
    waiter.forget = onAbort(signal, () => {
      this.#remove(waiter);
      waiter.reject(signal.reason);
    });
  }

  /** Removes and returns the one who came first. */
  first(): Waiter<T> | undefined {
    const waiter = this.#head;
    if (waiter !== undefined) this.#remove(waiter);
    return waiter;
  }

  rejectAll(reason: () => unknown): void {
    for (let waiter = this.first(); waiter !== undefined; waiter = this.first()) waiter.reject(reason());
  }

  /** Ends the pulls of one iterator. */
  dropOwnedBy(owner: object): void {
    for (let waiter = this.#head; waiter !== undefined;) {
      const next = waiter.next;
      if (waiter.owner === owner) {
        this.#remove(waiter);
        waiter.resolve(END);
      }
      waiter = next;
    }
  }

  #remove(waiter: Waiter<T>): void {
    if (waiter.previous === undefined) this.#head = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === undefined) this.#tail = waiter.previous;
    else waiter.next.previous = waiter.previous;
    waiter.previous = waiter.next = undefined;
    this.length--;
    waiter.forget?.();
  }
}
