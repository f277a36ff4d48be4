import { onAbort } from "./abort.ts";
import { badArgument, countOf, functionOf, signalOf } from "./bad-argument.ts";
import { delayOf, LONGEST_DELAY_MS } from "./delay.ts";
import { classify, type Signal } from "./limiter.ts";
import type { UnderPolicy } from "./policy.ts";
import { follow, replaceSignal } from "./replace-signal.ts";
import { leaveRunning, stillRunning } from "./still-running.ts";

/** How the waits between attempts grow: `baseMs`, then `factor` times as long each time, up to `maxMs`. */
export interface Backoff {
  /** Milliseconds before the second attempt, from 0. Default 100, a guess. */
  readonly baseMs?: number;
  /** At least 1. Default 2. */
  readonly factor?: number;
  /** The longest wait in milliseconds, up to 2,147,483,647. Default 30,000. */
  readonly maxMs?: number;
}

/** When {@link retry} tries again. */
export interface RetryOptions {
  /** Attempts in all, the first included: an integer from 1, or `Infinity`. Default 3. */
  readonly attempts?: number | undefined;
  /** How long to wait before the next attempt: {@link Backoff}, or milliseconds from the number of attempts made. */
  readonly backoff?: Backoff | ((attemptsMade: number, error: unknown) => number) | undefined;
  /**
   * `"full"` (default) waits a random part of the back-off, so that callers who failed together do not come back
   * together; `"none"` waits all of it.
   *
   * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
   */
  readonly jitter?: "full" | "none" | undefined;
  /**
   * Whether to try again after this error, or (`error` is `undefined`) after this value. Default: {@link retryable}.
   */
  readonly retryIf?: ((error: unknown, value: unknown) => boolean) | undefined;
  /** Ends the attempts and the waits between them. */
  readonly signal?: Signal | undefined;
  /** Told before each wait, for logs. */
  readonly onRetry?: ((retry: RetryEvent) => void) | undefined;
  /** A number from 0 to below 1, for tests. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Why and when {@link retry} will try again. */
export interface RetryEvent {
  readonly error: unknown;
  readonly value: unknown;
  readonly attemptsMade: number;
  readonly delayMs: number;
}

/**
 * Calls a function again when it fails, after a wait that grows, with jitter.
 *
 * The function is called with the same `this` and arguments, and `{ signal }` last: in the place of the context a helper
 * passes (`mapLimit` and its relatives), otherwise behind the arguments.
 * Rejects with the last error as it was thrown (or resolves to the last value, such as a `Response` of 429); with the
 * signal's reason when it is aborted during a wait.
 *
 * A `Retry-After` (of an error, its `response`, or a resolved `Response`; also `retryAfterMs` of a `CircuitOpenError`)
 * is waited for when it is longer than the back-off. When it is longer than `maxMs`, there is no further attempt: an
 * earlier one would be refused, and nobody wants to wait that long.
 *
 * Order matters. `retry(limiter.wrap(fn))` gives the permit back while it waits, so that others can work; it may then
 * have to queue again. `limiter.wrap(retry(fn))` keeps it, which is slower for everyone but holds a broken service at
 * arm's length. `retry(limiter.wrap(timeout(fn, ms)))` is the usual one: each attempt has its own time and its own permit.
 * An attempt that ignored its time-out may still run beside the next one; with the limiter inside, each holds a slot.
 *
 * @example
 * ```ts
 * import { retry } from "@floodgate/runtime";
 *
 * let calls = 0;
 * const load = retry(
 *   async () => {
 *     if (++calls < 3) throw new Error("try again");
 *     return "loaded";
 *   },
 *   { attempts: 5, backoff: { baseMs: 1 } },
 * );
 * console.assert((await load()) === "loaded" && calls === 3);
 * ```
 *
 * @throws {TypeError | RangeError} when an argument is not what it must be.
 */
export function retry<This, P extends unknown[], R>(
  fn: (this: This, ...args: P) => R,
  options: RetryOptions = {},
): UnderPolicy<This, P, R> {
  functionOf("fn", fn);
  const { attempts = 3, jitter = "full", onRetry, retryIf = retryable, random = Math.random } = options;
  countOf("attempts", attempts);
  functionOf("retryIf", retryIf);
  functionOf("random", random);
  signalOf(options.signal);
  if (onRetry !== undefined) functionOf("onRetry", onRetry);
  if (!["full", "none"].includes(jitter)) throw badArgument("jitter", '`"full"` or `"none"`', jitter);
  const { growth, maxMs } = growthOf(options.backoff);

  /** Milliseconds to wait, or -1: no further attempt. */
  const delay = (made: number, error: unknown, value: unknown): number => {
    const ms = growth(made, error) * (jitter === "full" ? random() : 1);
    const least = retryAfterMs(error, value);
    return least > maxMs ? -1 : Math.max(least, ms);
  };

  return async function (this: This, ...args: unknown[]): Promise<Awaited<R>> {
    const controller = new AbortController();
    const { signal } = controller;
    const unfollow = follow([options.signal, replaceSignal(args, controller)], controller);
    const left: Promise<unknown>[] = [];
    try {
      for (let made = 1; ; made++) {
        throwIfAborted(signal);
        let error: unknown;
        let value: Awaited<R> | undefined;
        let failed = false;
        try {
          value = await fn.apply(this, [...args] as P);
        } catch (reason) {
          failed = true;
          error = reason;
          const rest = stillRunning(reason);
          if (rest) left.push(rest);
        }
        const judged = failed ? (error ?? new Error("The task failed with nothing")) : undefined;
        const delayMs =
          made < attempts && !signal.aborted && retryIf(judged, value) ? delay(made, error, value) : -1;
        if (delayMs < 0) {
          if (!failed) return value as Awaited<R>;
          if (left.length > 0 && Object(error) === error) leaveRunning(error as object, Promise.all(left));
          throw error;
        }
        discard(value);
        onRetry?.({ error, value, attemptsMade: made, delayMs });
        await wait(delayMs, signal);
      }
    } finally {
      unfollow();
    }
  };
}

/**
 * Whether trying again may help: what {@link retry} asks unless told otherwise.
 *
 * No after an abort, after a limiter or queue was closed, and after a status from 400 to 499 other than 408, 425 and
 * 429, which say that the request itself is wrong. Yes after any other error, and after a resolved `Response` of 429 or
 * 503, because `fetch` does not reject for them.
 *
 * @example
 * ```ts
 * import { retryable } from "@floodgate/runtime";
 *
 * console.assert(retryable(new Error("socket hang up"), undefined));
 * console.assert(!retryable(Object.assign(new Error("not found"), { status: 404 }), undefined));
 * ```
 */
export function retryable(error: unknown, value: unknown): boolean {
  if (error === undefined) return classify(undefined, value) === "overload";
  const said = error as Failure;
  if (FINAL.has(said?.name)) return false;
  const status = said?.status ?? said?.statusCode ?? said?.response?.status;
  return !(typeof status === "number" && status >= 400 && status < 500) || [408, 425, 429].includes(status);
}

const FINAL: ReadonlySet<unknown> = new Set([
  "AbortError",
  "LimiterClosedError",
  "QueueClosedError",
  "DeadlockError",
]);

type Failure =
  | (Answer & {
      name?: unknown;
      status?: unknown;
      statusCode?: unknown;
      retryAfterMs?: unknown;
      response?: (Answer & { status?: unknown }) | null;
    })
  | null
  | undefined;
interface Answer {
  headers?: { get?: (name: string) => unknown } & Record<string, unknown>;
}

function growthOf(backoff: RetryOptions["backoff"] = {}): {
  readonly growth: (made: number, error: unknown) => number;
  readonly maxMs: number;
} {
  if (typeof backoff === "function") {
    return { growth: (made, error) => delayOf("backoff()", backoff(made, error)), maxMs: LONGEST_DELAY_MS };
  }
  const { baseMs = 100, factor = 2, maxMs = 30_000 } = backoff;
  delayOf("backoff.maxMs", maxMs);
  if (!(baseMs >= 0 && baseMs < Infinity))
    throw badArgument("backoff.baseMs", "a number from 0 and up", baseMs);
  if (!(factor >= 1 && factor < Infinity))
    throw badArgument("backoff.factor", "a number from 1 and up", factor);
  // The zero is apart because zero times an infinite power is not a number.
  return { growth: (made) => (baseMs === 0 ? 0 : Math.min(maxMs, baseMs * factor ** (made - 1))), maxMs };
}

/** How long the other side asks to be left alone, in milliseconds; 0 when it does not say. */
function retryAfterMs(error: unknown, value: unknown): number {
  const said = (error ?? value) as Failure;
  if (typeof said?.retryAfterMs === "number") return said.retryAfterMs;
  const header = headerOf(said) ?? headerOf(said?.response);
  if (typeof header !== "string" && typeof header !== "number") return 0;
  // RFC 9110, section 10.2.3: seconds, or a date.
  const ms = /^\d+$/.test(String(header)) ? Number(header) * 1000 : Date.parse(String(header)) - Date.now();
  return ms > 0 ? ms : 0;
}

function headerOf(answer: Answer | null | undefined): unknown {
  const headers = answer?.headers;
  if (typeof headers?.get === "function") return headers.get("retry-after");
  return headers?.["retry-after"] ?? headers?.["Retry-After"];
}

/** Lets go of a response that nobody will read: until its body is cancelled, it keeps its connection. */
function discard(value: unknown): void {
  const body = (value as { body?: { cancel?: () => Promise<unknown> } | null } | null | undefined)?.body;
  if (typeof body?.cancel === "function") void body.cancel().catch(() => undefined);
}

function wait(ms: number, signal: Signal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, ms);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}

function throwIfAborted(signal: Signal): void {
  if (signal.aborted) throw signal.reason as Error;
}
