/** What already limits them? By provenance, settings and type first; by name last of all. */
import { describe, expect, test } from "vitest";
import { decisionIn, gateText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { factoryName, limiterOf } from "./gate.ts";

/** The gate of `Promise.all(items.map(callback))` behind the given lines. */
function gateIn(callback: string, before = "", given?: Given): string {
  return gateText(decisionIn(`${before}\nawait Promise.all(items.map(${callback}));`, given).gate);
}

const pLimit = "import pLimit from 'p-limit'; ";

describe("a limiter keeps its provenance through", () => {
  const table: readonly (readonly [before: string, callback: string, gate: string])[] = [
    ["const limit = pLimit(5);", "(x) => limit(() => save(x))", "limiter limit 5"],
    ["const limit = pLimit(5);", "async (x) => { await limit(() => save(x)); }", "limiter limit 5"],
    ["const limit = pLimit(5);", "async (x) => limit(async () => { await save(x); })", "limiter limit 5"],
    ["const limit = pLimit(5);", "function (x) { return limit(() => save(x)); }", "limiter limit 5"],
    ["const limit = pLimit(5);", "(x) => limit(save, x)", "limiter limit 5"],
    ["const limit = pLimit(5);", "(x) => limit(() => save(x)).then(done)", "limiter limit 5"],
    ["const limit = pLimit(5);", "(x) => limit(() => save(x)).catch(report)", "limiter limit 5"],
    ["const limit = pLimit(5);", "(x) => ok ? limit(() => save(x)) : undefined", "limiter limit 5"],
    ["const limit = pLimit(5);", "(x) => retry(async () => limit(() => save(x)))", "limiter limit 5"],
    ["let limit; limit = pLimit(5);", "(x) => limit(() => save(x))", "limiter limit 5"],
    // Assigned twice, or again: which of the two it is, nobody can tell; only its name is left.
    ["let api; api = pLimit(5); api = pLimit(9);", "(x) => api(() => save(x))", "none"],
    ["let api = first(); api = pLimit(5);", "(x) => api(() => save(x))", "none"],
    ["const limit = given ?? pLimit(5);", "(x) => limit(() => save(x))", "limiter limit 5"],
    ["const api = given || pLimit(5);", "(x) => api(() => save(x))", "limiter api 5"],
    ["const api = given || other;", "(x) => api(() => save(x))", "none"],
    ["const api = isFast ? pLimit(50) : pLimit(5);", "(x) => api(() => save(x))", "none"],
    ["const limit = isFast ? pLimit(50) : pLimit(5);", "(x) => limit(() => save(x))", "limiter limit"],
    ["const api = await pLimit(5);", "(x) => api(() => save(x))", "limiter api 5"],
    ["const api = await promised;", "(x) => api(() => save(x))", "none"],
    ["const limit = await promised;", "(x) => limit(() => save(x))", "limiter limit"],
    ["const a = pLimit(5); const b = a;", "(x) => b(() => save(x))", "limiter b 5"],
    ["const api = other;", "(x) => api(() => save(x))", "none"],
    [
      "const limits = { api: pLimit(5) }; const api = limits.api;",
      "(x) => api(() => save(x))",
      "limiter api 5",
    ],
    ["const n = 5; const limit = pLimit(n);", "(x) => limit(() => save(x))", "limiter limit 5"],
    ["const limit = pLimit(concurrency);", "(x) => limit(() => save(x))", "limiter limit"],
    ["const limits = { api: pLimit(5) };", "(x) => limits.api(() => save(x))", "limiter limits.api 5"],
    ["const limits = { [key]: pLimit(5) };", "(x) => limits[other](() => save(x))", "none"],
    ["const limits = new Limits();", "(x) => limits.api(() => save(x))", "none"],
    ["const limits = new Limits();", "(x) => limits.limit(() => save(x))", "limiter limits.limit"],
    ["const limit = pLimit(5); function one(x) { return limit(() => save(x)); }", "one", "limiter limit 5"],
    [
      "const limit = pLimit(5); function one(x) { return limit(() => save(x)); }",
      "(x) => one(x)",
      "limiter limit 5",
    ],
    [
      "const limit = pLimit(5); const one = (x) => limit(() => save(x));",
      "async (x) => { await one(x); }",
      "limiter limit 5",
    ],
    [
      "const limit = pLimit(5); async function one(x) { return two(x); } async function two(x) { await limit(() => save(x)); }",
      "one",
      "limiter limit 5",
    ],
  ];
  test.for(table)("%s %s → %s", ([before, callback, gate]) => {
    expect(gateIn(callback, pLimit + before)).toBe(gate);
  });

  test("but not through a parameter: who calls may bring another", () => {
    const text =
      "function all(api) { if (isFast) api = pLimit(5); return Promise.all(items.map((x) => api(() => save(x)))); }";
    expect(gateText(decisionIn(pLimit + text).gate)).toBe("none");
  });

  test("class fields, constructors and statics", () => {
    const site = "all() { return Promise.all(items.map((x) => this.limit(() => save(x)))); }";
    const classes = [
      `class A { limit = pLimit(5); ${site} }`,
      `class A { constructor() { this.limit = pLimit(5); } ${site} }`,
      `class A { #limit = pLimit(5); ${site.replace("this.limit", "this.#limit")} }`,
      `class A { static limit = pLimit(5); ${site.replace("this.limit", "A.limit")} }`,
    ];
    for (const text of classes)
      expect(gateText(decisionIn(pLimit + text).gate), text).toMatch(/^limiter (this|A)\.#?limit 5$/);
  });

  test.for([
    ["const pLimit = require('p-limit'); const limit = pLimit(5);"],
    [
      "const require = createRequire(import.meta.url); const pLimit = require('p-limit'); const limit = pLimit(5);",
    ],
    ["const { default: pLimit } = require('p-limit'); const limit = pLimit(5);"],
    ["const { default: pLimit } = await import('p-limit'); const limit = pLimit(5);"],
    ["import * as pl from 'p-limit'; const limit = pl.default(5);"],
    ["import * as pl from 'p-limit'; const limit = pl(5);"],
    ["import pLimit from 'p-limit/index.js'; const limit = pLimit(5);"],
    ["import pLimit = require('p-limit'); const limit = pLimit(5);"],
    ["import make from 'p-limit'; const limit = make(5);"],
    ["import { default as make } from 'p-limit'; const limit = make(5);"],
    // An auto-import: nobody declares it, and everybody means the package.
    ["const limit = pLimit(5);"],
  ] as const)("%s", ([before]) => {
    expect(gateIn("(x) => limit(() => save(x))", before)).toBe("limiter limit 5");
  });

  test("bound methods and wrapped functions", () => {
    const queue = "import PQueue from 'p-queue'; const q = new PQueue({ concurrency: 4 }); ";
    expect(gateIn("add", `${queue}const add = q.add.bind(q);`)).toBe("limiter add");
    expect(
      gateIn("slow", "import { limited } from '@floodgate/runtime'; const slow = limited(8, save);"),
    ).toBe("limiter slow 8");
    expect(gateIn("limited(8, save)", "import { limited } from './floodgate.js';")).toBe("limiter limited 8");
    expect(
      gateIn("limited(8, async (x) => { await save(x); })", "import { limited } from '@floodgate/runtime';"),
    ).toBe("limiter limited 8");
  });
});

test("a limiter that is not to be called like that limits nothing", () => {
  const queue = "import PQueue from 'p-queue'; const q = new PQueue({ concurrency: 4 });";
  expect(gateIn("(x) => q(() => save(x))", queue)).toBe("none");
  expect(gateIn("(x) => q.clear(() => save(x))", queue)).toBe("none");
  expect(gateIn("(x) => makeLimiter(5)(x.id)")).toBe("none");
});

describe("permits: work behind an acquire is limited by it", () => {
  const sema = "import { Sema } from 'async-sema'; const sema = new Sema(4);";
  test.for([
    [
      "async (x) => { await sema.acquire(); try { await save(x); } finally { sema.release(); } }",
      "limiter sema 4",
    ],
    ["async (x) => { const token = await sema.acquire(); await save(x); }", "limiter sema 4"],
    ["async (x) => { log(x); await sema.acquire(); await save(x); }", "limiter sema 4"],
    // What runs before the permit is not limited by it.
    ["async (x) => { await save(x); await sema.acquire(); }", "none"],
    ["async (x) => { sema.tryAcquire(); await save(x); }", "none"],
  ] as const)("%s → %s", ([callback, gate]) => {
    expect(gateIn(callback, sema)).toBe(gate);
  });
});

describe("by name: something called a limiter that is handed a function", () => {
  test.for([
    ["(x) => limit(() => save(x))", "limiter limit"],
    ["(x) => limiter(() => save(x))", "limiter limiter"],
    ["(x) => uploadLimiter.schedule(() => save(x))", "limiter uploadLimiter"],
    ["(x) => queue.add(() => save(x))", "limiter queue"],
    ["(x) => q.add(() => save(x))", "limiter q"],
    ["(x) => this_.taskQueue.push(async () => save(x))", "limiter this_.taskQueue"],
    ["(x) => semaphore.runExclusive(() => save(x))", "limiter semaphore"],
    ["(x) => mutex.runExclusive(() => save(x))", "limiter mutex"],
    ["(x) => workerPool.exec(() => save(x))", "limiter workerPool"],
    ["(x) => throttle(() => save(x))", "limiter throttle"],
    ["(x) => concurrency(() => save(x))", "limiter concurrency"],
    ["async (x) => { await semaphore.acquire(); await save(x); }", "limiter semaphore"],
    ["async (x) => { await lock.take(); await save(x); }", "limiter lock"],
  ] as const)("%s → %s", ([callback, gate]) => {
    expect(gateIn(callback)).toBe(gate);
  });

  test("an element that is handed over by its name may be a function itself", () => {
    expect(gateIn("(task) => queue.add(task)")).toBe("limiter queue");
    expect(gateIn("(task) => limit(task)")).toBe("limiter limit");
    expect(gateIn("(task) => limit(task)", "const task = 5;")).toBe("limiter limit");
    expect(gateIn("() => limit(task)", "const task = 5;")).toBe("none");
  });

  test.for([
    "limit",
    "LIMIT",
    "rateLimit",
    "rate_limit",
    "ratelimiter",
    "uploadLimiter",
    "UploadLimiter",
    "http2Limiter",
    "$queue",
    "_queue",
    "pqueue",
    "QUEUE",
    "JOB_QUEUE",
    "ioSemaphore",
  ])("%s is the name of a limiter", (name) => {
    expect(gateIn(`(x) => ${name}(() => save(x))`)).toBe(`limiter ${name}`);
  });

  test("a project's own class or factory, made in this file", () => {
    expect(gateIn("(x) => gate.run(() => save(x))", "const gate = new ConcurrencyLimiter(4);")).toBe(
      "limiter gate",
    );
    expect(gateIn("(x) => api.run(() => save(x))", "const api = createLimiter(6);")).toBe("limiter api");
    expect(gateIn("(x) => jobs.add(() => save(x))", "const jobs = new TaskQueue();")).toBe("limiter jobs");
    expect(gateIn("(x) => jobs.add(save, x)", "const jobs = new TaskQueue();")).toBe("limiter jobs");
  });

  describe("traps: names that contain a limiter's and are none", () => {
    test.for([
      // C126: a number and a text function.
      ["(x) => limitText(x.body, limit)", "const limit = 100;", "none"],
      ["(x) => truncate(x.body, limit)", "const limit = 100;", "none"],
      ["(x) => limit(x)", "const limit = async (x) => save(x);", "none"],
      ["(x) => limit(() => save(x))", "const limit = 100;", "none"],
      // C127: a repository, a job queue on a server: no function is handed over.
      ["(x) => queue.findByName(x.name)", "", "none"],
      ["(x) => queue.add(x.id)", "", "none"],
      ["(x) => queue.add({ id: x })", "", "none"],
      ["(x) => queue.add('job', x)", "", "none"],
      ["(x) => pool.query('select 1')", "", "none"],
      ["(x) => lock.on(() => save(x))", "", "none"],
      ["(x) => installAll(() => save(x))", "", "none"],
      ["(x) => delimiterOf(() => save(x))", "", "none"],
      ["(x) => unlimited.save(() => x)", "", "none"],
      ["(x) => readPool.query(() => x)", "", "none"],
      ["(x) => pooling.run(() => save(x))", "", "none"],
      ["(x) => block(() => save(x))", "", "none"],
      ["(x) => clock.run(() => save(x))", "", "none"],
      ["(x) => navigate(() => save(x))", "", "none"],
      ["(x) => aggregate.add(() => save(x))", "", "none"],
    ] as const)("%s (%s) → %s", ([callback, before, gate]) => {
      expect(gateIn(callback, before)).toBe(gate);
    });
  });
});

describe("lookalikes: only the name of the function says so", () => {
  test.for([
    ["(x) => fetchLimited(x)", "lookalike fetchLimited"],
    ["(x) => api.getThrottled(x)", "lookalike api.getThrottled"],
    ["(x) => throttledFetch(x)", "lookalike throttledFetch"],
    ["(x) => queuedSave(x)", "lookalike queuedSave"],
    ["(x) => withRateLimit(x.id)", "lookalike withRateLimit"],
    ["(x) => runWithConcurrency(x.id)", "lookalike runWithConcurrency"],
    ["fetchLimited", "lookalike fetchLimited"],
    ["(x) => sem.run(() => save(x))", "limiter sem"],
    ["(x) => uploadSem.use(() => save(x))", "limiter uploadSem"],
    // The Serverless Framework runs two calls of AWS at a time.
    ["(x) => this.provider.request('Lambda', 'getFunction', { x })", "lookalike this.provider"],
    ["(x) => awsProvider.request('S3', 'listObjectsV2', { x })", "lookalike awsProvider"],
    ["(x) => provider.request('https://example.org', { x })", "none"],
    ["(x) => provider.send('Lambda', 'getFunction')", "none"],
    ["(x) => queueSend(x)", "lookalike queueSend"],
    ["(x) => ledger.enqueueSend(x)", "lookalike ledger.enqueueSend"],
    ["(x) => queues.send(x)", "none"],
    ["(x) => unlimitedFetch(x)", "none"],
    ["(x) => fetchUnlimited(x)", "none"],
    ["(x) => limitations(x)", "none"],
  ] as const)("%s → %s", ([callback, gate]) => {
    expect(gateIn(callback)).toBe(gate);
  });

  test("a function of this file is judged by what it does, not by its name", () => {
    expect(gateIn("(x) => fetchLimited(x)", "async function fetchLimited(x) { await fetch(x); }")).toBe(
      "none",
    );
  });
});

describe("settings.limiters", () => {
  const limiters = [
    { from: "./limits", import: "api", kind: "limiter" },
    { from: "./limits", import: "default", kind: "limiter" },
    { from: "my-limits", import: "make", kind: "factory" },
  ] as const;
  const given: Given = { policy: { limiters } };
  test.for([
    ["import { api } from './limits';", "(x) => api(() => save(x))", "limiter api"],
    ["import { api } from './limits';", "(x) => api.run(() => save(x))", "limiter api"],
    ["import { api } from './limits';", "(x) => api(x)", "limiter api"],
    ["import { api } from './limits';", "(x) => api.run(x.id)", "limiter api"],
    ["import { api as gate } from './limits';", "(x) => gate(() => save(x))", "limiter gate"],
    ["import any from './limits';", "(x) => any(() => save(x))", "limiter any"],
    ["import { make } from 'my-limits'; const mine = make(3);", "(x) => mine(() => save(x))", "limiter mine"],
    [
      "import { make } from 'my-limits'; const mine = make(3);",
      "(x) => mine.run(() => save(x))",
      "limiter mine",
    ],
    ["import { other } from './limits';", "(x) => other(() => save(x))", "none"],
    ["import { api } from './others';", "(x) => api(() => save(x))", "none"],
  ] as const)("%s %s → %s", ([before, callback, gate]) => {
    expect(gateIn(callback, before, given)).toBe(gate);
  });

  test("count in a file where no name tells of a limiter", () => {
    const text = 'import { api } from "./calls"; await Promise.all(items.map((x) => api(() => save(x))));';
    const policy = { limiters: [{ from: "./calls", import: "api", kind: "limiter" }] } as const;
    expect(gateText(decisionIn(text, { policy }).gate)).toBe("limiter api");
    expect(gateText(decisionIn(text).gate)).toBe("none");
  });
});

describe("limiterOf", () => {
  const limiterIn = (text: string, given?: Given) => {
    const { code, node } = hereIn(text, given);
    return limiterOf(code, node);
  };

  test.for([
    ["import pLimit from 'p-limit'; const l = pLimit(5); here(l)", "provenance"],
    ["import { Piscina } from 'piscina'; function f(threads: Piscina) { here(threads) }", "type"],
    [
      "import type Workers from 'piscina'; class A { constructor(private threads: Workers) { here(this.threads) } }",
      "type",
    ],
    ["import { Piscina } from './pools'; function f(threads: Piscina) { here(threads) }", undefined],
    ["here(taskQueue)", "name"],
    ["const taskQueue = []; here(taskQueue)", undefined],
    ["const limit = 100; here(limit)", undefined],
    ["const limit = 'all'; here(limit)", undefined],
    ["function limit() {} here(limit)", "name"],
    ["here(items)", undefined],
    ["here(items[0])", undefined],
    ["here(new Map())", undefined],
    ["const jobs = new Map(); here(jobs)", undefined],
    ["const queue = new Map(); here(queue)", "name"],
    ["const queue = await jobs; here(queue)", "name"],
    ["const queue = await makeQueue(); here(queue)", "name"],
    ["const queue = await make(); here(queue)", undefined],
    // A wrapped function is no limiter: it takes no tasks.
    ["import { limited } from '@floodgate/runtime'; here(limited(8, save))", undefined],
    // Where a library's namespace is called, its default is meant, and no other export.
    ["import * as lib from 'p-limit'; here(lib(5))", "provenance"],
    ["import * as lib from 'async-sema'; here(lib(5))", undefined],
    ["import lib from 'async-sema'; here(lib(5))", undefined],
    ["import { lib } from 'p-limit'; here(lib(5))", undefined],
    ["import lib from 'p-limit/dist'; here(lib(5))", "provenance"],
    ["import lib from 'p-limits'; here(lib(5))", undefined],
    ["import lib from 'not-p-limit'; here(lib(5))", undefined],
    ["import { Semaphore as Lib } from 'es-toolkit/promise'; here(new Lib(5))", "provenance"],
    ["import { Semaphore as Lib } from 'my-es-toolkit'; here(new Lib(5))", undefined],
  ] as const)("%s → %s", ([text, origin]) => {
    expect(limiterIn(text)?.origin).toBe(origin);
  });

  test.for([
    ["const limit = pLimit(5); here(limit)", "limit"],
    ["const a = pLimit(5); const b = a; here(b)", "b"],
    ["const a = given ?? pLimit(5); here(a)", "a"],
    ["here(this.api.queue)", "this.api.queue"],
    ["here(load().queue)", "queue"],
    ["here(pLimit(5))", "limiter"],
  ] as const)("%s is called %s", ([text, name]) => {
    expect(limiterIn(text)?.name).toBe(name);
  });

  test("where it is made, in this file", () => {
    const madeIn = (text: string) => limiterIn(text)?.creation?.type;
    expect(madeIn("const limit = pLimit(5); here(limit)")).toBe("CallExpression");
    expect(madeIn("const jobs = new TaskQueue(); here(jobs)")).toBe("NewExpression");
    expect(madeIn("here(queue)")).toBeUndefined();
  });

  describe("in another file", () => {
    const neighbours = {
      "limits.ts": `import pLimit from "p-limit";
        export const api = pLimit(5); export const plain = 5; export const jobs = [];
        export default pLimit(9); export class Api { static gate = pLimit(3); }`,
      "barrel.ts": 'export { api } from "./limits";',
      "star.ts": 'export * from "./limits";',
      // No name tells of a limiter, and it hands on the file of one.
      "index.ts": 'export { load } from "./load"; export { api } from "./calls";',
      "calls.ts": 'import make from "p-limit"; export const api = make(5);',
    };
    test.for([
      ['import { api } from "./limits"; here(api)', "api", 5],
      ['import { api as mine } from "./limits"; here(mine)', "mine", 5],
      ['import mine from "./limits"; here(mine)', "mine", 9],
      ['import { api } from "./barrel"; here(api)', "api", 5],
      ['import { api } from "./star"; here(api)', "api", 5],
      ['import { api } from "./index"; here(api)', "api", 5],
      ['import { plain } from "./limits"; here(plain)', undefined, undefined],
      // Whatever its name is there, here it is called a queue.
      ['import { jobs as queue } from "./limits"; here(queue)', "queue", undefined],
      ['import { api } from "./unknown"; here(api)', undefined, undefined],
    ] as const)("%s → %s %s", ([text, name, capacity]) => {
      const limiter = limiterIn(text, { neighbours });
      expect([limiter?.name, limiter?.capacity]).toEqual([name, capacity]);
      expect(limiter?.creation).toBeUndefined();
    });
  });
});

describe("a function or class that makes a limiter, by its name", () => {
  test.for([
    "limit",
    "createLimit",
    "createLimiter",
    "RateLimiter",
    "Semaphore",
    "AsyncSema",
    "Mutex",
    "throttle",
    "Throttler",
    "TaskQueue",
    "workerpool",
    "WorkerPool",
    "thread_pool",
    "taskPool",
    "promisePool",
    "ProcessPool",
    "Bottleneck",
    "Bulkhead",
    "Lock",
    "AsyncLock",
  ])("%s", (name) => {
    expect(factoryName.test(name)).toBe(true);
  });

  test.for([
    "limits",
    "limited",
    "semaphoreOf",
    "semantic",
    "mutexes",
    "throttled",
    "queued",
    "queueItem",
    "connectionPool",
    "pool",
    "workerpools",
    "bottlenecks",
    "bulkheads",
    "block",
    "clock",
    "locked",
    "asyncLocks",
  ])("but not %s", (name) => {
    expect(factoryName.test(name)).toBe(false);
  });
});

describe("the capacity of a limiter", () => {
  test.for([
    ["pLimit(5)", 5],
    ["pLimit(Infinity)", Infinity],
    ["pLimit(n)", undefined],
    ["pLimit(concurrency)", undefined],
    ["pLimit()", undefined],
    ["pLimit(...args)", undefined],
    ["pLimit({ concurrency: 5 })", 5],
    ["pLimit({ concurrency })", undefined],
    ["pLimit({ rejectOnClear: true })", undefined],
    ["new PQueue({ concurrency: 4 })", 4],
    ["new PQueue({ concurrency: n })", undefined],
    ["new PQueue({ concurrency() {} })", undefined],
    ["new PQueue({ get concurrency() { return 4; } })", undefined],
    ["new PQueue({ interval: 4, concurrency: 2 })", 2],
    ["new PQueue({ interval: 4 })", Infinity],
    ["new PQueue({ ...options })", undefined],
    ["new PQueue({ ...options, interval: 4 })", undefined],
    ["new PQueue({ ...options, concurrency: 2 })", 2],
    ["new PQueue(options)", undefined],
    ["new PQueue(...args)", undefined],
    ["new PQueue()", Infinity],
    ["new Mutex()", 1],
    ["new Mutex(5)", 1],
  ] as const)("%s: %s", ([creation, capacity]) => {
    const { code, node } = hereIn(`import { Mutex } from "async-mutex"; here(${creation})`);
    const limiter = limiterOf(code, node);
    expect(limiter?.origin).toBe("provenance");
    expect(limiter?.capacity).toBe(capacity);
  });
});
