/**
 * A queue between producers and consumers that run at their own pace: when it is full, producers wait.
 *
 * It does the job of Python's `asyncio.Queue` and of Deno's `Channel`; where it differs from them, on purpose,
 * `queue.contract.test.ts` says so case by case.
 */
import { onAbort } from "./abort.ts";
import { countOf, signalOf } from "./bad-argument.ts";
import { deferred, type Deferred } from "./deferred.ts";
import { QueueClosedError } from "./errors.ts";
import { Fifo } from "./fifo.ts";
import type { Signal } from "./limiter.ts";
import { WaitingLine } from "./waiting-line.ts";

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
 * Cost: every operation is O(1), in the long run also aborting a waiter; memory is O(size + waiters).
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
  readonly #putters = new WaitingLine<Waiter<T>>();
  readonly #takers = new WaitingLine<Waiter<T>>();
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
    const signal = signalOf(options?.signal);
    if (signal?.aborted === true) return rejected(signal.reason);
    if (this.#state !== "open") return rejected(this.#refusal("put"));
    if (this.#accept(item)) return Promise.resolve();
    return wait(this.#putters, signal, item);
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
    const signal = signalOf(options?.signal);
    if (signal?.aborted === true) return rejected(signal.reason);
    if (this.#items.size > 0) return Promise.resolve(this.#remove());
    if (this.#state !== "open") return rejected(this.#refusal("take"));
    return wait(this.#takers, signal);
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
    for (const putter of all(this.#putters)) putter.reject(this.#refusal("put"));
    // A consumer waits only while the queue is empty, so there is nothing left for it.
    for (const taker of all(this.#takers)) {
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
    for (const waiter of [...all(this.#putters), ...all(this.#takers)]) waiter.reject(error);
    this.#joiner?.reject(error);
    this.#joiner = undefined;
  }

  /** The queue at this moment, as a plain object. */
  inspect(): QueueSnapshot {
    return {
      capacity: this.#capacity,
      size: this.#items.size,
      putting: this.#putters.size,
      taking: this.#takers.size,
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
        return wait(this.#takers, undefined, undefined, iterator);
      },
      return: (value?: unknown) => {
        if (!ended) {
          ended = true;
          for (const taker of this.#takers.toArray()) {
            if (taker.owner !== iterator) continue;
            this.#takers.remove(taker);
            taker.resolve(END);
          }
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
    const taker = first(this.#takers);
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
    const putter = first(this.#putters);
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
interface Waiter<T> {
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
  readonly item: T | undefined;
  readonly owner: object | undefined;
  /** Takes the listener off the signal. */
  leave: (() => void) | undefined;
  gone: boolean;
}

type Line<T> = WaitingLine<Waiter<T>>;

function wait<T, R>(line: Line<T>, signal?: Signal, item?: T, owner?: object): Promise<R> {
  return new Promise<unknown>((resolve, reject) => {
    const waiter: Waiter<T> = { resolve, reject, item, owner, leave: undefined, gone: false };
    line.push(waiter);
    if (signal) leaveOnAbort(line, waiter, signal);
  }) as Promise<R>;
}

/** Not a closure of `wait`, where it would cost those who wait without a signal a twentieth. */
function leaveOnAbort<T>(line: Line<T>, waiter: Waiter<T>, signal: Signal): void {
  waiter.leave = onAbort(signal, (reason) => {
    line.remove(waiter);
    waiter.reject(reason);
  });
}

/** Takes out who came first. */
function first<T>(line: Line<T>): Waiter<T> | undefined {
  const waiter = line.next();
  waiter?.leave?.();
  return waiter;
}

/** Takes out everybody. */
function all<T>(line: Line<T>): Waiter<T>[] {
  const waiters = line.drain();
  for (const { leave } of waiters) leave?.();
  return waiters;
}
