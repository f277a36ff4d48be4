import { metrics } from "@opentelemetry/api";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deferred } from "../deferred.ts";
import { mapLimit } from "../map-limit.ts";
import { RateLimiter } from "../rate-limiter.ts";
import { Semaphore } from "../semaphore.ts";
import { TimeoutError } from "../errors.ts";
import { instrument, type MeterLike } from "./index.ts";

let exporter: InMemoryMetricExporter;
let provider: MeterProvider;
let stop: () => void;

beforeEach(() => {
  exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  provider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  stop = instrument(provider.getMeter("test"));
});
afterEach(async () => {
  stop();
  await provider.shutdown();
});

/** What was exported last: value, or count and sum of a histogram, by instrument and attributes. */
async function collected(): Promise<Record<string, unknown>> {
  exporter.reset();
  await provider.forceFlush();
  const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics);
  const points = all.flatMap(({ metrics: found }) =>
    found.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ value, attributes }) => {
        const labels = Object.values(attributes).join(" ");
        return [`${descriptor.name.replace("floodgate.limiter.", "")} ${labels}`, value] as const;
      }),
    ),
  );
  return Object.fromEntries(points);
}

test("what is in flight, waits, and is allowed is read when metrics are collected", async () => {
  const database = new Semaphore(3, { name: "database" });
  const other = new Semaphore(5, { name: "database" });
  const heavy = await database.acquire({ weight: 3 });
  const light = await other.acquire();
  const waits = database.acquire();
  expect(await collected()).toMatchObject({
    "in_flight database": 4,
    "waiting database": 1,
    "limit database": 8,
  });
  heavy.release();
  light.release();
  (await waits).release();
  database.permits = 7;
  expect(await collected()).toMatchObject({
    "in_flight database": 0,
    "waiting database": 0,
    "limit database": 12,
  });
});

test("waits and tasks are timed in seconds, tasks by how they ended", async () => {
  const now = vi.spyOn(performance, "now");
  const time = (ms: number) => now.mockReturnValue(ms);
  time(1000);
  const one = new Semaphore(1, { name: "one" });
  const tasks = [deferred(), deferred()];
  const runs = Promise.allSettled(tasks.map(({ promise }) => one.run(() => promise)));
  time(3000);
  tasks[0]?.resolve();
  await vi.waitFor(() => {
    expect(one.waiting).toBe(0);
  });
  time(3500);
  tasks[1]?.reject(new TimeoutError(500));
  await runs;
  now.mockRestore();
  expect(await collected()).toMatchObject({
    "wait_time one": { count: 2, sum: 2, min: 0, max: 2 },
    "task_time one success": { count: 1, sum: 2 },
    "task_time one overload": { count: 1, sum: 0.5 },
  });
});

test("who is turned away or gives up is counted by the name of the error", async () => {
  const one = new Semaphore(1, { name: "one", maxWaiting: 1 });
  const permit = await one.acquire();
  const controller = new AbortController();
  const waits = one.acquire({ signal: controller.signal });
  await expect(one.acquire()).rejects.toThrow("Nobody else");
  controller.abort();
  await expect(waits).rejects.toThrow("aborted");
  one.close("a string");
  await expect(one.acquire()).rejects.toBe("a string");
  permit.release();
  expect(await collected()).toMatchObject({
    "rejections one QueueFullError": 1,
    "rejections one AbortError": 1,
    "rejections one string": 1,
  });
});

test("the entry is small, imports nothing, and is not part of the main one", async () => {
  const bundle = async (entry: string) => {
    const { outputFiles, metafile } = await build({
      entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
      ...{ bundle: true, minify: true, format: "esm", platform: "neutral", write: false, metafile: true },
    });
    return { code: outputFiles[0]?.text ?? "", files: Object.keys(metafile.inputs) };
  };
  const { code } = await bundle("./index.ts");
  expect(code).not.toMatch(/\b(?:import|require)\b\s*\(?\s*["']/u);
  expect(gzipSync(code, { level: 9 }).length).toBeLessThanOrEqual(1400);
  const { files } = await bundle("../index.ts");
  expect(files.filter((file) => file.includes("otel"))).toEqual([]);
});

test("a stall is counted", async () => {
  vi.useFakeTimers();
  const warned = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
  const one = new Semaphore(1, { name: "one", stallAfterMs: 10 });
  const permit = await one.acquire();
  const waits = one.acquire();
  await vi.advanceTimersByTimeAsync(20);
  vi.useRealTimers();
  expect(warned).toHaveBeenCalledOnce();
  permit.release();
  (await waits).release();
  expect(await collected()).toMatchObject({ "stalls one": 1 });
});

test("a rate limiter has no tasks in flight to tell, and no limit", async () => {
  const rate = new RateLimiter({ limit: 10, intervalMs: 1000, name: "api" });
  await rate.run(() => 1);
  const seen = await collected();
  expect(seen).toMatchObject({ "waiting api": 0, "wait_time api": { count: 1 } });
  expect(Object.keys(seen).filter((key) => /^(?:in_flight|limit) /u.test(key))).toEqual([]);
});

test("a limiter without a name is one of the unnamed", async () => {
  await mapLimit([1, 2, 3], new Semaphore(2), async (n) => Promise.resolve(n));
  expect(await collected()).toMatchObject({ "task_time unnamed success": { count: 3 } });
});

test("stopped, it hears nothing and observes nothing", async () => {
  stop();
  await new Semaphore(2, { name: "unheard" }).run(() => 1);
  expect(Object.keys(await collected()).filter((key) => key.includes("unheard"))).toEqual([]);
});

test("a meter that does nothing, as the API gives without an SDK, is a meter", () => {
  instrument(metrics.getMeter("none"))();
});

test.each([undefined, {}, { createCounter: () => undefined }, "meter"])("%s is refused in words", (wrong) => {
  expect(() => instrument(wrong as unknown as MeterLike)).toThrow(
    /^Expected `meter` to be a meter of @opentelemetry\/api 1\.3 or newer, got /u,
  );
});

test("where there is no diagnostics_channel, it says so", () => {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  expect(() => instrument(provider.getMeter("test"))).toThrow("needs `node:diagnostics_channel`");
  vi.restoreAllMocks();
});
