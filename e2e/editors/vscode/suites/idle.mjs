/** In the extension host: what the extension costs while nobody does anything. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { childrenWith, tools } from "../../lib/host-suite.mjs";

const windowMs = 2000;
/** Other extensions start in the background, for as long as that takes on a busy machine. */
const windows = 30;
/** What is nothing: a timer of ours would show in every window. */
const nothing = { server: 0.001 * windowMs, host: 0.02 * windowMs };

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
    const measured = [];
    for (let window = 0; window < windows; window++) {
      const before = Object.entries(processes).map(([name, pid]) => [name, cpuOf(pid)]);
      await new Promise((resolve) => setTimeout(resolve, windowMs));
      const took = Object.fromEntries(before.map(([name, ms]) => [name, cpuOf(processes[name]) - ms]));
      measured.push(took);
      if (took.server < nothing.server && took.host < nothing.host) return { window, windowMs, ...took };
    }
    assert.fail(`no window of ${windowMs} ms was idle: ${JSON.stringify(measured)}`);
  },
};
