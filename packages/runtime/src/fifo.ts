/**
 * A queue with O(1) `push` and `shift` (`Array#shift` is O(n)): a ring in an array whose size is a power of two.
 *
 * It grows when full and shrinks when a quarter full, and forgets what was taken, so that it holds no garbage alive.
 */
export class Fifo<T> {
  #ring: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  /** How many items are in the queue. */
  get size(): number {
    return this.#size;
  }

  push(item: T): void {
    if (this.#size === this.#ring.length) this.#resize(this.#size * 2 || smallest);
    this.#ring[(this.#head + this.#size++) & (this.#ring.length - 1)] = item;
  }

  /** The oldest item, or `undefined` when there is none. */
  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  /** Takes the oldest item out; `undefined` when there is none. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const ring = this.#ring;
    const item = ring[this.#head];
    ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (ring.length - 1);
    this.#size--;
    if (this.#size < ring.length / 4 && ring.length > smallest) this.#resize(ring.length / 2);
    return item;
  }

  /** Takes everything out, oldest first. */
  drain(): T[] {
    const items = [...this];
    this.#ring = [];
    this.#head = this.#size = 0;
    return items;
  }

  /** The items, oldest first, without taking them out. Not meant to be mixed with changes. */
  *[Symbol.iterator](): IterableIterator<T> {
    const mask = this.#ring.length - 1;
    for (let i = 0; i < this.#size; i++) yield this.#ring[(this.#head + i) & mask] as T;
  }

  #resize(length: number): void {
    const old = this.#ring;
    const ring = new Array<T | undefined>(length);
    for (let i = 0; i < this.#size; i++) ring[i] = old[(this.#head + i) & (old.length - 1)];
    this.#ring = ring;
    this.#head = 0;
  }
}

/** The least room kept: small enough for thousands of queues, a guess. */
const smallest = 16;
