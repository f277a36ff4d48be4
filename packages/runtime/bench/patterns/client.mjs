// One variant in a process of its own, so that its memory and CPU are its own. Forked with its task as JSON; sends what
// came of it.
import { Agent, get as httpGet } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { mapLimit, retry, timeout, tune } from "@floodgate/runtime";
import { limiters, patterns, timers } from "./variants.mjs";

const task = JSON.parse(process.argv[2]);
/** As many connections as there are requests in flight, as with `fetch`. */
const agent = new Agent({ keepAlive: true });
const kinds = { pattern: runPattern, timers: runTimers, adaptive: runAdaptive, tune: runTune, soak: runSoak };
const start = performance.now();
const result = await kinds[task.kind]();
const { user, system } = process.cpuUsage();
process.send({
  ...result,
  seconds: (performance.now() - start) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakMb: process.resourceUsage().maxRSS / 1024,
});
agent.destroy();
process.disconnect();

async function runPattern() {
  const { get, counts } = requester();
  await patterns[task.variant](numbers(task.requests), get);
  return counts();
}

/** Makes requests, each up to four times, and counts. */
function requester() {
  const durations = [];
  let [attempts, failed, firstTime] = [0, 0, 0];
  const attempt = async (id, tries) => {
    const begin = performance.now();
    attempts++;
    try {
      const { status } = await request(`/${id}/${tries}`);
      if (status !== 200) throw new Error(`status ${status}`);
      if (tries === 0) firstTime++;
    } finally {
      durations.push(performance.now() - begin);
    }
  };
  const get = async (id) => {
    let tries = 0;
    const insist = retry(() => attempt(id, tries++), {
      attempts: 4,
      backoff: { baseMs: 10 },
      retryIf: (error) => error !== undefined,
    });
    await insist().catch(() => failed++);
  };
  const counts = () => {
    durations.sort((a, b) => a - b);
    const quantile = (share) => durations[Math.ceil(share * durations.length) - 1];
    const recovered = task.requests - firstTime - failed;
    return {
      attempts,
      failed,
      recovered,
      p50: quantile(0.5),
      p95: quantile(0.95),
      p99: quantile(0.99),
    };
  };
  return { get, counts };
}

async function runTimers() {
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  await timers[task.variant](numbers(task.requests));
  delay.disable();
  return { stuckMs: delay.max / 1e6 };
}

/** 200 callers press on a service whose capacity changes; what comes of it, about twice a second. */
async function runAdaptive() {
  const { capacities, stretchMs, everyMs, timeoutMs, variant } = task;
  const limiter = limiters[variant]();
  const get = timeout((id, { signal }) => request(`/${id}/0`, signal), timeoutMs);
  let [ok, over, id] = [0, 0, 0];
  const begin = performance.now();
  const ends = begin + capacities.length * stretchMs;
  const changes = capacities.map((capacity, i) =>
    setTimeout(() => process.send({ capacity }), i * stretchMs),
  );
  const callers = Array.from({ length: 200 }, async () => {
    while (performance.now() < ends) {
      await limiter
        .run(() => get(id++))
        .then(
          ({ status }) => (status === 200 ? ok++ : over++),
          () => over++,
        );
    }
  });
  const samples = [];
  let last = begin;
  const timer = setInterval(() => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    samples.push({
      second: (now - begin) / 1000,
      good: ok / seconds,
      refused: over / seconds,
      limit: limiter.permits,
    });
    last = now;
    ok = over = 0;
  }, everyMs);
  await Promise.all(callers);
  for (const each of [...changes, timer]) clearInterval(each);
  return { samples };
}

async function runTune() {
  const report = await tune((id) => request(`/${id}/0`), { max: 128, samples: task.requests });
  return { report, table: String(report) };
}

/** The same requests over and over; tells each time how it went. */
async function runSoak() {
  const ends = performance.now() + task.forMs;
  const rows = [];
  while (performance.now() < ends) {
    const { get, counts } = requester();
    const begin = performance.now();
    await mapLimit(numbers(task.requests), 50, get);
    globalThis.gc();
    const perSecond = (task.requests * 1000) / (performance.now() - begin);
    const { p99, failed } = counts();
    const row = { perSecond, p99, failed, heapMb: process.memoryUsage().heapUsed / 2 ** 20 };
    rows.push(row);
    process.send({ row });
  }
  return { rows };
}

/** Resolves to the status when the answer is complete. */
function request(path, signal) {
  return new Promise((resolve, reject) => {
    const sent = httpGet({ host: "127.0.0.1", port: task.port, path, agent, signal }, (response) => {
      response.resume();
      response.once("end", () => resolve({ status: response.statusCode }));
      response.once("error", reject);
    });
    sent.once("error", reject);
  });
}

function numbers(count) {
  return Array.from({ length: count }, (_, i) => i);
}
