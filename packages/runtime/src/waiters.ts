import type { Hold } from "./deadlock.ts";
import type { Permit } from "./limiter.ts";

/** Who waits for a permit. Linked into the list of its priority, so that leaving costs O(1). */
export interface Waiter {
  readonly weight: number;
  readonly priority: number;
  /** Whether it only wants to be told: `run` needs no permit object. */
  readonly withoutPermit: boolean;
  /** When it came, if somebody wants to know how long it waited. */
  readonly start: number | undefined;
  hold: Hold | undefined;
  /** What to do when it waits no longer. */
  leave: (() => void) | undefined;
  readonly resolve: (permit: Permit | undefined) => void;
  readonly reject: (reason: unknown) => void;
  next: Waiter | undefined;
  previous: Waiter | undefined;
}

interface Level {
  readonly priority: number;
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
  readonly #levels: Level[] = [];

  /** Who is served next. */
  get first(): Waiter | undefined {
    return this.#levels[0]?.first;
  }

  add(waiter: Waiter): void {
    const levels = this.#levels;
    let i = 0;
    while (i < levels.length && (levels[i] as Level).priority > waiter.priority) i++;
    let level = levels[i];
    if (level?.priority !== waiter.priority) {
      level = { priority: waiter.priority, first: undefined, last: undefined };
      levels.splice(i, 0, level);
    }
    waiter.previous = level.last;
    if (level.last) level.last.next = waiter;
    else level.first = waiter;
    level.last = waiter;
    this.size++;
  }

  remove(waiter: Waiter): void {
    const { next, previous } = waiter;
    if (next && previous) {
      next.previous = previous;
      previous.next = next;
    } else {
      const i = this.#levels.findIndex(({ priority }) => priority === waiter.priority);
      const level = this.#levels[i] as Level;
      if (previous) previous.next = undefined;
      else level.first = next;
      if (next) next.previous = undefined;
      else level.last = previous;
      if (!level.first) this.#levels.splice(i, 1);
    }
    waiter.next = waiter.previous = undefined;
    this.size--;
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
