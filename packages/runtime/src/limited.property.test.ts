import fc from "fast-check";
import { expect, test } from "vitest";
import { deferred, type Deferred } from "./deferred.ts";
import { createLimit, limited, Semaphore } from "./index.ts";

/** `FLOODGATE_SCHEDULES=100000` for a long look. */
const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000);

const steps = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("call"), fate: fc.constantFrom("ok", "fail", "throw") }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("end"), which: fc.nat(20) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant("flush") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("resize"), to: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear") }) },
  ),
  { maxLength: 30 },
);
type Steps = typeof steps extends fc.Arbitrary<infer S> ? S : never;

async function flush(): Promise<void> {
  for (let i = 0; i < 40; i++) await Promise.resolve();
}

/** Something that takes calls, and how many may run in it now. */
interface Gate {
  call: (id: number) => Promise<unknown>;
  bound: () => number;
  resize?: (to: number) => void;
  clear?: () => void;
}

async function play(
  bound: number,
  schedule: Steps,
  open: (task: (id: number) => unknown) => Gate,
): Promise<void> {
  const fates: string[] = [];
  const started: number[] = [];
  const running = new Map<number, Deferred<string>>();
  const ends: Promise<PromiseSettledResult<unknown>>[] = [];
  const cleared = new Set<number>();
  const gate = open((id) => {
    expect(running.size, "never above the bound").toBeLessThan(Math.max(gate.bound(), bound));
    started.push(id);
    if (fates[id] === "throw") throw new Error(`e${id}`);
    const end = deferred<string>();
    running.set(id, end);
    return end.promise;
  });
  const end = (id: number): void => {
    const it = running.get(id);
    running.delete(id);
    if (fates[id] === "fail") it?.reject(new Error(`e${id}`));
    else it?.resolve(`r${id}`);
  };
  for (const step of schedule) {
    if (step.kind === "call") {
      const id = fates.push((step as { fate: string }).fate) - 1;
      ends.push(Promise.allSettled([gate.call(id)]).then(([it]) => it));
    } else if (step.kind === "end") {
      const { which } = step as { which: number };
      end([...running.keys()][which % Math.max(running.size, 1)] ?? -1);
    } else if (step.kind === "flush") {
      await flush();
    } else if (step.kind === "resize") {
      await flush();
      gate.resize?.((step as { to: number }).to);
      // Whoever is let in starts a microtask later, whatever happens in the same turn.
      await flush();
    } else if (gate.clear) {
      await flush();
      fates.forEach((_, id) => !started.includes(id) && cleared.add(id));
      gate.clear();
    }
  }
  for (let i = 0; i < 60; i++) {
    await flush();
    for (const id of [...running.keys()]) end(id);
  }
  const settled = await Promise.all(ends);
  expect(started, "first come first served, each once, none lost").toEqual(
    fates.map((_, id) => id).filter((id) => !cleared.has(id)),
  );
  settled.forEach((it, id) => {
    if (cleared.has(id)) expect(it).toMatchObject({ status: "rejected", reason: { name: "AbortError" } });
    else if (fates[id] === "ok") expect(it).toEqual({ status: "fulfilled", value: `r${id}` });
    else expect(it).toEqual({ status: "rejected", reason: new Error(`e${id}`) });
  });
}

const bounds = fc.integer({ min: 1, max: 4 });

test("for any schedule of calls, limited keeps the bound and the order, and loses nothing", async () => {
  await fc.assert(
    fc.asyncProperty(bounds, steps, (bound, schedule) =>
      play(bound, schedule, (task) => ({ call: limited(bound, task), bound: () => bound })),
    ),
    { numRuns, seed: 4 },
  );
}, 600_000);

test("so does limited with a semaphore, whose permits change", async () => {
  await fc.assert(
    fc.asyncProperty(bounds, steps, async (bound, schedule) => {
      const semaphore = new Semaphore(bound, { stallAfterMs: Infinity });
      await play(bound, schedule, (task) => ({
        call: limited(semaphore, task),
        bound: () => semaphore.permits,
        resize: (to) => (semaphore.permits = to),
      }));
      expect([semaphore.active, semaphore.waiting]).toEqual([0, 0]);
    }),
    { numRuns: numRuns / 2, seed: 5 },
  );
}, 600_000);

test("so does createLimit, whose concurrency changes and whose queue is cleared", async () => {
  await fc.assert(
    fc.asyncProperty(bounds, steps, async (bound, schedule) => {
      const limit = createLimit(bound);
      await play(bound, schedule, (task) => ({
        call: (id) => limit(() => task(id)),
        bound: () => limit.concurrency,
        resize: (to) => (limit.concurrency = to),
        clear: () => {
          limit.clearQueue();
        },
      }));
      expect([limit.activeCount, limit.pendingCount]).toEqual([0, 0]);
    }),
    { numRuns: numRuns / 2, seed: 6 },
  );
}, 600_000);
