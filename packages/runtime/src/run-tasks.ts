/**
 * The engine of `mapLimit`, `mapLimitSettled`, `forEachLimit` and `streamLimit`.
 *
 * It does not know limiters of this package, only their protocol, and nothing of diagnostics: with a number as the
 * bound, this file and what it imports is all there is.
 */
import { allowManyListeners, onAbort } from "./abort.ts";
import { badArgument, countOf, durationOf, functionOf } from "./bad-argument.ts";
import { deferred } from "./deferred.ts";
import type { AcquireOptions, Concurrency, Limiter, Permit, Signal } from "./limiter.ts";
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
 */
export function runTasks<Item, Result>(
  source: Iterable<Item> | AsyncIterable<Item>,
  concurrency: Concurrency,
  fn: (item: Item, index: number, context: TaskContext) => unknown,
  options: StoppableTaskOptions<Item> = {},
  keeps?: "values" | "ends",
): Promise<Result> {
  checkArguments(source, concurrency, fn, options);
  pattern ??= new Run<never>([], 1, () => undefined, {}, "values");
  return new Run<Item>(source, concurrency, fn, options, keeps).promise as Promise<Result>;
}

/** See {@link Run}. */
let pattern: Run<never> | undefined;

/** Why nothing can be pulled, as bits. */
const stopped = 1; // The call has been ended early.
const exhausted = 2; // The source has no more.
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
  readonly promise: Promise<unknown>;
  readonly #resolve: (result: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #fn: (item: Item, index: number, context: TaskContext) => unknown;
  readonly #options: StoppableTaskOptions<Item>;
  readonly #keeps: "values" | "ends" | undefined;
  readonly #limiter: Limiter | undefined;
  readonly #limit: number;
  readonly #graceMs: number;
  readonly #total: number | undefined;
  /** The copy of an array becomes the array of results: an item is read before its result is written over it. */
  readonly #results: unknown[] = [];
  /** The length of a copied array. */
  readonly #length: number | undefined;
  readonly #context: TaskContext;
  readonly #iterator: Iterator<Item> | undefined;
  readonly #isAsync: boolean = false;
  readonly #unlisten: (() => void) | undefined;
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
  #controller: AbortController | undefined;

  constructor(
    source: Iterable<Item> | AsyncIterable<Item>,
    concurrency: Concurrency,
    fn: (item: Item, index: number, context: TaskContext) => unknown,
    options: StoppableTaskOptions<Item>,
    keeps: "values" | "ends" | undefined,
  ) {
    const { promise, resolve, reject } = deferred<unknown>();
    const { graceMs = 30_000, signal } = options;
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#fn = fn;
    this.#options = options;
    this.#keeps = keeps;
    this.#limiter = typeof concurrency === "number" ? undefined : concurrency;
    // No infinity: a field that holds one is of another shape.
    this.#limit = typeof concurrency === "number" ? Math.min(concurrency, 2 ** 30) : 2 ** 30;
    this.#graceMs = graceMs;
    this.#total = sizeOf(source);
    const run = (): Signal => this.#signal();
    this.#context = {
      get signal() {
        return run();
      },
    };
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    this.#unlisten =
      signal &&
      onAbort(signal, () => {
        this.#stop(signal.reason);
      });
    try {
      if (keeps && Array.isArray(source)) {
        this.#results = source.slice() as unknown[];
        this.#length = source.length;
      } else if (Symbol.asyncIterator in source) {
        this.#isAsync = true;
        this.#iterator = source[Symbol.asyncIterator]() as unknown as Iterator<Item>;
      } else this.#iterator = source[Symbol.iterator]();
      this.#pump();
    } catch (error) {
      this.#blocks |= exhausted;
      this.#stop(error);
    }
  }

  #signal(): Signal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      allowManyListeners(this.#controller.signal);
      if (this.#blocks & stopped) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
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
          ? this.#within(item, index, permit)
          : fn(item, index, this.#context));
        this.#keep(index, value);
        if (this.#limiter ?? this.#options.onProgress) this.#ended(permit, undefined, value);
      } catch (error) {
        return this.#fail(error, item, index, permit);
      }
    } while ((this.#index < this.#lookAt || this.#look()) && this.#pull());
    this.#running--;
    this.#finishWhenDone();
  }

  #within(item: Item, index: number, permit: Permit): unknown {
    const fn = this.#fn;
    return permit.within?.(() => fn(item, index, this.#context));
  }

  #keep(index: number, value: unknown): void {
    if (this.#keeps) this.#results[index] = this.#keeps === "ends" ? { status: "fulfilled", value } : value;
  }

  /** Takes over from a worker whose task failed. */
  async #fail(error: unknown, item: Item, index: number, permit: Permit | undefined): Promise<void> {
    const { onError, stopOnError = true } = this.#options;
    this.#failed++;
    if (this.#keeps === "ends") this.#results[index] = { status: "rejected", reason: error };
    else if (stopOnError) this.#stop(error);
    else {
      this.#failures[index] = error;
      if (this.#graceMs === 0) this.#reject(error);
    }
    try {
      onError?.(error, item, index);
    } catch (thrown) {
      this.#stop(thrown);
    }
    await stillRunning(error);
    this.#ended(permit, error);
    this.#running--;
    this.#pump();
  }

  #ended(permit: Permit | undefined, error: unknown, value?: unknown): void {
    this.#done++;
    try {
      permit?.release(this.#blocks & stopped ? "ignore" : this.#limiter?.classify?.(error, value));
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
    return this.#blocks === 0 && (this.#iterator ? this.#pullNext(this.#iterator) : this.#pullCopied());
  }

  #pullCopied(): boolean {
    const results = this.#results;
    const length = this.#length as number;
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

  #pullNext(iterator: Iterator<Item>): boolean {
    try {
      const step = iterator.next();
      if (!this.#isAsync) return this.#take(step);
      void this.#takeLater(step);
    } catch (error) {
      this.#blocks |= exhausted; // An iterator that throws is done: there is nothing to close.
      this.#stop(error);
    }
    return false;
  }

  async #takeLater(step: IteratorResult<Item> | PromiseLike<IteratorResult<Item>>): Promise<void> {
    this.#blocks |= pending;
    try {
      step = await step;
      this.#blocks &= ~pending;
      if (!(this.#blocks & stopped) && this.#take(step)) void this.#work();
    } catch (error) {
      this.#blocks |= exhausted;
      this.#stop(error);
    }
    this.#pump();
  }

  #take(step: IteratorResult<Item>): boolean {
    if (step.done) {
      this.#blocks |= exhausted;
      return false;
    }
    this.#index++;
    this.#item = step.value;
    return !this.#limiter || this.#admit(this.#limiter);
  }

  #admit(limiter: Limiter): boolean {
    try {
      const ask: AcquireOptions = { weight: this.#options.weight?.(this.#item), item: this.#item };
      this.#permit = limiter.tryAcquire?.(ask);
      if (this.#permit) return true;
      void this.#acquireLater(limiter, ask);
    } catch (error) {
      this.#stop(error);
    }
    return false;
  }

  async #acquireLater(limiter: Limiter, ask: AcquireOptions): Promise<void> {
    this.#blocks |= pending;
    try {
      this.#permit = await limiter.acquire({ ...ask, signal: this.#signal() });
      this.#blocks &= ~pending;
      if (this.#blocks & stopped) this.#permit.release("ignore");
      else void this.#work();
    } catch (error) {
      this.#stop(error);
    }
    this.#pump();
  }

  /** Ends the call early: nothing is pulled or started any more, and tasks are told to stop. */
  #stop(error: unknown): void {
    if (this.#blocks & stopped) return;
    const graceMs = this.#graceMs;
    this.#reason = error;
    if (!(this.#blocks & exhausted)) close(this.#iterator);
    this.#blocks |= stopped;
    this.#controller?.abort(error);
    if (graceMs === 0) this.#finish();
    else if (graceMs < 2 ** 31) {
      this.#timer = setTimeout(() => {
        this.#finish();
      }, graceMs);
    }
    this.#finishWhenDone();
  }

  #finishWhenDone(): void {
    if (this.#running === 0 && this.#blocks & (stopped | exhausted)) this.#finish();
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
  { graceMs = 0, weight }: TaskOptions<Item>,
): void {
  const doors = source as Partial<Iterable<Item> & AsyncIterable<Item>> | null | undefined;
  if (typeof (doors?.[Symbol.asyncIterator] ?? doors?.[Symbol.iterator]) !== "function") {
    throw badArgument("source", "an iterable or an async iterable", source);
  }
  if (typeof concurrency !== "number") limiterOf(concurrency);
  else if (weight) throw badArgument("concurrency", "a limiter, because there are weights", concurrency);
  else countOf("concurrency", concurrency);
  functionOf("fn", fn);
  durationOf("graceMs", graceMs);
}

export function limiterOf(limiter: Limiter): Limiter {
  if (typeof (limiter as Partial<Limiter> | null | undefined)?.acquire !== "function") {
    throw badArgument("concurrency", "an integer from 1 and up or `Infinity`, or a limiter", limiter);
  }
  if (limiter.capacity === Infinity) {
    throw new RangeError(
      "Expected `concurrency` to bound how many tasks are in flight, got a limiter whose capacity is `Infinity`: write `combine(50, limiter)`",
    );
  }
  return limiter;
}

function sizeOf(source: unknown): number | undefined {
  const { length, size } = source as { length?: unknown; size?: unknown };
  return typeof length === "number" ? length : typeof size === "number" ? size : undefined;
}

/** Tells a source that nothing more is wanted. Its answer is neither waited for nor heeded: the call has its error. */
function close(iterator: Iterator<unknown> | undefined): void {
  try {
    Promise.resolve(iterator?.return?.()).catch(() => undefined);
  } catch {
    // As above.
  }
}
