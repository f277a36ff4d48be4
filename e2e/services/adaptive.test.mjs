// The adaptive limits against real HTTP services whose capacity goes from 10 to 80 to 20, beside one that is told the
// capacity: all at the same time, so that what else the machine does is the same for all.
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { Agent, get } from "node:http";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AdaptiveLimiter, Semaphore, timeout } from "@floodgate/runtime";

const capacities = [10, 80, 20];
const stretchMs = 10_000;
const script = fileURLToPath(new URL("../../packages/runtime/bench/patterns/service.mjs", import.meta.url));
const quiet = { stallAfterMs: Infinity };
const told = new Semaphore(capacities[0], quiet);
const limiters = {
  told,
  aimd: new AdaptiveLimiter({ max: 200, ...quiet }),
  gradient: new AdaptiveLimiter({ max: 200, algorithm: "gradient", ...quiet }),
};
/** What came of the last three eighths of each stretch, by limiter. */
const seen = {};

before(async () => {
  const ends = await Promise.all(Object.values(limiters).map(press));
  Object.keys(limiters).forEach((name, i) => (seen[name] = ends[i]));
});

for (const algorithm of ["aimd", "gradient"]) {
  capacities.forEach((capacity, stretch) => {
    test(`${algorithm} uses a service of ${capacity} at a time to within a fifth of what can be had`, () => {
      const { ok } = seen[algorithm][stretch];
      const possible = seen.told[stretch].ok;
      assert.ok(ok >= 0.8 * possible, `${ok} requests, and ${possible} for who knows the capacity`);
    });

    test(`${algorithm} neither collapses nor runs away at ${capacity}, and is seldom refused`, () => {
      const { ok, refused, limit } = seen[algorithm][stretch];
      assert.ok(limit >= 0.7 * capacity && limit <= 1.3 * (capacity + 20), `a limit of ${limit}`);
      assert.ok(refused <= 0.1 * ok, `${refused} refused, ${ok} not`);
    });
  });
}

/** 200 callers press on a service of its own. */
async function press(limiter) {
  const behaviour = { minMs: 140, maxMs: 280, capacity: capacities[0], queue: 20 };
  const service = fork(script, [JSON.stringify(behaviour)]);
  const agent = new Agent({ keepAlive: true });
  try {
    const { port } = await new Promise((resolve) => service.once("message", resolve));
    let [ok, refused, over] = [0, 0, false];
    const call = timeout(({ signal }) => statusOf({ host: "127.0.0.1", port, agent, signal }), 2000);
    const callers = Array.from({ length: 200 }, async () => {
      while (!over) {
        const end = await limiter.run(() => call()).catch(() => ({ status: 0 }));
        if (end.status === 200) ok++;
        else refused++;
      }
    });
    const stretches = [];
    for (const capacity of capacities) {
      service.send({ capacity });
      if (limiter === told) limiter.permits = capacity;
      await sleep((stretchMs * 5) / 8);
      ok = refused = 0;
      await sleep((stretchMs * 3) / 8);
      stretches.push({ ok, refused, limit: limiter.permits });
    }
    over = true;
    await Promise.all(callers);
    return stretches;
  } finally {
    agent.destroy();
    service.disconnect();
  }
}

/** Makes a request; resolves to its status when the answer is complete. */
function statusOf(options) {
  return new Promise((resolve, reject) => {
    const path = `/${Math.floor(Math.random() * 1e6)}/0`;
    const sent = get({ ...options, path }, (response) => {
      response.resume();
      response.once("end", () => resolve({ status: response.statusCode }));
      response.once("error", reject);
    });
    sent.once("error", reject);
  });
}
