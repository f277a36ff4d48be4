// Taking and giving back permits.
import { BareSemaphore, CarefulSemaphore } from "../hand-written.mjs";

const constant = (n) => n;
const task = async () => 1;

/** Each makes { acquire, run } for a number of permits; acquire resolves to a function that releases. */
const libraries = {
  "hand-written": () => (permits) => {
    const semaphore = new BareSemaphore(permits);
    return {
      semaphore,
      use: async () => void (await semaphore.acquire(), semaphore.release()),
      run: (t) => semaphore.run(t),
    };
  },
  "hand-written, with permit objects that refuse a second release": () => (permits) => {
    const semaphore = new CarefulSemaphore(permits);
    return { use: async () => (await semaphore.acquire()).release() };
  },
  "floodgate Semaphore": async () => {
    const { Semaphore } = await import("@floodgate/runtime");
    return (permits) => {
      const semaphore = new Semaphore(permits);
      return { use: async () => (await semaphore.acquire()).release(), run: (t) => semaphore.run(t) };
    };
  },
  "floodgate Semaphore, detectDeadlock": async () => {
    const { detectDeadlock, Semaphore } = await import("@floodgate/runtime");
    return (permits) => {
      const semaphore = detectDeadlock(new Semaphore(permits));
      return { use: async () => (await semaphore.acquire()).release(), run: (t) => semaphore.run(t) };
    };
  },
  "es-toolkit Semaphore": async () => {
    const { Semaphore } = await import("es-toolkit");
    return (permits) => {
      const semaphore = new Semaphore(permits);
      return { use: async () => void (await semaphore.acquire(), semaphore.release()) };
    };
  },
  "async-sema": async () => {
    const { Sema } = await import("async-sema");
    return (permits) => {
      const semaphore = new Sema(permits);
      return { use: async () => void (await semaphore.acquire(), semaphore.release()) };
    };
  },
  "async-mutex": async () => {
    const { Semaphore } = await import("async-mutex");
    return (permits) => {
      const semaphore = new Semaphore(permits);
      return {
        use: async () => {
          const [, release] = await semaphore.acquire();
          release();
        },
        run: (t) => semaphore.runExclusive(t),
      };
    };
  },
};

const programs = (names, permits, run) =>
  Object.fromEntries(
    names.map((name) => [
      name,
      async () => {
        const make = await libraries[name]();
        return { prepare: constant, run: (n) => run(make(permits), n) };
      },
    ]),
  );

const ALL = Object.keys(libraries).filter((name) => !name.includes("detectDeadlock"));
const WITH_RUN = [
  "hand-written",
  "floodgate Semaphore",
  "floodgate Semaphore, detectDeadlock",
  "async-mutex",
];

async function oneByOne({ use }, n) {
  for (let i = 0; i < n; i++) await use();
}

async function runOneByOne({ run }, n) {
  for (let i = 0; i < n; i++) await run(task);
}

/** 100 loops share 10 permits. */
const crowd = async ({ use }, n) => {
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      for (let i = 0; i < n / 100; i++) await use();
    }),
  );
};

const allAtOnce = async ({ use }, n) => {
  await Promise.all(Array.from({ length: n }, use));
};

export default [
  {
    name: "semaphore-run",
    title: "Semaphore.run, uncontended",
    measure: "cpu",
    n: 1e6,
    quick: 3e5,
    goal: 1.15,
    ours: "floodgate Semaphore",
    variants: programs(WITH_RUN, 10, runOneByOne),
  },
  {
    name: "semaphore-uncontended",
    title: "Semaphore acquire + release, uncontended",
    measure: "cpu",
    n: 1e6,
    quick: 3e5,
    goal: 1.5,
    ours: "floodgate Semaphore",
    variants: programs(ALL, 10, oneByOne),
  },
  {
    name: "semaphore-contended",
    title: "Semaphore acquire + release, 100 loops for 10 permits",
    measure: "cpu",
    n: 1e6,
    quick: 2e5,
    goal: 1.3,
    ours: "floodgate Semaphore",
    variants: programs(ALL, 10, crowd),
  },
  {
    name: "semaphore-2e5-waiters",
    title: "Semaphore acquire + release, 2e5 waiters",
    measure: "cpu",
    n: 2e5,
    quick: 2e5,
    goal: 1.25,
    ours: "floodgate Semaphore",
    slow: ["async-mutex"],
    variants: programs(ALL, 1, allAtOnce),
  },
];
