/**
 * The hosts Floodgate runs in, each run over files of one checkout and brought to one form:
 *
 *   findings   { file, line, column, endLine, endColumn, rule, message, suppressed? }, columns in UTF-16 code units from 1
 *   unread     file → why the host did not look at it: it does not parse, or is left out by its name
 *   untyped    files that a host with types has no types for
 *   crashes    { file?, message }: an exception, a process that died or ended as it should not
 *   timeOuts   { file?, message }
 *
 * Paths are relative to the checkout, with `/`.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { lintFiles } from "./lint-files.mjs";

const here = (path) => join(import.meta.dirname, path);
const pluginFile = here("../../packages/eslint-plugin/dist/index.js");
const checkFile = here("../../packages/language-server/dist/cli/main.js");
/** The most findings, and all of them compared: what `recommended` leaves out is decided by the same code. */
const preset = "strict";
/** Its rules and settings, as the built plugin has them. */
const presetConfig = async () => (await import(pathToFileURL(pluginFile).href)).default.configs[preset];

/**
 * What each host is, and whether it asks for types. `sites` is not compared: it says what was decided about each site.
 * `check-alone` is what oxlint is compared with: it gives plugins no parser, so that they see nothing of imported files.
 */
export const hosts = {
  eslint: { typed: false, run: (job) => eslint(job, false) },
  "check-off": { typed: false, run: (job) => check(job, "off") },
  sites: { typed: false, run: sites },
  "check-alone": { typed: false, withSites: true, run: checkAlone },
  oxlint: { typed: false, run: oxlint },
  "eslint-types": { typed: true, run: (job) => eslint(job, true) },
  "check-ts6": { typed: true, run: (job) => check(job, "ts6") },
  "check-ts7": { typed: true, run: (job) => check(job, "ts7") },
};

/**
 * Runs a host over files of a checkout.
 *
 * @param job - `checkout`, an absolute path; `files`, relative to it; `timeoutMs` for the whole run and `fileTimeoutMs` for
 *   one file, where the host can tell; `typescript6`, `typescript7` and `oxlint`, the folders of these packages.
 */
export async function runHost(name, job) {
  // `check` without a path checks the whole folder.
  return job.files.length === 0 ? nothing() : hosts[name].run(job);
}

const nothing = () => ({ findings: [], unread: {}, untyped: [], crashes: [], timeOuts: [] });

async function eslint({ checkout, files, fileTimeoutMs }, types) {
  const run = nothing();
  const { settings } = await presetConfig();
  await lintFiles(
    files.map((file) => join(checkout, file)),
    {
      setup: { plugin: pluginFile, preset, settings: settings.floodgate, types },
      checkoutOf: () => checkout,
      jobs: 1,
      timeoutMs: fileTimeoutMs,
      finish({ filePath, messages, crash, untyped }) {
        const file = slashed(relative(checkout, filePath));
        if (crash !== undefined) {
          (crash.tookTooLong ? run.timeOuts : run.crashes).push({
            file,
            message: crash.stack ?? crash.message,
          });
        }
        if (untyped) run.untyped.push(file);
        for (const { fatal, message, ruleId, line, column, endLine, endColumn } of messages) {
          if (fatal) run.unread[file] = message;
          else run.findings.push({ file, line, column, endLine, endColumn, rule: nameOf(ruleId), message });
        }
      },
    },
  );
  return run;
}

async function check(job, types) {
  const { run, output } = await runCheck(job, types, ["--format=json"]);
  readResults(run, output, job.checkout);
  return run;
}

/** Only files with a site are worth it: looking into imported files makes no sites. */
async function checkAlone({ checkout, files, timeoutMs }) {
  const scratch = temporaryFolder();
  const list = join(scratch, "files.txt");
  writeFileSync(list, files.join("\n"));
  const started = await start([here("check-alone.mjs"), list], { cwd: checkout, timeoutMs });
  rmSync(scratch, { recursive: true });
  const run = nothing();
  readNotices(run, started, timeoutMs);
  readResults(run, parsed(started.stdout), checkout);
  return run;
}

function readResults(run, output, checkout) {
  for (const { filePath, messages, suppressedMessages } of output ?? []) {
    const file = slashed(relative(checkout, filePath));
    const finding = ({ line, column, endLine, endColumn, ruleId, message }) => ({
      ...{ file, line, column, endLine, endColumn, rule: nameOf(ruleId), message },
    });
    run.findings.push(...messages.map(finding));
    run.findings.push(...suppressedMessages.map((message) => ({ ...finding(message), suppressed: true })));
  }
}

/** Every site with its verdict and certainty, in the place of findings. */
async function sites(job) {
  const { run, output } = await runCheck(job, "off", ["--report", "--format=json"]);
  run.findings = (output ?? []).map(({ file, line, column, rule, verdict, certainty }) => ({
    ...{ file, line, column, rule, verdict, certainty },
  }));
  return run;
}

async function runCheck({ checkout, files, timeoutMs, typescript6, typescript7 }, types, options) {
  const run = nothing();
  // The same TypeScript for all hosts, whatever a checkout has installed.
  const typescript = temporaryFolder();
  mkdirSync(join(typescript, "node_modules"));
  const link = join(typescript, "node_modules", "typescript");
  symlinkSync(types === "ts7" ? typescript7 : typescript6, link, "junction");
  const elsewhere = pathToFileURL(here("../../packages/language-server/bench/elsewhere.mjs")).href;
  const started = await start(
    [
      ...["--max-old-space-size=6144", "--import", elsewhere, checkFile, "check"],
      ...["--no-eslint-config", "--strict", `--types=${types}`, ...options, ...files],
    ],
    { cwd: checkout, timeoutMs, env: { FLOODGATE_BENCH_TYPESCRIPT: link } },
  );
  rmSync(typescript, { recursive: true });
  readNotices(run, started, timeoutMs);
  return { run, output: parsed(started.stdout) };
}

/** What `check` says on standard error, and how it ended. */
function readNotices(run, { status, stderr, tookTooLong }, timeoutMs) {
  for (const line of stderr.split("\n")) {
    const [, file, what, why] =
      /^(.+?) (does not parse|could not be (?:read|checked)): (.*)/.exec(line) ?? [];
    if (what === "could not be checked") run.crashes.push({ file: slashed(file), message: why });
    else if (what !== undefined) run.unread[slashed(file)] = why;
    const untyped = /^(\d+) files? (?:is|are) checked without types/.exec(line)?.[1];
    if (untyped !== undefined) run.untypedCount = Number(untyped);
  }
  if (tookTooLong) run.timeOuts.push({ message: `took longer than ${timeoutMs} ms` });
  else if (status !== 0 && status !== 1)
    run.crashes.push({ message: `exit status ${status}: ${tail(stderr)}` });
}

async function oxlint({ checkout, files, timeoutMs, oxlint: installed }) {
  const run = nothing();
  const scratch = temporaryFolder();
  const config = join(scratch, "oxlintrc.json");
  const { rules, settings } = await presetConfig();
  const ours = { plugins: [], categories: { correctness: "off" }, jsPlugins: [pluginFile], rules, settings };
  writeFileSync(config, JSON.stringify(ours));
  const main = join(installed, "bin", "oxlint");
  const asked = [main, "--config", config, "--disable-nested-config", "--no-ignore"];
  const listed = await start([...asked, "--debug=files", ...files], { cwd: checkout, timeoutMs });
  const taken = new Set(listed.stdout.split("\n").map((file) => slashed(file.replace(/^\.[\\/]/, ""))));
  for (const file of files)
    if (!taken.has(file)) run.unread[file] = "oxlint leaves it out, because of its name";
  const { status, stdout, stderr, tookTooLong } = await start([...asked, "--format=json", ...files], {
    ...{ cwd: checkout, timeoutMs },
  });
  rmSync(scratch, { recursive: true });
  if (tookTooLong) run.timeOuts.push({ message: `took longer than ${timeoutMs} ms` });
  else if (status !== 0 && status !== 1) {
    run.crashes.push({ message: `exit status ${status}: ${tail(stderr) || tail(stdout)}` });
  }
  readDiagnostics(run, parsed(stdout)?.diagnostics ?? [], checkout);
  return run;
}

/** What oxlint printed, put into `run`. */
export function readDiagnostics(run, diagnostics, checkout) {
  const texts = new Map();
  for (const { code, message, filename, labels } of diagnostics) {
    const file = slashed(filename ?? "");
    const rule = /^floodgate\((.*)\)$/.exec(code ?? "")?.[1];
    if (rule === undefined) {
      if (/js plugin|running rule/i.test(message)) run.crashes.push({ file, message });
      else run.unread[file] ??= message;
      continue;
    }
    if (!texts.has(file)) texts.set(file, readFileSync(join(checkout, file)));
    run.findings.push({ file, ...placeIn(texts.get(file), labels[0].span), rule, message });
  }
}

/** Where bytes of a file are, as people and the other hosts count. */
export function placeIn(bytes, { offset, length }) {
  const at = (end) => {
    const before = bytes
      .subarray(0, end)
      .toString("utf8")
      .replace(/^\uFEFF/, "");
    const lines = before.split(/\r\n|[\n\r\u2028\u2029]/);
    return { line: lines.length, column: lines.at(-1).length + 1 };
  };
  const [start, end] = [at(offset), at(offset + length)];
  return { ...start, endLine: end.line, endColumn: end.column };
}

/** Runs Node with these arguments, and ends it when it takes too long. */
function start(args, { cwd, timeoutMs, env = {} }) {
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, args, {
      ...{ cwd, env: { ...process.env, NO_COLOR: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] },
    });
    const [out, err] = [[], []];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => err.push(chunk));
    let tookTooLong = false;
    const timer = setTimeout(() => {
      tookTooLong = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    child.on("error", fail);
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      const text = (chunks) => Buffer.concat(chunks).toString("utf8");
      settle({ status: status ?? signal, stdout: text(out), stderr: text(err), tookTooLong });
    });
  });
}

/** The folder of an installed package, seen from a folder. */
export function packageFolder(name, from) {
  const manifest = join(from, "node_modules", name, "package.json");
  return dirname(
    existsSync(manifest) ? manifest : createRequire(join(from, "noop.js")).resolve(`${name}/package.json`),
  );
}

const nameOf = (ruleId) => ruleId.replace(/^floodgate\//, "");
const slashed = (path) => path.split(sep).join("/");
const tail = (text) => text.trim().slice(-2_000);
const temporaryFolder = () => mkdtempSync(join(tmpdir(), "floodgate-hosts-"));

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    // The exit status says that there is none.
    return undefined;
  }
}
