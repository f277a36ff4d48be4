import { defineConfig } from "vitest/config";

// The source condition lets tests read the workspace packages' TypeScript, so that no build is needed before them.
// vitest wants it in both places: with the first alone the import fails when `dist/` is absent.
// Not `module`, which is for bundlers: what it leads to is not always something that Node can import.
const conditions = ["@floodgate/source", "node", "development|production"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        // What holds for the workspace as a whole: its architecture, its tools, its examples, its docs.
        extends: true,
        test: {
          name: "workspace",
          include: ["test/**/*.test.ts", "examples/recipes/*.test.ts", "e2e/corpus/*.test.mjs"],
          testTimeout: 240_000,
        },
      },
      {
        // The packages as they are released: needs a build before it.
        extends: true,
        test: {
          name: "packed",
          include: ["install", "runtime", "eslint-hosts", "server"].map((part) => `e2e/${part}/**/*.test.ts`),
          globalSetup: ["e2e/pack.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
