/** When a crashed server is started again: with growing pauses, and not for ever. */

export interface Restart {
  readonly delayMs: number;
  /** Whether to tell the user: once per row of crashes. */
  readonly tell: boolean;
}

export interface RestartPolicy {
  /** The server went away at `now` (milliseconds). Undefined: leave it, it does not recover. */
  crashed(now: number): Restart | undefined;
  /** The user asked for a restart: forget what was. */
  reset(): void;
}

/** The pause before a restart, which asking for one ends. */
export interface Pause {
  wait(ms: number): Promise<void>;
  /** Whether there was a pause to end. */
  end(): boolean;
}

export function createPause(): Pause {
  let over: (() => void) | undefined;
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => over?.(), ms);
        over = () => {
          clearTimeout(timer);
          over = undefined;
          resolve();
        };
      }),
    end: () => {
      const waiting = over !== undefined;
      over?.();
      return waiting;
    },
  };
}

/** Crashes further apart than this have nothing to do with each other. A guess; vscode-languageclient's default too. */
const windowMs = 3 * 60_000;
const pausesMs = [250, 1000, 4000, 15_000];

/** Four restarts in three minutes, after 0.25, 1, 4 and 15 seconds; the fifth crash in that time is the last. */
export function createRestartPolicy(): RestartPolicy {
  let crashes: readonly number[] = [];
  return {
    crashed: (now) => {
      crashes = [...crashes.filter((at) => now - at < windowMs), now];
      const delayMs = pausesMs[crashes.length - 1];
      return delayMs === undefined ? undefined : { delayMs, tell: crashes.length === 1 };
    },
    reset: () => {
      crashes = [];
    },
  };
}
