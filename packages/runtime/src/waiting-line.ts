import { Fifo } from "./fifo.ts";

/**
 * Those who wait, first come first served, where some leave before it is their turn: O(1), in the long run.
 *
 * Who is gone stays in line until it is at the head, where nobody is who is gone, or until most of the line is gone.
 */
export class WaitingLine<T extends { gone?: boolean | undefined }> extends Fifo<T> {
  #gone = 0;

  override get size(): number {
    return super.size - this.#gone;
  }

  /** Takes out who came first. Not `shift`, overridden: `super.shift()` costs a contended semaphore a tenth. */
  next(): T | undefined {
    const first = this.shift();
    if (this.#gone) this.#tidy();
    return first;
  }

  /** Takes out somebody who is in this line and not gone. */
  remove(waiting: T): void {
    waiting.gone = true;
    this.#gone++;
    this.#tidy();
  }

  override drain(): T[] {
    this.#gone = 0;
    return super.drain();
  }

  override toArray(): T[] {
    return super.toArray().filter((waiting) => !waiting.gone);
  }

  #tidy(): void {
    if (this.#gone > this.size) for (const waiting of this.drain()) this.push(waiting);
    while (this.peek()?.gone) {
      this.#gone--;
      this.shift();
    }
  }
}
