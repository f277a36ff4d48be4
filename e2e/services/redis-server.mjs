// A Redis or Valkey of our own: on a free loopback port, without data on disk, gone with the test.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.mjs";

/** Starts one. `args` are settings as on its command line. */
export async function startServer(command, args = [], port = undefined) {
  port ??= await freePort();
  const directory = mkdtempSync(join(tmpdir(), "floodgate-redis-"));
  const settings = ["--port", port, "--bind", "127.0.0.1", "--dir", directory, "--save", "", ...args];
  const server = spawn(command, settings.map(String), { stdio: "ignore" });
  const gone = new Promise((resolve) => server.once("exit", resolve));
  const admin = new Redis(port, "127.0.0.1", { retryStrategy: () => 20, maxRetriesPerRequest: null });
  admin.on("error", () => undefined);
  await admin.ping();
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    /** Asks it something, on a connection of ours. */
    ask: (...command) => admin.call(...command),
    /** Sends it a signal: `SIGSTOP`, `SIGCONT`. */
    signal: (name) => server.kill(name),
    /** How many commands it has run, not counting our questions. */
    async commands() {
      const stats = await admin.info("commandstats");
      const calls = [...stats.matchAll(/^cmdstat_(?!info|ping)[^:]+:calls=(\d+)/gmu)];
      return calls.reduce((sum, [, count]) => sum + Number(count), 0);
    },
    async stop() {
      admin.disconnect();
      server.kill("SIGKILL");
      await gone;
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
