import { getEventListeners } from "node:events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deferred, type Deferred } from "./deferred.ts";
import {
  forEachLimit,
  mapLimit,
  mapLimitSettled,
  Semaphore,
  streamLimit,
  type TaskContext,
} from "./index.ts";

/** `FLOODGATE_SCHEDULES=100000` for a long look. */
const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000);

/** How a task behaves: most end when the schedule says so. */
const behaviours = ["ok", "ok", "ok", "plain", "fail", "throw", "never"] as const;
type Behaviour = (typeof behaviours)[number];

const schedules = fc.record({
  helper: fc.constantFrom("mapLimit", "mapLimitSettled", "forEachLimit", "streamLimit"),
  source: fc.constantFrom("array", "generator", "async generator", "held", "endless"),
  tasks: fc.array(fc.constantFrom(...behaviours), { maxLength: 8 }),
  bound: fc.integer({ min: 1, max: 4 }),
  limiter: fc.boolean(),
  stopOnError: fc.boolean(),
  ordered: fc.boolean(),
  steps: fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ kind: fc.constant("end" as const), which: fc.nat(10) }) },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("abort" as const) }) },
      {
        weight: 1,
        arbitrary: fc.record({ kind: fc.constant("resize" as const), to: fc.integer({ min: 1, max: 5 }) }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant("leave" as const) }) },
    ),
    { maxLength: 14 },
  ),
});
type Schedule = typeof schedules extends fc.Arbitrary<infer S> ? S : never;

/** Lets what is due in microtasks happen. */
async function flush(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** Plays one schedule, checks what must hold at every moment, and returns how it ended. */
async function play(schedule: Schedule) {
  const { helper, tasks, bound } = schedule;
  const semaphore = new Semaphore(bound, { stallAfterMs: Infinity });
  const controller = new AbortController();
  const running = new Map<number, { behaviour: Behaviour; end: Deferred<string> }>();
  const pulls: Deferred<undefined>[] = [];
  const failures: unknown[] = [];
  let pulled = 0;
  let started = 0;
  let closed = 0;
  let sawEnd = false;
  let signal: AbortSignal | undefined;
  let settled = false as boolean;

  const task = (item: number, index: number, context: TaskContext): string | Promise<string> => {
    expect(settled, "nothing starts after the end").toBe(false);
    expect(item).toBe(index);
    expect(index, "each item once, in order").toBe(started++);
    signal = context.signal;
    const behaviour = tasks[index] ?? "ok";
    const limit = schedule.limiter ? semaphore.permits : bound;
    expect(running.size, "never above the bound").toBeLessThan(limit);
    if (behaviour === "plain") return `r${index}`;
    if (behaviour === "throw") {
      failures.push(index);
      throw new Error(`e${index}`);
    }
    const end = deferred<string>();
    running.set(index, { behaviour, end });
    return end.promise;
  };
  const endTask = (index: number): void => {
    const it = running.get(index);
    if (!it || it.behaviour === "never") return;
    running.delete(index);
    if (it.behaviour === "fail") {
      failures.push(index);
      it.end.reject(new Error(`e${index}`));
    } else it.end.resolve(`r${index}`);
  };

  const count = schedule.source === "endless" ? Infinity : tasks.length;
  const pull = (): IteratorResult<number, undefined> => {
    if (pulled < count && pulled < 12) return { done: false, value: pulled++ };
    sawEnd = true;
    return { done: true, value: undefined };
  };
  const close = (): IteratorResult<number, undefined> => {
    closed++;
    return { done: true, value: undefined };
  };
  const source: Iterable<number> | AsyncIterable<number> = {
    array: Array.from(tasks, (_, i) => i),
    generator: { [Symbol.iterator]: () => ({ next: pull, return: close }) },
    endless: { [Symbol.iterator]: () => ({ next: pull, return: close }) },
    "async generator": {
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.resolve(pull()),
        return: () => Promise.resolve(close()),
      }),
    },
    held: {
      [Symbol.asyncIterator]: () => ({
        next: () => {
          const gate = deferred<undefined>();
          pulls.push(gate);
          return gate.promise.then(pull);
        },
        return: () => Promise.resolve(close()),
      }),
    },
  }[schedule.source];

  const options = {
    signal: controller.signal,
    graceMs: tasks.includes("never") ? 0 : Infinity,
    stopOnError: schedule.stopOnError,
  };
  const concurrency = schedule.limiter ? semaphore : bound;
  const stream = streamLimit(source, concurrency, task, { ...options, ordered: schedule.ordered });
  const read = async (): Promise<unknown[]> => {
    const values: unknown[] = [];
    for await (const value of stream) values.push(value);
    return values;
  };
  const call: Promise<unknown> = {
    mapLimit: () => mapLimit(source, concurrency, task, options),
    mapLimitSettled: () => mapLimitSettled(source, concurrency, task, options),
    forEachLimit: () => forEachLimit(source, concurrency, task, options),
    streamLimit: read,
  }[helper]();
  const ended = call.then(
    (value) => ({ value, error: undefined as unknown }),
    (error: unknown) => ({ value: undefined, error: error ?? "nothing" }),
  );
  void ended.then(
    () => (settled = helper === "streamLimit" || !(options.graceMs === 0 && !schedule.stopOnError)),
  );

  let left = false as boolean;
  const step = async (): Promise<void> => {
    for (const gate of pulls.splice(0)) gate.resolve(undefined);
    await flush();
  };
  for (const it of schedule.steps) {
    await step();
    if (it.kind === "end") endTask([...running.keys()][it.which % Math.max(running.size, 1)] ?? -1);
    else if (it.kind === "abort") controller.abort(new Error("aborted"));
    else if (it.kind === "resize") semaphore.permits = it.to;
    else if (helper === "streamLimit") {
      left = true;
      void stream.return?.().catch(() => undefined);
    }
  }
  // The rest of the schedule: everything ends that ever will.
  const stuck = (): boolean => [...running.values()].every(({ behaviour }) => behaviour === "never");
  for (let i = 0; i < 100 && !(settled && stuck()); i++) {
    await step();
    for (const index of [...running.keys()]) {
      endTask(index);
      await flush();
    }
    // Those that never end keep their slots: then only an abort ends the call.
    if (i > 12) controller.abort(new Error("aborted"));
  }
  await flush();
  const { value, error } = await ended;
  const nevers = [...running.keys()].length;
  return {
    value,
    error,
    started,
    pulled,
    closed,
    sawEnd,
    failures,
    semaphore,
    controller,
    signal,
    left,
    nevers,
  };
}

test("for any schedule: never above the bound, order kept, nothing lost, nothing run twice, nothing left behind", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, async (schedule) => {
      const { helper, tasks, source, limiter } = schedule;
      const run = await play(schedule);
      const { value, error, started, pulled, closed, failures, semaphore, controller, left, nevers } = run;

      expect(getEventListeners(controller.signal, "abort"), "no listener left").toHaveLength(0);
      expect([semaphore.active, semaphore.waiting], "permits given back").toEqual([limiter ? nevers : 0, 0]);
      if (source !== "array") {
        // With a limiter one item is pulled before its permit; a pull still pending at the end is lost.
        const slack =
          limiter || helper === "streamLimit" || source === "held" || source === "async generator" ? 1 : 0;
        expect(pulled - started, "an early stop drops nothing it pulled").toBeLessThanOrEqual(slack);
        expect(closed, "closed at most once").toBeLessThanOrEqual(1);
        const isSync = helper !== "streamLimit" && (source === "generator" || source === "endless");
        if (isSync && run.sawEnd) expect(closed, "a source that has ended is not closed").toBe(0);
      }
      if (error === undefined && !left) {
        const all = Array.from({ length: started }, (_, i) => i);
        const values = all.map((i) => `r${i}`);
        if (source !== "endless") expect(started, "nothing is left out").toBe(tasks.length);
        if (helper === "forEachLimit") expect(value).toBeUndefined();
        else if (helper === "mapLimit") expect(value).toEqual(values);
        else if (helper === "streamLimit") {
          if (schedule.ordered) expect(value).toEqual(values);
          else expect((value as string[]).toSorted()).toEqual(values.toSorted());
        } else {
          expect(value).toEqual(
            all.map((i) =>
              failures.includes(i)
                ? { status: "rejected", reason: new Error(`e${i}`) }
                : { status: "fulfilled", value: `r${i}` },
            ),
          );
        }
        if (helper !== "mapLimitSettled") expect(failures).toEqual([]);
      } else if (error instanceof AggregateError) {
        const inOrder = failures
          .toSorted((a, b) => Number(a) - Number(b))
          .map((i) => new Error(`e${String(i)}`));
        expect(error.errors).toEqual(inOrder);
      } else if (error !== undefined) {
        const reasons = ["aborted", `e${String(failures[0])}`];
        expect(reasons, "the first error, or the reason of the abort").toContain((error as Error).message);
        if (helper !== "mapLimitSettled" && schedule.stopOnError && run.signal) {
          expect(run.signal.aborted, "tasks are told to stop").toBe(true);
        }
      }
    }),
    { numRuns, seed: 1 },
  );
}, 600_000);
