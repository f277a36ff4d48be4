/** Pools written by hand: workers that share a source, and tasks that wait for a free slot. */
import { describe, expect, test } from "vitest";
import { decisionIn, gateText, hereIn } from "../../test/analyse-text.ts";
import { isCapacityTest, isWorker, ownPool } from "./pools.ts";
import { functionOf } from "./members.ts";

type Table = readonly string[];

describe("a worker takes its jobs from what it shares with the others:", () => {
  const isWorkerIn = (text: string) => {
    const { code, node } = hereIn(text);
    return isWorker(code, node);
  };
  const worker = (loop: string) => `const queue = load(); let next = 0; here(async () => { ${loop} });`;

  const workers: Table = [
    worker("while (queue.length > 0) await save(queue.shift());"),
    worker("while (queue.length > 0) await save(queue.pop());"),
    worker("for (let job = queue.shift(); job; job = queue.shift()) await save(job);"),
    worker("let job; do { job = queue.dequeue(); await save(job); } while (job);"),
    worker("while (true) { const batch = queue.splice(0, 10); await save(batch); }"),
    worker("for (;;) { const job = await queue.poll(); if (!job) return; await save(job); }"),
    worker("let step; while (!(step = queue.next()).done) await save(step.value);"),
    worker("while (jobs().length > 0) await save(jobs().pop());"),
    worker("while (next < items.length) await save(items[next++]);"),
    worker("while (next < items.length) { const i = next; next += 1; await save(items[i]); }"),
    worker("while (undeclared < items.length) await save(items[undeclared++]);"),
    worker("while (shared.next < items.length) await save(items[shared.next++]);"),
    // In a loop within a block, and behind a condition.
    worker("try { while (queue.length > 0) { if (ok) await save(queue.shift()); } } catch {}"),
    "class Pool { jobs = []; all() { here(async () => { while (this.jobs.length > 0) await this.jobs.shift()(); }); } }",
    // An iterator is shared; each `for` takes what the others have not.
    "const it = items.values(); here(async () => { for (const x of it) await save(x); });",
    "const it = items.entries(); here(async () => { for (const [, x] of it) await save(x); });",
    "const it = items.keys(); here(async () => { for (const x of it) await save(x); });",
    "const it = items[Symbol.iterator](); here(async () => { for (const x of it) await save(x); });",
    // By its name, and called once.
    "const queue = load(); async function run() { while (queue.length) await save(queue.shift()); } here(run);",
    "const queue = load(); async function run() { while (queue.length) await save(queue.shift()); } here(() => run());",
    "const queue = load(); async function run() { while (queue.length) await save(queue.shift()); } here(async () => { return run(); });",
  ];
  test.for(workers)("%s", (text) => {
    expect(isWorkerIn(text)).toBe(true);
  });

  const others: Table = [
    // Its own list, its own counter: nothing is shared.
    "here(async () => { const own = load(); while (own.length > 0) await save(own.shift()); });",
    "here(async (own) => { while (own.length > 0) await save(own.shift()); });",
    "here(async () => { for (let i = 0; i < 10; i++) await save(i); });",
    "here(async () => { let i = 0; while (i < 10) { i += 1; await save(i); } });",
    // An array, that each would walk in full.
    worker("for (const x of queue) await save(x);"),
    worker("for (const x of queue.slice()) await save(x);"),
    worker("for (const x of values()) await save(x);"),
    // Each has an iterator of its own.
    worker("for (const x of items.values()) await save(x);"),
    "here(async (own) => { for (const x of own.values()) await save(x); });",
    "const it = items.keys(); here(async () => { for (const key in it) await save(key); });",
    "const it = items[Symbol.species](); here(async () => { for (const x of it) await save(x); });",
    // Taken once, not until there is none.
    worker("await save(queue.shift());"),
    worker("await save(items[next++]);"),
    // Looked at, not taken.
    worker("while (queue.length > 0) await save(queue.at(0));"),
    worker("while (next < items.length) { next -= 1; await save(next); }"),
    worker("while (next < items.length) { next = items.length; await save(next); }"),
    // Taken by somebody else's function.
    worker("while (open) { on(() => queue.shift()); await save(); }"),
    "here(run);",
    "here(() => run());",
    "here(() => loaded);",
    "const again = async () => again(); here(again);",
    "const a = async () => b(); const b = async () => a(); here(a);",
    // A list that is made there and then.
    worker("while (open) await save([1, 2].pop());"),
  ];
  test.for(others)("but not %s", (text) => {
    expect(isWorkerIn(text)).toBe(false);
  });
});

describe("a task that waits for a free slot before it starts is in a pool:", () => {
  const poolOf = (text: string) => {
    const { code, node } = hereIn(text);
    const fn = functionOf(code, node);
    return fn && ownPool(code, fn);
  };

  const pools: Table = [
    "here(async (x) => { while (active >= 5) await turn(); active++; await save(x); });",
    "here(async (x) => { if (active >= 5) { await turn(); } active++; await save(x); });",
    "here(async (x) => { while (this.activeCount >= 5) await turn(); await save(x); });",
    "here(async (x) => { const running = queue.running; if (running >= 5) await turn(); await save(x); });",
    "here(async (x) => { if (active >= 5) { log(); if (!closed) await turn(); } await save(x); });",
    "here(async (x) => { try { while (running.size >= max) await Promise.race(running); await save(x); } finally {} });",
  ];
  test.for(pools)("%s", (text) => {
    expect(poolOf(text)?.kind).toBe("pool");
  });

  test("it stands where the task waits", () => {
    const text = "here(async (x) => { log(); while (active >= 5) await turn(); await save(x); });";
    const start = text.indexOf("while");
    expect(poolOf(text)).toEqual({ kind: "pool", span: { start, end: text.indexOf(" await save") } });
  });

  const others: Table = [
    "here(async (x) => { await save(x); });",
    // Nothing waits.
    "here(async (x) => { if (active >= 5) return; await save(x); });",
    "here(async (x) => { while (active >= 5) active--; await save(x); });",
    // The wait is the other branch's, or a function's that runs later.
    "here(async (x) => { if (active >= 5) log(); else await turn(); await save(x); });",
    "here(async (x) => { if (active >= 5) on(async () => { await turn(); }); await save(x); });",
    // No test of a capacity.
    "here(async (x) => { while (!ready) await turn(); await save(x); });",
    "here(async (x) => { if (x.size >= 5) await turn(); await save(x); });",
    // What each task has for itself counts nothing, nor do words that only sound like it.
    "here(async (x) => { if (x.retryCount >= 3) await notify(x); await save(x); });",
    "here(async (x) => { const count = x.parts.length; if (count >= 3) await notify(x); await save(x); });",
    "here(async (x) => { if (discount > 10) await notify(x); await save(x); });",
    "here(async (x) => { if (state.accountType === 2) await notify(x); await save(x); });",
    // Neither `while` nor `if`.
    "here(async (x) => { const y = active >= 5 ? await turn() : x; await save(y); });",
  ];
  test.for(others)("but not %s", (text) => {
    expect(poolOf(text)).toBeUndefined();
  });

  test("a fan-out of such tasks is silent", () => {
    const task = "async (x) => { while (active >= 5) await turn(); active++; await save(x); active--; }";
    const { gate, verdict } = decisionIn(`let active = 0; await Promise.all(items.map(${task}));`);
    expect(gateText(gate)).toBe("pool");
    expect(verdict.kind).toBe("silent");
  });
});

describe("a test of a capacity compares what runs with a limit:", () => {
  const isTestIn = (text: string) => {
    const { code, node } = hereIn(text);
    return isCapacityTest(code, node, node);
  };

  const tests: Table = [
    "here(active >= 5)",
    "here(active > 5)",
    "here(active === 5)",
    "here(active == 5)",
    "here(active < 5)",
    "here(active <= 5)",
    "here(5 <= active)",
    "here(this.active >= this.maxActive)",
    "here(active >= concurrency)",
    "here(running.length >= 8)",
    "here(running.size >= 8)",
    "here(this.#pending.size >= 8)",
    "here(inFlight >= 8)",
    "here(in_flight.size >= 8)",
    "here(executing.size >= limit)",
    "here(ongoing >= limit)",
    "here(busy >= limit)",
    "here(current >= limit)",
    "here(openCount >= limit)",
    "here(ready && active >= 5)",
    "here(active >= 5 || !ready)",
  ];
  test.for(tests)("%s", (text) => {
    expect(isTestIn(text)).toBe(true);
  });

  const others: Table = [
    "here(active)",
    "here(isActive(5))",
    "here(active !== 5)",
    "here(active + 5)",
    "here(active >= other)",
    "here(active > 0)",
    "here(running.size === 0)",
    "here(active >= -1)",
    "here(users.length >= 5)",
    "here(retries >= 5)",
    "here(load() >= 5)",
    "here(running.width >= 5)",
    "here(ready && done)",
  ];
  test.for(others)("but not %s", (text) => {
    expect(isTestIn(text)).toBe(false);
  });
});
