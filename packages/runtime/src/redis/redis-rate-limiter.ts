import { badArgument } from "../bad-argument.ts";
import {
  classify,
  tooHeavy,
  weightOf,
  type AcquireOptions,
  type Limiter,
  type Outcome,
  type Permit,
} from "../limiter.ts";
import { RatePermit } from "../rate-permit.ts";
import { runUnder, wrapUnder } from "../run-under.ts";
import { connectionOf, type Connection, type RedisClientLike } from "./client.ts";
import { Line, type Answer, type AskingWaiter, type RedisLimiterOptions } from "./line.ts";
import { bucketScript, pauseScript, windowScript } from "./scripts.ts";

/** Options of {@link RedisRateLimiter}. The numbers are to be the same in all processes. */
export interface RedisRateLimiterOptions extends RedisLimiterOptions {
  /** Starts per interval, in all processes together: an integer from 1. Where tasks have weights, weight per interval. */
  readonly limit: number;
  /** The interval, in milliseconds: a number above 0, up to a year. */
  readonly intervalMs: number;
  /** What may start at once after a rest: an integer from 1. Default `limit`. */
  readonly burst?: number | undefined;
  /**
   * Never more than `limit` in *any* window of `intervalMs`, wherever it begins. It has no burst to set, and Redis
   * remembers the starts of the last interval. Default `false`.
   */
  readonly strict?: boolean | undefined;
}

/**
 * Limits how many tasks *start* per interval, across processes and machines: those that use the same Redis (or Valkey)
 * and the same name. A token bucket, or with `strict` a window that slides, by the clock of the server.
 *
 * It does not bound how many are in flight, so its capacity is `Infinity`, and the helpers ask for `combine(50, rate)`.
 *
 * Redis hands out the times to start at, half a second ahead at most, so a process asks at most four times a second
 * more than it has to, however many wait, and the order between processes is that of their questions, to half a second.
 * What was handed out is spent, also when the waiter is gone by then.
 *
 * @example
 * ```ts redis
 * import { combine, mapLimit } from "@floodgate/runtime";
 * import { RedisRateLimiter } from "@floodgate/runtime/redis";
 * import { createClient } from "redis";
 *
 * const client = await createClient({ url: process.env["REDIS_URL"] ?? "redis://localhost:6379" }).connect();
 * const rate = new RedisRateLimiter(client, { name: "api", limit: 100, intervalMs: 1000 });
 *
 * await mapLimit([1, 2, 3], combine(50, rate), async (n) => n * 2); // [2, 4, 6]
 * await client.close();
 * ```
 */
export class RedisRateLimiter implements Limiter {
  readonly capacity = Infinity;
  /** What it limits. */
  readonly name: string;
  readonly #connection: Connection;
  readonly #line: Line<AskingWaiter>;
  readonly #strict: boolean;
  readonly #heaviest: number;
  readonly #keys: readonly string[];
  readonly #args: readonly number[];

  /**
   * @param client - Of node-redis (4 and up), ioredis (5 and up) or iovalkey, single or of a cluster. It stays yours.
   * @throws {TypeError | RangeError} when an argument is wrong.
   */
  constructor(client: RedisClientLike, options: RedisRateLimiterOptions) {
    this.#connection = connectionOf(client);
    this.#line = new Line(options, Infinity, {
      limiter: this,
      asking: (waiter) => ({ ...waiter, asked: false }),
      ask: (waiters) => this.#ask(waiters),
    });
    const { name, limit, intervalMs, burst, strict = false } = options;
    wholeOf("limit", limit);
    if (!(typeof intervalMs === "number" && intervalMs > 0 && intervalMs <= longestIntervalMs)) {
      throw badArgument(
        "intervalMs",
        `a number of milliseconds above 0 and up to ${longestIntervalMs}`,
        intervalMs,
      );
    }
    if (strict && burst !== undefined) {
      throw badArgument("burst", "absent, because the limit is strict", burst);
    }
    this.name = name;
    this.#strict = strict;
    this.#heaviest = wholeOf("burst", burst ?? limit);
    this.#keys = [strict ? "window" : "bucket", "pause"].map((kind) => `floodgate:{${name}}:${kind}`);
    this.#args = [limit, Math.ceil(intervalMs * 1000), this.#heaviest, horizonMs * 1000];
  }

  /** How many wait for a permit in this process. */
  get waiting(): number {
    return this.#line.size;
  }

  /** True when nobody waits in this process. What is spent is Redis's to know. */
  get atRest(): boolean {
    return this.#line.size === 0;
  }

  /**
   * Waits until a task of this weight may start.
   *
   * Rejects with the signal's reason when it aborts first, with `QueueFullError` when `maxWaiting` wait already, when
   * the limiter is closed, and when Redis cannot be reached (see `whenUnreachable`), is not connected, or runs no
   * scripts.
   *
   * @throws {RangeError} when the weight is above the burst, or the strict limit, so that it would wait for ever.
   */
  acquire(options?: AcquireOptions): Promise<Permit> {
    const weight = weightOf(options);
    if (weight > this.#heaviest) throw tooHeavy(weight, `the ${this.#heaviest} that may start at once`);
    return this.#line.enter(weight, options);
  }

  /** Runs `task` when it may start. Rejects as `acquire` does, or as `task` does. */
  run<R>(task: () => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    return runUnder(this, task, options);
  }

  /** `fn` with the same `this` and arguments, each call when it may start. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    return wrapUnder(this, fn, options);
  }

  classify(error: unknown, value: unknown): Outcome {
    return classify(error, value);
  }

  /**
   * Lets nothing start before `when`, in any process: what a `Retry-After` asks for. It never makes an earlier pause
   * shorter. What was handed out already, up to half a second ahead, still starts.
   *
   * The time is turned into a duration here and now, so the clocks of processes need not agree.
   *
   * @param when - A `Date`, or milliseconds since 1970, as `Date.now()` says; at most a year ahead.
   * @returns A promise of whether Redis was told in time. It never rejects.
   * @throws {TypeError | RangeError} when it is no such time.
   */
  pauseUntil(when: Date | number): Promise<boolean> {
    const time = when instanceof Date ? when.getTime() : when;
    const ms = Math.ceil(time - Date.now());
    if (typeof time !== "number" || !(ms <= longestIntervalMs)) {
      throw badArgument("when", "a `Date` or milliseconds since 1970, at most a year ahead", when);
    }
    if (ms <= 0) return Promise.resolve(true);
    const told = this.#connection.run(pauseScript, this.#keys.slice(1), [ms]);
    return this.#line.inTime(told).then(
      () => true,
      () => false,
    );
  }

  /**
   * Turns everybody in this process away from now on: those that wait, and later calls, are rejected with `reason`.
   * Closing again does nothing.
   */
  close(reason?: unknown): void {
    this.#line.close(reason);
  }

  /** What it is doing in this process, as a plain object for logs. */
  inspect(): Readonly<Record<string, unknown>> {
    const { name, waiting } = this;
    return { kind: "RedisRateLimiter", name, waiting, closed: this.#line.closed };
  }

  async #ask(waiters: readonly AskingWaiter[]): Promise<Answer> {
    const script = this.#strict ? windowScript : bucketScript;
    const args = [...this.#args, ...waiters.map(({ weight }) => weight)];
    const [waits, again] = (await this.#connection.run(script, this.#keys, args)) as [unknown[], unknown];
    const grants = waits.map((micros, i) => ({
      inMs: Number(micros) / 1000,
      permit: () => new RatePermit(this, (waiters[i] as AskingWaiter).weight),
    }));
    return { grants, againMs: Number(again) };
  }
}

/** How far ahead Redis hands out times, in milliseconds: how late a pause comes at most, and how exact the order is. */
const horizonMs = 500;

const longestIntervalMs = 365 * 24 * 3600 * 1000;

function wholeOf(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw badArgument(name, "an integer from 1 and up", value);
}
