import { badArgument, countOf, functionOf } from "../bad-argument.ts";
import { LONGEST_DELAY_MS } from "../delay.ts";
import { classify, tooHeavy, weightOf, type AcquireOptions, type Limiter, type Outcome } from "../limiter.ts";
import { runWith, wrapUnder } from "../run-under.ts";
import type { Waiter } from "../waiters.ts";
import { connectionOf, type Connection, type RedisClientLike } from "./client.ts";
import { Leases, type RedisPermit } from "./lease.ts";
import { Line, type Answer, type AskingWaiter, type RedisLimiterOptions } from "./line.ts";
import { acquireScript, releaseScript, renewScript } from "./scripts.ts";
import { listen, type Listening } from "./wake-ups.ts";

/** Options of {@link RedisSemaphore}. */
export interface RedisSemaphoreOptions extends RedisLimiterOptions {
  /**
   * Tasks in flight at most, in all processes together: an integer from 1. Each process goes by its own number, so that
   * a new one comes into force as processes are replaced.
   */
  readonly permits: number;
  /**
   * How long a permit is held without word from its process, in milliseconds: an integer from 100 and up, the same in
   * all processes. Renewed each third of it. Default 30 000. Longer: the place of a process that died is free later;
   * shorter: a process or a Redis that stands still loses permits sooner.
   */
  readonly leaseMs?: number | undefined;
}

/**
 * Limits how many tasks are in flight across processes and machines: those that use the same Redis (or Valkey) and the
 * same name.
 *
 * A permit is a lease. It is renewed while its process runs and comes back when the process dies. When it is lost all
 * the same, `permit.signal` aborts; `permit.token` lets storage refuse what a holder writes that should have stopped.
 * The bound holds while Redis keeps its data, its clock does not go back, and no holder stands still for longer than
 * its lease.
 *
 * Two commands per task, and one per process for each third of a lease. Who waits is woken by a message, so the client is
 * `duplicate()`d once, while somebody waits. Within a process waiters are served first come first served within a
 * priority; between processes the order is whose question arrives first.
 *
 * @example
 * ```ts redis
 * import { mapLimit } from "@floodgate/runtime";
 * import { RedisSemaphore } from "@floodgate/runtime/redis";
 * import { createClient } from "redis";
 *
 * const client = await createClient({ url: process.env["REDIS_URL"] ?? "redis://localhost:6379" }).connect();
 * const reports = new RedisSemaphore(client, { name: "reports", permits: 3 });
 *
 * await mapLimit([1, 2, 3], reports, async (n) => n * 2); // [2, 4, 6]
 * await reports.run(async ({ signal, token }) => signal.aborted || token <= 0); // false
 *
 * reports.close();
 * await reports.idle();
 * await client.close();
 * ```
 */
export class RedisSemaphore implements Limiter {
  /** What it limits. */
  readonly name: string;
  /** Tasks in flight at most, in all processes together. */
  readonly permits: number;
  readonly #leaseMs: number;
  readonly #connection: Connection;
  readonly #line: Line<Candidate>;
  readonly #leases: Leases;
  readonly #key: string;
  readonly #channel: string;
  /** Who we are, among all processes. */
  readonly #self = crypto.randomUUID();
  #count = 0;
  #active = 0;
  #whenBack: (() => void)[] = [];
  #listening: (Listening & { heard: boolean }) | undefined;
  #lingering: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param client - Of node-redis (4 and up), ioredis (5 and up) or iovalkey, single or of a cluster. It stays yours:
   * connect it before the first use, and close it after `idle()`.
   * @throws {TypeError | RangeError} when an argument is wrong.
   */
  constructor(client: RedisClientLike, options: RedisSemaphoreOptions) {
    this.#connection = connectionOf(client);
    const { leaseMs = 30_000 } = Object(options) as RedisSemaphoreOptions;
    this.#leaseMs = leaseOf(leaseMs);
    this.#line = new Line(options, leaseMs / 3, {
      limiter: this,
      asking: (waiter) => this.#asking(waiter),
      ask: (waiters) => this.#ask(waiters),
      listen: () => this.#listen(),
      giveBack: ({ id }) => void this.#giveBack(id),
      onEmpty: () => this.#linger(),
    });
    const { name, permits } = options;
    if (countOf("permits", permits) === Infinity) throw badArgument("permits", "an integer from 1", permits);
    this.name = name;
    this.permits = permits;
    this.#key = `floodgate:{${name}}:permits`;
    this.#channel = `floodgate:{${name}}:back`;
    this.#leases = new Leases({
      limiter: this,
      name,
      leaseMs,
      renew: (ids) => this.#renew(ids),
      giveBack: (id) => this.#giveBack(id),
      onBack: (weight) => this.#back(weight),
    });
  }

  /** The same as `permits`. */
  get capacity(): number {
    return this.permits;
  }

  /** Permits that this process holds, by weight; released ones until Redis knows. */
  get active(): number {
    return this.#active;
  }

  /** How many wait for a permit in this process. */
  get waiting(): number {
    return this.#line.size;
  }

  /** True when this process holds no permit and waits for none. */
  get atRest(): boolean {
    return this.#active === 0 && this.#line.size === 0;
  }

  /**
   * Waits for a permit. Whoever gets one has to give it back: with `release()`, or by declaring it with `await using`.
   *
   * Rejects with the signal's reason when it aborts first, with `QueueFullError` when `maxWaiting` wait already, when
   * the semaphore is closed, and when Redis cannot be reached (see `whenUnreachable`), is not connected, or runs no
   * scripts.
   *
   * @throws {RangeError} when the weight is above `permits`, so that it would wait for ever.
   */
  acquire(options?: AcquireOptions): Promise<RedisPermit> {
    const weight = weightOf(options);
    if (weight > this.permits) throw tooHeavy(weight, `the ${this.permits} permits there are`);
    return this.#line.enter(weight, options) as Promise<RedisPermit>;
  }

  /**
   * Runs `task` under a permit, which it is given, and gives it back when the task settles, without waiting for Redis.
   * Rejects as `acquire` does, or as `task` does.
   */
  run<R>(task: (permit: RedisPermit) => R | PromiseLike<R>, options?: AcquireOptions): Promise<Awaited<R>> {
    functionOf("task", task);
    return this.acquire(options).then((permit) => runWith(this, permit, () => task(permit)));
  }

  /** `fn` with the same `this` and arguments, each call under a permit. */
  wrap<This, A extends unknown[], R>(
    fn: (this: This, ...args: A) => R,
    options?: AcquireOptions,
  ): (this: This, ...args: A) => Promise<Awaited<R>> {
    return wrapUnder(this, fn, options);
  }

  classify(error: unknown, value: unknown): Outcome {
    return classify(error, value);
  }

  /**
   * Turns everybody in this process away from now on: those that wait, and later calls, are rejected with `reason`.
   * Permits that are out stay valid and are renewed. Closing again does nothing.
   */
  close(reason?: unknown): void {
    this.#line.close(reason);
    if (this.#line.size === 0) this.#deafen();
  }

  /** Resolves when this process holds no permit, Redis knows, and nobody waits. For shutting down, after `close()`. */
  async idle(): Promise<void> {
    await this.#line.empty();
    if (this.#active > 0) await new Promise<void>((resolve) => this.#whenBack.push(resolve));
    if (!this.atRest) return this.idle();
  }

  /** What it is doing in this process, as a plain object for logs. */
  inspect(): Readonly<Record<string, unknown>> {
    const { name, permits, active, waiting } = this;
    return { kind: "RedisSemaphore", name, permits, active, waiting, closed: this.#line.closed };
  }

  #asking(waiter: Waiter): Candidate {
    return { ...waiter, asked: false, id: `${this.#self}:${this.#count++}:${waiter.weight}` };
  }

  async #ask(waiters: readonly Candidate[]): Promise<Answer> {
    const askedAt = performance.now();
    const args = [this.permits, this.#leaseMs, ...waiters.map(({ id }) => id)];
    const [tokens, freeMs] = (await this.#connection.run(acquireScript, [this.#key], args)) as [
      unknown[],
      unknown,
    ];
    const grants = tokens.map((token, i) => {
      const { id, weight } = waiters[i] as Candidate;
      const permit = (): RedisPermit => {
        this.#active += weight;
        return this.#leases.hold(id, weight, Number(token), askedAt);
      };
      return { inMs: 0, permit };
    });
    const nextEnd = Number(freeMs);
    return { grants, againMs: nextEnd > 0 ? nextEnd : this.#leaseMs };
  }

  async #listen(): Promise<boolean> {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    const listening = (this.#listening ??= {
      heard: false,
      ...listen(this.#connection, this.#channel, (from) => {
        if (from !== this.#self) this.#line.wake();
      }),
    });
    const { heard } = listening;
    try {
      await listening.begun;
    } catch (error) {
      if (this.#listening === listening) this.#deafen();
      throw error;
    }
    listening.heard = true;
    return !heard;
  }

  /** Goes on listening for a moment: who has waited once will wait again. */
  #linger(): void {
    if (!this.#listening || this.#lingering) return;
    if (this.#line.closed) {
      this.#deafen();
      return;
    }
    const timer: unknown = setTimeout(() => this.#deafen(), lingerMs);
    (timer as { unref?: () => void }).unref?.();
    this.#lingering = timer as ReturnType<typeof setTimeout>;
  }

  #deafen(): void {
    clearTimeout(this.#lingering);
    this.#lingering = undefined;
    this.#listening?.stop();
    this.#listening = undefined;
  }

  async #renew(ids: readonly string[]): Promise<readonly boolean[]> {
    const kept = await this.#connection.run(renewScript, [this.#key], [this.#leaseMs, ...ids]);
    return (kept as unknown[]).map((there) => Number(there) === 1);
  }

  async #giveBack(id: string): Promise<boolean> {
    try {
      const given = this.#connection.run(releaseScript, [this.#key], [this.#channel, this.#self, id]);
      return Number(await this.#line.inTime(given)) === 1;
    } catch {
      return false; // Its lease will end.
    }
  }

  #back(weight: number): void {
    this.#active -= weight;
    this.#line.wake();
    if (this.#active === 0) for (const tell of this.#whenBack.splice(0)) tell();
  }
}

interface Candidate extends AskingWaiter {
  readonly id: string;
}

/** How long a connection that nobody needs is kept, in milliseconds; a guess. */
const lingerMs = 1000;

function leaseOf(leaseMs: number): number {
  if (Number.isInteger(leaseMs) && leaseMs >= 100 && leaseMs <= LONGEST_DELAY_MS) return leaseMs;
  throw badArgument("leaseMs", `an integer from 100 to ${LONGEST_DELAY_MS}`, leaseMs);
}
