import { badArgument, countOf, functionOf } from "./bad-argument.ts";
import { forEachLimit } from "./for-each-limit.ts";
import { classify, type Outcome, type Signal } from "./limiter.ts";

/** Options of {@link tune}. */
export interface TuneOptions {
  /** The first number of tasks at once that is tried: an integer from 1. Default 1. */
  readonly min?: number | undefined;
  /** The last: an integer from `min`. In between it doubles. Default 64. */
  readonly max?: number | undefined;
  /** Tasks measured at each number: an integer from 1. Fewer than 100 say little of the slowest. Default 100. */
  readonly samples?: number | undefined;
  /** Ends the experiment: the call rejects with the signal's reason, and the tasks' signal aborts. */
  readonly signal?: Signal | undefined;
}

/** What came of one number of tasks at once. */
export interface TuneLevel {
  /** Tasks at once. */
  readonly concurrency: number;
  /** Tasks that succeeded, per second. */
  readonly perSecond: number;
  /** How long tasks took, in milliseconds: half of them no longer than `p50Ms`, 95 % no longer than `p95Ms`. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** The share of tasks that ended with a time-out, 429 or 503: from 0 to 1. */
  readonly overload: number;
  /** The share of tasks that failed for another reason: from 0 to 1. */
  readonly failed: number;
}

/** What {@link tune} found out. */
export interface TuneReport {
  /** The least number of tasks at once that gives nine tenths of the best throughput, with at most 1 % overload. */
  readonly recommended: number;
  /** What was tried, in order. */
  readonly levels: readonly TuneLevel[];
  /** Why higher numbers were not tried, if so. */
  readonly stopped: string | undefined;
  /** All of it as a table, to be printed. */
  toString(): string;
}

/**
 * How many at once? An experiment: runs `task` again and again, 1 at once, then 2, 4, 8, and measures throughput and how
 * long tasks take.
 *
 * Run it against what you will run against, at a time of day that counts, with tasks that may be repeated: about
 * `samples + 2 * concurrency` are started at each number. It ends before `max` where a fifth of the tasks ends in
 * overload, or throughput falls below half of the best, so as not to do harm. Warm-up and the last tasks of each number
 * are not measured. A task that fails is counted, and the experiment goes on.
 *
 * @param task - What is to be run, with a number from 0 that differs each time, and a signal.
 * @throws {TypeError | RangeError} at once, when an argument is wrong. Rejects with the last error when none of the
 * tasks with the least number at once succeeds.
 *
 * @example
 * ```ts
 * import { tune } from "@floodgate/runtime";
 *
 * const get = (n: number) => new Promise((resolve) => setTimeout(resolve, 5, n)); // fetch(urls[n % urls.length])
 * const report = await tune(get, { max: 4, samples: 20 });
 * console.log(String(report)); // a table
 * const limit = report.recommended; // most likely 4 here
 * ```
 */
export function tune(
  task: (n: number, context: { readonly signal: Signal }) => unknown,
  options: TuneOptions = {},
): Promise<TuneReport> {
  const { min = 1, max = 64, samples = 100, signal } = options;
  functionOf("task", task);
  for (const [name, value] of Object.entries({ min, max, samples })) {
    if (countOf(name, value) === Infinity) throw badArgument(name, "an integer from 1 and up", value);
  }
  if (max < min) throw badArgument("max", `an integer from ${min} and up`, max);
  return experiment(task, min, max, samples, signal);
}

type Task = Parameters<typeof tune>[0];

async function experiment(
  task: Task,
  min: number,
  max: number,
  samples: number,
  signal: Signal | undefined,
): Promise<TuneReport> {
  const levels: TuneLevel[] = [];
  let started = 0;
  let stopped: string | undefined;
  for (let concurrency = min; !stopped; concurrency = Math.min(max, concurrency * 2)) {
    const numbered: Task = (_, context) => task(started++, context);
    const { level, error } = await measure(numbered, concurrency, samples, signal);
    levels.push(level);
    const best = Math.max(...levels.map(({ perSecond }) => perSecond));
    if (best === 0) throw error;
    if (level.overload > 0.2) stopped = `${percent(level.overload)} of the tasks ended in overload`;
    else if (level.perSecond < best / 2) stopped = "throughput fell below half of the best";
    if (concurrency === max) break;
  }
  return report(levels, levels.at(-1)?.concurrency === max ? undefined : stopped);
}

/** Runs tasks until enough have ended, not counting the first, while there are fewer at work than there should be. */
async function measure(
  task: Task,
  concurrency: number,
  samples: number,
  signal: Signal | undefined,
): Promise<{ level: TuneLevel; error: unknown }> {
  const durations: number[] = [];
  const ends: Record<Outcome, number> = { success: 0, failure: 0, overload: 0, ignore: 0 };
  let ended = 0;
  let begin = 0;
  let end: number | undefined;
  let lastError: unknown;
  const note = (outcome: Outcome, start: number): void => {
    const now = performance.now();
    ended++;
    if (ended === concurrency) begin = now;
    if (ended <= concurrency || end !== undefined) return;
    durations.push(now - start);
    ends[outcome]++;
    if (durations.length === samples) end = now;
  };
  function* whileNotEnough(): Generator<number> {
    for (let n = 0; end === undefined; n++) yield n;
  }
  await forEachLimit(
    whileNotEnough(),
    concurrency,
    async (n, _, context) => {
      const start = performance.now();
      try {
        note(classify(undefined, await task(n, context)), start);
      } catch (error) {
        lastError = error;
        note(classify(error, undefined), start);
      }
    },
    { signal },
  );
  durations.sort((a, b) => a - b);
  const quantile = (share: number): number => durations[Math.ceil(share * durations.length) - 1] ?? NaN;
  const level: TuneLevel = {
    concurrency,
    perSecond: (ends.success * 1000) / Math.max(1e-3, (end ?? begin) - begin),
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    overload: ends.overload / samples,
    failed: (ends.failure + ends.ignore) / samples,
  };
  return { level, error: lastError };
}

function report(levels: readonly TuneLevel[], stopped: string | undefined): TuneReport {
  const good = levels.filter(({ overload }) => overload <= 0.01);
  const best = Math.max(...good.map(({ perSecond }) => perSecond));
  const least = good.find(({ perSecond }) => perSecond >= 0.9 * best) ?? levels[0];
  const recommended = least?.concurrency ?? 1;
  return { recommended, levels, stopped, toString: () => table(levels, recommended, stopped) };
}

function table(levels: readonly TuneLevel[], recommended: number, stopped: string | undefined): string {
  const rows = levels.map((level) => [
    String(level.concurrency),
    ...[level.perSecond, level.p50Ms, level.p95Ms, level.p99Ms].map(threeDigits),
    percent(level.overload),
    percent(level.failed),
    level.concurrency === recommended ? "recommended" : "",
  ]);
  const all = [["at once", "per s", "p50 ms", "p95 ms", "p99 ms", "overload", "failed", ""], ...rows];
  const lines = all.map((row) =>
    row
      .map((cell, column) => (column === 7 ? cell : cell.padStart(all[0]?.[column]?.length ?? 0)))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, ...(stopped === undefined ? [] : [`Stopped there: ${stopped}.`])].join("\n");
}

function threeDigits(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
