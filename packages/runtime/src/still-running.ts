/**
 * How `timeout` tells whoever holds a slot that the task goes on although its promise is settled.
 *
 * The error carries it, because it gets through every function in between that lets errors pass, policies and users'
 * own. The symbol is the same in every copy of this package.
 */
const settled = /* @__PURE__ */ Symbol.for("floodgate:settled");

/** Notes that what failed with `error` still runs, until `task` settles. */
export function leaveRunning(error: object, task: Promise<unknown>): void {
  Reflect.defineProperty(error, settled, { value: task, configurable: true });
}

/**
 * What still runs behind an error: a promise that settles when it has ended, or `undefined`, as nearly always. It never
 * rejects. A slot is free only then.
 */
export function stillRunning(error: unknown): Promise<unknown> | undefined {
  try {
    return (error as { readonly [settled]?: Promise<unknown> } | null | undefined)?.[settled];
  } catch {
    return undefined; // A proxy that knows its own members only.
  }
}
