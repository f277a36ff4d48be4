import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { deferred, type Deferred } from "../deferred.ts";
import { mapLimit } from "../map-limit.ts";
import { combine } from "../combine.ts";
import { PermitLostError, RedisRateLimiter, RedisSemaphore, RedisUnavailableError } from "./index.ts";
import type { NodeRedisLike, RedisClientLike } from "./index.ts";

/** A client in the test's hand: what is asked is noted, and answered when the test says so. */
class HeldClient implements NodeRedisLike {
  isOpen = true;
  readonly asked: { readonly args: readonly string[]; readonly answer: Deferred<unknown> }[] = [];
  readonly heard: ((message: string) => void)[] = [];
  ended = 0;

  evalSha(_sha: string, { arguments: args }: { arguments: string[] }): Promise<unknown> {
    const answer = deferred<unknown>();
    this.asked.push({ args, answer });
    return answer.promise;
  }
  eval(_lua: string, options: { arguments: string[] }): Promise<unknown> {
    return this.evalSha("", options);
  }
  duplicate(): unknown {
    return {
      on: () => undefined,
      connect: () => Promise.resolve(),
      subscribe: (_channel: string, listener: (message: string) => void) => {
        this.heard.push(listener);
        return Promise.resolve();
      },
      unsubscribe: () => Promise.resolve(),
      destroy: () => {
        this.ended++;
      },
    };
  }

  /** Answers the oldest question that is open, and lets everything happen that follows. */
  async answer(value: unknown): Promise<readonly string[]> {
    await settle();
    const next = this.asked.shift();
    if (!next) throw new Error("Nothing was asked.");
    if (value instanceof Error) next.answer.reject(value);
    else next.answer.resolve(value);
    await settle();
    return next.args;
  }
}

const settle = () => vi.advanceTimersByTimeAsync(0);
const granted = (...tokens: number[]) => [tokens.map(String), 30_000];
const denied = (freeMs: number) => [[], freeMs];

let client: HeldClient;
beforeEach(() => {
  vi.useFakeTimers();
  client = new HeldClient();
});
afterEach(() => {
  vi.useRealTimers();
});

const semaphoreOf = (options = {}) => new RedisSemaphore(client, { name: "db", permits: 2, ...options });

describe("arguments", () => {
  test.each([
    [undefined, /Expected `client` to be a client of node-redis/u],
    [{}, /`client`/u],
    [{ evalsha: () => 1, duplicate: () => 1 }, /`client`/u], // node-redis 3
    ["redis://localhost", /`client`/u],
  ])("%s is no client", (wrong, message) => {
    expect(() => new RedisSemaphore(wrong as RedisClientLike, { name: "a", permits: 1 })).toThrow(message);
    expect(
      () => new RedisRateLimiter(wrong as RedisClientLike, { name: "a", limit: 1, intervalMs: 1 }),
    ).toThrow(message);
  });

  test.each([
    [{ permits: 0 }, "Expected `permits` to be an integer from 1 and up or `Infinity`, got `0` (number)"],
    [{ permits: Infinity }, "Expected `permits` to be an integer from 1, got `Infinity` (number)"],
    [{ name: "" }, "Expected `name` to be a string that is not empty, got `` (string)"],
    [{ name: 7 }, "Expected `name` to be a string that is not empty, got `7` (number)"],
    [{ leaseMs: 99 }, "Expected `leaseMs` to be an integer from 100 to 2147483647, got `99` (number)"],
    [{ leaseMs: NaN }, "Expected `leaseMs` to be an integer from 100 to 2147483647, got `NaN` (number)"],
    [
      { timeoutMs: -1 },
      "Expected `timeoutMs` to be a number of milliseconds from 0 to 2147483647, got `-1` (number)",
    ],
    [{ whenUnreachable: "run" }, 'Expected `whenUnreachable` to be "reject" or "wait", got `run` (string)'],
    [
      { maxWaiting: 1.5 },
      "Expected `maxWaiting` to be an integer from 1 and up or `Infinity`, got `1.5` (number)",
    ],
  ])("%j is refused at once, in words", (options, message) => {
    expect(() => semaphoreOf(options)).toThrow(message);
  });

  test.each([
    [{ limit: 0 }, "Expected `limit` to be an integer from 1 and up, got `0` (number)"],
    [{ limit: NaN }, "Expected `limit` to be an integer from 1 and up, got `NaN` (number)"],
    [{ intervalMs: -5 }, "Expected `intervalMs` to be a number of milliseconds above 0"],
    [{ burst: 0.5 }, "Expected `burst` to be an integer from 1 and up, got `0.5` (number)"],
    [{ burst: 5, strict: true }, "Expected `burst` to be absent, because the limit is strict"],
  ])("a rate of %j is refused at once, in words", (options, message) => {
    const make = () => new RedisRateLimiter(client, { name: "a", limit: 1, intervalMs: 1, ...options });
    expect(make).toThrow(message);
  });

  test("no options at all are refused in words", () => {
    expect(() => new RedisSemaphore(client, undefined as never)).toThrow(
      "Expected `options` to be an object",
    );
  });

  test("a weight that never fits is refused", () => {
    expect(() => semaphoreOf().acquire({ weight: 3 })).toThrow(
      "Expected `weight` to be at most the 2 permits there are, got `3`",
    );
    expect(() => semaphoreOf().acquire({ weight: 0.5 })).toThrow(RangeError);
    const rate = new RedisRateLimiter(client, { name: "a", limit: 2, intervalMs: 1 });
    expect(() => rate.acquire({ weight: 3 })).toThrow(RangeError);
    expect(() => rate.pauseUntil(NaN)).toThrow(/Expected `when`/u);
    expect(() => rate.pauseUntil(new Date(Infinity))).toThrow(/Expected `when`/u);
  });

  test("mapLimit takes the semaphore, and asks for combine where there is only a rate", () => {
    const rate = new RedisRateLimiter(client, { name: "a", limit: 2, intervalMs: 1 });
    expect(() => mapLimit([1], rate, (n) => n)).toThrow(/write `combine\(50, limiter\)`/u);
    expect(combine(rate, semaphoreOf()).capacity).toBe(2);
    expect("tryAcquire" in semaphoreOf()).toBe(false);
  });
});

describe("questions", () => {
  test("who asks in the same turn is asked for together, and one question is under way at a time", async () => {
    const semaphore = semaphoreOf({ permits: 9 });
    const first = [semaphore.acquire(), semaphore.acquire({ weight: 2 })];
    await settle();
    const later = semaphore.acquire();
    await settle();
    expect(client.asked).toHaveLength(1);
    const [permits, leaseMs, ...ids] = await client.answer(granted(10, 11));
    expect([permits, leaseMs]).toEqual(["9", "30000"]);
    expect(ids.map((id) => id.split(":").at(-1))).toEqual(["1", "2"]);
    expect((await Promise.all(first)).map(({ token }) => token)).toEqual([10, 11]);
    await client.answer(granted(12));
    expect((await later).token).toBe(12);
    expect(semaphore.inspect()).toEqual({
      kind: "RedisSemaphore",
      name: "db",
      permits: 9,
      active: 4,
      waiting: 0,
      closed: false,
    });
  });

  test("higher priority is asked for first", async () => {
    const semaphore = semaphoreOf();
    void semaphore.acquire();
    void semaphore.acquire({ priority: 1, weight: 2 });
    const [, , first] = await client.answer(granted(1));
    expect(first).toMatch(/:2$/u);
  });

  test("a script the server has not seen is sent in full", async () => {
    const semaphore = semaphoreOf();
    const inFull = vi.spyOn(client, "eval");
    const permit = semaphore.acquire();
    await client.answer(new Error("NOSCRIPT No matching script. Please use EVAL."));
    expect(inFull).toHaveBeenCalledOnce();
    await client.answer(granted(1));
    expect((await permit).token).toBe(1);
  });

  test("who is refused asks again when somebody else gives back, not when it did so itself, and when a lease ends", async () => {
    const semaphore = semaphoreOf();
    void semaphore.acquire();
    const [, , id = ""] = await client.answer(denied(700));
    const [self = ""] = id.split(":");
    // Once more, because something may have come back before it listened.
    await client.answer(denied(700));
    expect(client.asked).toHaveLength(0);
    client.heard[0]?.(self);
    await settle();
    expect(client.asked).toHaveLength(0);
    client.heard[0]?.("another");
    await client.answer(denied(500));
    await vi.advanceTimersByTimeAsync(499);
    expect(client.asked).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(client.asked).toHaveLength(1);
  });

  test("a message that comes while the question is under way is not lost", async () => {
    const semaphore = semaphoreOf();
    const permit = semaphore.acquire();
    await client.answer(denied(30_000));
    client.heard[0]?.("another");
    await client.answer(denied(30_000));
    await client.answer(granted(5));
    expect((await permit).token).toBe(5);
  });

  test("the connection that listens is closed a second after the last has waited, or at once when closed", async () => {
    const semaphore = semaphoreOf();
    const wait = async () => {
      const permit = semaphore.acquire();
      await client.answer(denied(30_000));
      await client.answer(granted(5));
      return permit;
    };
    await wait();
    expect(client.ended).toBe(0);
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.ended).toBe(1);
    await wait();
    semaphore.close();
    expect(client.ended).toBe(2);
  });
});

describe("waiting", () => {
  test("whoever is one too many is turned away when there is no room, and not before", async () => {
    const semaphore = semaphoreOf({ maxWaiting: 1 });
    const all = [1, 2, 3].map(() => semaphore.acquire());
    const third = expect(all[2]).rejects.toThrow("Nobody else may wait: 1 are waiting already.");
    await client.answer([["7"], 30_000]);
    await third;
    await client.answer(denied(30_000));
    await expect(semaphore.acquire()).rejects.toThrow("Nobody else may wait");
    expect((await all[0])?.token).toBe(7);
    expect(semaphore.waiting).toBe(1);
  });

  test("a waiter that aborts while it is asked for gives back what it is granted", async () => {
    const semaphore = semaphoreOf();
    const controller = new AbortController();
    const permit = semaphore.acquire({ signal: controller.signal });
    await settle();
    controller.abort(new Error("enough"));
    await expect(permit).rejects.toThrow("enough");
    const [, , id] = await client.answer(granted(1));
    const back = client.asked.map(({ args }) => args);
    expect(back.every((args) => args[2] === id) && back.length > 0).toBe(true);
    expect(semaphore.active).toBe(0);
  });

  test("a waiter whose signal is aborted already asks nothing", async () => {
    const signal = AbortSignal.abort(new Error("before"));
    await expect(semaphoreOf().acquire({ signal })).rejects.toThrow("before");
    expect(client.asked).toHaveLength(0);
  });

  test("closing turns away who waits and who comes; permits that are out stay, and idle waits for them", async () => {
    const semaphore = semaphoreOf();
    const permit = semaphore.acquire();
    await client.answer(granted(1));
    const waits = expect(semaphore.acquire()).rejects.toThrow("going down");
    await client.answer(denied(30_000));
    semaphore.close(new Error("going down"));
    await waits;
    await expect(semaphore.acquire()).rejects.toThrow("going down");
    let isIdle = false;
    void semaphore.idle().then(() => (isIdle = true));
    await settle();
    expect(isIdle).toBe(false);
    client.asked.length = 0;
    const released = (await permit).release();
    await client.answer(1);
    expect(await released).toBe(true);
    expect(isIdle).toBe(true);
    expect(semaphore.atRest).toBe(true);
  });
});

describe("a Redis that does not answer", () => {
  test("is an error after `timeoutMs`, for all who wait, and what it grants late is given back", async () => {
    const semaphore = semaphoreOf({ timeoutMs: 400 });
    const all = [semaphore.acquire(), semaphore.acquire()];
    const ends = all.map((permit) => expect(permit).rejects.toThrow(RedisUnavailableError));
    await vi.advanceTimersByTimeAsync(400);
    await Promise.all(ends);
    // The question, and one that takes it back for each.
    expect(client.asked.map(({ args }) => args.length)).toEqual([4, 3, 3]);
    expect(semaphore.waiting).toBe(0);
  });

  test("is waited for, by choice, with questions that become rarer, and for the same permit", async () => {
    const semaphore = semaphoreOf({ whenUnreachable: "wait" });
    const permit = semaphore.acquire();
    const [, , id] = await client.answer(new Error("Socket closed"));
    const pauses: number[] = [];
    for (let i = 0; i < 8; i++) {
      const begun = performance.now();
      while (client.asked.length === 0) await vi.advanceTimersByTimeAsync(10);
      pauses.push(performance.now() - begun);
      expect((await client.answer(new Error("Socket closed")))[2]).toBe(id);
    }
    expect(pauses.map((ms) => Math.round(ms / 10) * 10)).toEqual([50, 100, 200, 400, 800, 1600, 2000, 2000]);
    await vi.advanceTimersByTimeAsync(2000);
    await client.answer(granted(3));
    expect((await permit).token).toBe(3);
  });

  test.each([
    "LOADING Redis is loading",
    "READONLY You can't write",
    "CLUSTERDOWN Hash slot not served",
    "ERR Error running script (call to f_cafe): @user_script:12: @user_script: 12: -READONLY You can't write",
  ])("%s counts as that", async (message) => {
    const permit = semaphoreOf().acquire();
    const end = expect(permit).rejects.toMatchObject({ name: "RedisUnavailableError" });
    await client.answer(new Error(message));
    await end;
  });

  test("a closed client is not waited for", async () => {
    client.isOpen = false;
    const permit = semaphoreOf({ whenUnreachable: "wait" }).acquire();
    await expect(permit).rejects.toThrow("The Redis client is not connected");
  });

  test("a release never rejects: the place is free when the lease ends", async () => {
    const permit = semaphoreOf().acquire();
    await client.answer(granted(1));
    const released = (await permit).release();
    await client.answer(new Error("Socket closed"));
    expect(await released).toBe(false);
  });
});

describe("leases", () => {
  async function hold(options = {}) {
    const semaphore = semaphoreOf({ leaseMs: 3000, ...options });
    const permit = semaphore.acquire();
    await client.answer(granted(1));
    return { semaphore, permit: await permit };
  }

  test("are renewed each third, all of a process together, until they are given back", async () => {
    const { semaphore, permit } = await hold();
    const second = semaphore.acquire();
    await client.answer(granted(2));
    await vi.advanceTimersByTimeAsync(1000);
    expect((await client.answer([1, 1])).length).toBe(3);
    void permit.release();
    await client.answer(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await client.answer([1])).length).toBe(2);
    void (await second).release();
    await client.answer(1);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(client.asked).toHaveLength(0);
  });

  test("that Redis no longer knows are lost", async () => {
    const { permit } = await hold();
    const { signal } = permit;
    await vi.advanceTimersByTimeAsync(1000);
    await client.answer([0]);
    expect(signal.reason).toBeInstanceOf(PermitLostError);
    expect(String(signal.reason)).toMatch(/"db" is lost: Redis no longer knows it/u);
    const released = permit.release();
    await client.answer(0);
    expect(await released).toBe(false);
  });

  test("that could not be renewed in time are lost when they end, not later; a signal asked for late tells too", async () => {
    const { permit } = await hold();
    await vi.advanceTimersByTimeAsync(2960);
    expect(permit.signal.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(20);
    expect(permit.signal.aborted).toBe(true);
    client.asked.length = 0;
    const { permit: other } = await hold();
    await vi.advanceTimersByTimeAsync(3000);
    expect(other.signal.reason).toBeInstanceOf(PermitLostError);
  });

  test("a renewal that fails is tried again", async () => {
    const { permit } = await hold();
    await vi.advanceTimersByTimeAsync(1000);
    await client.answer(new Error("Socket closed"));
    await vi.advanceTimersByTimeAsync(1000);
    await client.answer([1]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(permit.signal.aborted).toBe(false);
  });

  test("`using` gives back once, also after a release", async () => {
    const { permit } = await hold();
    permit[Symbol.dispose]();
    permit[Symbol.dispose]();
    expect(() => permit.release()).toThrow("This permit was released before.");
    await client.answer(1);
    expect(client.asked).toHaveLength(0);
    const { permit: other } = await hold();
    const disposed = other[Symbol.asyncDispose]();
    await client.answer(1);
    await disposed;
    await other[Symbol.asyncDispose]();
    expect(client.asked).toHaveLength(0);
  });
});

describe("a rate", () => {
  test("starts each when Redis says, in order, and asks for the rest when it says", async () => {
    const rate = new RedisRateLimiter(client, { name: "api", limit: 10, intervalMs: 1000 });
    const starts: number[] = [];
    const begun = performance.now();
    for (let i = 0; i < 3; i++) void rate.acquire().then(() => starts.push(performance.now() - begun));
    expect(await client.answer([[0, 100_000], 400])).toEqual([
      "10",
      "1000000",
      "10",
      "500000",
      "1",
      "1",
      "1",
    ]);
    expect(rate.waiting).toBe(2);
    await vi.advanceTimersByTimeAsync(399);
    expect(starts).toEqual([0, 100]);
    await vi.advanceTimersByTimeAsync(1);
    await client.answer([[0], -1]);
    expect(starts).toEqual([0, 100, 400]);
    expect(rate.atRest).toBe(true);
  });

  test("closing turns away also who was told when to start", async () => {
    const rate = new RedisRateLimiter(client, { name: "api", limit: 10, intervalMs: 1000 });
    const end = expect(rate.acquire()).rejects.toThrow("The limiter is closed.");
    await client.answer([[100_000], -1]);
    rate.close();
    await end;
    expect(rate.inspect()).toEqual({ kind: "RedisRateLimiter", name: "api", waiting: 0, closed: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a permit is released once, and a pause in the past is none", async () => {
    const rate = new RedisRateLimiter(client, { name: "api", limit: 10, intervalMs: 1000 });
    const permit = rate.acquire();
    await client.answer([[0], -1]);
    (await permit).release();
    await expect(permit.then((one) => one.release())).rejects.toThrow("This permit was released before.");
    expect(await rate.pauseUntil(Date.now() - 1)).toBe(true);
    expect(client.asked).toHaveLength(0);
  });
});
