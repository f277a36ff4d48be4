import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { WaitingLine } from "./waiting-line.ts";

interface Waiter {
  readonly id: number;
  gone: boolean;
}

test("whoever leaves before its turn is passed over, whatever the order of arrivals, turns and leavings", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant("add" as const) },
    { weight: 1, arbitrary: fc.constant("next" as const) },
    { weight: 4, arbitrary: fc.nat() },
  );
  fc.assert(
    // Long ones: what is gone is forgotten in heaps.
    fc.property(fc.array(step, { maxLength: 1000, size: "max" }), (steps) => {
      const line = new WaitingLine<Waiter>();
      const model: Waiter[] = [];
      let id = 0;
      for (const what of steps) {
        if (what === "add") {
          const waiter = { id: id++, gone: false };
          line.push(waiter);
          model.push(waiter);
        } else if (what === "next") expect(line.next()).toBe(model.shift());
        else if (model.length > 0) line.remove(model.splice(what % model.length, 1)[0] as Waiter);
        expect(line.size).toBe(model.length);
        expect(line.peek()).toBe(model[0]);
      }
      expect(line.toArray()).toEqual(model);
      expect(line.drain()).toEqual(model);
      expect([line.size, line.next()]).toEqual([0, undefined]);
    }),
    { seed: 1, numRuns: 20 },
  );
});

test("what is gone is not kept, also when nobody is ever served", () => {
  const line = new WaitingLine<Waiter>();
  let looks = 0;
  const waiter = (id: number) => {
    let gone = false;
    return {
      id,
      get gone() {
        looks++;
        return gone;
      },
      set gone(is) {
        gone = is;
      },
    };
  };
  line.push(waiter(0));
  for (let id = 1; id <= 1000; id++) {
    const one = waiter(id);
    line.push(one);
    line.remove(one);
  }
  looks = 0;
  expect(line.toArray()).toHaveLength(1);
  expect(looks).toBeLessThan(4);
});

test("however many leave, each of the others is put in line anew about once", () => {
  const line = new WaitingLine<{ gone?: boolean }>();
  const all = Array.from({ length: 1000 }, () => ({}));
  for (const one of all) line.push(one);
  const pushed = vi.spyOn(line, "push");
  for (const one of all.slice(1)) line.remove(one);
  expect(line.size).toBe(1);
  expect(pushed.mock.calls.length).toBeGreaterThan(400);
  expect(pushed.mock.calls.length).toBeLessThan(1100);
});
