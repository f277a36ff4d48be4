/** `Queue` beside a model that is too simple to be wrong, over random schedules. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Queue } from "./queue.ts";

/** Schedules tried: 1e4 in CI; `FLOODGATE_SCHEDULES=100000` for a long look. */
const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000);

type Step =
  | { readonly kind: "put" | "tryPut" | "take" | "tryTake" | "pull" | "leave" | "done" | "close" | "fail" }
  | { readonly kind: "abort"; readonly which: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom<Step>({ kind: "put" }, { kind: "take" }, { kind: "pull" }) },
    {
      weight: 10,
      arbitrary: fc.constantFrom<Step>({ kind: "tryPut" }, { kind: "tryTake" }, { kind: "done" }),
    },
    { weight: 8, arbitrary: fc.nat(30).map((which): Step => ({ kind: "abort", which })) },
    { weight: 2, arbitrary: fc.constantFrom<Step>({ kind: "leave" }, { kind: "close" }, { kind: "fail" }) },
  ),
  { maxLength: 40 },
);

/** What the queue must do, with arrays and no promises. */
class Model {
  readonly items: number[] = [];
  readonly putters: { readonly id: number; readonly item: number }[] = [];
  readonly takers: { readonly id: number; readonly pull: boolean }[] = [];
  /** How each call that has an id ends. */
  readonly outcomes = new Map<number, string>();
  state: "open" | "closed" | "failed" = "open";
  left = false;
  thrown = false;
  out = 0;
  readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  put(id: number, item: number): void {
    if (this.state !== "open") this.outcomes.set(id, this.state);
    else if (this.accept(item)) this.outcomes.set(id, "in");
    else this.putters.push({ id, item });
  }

  accept(item: number): boolean {
    const taker = this.takers.shift();
    if (taker) {
      this.out++;
      this.outcomes.set(taker.id, `got ${item}`);
      return true;
    }
    if (this.items.length >= this.capacity) return false;
    this.items.push(item);
    return true;
  }

  take(id: number, pull: boolean): void {
    if (pull && (this.left || this.thrown)) this.outcomes.set(id, "end");
    else if (this.items.length > 0) this.outcomes.set(id, `got ${this.remove()}`);
    else if (this.state === "closed") this.outcomes.set(id, pull ? "end" : "closed");
    else if (this.state === "failed") {
      this.outcomes.set(id, "failed");
      this.thrown ||= pull;
    } else this.takers.push({ id, pull });
  }

  remove(): number {
    const item = this.items.shift() as number;
    this.out++;
    const putter = this.putters.shift();
    if (putter) {
      this.items.push(putter.item);
      this.outcomes.set(putter.id, "in");
    }
    return item;
  }

  abort(id: number): void {
    for (const line of [this.putters, this.takers]) {
      const at = line.findIndex((waiter) => waiter.id === id && !("pull" in waiter && waiter.pull));
      if (at >= 0) {
        line.splice(at, 1);
        this.outcomes.set(id, "aborted");
      }
    }
  }

  leave(): void {
    if (this.left) return;
    this.left = true;
    for (const taker of this.takers.splice(0)) {
      if (taker.pull) this.outcomes.set(taker.id, "end");
      else this.takers.push(taker);
    }
    if (!this.thrown) this.close();
  }

  close(): void {
    if (this.state !== "open") return;
    this.state = "closed";
    for (const { id } of this.putters.splice(0)) this.outcomes.set(id, "closed");
    for (const { id, pull } of this.takers.splice(0)) this.outcomes.set(id, pull ? "end" : "closed");
  }

  fail(): void {
    if (this.state === "failed") return;
    this.state = "failed";
    this.items.length = 0;
    for (const { id } of [...this.putters.splice(0), ...this.takers.splice(0)])
      this.outcomes.set(id, "failed");
  }
}

test("for any schedule, a queue does what the model does", async () => {
  const unhandled: unknown[] = [];
  const onUnhandled = (reason: unknown): unknown => unhandled.push(reason);
  process.on("unhandledRejection", onUnhandled);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(1, 2, 3, Infinity), steps, async (capacity, schedule) => {
      const queue = new Queue<number>({ capacity });
      const model = new Model(capacity);
      const loop = queue.values();
      const outcomes = new Map<number, string>();
      const controllers: AbortController[] = [];
      const watch = (id: number, promise: Promise<unknown>): void => {
        promise.then(
          (value) => outcomes.set(id, said(value)),
          (error: unknown) => outcomes.set(id, nameOf(error)),
        );
      };
      const settles: Promise<unknown>[] = [];
      schedule.forEach((step, id) => {
        const controller = (controllers[id] = new AbortController());
        const { signal } = controller;
        switch (step.kind) {
          case "put":
            model.put(id, id);
            {
              watch(id, queue.put(id, { signal }));
              return;
            }
          case "take":
            model.take(id, false);
            {
              watch(id, queue.take({ signal }));
              return;
            }
          case "pull":
            model.take(id, true);
            {
              watch(id, loop.next());
              return;
            }
          case "tryPut":
            expect(attempt(() => queue.tryPut(id))).toBe(
              model.state === "open" ? model.accept(id) : model.state,
            );
            return;
          case "tryTake": {
            const expected =
              model.items.length > 0
                ? { value: model.remove() }
                : model.state === "open"
                  ? undefined
                  : model.state;
            expect(attempt(() => queue.tryTake())).toEqual(expected);
            return;
          }
          case "done":
            expect(attempt(() => queue.done())).toBe(model.out > 0 ? undefined : "RangeError");
            if (model.out > 0) model.out--;
            return;
          case "leave":
            model.leave();
            settles.push(loop.return?.() as Promise<unknown>);
            return;
          case "close":
            model.close();
            {
              queue.close();
              return;
            }
          case "fail":
            model.fail();
            {
              queue.fail(new Failure());
              return;
            }
          case "abort":
            model.abort(step.which);
            controllers[step.which]?.abort();
        }
      });
      expect(queue.size).toBeLessThanOrEqual(capacity);
      expect(queue.inspect()).toEqual({
        capacity,
        size: model.items.length,
        putting: model.putters.length,
        taking: model.takers.length,
        unfinished: model.items.length + model.out,
        state: model.state,
      });
      // In the end nothing stays pending after a close, once what is inside has been taken.
      model.close();
      queue.close();
      while (model.items.length > 0) expect(queue.tryTake()).toEqual({ value: model.remove() });
      await Promise.all(settles);
      await new Promise(setImmediate);
      expect([...outcomes].sort()).toEqual([...model.outcomes].sort());
    }),
    { numRuns, seed: 3 },
  );
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
}, 600_000);

class Failure extends Error {
  override readonly name = "failed";
}

function attempt(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return nameOf(error);
  }
}

function nameOf(error: unknown): string {
  const { name } = error as Error;
  return name === "QueueClosedError" ? "closed" : name === "AbortError" ? "aborted" : name;
}

function said(value: unknown): string {
  if (value === undefined) return "in";
  if (typeof value === "number") return `got ${value}`;
  const step = value as IteratorResult<number>;
  return step.done === true ? "end" : `got ${step.value}`;
}
