// What an import costs a browser: bundled and minified by esbuild, then gzip at its best.
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ours = (names) => `export { ${names} } from "@floodgate/runtime";`;

/** What is there of the core and the policies; the six p-* packages of the same jobs are 8,216 bytes. */
const CORE = (
  "mapLimit mapLimitSettled forEachLimit streamLimit limited createLimit bounded " +
  "Semaphore KeyedLimiter combine CircuitBreaker retry timeout"
).split(" ");
const present = Object.keys(await import("@floodgate/runtime"));

const entries = [
  { name: "floodgate mapLimit", goal: 900, code: ours("mapLimit") },
  { name: "floodgate forEachLimit", code: ours("forEachLimit") },
  { name: "floodgate limited", code: ours("limited") },
  { name: "floodgate createLimit", code: ours("createLimit") },
  { name: "floodgate Semaphore", goal: 1200, code: ours("Semaphore") },
  { name: "floodgate Queue", code: ours("Queue") },
  { name: "floodgate batched", code: ours("batched") },
  { name: "floodgate Batcher", code: ours("Batcher") },
  { name: "floodgate retry + timeout", code: ours("retry, timeout") },
  {
    name: "floodgate, core and policies",
    goal: 6500,
    code: ours(CORE.filter((name) => present.includes(name)).join()),
  },
  { name: "floodgate, everything", code: `export * from "@floodgate/runtime";` },
  { name: "p-limit", code: `export { default } from "p-limit";` },
  { name: "p-map", code: `export { default } from "p-map";` },
  { name: "p-queue", code: `export { default } from "p-queue";` },
  { name: "async mapLimit", code: `export { mapLimit } from "async";` },
  { name: "fastq", code: `export { default } from "fastq";` },
  { name: "promise-pool", code: `export { PromisePool } from "@supercharge/promise-pool";` },
  { name: "es-toolkit Semaphore + limitAsync", code: `export { Semaphore, limitAsync } from "es-toolkit";` },
  { name: "async-sema", code: `export { Sema } from "async-sema";` },
  { name: "async-mutex", code: `export { Semaphore } from "async-mutex";` },
  { name: "dataloader", code: `export { default } from "dataloader";` },
  { name: "bottleneck", code: `export { default } from "bottleneck";` },
];

/** Bytes, minified and compressed, of each entry. */
export async function measureBytes() {
  return Promise.all(
    entries.map(async ({ name, goal, code }) => ({ name, goal, bytes: await bytesOf(code) })),
  );
}

/** Bytes of one module of a few imports, as a browser gets it. */
export async function bytesOf(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("..", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    // Two of the peers import these; a bundler for browsers would stop there.
    external: ["events", "util", "node:*"],
    write: false,
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
