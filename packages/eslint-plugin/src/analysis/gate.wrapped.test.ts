/** Functions that limit themselves, because they were made by wrapping another. */
import { describe, expect, test } from "vitest";
import { decisionIn, gateText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { wrapperGate } from "./gate.ts";

/** The gate that the argument of `here(...)` brings along, or `nothing`. */
function wrapperIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  const gate = wrapperGate(code, node);
  return gate === undefined ? "nothing" : gateText(gate);
}

type Table = readonly (readonly [text: string, gate: string])[];
const holds = ([text, gate]: readonly [string, string]) => {
  expect(wrapperIn(text)).toBe(gate);
};

describe("by a function of a library", () => {
  const runtime = "import { limited, createLimit, Semaphore } from '@floodgate/runtime'; ";
  const table: Table = [
    [`${runtime}here(limited(8, save))`, "limiter limited 8"],
    [`${runtime}const slow = limited(8, save); here(slow)`, "limiter slow 8"],
    [`${runtime}const slow = limited(n, save); here(slow)`, "limiter slow"],
    [`${runtime}const slow = limited(8, save); const other = slow; here(other)`, "limiter other 8"],
    [
      "import pThrottle from 'p-throttle'; class Api { slow = pThrottle({ limit: 2, interval: 1000 }); all() { here(this.slow(save)); } }",
      "limiter slow",
    ],
    [`${runtime}const api = { slow: limited(8, save) }; here(api.slow)`, "limiter api.slow 8"],
    [`${runtime}class Api { slow = limited(8, save); all() { here(this.slow); } }`, "limiter this.slow 8"],
    [`${runtime}let slow; slow = limited(8, save); here(slow)`, "limiter slow 8"],
    // Without the function there is nothing to limit yet.
    [`${runtime}here(limited(8))`, "nothing"],
    [`${runtime}here(createLimit(8))`, "nothing"],
    [`${runtime}here(new Semaphore(8))`, "nothing"],
    [
      "import { limitFunction } from 'p-limit'; here(limitFunction(save, { concurrency: 2 }))",
      "limiter limitFunction 2",
    ],
    ["import { limitFunction } from 'p-limit'; here(limitFunction())", "nothing"],
    ["import throat from 'throat'; here(throat(2, save))", "limiter throat 2"],
    ["import throat from 'throat'; here(throat(2))", "nothing"],
    ["import * as runtime from '@floodgate/runtime'; here(runtime.limited(8, save))", "limiter limited 8"],
    ["here(limited(8, save))", "nothing"],
    ["here(save)", "nothing"],
    ["const slow = save; here(slow)", "nothing"],
    ["here(8)", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("by the method of a limiter", () => {
  const bn = "import Bottleneck from 'bottleneck'; const bn = new Bottleneck({ maxConcurrent: 5 }); ";
  const queue = "import PQueue from 'p-queue'; const q = new PQueue({ concurrency: 4 }); ";
  const table: Table = [
    [`${bn}here(bn.wrap(save))`, "limiter bn 5"],
    [`${bn}const slow = bn.wrap(save); here(slow)`, "limiter slow 5"],
    [`${bn}here(bn.schedule(save))`, "nothing"],
    [`${queue}here(q.wrap(save))`, "nothing"],
    // Known by name only.
    ["here(limiter.wrap(save))", "limiter limiter"],
    ["here(limiter.limit(save))", "nothing"],
    ["here(items.wrap(save))", "nothing"],
    [`${queue}here(q.add.bind(q))`, "limiter q"],
    ["here(this_.taskQueue.add.bind(this_.taskQueue))", "limiter this_.taskQueue"],
    ["here(load().queue.add.bind(other))", "limiter limiter"],
    [`${queue}here(q.clear.bind(q))`, "nothing"],
    [`${queue}here(q[method].bind(q))`, "nothing"],
    [`${queue}here(q.add.call(q))`, "nothing"],
    ["here(items.push.bind(items))", "nothing"],
    ["here(save.bind(api))", "nothing"],
    // What was limited stays so.
    [`${bn}const slow = bn.wrap(save); here(slow.bind(api))`, "limiter slow 5"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("in a second call", () => {
  const throttle = "import pThrottle from 'p-throttle'; ";
  const table: Table = [
    [`${throttle}here(pThrottle({ limit: 2 })(save))`, "limiter pThrottle"],
    [`${throttle}const throttle = pThrottle({ limit: 2 }); here(throttle(save))`, "limiter throttle"],
    [
      `${throttle}const twice = pThrottle({ limit: 2 }); const slow = twice(save); here(slow)`,
      "limiter slow",
    ],
    [`${throttle}const twice = pThrottle({ limit: 2 }); here(twice(save))`, "limiter twice"],
    ["here(require('p-throttle')({ limit: 2 })(save))", "limiter throttle"],
    [`${throttle}here(pThrottle({ limit: 2 }))`, "nothing"],
    ["import pLimit from 'p-limit'; here(pLimit(2)(save))", "nothing"],
    ["import pLimit from 'p-limit'; const limit = pLimit(2); here(limit(save))", "nothing"],
    ["const twice = make({ limit: 2 }); here(twice(save))", "nothing"],
    ["const twice = 2; here(twice(save))", "nothing"],
    ["here(api.twice(save))", "nothing"],
  ];
  test.for(table)("%s → %s", holds);
});

test("the limit stands where the function is handed over", () => {
  const text =
    "import { limited } from '@floodgate/runtime'; const slow = limited(8, save); await Promise.all(items.map(slow));";
  const { gate, verdict } = decisionIn(text);
  const start = text.indexOf("limited(8");
  expect(gate).toEqual({
    kind: "limiter",
    name: "slow",
    span: { start, end: text.indexOf("; await") },
    capacity: 8,
  });
  expect(verdict.kind).toBe("silent");
});

describe("in another file", () => {
  const limits = `import { limited } from "@floodgate/runtime"; import pLimit from "p-limit";
    export const slow = limited(8, save); export const limit = pLimit(5); export const plain = save;`;
  const neighbours = { "limits.ts": limits, "barrel.ts": 'export { slow } from "./limits";' };
  const table: Table = [
    ['import { slow } from "./limits"; here(slow)', "limiter slow 8"],
    ['import { slow as mine } from "./limits"; here(mine)', "limiter mine 8"],
    ['import * as limits from "./limits"; here(limits.slow)', "limiter limits.slow 8"],
    ['import { slow } from "./barrel"; here(slow)', "limiter slow 8"],
    ['import { plain } from "./limits"; here(plain)', "nothing"],
    ['import { limit } from "./limits"; here(limit)', "nothing"],
    ['import { slow } from "./unknown"; here(slow)', "nothing"],
  ];
  test.for(table)("%s → %s", ([text, gate]) => {
    expect(wrapperIn(text, { neighbours })).toBe(gate);
  });
});
