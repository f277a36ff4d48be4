#!/usr/bin/env node
/**
 * Applies the fixes and suggestions of the built plugin to an installed checkout, and checks that they keep their
 * promises: the file parses and type-checks as before, the report is gone, no comment is lost, fixing again changes nothing.
 *
 * Works on a copy of the checkout. README.md lists the options.
 */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Linter } from "eslint";
import { copyCheckout } from "./copy-checkout.mjs";
import { addedErrors, noTypes, openTypes } from "./project-types.mjs";
import { configFor, sourceFiles } from "./sources.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tsconfig: { type: "string", multiple: true, default: ["tsconfig.json"] },
    preset: { type: "string", default: "recommended" },
    settings: { type: "string", default: "{}" },
    types: { type: "boolean", default: false },
    "text-only": { type: "boolean", default: false },
    copy: { type: "string" },
    json: { type: "string" },
    plugin: {
      type: "string",
      default: join(import.meta.dirname, "../../packages/eslint-plugin/dist/index.js"),
    },
  },
});
if (positionals.length !== 1) refuse("usage: node e2e/corpus/fix-run.mjs <checkout> [options]");
const checkout = resolve(positionals[0]);
if (!existsSync(checkout)) refuse(`There is no folder ${checkout}.`);
if (!options["text-only"] && !existsSync(join(checkout, "node_modules/typescript")))
  refuse(`No TypeScript is installed in ${checkout}: --text-only checks what can be checked without.`);
if (!existsSync(options.plugin)) refuse(`There is no ${options.plugin}: build the plugin first.`);
if (options.copy !== undefined && existsSync(options.copy) && readdirSync(options.copy).length > 0)
  refuse(`The folder ${options.copy} for the copy is not empty.`);
const { default: plugin } = await import(pathToFileURL(resolve(options.plugin)).href);
const preset = plugin.configs[options.preset];
if (preset === undefined) refuse(`The plugin has no preset "${options.preset}".`);

const settings = { autofix: true, ...parseSettings() };

const started = performance.now();
const root = copyOfCheckout();
process.on("exit", () => {
  if (options.copy === undefined) rmSync(root, { recursive: true, force: true });
});
const linter = new Linter({ configType: "flat", cwd: root });
const tsconfigs = options.tsconfig.map((file) => join(root, file));
const types = options["text-only"] ? noTypes() : openTypes(root, tsconfigs);
const failures = [];

const before = types.allErrors();
progress(`TypeScript ${types.version}: ${before.length} errors before`);
const files = await lintAll();
progress(`${files.length} files linted`);
const fixed = await fixAll();
progress(`${fixed.length} files fixed`);
const suggestions = await suggestAll();
for (const { path, output } of fixed) writeFileSync(path, output);
summarise();
process.exitCode = failures.length > 0 ? 1 : 0;

function refuse(why) {
  console.error(`${why}\nThe options are described in e2e/corpus/README.md.`);
  process.exit(2);
}

function progress(text) {
  console.error(`${((performance.now() - started) / 1000).toFixed(0)} s: ${text}`);
}

function parseSettings() {
  try {
    return JSON.parse(options.settings);
  } catch (error) {
    return refuse(`Expected --settings to be JSON: ${error.message}`);
  }
}

/** Real paths, since that is how TypeScript and the plugin name files. */
function copyOfCheckout() {
  const folder = options.copy ?? mkdtempSync(join(tmpdir(), "floodgate-fix-run-"));
  copyCheckout(checkout, folder);
  return realpathSync(folder);
}

/** Every file that parses, with what is reported there. */
async function lintAll() {
  const found = [];
  for (const path of sourceFiles(root).files) {
    const text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
    const withTypes = options.types && types.covers(path);
    const file = { path, text, config: await configFor({ preset, settings }, path, withTypes && root) };
    const { fatal, messages, comments } = lint(file, text);
    if (fatal?.crash) fail({ file, line: 1 }, "the plugin crashes", fatal.message);
    if (fatal === undefined) found.push({ ...file, messages, comments });
  }
  return found;
}

function lint({ path, config }, text) {
  try {
    const messages = linter.verify(text, config, { filename: path, allowInlineConfig: false });
    const fatal = messages.find((message) => message.fatal);
    const comments = fatal ? [] : linter.getSourceCode().getAllComments();
    return { fatal, messages, comments: comments.map(({ value }) => value).sort() };
  } catch (error) {
    return { fatal: { line: 1, message: error.message, crash: true } };
  }
}

/** `eslint --fix`, twice. */
async function fixAll() {
  const changed = [];
  for (const file of files) {
    const fixable = file.messages.filter(({ fix }) => fix);
    if (fixable.length === 0) continue;
    const output = eslintFix(file, file.text);
    const [{ ruleId, line }] = fixable;
    const site = { file, line, rule: ruleId, remedy: "--fix" };
    checkText(site, output, fixable.length);
    if (eslintFix(file, output) !== output) fail(site, "a second run changes it");
    changed.push({ path: file.path, output, sites: fixable.length, site });
  }
  for (const { path, output } of changed) types.replace(path, output);
  for (const { site, path } of changed) {
    const inFile = (error) => error.key.startsWith(`${relative(root, path)} `);
    const [added] = addedErrors(before.filter(inFile), types.errorsIn(path) ?? []);
    if (added) fail(site, "a new type error", `line ${added.line}, ${added.text}`);
  }
  const [elsewhere] = addedErrors(before, types.allErrors());
  if (elsewhere) fail(undefined, "a new type error after all fixes", elsewhere.key);
  for (const { path } of changed) types.restore(path);
  return changed;
}

function eslintFix({ path, config }, text) {
  return linter.verifyAndFix(text, config, { filename: path, allowInlineConfig: false }).output;
}

/** Every suggestion of every report, each on the text as it was. */
async function suggestAll() {
  const tried = files.flatMap((file) =>
    file.messages.flatMap(({ ruleId, line, suggestions: offered = [] }) =>
      offered.map(({ desc, fix: { range, text } }) => ({
        file,
        line,
        rule: ruleId,
        remedy: desc,
        output: file.text.slice(0, range[0]) + text + file.text.slice(range[1]),
      })),
    ),
  );
  const parsed = tried.filter((suggestion) => checkText(suggestion, suggestion.output, 1));
  progress(`${tried.length} suggestions, ${parsed.length} parse`);
  checkTypes(parsed.filter(({ file }) => types.covers(file.path)));
  return tried;
}

/** Does the text parse, with fewer reports of the rule by `sites`, and every comment? False where it does not parse. */
function checkText(site, output, sites) {
  const { fatal, messages, comments } = lint(site.file, output);
  if (fatal) {
    fail(site, "does not parse", `line ${fatal.line}, ${fatal.message}`, output);
    return false;
  }
  const count = (all) => all.filter(({ ruleId }) => ruleId === site.rule).length;
  const left = count(site.file.messages) - sites;
  if (count(messages) > left) fail(site, "is still reported", undefined, output);
  if (comments.join("\n") !== site.file.comments.join("\n"))
    fail(site, "loses or changes a comment", undefined, output);
  return true;
}

/**
 * Does the file have the errors it had? One suggestion of every file is tried at a time, which takes one program for all
 * of them; what has an error then is tried again alone. After the first round the other files are checked as well.
 */
function checkTypes(some) {
  const queues = files.map(({ path }) => some.filter(({ file }) => file.path === path));
  const known = (path) => before.filter(({ key }) => key.startsWith(`${relative(root, path)} `));
  const errorsOf = ({ file }) => addedErrors(known(file.path), types.errorsIn(file.path));
  for (let round = 0; ; round++) {
    const now = queues.flatMap((queue) => queue[round] ?? []);
    if (now.length === 0) return;
    for (const { file, output } of now) types.replace(file.path, output);
    const suspects = now.filter((suggestion) => errorsOf(suggestion).length > 0);
    const elsewhere = round === 0 ? addedErrors(before, types.allErrors()) : [];
    for (const { file } of now) types.restore(file.path);
    for (const suggestion of suspects) {
      types.replace(suggestion.file.path, suggestion.output);
      const [added] = errorsOf(suggestion);
      if (added) fail(suggestion, "a new type error", `line ${added.line}, ${added.text}`, suggestion.output);
      types.restore(suggestion.file.path);
    }
    for (const { key } of elsewhere) {
      if (now.some(({ file }) => key.startsWith(`${relative(root, file.path)} `))) continue;
      fail(undefined, "a new type error elsewhere, after the first suggestion in every file", key);
    }
    progress(`round ${round + 1}: ${now.length} suggestions type-checked, ${suspects.length} suspects`);
  }
}

function fail(site, problem, detail, output) {
  failures.push({
    place: site ? `${relative(root, site.file.path)}:${site.line}` : "(no place)",
    rule: site?.rule,
    remedy: site?.remedy,
    problem,
    detail,
    changed: output === undefined ? undefined : changedLines(site.file.text, output),
  });
}

/** The lines in which a text differs, the first twenty. */
function changedLines(from, to) {
  const [old, fresh] = [from.split("\n"), to.split("\n")];
  const kept = new Set(old);
  return fresh.flatMap((line, index) => (kept.has(line) ? [] : [`${index + 1}: ${line}`])).slice(0, 20);
}

function summarise() {
  const reports = files.flatMap(({ messages }) => messages);
  const sites = fixed.reduce((total, { sites }) => total + sites, 0);
  const typed = suggestions.filter(({ file }) => types.covers(file.path)).length;
  const summary = {
    preset: options.preset,
    typed: options.types,
    typescript: types.version,
    files: files.length,
    inProjects: files.filter(({ path }) => types.covers(path)).length,
    errorsBefore: before.length,
    reports: reports.length,
    byRule: countBy(reports, ({ ruleId }) => ruleId ?? "(none)"),
    withoutRemedy: reports.filter(({ fix, suggestions }) => !fix && !suggestions?.length).length,
    fixes: { files: fixed.length, sites },
    suggestions: { tried: suggestions.length, typeChecked: typed, byTitle: countBy(suggestions, titleOf) },
    failures,
  };
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(summary, null, 2)}\n`);
  console.log(
    `preset ${summary.preset}${options.types ? ", with types" : ""}, TypeScript ${summary.typescript}, ${(
      (performance.now() - started) /
      1000
    ).toFixed(0)} s`,
  );
  console.log(
    `files ${summary.files}, in projects ${summary.inProjects}, type errors before ${summary.errorsBefore}`,
  );
  console.log(`reports ${summary.reports}, without fix or suggestion ${summary.withoutRemedy}`);
  print(summary.byRule);
  console.log(`fixed ${sites} sites in ${fixed.length} files`);
  console.log(`suggestions ${suggestions.length}, type-checked ${typed}`);
  print(summary.suggestions.byTitle);
  console.log(`failures ${failures.length}`);
  for (const { place, rule, remedy, problem, detail, changed } of failures) {
    console.log(`\n${place} ${rule ?? ""} (${remedy ?? ""})\n  ${problem}${detail ? `: ${detail}` : ""}`);
    for (const line of changed ?? []) console.log(`  | ${line}`);
  }
  if (options.copy !== undefined) console.log(`\nThe fixed copy is in ${root}.`);
}

/** The title without names of the file's own. */
function titleOf({ remedy }) {
  return remedy.replace(/`[^`]*`, which this file has/, "the file's own limiter");
}

/** How often each key occurs, the most frequent first. */
function countBy(values, keyOf) {
  const counts = new Map();
  for (const value of values) counts.set(keyOf(value), (counts.get(keyOf(value)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

function print(counts) {
  for (const [name, count] of Object.entries(counts)) console.log(`${String(count).padStart(7)}  ${name}`);
}
