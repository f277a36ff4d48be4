// `npm start`: each program in examples/ before and after `eslint --fix`, side by side.

import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { ESLint } from "eslint";
import floodgate from "eslint-plugin-floodgate";
import { count, renderFinding, renderTable, style } from "./print.mjs";

const probe = new URL("probe.mjs", import.meta.url).href;

/**
 * Lints the examples, fixes a copy of each, runs both, and prints what differed.
 *
 * @returns The exit code: 0 when each example had findings and failures before, and none after.
 */
export async function compareExamples(root, { strict }) {
  const rules = strict ? floodgate.configs.strict : floodgate.configs.recommended;
  // Inside the workspace, because a fix imports the runtime only where it resolves.
  const scratch = join(root, ".floodgate");
  mkdirSync(scratch, { recursive: true });
  const directory = mkdtempSync(join(scratch, "start-"));
  try {
    let asExpected = true;
    for (const name of exampleNames(root)) {
      asExpected = (await compareExample(root, name, directory, rules)) && asExpected;
    }
    return asExpected ? 0 : 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The folders of examples/ that hold a program and the world it runs in. */
export function exampleNames(root) {
  return readdirSync(join(root, "examples")).filter((name) =>
    ["before/main.js", "world.js"].every((file) => existsSync(join(root, "examples", name, file))),
  );
}

async function compareExample(root, name, directory, rules) {
  const example = join(root, "examples", name);
  const before = join(example, "before");
  const copy = join(directory, name);
  heading(`1. eslint examples/${name}/before`);
  const found = await lint(root, before, [rules]);
  for (const { message, text, file } of found) console.log(renderFinding(message, text, shown(root, file)));
  console.log(`${count(found.length, "finding")}.\n`);

  heading("2. eslint --fix, on a copy, with the `autofix` preset");
  cpSync(before, copy, { recursive: true });
  cpSync(join(example, "package.json"), join(copy, "package.json"));
  const left = await lint(root, copy, [rules, floodgate.configs.autofix], { fix: true });
  for (const file of readdirSync(before)) printChanges(join(before, file), join(copy, file));
  console.log(`${count(found.length - left.length, "finding")} fixed, ${left.length} left.\n`);

  heading("3. node main.js: what the program was, and what the fix made of it");
  const { openWorld } = await import(pathToFileURL(join(example, "world.js")).href);
  const was = await run(openWorld, join(before, "main.js"));
  const is = await run(openWorld, join(copy, "main.js"));
  console.log(renderTable(["", "before", "after --fix"], compare(was.seen, is.seen)));
  console.log(`\n  before       ${was.output}\n  after --fix  ${is.output}\n`);

  const mended = failures(was.seen) > 0 && failures(is.seen) === 0 && is.exitCode === 0;
  if (found.length > 0 && left.length === 0 && mended) return true;
  console.error(style.red(`examples/${name} did not run as it should: see above.`));
  return false;
}

/** All messages of ESLint on a folder, with the text they were made on. With `fix`, files are written. */
async function lint(root, folder, configs, { fix = false } = {}) {
  const eslint = new ESLint({
    cwd: root,
    // Nothing but what stands here decides: this workspace's own eslint.config.js ignores the examples.
    overrideConfigFile: true,
    overrideConfig: [
      ...configs,
      { languageOptions: { globals: { fetch: "readonly", process: "readonly" } } },
    ],
    fix,
  });
  const results = await eslint.lintFiles([folder]);
  if (fix) await ESLint.outputFixes(results);
  return results.flatMap(({ filePath, messages, source, output }) =>
    messages.map((message) => ({
      message,
      text: output ?? source ?? readFileSync(filePath, "utf8"),
      file: filePath,
    })),
  );
}

/** The lines a fix took and the lines it gave. The files differ in few places, so a plain walk will do. */
function printChanges(beforeFile, afterFile) {
  const before = readFileSync(beforeFile, "utf8").split("\n");
  const after = readFileSync(afterFile, "utf8").split("\n");
  let position = 0;
  let added = [];
  const flush = (removed) => {
    for (const line of removed) console.log(style.red(`  - ${line}`));
    for (const line of added) console.log(style.green(`  + ${line}`));
    added = [];
  };
  for (const line of after) {
    const next = before.indexOf(line, position);
    if (next === -1) {
      added.push(line);
      continue;
    }
    flush(before.slice(position, next));
    position = next + 1;
  }
  flush(before.slice(position));
  console.log();
}

/** Runs a program in a world of its own, watched by the probe. */
async function run(openWorld, program) {
  const world = await openWorld();
  try {
    const child = spawn(process.execPath, ["--import", probe, program, ...world.args], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    let output = "";
    let seen;
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("message", (message) => (seen = message));
    const exitCode = await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    if (!seen) throw new Error(`${program} ended before it could be measured:\n${output}`);
    return { seen, exitCode, output: output.trim().replaceAll(/\s*\n/gu, " ") };
  } finally {
    await world.close();
  }
}

function compare(was, is) {
  const number = (value) => value.toLocaleString("en-US");
  const rows = [
    ["requests in flight, peak", number(was.requests.peak), number(is.requests.peak)],
    ["files open, peak", number(was.files.peak), number(is.files.peak)],
    ["errors", number(failures(was)), number(failures(is))],
    ["peak memory (RSS)", megabytes(was.peakMemory), megabytes(is.peakMemory)],
    ["time", seconds(was.milliseconds), seconds(is.milliseconds)],
  ];
  return rows;
}

const failures = ({ requests, files }) => requests.failed + files.failed;
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;

function heading(text) {
  console.log(`${style.bold(text)}\n`);
}

function shown(root, file) {
  return relative(root, file).split(sep).join("/");
}
