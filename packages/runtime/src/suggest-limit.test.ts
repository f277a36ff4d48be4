import os from "node:os";
import { afterEach, expect, test, vi } from "vitest";
import { suggestLimit } from "./index.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("for CPU work as many as there are processors, for I/O twice that", () => {
  expect(suggestLimit("cpu")).toBe(os.availableParallelism());
  expect(suggestLimit("io")).toBe(2 * os.availableParallelism());
});

test("a browser says how many processors there are; where nobody does, 4 are assumed", () => {
  vi.stubGlobal("process", undefined);
  vi.stubGlobal("navigator", { hardwareConcurrency: 12 });
  expect([suggestLimit("cpu"), suggestLimit("io")]).toEqual([12, 24]);
  vi.stubGlobal("navigator", undefined);
  expect([suggestLimit("cpu"), suggestLimit("io")]).toEqual([4, 8]);
});

test("it wants to know for what", () => {
  expect(() => suggestLimit("gpu" as never)).toThrow(
    'Expected `kind` to be "cpu" or "io", got `gpu` (string)',
  );
});
