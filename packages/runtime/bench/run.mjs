// `npm run bench`: this package beside its peers, in fresh processes, one after the other in turns.
//
//   npm run bench                       everything: about twenty minutes on an idle machine
//   npm run bench -- --quick            one smaller round of everything, for a look
//   npm run bench -- --case=map,queue   cases whose name contains one of these
//   npm run bench -- --rounds=9         more rounds
//   npm run bench -- --ours             without the peers
//   npm run bench -- --json             data instead of tables
//
// CPU is that of all threads, so that garbage collection counts. A ratio compares a variant with the hand-written code
// of the same round; the table shows the median of the rounds, and the lowest and highest. Milliseconds to a first task
// are those of the fastest round.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { measureBytes } from "./bytes.mjs";
import { cases } from "./cases/index.mjs";

const flags = readFlags();
const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 5));
if (!Number.isInteger(rounds) || rounds < 1)
  fail(`Expected \`--rounds\` to be an integer from 1, got \`${flags.rounds}\``);
const wanted = flags.case.split(",");
const isWanted = (name) => wanted.some((part) => name.includes(part));
const names = [...cases.map(({ name }) => name), "bytes"];
if (!names.some(isWanted)) fail(`No case is called like \`${flags.case}\`. There are: ${names.join(", ")}`);

const report = { machine: machine(), rounds, cases: [], bytes: [] };
if (!flags.json) console.log(`${report.machine.node}, ${report.machine.cpu}; ${rounds} round(s)\n`);

for (const one of cases.filter(({ name }) => isWanted(name))) {
  const result = measureCase(one);
  report.cases.push(result);
  if (!flags.json) printCase(result);
}
if (isWanted("bytes")) {
  report.bytes = await measureBytes();
  if (!flags.json) printBytes(report.bytes);
}
if (flags.json) console.log(JSON.stringify(report, undefined, 2));

function readFlags() {
  const options = {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    ours: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    rounds: { type: "string" },
    case: { type: "string", default: "" },
  };
  try {
    const { values } = parseArgs({ options });
    if (!values.help) return values;
  } catch (error) {
    fail(error.message);
  }
  const [header] = readFileSync(fileURLToPath(import.meta.url), "utf8").split("\nimport ");
  console.log(header.replaceAll(/^\/\/ ?/gm, ""));
  process.exit(0);
}

function fail(message) {
  console.error(message);
  process.exit(2);
}

function measureCase({ name, title, measure, n, quick, goal, ours, variants, slow = [], baseline, ratioTo }) {
  const size = flags.quick ? quick : n;
  const against = ratioTo ?? (measure === "cpu" ? (baseline ?? "hand-written") : undefined);
  const names = Object.keys(variants).filter((variant) => {
    if (flags.quick && slow.includes(variant)) return false;
    return !flags.ours || variant === against || /^(?:floodgate|hand-written)/.test(variant);
  });
  const numbers = new Map(names.map((variant) => [variant, []]));
  // In turns, so that a slow minute of the machine is everyone's.
  // Live heap is the same every time.
  for (let round = 0; round < (measure === "heap" ? 1 : rounds); round++) {
    for (const variant of names) {
      if (round === 0 || !slow.includes(variant))
        numbers.get(variant).push(inFreshProcess(name, variant, size));
    }
  }
  const rows = names.map((variant) => {
    const values = numbers.get(variant);
    const ratios =
      against === undefined ? undefined : values.map((value, round) => value / numbers.get(against)[round]);
    return {
      variant,
      // A first task waits for whatever else the machine does: the fastest round says what the code needs.
      value: measure === "first" ? Math.min(...values) : median(values),
      ...(ratios && { ratio: median(ratios), lowest: Math.min(...ratios), highest: Math.max(...ratios) }),
    };
  });
  const ourRow = rows.find(({ variant }) => variant === ours);
  const reached =
    goal === undefined || ourRow === undefined ? undefined : (ourRow.ratio ?? ourRow.value) <= goal;
  return { name, title, unit: measure === "heap" ? "MB" : "ms", n: size, goal, ours, reached, rows };
}

function inFreshProcess(...args) {
  const script = fileURLToPath(new URL("measure.mjs", import.meta.url));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--expose-gc", "--max-old-space-size=8192", script, ...args.map(String)],
    { encoding: "utf8", timeout: 600_000 },
  );
  if (status === 0) return Number(stdout);
  console.error(`${args.join(" / ")} failed:\n${stderr}`);
  process.exitCode = 1;
  return NaN;
}

function printCase({ title, unit, goal, reached, rows }) {
  const width = Math.max(...rows.map(({ variant }) => variant.length));
  console.log(title);
  for (const { variant, value, ratio, lowest, highest } of rows) {
    const spread =
      rounds > 1 && ratio !== undefined ? `  (${lowest.toFixed(2)} to ${highest.toFixed(2)})` : "";
    const compared = ratio === undefined ? "" : `  x${ratio.toFixed(2)}${spread}`;
    console.log(
      `  ${variant.padEnd(width)}  ${value.toFixed(value < 10 ? 2 : 0).padStart(7)} ${unit}${compared}`,
    );
  }
  if (goal !== undefined) console.log(`  goal: ${goal}, ${reached ? "reached" : "MISSED"}`);
  console.log();
}

function printBytes(rows) {
  console.log("Bytes, minified and compressed");
  const width = Math.max(...rows.map(({ name }) => name.length));
  for (const { name, bytes, goal } of rows) {
    const verdict = goal === undefined ? "" : `  goal: ${goal}, ${bytes <= goal ? "reached" : "MISSED"}`;
    console.log(`  ${name.padEnd(width)}  ${String(bytes).padStart(6)}${verdict}`);
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function machine() {
  const { devDependencies } = manifestOf("..");
  const peers = Object.keys(devDependencies).map((name) => [name, versionOf(name)]);
  return { node: `Node ${process.version}`, cpu: cpus()[0]?.model, peers: Object.fromEntries(peers) };
}

function versionOf(name) {
  const places = ["..", "../../.."].map((root) => `${root}/node_modules/${name}`);
  const place = places.find((path) => existsSync(new URL(path, import.meta.url)));
  return place === undefined ? "missing" : manifestOf(place).version;
}

function manifestOf(directory) {
  return JSON.parse(readFileSync(new URL(`${directory}/package.json`, import.meta.url), "utf8"));
}
