import { Fifo } from "./fifo.ts";
import { whenEnded } from "./when-ended.ts";

/** How the calls of one limited function stand. */
export interface CallQueue {
  /** How many calls wait. */
  waiting(): number;
  /** A number that changes whenever a call starts or ends. */
  moves(): number;
}

/**
 * The engine of `limited` with a number, which knows nothing of limiters and diagnostics.
 *
 * A call that waits costs little: its arguments in a ring, and a link in a chain of promises, its turn, which comes when
 * the turn before it has come and a slot is free. A promise with a resolver of its own for each would cost half as much
 * again; and the link is made in the caller's async context, so that the call runs in it.
 *
 * @param onWait - Called when the first call starts to wait.
 */
export function limitCalls<This, A extends unknown[], R>(
  limit: number,
  fn: (this: This, ...args: A) => R,
  onWait?: (queue: CallQueue) => void,
): (this: This, ...args: A) => Promise<Awaited<R>> {
  const calls = new Fifo<unknown>(); // For each call that waits: its `this`, the number of arguments, the arguments.
  let running = 0; // Slots that are taken, or promised to the next in the chain.
  let waiting = 0; // Calls no slot is promised to.
  let promised = 0; // Slots that are promised, and not asked for yet.
  let moves = 0;
  let lastTurn: Promise<unknown> = Promise.resolve();
  let giveSlot: (() => void) | undefined; // Set while the first in the chain asks for a slot.
  const queue: CallQueue = { waiting: () => waiting, moves: () => moves };

  const nextSlot = (): Promise<void> | undefined => {
    if (promised > 0) {
      promised--;
      return undefined;
    }
    return new Promise((resolve) => {
      giveSlot = resolve;
    });
  };

  const start = async (self: This, args: A): Promise<Awaited<R>> => {
    moves++;
    try {
      const value = await fn.apply(self, args);
      end();
      return value;
    } catch (error) {
      whenEnded(error, end);
      throw error;
    }
  };

  const startNext = (): Promise<Awaited<R>> => {
    const self = calls.shift() as This;
    const args = Array.from({ length: calls.shift() as number }, () => calls.shift()) as A;
    return start(self, args);
  };

  const end = (): void => {
    moves++;
    if (waiting === 0) running--;
    else {
      waiting--;
      if (giveSlot) {
        giveSlot();
        giveSlot = undefined;
      } else promised++;
    }
  };

  return function (...args) {
    if (running < limit) {
      running++;
      return start(this, args);
    }
    calls.push(this);
    calls.push(args.length);
    for (const arg of args) calls.push(arg);
    if (waiting++ === 0) onWait?.(queue);
    lastTurn = lastTurn.then(nextSlot);
    return lastTurn.then(startNext);
  };
}
