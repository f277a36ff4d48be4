import { LONGEST_DELAY_MS } from "./delay.ts";
import { isHeard, onStall } from "./diagnostics.ts";
import type { Limiter } from "./limiter.ts";

/** Something in which somebody may wait for ever. */
export interface Stallable {
  readonly limiter?: Limiter;
  readonly name?: string | undefined;
  /** How long nothing may move before it is reported; more than a timer takes (24.8 days) never reports. */
  readonly stallAfterMs: number;
  /** What it is, for the warning: `Semaphore "database" of 10 permits`. */
  describe(): string;
  /** How many wait. */
  waiting(): number;
  /** A number that changes whenever somebody comes in or goes out. */
  moves(): number;
}

/** Reported after this long by default, in milliseconds: most requests have been given up by then; a guess. */
export const defaultStallAfterMs = 30_000;

/** Those somebody waited in at the last look, and what looks again. */
const watched = new Map<object, Watch>();
/** Those that were reported: once is enough. */
const reported = new WeakSet<object>();

interface Watch {
  readonly what: Stallable;
  readonly timer: ReturnType<typeof setInterval>;
}

/**
 * Looks after `key` while somebody waits in it. Call it when the first starts to wait; more calls cost a look into a map.
 *
 * A stall is reported between one and two times `stallAfterMs` after the last move, by a timer that keeps no process
 * alive, and when the event loop runs empty: a deadlocked program ends at once then, quietly and with exit code 0.
 *
 * @param see - Says what is to be seen of it. A function, so that a bundle for browsers, where nobody looks, is without.
 */
export function watch(key: object, see: () => Stallable): void {
  if (watched.has(key) || reported.has(key)) return;
  const what = see();
  const { stallAfterMs } = what;
  if (stallAfterMs > LONGEST_DELAY_MS) return;
  if (watched.size === 0) hostProcess?.on?.("beforeExit", lookAtAll);
  let moves = what.moves();
  const timer = setInterval(() => {
    const hasMoved = moves !== (moves = what.moves());
    look(key, what, hasMoved ? undefined : `nothing has moved for ${stallAfterMs} ms`);
  }, stallAfterMs);
  (timer as { unref?: () => void }).unref?.();
  watched.set(key, { what, timer });
}

function lookAtAll(): void {
  for (const [key, { what }] of watched) look(key, what, "nothing is left that could move");
}

/** Reports `key` if somebody waits in it and something was found; looks no more then, or when nobody waits. */
function look(key: object, what: Stallable, finding: string | undefined): void {
  const waiting = what.waiting();
  if (waiting > 0 && finding === undefined) return;
  clearInterval(watched.get(key)?.timer);
  watched.delete(key);
  if (watched.size === 0) hostProcess?.removeListener?.("beforeExit", lookAtAll);
  if (waiting === 0) return;
  reported.add(key);
  const { limiter, name } = what;
  const message = `${what.describe()}: ${finding}, with ${waiting} waiting. Does a task wait for the limiter it runs under?`;
  if (isHeard(onStall)) onStall.publish({ limiter, name, waiting, message });
  hostProcess?.emitWarning?.(message, { type: "FloodgateWarning", code: "FLOODGATE_STALL" });
}

const hostProcess = (
  globalThis as {
    process?: {
      on?: (event: "beforeExit", listener: () => void) => void;
      removeListener?: (event: "beforeExit", listener: () => void) => void;
      emitWarning?: (message: string, options: { type: string; code: string }) => void;
    };
  }
).process;
