// How long `floodgate check` takes beside ESLint with the same rules, on the same files.
//
//   node packages/language-server/bench/check.mjs <checkout> [folder in it] [runs]
//
// Build first (`npm run build`). For the typed rows the checkout needs its dependencies installed and a tsconfig.json.
// The contestants take turns, and the median of each is shown: CPU of the process itself, wall time, peak memory.
// TypeScript 7 works in a process of its own, so with it the CPU shown is ours alone, and wall time is what counts.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [checkout, folder = ".", runs = "3"] = process.argv.slice(2);
if (checkout === undefined) {
  console.error("Usage: node packages/language-server/bench/check.mjs <checkout> [folder in it] [runs]");
  process.exit(2);
}

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const cli = here("../dist/cli/main.js");
const eslint = here("eslint-run.mjs");
const check = [cli, "check", folder, "--format=json", "--no-eslint-config"];

const contestants = [
  ["ESLint, typed", [eslint, folder, "typed"]],
  ["ESLint, untyped", [eslint, folder, "untyped"]],
  ["floodgate check", [...check, "--types=auto"]],
  ["floodgate check --types off", [...check, "--types=off"]],
];

const scratch = mkdtempSync(join(tmpdir(), "floodgate-bench-"));
const samples = new Map(contestants.map(([name]) => [name, []]));
for (let run = 0; run < Number(runs); run++) {
  for (const [name, args] of contestants) {
    const meter = join(scratch, "usage.json");
    const started = performance.now();
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      ["--max-old-space-size=8192", "--import", here("meter.mjs"), ...args],
      {
        cwd: resolve(checkout),
        encoding: "utf8",
        maxBuffer: 1 << 30,
        env: { ...process.env, FLOODGATE_METER: meter },
      },
    );
    const wallMs = performance.now() - started;
    if (status !== 0 && status !== 1) {
      console.error(`${name}: exit code ${status}\n${stderr}`);
      continue;
    }
    const messages = JSON.parse(stdout).flatMap((result) => result.messages);
    const findings = messages.filter(({ ruleId }) => ruleId?.startsWith("floodgate/")).length;
    samples.get(name).push({ wallMs, ...JSON.parse(readFileSync(meter, "utf8")), findings });
  }
}
rmSync(scratch, { recursive: true });

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const rows = contestants.flatMap(([name]) => {
  const taken = samples.get(name);
  if (taken.length === 0) return [];
  const of = (key) => median(taken.map((sample) => sample[key]));
  return [{ name, cpuMs: of("cpuMs"), wallMs: of("wallMs"), peakMb: of("peakMb"), findings: of("findings") }];
});
const [anchor] = rows;
console.table(
  rows.map(({ name, cpuMs, wallMs, peakMb, findings }) => ({
    contestant: name,
    "CPU s": (cpuMs / 1000).toFixed(2),
    "wall s": (wallMs / 1000).toFixed(2),
    "peak MB": Math.round(peakMb),
    findings,
    [`times faster than ${anchor.name} (CPU)`]: (anchor.cpuMs / cpuMs).toFixed(1),
    "(wall)": (anchor.wallMs / wallMs).toFixed(1),
  })),
);
