/**
 * The engine of `mapLimit`, `mapLimitSettled`, `forEachLimit` and `streamLimit`.
 *
 * It does not know limiters of this package, only their protocol, and nothing of diagnostics: with a number as the
 * bound, this file and what it imports is all there is.
 */
import { allowManyListeners, onAbort } from "./abort.ts";
import { badArgument, countOf, durationOf, functionOf } from "./bad-argument.ts";
import {
  classify,
  type AcquireOptions,
  type Concurrency,
  type Limiter,
  type Outcome,
  type Permit,
  type Signal,
} from "./limiter.ts";

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

/** What to run, and what to do with what comes out. */
export interface Job<Item, Result> {
  readonly source: Iterable<Item> | AsyncIterable<Item>;
  readonly concurrency: Concurrency;
  readonly fn: (item: Item, index: number, context: TaskContext) => unknown;
  readonly options: StoppableTaskOptions<Item> | undefined;
  /** Whether an array is copied at the call and its holes are skipped. */
  readonly copies?: boolean;
  /** Takes the value of a task. */
  readonly onValue?: (value: never, index: number) => void;
  /** Takes the failure of a task: then failures do not make the call fail. */
  readonly onFailure?: (error: unknown, index: number) => void;
  /** What the call resolves to; an array that was copied had this length, holes and all. */
  readonly result: (length: number) => Result;
}

/** How long tasks may follow each other in microtasks before timers get their turn: under a frame; a guess. */
const turnMs = 10;

/** Taken at load time, so that fake timers in a user's test do not stop a call that only lets others have a turn. */
const nextTurn: (resume: () => void) => void =
  (globalThis as { setImmediate?: (resume: () => void) => void }).setImmediate ?? setTimeout;

/**
 * Runs a job. Arguments are checked, and the first tasks started, before it returns.
 *
 * A worker is an async function that runs a task, pulls the next item and goes on, so that a task costs one `await` and
 * no closure. It ends when the next item, or its permit, is not there yet; what brings it starts a new worker.
 */
export function runTasks<Item, Result>(job: Job<Item, Result>): Promise<Result> {
  const { source, concurrency, fn, onValue, onFailure } = job;
  const { signal, stopOnError = true, graceMs = 30_000, weight, onError, onProgress } = job.options ?? {};
  const doors = source as Partial<Iterable<Item> & AsyncIterable<Item>> | null | undefined;
  const openAsync = doors?.[Symbol.asyncIterator];
  if (typeof (openAsync ?? doors?.[Symbol.iterator]) !== "function")
    throw badArgument("source", "an iterable or an async iterable", source);
  const limiter = typeof concurrency === "number" ? undefined : limiterOf(concurrency);
  const limit = limiter ? Infinity : countOf("concurrency", concurrency as number);
  functionOf("fn", fn);
  durationOf("graceMs", graceMs);
  if (weight && !limiter)
    throw badArgument("concurrency", "a limiter, because there are weights", concurrency);

  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const items = job.copies && Array.isArray(source) ? (source.slice() as Item[]) : undefined;
    const total = sizeOf(source);
    const iterator = items
      ? undefined
      : (
          doors?.[Symbol.asyncIterator] ?? (doors?.[Symbol.iterator] as never as () => AsyncIterator<Item>)
        ).call(source as AsyncIterable<Item>);
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
    let turnStart = performance.now();
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
      while (pull()) void work();
      finishWhenDone();
    };

    const work = async (): Promise<void> => {
      do {
        const mine = item;
        const place = index;
        const held = permit;
        let ok = true;
        let value: unknown;
        running++;
        try {
          value = await (held?.within
            ? held.within(() => fn(mine, place, context))
            : fn(mine, place, context));
        } catch (error) {
          ok = false;
          value = error;
        }
        settled(ok, value, mine, place, held);
      } while (pull());
      finishWhenDone();
    };

    const settled = (ok: boolean, value: unknown, mine: Item, place: number, held?: Permit): void => {
      running--;
      done++;
      try {
        if (!ok) failed++;
        if (held) held.release(stopped && !ok ? "ignore" : outcomeOf(limiter as Limiter, ok, value));
        if (ok) onValue?.(value as never, place);
        else {
          if (onFailure) onFailure(value, place);
          else if (stopOnError) stop(value);
          else {
            failures[place] = value;
            if (graceMs === 0) reject(value as Error);
          }
          onError?.(value, mine, place);
        }
        onProgress?.({ done, failed, running, total });
      } catch (error) {
        stop(error);
      }
      if (done % 32 === 0 && !resting && performance.now() - turnStart > turnMs) {
        resting = true;
        nextTurn(() => {
          resting = false;
          turnStart = performance.now();
          pump();
        });
      }
    };

    /** Whether a task can be started now; its item and permit are in place then. */
    const pull = (): boolean => {
      if (stopped || exhausted || pending || resting || running >= limit) return false;
      if (items) {
        do index++;
        while (index < items.length && items[index] === undefined && !(index in items));
        if (index < items.length) return admit(items[index] as Item);
        exhausted = true;
        return false;
      }
      try {
        const step = (iterator as unknown as Iterator<Item>).next();
        return openAsync ? later(step as unknown as Promise<IteratorResult<Item>>, take) : take(step);
      } catch (error) {
        // Nothing to close: an iterator that throws is done.
        exhausted = true;
        stop(error);
        return false;
      }
    };

    const take = (step: IteratorResult<Item, unknown>): boolean => {
      exhausted = step.done === true;
      if (exhausted) return false;
      index++;
      return admit(step.value as Item);
    };

    const admit = (value: Item): boolean => {
      item = value;
      if (!limiter) return true;
      try {
        const ask: AcquireOptions = { weight: weight?.(value), item: value };
        permit = limiter.tryAcquire?.(ask);
        return permit ? true : later(limiter.acquire({ ...ask, signal: context.signal }), hold);
      } catch (error) {
        stop(error);
        return false;
      }
    };

    const hold = (granted: Permit): boolean => {
      permit = granted;
      return true;
    };

    /** Waits for an item or a permit, starts a worker with it, and looks for more. */
    const later = <T>(promise: PromiseLike<T>, ready: (value: T) => boolean): false => {
      pending = true;
      promise.then(
        (value) => {
          pending = false;
          if (stopped) {
            if (ready === (hold as unknown)) (value as Permit).release("ignore");
          } else {
            if (ready(value)) void work();
            pump();
          }
        },
        (error: unknown) => {
          pending = false;
          exhausted ||= ready === (take as unknown);
          stop(error);
        },
      );
      return false;
    };

    /** Ends the call early: nothing is pulled or started any more, and tasks are told to stop. */
    const stop = (error: unknown): void => {
      if (stopped) return;
      stopped = true;
      reason = error;
      if (!exhausted) close(iterator);
      controller?.abort(error);
      if (graceMs === 0) finish();
      else if (running && graceMs < 2 ** 31) timer = setTimeout(finish, graceMs);
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
        reject(reason as Error);
      } else if (failures.length) {
        reject(new AggregateError(failures.flat(0), `${String(failed)} of ${String(done)} tasks failed`));
      } else resolve(job.result(items?.length ?? index + 1));
    };

    const unlisten =
      signal &&
      onAbort(signal, () => {
        stop(signal.reason);
      });
    pump();
  });
}

export function limiterOf(limiter: Limiter): Limiter {
  if (typeof limiter?.acquire !== "function") {
    throw badArgument("concurrency", "an integer from 1 and up or `Infinity`, or a limiter", limiter);
  }
  if (limiter.capacity === Infinity) {
    throw new RangeError(
      "Expected `concurrency` to bound how many tasks are in flight, got a limiter whose capacity is `Infinity`: write `combine(50, limiter)`",
    );
  }
  return limiter;
}

/** How a task ended, in the eyes of its limiter. */
export function outcomeOf(limiter: Limiter, ok: boolean, value: unknown): Outcome {
  const judge = limiter.classify ? limiter.classify.bind(limiter) : classify;
  return ok ? judge(undefined, value) : judge(value ?? new Error("no reason"), undefined);
}

function sizeOf(source: unknown): number | undefined {
  const { length, size } = source as { length?: unknown; size?: unknown };
  return typeof length === "number" ? length : typeof size === "number" ? size : undefined;
}

/** Tells a source that nothing more is wanted. Its answer is neither waited for nor heeded: the call has its error. */
function close(iterator: Iterator<unknown> | AsyncIterator<unknown> | undefined): void {
  (async () => iterator?.return?.())().catch(() => undefined);
}
