import { defineConfig } from "vitest/config";

// The source condition lets tests read the workspace packages' TypeScript, so that no build is needed before them.
// vitest wants it in both places: with the first alone the import fails when `dist/` is absent.
// Not `module`, which is for bundlers: what it leads to is not always something that Node can import.
const conditions = ["@floodgate/source", "node", "development|production"];

/**
 * Each of these has a process of its own: the runtime's, since a process that has used `AsyncLocalStorage` runs promises at
 * a fraction of its speed from then on; those that measure memory; one that replaces a module.
 */
const alone = [
  "packages/eslint-plugin/src/eslint/report.test.ts",
  "packages/language-server/test/**/*.test.ts",
  "packages/runtime/**/*.test.ts",
];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // vitest's own choice leaves one processor idle, which is half of two.
    maxWorkers: "100%",
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["packages/*/src/**/*.test.ts", "packages/*/test/**/*.test.ts"],
          exclude: alone,
          // ESLint and TypeScript take a second to load: a worker does so once.
          isolate: false,
          globalSetup: ["packages/eslint-plugin/test/rule-project.ts"],
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: { name: "packages-alone", include: alone, testTimeout: 30_000 },
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
