#!/usr/bin/env node
/**
 * Lints a folder of checkouts with the built plugin, in worker processes, and says how it went:
 * reports by rule, crashes, files that do not parse, and time.
 *
 * A crash, a file that takes too long, and a worker that dies cost that one file and are reported.
 * Reads the folder and writes nothing there. README.md lists the options.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { lintFiles } from "./lint-files.mjs";
import { sourceFiles } from "./sources.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    preset: { type: "string", default: "recommended" },
    types: { type: "boolean", default: false },
    settings: { type: "string", default: "{}" },
    files: { type: "string" },
    plugin: {
      type: "string",
      default: join(import.meta.dirname, "../../packages/eslint-plugin/dist/index.js"),
    },
    jobs: { type: "string", default: String(Math.max(1, availableParallelism() - 1)) },
    "timeout-ms": { type: "string", default: "120000" },
    out: { type: "string" },
  },
});
if (positionals.length !== 1) refuse("usage: node e2e/corpus/run.mjs <folder of checkouts> [options]");
const root = resolve(positionals[0]);
if (!existsSync(root)) refuse(`There is no folder ${root}.`);
if (!existsSync(options.plugin)) refuse(`There is no ${options.plugin}: build the plugin first.`);
const jobs = wholeNumber("jobs");
const timeoutMs = wholeNumber("timeout-ms");
const settings = parseSettings();
const isCheckout = existsSync(join(root, "package.json"));
const started = performance.now();
const { files, tooLarge } = options.files === undefined ? sourceFiles(root) : listedFiles(options.files);
const results = await lintAll(files);
results.sort((a, b) => (a.filePath < b.filePath ? -1 : 1));
if (options.out !== undefined) writeFileSync(options.out, JSON.stringify(results.map(asEslintResult)));
summarise(results);
process.exitCode = results.some((result) => result.crash !== undefined) ? 1 : 0;

function refuse(why) {
  console.error(`${why}\nThe options are described in e2e/corpus/README.md.`);
  process.exit(2);
}

function wholeNumber(name) {
  const value = Number(options[name]);
  if (!Number.isInteger(value) || value < 1) {
    refuse(`Expected --${name} to be an integer from 1 and up, got "${options[name]}".`);
  }
  return value;
}

function parseSettings() {
  try {
    return JSON.parse(options.settings);
  } catch (error) {
    return refuse(`Expected --settings to be JSON: ${error.message}`);
  }
}

/** The files a text file lists, one path per line, relative to the folder of checkouts. */
function listedFiles(list) {
  const lines = readFileSync(list, "utf8").split("\n");
  return { files: lines.filter(Boolean).map((line) => resolve(root, line)), tooLarge: [] };
}

/** Lints all files, and says how far it has come. */
async function lintAll(paths) {
  const done = [];
  let shown = 0;
  const finish = (result) => {
    done.push(result);
    if (performance.now() - shown < 5_000 && done.length < paths.length) return;
    shown = performance.now();
    const crashes = done.filter(({ crash }) => crash !== undefined).length;
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.error(`${done.length}/${paths.length} files, ${crashes} crashes, ${seconds} s`);
  };
  const setup = { plugin: resolve(options.plugin), preset: options.preset, settings, types: options.types };
  await lintFiles(paths, { setup, checkoutOf, jobs, timeoutMs, finish });
  return done;
}

/** Which folder of the folder a file is in; a file right in it belongs to the folder itself, which may be the one checkout. */
function checkoutOf(path) {
  if (isCheckout) return root;
  const [first, ...rest] = relative(root, path).split(sep);
  return rest.length > 0 ? join(root, first) : root;
}

/** What `eslint --format json` would have written. */
function asEslintResult({ filePath, messages, crash }) {
  const fatal = { ruleId: null, fatal: true, severity: 2, line: 1, column: 1 };
  const all = crash === undefined ? messages : [{ ...fatal, message: `Crash: ${crash.message}` }];
  const count = (severity) => all.filter((message) => message.severity === severity).length;
  return {
    filePath,
    messages: all,
    suppressedMessages: [],
    errorCount: count(2),
    fatalErrorCount: all.filter((message) => message.fatal).length,
    warningCount: count(1),
    fixableErrorCount: 0,
    fixableWarningCount: 0,
    usedDeprecatedRules: [],
  };
}

function summarise(all) {
  const crashes = all.filter((result) => result.crash !== undefined);
  const unparsed = all.filter((result) => result.messages.some((message) => message.fatal));
  const reports = all.flatMap((result) => result.messages.filter((message) => !message.fatal));
  const sum = (of) => all.reduce((total, { times }) => total + (times ? of(times) : 0), 0);
  const [parseMs, rulesMs] = [sum((times) => times.parse), sum((times) => times.rules)];

  console.log(`preset ${options.preset}${options.types ? ", with types" : ""}`);
  console.log(
    `files ${all.length}, too large ${tooLarge.length}, not parsed ${unparsed.length}, crashes ${crashes.length}` +
      (options.types ? `, without types ${all.filter((result) => result.untyped).length}` : ""),
  );
  console.log(
    `reports ${reports.length}, with a fix ${reports.filter(({ fix }) => fix).length}, ` +
      `with suggestions ${reports.filter(({ suggestions }) => suggestions?.length).length}`,
  );
  for (const [rule, count] of countBy(reports, ({ ruleId }) => ruleId ?? "(none)")) {
    console.log(`${String(count).padStart(7)}  ${rule}`);
  }
  const share = parseMs > 0 ? ((100 * rulesMs) / parseMs).toFixed(1) : "-";
  console.log(
    `time ${((performance.now() - started) / 1000).toFixed(1)} s; ` +
      `parsing ${(parseMs / 1000).toFixed(1)} s, rules ${(rulesMs / 1000).toFixed(1)} s (${share} % of parsing)`,
  );
  for (const [message, count] of countBy(crashes, ({ crash }) => crash.message.split("\n")[0])) {
    const { filePath, crash } = crashes.find((result) => result.crash.message.startsWith(message));
    console.log(`\ncrash, ${count} times: ${message}\n  first in ${filePath}\n${crash.stack ?? ""}`);
  }
}

/** Pairs of key and number of values, the most frequent first. */
function countBy(values, keyOf) {
  const counts = new Map();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
