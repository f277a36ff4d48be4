// Live heap while tasks run: sampled after a full collection, in the tasks.
import { forEachWithWorkers } from "../hand-written.mjs";

const LIMIT = 10;

function* lazily(n) {
  for (let i = 0; i < n; i++) yield i;
}
const numbers = (n) => Array.from({ length: n }, (_, i) => i);

export default [
  {
    name: "heap-for-each",
    title: "forEachLimit, 1e6 lazy items: peak live heap in MB",
    measure: "heap",
    n: 1e6,
    quick: 1e5,
    goal: 0.5,
    ours: "floodgate forEachLimit",
    variants: {
      "hand-written": () => ({
        prepare: lazily,
        run: (items, task) => forEachWithWorkers(items, LIMIT, task),
      }),
      "floodgate forEachLimit": async () => {
        const { forEachLimit } = await import("@floodgate/runtime");
        return { prepare: lazily, run: (items, task) => forEachLimit(items, LIMIT, task) };
      },
      "async eachLimit": async () => {
        const { default: async } = await import("async");
        return {
          prepare: lazily,
          run: (items, task) => async.eachLimit(items, LIMIT, async (item) => task(item)),
        };
      },
      "p-map": async () => {
        const { default: pMap } = await import("p-map");
        return { prepare: lazily, run: (items, task) => pMap(items, task, { concurrency: LIMIT }) };
      },
      "Promise.all, unbounded": () => ({
        prepare: lazily,
        run: (items, task) => Promise.all(Array.from(items, (item) => task(item))),
      }),
      "p-limit": async () => {
        const { default: pLimit } = await import("p-limit");
        const limit = pLimit(LIMIT);
        return {
          prepare: lazily,
          run: (items, task) => Promise.all(Array.from(items, (item) => limit(() => task(item)))),
        };
      },
    },
  },
  {
    name: "heap-limited",
    title: "items.map(limited(10, fn)), 1e6: peak live heap in MB, against unbounded Promise.all",
    measure: "heap",
    n: 1e6,
    quick: 1e5,
    goal: 1.3,
    ratioTo: "Promise.all, unbounded",
    ours: "floodgate limited",
    variants: {
      "Promise.all, unbounded": () => ({
        prepare: numbers,
        run: (items, task) => Promise.all(items.map(task)),
      }),
      "floodgate limited": async () => {
        const { limited } = await import("@floodgate/runtime");
        return { prepare: numbers, run: (items, task) => Promise.all(items.map(limited(LIMIT, task))) };
      },
      "floodgate createLimit": async () => {
        const { createLimit } = await import("@floodgate/runtime");
        const limit = createLimit(LIMIT);
        return {
          prepare: numbers,
          run: (items, task) => Promise.all(items.map((item) => limit(() => task(item)))),
        };
      },
      "p-limit": async () => {
        const { default: pLimit } = await import("p-limit");
        const limit = pLimit(LIMIT);
        return {
          prepare: numbers,
          run: (items, task) => Promise.all(items.map((item) => limit(() => task(item)))),
        };
      },
      "es-toolkit limitAsync": async () => {
        const { limitAsync } = await import("es-toolkit");
        return { prepare: numbers, run: (items, task) => Promise.all(items.map(limitAsync(task, LIMIT))) };
      },
    },
  },
];
