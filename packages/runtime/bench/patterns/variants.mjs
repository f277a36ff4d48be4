// What is compared. A pattern gets the numbers of the requests and a function that makes one; it resolves when all are
// done. None of them stops at a failure: failures are counted where requests are made.
import {
  AdaptiveLimiter,
  batched,
  combine,
  forEachLimit,
  limited,
  mapLimit,
  Queue,
  RateLimiter,
  Semaphore,
} from "@floodgate/runtime";

/** The patterns that people write, by name. */
export const patterns = {
  "naive: Promise.all of all": (ids, get) => Promise.all(ids.map(get)),

  "semaphore of 50": (ids, get) => {
    const semaphore = new Semaphore(50);
    return Promise.all(ids.map((id) => semaphore.run(() => get(id))));
  },

  "queue, 50 workers": async (ids, get) => {
    const queue = new Queue({ capacity: 100 });
    const workers = forEachLimit(queue, 50, get);
    for (const id of ids) await queue.put(id);
    queue.close();
    await workers;
  },

  "chunks of 50": async (ids, get) => {
    for await (const chunk of batched(ids, { size: 50 })) await Promise.all(chunk.map(get));
  },

  "mapLimit, 50": (ids, get) => mapLimit(ids, 50, get),

  "mapLimit, 50 and 500 a second": (ids, get) => {
    const rate = new RateLimiter({ limit: 500, intervalMs: 1000, burst: 50 });
    return mapLimit(ids, combine(50, rate), get);
  },
};

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Three sleeps, one after the other: the task of the timer case. */
const threeSleeps = async () => {
  for (let i = 0; i < 3; i++) await sleep(100);
};

/** The timer case: many tasks that only wait. */
export const timers = {
  "all at once": (ids) => Promise.all(ids.map(threeSleeps)),
  "five batches": async (ids) => {
    for await (const batch of batched(ids, { size: ids.length / 5 }))
      await Promise.all(batch.map(threeSleeps));
  },
  "mapLimit, a fifth at once": (ids) => mapLimit(ids, ids.length / 5, threeSleeps),
  "Promise.all, limited(a fifth)": (ids) => Promise.all(ids.map(limited(ids.length / 5, threeSleeps))),
};

/** Limits for a service whose capacity changes. */
export const limiters = {
  gradient: () => new AdaptiveLimiter({ max: 200, algorithm: "gradient" }),
  aimd: () => new AdaptiveLimiter({ max: 200 }),
  "fixed at 10": () => new Semaphore(10),
  "fixed at 80": () => new Semaphore(80),
  "no limit": () => new Semaphore(200),
};
