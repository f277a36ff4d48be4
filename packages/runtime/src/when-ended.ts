import { stillRunning } from "./still-running.ts";

/** Calls `then` when the task that failed with `error` has ended: at once, unless it goes on after a time-out. */
export function whenEnded(error: unknown, then: () => void): void {
  const rest = stillRunning(error);
  if (rest)
    rest.then(then).catch(() => undefined); // Whoever it fails for has the error.
  else then();
}
