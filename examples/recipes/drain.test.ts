import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";

let folder = "";
let program = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "floodgate-drain-"));
  program = join(folder, "drain.mjs");
  await build({
    entryPoints: [fileURLToPath(new URL("drain.ts", import.meta.url))],
    ...{ bundle: true, format: "esm", platform: "node", outfile: program, conditions: ["@floodgate/source"] },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(settings: Record<string, string>) {
  const server = spawn(process.execPath, [program], { env: { ...process.env, ...settings } });
  const [line] = (await once(server.stdout, "data")) as [Buffer];
  const { port } = JSON.parse(line.toString()) as { port: number };
  return { server, url: `http://127.0.0.1:${port}/` };
}

const ended = async (server: ChildProcess) => ((await once(server, "exit")) as [number | null])[0];

/** Resolves when the server has logged so many requests. */
async function begun({ stdout }: ChildProcessWithoutNullStreams, count: number): Promise<void> {
  let log = "";
  for await (const chunk of stdout) {
    log += String(chunk);
    if (log.split("\n").length > count) return;
  }
}

test("what has begun is ended, who waits is turned away, and the exit code is 0", async () => {
  const { server, url } = await start({ AT_ONCE: "2", WORK_MS: "300" });
  const all = Promise.all(Array.from({ length: 5 }, async () => (await fetch(url)).status));
  await begun(server, 5);
  const exitCode = ended(server);
  server.kill("SIGTERM");
  expect((await all).toSorted()).toEqual([200, 200, 503, 503, 503]);
  expect(await exitCode).toBe(0);
  await expect(fetch(url)).rejects.toThrow("fetch failed");
});
