import { target } from "./target.mjs";

const analysis = target("analysis", "packages/eslint-plugin/src/analysis", [
  "verdict.ts",
  "bound.ts",
  "gate.ts",
  "pools.ts",
  "guards.ts",
]);

export default {
  ...analysis,
  vitest: { ...analysis.vitest, configFile: "tools/mutation/analysis.vitest.config.mjs" },
};
