// Runs one contestant, and says what it and the processes it started used.
//
// CPU is user and system time of all of them. Memory is the largest sum of their resident sets at one moment. On Linux
// both are read from /proc every 20 ms, and at the end from the process itself; elsewhere only the process itself counts,
// which leaves out what TypeScript 7 does in a process of its own.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const meter = fileURLToPath(new URL("meter.mjs", import.meta.url));
/** USER_HZ and the page size of every Linux that Node runs on as a rule. */
const ticksPerSecond = 100;
const pageKb = 4;

/**
 * @param args - Of Node: the script and what it is given.
 * @param options.preload - Modules to import before it.
 * @returns {Promise<{status: number | null, stdout: string, stderr: string, cpuMs: number, wallMs: number, peakMb: number}>}
 */
export async function measure(args, { cwd, env = {}, preload = [] }) {
  const scratch = mkdtempSync(join(tmpdir(), "floodgate-bench-"));
  const usage = join(scratch, "usage.json");
  const imports = [meter, ...preload].flatMap((path) => ["--import", pathToFileURL(path).href]);
  const started = performance.now();
  const child = spawn(process.execPath, ["--max-old-space-size=8192", ...imports, ...args], {
    cwd,
    env: { ...process.env, ...env, FLOODGATE_METER: usage },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const out = [];
  const err = [];
  child.stdout.on("data", (chunk) => out.push(chunk));
  child.stderr.on("data", (chunk) => err.push(chunk));

  const ticks = new Map();
  let peakKb = 0;
  const sample = () => {
    let sum = 0;
    for (const pid of familyOf(child.pid)) {
      const seen = statOf(pid);
      if (seen === undefined) continue;
      ticks.set(pid, seen.ticks);
      sum += seen.rssKb;
    }
    peakKb = Math.max(peakKb, sum);
  };
  const timer = existsSync("/proc/self/stat") ? setInterval(sample, 20) : undefined;
  const status = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearInterval(timer);
  const wallMs = performance.now() - started;
  const own = existsSync(usage) ? JSON.parse(readFileSync(usage, "utf8")) : undefined;
  rmSync(scratch, { recursive: true });
  ticks.delete(child.pid);
  const others = [...ticks.values()].reduce((a, b) => a + b, 0) * (1000 / ticksPerSecond);
  return {
    status,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
    cpuMs: (own?.cpuMs ?? 0) + others,
    wallMs,
    peakMb: Math.max(peakKb / 1024, own?.peakMb ?? 0),
  };
}

/** A process and those it started, and so on. */
function familyOf(pid) {
  const family = [pid];
  for (const member of family) {
    const children = read(`/proc/${member}/task/${member}/children`) ?? "";
    for (const child of children.split(" ")) if (child !== "") family.push(Number(child));
  }
  return family;
}

function statOf(pid) {
  // The second field is the name, in brackets, and may hold anything.
  const fields = read(`/proc/${pid}/stat`)
    ?.replace(/^.*\) /s, "")
    .split(" ");
  return fields && { ticks: Number(fields[11]) + Number(fields[12]), rssKb: Number(fields[21]) * pageKb };
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
