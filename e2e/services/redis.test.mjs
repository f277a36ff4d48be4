// Limits across processes, on real servers and with the clients people use.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { combine, mapLimit } from "@floodgate/runtime";
import { RedisRateLimiter, RedisSemaphore } from "@floodgate/runtime/redis";
import { servers } from "./install-redis.mjs";
import { clusters, others, singles } from "./redis-clients.mjs";
import { startProcess } from "./redis-processes.mjs";
import { startServer } from "./redis-server.mjs";

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const day = 24 * 3600 * 1000;

/** Resolves when `condition` holds; looked at every few milliseconds. */
async function until(condition, ms = 5000) {
  const end = performance.now() + ms;
  while (!(await condition())) {
    assert.ok(performance.now() < end, `within ${ms} ms: ${condition}`);
    await sleep(5);
  }
}

for (const { name: product, command, isFirst } of servers().map((one, i) => ({ ...one, isFirst: i === 0 }))) {
  describe(product, () => {
    let server;
    let cluster;
    let processes = [];
    const idle = [];

    /** A process of that make whose clock is wrong by that much: one that an earlier scene has left, or a new one. */
    const start = async ({ make, skewMs = 0, ...limiters }) => {
      const i = idle.findIndex((one) => one.make === make && one.skewMs === skewMs);
      const [left] = i < 0 ? [] : idle.splice(i, 1);
      if (left) await left.ask("open", limiters);
      const process = left ?? (await startProcess({ port: server.port, make, skewMs, ...limiters }));
      processes.push(process);
      return process;
    };
    const startAll = (all) => Promise.all(all.map(start));

    before(async () => {
      cluster = startCluster(command); // It lets nobody write for its first two seconds.
      server = await startServer(command);
    });
    after(async () => {
      await Promise.all(idle.map((process) => process.stop()));
      await server.stop();
    });

    const scene = (name, run) =>
      test(name, { timeout: 20_000 }, async () => {
        await server.ask("FLUSHALL");
        try {
          await run();
        } finally {
          idle.push(...processes.filter(({ isAlive }) => isAlive()));
          processes = [];
        }
      });

    /** Every key that is there, with the milliseconds it has left. */
    async function lifetimes() {
      const keys = (await server.ask("KEYS", "floodgate:*")).sort();
      return Promise.all(keys.map(async (key) => [key, await server.ask("PTTL", key)]));
    }

    scene(
      "four processes of two makes, with clocks days apart, keep one bound, and each task has a token of its own",
      async () => {
        const semaphore = { name: "shared", permits: 3, leaseMs: 5000 };
        const crowd = await startAll(
          [0, day, -day, 7].map((skewMs, i) => ({ make: singles[i % 2].name, skewMs, semaphore })),
        );
        const done = await Promise.all(crowd.map((process) => process.ask("run", { tasks: 50, ms: 3 })));
        assert.deepEqual(done, [50, 50, 50, 50]);
        assert.equal(await server.ask("GET", "peak"), "3");
        assert.equal(await server.ask("GET", "running"), "0");
        const tokens = (await server.ask("LRANGE", "tokens", 0, -1)).map(Number);
        assert.equal(new Set(tokens).size, 200);
        // A task does not wait until Redis knows that it has ended.
        const used = async () => Number(await server.ask("ZSCORE", "floodgate:{shared}:permits", "used"));
        await until(async () => (await used()) === 0);
      },
    );

    scene("with one permit, tokens rise in the order in which tasks run, over all processes", async () => {
      const semaphore = { name: "one", permits: 1 };
      const crowd = await startAll(singles.map(({ name }) => ({ make: name, semaphore })));
      await Promise.all(crowd.map((process) => process.ask("run", { tasks: 30, ms: 0 })));
      const tokens = (await server.ask("LRANGE", "tokens", 0, -1)).map(Number);
      assert.equal(tokens.length, 60);
      assert.deepEqual(
        tokens,
        [...new Set(tokens)].sort((a, b) => a - b),
      );
      assert.equal(await server.ask("GET", "peak"), "1");
    });

    scene(
      "a holder that is killed gives its permits back when their lease ends, and not before",
      async () => {
        const semaphore = { name: "killed", permits: 2, leaseMs: 1200 };
        const holder = await start({ make: "node-redis", semaphore });
        const waiter = await start({ make: "ioredis", semaphore });
        await holder.ask("acquire", { permits: 2 });
        await sleep(1300); // Renewed: the lease it began with is over.
        assert.deepEqual(
          (await holder.ask("held")).map(({ lost }) => lost),
          [false, false],
        );
        const granted = waiter.ask("acquire", { permits: 2 });
        const asked = performance.now();
        holder.signal("SIGKILL");
        await granted;
        const waited = performance.now() - asked;
        await holder.exited;
        // Renewals are a third of a lease apart, so the last one was at most that long ago.
        assert.ok(waited > 500 && waited < 2500, `waited ${waited} ms`);
      },
    );

    if (isFirst) {
      scene("every key lives on for a while only", async () => {
        const { client, end } = await singles[0].open(server.port);
        const semaphore = new RedisSemaphore(client, { name: "keys", permits: 5, leaseMs: 1000 });
        const bucket = new RedisRateLimiter(client, { name: "keys", limit: 10, intervalMs: 500 });
        const window = new RedisRateLimiter(client, {
          name: "keys",
          limit: 10,
          intervalMs: 500,
          strict: true,
        });
        const permit = await semaphore.acquire({ weight: 3 });
        await Promise.all([bucket, window].map((rate) => rate.acquire({ weight: 10 })));
        assert.equal(await bucket.pauseUntil(Date.now() + 800), true);
        const left = Object.fromEntries(await lifetimes());
        assert.deepEqual(
          Object.keys(left),
          ["bucket", "pause", "permits", "window"].map((kind) => `floodgate:{keys}:${kind}`),
        );
        for (const [key, ms] of Object.entries(left)) assert.ok(ms > 0 && ms <= 1000, `${key}: ${ms}`);
        await permit.release();
        end();
        await until(async () => (await lifetimes()).length === 0);
      });

      scene("who waits is woken at once, and asks nothing meanwhile", async () => {
        const semaphore = { name: "quiet", permits: 1, leaseMs: 3000 };
        const holder = await start({ make: "ioredis", semaphore });
        const waiters = await startAll(singles.map(({ name }) => ({ make: name, semaphore })));
        await holder.ask("acquire");
        for (const waiter of waiters) for (let i = 0; i < 20; i++) await waiter.ask("wait");
        await sleep(300); // Until they listen.
        const before = await server.commands();
        await sleep(1500);
        const commands = (await server.commands()) - before;
        // One renewal a second, and a question per process when the lease would have ended: with what scripts do inside
        // (five or six commands each), far from one a millisecond, or one for each of the forty.
        assert.ok(commands <= 40, `${commands} commands in 1.5 s`);
        const released = performance.now();
        await holder.ask("release");
        await until(async () => {
          const held = await Promise.all(waiters.map((waiter) => waiter.ask("held")));
          return held.flat().length === 1;
        });
        assert.ok(performance.now() - released < 1000, `woken after ${performance.now() - released} ms`);
      });

      scene("three processes with clocks days apart keep a rate, and use it", async () => {
        for (const strict of [false, true]) {
          const rate = { name: `rate ${strict}`, limit: 20, intervalMs: 200, strict };
          const crowd = await startAll(
            [0, day, -day].map((skewMs, i) => ({ make: singles[i % 2].name, skewMs, rate })),
          );
          const before = await server.commands();
          const starts = (
            await Promise.all(crowd.map((process) => process.ask("starts", { ms: 1000 })))
          ).flat();
          const commands = (await server.commands()) - before;
          starts.sort((a, b) => a - b);
          const took = (starts.at(-1) - starts[0]) / 200;
          const most = 20 * (took + 1);
          // Timers are late on a busy machine, so that the ends of an interval are not sharp.
          assert.ok(starts.length <= most * 1.1 + 2, `${starts.length} starts in ${took} intervals`);
          assert.ok(starts.length >= 20 * took * 0.75, `${starts.length} starts in ${took} intervals`);
          assert.ok(commands < starts.length * 8, `${commands} commands for ${starts.length} starts`);
        }
      });

      scene("a pause holds for all processes, whatever their clocks say", async () => {
        const rate = { name: "paused", limit: 1000, intervalMs: 1000, burst: 1 };
        const [first, second] = await startAll([
          { make: "ioredis", skewMs: day, rate },
          { make: "node-redis", rate },
        ]);
        assert.equal(await first.ask("pause", { ms: 700 }), true);
        const paused = Date.now();
        const starts = await second.ask("starts", { ms: 900 });
        assert.ok(
          starts.length > 10 && starts[0] - paused >= 650,
          `${starts[0] - paused} ms after the pause`,
        );
      });

      scene(
        "whatever tasks weigh, however they end, whoever gives up: never too much, and all comes back",
        async () => {
          const opened = await Promise.all([...singles, singles[0]].map(({ open }) => open(server.port)));
          const options = { name: "any", permits: 7, leaseMs: 5000 };
          const limiters = opened.map(({ client }) => new RedisSemaphore(client, options));
          const random = lehmer(2026);
          let out = 0;
          let most = 0;
          let granted = 0;
          const tokens = new Set();
          const task = async (limiter) => {
            const weight = 1 + random(4);
            const signal = random(3) === 0 ? AbortSignal.timeout(random(30)) : undefined;
            await sleep(random(200));
            await limiter.run(
              async ({ token }) => {
                tokens.add(token);
                granted++;
                most = Math.max(most, (out += weight));
                await sleep(random(4));
                out -= weight;
                if (random(5) === 0) throw new Error("the task's own");
              },
              { weight, signal, priority: random(2) },
            );
          };
          const ends = await Promise.allSettled(
            Array.from({ length: 600 }, (_, i) => task(limiters[i % limiters.length])),
          );
          const reasons = ends
            .map(({ reason }) => reason?.name ?? "none")
            .filter((name, i, all) => all.indexOf(name) === i);
          assert.deepEqual(reasons.sort(), ["Error", "TimeoutError", "none"]);
          assert.ok(granted > 200 && tokens.size === granted);
          assert.ok(most <= 7 && most > 4, `${most} at once`);
          await Promise.all(limiters.map((limiter) => limiter.idle()));
          await until(
            async () => Number(await server.ask("ZSCORE", "floodgate:{any}:permits", "used")) === 0,
          );
          assert.equal(await server.ask("ZCARD", "floodgate:{any}:permits"), 2); // `used` and `token`.
          for (const { end } of opened) end();
        },
      );

      scene("keys and tokens never collide between names, and a name may hold anything", async () => {
        const { client, end } = await singles[1].open(server.port);
        const names = ["a", "a:permits", "{a}", "a}b{", "ключ 🔑", "a\nb"];
        const permits = names.map((name) => new RedisSemaphore(client, { name, permits: 1 }).acquire());
        assert.equal((await Promise.all(permits)).length, names.length);
        await Promise.all((await Promise.all(permits)).map((permit) => permit.release()));
        end();
      });
    }

    for (const { name, open } of [...singles, ...others]) {
      scene(`${name}: tasks, weights, aborts, a name that two limiters share, an end`, async () => {
        const { client, end } = await open(server.port);
        await contract(client);
        end();
      });
    }

    describe("as a cluster", () => {
      let node;
      before(async () => {
        node = await cluster;
      });
      after(() => node.stop());
      for (const { name, open } of clusters) {
        test(name, { timeout: 20_000 }, async () => {
          const { client, end } = await open(node.port);
          await contract(client);
          end();
        });
      }
    });
  });
}

/** Whole numbers below `n`, the same in every run. */
function lehmer(state) {
  return (n) => (state = (state * 48271) % 2147483647) % n;
}

/** A cluster of one node that has all slots: what is in two of them is refused there all the same. */
async function startCluster(command) {
  const node = await startServer(command, ["--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1"]);
  await node.ask("CLUSTER", "ADDSLOTS", ...Array(16384).keys());
  await until(async () => (await node.ask("CLUSTER", "INFO")).includes("cluster_state:ok"), 10_000);
  return node;
}

/** What works with every client. */
async function contract(client) {
  const options = { name: "contract", permits: 4, leaseMs: 2000 };
  const [first, second] = [new RedisSemaphore(client, options), new RedisSemaphore(client, options)];
  let running = 0;
  let peak = 0;
  const task = async (n) => {
    peak = Math.max(peak, ++running);
    await sleep(2);
    running--;
    return n * 2;
  };
  const numbers = Array.from({ length: 40 }, (_, n) => n);
  const results = await Promise.all([mapLimit(numbers, first, task), mapLimit(numbers, second, task)]);
  const doubled = numbers.map((n) => n * 2);
  assert.deepEqual(results, [doubled, doubled]);
  assert.equal(peak, 4);

  const heavy = await first.acquire({ weight: 3 });
  const light = await second.acquire();
  const controller = new AbortController();
  const waits = second.acquire({ signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await assert.rejects(waits, /enough/u);
  const next = second.acquire({ weight: 3 });
  assert.equal(await heavy.release(), true);
  assert.throws(() => heavy.release(), /released before/u);
  assert.ok((await next).token > light.token);
  await Promise.all([light.release(), (await next).release()]);

  // The first is in use as a part, too.
  const rate = new RedisRateLimiter(client, { name: "contract", limit: 1000, intervalMs: 1000 });
  assert.deepEqual(await mapLimit(numbers, combine(first, rate), task), doubled);

  for (const limiter of [first, second]) limiter.close();
  await Promise.all([first.idle(), second.idle()]);
  await assert.rejects(first.acquire(), { name: "LimiterClosedError" });
}
