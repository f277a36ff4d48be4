import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RateLimiter, type RateLimiterOptions } from "./index.ts";

/** `FLOODGATE_SCHEDULES=100000` for a long look. A schedule here is dearer than elsewhere: its clock is played through. */
const numRuns = Number(process.env["FLOODGATE_SCHEDULES"] ?? 10_000) / 10;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const rates = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  intervalMs: fc.constantFrom(1, 7, 100, 333, 1000),
  burst: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  strict: fc.boolean(),
});

const steps = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("acquire"), weight: fc.integer({ min: 1, max: 8 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("try"), weight: fc.integer({ min: 1, max: 8 }) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("pass"), ms: fc.integer({ min: 0, max: 700 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("abort"), which: fc.nat(20) }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("pause"), ms: fc.integer({ min: -50, max: 900 }) }),
    },
  ),
  { maxLength: 25 },
);

interface Started {
  readonly id: number;
  readonly at: number;
  readonly weight: number;
  readonly waited: boolean;
}

test("for any schedule the rate is kept, the order is kept, everybody is served, and nothing is left behind", async () => {
  await fc.assert(
    fc.asyncProperty(rates, steps, async ({ burst, ...rate }, schedule) => {
      const options: RateLimiterOptions = rate.strict ? rate : { ...rate, burst };
      const heaviest = rate.strict ? rate.limit : (burst ?? rate.limit);
      const limiter = new RateLimiter(options);
      const started: Started[] = [];
      const controllers = new Map<number, AbortController>();
      const aborted = new Set<number>();
      const paused: { after: number; until: number }[] = [];
      let asked = 0;
      const note = (id: number, weight: number, waited: boolean): void => {
        started.push({ id, weight, waited, at: performance.now() });
        controllers.delete(id);
      };

      for (const step of schedule) {
        if ("weight" in step) {
          const id = asked++;
          const { weight } = step;
          if (weight > heaviest) {
            expect(() => limiter.tryAcquire({ weight })).toThrow(RangeError);
          } else if (step.kind === "try") {
            const overtakes = limiter.waiting > 0;
            const permit = limiter.tryAcquire({ weight });
            expect(permit !== undefined && overtakes).toBe(false);
            if (permit) note(id, weight, false);
          } else {
            const controller = new AbortController();
            controllers.set(id, controller);
            void limiter.acquire({ weight, signal: controller.signal }).then(
              () => {
                note(id, weight, true);
                expect(getEventListeners(controller.signal, "abort")).toEqual([]);
              },
              () => aborted.add(id),
            );
          }
        } else if (step.kind === "pass" && "ms" in step) {
          await vi.advanceTimersByTimeAsync(step.ms);
        } else if (step.kind === "pause" && "ms" in step) {
          paused.push({ after: started.length, until: performance.now() + step.ms });
          limiter.pauseUntil(Date.now() + step.ms);
        } else if ("which" in step) {
          controllers.get(step.which)?.abort();
          controllers.delete(step.which);
        }
        await vi.advanceTimersByTimeAsync(0);
        expect(vi.getTimerCount()).toBe(limiter.waiting > 0 ? 1 : 0);
      }
      // All are served, in time: what is left fits into so many intervals.
      await vi.advanceTimersByTimeAsync(900 + (25 * 8 * rate.intervalMs) / rate.limit + 25);
      expect([controllers.size, limiter.waiting, vi.getTimerCount()]).toEqual([0, 0, 0]);

      const served = started.filter(({ waited }) => waited).map(({ id }) => id);
      expect(served).toEqual(served.toSorted((a, b) => a - b));
      expect(served.filter((id) => aborted.has(id))).toEqual([]);
      started.forEach(({ at }, i) => {
        expect(paused.filter(({ after, until }) => after <= i && at < until - 1e-6)).toEqual([]);
      });
      // Every stretch from one start to a later one.
      started.forEach((first, from) => {
        let weight = 0;
        for (const { at, weight: more } of started.slice(from)) {
          weight += more;
          const ms = at - first.at;
          if (!rate.strict) {
            expect(weight).toBeLessThanOrEqual(heaviest + (rate.limit * (ms + 1e-5)) / rate.intervalMs);
          } else if (ms < rate.intervalMs - 1e-6) expect(weight).toBeLessThanOrEqual(rate.limit);
        }
      });
    }),
    { numRuns, seed: 7 },
  );
}, 600_000);

test("for any rate all of it is used: with somebody always waiting, no less starts than may", async () => {
  await fc.assert(
    fc.asyncProperty(rates, async ({ burst, ...rate }) => {
      const limiter = new RateLimiter(rate.strict ? rate : { ...rate, burst: Math.max(2, burst ?? 0) });
      let started = 0;
      const intervals = 5;
      // Timers go by whole milliseconds, so what is faster than that is for the burst to make good.
      fc.pre(rate.strict || rate.intervalMs / rate.limit >= 1);
      const count = (): number => started++;
      for (let i = 0; i < 50; i++) void limiter.acquire().then(count, () => undefined);
      await vi.advanceTimersByTimeAsync(intervals * rate.intervalMs);
      expect(started).toBeGreaterThanOrEqual(rate.limit * intervals);
      limiter.close();
    }),
    { numRuns: 200, seed: 8 },
  );
});
