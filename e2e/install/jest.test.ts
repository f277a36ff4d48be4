/** Jest 30 loads modules with its own `require`, which reads no ES module. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const project = scratchProject({
  "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true }),
  "load.test.js": `const { mapLimit, Semaphore } = require("@floodgate/runtime");
test("the runtime works under Jest", async () => {
  let running = 0;
  let peak = 0;
  const doubled = await mapLimit([1, 2, 3, 4, 5], 2, async (n) => {
    peak = Math.max(peak, ++running);
    await null;
    running--;
    return n * 2;
  });
  expect(doubled).toEqual([2, 4, 6, 8, 10]);
  expect(peak).toBe(2);
  expect(new Semaphore(3).capacity).toBe(3);
});
`,
});
beforeAll(() => {
  project.install(inject("tarballs").runtime, "jest@30");
});
afterAll(() => {
  project.remove();
});

test("a Jest 30 project without any configuration tests code that uses the runtime", () => {
  const outcome = project.npx("jest");
  expect(outcome.output).toContain("1 passed");
  expect(outcome.exitCode).toBe(0);
});
