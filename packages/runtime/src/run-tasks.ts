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
 * A worker is an async function that runs a task, pulls the next item and goes on, so that a task costs one `await` and
 * no closure. It ends when the next item, or its permit, is not there yet; what brings it starts a new worker.
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
  const { signal, stopOnError = true, graceMs = 30_000, weight, onError, onProgress } = options;
  const limiter = typeof concurrency === "number" ? undefined : concurrency;
  const limit = typeof concurrency === "number" ? concurrency : Infinity;
  const doors = source as Partial<Iterable<Item> & AsyncIterable<Item>>;
  const openAsync = doors[Symbol.asyncIterator];
  const open = (openAsync ?? doors[Symbol.iterator]) as () => Iterator<Item>;

  const { promise, resolve, reject } = deferred<Result>();
  if (signal?.aborted) {
    reject(signal.reason);
    return promise;
  }
  // The copy of an array becomes the array of results: an item is read before its result is written over it.
  const copied = keeps && Array.isArray(source);
  const results = (copied ? source.slice() : []) as unknown[];
  const length = results.length;
  const total = sizeOf(source);
  const settles = keeps === "ends";
  let iterator: Iterator<Item> | undefined;
  const observed = limiter ?? onProgress;
  const failures: unknown[] = [];
  let item: Item; // What was pulled last,
  let index = -1; // its place in the input,
  let permit: Permit | undefined; // and its permit.
  let running = 0;
  let done = 0;
  let failed = 0;
  let pending = false; // A pull or an acquire has not settled.
  let resting = false; // Timers have their turn.
  let exhausted = false;
  let stopped = false;
  let reason: unknown;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lookAt = 0; // The index at which to look at the clock again.
  let lookedAt = Date.now();
  let turnStart = lookedAt;
  let controller: AbortController | undefined;
  const context: TaskContext = {
    get signal() {
      if (!controller) {
        controller = new AbortController();
        allowManyListeners(controller.signal);
        if (stopped) controller.abort(reason);
      }
      return controller.signal;
    },
  };

  /** Starts as many tasks as there is room for. */
  const pump = (): void => {
    // eslint-disable-next-line floodgate/no-floating-fan-out -- this is the limit
    while (running < limit && pull()) void work();
    finishWhenDone();
  };

  const work = async (): Promise<void> => {
    running++;
    do {
      const mine = item;
      const place = index;
      const held = permit;
      try {
        const value = await (held?.within ? within(held, mine, place) : fn(mine, place, context));
        if (keeps) results[place] = settles ? { status: "fulfilled", value } : value;
        if (observed) ended(held, undefined, value);
      } catch (error) {
        return fail(error, mine, place, held);
      }
    } while ((index < lookAt || look()) && pull());
    leave();
  };

  const leave = (): void => {
    running--;
    finishWhenDone();
  };

  const within = (held: Permit, mine: Item, place: number): unknown =>
    held.within?.(() => fn(mine, place, context));

  /** Takes over from a worker whose task failed. */
  const fail = async (error: unknown, mine: Item, place: number, held: Permit | undefined): Promise<void> => {
    failed++;
    if (settles) results[place] = { status: "rejected", reason: error };
    else if (stopOnError) stop(error);
    else {
      failures[place] = error;
      if (graceMs === 0) reject(error);
    }
    try {
      onError?.(error, mine, place);
    } catch (thrown) {
      stop(thrown);
    }
    await stillRunning(error);
    if (observed) ended(held, error);
    running--;
    pump();
  };

  const ended = (held: Permit | undefined, error: unknown, value?: unknown): void => {
    done++;
    try {
      held?.release(stopped ? "ignore" : limiter?.classify?.(error, value));
      onProgress?.({ done, failed, running: running - 1, total });
    } catch (thrown) {
      stop(thrown);
    }
  };

  /** Lets timers have their turn when it is time. */
  const look = (): boolean => {
    const now = Date.now();
    lookAt = index + (now === lookedAt ? 64 : 1);
    lookedAt = now;
    // A clock that was set back counts as a long time.
    if ((now - turnStart) >>> 0 <= turnMs) return true;
    resting = true;
    nextTurn(() => {
      resting = false;
      turnStart = Date.now();
      pump();
    });
    return false;
  };

  /** Whether a task can be started now: its item and permit are in place then. */
  const pull = (): boolean =>
    !(stopped || exhausted || pending || resting) && (copied ? pullCopied() : pullNext());

  const pullCopied = (): boolean => {
    do index++;
    while (index < length && results[index] === undefined && !(index in results));
    exhausted = index >= length;
    item = results[index] as Item;
    return !exhausted && (!limiter || admit());
  };

  const pullNext = (): boolean => {
    try {
      const step = (iterator as Iterator<Item>).next();
      if (!openAsync) return take(step);
      void takeLater(step);
    } catch (error) {
      exhausted = true; // An iterator that throws is done: there is nothing to close.
      stop(error);
    }
    return false;
  };

  const takeLater = async (step: IteratorResult<Item> | PromiseLike<IteratorResult<Item>>): Promise<void> => {
    pending = true;
    try {
      step = await step;
      pending = false;
      if (!stopped && take(step)) void work();
    } catch (error) {
      exhausted = true;
      stop(error);
    }
    pump();
  };

  const take = (step: IteratorResult<Item>): boolean => {
    exhausted = step.done === true;
    item = step.value as Item;
    index++;
    return !exhausted && (!limiter || admit());
  };

  const admit = (): boolean => {
    try {
      const ask: AcquireOptions = { weight: weight?.(item), item };
      permit = limiter?.tryAcquire?.(ask);
      if (permit) return true;
      void acquireLater(ask);
    } catch (error) {
      stop(error);
    }
    return false;
  };

  const acquireLater = async (ask: AcquireOptions): Promise<void> => {
    pending = true;
    try {
      permit = await (limiter as Limiter).acquire({ ...ask, signal: context.signal });
      pending = false;
      if (stopped) permit.release("ignore");
      else void work();
    } catch (error) {
      stop(error);
    }
    pump();
  };

  /** Ends the call early: nothing is pulled or started any more, and tasks are told to stop. */
  const stop = (error: unknown): void => {
    if (stopped) return;
    stopped = true;
    reason = error;
    if (!exhausted) close(iterator);
    controller?.abort(error);
    if (graceMs === 0) finish();
    else if (graceMs < 2 ** 31) timer = setTimeout(finish, graceMs);
    finishWhenDone();
  };

  const finishWhenDone = (): void => {
    if (running === 0 && (stopped || exhausted)) finish();
  };

  const finish = (): void => {
    clearTimeout(timer);
    unlisten?.();
    if (stopped) {
      if (running && reason instanceof Error) Reflect.set(reason, "stillRunning", running);
      reject(reason);
    } else if (failures.length) {
      const errors = failures.flat(0);
      reject(new AggregateError(errors, `Tasks failed: ${String(errors.length)}`));
    } else resolve((keeps ? results : undefined) as Result);
  };

  const unlisten =
    signal &&
    onAbort(signal, () => {
      stop(signal.reason);
    });
  try {
    if (!copied) iterator = open.call(source);
    pump();
  } catch (error) {
    exhausted = true;
    stop(error);
  }
  return promise;
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
