/**
 * What all targets of `npm run mutation` have in common; docs/mutation.md says how to run one and how to read it.
 *
 * @param {string} name - of its report: `reports/mutation/<name>.html`
 * @param {string} directory - where the files are, and the tests that judge them
 * @param {string[]} files - what to change, by name
 */
export function target(name, directory, files) {
  return {
    mutate: files.map((file) => `${directory}/${file}`),
    plugins: ["@stryker-mutator/vitest-runner"],
    testRunner: "vitest",
    vitest: { configFile: "tools/mutation/vitest.config.mjs", dir: directory },
    coverageAnalysis: "perTest",
    concurrency: 1,
    timeoutMS: 10_000,
    // What the tests of the packages' sources need, and nothing else, is copied.
    ignorePatterns: [
      "/*",
      "!/packages",
      "!/tools",
      "!/package.json",
      "!/vitest.config.ts",
      "!/tsconfig.base.json",
      "dist",
    ],
    tempDirName: "reports/mutation/sandbox",
    reporters: ["clear-text", "progress-append-only", "html", "json"],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
    htmlReporter: { fileName: `reports/mutation/${name}.html` },
    jsonReporter: { fileName: `reports/mutation/${name}.json` },
    disableTypeChecks: false,
    allowConsoleColors: false,
  };
}
