import { onAbort } from "../abort.ts";
import { badArgument, countOf } from "../bad-argument.ts";
import { deferred } from "../deferred.ts";
import { delayOf } from "../delay.ts";
import {
  isHeard,
  onAcquire,
  onReject,
  onWait,
  since,
  startOf,
  type Channel,
  type DiagnosticsEvent,
} from "../diagnostics.ts";
import { LimiterClosedError, QueueFullError } from "../errors.ts";
import type { AcquireOptions, Limiter, Permit } from "../limiter.ts";
import { Waiters, type Waiter } from "../waiters.ts";
import { RedisUnavailableError } from "./errors.ts";

/** What the limiters on Redis have in common. */
export interface RedisLimiterOptions {
  /** What is limited. Limiters of one name, in all processes, are one. Not empty. */
  readonly name: string;
  /**
   * What `acquire` does while Redis cannot be reached: `"reject"` (the default) rejects with a `RedisUnavailableError`,
   * `"wait"` goes on waiting until it can be reached again. Starting without a permit is not offered: that would be no
   * bound.
   */
  readonly whenUnreachable?: "reject" | "wait" | undefined;
  /**
   * How long Redis may take to answer before it counts as unreachable, in milliseconds. Default 5000; for leases never
   * more than a third of them.
   */
  readonly timeoutMs?: number | undefined;
  /**
   * How many may wait at most in this process; more are turned away with a `QueueFullError`. An integer from 0; default
   * no limit.
   */
  readonly maxWaiting?: number | undefined;
}

/** What the line needs to know of what it leads to. */
export interface Door<Asked extends AskingWaiter> {
  /** The limiter, for events. */
  readonly limiter: Limiter;
  /** A new entry: a waiter, with what else is known of it. */
  asking(waiter: Waiter): Asked;
  /** Asks for all of these at once. Those at the front are granted, as far as there is room. */
  ask(waiters: readonly Asked[]): Promise<Answer>;
  /** Called before the first wait, to be told of what comes back. True when something may have been missed until now. */
  listen?(): Promise<boolean>;
  /** Gives back what a waiter that is gone may have been granted. */
  giveBack?(waiter: Asked): void;
  /** Called when nobody waits any more. */
  onEmpty?(): void;
}

/** Somebody who waits, and whether Redis was asked for it and the answer is not known. */
export interface AskingWaiter extends Waiter {
  asked: boolean;
}

/** What was granted, in order, and when it is worth asking for the others, in milliseconds. */
export interface Answer {
  readonly grants: readonly Grant[];
  readonly againMs: number;
}

interface Grant {
  /** In how many milliseconds it begins. */
  readonly inMs: number;
  permit(): Permit;
}

/**
 * Those who wait in this process for something that Redis hands out: higher priority first, first come first served
 * within one. Only one question is under way at a time, for as many as there are, so that a crowd costs no more
 * questions than one; and no question is asked while the answer is known to be no.
 */
export class Line<Asked extends AskingWaiter> {
  readonly timeoutMs: number;
  readonly name: string;
  readonly #maxWaiting: number;
  readonly #waits: boolean;
  readonly #door: Door<Asked>;
  readonly #waiters = new Waiters();
  /** Those whose permit begins in a moment. */
  readonly #due = new Map<Asked, Timer>();
  #state: "open" | "asking" | "blocked" = "open";
  #timer: Timer | undefined;
  #wakes = 0;
  #failures = 0;
  #closed: { readonly reason: unknown } | undefined;
  #whenEmpty: (() => void)[] = [];

  constructor(options: RedisLimiterOptions, longestMs: number, door: Door<Asked>) {
    if (Object(options) !== options) throw badArgument("options", "an object with a `name`", options);
    const { name, whenUnreachable = "reject", timeoutMs = 5000, maxWaiting = Infinity } = options;
    if (typeof name !== "string" || name === "")
      throw badArgument("name", "a string that is not empty", name);
    if (!["reject", "wait"].includes(whenUnreachable)) {
      throw badArgument("whenUnreachable", '"reject" or "wait"', whenUnreachable);
    }
    this.name = name;
    this.timeoutMs = Math.min(delayOf("timeoutMs", timeoutMs), longestMs);
    this.#waits = whenUnreachable === "wait";
    this.#maxWaiting = maxWaiting === 0 ? 0 : countOf("maxWaiting", maxWaiting);
    this.#door = door;
  }

  get size(): number {
    return this.#waiters.size + this.#due.size;
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Waits for a permit. */
  enter(weight: number, { signal, priority = 0 }: AcquireOptions = {}): Promise<Permit> {
    const { promise, resolve } = deferred<Permit>();
    const start = startOf(onAcquire);
    const waiter = this.#door.asking({
      ...{ weight, priority, resolve, start, hold: undefined, leave: undefined, gone: false },
    });
    if (signal?.aborted) this.#refuse(waiter, signal.reason);
    else if (this.#closed) this.#refuse(waiter, this.#closed.reason);
    else if (this.#state === "blocked" && this.size >= this.#maxWaiting) {
      this.#refuse(waiter, new QueueFullError(this.#maxWaiting));
    } else {
      if (signal) {
        waiter.leave = onAbort(signal, () => {
          const wasFirst = this.#waiters.first === waiter;
          this.#turnAway(waiter, signal.reason);
          if (wasFirst) this.wake();
          this.#tellEmpty();
        });
      }
      this.#waiters.add(waiter, priority);
      if (isHeard(onWait)) this.#tell(onWait, { weight, waiting: this.size });
      if (this.#state === "open" || this.#waiters.first === waiter) this.wake();
    }
    return promise;
  }

  /** Says that the answer may be another now. */
  wake(): void {
    this.#wakes++;
    if (this.#state !== "asking" && this.#waiters.size > 0) void this.#ask();
  }

  close(reason: unknown = new LimiterClosedError()): void {
    if (this.#closed) return;
    this.#closed = { reason };
    this.#turnAllAway(reason);
    this.#tellEmpty();
  }

  /** Resolves when nobody waits. */
  empty(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
      this.#tellEmpty();
    });
  }

  /** `answer`, if it comes in time. */
  async inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: Timer | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new RedisUnavailableError(`Redis did not answer within ${this.timeoutMs} ms.`));
      }, this.timeoutMs);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(): Promise<void> {
    const door = this.#door;
    clearTimeout(this.#timer);
    this.#state = "asking";
    let againMs = 0;
    let wakes;
    do {
      // Who comes in the same turn is asked for together.
      await Promise.resolve();
      wakes = this.#wakes;
      const batch = this.#waiters.toArray().slice(0, mostAtOnce) as Asked[];
      if (batch.length === 0) break;
      for (const waiter of batch) waiter.asked = true;
      try {
        const answer = await this.inTime(door.ask(batch));
        const { grants } = answer;
        againMs = answer.againMs;
        batch.forEach((waiter, i) => this.#answered(waiter, grants[i]));
        if (grants.length < batch.length) this.#turnAwayExcess();
        if (grants.length === batch.length) againMs = 0;
        else if (door.listen && (await this.inTime(door.listen()))) againMs = 0;
        this.#failures = 0;
      } catch (error) {
        againMs = this.#failed(error);
      }
    } while (this.#waiters.size > 0 && (againMs === 0 || this.#wakes !== wakes));
    if (this.#waiters.size === 0) this.#state = "open";
    else {
      this.#state = "blocked";
      this.#timer = setTimeout(() => this.wake(), againMs);
    }
    this.#tellEmpty();
  }

  #answered(waiter: Asked, grant: Grant | undefined): void {
    waiter.asked = false;
    if (!grant) return;
    if (waiter.gone) {
      this.#door.giveBack?.(waiter);
      return;
    }
    this.#waiters.remove(waiter);
    const { inMs } = grant;
    if (inMs <= 0) this.#admit(waiter, grant.permit());
    else {
      const begin = (): void => {
        this.#due.delete(waiter);
        this.#admit(waiter, grant.permit());
        this.#tellEmpty();
      };
      this.#due.set(waiter, setTimeout(begin, Math.ceil(inMs)));
    }
  }

  #admit({ leave, resolve, weight, start }: Asked, permit: Permit): void {
    leave?.();
    if (isHeard(onAcquire)) this.#tell(onAcquire, { weight, waitedMs: since(start) });
    resolve(permit);
  }

  /** What to do when Redis gave no answer. Gives how long to wait before asking again, in milliseconds. */
  #failed(error: unknown): number {
    if (this.#waits && error instanceof RedisUnavailableError) {
      return Math.min(longestPauseMs, firstPauseMs * 2 ** this.#failures++);
    }
    this.#turnAllAway(error);
    return 0;
  }

  #turnAllAway(reason: unknown): void {
    for (const waiter of [...(this.#waiters.toArray() as Asked[]), ...this.#due.keys()]) {
      this.#turnAway(waiter, reason);
    }
  }

  #turnAwayExcess(): void {
    if (this.size <= this.#maxWaiting) return;
    const room = Math.max(0, this.#maxWaiting - this.#due.size);
    for (const waiter of (this.#waiters.toArray() as Asked[]).slice(room)) {
      this.#turnAway(waiter, new QueueFullError(this.#maxWaiting));
    }
  }

  #turnAway(waiter: Asked, reason: unknown): void {
    this.#waiters.remove(waiter);
    clearTimeout(this.#due.get(waiter));
    this.#due.delete(waiter);
    waiter.leave?.();
    if (waiter.asked) this.#door.giveBack?.(waiter);
    this.#refuse(waiter, reason);
  }

  #refuse({ resolve, weight }: Asked, reason: unknown): void {
    if (isHeard(onReject)) this.#tell(onReject, { weight, error: reason });
    const { promise, reject } = deferred<never>();
    reject(reason);
    resolve(promise);
  }

  #tellEmpty(): void {
    if (this.size > 0) return;
    if (this.#state !== "asking") {
      clearTimeout(this.#timer);
      this.#state = "open";
      this.#door.onEmpty?.();
    }
    for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  #tell(channel: Channel, event: Omit<DiagnosticsEvent, "limiter" | "name">): void {
    channel.publish({ limiter: this.#door.limiter, name: this.name, ...event });
  }
}

type Timer = ReturnType<typeof setTimeout>;

/** Pauses between questions to a Redis that cannot be reached, in milliseconds: doubling from the first. Guesses. */
const firstPauseMs = 50;
const longestPauseMs = 2000;

/** Asked for at once at most, so that no script takes Redis more than a millisecond or so; a guess. */
const mostAtOnce = 100;
