// Measures one variant of one case, in a process of its own, and prints the number.
//
//   node --expose-gc bench/measure.mjs <case> <variant> <n>
import { cases } from "./cases/index.mjs";

const [caseName, variantName, size] = process.argv.slice(2);
const { measure, variants } = cases.find(({ name }) => name === caseName);
const program = await variants[variantName]();
const measures = { cpu: measureCpu, heap: measureHeap, first: measureFirst, wall: measureWall };
process.stdout.write(String(await measures[measure](program, Number(size))));
process.exit(0);

/** Milliseconds of CPU, all threads, of the best of up to twenty runs within two seconds of CPU. */
async function measureCpu({ prepare, run }, n) {
  for (let i = 0; i < 3; i++) await run(prepare(Math.min(n, 10_000)));
  const input = prepare(n);
  let best = Infinity;
  let spent = 0;
  for (let i = 0; i < 20 && spent < 2000; i++) {
    globalThis.gc();
    const before = process.cpuUsage();
    await run(input);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    spent += ms;
    best = Math.min(best, ms);
  }
  return best;
}

/** Megabytes above what there was before the call, at the worst of a dozen moments. */
async function measureHeap({ prepare, run }, n) {
  const input = prepare(n);
  const live = () => {
    globalThis.gc();
    return process.memoryUsage().heapUsed;
  };
  const before = live();
  const moments = new Set([
    1,
    11,
    12,
    n,
    ...Array.from({ length: 10 }, (_, i) => Math.ceil(((i + 1) * n) / 10)),
  ]);
  let calls = 0;
  let peak = 0;
  await run(input, (item) => {
    if (moments.has(++calls)) peak = Math.max(peak, live() - before);
    return new Promise((resolve) => setImmediate(resolve, item));
  });
  return Math.max(0, peak) / 1e6;
}

/** Milliseconds from the call to the start of the first task. */
async function measureFirst({ prepare, run }, n) {
  const once = async (items) => {
    const start = performance.now();
    return new Promise((resolve) => {
      const task = () => {
        resolve(performance.now() - start);
        return undefined;
      };
      run(items, task);
    });
  };
  for (let i = 0; i < 20; i++) await once(prepare(100));
  const input = prepare(n);
  globalThis.gc();
  return once(input);
}

/** Milliseconds from the call to its end. */
async function measureWall({ prepare, run }, n) {
  const input = prepare(n);
  const start = performance.now();
  await run(input);
  return performance.now() - start;
}
