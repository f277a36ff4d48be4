#!/usr/bin/env node
/**
 * Runs every host that Floodgate has over folders of checkouts, one checkout and host at a time, keeps what each found, and
 * says where two hosts differ: see `--help` and README.md.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { hosts, packageFolder, runHost } from "./host-runs.mjs";
import { summaryOf } from "./host-summary.mjs";
import { sourceFiles } from "./sources.mjs";

const help = `Usage: node e2e/corpus/hosts.mjs <folder of checkouts> ... --out <folder> [options]

Runs ESLint with the plugin (without types and with), floodgate check (--types off, ts6, ts7) and oxlint with the plugin over
each checkout (a folder named owner__name), the smallest first, and compares what they find. Build first (npm run build).

  --out <folder>          what each run found: <folder>/<checkout>/<host>.json. Runs that are there are not repeated
  --summary <file>        also writes the summary, as Markdown
  --repositories <file>   names the commit of each checkout; repositories.json by default
  --only <names>          only checkouts whose name has one of these words, separated by commas
  --hosts <names>         only these: ${Object.keys(hosts).join(", ")}
  --oxlint <folder>       where oxlint is installed (a folder with node_modules); without it oxlint does not run
  --sample <n>            with types: files of a checkout without a site that are checked, too; 50 by default
  --jobs <n>              checkouts at once; 1 by default
  --timeout-s <n>         for one run of check or oxlint over one checkout; 1800 by default
  --file-timeout-s <n>    for one file in ESLint, which with types includes reading its project; 300 by default
  --compare               runs nothing, compares what is there
  --help                  print this

With types only the files are checked that have a site without types, and a sample of the others: types cost too much for all.
The exit status is 1 when there was a crash or a time-out, or a difference.
`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string" },
    summary: { type: "string" },
    repositories: { type: "string", default: join(import.meta.dirname, "repositories.json") },
    only: { type: "string", default: "" },
    hosts: { type: "string", default: Object.keys(hosts).join(",") },
    oxlint: { type: "string" },
    sample: { type: "string", default: "50" },
    jobs: { type: "string", default: "1" },
    "timeout-s": { type: "string", default: "1800" },
    "file-timeout-s": { type: "string", default: "300" },
    compare: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (options.help || positionals.length === 0 || options.out === undefined) {
  (options.help ? process.stdout : process.stderr).write(help);
  process.exit(options.help ? 0 : 2);
}

const root = resolve(import.meta.dirname, "../..");
const commit = execFileSync("git", ["describe", "--always", "--dirty", "--abbrev=10"], {
  cwd: root,
  encoding: "utf8",
}).trim();
const out = resolve(options.out);
const packages = {
  typescript6: packageFolder("typescript", root),
  typescript7: packageFolder("typescript-7", root),
  ...(options.oxlint !== undefined && { oxlint: packageFolder("oxlint", resolve(options.oxlint)) }),
};
const wantedHosts = options.hosts
  .split(",")
  .filter((name) => name !== "oxlint" || options.oxlint !== undefined);
const checkouts = positionals
  .flatMap((folder) => readdirSync(folder).map((name) => resolve(folder, name)))
  .filter((path) => basename(path).includes("__"))
  .filter((path) => options.only.split(",").some((word) => path.includes(word)))
  // A checkout may be a link: `check` names the files where they are, and so must the others.
  .map((path) => ({ path: realpathSync(path), name: basename(path) }))
  .map(({ path, name }) => ({ path, name, files: filesOf(path) }))
  .sort((a, b) => a.files.length - b.files.length);
const commits = new Map(
  JSON.parse(readFileSync(options.repositories, "utf8")).map((one) => [
    one.repository.replace("/", "__"),
    one.commit,
  ]),
);
const numberOf = new Map(checkouts.map(({ name }, index) => [name, `${index + 1}/${checkouts.length}`]));

if (!options.compare) await runAll();
const summary = summaryOf(
  checkouts.map(resultsOf).filter(({ runs }) => Object.keys(runs).length > 0),
  versions(),
);
if (options.summary !== undefined) {
  const style = await resolveConfig(resolve(options.summary));
  writeFileSync(options.summary, await format(summary.markdown, { ...style, filepath: options.summary }));
}
console.log(summary.text);
process.exitCode = summary.clean ? 0 : 1;

async function runAll() {
  const queue = [...checkouts];
  const job = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runCheckout(next);
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, job));
}

/** The hosts one after the other: which files are worth types is known once `sites` has run. */
async function runCheckout(checkout) {
  mkdirSync(join(out, checkout.name), { recursive: true });
  for (const host of Object.keys(hosts).filter((name) => wantedHosts.includes(name))) {
    if (existsSync(fileFor(checkout, host))) continue;
    const files = filesFor(host, checkout);
    const started = performance.now();
    const run = await runHost(host, {
      checkout: checkout.path,
      files,
      timeoutMs: 1000 * Number(options["timeout-s"]),
      fileTimeoutMs: 1000 * Number(options["file-timeout-s"]),
      ...packages,
    });
    const seconds = Math.round((performance.now() - started) / 1000);
    const fileNames = hosts[host].typed ? files : undefined;
    const result = { commit, files: files.length, fileNames, seconds, ...run };
    // A run that is stopped must not leave half a result.
    writeFileSync(`${fileFor(checkout, host)}.part`, JSON.stringify(result));
    renameSync(`${fileFor(checkout, host)}.part`, fileFor(checkout, host));
    const { findings, crashes, timeOuts } = run;
    console.error(
      `${numberOf.get(checkout.name)} ${checkout.name} ${host}: ${files.length} files, ${findings.length} findings, ` +
        `${crashes.length} crashes, ${timeOuts.length} time-outs, ${seconds} s`,
    );
  }
}

function filesFor(host, checkout) {
  const { typed, withSites } = hosts[host];
  if (withSites) return [...filesWithSites(checkout)].sort();
  return typed ? filesForTypes(checkout) : checkout.files;
}

/** Those that a project may have: with a site, and others in the order of their names' hashes, which is the same in every run. */
function filesForTypes(checkout) {
  const withSites = filesWithSites(checkout);
  const hash = (file) => createHash("sha1").update(file).digest("hex");
  const typed = checkout.files.filter(
    (file) => !/\.(?:vue|svelte)$/.test(file) && hasProjectAbove(checkout, file),
  );
  const others = typed
    .filter((file) => !withSites.has(file))
    .map((file) => [hash(file), file])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, Number(options.sample))
    .map(([, file]) => file);
  return [...typed.filter((file) => withSites.has(file)), ...others].sort();
}

function filesWithSites(checkout) {
  const sites = fileFor(checkout, "sites");
  if (!existsSync(sites)) throw new Error(`There is no ${sites}: run the host sites, too.`);
  return new Set(JSON.parse(readFileSync(sites, "utf8")).findings.map(({ file }) => file));
}

function hasProjectAbove(checkout, file) {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const has = (name) => existsSync(join(checkout.path, folder, name));
    if (has("tsconfig.json") || has("jsconfig.json")) return true;
    if (folder === ".") return false;
  }
}

function filesOf(checkout) {
  return sourceFiles(checkout).files.map((file) => relative(checkout, file).split(sep).join("/"));
}

function fileFor({ name }, host) {
  return join(out, name, `${host}.json`);
}

function resultsOf(checkout) {
  const here = Object.keys(hosts).filter((host) => existsSync(fileFor(checkout, host)));
  const runs = here.map((host) => [host, JSON.parse(readFileSync(fileFor(checkout, host), "utf8"))]);
  const { name, files } = checkout;
  return { name, commit: commits.get(name), files: files.length, runs: Object.fromEntries(runs) };
}

/** With what it was run, for the summary's head. */
function versions() {
  const versionIn = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;
  return {
    Node: process.versions.node,
    ESLint: versionIn(packageFolder("eslint", root)),
    "@typescript-eslint/parser": versionIn(packageFolder("@typescript-eslint/parser", root)),
    TypeScript: `${versionIn(packages.typescript6)} and ${versionIn(packages.typescript7)}`,
    ...(packages.oxlint && { oxlint: versionIn(packages.oxlint) }),
  };
}
