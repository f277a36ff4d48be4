import { target } from "./target.mjs";

export default target("runtime", "packages/runtime/src", [
  "semaphore.ts",
  "waiters.ts",
  "waiting-line.ts",
  "run-tasks.ts",
  "map-limit.ts",
  "stream-limit.ts",
  "create-limit.ts",
  "limited.ts",
  "limit-calls.ts",
  "queue.ts",
  "fifo.ts",
  "batched.ts",
  "batcher.ts",
  "retry.ts",
  "timeout.ts",
  "circuit-breaker.ts",
  "keyed-limiter.ts",
  "combine.ts",
]);
