// A process that shares limits with others. Does what its parent says: `{ do, ...arguments }`, answered by `{ answer }`.
import { mapLimit } from "@floodgate/runtime";
import { RedisRateLimiter, RedisSemaphore } from "@floodgate/runtime/redis";
import { singles } from "./redis-clients.mjs";

const [make, port, skewMs] = JSON.parse(process.argv[2]);

// A clock that is wrong.
const { now } = Date;
Date.now = () => now() + skewMs;

const { client } = await singles.find(({ name }) => name === make).open(port);
let limiter;
let rates;
let held = [];

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const evaluate = (script, keys, args) =>
  make === "ioredis"
    ? client.eval(script, keys.length, ...keys, ...args.map(String))
    : client.eval(script, { keys, arguments: args.map(String) });

/** Notes in Redis itself how many run at once, and in which order the tokens came. */
const begin = `local n = redis.call('INCR', 'running')
  if n > tonumber(redis.call('GET', 'peak') or 0) then redis.call('SET', 'peak', n) end
  redis.call('RPUSH', 'tokens', ARGV[1])`;

const deeds = {
  /** Begins anew, with these limiters. */
  open({ semaphore, rate }) {
    limiter?.close();
    rates?.close();
    held = [];
    limiter = semaphore && new RedisSemaphore(client, semaphore);
    rates = rate && new RedisRateLimiter(client, rate);
  },
  /** Runs many tasks, each for `ms`. */
  async run({ tasks, ms }) {
    const done = await mapLimit(Array(tasks).fill(ms), tasks, () =>
      limiter.run(async ({ token }) => {
        await evaluate(begin, [], [token]);
        await sleep(ms);
        await evaluate(`redis.call('DECR', 'running')`, [], []);
        return 1;
      }),
    );
    return done.length;
  },
  async acquire({ permits = 1 }) {
    for (let i = 0; i < permits; i++) held.push(await limiter.acquire());
    return held.map(({ token }) => token);
  },
  wait() {
    const keep = held;
    limiter.acquire().then(
      (permit) => keep.push(permit),
      () => undefined, // Closed meanwhile.
    );
    return "waits";
  },
  held: () => held.map(({ signal, token }) => ({ token, lost: signal.aborted, why: String(signal.reason) })),
  release: () => Promise.all(held.splice(0).map((permit) => permit.release())),
  /** Starts as many as the rate lets start within `ms`; gives when, on the clock of the machine. */
  async starts({ ms }) {
    const starts = [];
    const controller = new AbortController();
    setTimeout(() => controller.abort(), ms);
    const worker = async () => {
      for (;;) {
        await rates.acquire({ signal: controller.signal });
        starts.push(now());
      }
    };
    await Promise.allSettled([worker(), worker(), worker()]);
    return starts;
  },
  pause: ({ ms }) => rates.pauseUntil(Date.now() + ms),
};

process.on("message", async ({ id, ...message }) => {
  const answer = await Promise.resolve(deeds[message.do](message)).catch((error) => ({
    error: String(error),
  }));
  if (process.connected) process.send({ id, answer });
});
process.send({ ready: true });
