/**
 * A clock that goes on only when told to, for simulations of a minute with a hundred thousand timers: `vi`'s own clock
 * takes 7 s for what this one does in 1. What is simulated has to use it, and `performance.now` to be replaced by `now`.
 */
export class VirtualTime {
  /** Milliseconds since it was made. */
  now = 0;
  /** A heap: each timer is due before those at twice its place, and one more. */
  readonly #timers: Timer[] = [];
  #made = 0;

  /** Calls `call` in so many milliseconds. */
  after(ms: number, call: () => void): void {
    const timers = this.#timers;
    const timer = { due: this.now + ms, order: this.#made++, call };
    let at = timers.length;
    for (
      let parent;
      at > 0 && (parent = timers[(at - 1) >> 1]) && isBefore(timer, parent);
      at = (at - 1) >> 1
    ) {
      timers[at] = parent;
    }
    timers[at] = timer;
  }

  /** Lets so much time go by: calls what is due, one after the other, each after all that follows from the one before. */
  async advance(ms: number): Promise<void> {
    const end = this.now + ms;
    for (let next; (next = this.#timers[0]) && next.due <= end;) {
      this.#shift();
      this.now = next.due;
      next.call();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.now = end;
  }

  #shift(): void {
    const timers = this.#timers;
    const last = timers.pop();
    if (!last || timers.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [timers[child], timers[child + 1]];
      if (!left) break;
      const first = right && isBefore(right, left) ? (child++, right) : left;
      if (isBefore(last, first)) break;
      timers[at] = first;
      at = child;
    }
    timers[at] = last;
  }
}

interface Timer {
  readonly due: number;
  readonly order: number;
  readonly call: () => void;
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
