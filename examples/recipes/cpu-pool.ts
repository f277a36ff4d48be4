// Work for the processor in threads, behind a limiter: the event loop stays free, and callers wait in one line.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { Semaphore } from "@floodgate/runtime";
import { Piscina } from "piscina";

/**
 * Hashes passwords, as many at once as there are processors.
 *
 * A thread pool has a queue of its own, which knows neither priorities nor when to say no. With a limiter in front, of
 * as many permits as there are threads, that queue is always empty, and the limiter's rules are the only ones.
 */
export function passwordHasher({ threads = availableParallelism(), maxWaiting = 1000 } = {}) {
  const limiter = new Semaphore(threads, { name: "password hashing", maxWaiting });
  const pool = new Piscina<string, string>({
    filename: fileURLToPath(new URL("cpu-pool.worker.js", import.meta.url)),
    minThreads: 1,
    maxThreads: threads,
  });
  return {
    limiter,
    /** Rejects with `QueueFullError` when too many wait: better told now than answered too late. */
    hash: (password: string, options: { signal?: AbortSignal; priority?: number } = {}) =>
      limiter.run(() => pool.run(password, { signal: options.signal ?? null }), options),
    async close(): Promise<void> {
      limiter.close();
      await limiter.idle();
      await pool.destroy();
    },
  };
}
