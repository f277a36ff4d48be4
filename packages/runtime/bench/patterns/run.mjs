// `npm run bench:patterns`: the ways people write many requests, against an HTTP service on the loopback that is in a
// process of its own; many timers; and adaptive limits on a service whose capacity changes. About four minutes.
//
//   npm run bench:patterns                            all of it; tables here, CSV and SVG in reports/patterns
//   npm run bench:patterns -- --out=docs/figures      CSV and SVG somewhere else
//   npm run bench:patterns -- --docs                  the same in docs/figures, and the tables of docs/how-many-at-once.md
//   npm run bench:patterns -- --part=patterns         one part: patterns, timers, tune or adaptive; several with commas
//   npm run bench:patterns -- --requests=1000         other than 10,000
//   npm run bench:patterns -- --slower=100            answers in 10 to 3000 ms, times this / 100; default 5
//   npm run bench:patterns -- --soak=10               ten minutes of `mapLimit` instead, to see whether memory grows
//
// Each variant runs in a fresh process, one after the other, against a fresh service. CPU is all threads of the client;
// memory is the most its process had resident, Node's own 45 MB or so included.
import { fork } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { bars, lines } from "./plot.mjs";
import { limiters, patterns, timers } from "./variants.mjs";

const { values: flags } = parseArgs({
  options: {
    out: { type: "string" },
    docs: { type: "boolean", default: false },
    part: { type: "string", default: "patterns,timers,tune,adaptive" },
    requests: { type: "string", default: "10000" },
    slower: { type: "string", default: "5" },
    soak: { type: "string" },
  },
});
const requests = positive("requests");
const scale = positive("slower") / 100;
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const out = join(root, flags.out ?? (flags.docs ? "docs/figures" : "reports/patterns"));
const service = { minMs: 10 * scale, maxMs: 3000 * scale, errors: 0.05 };
const parts = { patterns: runPatterns, timers: runTimers, tune: runTune, adaptive: runAdaptive };

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}\n`);
if (flags.soak === undefined) {
  const wanted = flags.part.split(",");
  const unknown = wanted.find((part) => !Object.hasOwn(parts, part));
  if (unknown !== undefined)
    throw new TypeError(`Expected \`--part\` to be of ${Object.keys(parts)}, got \`${unknown}\``);
  mkdirSync(out, { recursive: true });
  for (const part of wanted) await parts[part]();
  console.log(`CSV and SVG are in ${relative(root, out)}.`);
} else await runSoak();

async function runPatterns() {
  const rows = [];
  for (const variant of Object.keys(patterns)) {
    const { result, peak } = await against(service, { kind: "pattern", variant, requests });
    rows.push({
      pattern: variant,
      "req/s": requests / result.seconds,
      "p50 ms": result.p50,
      "p95 ms": result.p95,
      "p99 ms": result.p99,
      "peak in flight": peak,
      "peak MB": result.peakMb,
      "CPU s": result.cpuSeconds,
      "errors recovered": result.recovered,
      "not recovered": result.failed,
    });
  }
  const of = `${requests} requests, answers in ${service.minMs} to ${service.maxMs} ms, 5 % errors`;
  print(`${of}, up to four attempts each`, rows);
  csv("patterns", rows);
  await document("patterns", rows);
  const plot = (file, title, unit, column) =>
    svg(file, bars({ title: `${title}: ${of}`, unit, rows: rows.map((row) => [row.pattern, row[column]]) }));
  plot("patterns-throughput", "Requests per second", "/s", "req/s");
  plot("patterns-latency", "Latency, 99th percentile", "ms", "p99 ms");
  plot("patterns-memory", "Peak memory of the client", "MB", "peak MB");
}

async function runTimers() {
  const rows = [];
  for (const count of [10_000, 100_000]) {
    for (const variant of Object.keys(timers)) {
      const result = await inProcess({ kind: "timers", variant, requests: count });
      rows.push({
        tasks: count,
        variant,
        seconds: result.seconds,
        "CPU s": result.cpuSeconds,
        "peak MB": result.peakMb,
        "longest block ms": result.stuckMs,
      });
    }
  }
  print("Tasks of three sleeps of 100 ms each", rows);
  csv("timers", rows);
  await document("timers", rows);
}

async function runTune() {
  const capacity = 25;
  const behaviour = { minMs: 10, maxMs: 40, capacity };
  const { result } = await against(behaviour, { kind: "tune", requests: 300 });
  console.log(
    `tune, on a service that works on ${capacity} requests of 10 to 40 ms at a time and queues the rest\n`,
  );
  console.log(`${result.table}\n`);
  const { levels, recommended } = result.report;
  const rows = levels.map((level) => ({
    "at once": level.concurrency,
    "per s": level.perSecond,
    "p50 ms": level.p50Ms,
    "p95 ms": level.p95Ms,
    "p99 ms": level.p99Ms,
    "": level.concurrency === recommended ? "recommended" : "",
  }));
  csv("tune", rows);
  await document("tune", rows);
}

async function runAdaptive() {
  const capacities = [10, 80, 20];
  const stretchMs = 20_000;
  const callMs = 200;
  const all = [];
  for (const variant of Object.keys(limiters)) {
    const behaviour = { minMs: callMs * 0.7, maxMs: callMs * 1.4, capacity: capacities[0], queue: 20 };
    const task = { kind: "adaptive", variant, capacities, stretchMs, everyMs: 500, timeoutMs: 1000 };
    const { result } = await against(behaviour, task);
    all.push({ variant, samples: result.samples.filter(({ second }) => second * 1000 <= 3 * stretchMs) });
  }
  // The mean of times evenly spread on a logarithmic scale between 0.7 and 1.4 of `callMs`.
  const meanMs = (callMs * 0.7) / Math.log(2);
  const rows = all.map(({ variant, samples }) => {
    const row = { limit: variant };
    capacities.forEach((capacity, stretch) => {
      const late = samples.filter(({ second }) => {
        const at = (second * 1000) / stretchMs - stretch;
        return at > 0.5 && at <= 1;
      });
      const mean = (key) => late.reduce((sum, sample) => sum + sample[key], 0) / late.length;
      const possible = (capacity * 1000) / meanMs;
      row[`used of ${capacity}`] = percent(mean("good") / possible);
      row[`refused at ${capacity}`] = percent(mean("refused") / (mean("good") + mean("refused")));
      row[`limit at ${capacity}`] = Math.round(mean("limit"));
    });
    return row;
  });
  print(
    `200 callers, a service that works on 10, then 80, then 20 requests of ${Math.round(meanMs)} ms at a time, queues 20 more, and ` +
      `answers 429 to the rest: the second half of each stretch of ${stretchMs / 1000} s`,
    rows,
  );
  csv("adaptive", rows);
  await document("adaptive", rows);
  csv(
    "adaptive-over-time",
    all.flatMap(({ variant, samples }) =>
      samples.map(({ second, good, refused, limit }) => ({
        limit: variant,
        second,
        "good per s": good,
        "refused per s": refused,
        "at most in flight": limit,
      })),
    ),
  );
  const series = (variants, key) =>
    all
      .filter(({ variant }) => variants.test(variant))
      .map(({ variant, samples }) => ({
        name: variant,
        points: samples.map((sample) => [sample.second, sample[key]]),
      }));
  const steps = (name, of) => ({
    name,
    points: capacities.flatMap((capacity, i) =>
      [i, i + 1].map((edge) => [(edge * stretchMs) / 1000, of(capacity)]),
    ),
  });
  svg(
    "adaptive-throughput",
    lines({
      title: "What got through",
      unit: "per second",
      series: series(/./u, "good"),
      steps: steps("possible", (capacity) => (capacity * 1000) / meanMs),
    }),
  );
  svg(
    "adaptive-limit",
    lines({
      title: "Where the limit was",
      unit: "tasks in flight",
      series: series(/aimd|gradient/u, "limit"),
      steps: steps("capacity", (capacity) => capacity),
    }),
  );
}

async function runSoak() {
  const forMs = positive("soak") * 60_000;
  console.log(`mapLimit, 50 at once, ${requests} requests a time`);
  const { result } = await against(service, { kind: "soak", requests, forMs }, (row) => {
    console.log(
      `${Math.round(row.perSecond)} req/s  p99 ${Math.round(row.p99)} ms  heap ${row.heapMb.toFixed(1)} MB  failed ${row.failed}`,
    );
  });
  const [first, last] = [result.rows[Math.min(1, result.rows.length - 1)], result.rows.at(-1)];
  const grown = last.heapMb - first.heapMb;
  console.log(
    `Heap after collection: ${grown >= 0 ? "+" : ""}${grown.toFixed(1)} MB from the second time to the last.`,
  );
  if (grown > 5) process.exitCode = 1;
}

/** Runs a client against a service of its own, and asks the service how many requests it saw at once. */
async function against(behaviour, task, onRow) {
  const service = fork(fileURLToPath(new URL("service.mjs", import.meta.url)), [JSON.stringify(behaviour)]);
  try {
    const { port } = await message(service);
    const result = await inProcess({ ...task, port }, (said) =>
      said.row ? onRow(said.row) : service.send(said),
    );
    service.send("stats");
    return { result, ...(await message(service)) };
  } finally {
    service.disconnect();
  }
}

/** Runs a client; what it says before its end goes to `onNews`. */
function inProcess(task, onNews) {
  const child = fork(fileURLToPath(new URL("client.mjs", import.meta.url)), [JSON.stringify(task)], {
    execArgv: ["--expose-gc"],
  });
  return new Promise((resolve, reject) => {
    child.on("message", (said) => ("peakMb" in said ? resolve(said) : onNews(said)));
    child.once("exit", (code) => reject(new Error(`${task.variant ?? task.kind} ended with ${code}`)));
  });
}

function message(child) {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (code) => reject(new Error(`The service ended with ${code}`)));
  });
}

function positive(name) {
  const value = Number(flags[name]);
  if (value > 0 && value < Infinity) return value;
  throw new RangeError(`Expected \`--${name}\` to be a number above 0, got \`${flags[name]}\``);
}

function print(title, rows) {
  const columns = Object.keys(rows[0]);
  const cells = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i].length)));
  console.log(`${title}\n`);
  for (const row of cells) {
    console.log(
      row
        .map((cell, i) =>
          typeof rows[0][columns[i]] === "number" ? cell.padStart(widths[i]) : cell.padEnd(widths[i]),
        )
        .join("  "),
    );
  }
  console.log();
}

/** Puts the table between the comments `begin <name>` and `end <name>` of the guide. */
async function document(name, rows) {
  if (!flags.docs) return;
  const path = join(root, "docs/how-many-at-once.md");
  const columns = Object.keys(rows[0]);
  const cells = [
    columns,
    columns.map(() => "---"),
    ...rows.map((row) => columns.map((column) => shown(row[column]))),
  ];
  const table = cells.map((row) => `| ${row.join(" | ")} |`).join("\n");
  const between = new RegExp(`(<!-- begin ${name}:[^>]*-->\\n).*(<!-- end ${name} -->)`, "su");
  const text = readFileSync(path, "utf8").replace(between, (_, begin, end) => `${begin}\n${table}\n\n${end}`);
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), parser: "markdown" }));
}

function csv(name, rows) {
  const columns = Object.keys(rows[0]);
  const text = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))]
    .map((row) => row.map((cell) => (cell.includes(",") ? `"${cell}"` : cell)).join(","))
    .join("\n");
  writeFileSync(join(out, `${name}.csv`), `${text}\n`);
}

function svg(name, text) {
  writeFileSync(join(out, `${name}.svg`), text);
}

function percent(share) {
  return `${Math.round(100 * share)} %`;
}

function shown(value) {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
