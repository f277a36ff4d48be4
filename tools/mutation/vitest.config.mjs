/** The tests that judge a mutant: those of the packages' sources, out of which Stryker takes the ones that reach it. */
import { defineConfig } from "vitest/config";
import workspace from "../../vitest.config.ts";

const { resolve, ssr } = workspace;

export default defineConfig({
  resolve,
  ssr,
  test: {
    include: ["**/*.test.ts"],
    // It weighs the bundle, and what Stryker adds is heavy.
    exclude: ["**/exports.test.ts"],
    env: { FLOODGATE_SCHEDULES: "200" },
    testTimeout: 30_000,
  },
});
