// Which primitive when: the same work done with each, in milliseconds of waiting. The numbers of docs/which-primitive.md.
import { mapLimit, forEachLimit, batched, Batcher, Queue, Semaphore } from "@floodgate/runtime";

const LIMIT = 10;

/** 5 to 50 ms, the same ones every time; a few slow ones, as services have. */
function latencies(n) {
  let seed = 3;
  return Array.from({ length: n }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const chance = seed / 2 ** 31;
    return chance > 0.97 ? 50 : 5 + chance * 10;
  });
}

const load = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const program = (run) => () => ({ prepare: latencies, run });

/** One round trip of 10 ms, for one key or for many. */
const roundTrip = async (keys) => {
  await load(10);
  return keys;
};

export default [
  {
    name: "which-many-tasks",
    title: "1,000 tasks of 5 to 15 ms and a few of 50, 10 at once: time taken",
    measure: "wall",
    n: 1000,
    quick: 1000,
    ratioTo: "mapLimit",
    variants: {
      mapLimit: program((items) => mapLimit(items, LIMIT, load)),
      "chunks of 10": program(async (items) => {
        for (const chunk of batched(items, { size: LIMIT })) await Promise.all(chunk.map(load));
      }),
      "Semaphore shared by all": program((items) => {
        const semaphore = new Semaphore(LIMIT);
        return Promise.all(items.map((ms) => semaphore.run(() => load(ms))));
      }),
      "Queue with 10 workers": program(async (items) => {
        const queue = new Queue({ capacity: LIMIT });
        const workers = forEachLimit(queue, LIMIT, load);
        for (const ms of items) await queue.put(ms);
        queue.close();
        await workers;
      }),
      "one after the other": program(async (items) => {
        for (const ms of items) await load(ms);
      }),
    },
  },
  {
    name: "which-round-trips",
    title: "1,000 lookups of one key, a round trip of 10 ms each: time taken",
    measure: "wall",
    n: 1000,
    quick: 1000,
    ratioTo: "mapLimit, 10 at once",
    variants: {
      "mapLimit, 10 at once": program((items) => mapLimit(items, LIMIT, (key) => roundTrip([key]))),
      "Batcher, batches of 100": program((items) => {
        const batcher = new Batcher(roundTrip, { maxSize: 100, concurrency: LIMIT });
        return Promise.all(items.map((key) => batcher.load(key)));
      }),
      "batched, one batch after the other": program(async (items) => {
        for (const keys of batched(items, { size: 100 })) await roundTrip(keys);
      }),
    },
  },
];
