// Loaded before a contestant: writes what the process used when it ends.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  const peakMb = process.resourceUsage().maxRSS / 1024;
  writeFileSync(process.env["FLOODGATE_METER"], JSON.stringify({ cpuMs: (user + system) / 1000, peakMb }));
});
