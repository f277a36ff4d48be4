/**
 * A queue with O(1) `push` and, in the long run, `shift` (`Array#shift` is O(n)): an array, and how much of it is taken.
 *
 * What is taken is forgotten, so that it holds no garbage alive. Its places are cut off when something is added and
 * they are more than what is left: a queue that is only emptied is never copied.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  /** How many items are in the queue. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    if (this.#head > leastCut && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
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
