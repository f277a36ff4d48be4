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
