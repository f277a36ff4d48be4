import { badArgument } from "./bad-argument.ts";
import { builtin } from "./builtin.ts";

/**
 * A number to begin with, where nothing better is known: how many tasks at once on this machine.
 *
 * `"cpu"`: as many as there are processors for us, since more only take turns. That is for threads and processes
 * (`worker_threads`, `child_process`): within one thread, JavaScript computes one thing at a time whatever the limit.
 * `"io"`: twice that, a start from which to go up while throughput does, by {@link tune} or an `AdaptiveLimiter`. The
 * right number depends on the other side and not on this machine; it may be 5, or 100.
 *
 * Node says how many processors there are (`os.availableParallelism()`), a browser `navigator.hardwareConcurrency`,
 * rounded for privacy; where nobody does, 4 is assumed. A container's share of CPU time is known to neither on Node 20.
 *
 * @throws {TypeError} when `kind` is neither.
 *
 * @example
 * ```ts
 * import { mapLimit, suggestLimit } from "@floodgate/runtime";
 *
 * await mapLimit(["a", "b"], suggestLimit("io"), async (name) => name.toUpperCase()); // ["A", "B"]
 * ```
 */
export function suggestLimit(kind: "cpu" | "io"): number {
  if (!["cpu", "io"].includes(kind)) throw badArgument("kind", '"cpu" or "io"', kind);
  const os = builtin("node:os") as { availableParallelism?: () => number } | undefined;
  const { navigator } = globalThis as { navigator?: { hardwareConcurrency?: number } };
  const processors = os?.availableParallelism?.() ?? navigator?.hardwareConcurrency ?? 4;
  return kind === "cpu" ? processors : 2 * processors;
}
