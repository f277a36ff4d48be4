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
