// What `floodgate check` costs beside ESLint and oxlint with the same rules, on the same files: see `--help`.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import plugin from "eslint-plugin-floodgate";
import { benchArguments } from "./arguments.mjs";
import { measure, median } from "./measure.mjs";

const help = `Usage: npm run bench -w packages/language-server -- <checkout> [folder in it] [options]

Runs ESLint (with types and without), oxlint with our plugin, and floodgate check on one checkout in turn, all with the
recommended rules and nothing else, and prints what each used: CPU (user and system, its child processes included), the
peak of resident memory, and how many times less CPU than ESLint with types. The median of the runs is shown.

Build first (npm run build). With types, the checkout needs its dependencies and a tsconfig.json.

  --runs <n>             how often each one runs; 3 by default
  --only <words>         only contestants whose name has one of these, separated by commas; the first is the anchor
  --typescript7 <folder> the TypeScript 7 to use, node_modules/typescript-7 of this workspace by default
  --oxlint <folder>      where oxlint is installed (a folder with node_modules); without it oxlint does not run
  --json                 one JSON object instead of a table
  --help                 print this
`;

const { checkout, folder, values } = benchArguments(help, {
  runs: { type: "string", default: "3" },
  only: { type: "string", default: "" },
  typescript7: { type: "string" },
  oxlint: { type: "string" },
});

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const require = createRequire(import.meta.url);
const scratch = mkdtempSync(join(tmpdir(), "floodgate-bench-"));

const cli = (types) => [
  here("../dist/cli/main.js"),
  "check",
  folder,
  "--format=json",
  "--no-eslint-config",
  `--types=${types}`,
];
const eslint = (mode) => [here("eslint-run.mjs"), folder, mode];
const elsewhere = (env) => ({ preload: [here("elsewhere.mjs")], env });
const withoutNative = elsewhere({ FLOODGATE_BENCH_WITHOUT: "oxc-parser" });

const all = [
  ["ESLint, with types", eslint("typed"), {}],
  ["ESLint, without types", eslint("untyped"), {}],
  ...(values.oxlint === undefined ? [] : [["oxlint with our plugin", oxlint(values.oxlint), {}]]),
  ["check --types off", cli("off"), {}],
  ["check --types ts7", cli("ts7"), elsewhere({ FLOODGATE_BENCH_TYPESCRIPT: typescript7() })],
  ["check --types ts6", cli("ts6"), {}],
  ["check --types off, nothing native", cli("off"), withoutNative],
  ["check --types ts6, nothing native", cli("ts6"), withoutNative],
];
const wanted = values.only.split(",");
const contestants = all.filter(([name]) => wanted.some((words) => name.includes(words)));

/** The arguments of oxlint, with the same rules as the others. */
function oxlint(installed) {
  const manifest = createRequire(join(resolve(installed), "noop.js")).resolve("oxlint/package.json");
  const config = join(scratch, "oxlintrc.json");
  writeFileSync(
    config,
    JSON.stringify({
      plugins: [],
      categories: { correctness: "off" },
      jsPlugins: [here("../../eslint-plugin/dist/index.js")],
      rules: plugin.configs.recommended.rules,
    }),
  );
  return [join(dirname(manifest), "bin", "oxlint"), "--config", config, "--format", "json", folder];
}

/** A folder called `typescript`, as resolution wants it, that is TypeScript 7. */
function typescript7() {
  const target = resolve(values.typescript7 ?? dirname(require.resolve("typescript-7/package.json")));
  mkdirSync(join(scratch, "node_modules"));
  const link = join(scratch, "node_modules", "typescript");
  symlinkSync(target, link, "junction");
  return link;
}

/** Findings of our rules in ESLint's JSON, or in oxlint's. */
function findingsIn(stdout) {
  const output = JSON.parse(stdout);
  const ids = Array.isArray(output)
    ? output.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId))
    : output.diagnostics.map(({ code }) => code);
  return ids.filter((id) => /^floodgate[/(]/.test(id ?? "")).length;
}

const samples = new Map(contestants.map(([name]) => [name, []]));
for (let run = 0; run < Number(values.runs); run++) {
  for (const [name, args, options] of contestants) {
    const { status, stdout, stderr, ...used } = await measure(args, { cwd: resolve(checkout), ...options });
    if (status === 0 || status === 1) samples.get(name).push({ ...used, findings: findingsIn(stdout) });
    else console.error(`${name}: exit code ${status}\n${stderr}`);
  }
}
rmSync(scratch, { recursive: true });

const results = contestants.flatMap(([name]) => {
  const taken = samples.get(name);
  if (taken.length === 0) return [];
  const of = (key) => median(taken.map((sample) => sample[key]));
  return [{ name, cpuMs: of("cpuMs"), wallMs: of("wallMs"), peakMb: of("peakMb"), findings: of("findings") }];
});
const [anchor] = results;
if (values.json)
  console.log(
    JSON.stringify({
      checkout: resolve(checkout),
      folder,
      runs: Number(values.runs),
      node: process.version,
      anchor: anchor?.name,
      results: results.map((result) => ({ ...result, timesLessCpu: anchor.cpuMs / result.cpuMs })),
    }),
  );
else
  console.table(
    results.map(({ name, cpuMs, wallMs, peakMb, findings }) => ({
      contestant: name,
      "CPU s": (cpuMs / 1000).toFixed(2),
      "times less": (anchor.cpuMs / cpuMs).toFixed(1),
      "wall s": (wallMs / 1000).toFixed(2),
      "peak MB": Math.round(peakMb),
      findings,
    })),
  );
process.exitCode = results.length === contestants.length ? 0 : 1;
