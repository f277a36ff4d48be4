/**
 * Redis did not answer, so there is no permit: it cannot be reached, it does not answer in time, or it is not ready to
 * (`LOADING`, `READONLY` and the like). `cause` is what the client said.
 *
 * Thrown by `acquire`, and by all that acquires, when `whenUnreachable` is `"reject"`. Nothing is held then: if Redis did
 * hand out a permit that did not get here, it is given back as soon as Redis can be told, and at the latest when its
 * lease ends. Trying again later is safe.
 *
 * @example
 * ```ts redis
 * import { RedisSemaphore, RedisUnavailableError } from "@floodgate/runtime/redis";
 * import { createClient } from "redis";
 *
 * const client = await createClient({ url: process.env["REDIS_URL"] ?? "redis://localhost:6379" }).connect();
 * const reports = new RedisSemaphore(client, { name: "reports", permits: 3 });
 * await reports
 *   .run(async () => "done")
 *   .catch((error: unknown) => {
 *     if (error instanceof RedisUnavailableError) return "later";
 *     throw error;
 *   });
 * await client.close();
 * ```
 */
export class RedisUnavailableError extends Error {
  override readonly name: string = "RedisUnavailableError";

  constructor(message = "Redis does not answer.", options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}

/**
 * A permit is no longer ours, though it was not released: the reason that `permit.signal` aborts with.
 *
 * Either Redis could not be told in time that it is still used, or Redis has forgotten it (a flush, an eviction, a
 * failover, a restart without saved data, or this process stood still for longer than the lease). Somebody else may hold
 * its place already: stop, and write nothing more without comparing `permit.token`.
 *
 * @example
 * ```ts
 * import { PermitLostError } from "@floodgate/runtime/redis";
 *
 * const isLost = (reason: unknown) => reason instanceof PermitLostError;
 * isLost(new Error("something else")); // false
 * ```
 */
export class PermitLostError extends Error {
  override readonly name: string = "PermitLostError";

  constructor(message = "The permit is lost.", options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}
