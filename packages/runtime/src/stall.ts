import { onStall } from "./diagnostics.ts";
import type { Limiter } from "./limiter.ts";

/** Something in which somebody may wait for ever. */
export interface Stallable {
  readonly limiter?: Limiter;
  readonly name?: string | undefined;
  /** How long nothing may move before it is reported; `Infinity` never reports. */
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

/** Those somebody waited in at the last look. */
const watched = new Set<Stallable>();
/** Those that were reported: once is enough. */
const reported = new WeakSet<Stallable>();

/**
 * Looks after `what` while somebody waits in it. Call it when the first starts to wait; more calls cost a look into a set.
 *
 * A stall is reported between one and two times `stallAfterMs` after the last move, by a timer that keeps no process
 * alive, and when the event loop runs empty: a deadlocked program ends at once then, quietly and with exit code 0.
 */
export function watch(what: Stallable): void {
  if (watched.has(what) || reported.has(what) || what.stallAfterMs === Infinity) return;
  if (watched.size === 0) hostProcess?.on?.("beforeExit", reportAll);
  watched.add(what);
  lookLater(what);
}

function lookLater(what: Stallable): void {
  const moves = what.moves();
  const timer: unknown = setTimeout(() => {
    if (what.waiting() === 0) forget(what);
    else if (what.moves() === moves) report(what, `nothing has moved for ${what.stallAfterMs} ms`);
    else if (watched.has(what)) lookLater(what);
  }, what.stallAfterMs);
  (timer as { unref?: () => void }).unref?.();
}

function reportAll(): void {
  for (const what of watched) {
    if (what.waiting() > 0) report(what, "nothing is left that could move");
    else forget(what);
  }
}

function report(what: Stallable, finding: string): void {
  forget(what);
  reported.add(what);
  const { limiter, name } = what;
  const waiting = what.waiting();
  const message = `${what.describe()}: ${finding}, with ${waiting} waiting. Does a task wait for the limiter it runs under?`;
  if (onStall.hasSubscribers) onStall.publish({ limiter, name, waiting, message });
  hostProcess?.emitWarning?.(message, { type: "FloodgateWarning", code: "FLOODGATE_STALL" });
}

function forget(what: Stallable): void {
  watched.delete(what);
  if (watched.size === 0) hostProcess?.removeListener?.("beforeExit", reportAll);
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
