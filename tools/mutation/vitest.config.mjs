/** The tests that judge a mutant: those of the packages' sources, out of which Stryker takes the ones that reach it. */
import { defineConfig } from "vitest/config";
import workspace from "../../vitest.config.ts";

const { resolve, ssr } = workspace;

export default defineConfig({
  resolve,
  ssr,
  test: {
    include: ["**/*.test.ts"],
    exclude: [
      // They weigh the bundle, and what Stryker adds is heavy.
      "**/exports.test.ts",
      // They simulate minutes, or test what is not mutated: slow, and close to no mutant of the core.
      "**/{tune,adaptive-limiter*,rate-limiter*,result-types}.test.ts",
      "**/{redis,otel}/**",
    ],
    env: { FLOODGATE_SCHEDULES: "100" },
    testTimeout: 30_000,
  },
});
