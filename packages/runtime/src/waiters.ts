import type { Hold } from "./deadlock.ts";
import { Fifo } from "./fifo.ts";
import type { Permit } from "./limiter.ts";

/** Hands over a permit, or a rejection. */
export type Resolve = (permit: Permit | PromiseLike<never>) => void;

/** Somebody who waits with more than patience: a weight, a priority, a signal. */
export interface Waiter {
  readonly weight: number;
  readonly priority: number;
  readonly resolve: Resolve;
  /** When it came, if somebody wants to know how long it waited. */
  readonly start: number | undefined;
  hold: Hold | undefined;
  /** What to do when it waits no longer. */
  leave: (() => void) | undefined;
  gone: boolean;
}

/** Who waits: mostly nothing but the function that ends the wait, because many may wait. */
export type Waiting = Resolve | Waiter;

interface Level {
  readonly priority: number;
  /** Those that are gone stay in line until they are at its head, or most of it. */
  line: Fifo<Waiting>;
  gone: number;
}

/**
 * Those who wait, in the order they are served: higher priority first, first come first served within one.
 *
 * O(1), in the long run also for leaving, but for finding the level of a priority, which takes a look at each other
 * priority somebody waits with.
 */
export class Waiters {
  size = 0;
  /** By priority, highest first; none is empty but the only one, and none has somebody at its head who is gone. */
  #levels: Level[] = [];

  /** Who is served next. */
  get first(): Waiting | undefined {
    return this.#levels[0]?.line.peek();
  }

  add(waiting: Waiting, priority: number): void {
    const levels = this.#levels;
    if (this.size === 0 && levels[0]?.priority !== priority) levels.length = 0;
    let i = 0;
    for (let level; (level = levels[i]) && level.priority > priority;) i++;
    let level = levels[i];
    if (level?.priority !== priority) {
      level = { priority, line: new Fifo(), gone: 0 };
      levels.splice(i, 0, level);
    }
    level.line.push(waiting);
    this.size++;
  }

  /** Takes out who is served next. */
  shift(): void {
    const level = this.#levels[0];
    if (!level) return;
    level.line.shift();
    this.size--;
    this.#tidy(level);
  }

  /** Takes out somebody who is in here, or is no more. */
  remove(waiter: Waiter): void {
    const level = this.#levels.find(({ priority }) => priority === waiter.priority);
    if (waiter.gone || !level) return;
    waiter.gone = true;
    level.gone++;
    this.size--;
    this.#tidy(level);
  }

  /** Everybody, in order. */
  *[Symbol.iterator](): IterableIterator<Waiting> {
    for (const { line } of this.#levels) {
      for (const waiting of line) if (!isGone(waiting)) yield waiting;
    }
  }

  /** Takes out everybody, in order. */
  drain(): Waiting[] {
    const all = [...this];
    this.#levels = [];
    this.size = 0;
    return all;
  }

  #tidy(level: Level): void {
    if (level.gone > 16 && level.gone * 2 > level.line.size) {
      const stay = [...level.line].filter((waiting) => !isGone(waiting));
      level.line = new Fifo();
      for (const waiting of stay) level.line.push(waiting);
      level.gone = 0;
    }
    for (let head; (head = level.line.peek()) && isGone(head); level.gone--) level.line.shift();
    if (level.line.size === 0 && this.#levels.length > 1) this.#levels.splice(this.#levels.indexOf(level), 1);
  }
}

function isGone(waiting: Waiting): boolean {
  return typeof waiting !== "function" && waiting.gone;
}
