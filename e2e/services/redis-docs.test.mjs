// What the documents show of Redis runs, against a real one.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { servers } from "./install-redis.mjs";
import { startServer } from "./redis-server.mjs";

test("every block of the documents that needs a Redis runs", { timeout: 120_000 }, async () => {
  const [{ command }] = servers();
  const server = await startServer(command);
  try {
    const child = spawn(
      process.execPath,
      ["node_modules/vitest/vitest.mjs", "run", "packages/runtime/test/docs.test.ts"],
      {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
        env: { ...process.env, REDIS_URL: server.url },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const exitCode = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(exitCode, 0, output);
  } finally {
    await server.stop();
  }
});
