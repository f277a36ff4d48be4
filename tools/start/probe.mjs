// Preloaded into a program (`node --import`) to see what it keeps in flight, without a change to the program.
// Sends what it saw to the parent process when the program has nothing more to do.

import { subscribe } from "node:diagnostics_channel";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { performance } from "node:perf_hooks";

const requests = { now: 0, peak: 0, started: 0, failed: 0 };
const files = { now: 0, peak: 0, started: 0, failed: 0 };

function begin(count) {
  count.started++;
  count.now++;
  if (count.now > count.peak) count.peak = count.now;
}

function end(count, failed) {
  count.now--;
  if (failed) count.failed++;
}

// `fetch` announces its requests. One can fail after its trailers, so each is counted out once.
const open = new Set();
subscribe("undici:request:create", ({ request }) => {
  open.add(request);
  begin(requests);
});
for (const [channel, failed] of [
  ["undici:request:trailers", false],
  ["undici:request:error", true],
]) {
  subscribe(channel, ({ request }) => {
    if (open.delete(request)) end(requests, failed);
  });
}

for (const name of ["readFile", "writeFile"]) {
  const original = fs.promises[name];
  fs.promises[name] = async function (...args) {
    // Node's own module loader reads with the same function; code is not what the program works on.
    if (/\.[cm]?js$/u.test(String(args[0]))) return await original.apply(this, args);
    begin(files);
    try {
      const result = await original.apply(this, args);
      end(files, false);
      return result;
    } catch (error) {
      end(files, true);
      throw error;
    }
  };
}
syncBuiltinESMExports();

const started = performance.now();
process.once("beforeExit", () => {
  process.send?.({
    requests,
    files,
    // Kilobytes on every platform that Node supports.
    peakMemory: process.resourceUsage().maxRSS * 1024,
    milliseconds: performance.now() - started,
  });
});
