/** What one task says about the load. */
export interface Sample {
  /** How long it held its permit, in milliseconds. */
  readonly tookMs: number;
  /** Whether the other side asked for less: a time-out, 429, 503. */
  readonly overload: boolean;
  /** Whether it began in this {@link Algorithm.era}. */
  readonly fresh: boolean;
  /** Whether the limit was made use of, so that something can be said of a higher one. */
  readonly busy: boolean;
}

/** How an adaptive limit moves. */
export interface Algorithm {
  /** Tasks in flight at most; of a fraction, the whole part counts. */
  readonly limit: number;
  /** Goes up with each change whose effect has to be seen first: tasks that began before tell of the limit as it was. */
  readonly era: number;
  note(sample: Sample): void;
}

/** Between what the limit moves, and where it begins. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly initial: number;
}

/** Rounds without overload after which a limit grows faster: about what makes good a cut of a fifth of 50. */
const patience = 10;

/**
 * Additive increase, multiplicative decrease, as in TCP: up by one for each *round* of successes, which are as many as
 * may be in flight; down by a fifth for a round with overload. After ten rounds without, it grows faster and faster, to
 * find room that has come up, by at most a tenth per round.
 *
 * Netflix's AIMD goes up by one for each *success*: with one call in twenty turned away it stays at a limit of 200,
 * whatever the capacity.
 */
export class Aimd implements Algorithm {
  limit: number;
  era = 0;
  readonly #range: Range;
  readonly #overloads = new Overloads();
  /** Rounds since the last cut. It begins as if there had been some. */
  #rounds = patience;

  constructor(range: Range) {
    this.#range = range;
    this.limit = range.initial;
  }

  note(sample: Sample): void {
    const keep = this.#overloads.note(sample, this.limit);
    if (keep < 1) {
      this.limit = Math.max(this.#range.min, this.limit * keep);
      this.#rounds = 0;
      this.era++;
    } else if (sample.busy && !sample.overload) {
      const round = 1 / this.limit;
      this.#rounds += round;
      const perRound = Math.max(1, Math.min(this.#rounds - patience, this.limit / 10));
      this.limit = Math.min(this.#range.max, this.limit + perRound * round);
    }
  }
}

/**
 * Compares how long tasks take with how long they take when nothing queues, and goes where the two are nearly the same:
 * the gradient of Netflix's concurrency limits, which finds the limit of a service that gets slow before it says no.
 *
 * It differs in four ways. Overload counts as in {@link Aimd}, and not as a duration: when all calls end with the same
 * time-out, nothing grows (their issue 137). What tasks take when nothing queues is looked up now and then under a lower
 * limit, instead of averaged over a long time: such an average creeps up with the queue it is to reveal. Durations that
 * differ by chance are told from a trend by their standard error, and by the next window. And the room allowed for a
 * queue grows with the limit.
 *
 * @see https://github.com/Netflix/concurrency-limits `Gradient2Limit`
 */
export class Gradient implements Algorithm {
  limit: number;
  era = 0;
  readonly #range: Range;
  readonly #overloads = new Overloads();
  #window = new Durations();
  /** Whether the limit was made use of in this window. */
  #busy = false;
  /** Whether tasks took longer than they should in the last window. */
  #slow = false;
  /** Windows since the last cut. It begins as if there had been some. */
  #windows = patience;
  /** What tasks take when nothing queues, as far as known. */
  #rest: Durations | undefined;
  /** While that is looked up: the limit to go back to. */
  #limitAfterLook: number | undefined;

  constructor(range: Range) {
    this.#range = range;
    this.limit = range.initial;
  }

  note(sample: Sample): void {
    const keep = this.#overloads.note(sample, this.limit);
    if (keep < 1) {
      this.#windows = 0;
      this.#begin((this.#limitAfterLook ?? this.limit) * keep);
    } else if (sample.fresh && !sample.overload) {
      this.#window.add(sample.tookMs);
      this.#busy ||= sample.busy;
      if (this.#window.count >= Math.max(leastSamples, this.limit)) this.#judge(this.#window);
    }
  }

  #judge(window: Durations): void {
    const { limit } = this;
    const rest = this.#rest;
    if (rest === undefined || this.#limitAfterLook !== undefined) {
      this.#rest =
        rest && Math.abs(window.mean - rest.mean) < window.chanceMs(rest) ? window.with(rest) : window;
      this.#begin(this.#limitAfterLook ?? limit);
    } else if (++this.#windows % windowsBetweenLooks === 0) {
      this.#begin(limit * limitForLook);
      this.#limitAfterLook = limit;
    } else {
      const chanceMs = window.chanceMs(rest);
      if (window.mean + chanceMs < rest.mean) this.#rest = window.with(rest);
      const surelyMs = Math.max(rest.mean, window.mean - chanceMs);
      const gradient = Math.max(0.5, Math.min(1, (tolerance * rest.mean) / surelyMs));
      // One slow window may be this process that was held up; two in a row are the service.
      const slowAgain = gradient < 1 && this.#slow;
      this.#slow = gradient < 1;
      // Room for a queue: little after a cut, more with each window since.
      const room = Math.min(Math.sqrt(limit), 1 + this.#windows / 3);
      const next = this.#slow && !slowAgain ? limit : limit * gradient + room;
      this.#begin(this.#busy ? next : Math.min(next, limit));
    }
  }

  /** Begins a window under this limit. */
  #begin(limit: number): void {
    this.limit = Math.max(this.#range.min, Math.min(this.#range.max, limit));
    this.#limitAfterLook = undefined;
    this.#window = new Durations();
    this.#busy = false;
    this.era++;
  }
}

/** Below this many, an average of durations says little: so that chance does not move it much. Netflix's windows have 10. */
const leastSamples = 20;
/** A look costs a window at less than full use; fifty make that half a percent of throughput. */
const windowsBetweenLooks = 50;
/** Low enough to see what a task takes without a queue, when the queue is what the rest of these numbers allow. */
const limitForLook = 0.7;
/** How much longer than at rest tasks may take: Netflix's gradient had 1.5. */
const tolerance = 1.2;

/** Durations of tasks: their mean, and how far chance may have moved it. */
class Durations {
  count = 0;
  #sum = 0;
  #squares = 0;

  add(ms: number): void {
    this.count++;
    this.#sum += ms;
    this.#squares += ms * ms;
  }

  get mean(): number {
    return this.#sum / this.count;
  }

  /** How far apart the two means may be by chance, nineteen times in twenty: two standard errors. */
  chanceMs(other: Durations): number {
    return 2 * Math.sqrt(this.#error + other.#error);
  }

  /** The square of the standard error of the mean. */
  get #error(): number {
    return Math.max(0, this.#squares / this.count - this.mean ** 2) / this.count;
  }

  /** Both together, of which the older ones fade. */
  with(older: Durations): Durations {
    const both = new Durations();
    both.count = this.count + older.count / 2;
    both.#sum = this.#sum + older.#sum / 2;
    both.#squares = this.#squares + older.#squares / 2;
    return both;
  }
}

/**
 * Tells when there is too much overload: more than one call in twenty of a round, and more than one. So a service that
 * turns a few away whatever the load does not drive the limit down.
 */
class Overloads {
  #samples = 0;
  #overloads = 0;
  /** Successes since the last cut. */
  #successes = 0;

  /** What is to be kept of the limit: 1, four fifths, or half when nothing at all has succeeded since the last cut. */
  note({ overload, fresh }: Sample, limit: number): number {
    if (!overload) this.#successes++;
    else if (!fresh) return 1;
    const round = Math.max(leastSamples, limit);
    if (this.#samples++ >= round) {
      this.#samples = 1;
      this.#overloads = 0;
    }
    if (!overload || ++this.#overloads <= Math.max(1, round / 20)) return 1;
    const keep = this.#successes > 0 ? 0.8 : 0.5;
    this.#samples = this.#overloads = this.#successes = 0;
    return keep;
  }
}
