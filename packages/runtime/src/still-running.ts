/**
 * How `timeout` tells whoever holds a slot that the task goes on although its promise is settled.
 *
 * The error carries it, because it gets through every function in between that lets errors pass, policies and users'
 * own. Keyed weakly: nothing is kept longer than the error.
 */
const running = new WeakMap<object, Promise<unknown>>();

/** Notes that what failed with `error` still runs, until `task` settles. */
export function leaveRunning(error: object, task: Promise<unknown>): void {
  running.set(error, task);
}

/**
 * What still runs behind an error: a promise that settles when it has ended, or `undefined`, as nearly always. It never
 * rejects. A slot is free only then.
 */
export function stillRunning(error: unknown): Promise<unknown> | undefined {
  return typeof error === "object" && error !== null ? running.get(error) : undefined;
}
