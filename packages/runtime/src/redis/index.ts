/** Limits across processes and machines, through Redis or Valkey: `@floodgate/runtime/redis`. */
export { PermitLostError, RedisUnavailableError } from "./errors.ts";
export type { IoRedisLike, NodeRedisLike, RedisClientLike } from "./client.ts";
export type { AsyncDisposableLike, RedisPermit } from "./lease.ts";
export type { RedisLimiterOptions } from "./line.ts";
export { RedisRateLimiter, type RedisRateLimiterOptions } from "./redis-rate-limiter.ts";
export { RedisSemaphore, type RedisSemaphoreOptions } from "./redis-semaphore.ts";
