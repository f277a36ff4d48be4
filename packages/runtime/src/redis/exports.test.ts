import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as redis from "./index.ts";

async function bundle(entry: string) {
  const { outputFiles, metafile } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    write: false,
    metafile: true,
  });
  return { code: outputFiles[0]?.text ?? "", files: Object.keys(metafile.inputs) };
}

test("these are the names, and no others", () => {
  expect(Object.keys(redis).toSorted()).toEqual([
    "PermitLostError",
    "RedisRateLimiter",
    "RedisSemaphore",
    "RedisUnavailableError",
  ]);
});

test("the entry imports no client and no module of Node, and is at most 7720 bytes", async () => {
  const { code } = await bundle("./index.ts");
  expect(code).not.toMatch(/\b(?:import|require)\b\s*\(?\s*["']/u);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(7720);
});

test("who imports the main entry has nothing of it", async () => {
  const { files } = await bundle("../index.ts");
  expect(files.filter((file) => file.includes("redis"))).toEqual([]);
});
