// `npm run bench:patterns`: the ways people write many requests, against an HTTP service on the loopback that is in a
// process of its own; many timers; and adaptive limits on a service whose capacity changes. About four minutes.
//
//   npm run bench:patterns                            all of it; tables here, CSV and SVG in reports/patterns
//   npm run bench:patterns -- --out=docs/figures      CSV and SVG somewhere else
//   npm run bench:patterns -- --part=patterns         one part: patterns, timers or adaptive; several with commas
//   npm run bench:patterns -- --requests=1000         other than 10,000
//   npm run bench:patterns -- --slower=100            answers in 10 to 3000 ms, times this / 100; default 5
//   npm run bench:patterns -- --soak=10               ten minutes of `mapLimit` instead, to see whether memory grows
//
// Each variant runs in a fresh process, one after the other, against a fresh service. CPU is all threads of the client;
// memory is the most its process had resident, Node's own 45 MB or so included.
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bars, lines } from "./plot.mjs";
import { limiters, patterns, timers } from "./variants.mjs";

const { values: flags } = parseArgs({
  options: {
    out: { type: "string", default: "reports/patterns" },
    part: { type: "string", default: "patterns,timers,adaptive" },
    requests: { type: "string", default: "10000" },
    slower: { type: "string", default: "5" },
    soak: { type: "string" },
  },
});
const requests = positive("requests");
const scale = positive("slower") / 100;
const root = fileURLToPath(new URL("../../../..", import.meta.url));
const out = join(root, flags.out);
const service = { minMs: 10 * scale, maxMs: 3000 * scale, errors: 0.05 };
const parts = { patterns: runPatterns, timers: runTimers, adaptive: runAdaptive };

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
}

async function runAdaptive() {
  const capacities = [10, 80, 20];
  const stretchMs = 10_000;
  const everyMs = 500;
  const callMs = 50;
  const perStretch = stretchMs / everyMs;
  const all = [];
  for (const variant of Object.keys(limiters)) {
    const behaviour = { minMs: callMs * 0.7, maxMs: callMs * 1.4, capacity: capacities[0], queue: 20 };
    const forMs = capacities.length * stretchMs;
    const task = { kind: "adaptive", variant, forMs, everyMs, timeoutMs: 1000 };
    const { result } = await against(behaviour, task, (child) =>
      capacities
        .slice(1)
        .map((capacity, i) => setTimeout(() => child.send({ capacity }), stretchMs * (i + 1))),
    );
    all.push({ variant, samples: result.samples.slice(0, capacities.length * perStretch) });
  }
  // The mean of times evenly spread on a logarithmic scale between 0.7 and 1.4 of `callMs`.
  const meanMs = (callMs * 0.7) / Math.log(2);
  const possible = (i) => (capacities[Math.min(2, Math.floor(i / perStretch))] * 1000) / meanMs;
  const rows = all.map(({ variant, samples }) => {
    const row = { limit: variant };
    capacities.forEach((capacity, stretch) => {
      const late = samples.slice((stretch + 0.5) * perStretch, (stretch + 1) * perStretch);
      const sum = (key) => late.reduce((total, sample) => total + sample[key], 0);
      const could = (possible(stretch * perStretch) * late.length * everyMs) / 1000;
      row[`used of ${capacity}`] = `${Math.round((100 * sum("ok")) / could)} %`;
      row[`refused at ${capacity}`] = `${Math.round((100 * sum("over")) / (sum("ok") + sum("over")))} %`;
      row[`limit at ${capacity}`] = Math.round(sum("limit") / late.length);
    });
    return row;
  });
  print(
    `200 callers, a service that works on 10, then 80, then 20 requests of ${Math.round(meanMs)} ms at a time, queues 20 more, and ` +
      "answers 429 to the rest: the second half of each stretch of 10 s",
    rows,
  );
  csv(
    "adaptive",
    all.flatMap(({ variant, samples }) =>
      samples.map(({ ok, over, limit }, i) => ({
        limit: variant,
        second: ((i + 1) * everyMs) / 1000,
        "good per s": (ok * 1000) / everyMs,
        "refused per s": (over * 1000) / everyMs,
        "at most in flight": limit,
      })),
    ),
  );
  const over = (name, value) => ({ name, values: all[0].samples.map((_, i) => value(i)) });
  const plot = (title, unit, value, steps, variants) =>
    lines({
      title,
      unit,
      everyS: everyMs / 1000,
      series: all
        .filter(({ variant }) => variants.test(variant))
        .map(({ variant, samples }) => ({ name: variant, values: samples.map(value) })),
      steps,
    });
  svg(
    "adaptive-throughput",
    plot(
      "What got through",
      "per second",
      ({ ok }) => (ok * 1000) / everyMs,
      over("possible", possible),
      /./u,
    ),
  );
  const inFlight = over("capacity", (i) => capacities[Math.min(2, Math.floor(i / perStretch))]);
  svg(
    "adaptive-limit",
    plot("Where the limit was", "tasks in flight", ({ limit }) => limit, inFlight, /aimd|gradient/u),
  );
}

async function runSoak() {
  const forMs = positive("soak") * 60_000;
  console.log(`mapLimit, 50 at once, ${requests} requests a time`);
  const { result } = await against(service, { kind: "soak", requests, forMs }, undefined, (row) => {
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
async function against(behaviour, task, onStart, onRow) {
  const child = fork(fileURLToPath(new URL("service.mjs", import.meta.url)), [JSON.stringify(behaviour)]);
  try {
    const { port } = await message(child);
    const timers = onStart?.(child);
    const result = await inProcess({ ...task, port }, onRow);
    timers?.forEach(clearTimeout);
    child.send("stats");
    return { result, ...(await message(child)) };
  } finally {
    child.disconnect();
  }
}

function inProcess(task, onRow) {
  const child = fork(fileURLToPath(new URL("client.mjs", import.meta.url)), [JSON.stringify(task)], {
    execArgv: ["--expose-gc", "--no-warnings"],
  });
  return new Promise((resolve, reject) => {
    child.on("message", (said) => (said.row ? onRow(said.row) : resolve(said)));
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

function shown(value) {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
