// createLimit, Batcher, Queue.
import { bareBatcher, bareLimit, BareQueue } from "../hand-written.mjs";

const constant = (n) => n;
const task = async () => 1;

const limits = {
  "hand-written": () => bareLimit,
  "floodgate createLimit": async () => (await import("@floodgate/runtime")).createLimit,
  "p-limit": async () => (await import("p-limit")).default,
};

const limitPrograms = (run) =>
  Object.fromEntries(
    Object.entries(limits).map(([name, load]) => [
      name,
      async () => {
        const make = await load();
        return { prepare: constant, run: (n) => run(make(10), n) };
      },
    ]),
  );

const double = async (keys) => keys.map((key) => key * 2);

const loaders = {
  "hand-written": () => bareBatcher(double, 100),
  "floodgate Batcher": async () => {
    const { Batcher } = await import("@floodgate/runtime");
    const batcher = new Batcher(double, { maxSize: 100 });
    return (key) => batcher.load(key);
  },
  dataloader: async () => {
    const { default: DataLoader } = await import("dataloader");
    const loader = new DataLoader(double, { maxBatchSize: 100, cache: false });
    return (key) => loader.load(key);
  },
};

const queues = {
  "hand-written": () => new BareQueue(100),
  "floodgate Queue": async () => {
    const { Queue } = await import("@floodgate/runtime");
    return new Queue({ capacity: 100 });
  },
};

export default [
  {
    name: "create-limit-sequential",
    title: "createLimit, one after the other",
    measure: "cpu",
    n: 1e6,
    quick: 2e5,
    goal: 1.1,
    ours: "floodgate createLimit",
    variants: limitPrograms(async (limit, n) => {
      for (let i = 0; i < n; i++) await limit(task);
    }),
  },
  {
    name: "create-limit-at-once",
    title: "createLimit, 1e5 at once",
    measure: "cpu",
    n: 1e5,
    quick: 1e5,
    goal: 1.15,
    ours: "floodgate createLimit",
    variants: limitPrograms(async (limit, n) => {
      await Promise.all(Array.from({ length: n }, () => limit(task)));
    }),
  },
  {
    name: "batcher",
    // Ten times the loads of the design's case: with 1e5, a run was 18 ms, and the noise larger than the goal.
    title: "Batcher, 1e6 loads in batches of 100",
    measure: "cpu",
    n: 1e6,
    quick: 5e5,
    goal: 1.3,
    ours: "floodgate Batcher",
    variants: Object.fromEntries(
      Object.entries(loaders).map(([name, load]) => [
        name,
        async () => {
          const one = await load();
          return {
            prepare: constant,
            run: async (n) => {
              for (let done = 0; done < n; done += 100) {
                await Promise.all(Array.from({ length: 100 }, (_, key) => one(done + key)));
              }
            },
          };
        },
      ]),
    ),
  },
  {
    name: "queue",
    title: "Queue, 1e6 items through a capacity of 100, one producer and one consumer",
    measure: "cpu",
    n: 1e6,
    quick: 3e5,
    goal: 1.3,
    ours: "floodgate Queue",
    variants: Object.fromEntries(
      Object.entries(queues).map(([name, load]) => [
        name,
        async () => {
          const queue = await load();
          return {
            prepare: constant,
            run: async (n) => {
              const consumer = (async () => {
                for (let i = 0; i < n; i++) await queue.take();
              })();
              for (let i = 0; i < n; i++) await queue.put(i);
              await consumer;
            },
          };
        },
      ]),
    ),
  },
];
