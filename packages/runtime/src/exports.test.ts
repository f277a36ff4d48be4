import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as runtime from "./index.ts";

const index = fileURLToPath(new URL("./index.ts", import.meta.url));

test("these are the names, and no others", () => {
  expect(Object.keys(runtime).toSorted()).toEqual(
    [
      // Many tasks
      ...["mapLimit", "mapLimitSettled", "forEachLimit", "streamLimit", "limited", "createLimit", "bounded"],
      // Limiters
      ...[
        "Semaphore",
        "RateLimiter",
        "AdaptiveLimiter",
        "KeyedLimiter",
        "combine",
        "classify",
        "detectDeadlock",
      ],
      // Queues and batches
      ...["Queue", "batched", "Batcher"],
      // Policies
      ...["CircuitBreaker", "retry", "retryable", "timeout"],
      // How many
      ...["suggestLimit", "tune"],
      // Errors
      ...["CircuitOpenError", "DeadlockError", "LimiterClosedError"],
      ...["QueueClosedError", "QueueFullError", "TimeoutError"],
    ].toSorted(),
  );
});

test("an error is known by its name, also to code that has another copy of this package", () => {
  for (const [name, value] of Object.entries(runtime)) {
    if (!name.endsWith("Error")) continue;
    const error = new (value as new (n: number) => Error)(1);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(name);
    expect(String(error)).toMatch(new RegExp(`^${name}: `, "u"));
  }
});

/** What an import costs a browser, in bytes, minified and compressed: raise a number only with a reason. */
test.for<[string, number]>([
  ["mapLimit", 2365],
  ["forEachLimit", 2365],
  ["streamLimit", 2810],
  ["limited", 925],
  ["createLimit", 970],
  ["bounded", 350],
  ["Semaphore", 2620],
  ["RateLimiter", 3280],
  ["AdaptiveLimiter", 3790],
  ["tune", 3430],
  ["suggestLimit", 400],
  ["CircuitBreaker", 1065],
  ["mapLimit, limited, bounded, Semaphore", 4650],
  [
    "mapLimit, mapLimitSettled, forEachLimit, streamLimit, limited, createLimit, bounded, Semaphore, KeyedLimiter, combine, CircuitBreaker, retry, timeout",
    8180,
  ],
])("%s is at most %i bytes", async ([names, most]) => {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names} } from ${JSON.stringify(index)}`, resolveDir: "." },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  const code = outputFiles[0]?.text ?? "";
  expect(code, "no module of Node").not.toMatch(/\b(?:import|require)\b\s*\(?\s*["']/u);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(most);
});

test("what a vendored copy is made of knows nothing of limiters' classes and diagnostics", async () => {
  const { metafile } = await build({
    stdin: {
      contents: ["run-tasks", "limit-calls", "bounded"]
        .map((name) => `export * from ${JSON.stringify(index.replace("index", name))}`)
        .join("\n"),
      resolveDir: ".",
    },
    bundle: true,
    metafile: true,
    write: false,
  });
  const files = Object.keys(metafile.inputs).map((path) => path.replace(/^.*\//u, ""));
  expect(files.filter((file) => /diagnostics|stall|semaphore|deadlock|run-under/u.test(file))).toEqual([]);
});
