import type { Permit } from "./limiter.ts";
import { WaitingLine } from "./waiting-line.ts";

/** Hands over a permit, or a rejection. */
export type Resolve = (permit: Permit | PromiseLike<never>) => void;

/** Somebody who waits with more than patience: a weight, a priority, a signal. */
export interface Waiter {
  readonly weight: number;
  readonly priority: number;
  readonly resolve: Resolve;
  /** When it came, if somebody wants to know how long it waited. */
  readonly start: number | undefined;
  /** What to do when it waits no longer. */
  leave: (() => void) | undefined;
  gone: boolean;
}

/** Who waits: mostly nothing but the function that ends the wait, because many may wait. It has none of the rest. */
export type Waiting = (Resolve & { readonly [K in keyof Waiter]?: undefined }) | Waiter;

/** Those of one priority. */
type Level = WaitingLine<Waiting> & { readonly priority: number };

/**
 * Those who wait, in the order they are served: higher priority first, first come first served within one.
 *
 * O(1), in the long run also for leaving, but for finding the level of a priority, which takes a look at each other
 * priority somebody waits with.
 */
export class Waiters {
  size = 0;
  /** By priority, highest first; none is empty but the only one. */
  readonly #levels: Level[] = [];

  /** Who is served next. */
  get first(): Waiting | undefined {
    return this.#levels[0]?.peek();
  }

  add(waiting: Waiting, priority: number): void {
    const levels = this.#levels;
    if (this.size++ === 0 && levels[0]?.priority !== priority) levels.length = 0;
    let i = 0;
    for (let level; (level = levels[i]) && level.priority > priority;) i++;
    let level = levels[i];
    if (level?.priority !== priority)
      levels.splice(i, 0, (level = Object.assign(new WaitingLine<Waiting>(), { priority })));
    level.push(waiting);
  }

  /** Takes out who is served next: `first`, which is somebody. */
  shift(): void {
    const level = this.#levels[0] as Level;
    level.next();
    this.#tidy(level);
  }

  /** Takes out somebody who is in here, or is no more. */
  remove(waiting: Waiting): void {
    const level = this.#levels.find(({ priority }) => priority === waiting.priority);
    if (waiting.gone !== false || !level) return;
    level.remove(waiting);
    this.#tidy(level);
  }

  /** Everybody, in order. */
  toArray(): Waiting[] {
    return this.#levels.flatMap((level) => level.toArray());
  }

  /** Takes out everybody, in order. */
  drain(): Waiting[] {
    const all = this.toArray();
    this.#levels.length = this.size = 0;
    return all;
  }

  /** Sees to it, after somebody has left, that `#levels` is as it says. */
  #tidy(level: Level): void {
    this.size--;
    if (this.#levels.length > 1 && level.size === 0) this.#levels.splice(this.#levels.indexOf(level), 1);
  }
}
