/** Processes of this machine, for tests that look at the server's or end it. */
import fs from "node:fs";

/** @returns ids of processes whose command line holds `part`; of one parent's children only, if that is given. */
export function processesWith(part, parent) {
  return fs
    .readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        if (!fs.readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(part)) return false;
        const [, parentOf] = /^PPid:\s*(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
        return parent === undefined || parentOf === String(parent);
      } catch {
        // It ended meanwhile.
        return false;
      }
    })
    .map(Number);
}
