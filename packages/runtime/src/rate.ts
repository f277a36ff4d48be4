import { badArgument } from "./bad-argument.ts";
import { Fifo } from "./fifo.ts";

/** So many starts per interval. */
export interface Rate {
  /** Starts per interval: an integer from 1. Where tasks have weights, weight per interval. */
  readonly limit: number;
  /** The interval, in milliseconds: a number above 0, not `Infinity`. */
  readonly intervalMs: number;
  /**
   * What may start at once after a rest: an integer from 1, also above or below `limit`. Default `limit`.
   * In any time `t` there are at most `burst + limit * t / intervalMs` starts; with a burst of 1 they are evenly spaced.
   */
  readonly burst?: number | undefined;
  /**
   * Never more than `limit` in *any* window of `intervalMs`, wherever it begins. For quotas that are counted to the
   * letter. It has no burst to set, and remembers the starts of the last interval. Default `false`.
   */
  readonly strict?: boolean | undefined;
  /** `false` counts each task once, whatever its weight: requests per minute beside tokens per minute. Default `true`. */
  readonly weighted?: boolean | undefined;
}

/** Knows when something of a weight may start. Times are in milliseconds on a clock that never goes back. */
export interface Meter {
  /** The heaviest that can ever start. */
  readonly heaviest: number;
  readonly weighted: boolean;
  /** How long until something of that weight may start; 0 or less when it may now. */
  waitMs(weight: number, now: number): number;
  /** Notes that something starts now. */
  take(weight: number, now: number): void;
  /** How much may start now. */
  available(now: number): number;
}

/** @throws {TypeError | RangeError} when the rate is none. */
export function meterOf(rate: Rate): Meter {
  if (Object(rate) !== rate) throw badArgument("rate", "an object with `limit` and `intervalMs`", rate);
  const { limit, intervalMs, burst, strict = false, weighted = true } = rate;
  wholeOf("limit", limit);
  if (!(typeof intervalMs === "number" && intervalMs > 0 && intervalMs < Infinity)) {
    throw badArgument("intervalMs", "a number of milliseconds above 0", intervalMs);
  }
  if (!strict) return new TokenBucket(intervalMs / limit, wholeOf("burst", burst ?? limit), weighted);
  if (burst !== undefined) throw badArgument("burst", "absent, because the limit is strict", burst);
  return new SlidingWindow(limit, intervalMs, weighted);
}

function wholeOf(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw badArgument(name, "an integer from 1 and up", value);
}

/**
 * A bucket that refills steadily. It is known by the time at which it will be full: each start moves that further away,
 * and the bucket is empty when it is a burst away (the generic cell rate algorithm of ATM). One number, O(1).
 */
class TokenBucket implements Meter {
  readonly heaviest: number;
  readonly weighted: boolean;
  readonly #tokenMs: number;
  #fullAt = -Infinity;

  constructor(tokenMs: number, burst: number, weighted: boolean) {
    this.#tokenMs = tokenMs;
    this.heaviest = burst;
    this.weighted = weighted;
  }

  waitMs(weight: number, now: number): number {
    return Math.max(this.#fullAt, now) - now - (this.heaviest - weight) * this.#tokenMs;
  }

  take(weight: number, now: number): void {
    this.#fullAt = Math.max(this.#fullAt, now) + weight * this.#tokenMs;
  }

  available(now: number): number {
    return this.heaviest - Math.max(0, this.#fullAt - now) / this.#tokenMs;
  }
}

/** The starts of the last interval, those of one moment as one. O(1) on average; as many entries as there are moments. */
class SlidingWindow implements Meter {
  readonly heaviest: number;
  readonly weighted: boolean;
  readonly #intervalMs: number;
  readonly #starts = new Fifo<Start>();
  #last: Start | undefined;
  #used = 0;

  constructor(limit: number, intervalMs: number, weighted: boolean) {
    this.heaviest = limit;
    this.#intervalMs = intervalMs;
    this.weighted = weighted;
  }

  waitMs(weight: number, now: number): number {
    this.#forget(now);
    let excess = this.#used + weight - this.heaviest;
    if (excess <= 0) return 0;
    for (const start of this.#starts.toArray()) {
      excess -= start.weight;
      if (excess <= 0) return start.at + this.#intervalMs - now;
    }
    return Infinity; // Heavier than the limit: nobody asks.
  }

  take(weight: number, now: number): void {
    this.#used += weight;
    if (this.#last?.at === now && this.#starts.size > 0) this.#last.weight += weight;
    else this.#starts.push((this.#last = { at: now, weight }));
  }

  available(now: number): number {
    this.#forget(now);
    return this.heaviest - this.#used;
  }

  #forget(now: number): void {
    for (let start; (start = this.#starts.peek()) && start.at + this.#intervalMs <= now;) {
      this.#used -= start.weight;
      this.#starts.shift();
    }
  }
}

interface Start {
  readonly at: number;
  weight: number;
}
