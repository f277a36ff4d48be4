import { getEventListeners } from "node:events";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LimiterClosedError, Semaphore, type Permit } from "./index.ts";

/** `FLOODGATE_SCHEDULES=100000` for a long look. */
const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000);

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom("acquire", "try"),
        weight: fc.integer({ min: 1, max: 3 }),
        priority: fc.integer({ min: -1, max: 1 }),
      }),
    },
    { weight: 5, arbitrary: fc.record({ kind: fc.constant("release"), which: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("abort"), which: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("resize"), to: fc.integer({ min: 1, max: 5 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("close") }) },
  ),
  { maxLength: 25 },
);

interface Waiting {
  readonly id: number;
  readonly weight: number;
  readonly priority: number;
}

/** What a semaphore is meant to do, in the plainest way. */
class Model {
  permits: number;
  active = 0;
  closed = false;
  waiting: Waiting[] = [];
  log: string[] = [];

  constructor(permits: number) {
    this.permits = permits;
  }
  fits(weight: number): boolean {
    return !this.closed && this.waiting.length === 0 && this.active + weight <= this.permits;
  }
  serve(): void {
    for (let first; (first = this.waiting[0]) && this.active + first.weight <= this.permits;) {
      this.waiting.shift();
      this.active += first.weight;
      this.log.push(`${first.id} in`);
    }
  }
  add(waiter: Waiting): void {
    const behind = this.waiting.findIndex(({ priority }) => priority < waiter.priority);
    this.waiting.splice(behind < 0 ? this.waiting.length : behind, 0, waiter);
  }
  turnAway(which: (waiter: Waiting) => boolean, why: string): void {
    for (const { id } of this.waiting.filter(which)) this.log.push(`${id} ${why}`);
    this.waiting = this.waiting.filter((waiter) => !which(waiter));
  }
}

const isIn = (entry: string): boolean => entry.endsWith(" in");

async function flush(): Promise<void> {
  for (let i = 0; i < 6; i++) await Promise.resolve();
}

test("for any schedule a semaphore serves whom its model serves, in that order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), steps, async (permits, schedule) => {
      const semaphore = new Semaphore(permits, { stallAfterMs: Infinity });
      const model = new Model(permits);
      const controllers = new Map<number, AbortController>();
      const held: { weight: number; permit: Permit }[] = [];
      const log: string[] = [];
      let nextId = 0;

      for (const step of schedule) {
        const { log: expected } = model;
        switch (step.kind) {
          case "acquire": {
            const { weight, priority } = step as { weight: number; priority: number };
            if (weight > model.permits) {
              expect(() => semaphore.acquire({ weight })).toThrow(RangeError);
              break;
            }
            const id = nextId++;
            const controller = new AbortController();
            controllers.set(id, controller);
            semaphore.acquire({ weight, priority, signal: controller.signal }).then(
              (permit) => {
                log.push(`${id} in`);
                held.push({ weight, permit });
              },
              (error: unknown) => log.push(`${id} ${(error as Error).name}`),
            );
            if (model.closed) expected.push(`${id} LimiterClosedError`);
            else {
              model.add({ id, weight, priority });
              if (model.waiting[0]?.id === id) model.serve();
            }
            break;
          }
          case "try": {
            const { weight } = step as { weight: number };
            if (weight > model.permits) break;
            const permit = semaphore.tryAcquire({ weight });
            expect(permit !== undefined).toBe(model.fits(weight));
            if (!permit) break;
            model.active += weight;
            held.push({ weight, permit });
            break;
          }
          case "release": {
            const { which } = step as { which: number };
            const [it] = held.splice(which % Math.max(held.length, 1), 1);
            if (!it) break;
            it.permit.release();
            expect(() => {
              it.permit.release();
            }).toThrow("released before");
            model.active -= it.weight;
            model.serve();
            break;
          }
          case "abort": {
            const { which } = step as { which: number };
            const id = model.waiting[which % Math.max(model.waiting.length, 1)]?.id ?? which;
            controllers.get(id)?.abort();
            model.turnAway((waiter) => waiter.id === id, "AbortError");
            model.serve();
            break;
          }
          case "resize": {
            const { to } = step as { to: number };
            semaphore.permits = model.permits = to;
            model.turnAway(({ weight }) => weight > to, "RangeError");
            model.serve();
            break;
          }
          default:
            semaphore.close();
            model.turnAway(() => true, LimiterClosedError.name);
            model.closed = true;
        }
        await flush();
        // Who is turned away hears of it a few microtasks later than who is let in.
        expect(log.filter(isIn)).toEqual(model.log.filter(isIn));
        expect(log.toSorted()).toEqual(model.log.toSorted());
        expect([semaphore.active, semaphore.waiting]).toEqual([model.active, model.waiting.length]);
      }

      semaphore.close();
      await flush();
      expect(semaphore.waiting, "nothing stays pending after close").toBe(0);
      for (const { permit } of held) permit.release();
      await semaphore.idle();
      for (const { signal } of controllers.values()) {
        expect(getEventListeners(signal, "abort"), "no listener left").toHaveLength(0);
      }
    }),
    { numRuns, seed: 2 },
  );
}, 600_000);
