import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

test("what is pushed first is taken first, whatever the order of pushes and takes", () => {
  fc.assert(
    fc.property(fc.array(fc.option(fc.integer(), { nil: undefined }), { maxLength: 200 }), (steps) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === undefined) expect(fifo.shift()).toBe(model.shift());
        else {
          fifo.push(step);
          model.push(step);
        }
        expect(fifo.size).toBe(model.length);
        expect(fifo.peek()).toBe(model[0]);
        expect(fifo.toArray()).toEqual(model);
      }
      expect(fifo.drain()).toEqual(model);
      expect(fifo.size).toBe(0);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test("places that were taken are cut off, at the cost of about one copy for each item that goes through", () => {
  const fifo = new Fifo<number>();
  for (let i = 0; i < 100; i++) fifo.push(i);
  const copies: number[] = [];
  const slice = Object.getOwnPropertyDescriptor(Array.prototype, "slice") as PropertyDescriptor;
  const value = function (this: unknown[], start: number): unknown[] {
    const copy = (slice.value as (start: number) => unknown[]).call(this, start);
    copies.push(copy.length);
    return copy;
  };
  Object.defineProperty(Array.prototype, "slice", { ...slice, value });
  try {
    for (let i = 0; i < 10_000; i++) {
      fifo.push(i);
      fifo.shift();
    }
  } finally {
    Object.defineProperty(Array.prototype, "slice", slice);
  }
  expect(copies.length).toBeGreaterThan(50);
  expect(copies.reduce((sum, length) => sum + length, 0)).toBeLessThan(12_000);
});
