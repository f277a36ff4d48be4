/**
 * Groups items into arrays: `itertools.batched` for iterables and for async iterables, which may also say how long a
 * batch waits to be filled.
 */
import { badArgument } from "./bad-argument.ts";
import { delayOf } from "./delay.ts";

/** How {@link batched} groups. */
export interface BatchedOptions {
  /** Items in a batch: an integer from 1. The last one, and one emitted early, may be smaller. */
  readonly size: number;
  /**
   * Milliseconds after which a batch that is not full is emitted, counted from the arrival of its first item.
   * From 0 to 2,147,483,647; none by default: a batch waits until it is full or the source ends.
   */
  readonly withinMs?: number;
}

/**
 * Groups the items of a source into arrays of `size`, in order.
 *
 * An iterable gives an iterable, so that `[...batched(ids, { size: 100 })]` works; an async iterable, or any source
 * with `withinMs`, gives an async iterable. Nothing is read before the first batch is asked for.
 * Without `withinMs` nothing is read ahead either. With it, the source is read while the consumer is busy, up to one
 * full batch, so that a slow consumer gets full batches; those items are dropped when the consumer leaves.
 *
 * When the source fails, the items it gave before come first, as a smaller batch; then its error. (Python's drops
 * them.) When the consumer leaves early, the source is closed.
 *
 * @example
 * ```ts
 * import { batched } from "@floodgate/runtime";
 *
 * const batches = [...batched([1, 2, 3, 4, 5], { size: 2 })];
 * console.assert(JSON.stringify(batches) === "[[1,2],[3,4],[5]]");
 * ```
 *
 * @param source - An iterable or an async iterable.
 * @throws {TypeError} when `source` is neither.
 * @throws {RangeError | TypeError} when `size` is not an integer from 1, or `withinMs` is out of its range.
 */
export function batched<T>(
  source: Iterable<T>,
  options: BatchedOptions & { readonly withinMs?: undefined },
): Generator<T[], void, undefined>;
export function batched<T>(
  source: Iterable<T> | AsyncIterable<T>,
  options: BatchedOptions,
): AsyncIterableIterator<T[]>;
export function batched<T>(
  source: Iterable<T> | AsyncIterable<T>,
  options: BatchedOptions,
): Generator<T[], void, undefined> | AsyncIterableIterator<T[]> {
  const { size, withinMs } = check(source, options);
  if (withinMs !== undefined) return new TimedBatches(source, size, withinMs);
  return Symbol.asyncIterator in Object(source)
    ? asyncBatches(source as AsyncIterable<T>, size)
    : batches(source as Iterable<T>, size);
}

function* batches<T>(source: Iterable<T>, size: number): Generator<T[], void, undefined> {
  let batch: T[] = [];
  const iterator = source[Symbol.iterator]();
  // The flag keeps a source that has ended or failed from being closed, as `for of` does.
  let live = true;
  try {
    for (;;) {
      live = false;
      let step: IteratorResult<T, unknown>;
      try {
        step = iterator.next();
      } catch (error) {
        if (batch.length > 0) yield batch;
        throw error;
      }
      if (step.done === true) break;
      live = true;
      if (batch.push(step.value) < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    if (live) iterator.return?.();
  }
}

async function* asyncBatches<T>(
  source: AsyncIterable<T>,
  size: number,
): AsyncGenerator<T[], void, undefined> {
  let batch: T[] = [];
  const iterator = source[Symbol.asyncIterator]();
  let live = true;
  try {
    for (;;) {
      live = false;
      let step: IteratorResult<T, unknown>;
      try {
        step = await iterator.next();
      } catch (error) {
        if (batch.length > 0) yield batch;
        throw error;
      }
      if (step.done === true) break;
      live = true;
      if (batch.push(step.value) < size) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  } finally {
    if (live) await iterator.return?.();
  }
}

/** Batches with a deadline. Reads the source while its consumer is away, up to one full batch. */
class TimedBatches<T> implements AsyncIterableIterator<T[]> {
  readonly #source: Iterable<T> | AsyncIterable<T>;
  /** Opened by the first read. */
  #iterator: Iterator<T, unknown> | AsyncIterator<T, unknown> | undefined;
  readonly #size: number;
  readonly #withinMs: number;
  #batch: T[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The time of the batch is up: it goes to the next consumer who asks, full or not. */
  #due = false;
  #reading = false;
  #end: { readonly error?: unknown; readonly failed: boolean } | undefined;
  readonly #consumers: {
    resolve: (step: IteratorResult<T[], undefined>) => void;
    reject: (reason: unknown) => void;
  }[] = [];

  constructor(source: Iterable<T> | AsyncIterable<T>, size: number, withinMs: number) {
    this.#source = source;
    this.#size = size;
    this.#withinMs = withinMs;
  }

  next(): Promise<IteratorResult<T[], undefined>> {
    return new Promise((resolve, reject) => {
      this.#consumers.push({ resolve, reject });
      this.#serve();
    });
  }

  /** Never waits for a pull that is pending: a silent source must not hold up the one who leaves. */
  async return(): Promise<IteratorResult<T[], undefined>> {
    const live = this.#end === undefined;
    this.#batch = [];
    this.#finish({ failed: false });
    this.#serve();
    if (live) {
      const closed = (async () => this.#iterator?.return?.())();
      if (this.#reading) closed.catch(() => undefined);
      else await closed;
    }
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives what there is to whoever waits for it, then goes on reading if there is room. */
  #serve(): void {
    for (let consumer = this.#consumers[0]; consumer !== undefined; consumer = this.#consumers[0]) {
      const emit = this.#due || this.#batch.length === this.#size || this.#end !== undefined;
      if (this.#batch.length > 0 && emit) {
        consumer.resolve({ value: this.#batch, done: false });
        this.#batch = [];
        this.#stopTimer();
      } else if (this.#end?.failed === true) {
        consumer.reject(this.#end.error);
        this.#end = { failed: false };
      } else if (this.#end !== undefined) {
        consumer.resolve({ value: undefined, done: true });
      } else break;
      this.#consumers.shift();
    }
    if (!this.#reading && this.#end === undefined && this.#batch.length < this.#size) void this.#read();
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      this.#iterator ??= iteratorOf(this.#source);
      const step = await this.#iterator.next();
      this.#reading = false;
      if (this.#end !== undefined) return;
      if (step.done === true) this.#finish({ failed: false });
      else this.#receive(step.value);
    } catch (error) {
      this.#reading = false;
      if (this.#end !== undefined) return;
      this.#finish({ failed: true, error });
    }
    this.#serve();
  }

  #receive(item: T): void {
    if (this.#batch.push(item) > 1) return;
    this.#timer = setTimeout(() => {
      this.#due = true;
      this.#serve();
    }, this.#withinMs);
  }

  #finish(end: { readonly error?: unknown; readonly failed: boolean }): void {
    this.#end = end;
    this.#stopTimer();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#due = false;
  }
}

function iteratorOf<T>(
  source: Iterable<T> | AsyncIterable<T>,
): Iterator<T, unknown> | AsyncIterator<T, unknown> {
  return Symbol.asyncIterator in Object(source)
    ? (source as AsyncIterable<T>)[Symbol.asyncIterator]()
    : (source as Iterable<T>)[Symbol.iterator]();
}

function check(source: unknown, options: BatchedOptions): BatchedOptions {
  const object = Object(source) as object;
  if (!(Symbol.asyncIterator in object || Symbol.iterator in object)) {
    throw badArgument("source", "an iterable or an async iterable", source);
  }
  const { size, withinMs } = (options as BatchedOptions | undefined) ?? ({} as BatchedOptions);
  if (!Number.isInteger(size) || size < 1) throw badArgument("size", "an integer from 1 and up", size);
  if (withinMs !== undefined) delayOf("withinMs", withinMs);
  return { size, ...(withinMs !== undefined && { withinMs }) };
}
