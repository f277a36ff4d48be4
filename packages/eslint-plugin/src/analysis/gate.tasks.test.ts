/** What a call hands to a limiter, and what is too little to call it one. */
import { describe, expect, test } from "vitest";
import { hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { textOf } from "./code.ts";
import {
  acquiredLimiter,
  gatedCall,
  gateFor,
  hasOption,
  limiterCalls,
  lookalikeGate,
  mentionsLimiters,
} from "./gate.ts";

const imports =
  "import pLimit from 'p-limit'; import PQueue from 'p-queue'; import { Sema } from 'async-sema'; import { Worker } from 'jest-worker'; " +
  "const limit = pLimit(5); const q = new PQueue({ concurrency: 4 }); const sema = new Sema(3); const farm = new Worker('./job.js'); ";

/** `<limiter>(<task>)`, with `-` for no task, or `nothing`. */
function handedIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  const gated = gatedCall(code, node);
  if (gated === undefined) return "nothing";
  return `${gated.limiter.name}(${gated.task ? textOf(code, gated.task) : "-"})`;
}

type Table = readonly (readonly [text: string, handed: string])[];

describe("to a limiter of a library", () => {
  const table: Table = [
    ["here(limit(() => save(x)))", "limit(() => save(x))"],
    ["here(limit(save, x))", "limit(save)"],
    ["here(limit(x, () => save(x)))", "limit(() => save(x))"],
    ["here(limit(save(x)))", "limit(-)"],
    ["here(limit(api.save))", "limit(-)"],
    ["here(limit())", "limit(-)"],
    ["here(limit(...args))", "limit(-)"],
    ["here(pLimit(5)(() => save(x)))", "limiter(() => save(x))"],
    ["here(limit.map(items, save))", "limit(items)"],
    ["here(limit.clearQueue(() => save(x)))", "nothing"],
    ["here(q.add(() => save(x)))", "q(() => save(x))"],
    ["here(q.add(x))", "q(x)"],
    ["here(q.clear(() => save(x)))", "nothing"],
    ["here(q(() => save(x)))", "nothing"],
    ["here(sema(() => save(x)))", "nothing"],
    ["here(sema.acquire(() => save(x)))", "nothing"],
    ["here(farm.transform(x))", "farm(x)"],
    ["here(limit)", "nothing"],
  ];
  test.for(table)("%s → %s", ([text, handed]) => {
    expect(handedIn(imports + text)).toBe(handed);
  });
});

describe("to what is called like one", () => {
  const table: Table = [
    ["here(limit(() => save(x)))", "limit(() => save(x))"],
    ["here(limiter(save, x))", "limiter(save)"],
    ["here(limitUploads(save, x))", "nothing"],
    ["here(uploadLimit(save))", "uploadLimit(save)"],
    ["here(uploadLimit(save, x))", "nothing"],
    ["here(rate_limit(save, x))", "nothing"],
    ["here(limit_queue(save, x))", "nothing"],
    ["here(uploadLimit(() => save(x), options))", "uploadLimit(() => save(x))"],
    ["here(uploadLimit(5))", "nothing"],
    ["here(this.limit(() => save(x)))", "this.limit(() => save(x))"],
    ["here(this.limit(save))", "nothing"],
    ["here(query.limit(5))", "nothing"],
    ["here(queue.add(() => save(x)))", "queue(() => save(x))"],
    ["here(queue.add(x.id))", "nothing"],
    ["here(queue.add(save))", "queue(save)"],
    ["here(queue.add(save.bind(api)))", "queue(save.bind(api))"],
    ["here(queue.add(bind(api)))", "nothing"],
    ["here(queue.on('idle', () => save(x)))", "nothing"],
    ["here(items.add(() => save(x)))", "nothing"],
    // A class of the file's own: whatever is added is a task.
    ["const jobs = new TaskQueue(); here(jobs.add(x.id))", "jobs(-)"],
    ["const jobs = new TaskQueue(); here(jobs.on(() => save(x)))", "nothing"],
    // Made on the spot, it may be anything.
    ["here(createLimiter(5)(() => save(x)))", "nothing"],
    // A function of another module that is called a limiter, as a member: `rx.throttle(() => ...)`.
    ["import * as rx from 'rx'; here(rx.throttle(() => save(x)))", "nothing"],
  ];
  test.for(table)("%s → %s", ([text, handed]) => {
    expect(handedIn(text)).toBe(handed);
  });
});

describe("what may be a task, by its name", () => {
  const table: Table = [
    ["function one() {} here(queue.add(one))", "queue(one)"],
    ["const one = () => save(); here(queue.add(one))", "queue(one)"],
    ["const one = { id: 1 }; here(queue.add(one))", "nothing"],
    ["import { one } from './one'; here(queue.add(one))", "queue(one)"],
    ["function add(one) { here(queue.add(one)); }", "queue(one)"],
    ["for (const one of jobs) here(queue.add(one));", "queue(one)"],
    ["const { one } = jobs; here(queue.add(one))", "queue(one)"],
    ["class One {} here(queue.add(One))", "nothing"],
    ["here(queue.add(one as Task))", "queue(one)"],
    ["here(queue.add(5, () => save(x)))", "queue(() => save(x))"],
  ];
  test.for(table)("%s → %s", ([text, handed]) => {
    expect(handedIn(text)).toBe(handed);
  });

  test("what was passed is told, also where it is no task", () => {
    const passedIn = (text: string) => {
      const { code, node } = hereIn(imports + text);
      const passed = gatedCall(code, node)?.passed;
      return passed && textOf(code, passed);
    };
    expect(passedIn("here(limit(save(x)))")).toBe("save(x)");
    expect(passedIn("here(q.add(save(x)))")).toBe("save(x)");
    expect(passedIn("here(limit(...args))")).toBeUndefined();
    expect(passedIn("here(limit())")).toBeUndefined();
  });
});

test("how we know is told", () => {
  const originIn = (text: string, given?: Given) => {
    const { code, node } = hereIn(text, given);
    return gatedCall(code, node)?.limiter.origin;
  };
  const limiters = [
    { from: "./limits", import: "api", kind: "limiter" },
    { from: "./limits", import: "make", kind: "factory" },
  ] as const;
  const declaredTypes = () => [{ name: "PQueue", module: "p-queue" }];
  expect(originIn("import pLimit from 'p-limit'; here(pLimit(5)(() => save()))")).toBe("provenance");
  expect(originIn("import { api } from './limits'; here(api(save))", { policy: { limiters } })).toBe(
    "setting",
  );
  const made = "import { make } from './limits'; const mine = make(5); here(mine(save))";
  expect(originIn(made, { policy: { limiters } })).toBe("setting");
  expect(originIn("here(jobs.add(() => save()))", { facts: { declaredTypes } })).toBe("type");
  expect(originIn("here(queue.add(() => save()))")).toBe("name");
});

describe("the permit that is waited for", () => {
  test.for([
    ["here(sema.acquire())", "sema"],
    ["here(sema.v())", "sema"],
    ["here(sema.tryAcquire())", undefined],
    ["here(limit.acquire())", undefined],
    ["here(semaphore.acquire())", "semaphore"],
    ["here(mutex.lock())", "mutex"],
    ["here(semaphore.wait())", "semaphore"],
    ["here(semaphore.release())", undefined],
    ["here(semaphore.acquire(() => save(x)))", undefined],
    ["here(semaphore.acquire(2))", "semaphore"],
    ["here(items.acquire())", undefined],
    ["here(acquire())", undefined],
  ] as const)("%s → %s", ([text, name]) => {
    const { code, node } = hereIn(imports + text);
    expect(acquiredLimiter(code, node)?.name).toBe(name);
  });
});

describe("lookalikes", () => {
  const lookalikeIn = (text: string) => {
    const { code, node } = hereIn(text);
    return lookalikeGate(code, node);
  };
  test.for([
    ["here(fetchLimited)", "fetchLimited"],
    ["here(api.fetchLimited)", "api.fetchLimited"],
    ["here(load().fetchLimited)", "fetchLimited"],
    ["here(worker.run)", "worker"],
    ["here(this.worker.run)", "worker"],
    ["here(this.#worker.run)", "worker"],
    ["here(uploadWorker.run)", "uploadWorker"],
    ["here(workers.run)", "workers"],
    ["here(workerPool.run)", "workerPool"],
    ["here(workerFarm.run)", "workerFarm"],
    ["here(getWorker().run)", "getWorker"],
    ["here(worker)", undefined],
    ["here(worker.id.run)", undefined],
    ["here(workerService.run)", undefined],
    ["here(fetch)", undefined],
    ["here(load()())", undefined],
  ] as const)("%s → %s", ([text, name]) => {
    const gate = lookalikeIn(text);
    expect(gate?.kind === "lookalike" ? gate.name : undefined).toBe(name);
  });

  test("stand where the function is called", () => {
    expect(lookalikeIn("here(worker.run)")?.kind).toBe("lookalike");
    expect(lookalikeIn("here(worker.run)")).toMatchObject({ span: { start: 5, end: 15 } });
    expect(lookalikeIn("here(fetchLimited)")).toMatchObject({ span: { start: 5, end: 17 } });
  });
});

describe("the calls that may make a limiter, or hand it a task", () => {
  const callsIn = (text: string, given?: Given) => {
    const { code } = hereIn(`${text}; here(0)`, given);
    return limiterCalls(code).map((call) => textOf(code, call));
  };

  test("by their names, where the file makes none", () => {
    expect(
      callsIn("load(x); gate(x); items.add(x); sem.add(x); sem.on(x); api.gate(x); new Gate(x)"),
    ).toEqual(["gate(x)", "sem.add(x)", "api.gate(x)"]);
  });

  test("what is called on the spot has no name, and may be one", () => {
    expect(callsIn("(0, load)(x)")).toEqual(["(0, load)(x)"]);
  });

  test("all of them where it makes one, or names a library: it may go by any name", () => {
    expect(callsIn("const a = createLimiter(5); a(x)")).toEqual(["createLimiter(5)", "a(x)", "here(0)"]);
    expect(callsIn("import a from 'p-limit'; a(x)")).toEqual(["a(x)", "here(0)"]);
    const limiters = [{ from: "./limits", import: "api", kind: "limiter" }] as const;
    expect(callsIn("a(x)", { policy: { limiters } })).toEqual(["a(x)", "here(0)"]);
    expect(callsIn("const a = new lib.Semaphore(5); a(x)")).toEqual([
      "new lib.Semaphore(5)",
      "a(x)",
      "here(0)",
    ]);
    // `limit(5)` makes one; `query.limit(5)` does not.
    expect(callsIn("query.limit(5); limit(5); a(x)")).toContain("a(x)");
    expect(callsIn("limit(5); a(x)")).toEqual(["limit(5)", "a(x)", "here(0)"]);
    expect(callsIn("query.limit(5); a(x)")).toEqual(["query.limit(5)"]);
  });

  test("with types, any object that is handed a function", () => {
    const text = "jobs.add(() => save(x), options); jobs.add(x)";
    expect(callsIn(text)).toEqual([]);
    expect(callsIn(text, { facts: {} })).toEqual(["jobs.add(() => save(x), options)"]);
  });
});

describe("a file that mentions no limiter", () => {
  const mentionsIn = (text: string, given?: Given) =>
    mentionsLimiters(hereIn(`${text}; here(0)`, given).code);

  test.for([
    ["limit(x)", true],
    ["RateLimiter(x)", true],
    ["throttled(x)", true],
    ["QUEUE.add(x)", true],
    ["mutex.run(x)", true],
    ["import async from 'async'", true],
    ['import async from "async"', true],
    ["q.add(x)", true],
    ["bn.schedule(x)", true],
    ["seq.add(x)", false],
    ["unlocked(x)", false],
    ["async () => {}", false],
    ["save(x)", false],
  ] as const)("%s: %s", ([text, mentions]) => {
    expect(mentionsIn(text)).toBe(mentions);
  });

  test("may hold one all the same, with types or settings", () => {
    const limiters = [{ from: "./calls", import: "api", kind: "limiter" }] as const;
    expect(mentionsIn("save(x)", { policy: { limiters } })).toBe(true);
    expect(mentionsIn("save(x)", { facts: {} })).toBe(true);
  });
});

test("an option is one that the source shows by its name", () => {
  const has = (options: string) => {
    const { node } = hereIn(`here(${options})`);
    return node.type === "ObjectExpression" && hasOption(node, "concurrency");
  };
  expect(has("{ concurrency: 5 }")).toBe(true);
  expect(has("{ concurrency }")).toBe(true);
  expect(has("{ ...rest, concurrency: 5 }")).toBe(true);
  expect(has("{ ...rest }")).toBe(false);
  expect(has("{ 'concurrency': 5 }")).toBe(true);
  expect(has("{ ['interval']: 5 }")).toBe(false);
  // It may be.
  expect(has("{ [key]: 5 }")).toBe(true);
  expect(has("{ interval: 5 }")).toBe(false);
});

test("a capacity that JSON cannot say is the largest number it can", () => {
  const { node } = hereIn("here(limit)");
  const gate = { kind: "limiter", name: "limit", span: { start: 5, end: 10 } };
  expect(gateFor(Infinity, "limit", node)).toEqual({ ...gate, capacity: Number.MAX_SAFE_INTEGER });
  expect(gateFor(5, "limit", node)).toEqual({ ...gate, capacity: 5 });
  expect(gateFor(undefined, "limit", node)).toStrictEqual(gate);
});
