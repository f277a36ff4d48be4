// Many tasks from a list, 10 at once.
import { mapWithWorkers } from "../hand-written.mjs";

const LIMIT = 10;

/** Each takes (items, fn) and does what its library's documentation shows for this job. */
const libraries = {
  "hand-written": () => (items, fn) => mapWithWorkers(items, LIMIT, fn),
  "floodgate mapLimit": async () => {
    const { mapLimit } = await import("@floodgate/runtime");
    return (items, fn) => mapLimit(items, LIMIT, fn);
  },
  "async mapLimit": async () => {
    const { default: async } = await import("async");
    // It takes a function for one with a callback unless it is `async`.
    return (items, fn) => async.mapLimit(items, LIMIT, async (item) => fn(item));
  },
  "p-map": async () => {
    const { default: pMap } = await import("p-map");
    return (items, fn) => pMap(items, fn, { concurrency: LIMIT });
  },
  "p-limit": async () => {
    const { default: pLimit } = await import("p-limit");
    return (items, fn) => {
      const limit = pLimit(LIMIT);
      return Promise.all(items.map((item) => limit(() => fn(item))));
    };
  },
  "floodgate limited": async () => {
    const { limited } = await import("@floodgate/runtime");
    return (items, fn) => Promise.all(items.map(limited(LIMIT, fn)));
  },
  "floodgate createLimit": async () => {
    const { createLimit } = await import("@floodgate/runtime");
    return (items, fn) => {
      const limit = createLimit(LIMIT);
      return Promise.all(items.map((item) => limit(() => fn(item))));
    };
  },
  "es-toolkit limitAsync": async () => {
    const { limitAsync } = await import("es-toolkit");
    return (items, fn) => Promise.all(items.map(limitAsync(fn, LIMIT)));
  },
  "promise-pool": async () => {
    const { PromisePool } = await import("@supercharge/promise-pool");
    return (items, fn) => PromisePool.withConcurrency(LIMIT).for(items).process(fn);
  },
  fastq: async () => {
    const { default: fastq } = await import("fastq");
    return (items, fn) => {
      const queue = fastq.promise(fn, LIMIT);
      return Promise.all(items.map((item) => queue.push(item)));
    };
  },
  "async-sema": async () => {
    const { Sema } = await import("async-sema");
    return (items, fn) => {
      const sema = new Sema(LIMIT);
      return Promise.all(
        items.map(async (item) => {
          await sema.acquire();
          try {
            return await fn(item);
          } finally {
            sema.release();
          }
        }),
      );
    };
  },
  "async-mutex": async () => {
    const { Semaphore } = await import("async-mutex");
    return (items, fn) => {
      const semaphore = new Semaphore(LIMIT);
      return Promise.all(items.map((item) => semaphore.runExclusive(() => fn(item))));
    };
  },
  "p-queue": async () => {
    const { default: PQueue } = await import("p-queue");
    return (items, fn) => {
      const queue = new PQueue({ concurrency: LIMIT });
      return queue.addAll(items.map((item) => () => fn(item)));
    };
  },
  bottleneck: async () => {
    const { default: Bottleneck } = await import("bottleneck");
    return (items, fn) => {
      const limiter = new Bottleneck({ maxConcurrent: LIMIT });
      return Promise.all(items.map((item) => limiter.schedule(() => fn(item))));
    };
  },
};

const pick = (...names) => Object.fromEntries(names.map((name) => [name, libraries[name]]));
const numbers = (n) => Array.from({ length: n }, (_, i) => i);
const trivial = async (item) => item;
const immediate = (item) => new Promise((resolve) => setImmediate(resolve, item));

/** Wraps each variant into the whole measured program. */
const programs = (variants, task) =>
  Object.fromEntries(
    Object.entries(variants).map(([name, load]) => [
      name,
      async () => {
        const run = await load();
        return { prepare: numbers, run: (items, given) => run(items, task ?? given) };
      },
    ]),
  );

const AT_ONE_MILLION = [
  "hand-written",
  "floodgate mapLimit",
  "async mapLimit",
  "p-map",
  "p-limit",
  "p-queue",
];

export default [
  {
    name: "map-trivial-1e5",
    title: "mapLimit, 1e5 trivial tasks",
    measure: "cpu",
    n: 1e5,
    quick: 1e5,
    goal: 1.25,
    ours: "floodgate mapLimit",
    // Their cost per task grows with the tasks that wait: seconds to minutes.
    slow: ["async-mutex", "bottleneck"],
    variants: programs(libraries, trivial),
  },
  {
    name: "map-trivial-1e6",
    title: "mapLimit, 1e6 trivial tasks",
    measure: "cpu",
    n: 1e6,
    quick: 3e5,
    goal: 1.25,
    ours: "floodgate mapLimit",
    variants: programs(pick(...AT_ONE_MILLION), trivial),
  },
  {
    name: "map-immediate-1e5",
    title: "mapLimit, 1e5 setImmediate tasks",
    measure: "cpu",
    n: 1e5,
    quick: 3e4,
    goal: 1.15,
    ours: "floodgate mapLimit",
    variants: programs(
      pick("hand-written", "floodgate mapLimit", "async mapLimit", "p-map", "p-limit"),
      immediate,
    ),
  },
  {
    name: "map-context-1e5",
    title:
      "mapLimit, 1e5 trivial tasks, while an AsyncLocalStorage is in use (the ratio is what the context costs us)",
    measure: "cpu",
    n: 1e5,
    quick: 1e5,
    ours: "floodgate mapLimit, in a context",
    baseline: "floodgate mapLimit",
    variants: {
      "floodgate mapLimit": programs(libraries, trivial)["floodgate mapLimit"],
      "floodgate mapLimit, in a context": async () => {
        const { mapLimit } = await import("@floodgate/runtime");
        const { AsyncLocalStorage } = await import("node:async_hooks");
        const context = new AsyncLocalStorage();
        return { prepare: numbers, run: (items) => context.run({}, () => mapLimit(items, LIMIT, trivial)) };
      },
    },
  },
  {
    name: "first-task-array",
    title: "Milliseconds to the first task of 1e6, from an array",
    measure: "first",
    n: 1e6,
    quick: 1e6,
    goal: 5,
    ours: "floodgate mapLimit",
    variants: programs(
      pick("floodgate mapLimit", "async mapLimit", "p-map", "p-limit", "promise-pool", "p-queue"),
      undefined,
    ),
  },
  {
    name: "first-task-lazy",
    title: "Milliseconds to the first task of 1e6, from a generator",
    measure: "first",
    n: 1e6,
    quick: 1e6,
    goal: 1,
    ours: "floodgate mapLimit",
    variants: Object.fromEntries(
      ["floodgate mapLimit", "async mapLimit", "p-map"].map((name) => [
        name,
        async () => {
          const run = await libraries[name]();
          return { prepare: lazily, run: (items, task) => run(items, task) };
        },
      ]),
    ),
  },
];

function* lazily(n) {
  for (let i = 0; i < n; i++) yield i;
}
