/** The libraries by the names that users write, so that no slip in the table goes unnoticed. */
import { expect, test } from "vitest";
import { hereIn } from "../../test/analyse-text.ts";
import { limiterOf } from "./gate.ts";
import { runtimeModule } from "./known-gates.ts";

test.for([
  ["import { createLimit as Made } from '@floodgate/runtime';", "Made(5)", 5],
  ["import { Semaphore as Made } from '@floodgate/runtime';", "new Made(5)", 5],
  ["import { RedisSemaphore as Made } from '@floodgate/runtime/redis';", "new Made(redis)", undefined],
  ["import Made from 'p-limit';", "Made(5)", 5],
  ["import Made from 'p-queue';", "new Made({ concurrency: 5 })", 5],
  ["import { PQueue as Made } from 'p-queue';", "new Made({ concurrency: 5 })", 5],
  ["import { pRateLimit as Made } from 'p-ratelimit';", "Made({})", undefined],
  ["import Made from 'bottleneck';", "new Made({ maxConcurrent: 5 })", 5],
  ["import Made from 'bottleneck/es5';", "new Made({ maxConcurrent: 5 })", 5],
  ["import { Sema as Made } from 'async-sema';", "new Made(5)", 5],
  ["import { RateLimit as Made } from 'async-sema';", "Made(5)", undefined],
  ["import { Mutex as Made } from 'async-mutex';", "new Made()", 1],
  ["import { Semaphore as Made } from 'async-mutex';", "new Made(5)", 5],
  ["import { Semaphore as Made } from 'await-semaphore';", "new Made(5)", 5],
  ["import { Mutex as Made } from 'await-semaphore';", "new Made()", 1],
  ["import Made from 'semaphore-async-await';", "new Made(5)", 5],
  ["import Made from 'async-lock';", "new Made()", 1],
  ["import { Semaphore as Made } from 'es-toolkit';", "new Made(5)", 5],
  ["import { Mutex as Made } from 'es-toolkit/promise';", "new Made()", 1],
  ["import Made from 'throat';", "Made(5)", 5],
  ["import Made from 'promise-limit';", "Made(5)", 5],
  ["import Made from 'piscina';", "new Made({})", undefined],
  ["import { Piscina as Made } from 'piscina';", "new Made({})", undefined],
  ["import Made from 'tinypool';", "new Made({})", undefined],
  ["import { Tinypool as Made } from 'tinypool';", "new Made({})", undefined],
  ["import { pool as made } from 'workerpool';", "made()", undefined],
  ["import { Worker as Made } from 'jest-worker';", "new Made('./job.js')", undefined],
  ["import { promise as made } from 'fastq';", "made(work, 5)", 5],
  ["import made from 'fastq';", "made(work, 5)", 5],
  ["import made from 'fastq';", "made.promise(work, 5)", 5],
  ["import { queue as made } from 'async';", "made(work, 5)", 5],
  ["import { queue as made } from 'async';", "made(work)", 1],
  ["import { priorityQueue as made } from 'async';", "made(work, 5)", 5],
  ["import { cargo as made } from 'async';", "made(work)", 1],
  ["import Made from 'promise-queue';", "new Made(5)", 5],
  ["import { bulkhead as made } from 'cockatiel';", "made(5)", 5],
  ["import { RateLimiter as Made } from 'limiter';", "new Made({})", undefined],
  ["import { Retrier as Made } from '@humanwhocodes/retry';", "new Made(isTransient)", undefined],
  ["import { createPool as made } from 'generic-pool';", "made(factory)", undefined],
  ["import { Cluster as Made } from 'puppeteer-cluster';", "Made.launch({})", undefined],
] as const)("%s %s lets %s run", ([statement, creation, capacity]) => {
  const { code, node } = hereIn(`${statement} here(${creation})`);
  const limiter = limiterOf(code, node);
  expect(limiter?.origin).toBe("provenance");
  expect(limiter?.capacity).toBe(capacity);
});

test("the runtime is the package, or a copy of its one file", () => {
  for (const name of [
    "@floodgate/runtime",
    "floodgate",
    "./floodgate.js",
    "./lib/floodgate.mts",
    "@/floodgate",
  ])
    expect(runtimeModule.test(name), name).toBe(true);
  for (const name of [
    "x/@floodgate/runtime",
    "@floodgate/runtime-tools",
    "@floodgate/runtime/redis",
    "./my-floodgate.js",
    "./floodgate.json",
    "floodgate/other",
    "./floodgate.css",
  ])
    expect(runtimeModule.test(name), name).toBe(false);
});
