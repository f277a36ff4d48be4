import { allowManyListeners } from "../abort.ts";
import { isHeard, onRelease, since, startOf } from "../diagnostics.ts";
import { releasedTwice } from "../layered-permit.ts";
import type { Limiter, Outcome, Permit, Signal } from "../limiter.ts";
import { PermitLostError } from "./errors.ts";

/** An object with `[Symbol.asyncDispose]()` where that symbol's type is loaded, otherwise any object. */
export type AsyncDisposableLike = SymbolConstructor extends { readonly asyncDispose: infer D extends symbol }
  ? { [K in D]: () => Promise<void> }
  : object;

/** A permit that other processes know of. It is a lease: renewed while this process runs, and at its end if it dies. */
export interface RedisPermit extends Permit, AsyncDisposableLike {
  /**
   * A number higher than that of every permit handed out before under this name. Store it with what the task writes and
   * refuse a lower one: then a process that stood still past its lease cannot undo what its successor wrote.
   */
  readonly token: number;
  /** Aborts, with a `PermitLostError`, when the permit is no longer ours. */
  readonly signal: Signal;
  /**
   * Gives the permit back. Resolves when Redis knows, to whether it still counted as ours; to `false` also when Redis
   * could not be told in time: its place is free when the lease ends, then. Never rejects.
   *
   * @throws {Error} when it was given back before.
   */
  // Nobody has to wait for it, or handle it: it never rejects.
  // eslint-disable-next-line @typescript-eslint/no-misused-promises
  release(outcome?: Outcome): Promise<boolean>;
}

/** What a lease needs to know of its limiter. */
export interface Lessor {
  readonly limiter: Limiter;
  readonly name: string;
  /** How long a lease is, in milliseconds. */
  readonly leaseMs: number;
  /** Asks Redis to renew leases; says of each whether it was still there. */
  renew(ids: readonly string[]): Promise<readonly boolean[]>;
  /** Tells Redis that a permit is free; resolves to whether it was still there. Never rejects. */
  giveBack(id: string): Promise<boolean>;
  /** Called when a permit is given back, and Redis knows or could not be told. */
  onBack(weight: number): void;
}

/** The permits this process holds under one name. */
export class Leases {
  readonly #lessor: Lessor;
  readonly #held = new Set<Lease>();
  #isWatching = false;

  constructor(lessor: Lessor) {
    this.#lessor = lessor;
  }

  /** @param askedAt - When Redis was asked, on the clock of `performance.now()`: the lease began later than that. */
  hold(id: string, weight: number, token: number, askedAt: number): RedisPermit {
    const lease = new Lease(this.#lessor, this.#held, id, weight, token);
    lease.endsAt = askedAt + this.#safeMs;
    this.#held.add(lease);
    if (!this.#isWatching) this.#renewIn(this.#lessor.leaseMs / 3);
    return lease;
  }

  /** A hundredth less than the lease, for clocks that run at another speed than the server's (as Redlock does). */
  get #safeMs(): number {
    return this.#lessor.leaseMs * 0.99;
  }

  #renewIn(ms: number): void {
    this.#isWatching = true;
    const timer: unknown = setTimeout(() => void this.#renew(), Math.max(1, ms));
    // A lease keeps no process alive: when nothing else is to be done, it may end.
    (timer as { unref?: () => void }).unref?.();
  }

  async #renew(): Promise<void> {
    const askedAt = performance.now();
    for (const lease of this.#held) {
      if (lease.endsAt <= askedAt) lease.lose("Redis could not be told in time that it is still used");
    }
    const leases = [...this.#held];
    this.#isWatching = leases.length > 0;
    if (!this.#isWatching) return;
    // The next date is set before the answer: a renewal that hangs must not keep others from being lost in time.
    const firstEnd = Math.min(...leases.map(({ endsAt }) => endsAt));
    this.#renewIn(Math.min(this.#lessor.leaseMs / 3, firstEnd - askedAt));
    const kept = await this.#lessor.renew(leases.map(({ id }) => id)).catch(() => undefined);
    if (!kept) return;
    leases.forEach((lease, i) => {
      if (kept[i]) lease.endsAt = Math.max(lease.endsAt, askedAt + this.#safeMs);
      else if (this.#held.has(lease)) {
        lease.lose("Redis no longer knows it: its lease has ended, or the data was lost");
      }
    });
  }
}

class Lease implements RedisPermit {
  readonly token: number;
  readonly id: string;
  /** When it cannot be trusted any more, on the clock of `performance.now()`. */
  endsAt = 0;
  readonly #lessor: Lessor;
  readonly #held: Set<Lease>;
  readonly #weight: number;
  readonly #start = startOf(onRelease);
  #controller: AbortController | undefined;
  #lost: PermitLostError | undefined;
  #released = false;

  constructor(lessor: Lessor, held: Set<Lease>, id: string, weight: number, token: number) {
    this.#lessor = lessor;
    this.#held = held;
    this.id = id;
    this.#weight = weight;
    this.token = token;
  }

  get signal(): Signal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      allowManyListeners(this.#controller.signal);
      if (this.#lost) this.#controller.abort(this.#lost);
    }
    return this.#controller.signal;
  }

  lose(why: string): void {
    this.#held.delete(this);
    this.#lost = new PermitLostError(`The permit of "${this.#lessor.name}" is lost: ${why}.`);
    this.#controller?.abort(this.#lost);
  }

  release(outcome: Outcome = "success"): Promise<boolean> {
    if (this.#released) throw releasedTwice();
    this.#released = true;
    this.#held.delete(this);
    const { limiter, name } = this.#lessor;
    const weight = this.#weight;
    if (isHeard(onRelease)) {
      onRelease.publish({ limiter, name, weight, outcome, heldMs: since(this.#start) });
    }
    return this.#giveBack();
  }

  async #giveBack(): Promise<boolean> {
    // Also one that is lost: if Redis has it all the same, its place is free sooner.
    const wasThere = await this.#lessor.giveBack(this.id);
    this.#lessor.onBack(this.#weight);
    return wasThere && !this.#lost;
  }

  [Symbol.dispose](): void {
    if (!this.#released) void this.release("ignore");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#released) await this.release("ignore");
  }
}
