// `npm test`: everything that needs only Node and npm. Goes on after a failure, so that one run tells all of it.
//
//   npm test                          build, then all tests; reports in reports/*.json
//   npm test -- packages              one part: packages, workspace or packed
//   node tools/test.mjs --summary     sums the reports that are there, and nothing else
//   node tools/test.mjs --failed x    notes that suite x failed, if no report says so yet

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const reports = join(root, "reports");
const parts = ["packages", "workspace", "packed"];

/** Runs one part and makes sure that there is a report of it, also when it could not even start. */
function runPart(part) {
  const report = join(reports, `${part}.json`);
  rmSync(report, { force: true });
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const args = [
    "run",
    "--project",
    // With those that want a process of their own: packages-alone.
    `${part}*`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
  ];
  const status = runNode([vitest, ...args]);
  const counted = existsSync(report) ? countOf(report) : { passed: 0, failed: 0 };
  // An error outside of any test, or no report at all, is a failure too.
  if (status !== 0 && counted.failed === 0) record(part, counted.passed, 1);
}

function build() {
  runNode([join("tools", "drop-stale.mjs")]);
  const tsc = runNode([join("node_modules", "typescript", "bin", "tsc"), "-b"]);
  const status = tsc === 0 ? runNpm(["run", "build", "--workspaces", "--if-present"]) : tsc;
  record("build", status === 0 ? 1 : 0, status === 0 ? 0 : 1);
  return status === 0;
}

function runNode(args) {
  return spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] }).status;
}

/** npm started us and says where it is; started with `node`, the shell knows. */
function runNpm(args) {
  const npm = process.env.npm_execpath;
  if (npm) return runNode([npm, ...args]);
  return spawnSync(`npm ${args.join(" ")}`, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: true,
  }).status;
}

function record(name, numPassedTests, numFailedTests) {
  mkdirSync(reports, { recursive: true });
  writeFileSync(join(reports, `${name}.json`), JSON.stringify({ numPassedTests, numFailedTests }));
}

function countOf(report) {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
  return { passed: numPassedTests, failed: numFailedTests };
}

/** What failed without a report of its own is still a failure. */
function noteFailure(suite) {
  if (allCounts().every(({ failed }) => failed === 0)) record(suite.replaceAll(":", "-"), 0, 1);
}

function allCounts() {
  if (!existsSync(reports)) return [];
  const names = readdirSync(reports).filter((name) => name.endsWith(".json"));
  return names.map((name) => ({ name, ...countOf(join(reports, name)) }));
}

/** Prints the sum of all reports as the last line, and returns the exit code. */
function summarize() {
  const counts = allCounts();
  console.log();
  for (const { name, passed, failed } of counts) console.log(`${name}: ${passed} passed, ${failed} failed`);
  const sum = (key) => counts.reduce((total, count) => total + count[key], 0);
  console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
  return sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
}

const args = process.argv.slice(2);
const unknown = args.find((arg) => !arg.startsWith("--") && !parts.includes(arg));
if (args[0] === "--failed") {
  noteFailure(args[1]);
} else if (unknown !== undefined) {
  console.error(`There is no part ${unknown}: ${parts.join(", ")}.`);
  process.exitCode = 2;
} else if (args.includes("--summary")) {
  process.exitCode = summarize();
} else {
  const chosen = args.length === 0 ? parts : args;
  if (args.length === 0) rmSync(reports, { recursive: true, force: true });
  // The tests of the sources need no build, so they run even when it fails.
  build();
  for (const part of chosen) runPart(part);
  process.exitCode = summarize();
}
