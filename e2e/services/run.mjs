// `npm run test:services`: what needs more than Node: a browser, Redis, PostgreSQL, few open files. What is missing is
// installed. Sums up in `reports/services.json`.
//
//   npm run test:services -- redis postgres       the files whose names contain one of these
//   npm run test:services -- --without=adaptive   all but those: the adaptive limits are measured in real time
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { without: { type: "string", multiple: true, default: [] } },
});

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const counts = { numPassedTests: 0, numFailedTests: 0 };

const built = spawnSync("npm", ["run", "build", "--silent", "--workspace", "packages/runtime"], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  shell: process.platform === "win32",
});
if (built.status === 0) {
  const files = readdirSync(here).filter(
    (name) =>
      name.endsWith(".test.mjs") &&
      (positionals.length === 0 || positionals.some((part) => name.includes(part))) &&
      !values.without.some((part) => name.includes(part)),
  );
  const stream = run({ files: files.map((name) => join(here, name)), concurrency: 1 });
  const count = (key) => (event) => {
    // A file is a test too, for the runner; it counts only when it fails.
    const isFile = event.nesting === 0 && event.name.endsWith(".test.mjs");
    if (event.details.type !== "suite" && !(isFile && key === "numPassedTests")) counts[key]++;
  };
  stream.on("test:pass", count("numPassedTests"));
  stream.on("test:fail", count("numFailedTests"));
  stream.compose(spec).pipe(process.stdout);
  stream.on("end", report);
} else {
  counts.numFailedTests++;
  report();
}

function report() {
  mkdirSync(join(root, "reports"), { recursive: true });
  writeFileSync(join(root, "reports/services.json"), JSON.stringify(counts));
  process.exitCode = counts.numFailedTests === 0 && counts.numPassedTests > 0 ? 0 : 1;
}
