/**
 * A queue with O(1) `push` and, in the long run, `shift` (`Array#shift` is O(n)): an array, and how much of it is taken.
 *
 * What is taken is forgotten, and cut off when it is more than what is left, so that it holds no garbage alive.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  /** How many items are in the queue. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  /** The oldest item, or `undefined` when there is none. */
  peek(): T | undefined {
    return this.#items[this.#head];
  }

  /** Takes the oldest item out; `undefined` when there is none. */
  shift(): T | undefined {
    const items = this.#items;
    if (this.#head === items.length) return undefined;
    const item = items[this.#head];
    items[this.#head++] = undefined;
    if (this.#head > leastCut && this.#head * 2 > items.length) this.#items = this.drain();
    return item;
  }

  /** Takes everything out, oldest first. */
  drain(): T[] {
    const items = this.toArray();
    this.#items = [];
    this.#head = 0;
    return items;
  }

  /** The items, oldest first, without taking them out. */
  toArray(): T[] {
    return this.#items.slice(this.#head) as T[];
  }
}

/** Less than this is not worth the copy: a guess. */
const leastCut = 16;
