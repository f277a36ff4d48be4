/** In the extension host: what the extension costs while nobody does anything. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { childrenWith, tools } from "../../lib/host-suite.mjs";

const windowMs = 2000;
const windows = 5;

/** Processor time of all threads of a process so far, in ms. */
const cpuOf = (pid) =>
  fs
    .readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0);

export default {
  async "idle, the server takes no processor time, nor does its extension host"(vscode) {
    const { open, finds } = tools(vscode);
    await finds((await open("src/app.ts")).document.uri, 1);
    const [server] = childrenWith("dist/server.js");
    const processes = { server, host: process.pid };
    const least = { server: Infinity, host: Infinity };
    // Other extensions start in the background: of what is ours, a timer would show in every window.
    for (let window = 0; window < windows; window++) {
      const before = Object.entries(processes).map(([name, pid]) => [name, cpuOf(pid)]);
      await new Promise((resolve) => setTimeout(resolve, windowMs));
      for (const [name, ms] of before) least[name] = Math.min(least[name], cpuOf(processes[name]) - ms);
    }
    assert.ok(least.server < 2, `the server took ${least.server} ms of ${windowMs}`);
    assert.ok(least.host < 0.02 * windowMs, `the extension host took ${least.host} ms of ${windowMs}`);
    return least;
  },
};
