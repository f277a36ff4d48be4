import { defineConfig } from "vitest/config";

// The source condition lets tests read the workspace packages' TypeScript, so that no build is needed before them.
// vitest wants it in both places: with the first alone the import fails when `dist/` is absent.
const conditions = ["@floodgate/source", "module", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 30_000,
  },
});
