import type { Hold } from "./deadlock.ts";
import type { Permit } from "./limiter.ts";

/** Who waits for a permit. Linked into the list of its priority, so that leaving costs O(1). */
export interface Waiter {
  readonly weight: number;
  readonly priority: number;
  /** Whether it only wants to be told: `run` needs no permit object. */
  readonly withoutPermit: boolean;
  /** What few waiters have. */
  extras: WaiterExtras | undefined;
  resolve: (permit: Permit | PromiseLike<never> | undefined) => void;
  next: Waiter | undefined;
  previous: Waiter | undefined;
}

export interface WaiterExtras {
  /** When it came, if somebody wants to know how long it waited. */
  readonly start: number | undefined;
  hold: Hold | undefined;
  /** What to do when it waits no longer. */
  leave: () => void;
}

interface Level {
  priority: number;
  first: Waiter | undefined;
  last: Waiter | undefined;
}

/**
 * Waiters in the order they are served: higher priority first, first come first served within one.
 *
 * O(1) but for finding the level of a priority, which takes a look at each other priority somebody waits with.
 */
export class Waiters {
  size = 0;
  /** By priority, highest first. None is empty, unless it is the only one. */
  readonly #levels: Level[] = [];

  /** Who is served next. */
  get first(): Waiter | undefined {
    return this.#levels[0]?.first;
  }

  has(waiter: Waiter): boolean {
    return waiter.previous !== undefined || this.#levels.some(({ first }) => first === waiter);
  }

  add(waiter: Waiter): void {
    const level = this.#levelFor(waiter.priority);
    const last = level.last;
    waiter.previous = last;
    if (last) last.next = waiter;
    else level.first = waiter;
    level.last = waiter;
    this.size++;
  }

  remove(waiter: Waiter): void {
    const { next, previous } = waiter;
    if (next) next.previous = previous;
    if (previous) previous.next = next;
    if (!next || !previous) {
      const level = this.#levelFor(waiter.priority);
      if (!previous) level.first = next;
      if (!next) level.last = previous;
      if (!level.first && this.#levels.length > 1) this.#levels.splice(this.#levels.indexOf(level), 1);
    }
    waiter.next = waiter.previous = undefined;
    this.size--;
  }

  #levelFor(priority: number): Level {
    const levels = this.#levels;
    let i = 0;
    for (let level; (level = levels[i]); i++) {
      if (this.size === 0) level.priority = priority;
      if (level.priority === priority) return level;
      if (level.priority < priority) break;
    }
    const level = { priority, first: undefined, last: undefined };
    levels.splice(i, 0, level);
    return level;
  }

  *[Symbol.iterator](): IterableIterator<Waiter> {
    for (const level of [...this.#levels]) {
      for (let waiter = level.first, next; waiter; waiter = next) {
        next = waiter.next;
        yield waiter;
      }
    }
  }
}
