export { AdaptiveLimiter, type AdaptiveLimiterOptions } from "./adaptive-limiter.ts";
export { bounded } from "./bounded.ts";
export { CircuitBreaker, type CircuitBreakerOptions } from "./circuit-breaker.ts";
export { combine } from "./combine.ts";
export { createLimit, type Limit } from "./create-limit.ts";
export { detectDeadlock } from "./deadlock.ts";
export type { DiagnosticsEvent } from "./diagnostics.ts";
export {
  CircuitOpenError,
  DeadlockError,
  LimiterClosedError,
  QueueClosedError,
  QueueFullError,
  TimeoutError,
} from "./errors.ts";
export {
  classify,
  type AbortSignalLike,
  type AcquireOptions,
  type Concurrency,
  type DisposableLike,
  type Limiter,
  type Outcome,
  type Permit,
  type Signal,
} from "./limiter.ts";
export { KeyedLimiter } from "./keyed-limiter.ts";
export { limited } from "./limited.ts";
export { forEachLimit } from "./for-each-limit.ts";
export { mapLimit } from "./map-limit.ts";
export { mapLimitSettled } from "./map-limit-settled.ts";
export type { ElementOf, Progress, StoppableTaskOptions, TaskContext, TaskOptions } from "./run-tasks.ts";
export { RateLimiter, type RateLimiterOptions } from "./rate-limiter.ts";
export type { Rate } from "./rate.ts";
export { Semaphore, type SemaphoreOptions } from "./semaphore.ts";
export { streamLimit, type StreamOptions } from "./stream-limit.ts";
export { batched, type BatchedOptions } from "./batched.ts";
export { Batcher, type BatcherCache, type BatcherOptions, type BatchLoad } from "./batcher.ts";
export type { PolicyArguments, PolicyContext, UnderPolicy } from "./policy.ts";
export {
  Queue,
  type QueueOptions,
  type QueueSnapshot,
  type QueueValuesOptions,
  type QueueWaitOptions,
} from "./queue.ts";
export { retry, retryable, type Backoff, type RetryEvent, type RetryOptions } from "./retry.ts";
export { suggestLimit } from "./suggest-limit.ts";
export { timeout } from "./timeout.ts";
export { tune, type TuneLevel, type TuneOptions, type TuneReport } from "./tune.ts";
