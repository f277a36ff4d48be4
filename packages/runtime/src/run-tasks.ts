/**
 * The engine of `mapLimit`, `mapLimitSettled`, `forEachLimit` and `streamLimit`.
 *
 * It does not know limiters of this package, only their protocol, and nothing of diagnostics: with a number as the
 * bound, this file and what it imports is all there is.
 */
import { allowManyListeners, onAbort } from "./abort.ts";
import { badArgument, countOf, durationOf, functionOf, signalOf } from "./bad-argument.ts";
import {
  giveBack,
  limiterOf,
  type AcquireOptions,
  type Concurrency,
  type Limiter,
  type Permit,
  type Signal,
} from "./limiter.ts";
import { stillRunning } from "./still-running.ts";

/** What `for (const item of source)`, or `for await`, gives. Keeps `any` as it is, and takes unions of sources apart. */
export type ElementOf<S> = 0 extends 1 & S
  ? S
  : S extends AsyncIterable<infer T>
    ? T
    : S extends Iterable<infer T>
      ? T
      : never;

/** What `fn` is called with, after the item and its index. */
export interface TaskContext {
  /**
   * Aborts when the call stops early: after the first failure (with `stopOnError`), or when its own `signal` aborts.
   * Its reason is the error the call is going to be rejected with. One signal serves all tasks of a call.
   */
  readonly signal: Signal;
}

/** How far a call has come. */
export interface Progress {
  /** Tasks that have settled, failed ones included. */
  readonly done: number;
  /** Tasks that have failed. */
  readonly failed: number;
  /** Tasks that have started and not settled. */
  readonly running: number;
  /** How many items there are, where the source says so (`length` or `size`). */
  readonly total?: number | undefined;
}

/** Options of `forEachLimit`, `mapLimitSettled` and `streamLimit`. */
export interface TaskOptions<Item> {
  /** Stops the call like a failure, with the signal's reason. */
  readonly signal?: Signal | undefined;
  /**
   * After an early stop, how long to wait for running tasks before the call rejects, in milliseconds. Default 30 000;
   * 0 does not wait, `Infinity` waits for all. When tasks still run after that, an `Error` the call rejects with gets
   * the property `stillRunning`, the number of them.
   */
  readonly graceMs?: number | undefined;
  /** How much of a limiter an item takes: an integer from 1. Needs a limiter; a number counts tasks. Default 1. */
  readonly weight?: ((item: Item) => number) | undefined;
  /** Called for each task that fails, also after an early stop. What it throws ends the call. */
  readonly onError?: ((error: unknown, item: Item, index: number) => void) | undefined;
  /** Called each time a task settles. What it throws ends the call. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of `mapLimit` and `forEachLimit`. */
export interface StoppableTaskOptions<Item> extends TaskOptions<Item> {
  /**
   * `true` (the default): the first failure ends the call. `false`: every item is attempted, then the call rejects with
   * an `AggregateError` of all failures in input order; with `graceMs: 0` it rejects at the first one and still
   * starts the rest, which is what `Promise.all` does.
   */
  readonly stopOnError?: boolean | undefined;
}

/**
 * How long tasks may follow each other in microtasks before timers get their turn, in milliseconds: what the Long Tasks
 * API calls long.
 *
 * @see https://www.w3.org/TR/longtasks-1/
 */
const turnMs = 50;

/** Taken at load time, so that fake timers in a user's test do not stop a call that only lets others have a turn. */
const nextTurn: (resume: () => void) => void =
  (globalThis as { setImmediate?: (resume: () => void) => void }).setImmediate ?? setTimeout;

/**
 * Runs `fn` for each item. Arguments are checked, and the first tasks started, before it returns.
 *
 * @param keeps - What to resolve to: the values of the tasks, or how each ended (then none fails the call), or nothing.
 * To keep results is also to copy an array at the call, and to skip its holes.
 * @param total - How many items there are, where somebody knows.
 */
export function runTasks<Item, Result>(
  source: Iterable<Item> | AsyncIterable<Item>,
  concurrency: Concurrency,
  fn: (item: Item, index: number, context: TaskContext) => unknown,
  options: StoppableTaskOptions<Item> = {},
  keeps?: "values" | "ends",
  total?: number,
): Promise<Result> {
  checkArguments(source, concurrency, fn, options);
  const nothing = (): undefined => undefined;
  pattern ??= new Run<never>(1, nothing, {}, "values", 0, nothing, nothing);
  return new Promise((resolve, reject) => {
    new Run<Item>(
      concurrency,
      fn,
      options,
      keeps,
      total ?? sizeOf(source),
      resolve as (result: unknown) => void,
      reject,
    ).start(source as Partial<Iterable<Item> & AsyncIterable<Item>>);
  });
}

/** See {@link Run}. */
let pattern: Run<never> | undefined;

/** Why nothing can be pulled, as bits. */
const stopped = 1; // The call has been ended early.
const exhausted = 2; // The source has no more.
const over = stopped | exhausted;
const pending = 4; // A pull or an acquire has not settled.
const resting = 8; // Timers have their turn.

/**
 * One call of a helper.
 *
 * A worker is an async function that runs a task, pulls the next item and goes on, so that a task costs one `await` and
 * no closure. It ends when the next item, or its permit, is not there yet; what brings it starts a new worker.
 *
 * It is a class, not a nest of closures, and one of its kind is always kept: what the engine has compiled of closures it
 * forgets with the last of them, and what it has compiled for objects with the last of their shape. Then each call after
 * a garbage collection would begin with slow code again (measured: 1e5 trivial tasks x2.5).
 */
class Run<Item> {
  readonly #fn: (item: Item, index: number, context: TaskContext) => unknown;
  readonly #options: StoppableTaskOptions<Item>;
  readonly #keeps: "values" | "ends" | undefined;
  readonly #limiter: Limiter | undefined;
  readonly #limit: number;
  readonly #total: number | undefined;
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #controller = new AbortController();
  readonly #context: TaskContext;
  /** The copy of an array becomes the array of results: an item is read before its result is written over it. */
  #results: unknown[] = [];
  /** The length of a copied array; -1 when there is none. */
  #length = -1;
  /** Where there is no copied array. */
  #iterator: Iterator<Item> | undefined;
  #isAsync = false;
  #unlisten: (() => void) | undefined;
  readonly #failures: unknown[] = [];
  #blocks = 0;
  #item!: Item; // What was pulled last,
  #index = -1; // its place in the input,
  #permit: Permit | undefined; // and its permit.
  #running = 0;
  #done = 0;
  #failed = 0;
  #lookAt = 0; // The index at which to look at the clock again.
  #lookedAt = Date.now();
  #turnStart = this.#lookedAt;
  #reason: unknown;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    concurrency: Concurrency,
    fn: (item: Item, index: number, context: TaskContext) => unknown,
    options: StoppableTaskOptions<Item>,
    keeps: "values" | "ends" | undefined,
    total: number | undefined,
    resolve: (result: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#fn = fn;
    this.#options = options;
    this.#keeps = keeps;
    this.#limiter = typeof concurrency === "number" ? undefined : concurrency;
    // No infinity: a field that holds one is of another shape.
    this.#limit = typeof concurrency === "number" ? Math.min(concurrency, 2 ** 30) : 2 ** 30;
    this.#total = total;
    this.#resolve = resolve;
    this.#reject = reject;
    const controller = this.#controller;
    let signal: Signal | undefined; // Made when it is asked for: it costs as much as a short call.
    this.#context = {
      get signal() {
        return (signal ??= allowManyListeners(controller.signal));
      },
    };
  }

  start(source: Partial<Iterable<Item> & AsyncIterable<Item>>): void {
    this.#unlisten = onAbort(this.#options.signal, (reason) => {
      this.#stop(reason);
    });
    if (this.#blocks) return;
    try {
      if (this.#keeps && Array.isArray(source)) {
        this.#results = source.slice() as unknown[];
        this.#length = source.length;
      } else {
        this.#isAsync = !!source[Symbol.asyncIterator];
        this.#iterator = (source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.()) as Iterator<Item>;
      }
    } catch (error) {
      this.#stop(error);
    }
    this.#pump();
  }

  /** Starts as many tasks as there is room for. */
  #pump(): void {
    while (this.#running < this.#limit && this.#pull()) void this.#work();
    this.#finishWhenDone();
  }

  async #work(): Promise<void> {
    const fn = this.#fn;
    this.#running++;
    do {
      const item = this.#item;
      const index = this.#index;
      const permit = this.#permit;
      try {
        const value = await (permit?.within
          ? permit.within(fn, item, index, this.#context)
          : fn(item, index, this.#context));
        if (this.#keeps)
          this.#results[index] = this.#keeps === "ends" ? { status: "fulfilled", value } : value;
        if (this.#limiter ?? this.#options.onProgress) this.#ended(permit, undefined, value);
      } catch (error) {
        return this.#fail(error, item, index, permit);
      }
    } while ((this.#index < this.#lookAt || this.#look()) && this.#pull());
    this.#running--;
    this.#finishWhenDone();
  }

  /** Takes over from a worker whose task failed. */
  async #fail(error: unknown, item: Item, index: number, permit: Permit | undefined): Promise<void> {
    const { graceMs, onError, stopOnError = true } = this.#options;
    this.#failed++;
    if (this.#keeps === "ends") this.#results[index] = { status: "rejected", reason: error };
    else if (stopOnError) this.#stop(error);
    else {
      this.#failures[index] = error;
      if (graceMs === 0) this.#reject(error);
    }
    try {
      onError?.(error, item, index);
    } catch (thrown) {
      this.#stop(thrown);
    }
    await stillRunning(error);
    this.#ended(permit, error ?? new Error());
    this.#running--;
    if (this.#index >= this.#lookAt) this.#look();
    this.#pump();
  }

  #ended(permit: Permit | undefined, error: unknown, value?: unknown): void {
    this.#done++;
    try {
      if (permit) giveBack(permit, this.#blocks & stopped ? undefined : this.#limiter, error, value);
      this.#options.onProgress?.({
        done: this.#done,
        failed: this.#failed,
        running: this.#running - 1,
        total: this.#total,
      });
    } catch (thrown) {
      this.#stop(thrown);
    }
  }

  /** Lets timers have their turn when it is time. */
  #look(): boolean {
    const now = Date.now();
    this.#lookAt = this.#index + (now === this.#lookedAt ? 64 : 1);
    this.#lookedAt = now;
    // A clock that was set back counts as a long time.
    if ((now - this.#turnStart) >>> 0 <= turnMs) return true;
    this.#blocks |= resting;
    nextTurn(() => {
      this.#blocks &= ~resting;
      this.#turnStart = Date.now();
      this.#pump();
    });
    return false;
  }

  /** Whether a task can be started now: its item and permit are in place then. */
  #pull(): boolean {
    if (this.#blocks) return false;
    if (this.#length >= 0) return this.#pullCopied();
    try {
      // An iterator that throws is done, and one that runs cannot be closed.
      if (!this.#isAsync) this.#blocks = exhausted;
      const step = (this.#iterator as Iterator<Item>).next();
      if (this.#isAsync) void this.#later(step, exhausted, this.#take);
      else {
        this.#blocks &= ~exhausted;
        if (this.#blocks && !step.done) void close(this.#iterator);
        return this.#take(step);
      }
    } catch (error) {
      this.#stop(error);
    }
    return false;
  }

  #pullCopied(): boolean {
    const results = this.#results;
    const length = this.#length;
    let index = this.#index;
    do index++;
    while (index < length && results[index] === undefined && !(index in results));
    this.#index = index;
    if (index >= length) {
      this.#blocks |= exhausted;
      return false;
    }
    this.#item = results[index] as Item;
    return !this.#limiter || this.#admit(this.#limiter);
  }

  #take(step: IteratorResult<Item>): boolean {
    if (step.done) this.#blocks |= exhausted;
    if (this.#blocks & over) return false;
    this.#index++;
    this.#item = step.value as Item;
    return !this.#limiter || this.#admit(this.#limiter);
  }

  #admit(limiter: Limiter): boolean {
    try {
      const ask: AcquireOptions = { weight: this.#options.weight?.(this.#item), item: this.#item };
      this.#permit = limiter.tryAcquire?.(ask);
      if (this.#permit) return true;
      const acquired = limiter.acquire({ ...ask, signal: this.#context.signal });
      void this.#later(acquired, 0, (permit) => {
        this.#permit = permit;
        if (!(this.#blocks & stopped)) return true;
        permit.release("ignore");
        return false;
      });
    } catch (error) {
      this.#stop(error);
    }
    return false;
  }

  /** Goes on when a pull or an acquire has settled. */
  async #later<T>(
    settles: T | PromiseLike<T>,
    blockOnError: number,
    use: (this: this, value: T) => boolean,
  ): Promise<void> {
    this.#blocks |= pending;
    try {
      const value = await settles;
      this.#blocks &= ~pending;
      if (use.call(this, value)) void this.#work();
    } catch (error) {
      this.#stop(error, blockOnError);
    }
    this.#pump();
  }

  /** Ends the call early: nothing is pulled or started any more, and tasks are told to stop. */
  #stop(error: unknown, block = 0): void {
    if (this.#blocks & stopped) return;
    const { graceMs = 30_000 } = this.#options;
    this.#blocks |= block;
    this.#reason = error;
    if (!(this.#blocks & exhausted)) void close(this.#iterator);
    this.#blocks |= stopped;
    this.#controller.abort(error);
    if (graceMs < 2 ** 31 - 1) {
      this.#timer = setTimeout(() => {
        this.#finish();
      }, graceMs);
    }
    if (graceMs === 0) this.#finish();
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (this.#running === 0 && this.#blocks & over) this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#unlisten?.();
    const running = this.#running;
    const reason = this.#reason;
    if (this.#blocks & stopped) {
      if (running && reason instanceof Error) Reflect.set(reason, "stillRunning", running);
      this.#reject(reason);
    } else if (this.#failures.length) {
      const errors = this.#failures.flat(0);
      this.#reject(new AggregateError(errors, `Tasks failed: ${errors.length}`));
    } else this.#resolve(this.#keeps && this.#results);
  }
}

/** Throws when an argument of a helper breaks its rule. */
export function checkArguments<Item>(
  source: unknown,
  concurrency: Concurrency,
  fn: unknown,
  { graceMs = 0, onError, onProgress, signal, weight }: TaskOptions<Item>,
): void {
  const doors = source as Partial<Iterable<Item> & AsyncIterable<Item>> | null | undefined;
  if (typeof (doors?.[Symbol.asyncIterator] ?? doors?.[Symbol.iterator]) !== "function") {
    throw badArgument("source", "an iterable or an async iterable", source);
  }
  if (typeof concurrency !== "number") limiterOf(concurrency);
  else if (weight) throw badArgument("concurrency", "a limiter, because there are weights", concurrency);
  else countOf("concurrency", concurrency);
  functionOf("fn", fn);
  functionOf("onError", onError ?? fn);
  functionOf("onProgress", onProgress ?? fn);
  functionOf("weight", weight ?? fn);
  durationOf("graceMs", graceMs);
  signalOf(signal);
}

/** How many there are, where a source says so. What a queue holds now is not all that will come. */
export function sizeOf(source: unknown): number | undefined {
  const { length, size, [Symbol.asyncIterator]: comes } = source as Sized;
  return comes ? undefined : [length, size].find((count) => typeof count === "number");
}

interface Sized {
  readonly length?: unknown;
  readonly size?: unknown;
  readonly [Symbol.asyncIterator]?: unknown;
}

/** Tells a source that nothing more is wanted. Its answer is neither waited for nor heeded: the call has its error. */
async function close(iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined): Promise<void> {
  try {
    await iterator?.return?.();
  } catch {
    // As above.
  }
}
