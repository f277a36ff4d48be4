/** Which starts does an expression full of promises hold? Arrays, maps, pushes, helpers, generators. */
import { describe, expect, test } from "vitest";
import { boundText, decisionIn, effectText, gateText, hereIn } from "../../test/analyse-text.ts";
import { fansOf } from "./fans.ts";

/** `shape bound effect`, with the gate where there is one, for each start the argument of `here(...)` holds. */
function fansIn(text: string): readonly string[] {
  const { code, node } = hereIn(text);
  return fansOf(code, node).map(({ shape, bound, task: { effect, gate } }) =>
    [shape, boundText(bound), effectText(effect), ...(gate.kind === "none" ? [] : [gateText(gate)])].join(
      ", ",
    ),
  );
}

type Table = readonly (readonly [text: string, ...fans: string[]])[];
const holds = ([text, ...fans]: readonly [string, ...string[]]) => {
  expect(fansIn(text)).toEqual(fans);
};

describe("maps", () => {
  const table: Table = [
    ["here(items.map((x) => save(x)))", "map, unbounded, starts save"],
    ["here(items.map(save))", "map, unbounded, starts save"],
    ["here([a, b].map(save))", "map, 2, starts save"],
    ["here(items.flatMap((x) => save(x)))", "flatMap, unbounded, starts save"],
    ["here(Array.from(items, save))", "from, unbounded, starts save"],
    ["here(Array.from({ length: 3 }, save))", "from, <= 3, starts save"],
    ["import _ from 'lodash'; here(_.map(items, save))", "function-map, unbounded, starts save"],
    ["import { map } from 'lodash'; here(map(items, save))", "function-map, unbounded, starts save"],
    ["import { map } from 'ramda'; here(map((x) => save(x), items))", "function-map, unbounded, starts save"],
    ["import { times } from 'lodash'; here(times(n, save))", "function-map, unbounded, starts save"],
    ["import { times } from 'lodash'; here(times(4, save))", "function-map, <= 4 window, starts save"],
    // Another library's `map` has its own rules.
    ["import Promise_ from 'bluebird'; here(Promise_.map(items, save))"],
    ["import * as store from './store'; here(store.map(save))"],
    ["import pLimit from 'p-limit'; const limit = pLimit(2); here(limit.map(items, save))"],
    ["here(items.map((x) => save(x)).filter(Boolean))", "map, unbounded, starts save"],
    ["here(items.map((x) => save(x)).reverse().slice(0, 5))", "map, unbounded, starts save"],
    ["here([...items.map((x) => save(x))])", "map, unbounded, starts save"],
    ["here(new Set(items.map((x) => save(x))))", "map, unbounded, starts save"],
    ["here(Array.from(items.map((x) => save(x))))", "map, unbounded, starts save"],
    ["here(ok ? items.map(save) : [])", "map, unbounded, starts save"],
    ["here(ok && items.map(save))", "map, unbounded, starts save"],
    ["here(given ?? items.map(save))", "map, unbounded, starts save"],
    [
      "here(items.map(save).concat(others.map(load)))",
      "map, unbounded, starts save",
      "map, unbounded, starts load",
    ],
    ["here(items.map((x) => x.id))", "map, unbounded, join"],
    // A map over promises that only chains on them: the starts are the first map's.
    ["here(items.map(save).map((p) => p.catch(ignore)))", "map, unbounded, starts save"],
    ["here(items.map(save).map(async (p) => await p))", "map, unbounded, starts save"],
  ];
  test.for(table)("%s", holds);
});

describe("maps inside maps multiply", () => {
  const table: Table = [
    ["here(teams.flatMap((t) => t.members.map((m) => save(m))))", "map, unbounded, starts save"],
    ["here([a, b].flatMap((t) => [1, 2, 3].map((m) => save(m))))", "map, 6, starts save"],
    ["here(items.flatMap((x) => [save(x), load(x)]))", "listed, unbounded, starts save"],
    ["here([a, b].flatMap((x) => [save(x), load(x)]))", "listed, 4, starts save"],
    ["here(teams.map((t) => t.members.map((m) => save(m))).flat())", "map, unbounded, starts save"],
  ];
  test.for(table)("%s", holds);
});

describe("lists", () => {
  const table: Table = [
    ["here([save(1), load(2)])", "listed, 2, starts save"],
    ["here([save(1), ...items.map(load)])", "listed, 1, starts save", "map, unbounded, starts load"],
    ["here([])"],
    ["here([a, b])", "listed, 2, join"],
    ["here(Array.of(save(1), save(2)))", "listed, 2, starts save"],
    ["here(Object.values({ a: 1 }))"],
  ];
  test.for(table)("%s", holds);
});

const grown = (body: string) => `const tasks = []; ${body} here(tasks);`;

describe("collected in a loop", () => {
  const table: Table = [
    [grown("for (const x of items) tasks.push(save(x));"), "push, unbounded, starts save"],
    [grown("for (const x of [a, b]) tasks.push(save(x));"), "push, 2, starts save"],
    [grown("for (let i = 0; i < 3; i++) tasks.push(save(i));"), "push, <= 3, starts save"],
    [grown("for (let i = 0; i < n; i++) tasks.push(save(i));"), "push, unbounded, starts save"],
    [grown("while (more()) tasks.push(save(x));"), "push, unbounded, starts save"],
    [grown("do { tasks.push(save(x)); } while (more());"), "push, unbounded, starts save"],
    [grown("for (const k in table) tasks.push(save(k));"), "push, unbounded, starts save"],
    [grown("for await (const x of stream) tasks.push(save(x));"), "push, unbounded, starts save"],
    [grown("items.forEach((x) => { tasks.push(save(x)); });"), "push, unbounded, starts save"],
    [grown("items.forEach((x) => tasks.push(save(x)));"), "push, unbounded, starts save"],
    [grown("for (const [i, x] of items.entries()) tasks[i] = save(x);"), "push, unbounded, starts save"],
    [grown("for (const x of items) tasks.unshift(save(x));"), "push, unbounded, starts save"],
    [
      grown("for (const x of items) { tasks.push(save(x), load(x)); }"),
      "push, unbounded, starts save",
      "push, unbounded, starts load",
    ],
    [grown("for (const x of items) tasks.push(...x.parts.map(save));"), "map, unbounded, starts save"],
    [
      grown("tasks.push(save(1)); if (ok) tasks.push(load(2));"),
      "push, 1, starts save",
      "push, 1, starts load",
    ],
    [
      grown("function add(x) { tasks.push(save(x)); } for (const x of items) add(x);"),
      "push, unbounded, starts save",
    ],
    [
      grown("const add = (x) => { tasks.push(save(x)); }; for (const x of [a, b]) add(x);"),
      "push, 2, starts save",
    ],
    [grown("for (const x of items) tasks.push(x.id);")],
    [grown("for (const x of items) tasks.push(format(x).trim());")],
    [
      "const tasks = new Set(); for (const x of items) tasks.add(save(x)); here(tasks);",
      "push, unbounded, starts save",
    ],
    [
      "const tasks = new Map(); for (const x of items) tasks.set(x, save(x)); here(tasks.values());",
      "push, unbounded, starts save",
    ],
    [
      "const tasks = {}; for (const x of items) tasks[x.id] = save(x); here(Object.values(tasks));",
      "push, unbounded, starts save",
    ],
    [
      "let tasks = []; for (const x of items) tasks = [...tasks, save(x)]; here(tasks);",
      "push, unbounded, starts save",
    ],
    [
      "let tasks = []; for (const x of items) tasks = tasks.concat(save(x)); here(tasks);",
      "push, unbounded, starts save",
    ],
    ["let tasks; tasks = items.map(save); here(tasks);", "map, unbounded, starts save"],
    [
      "const tasks = [save(0)]; for (const x of items) tasks.push(save(x)); here(tasks);",
      "listed, 1, starts save",
      "push, unbounded, starts save",
    ],
    // Made anew in each round.
    [
      "for (const x of items) { const tasks = []; tasks.push(save(x)); here(tasks); }",
      "push, 1, starts save",
    ],
  ];
  test.for(table)("%s", holds);
});

describe("drained by a helper that the loop awaits", () => {
  const filled = (flush: string, drain: string) =>
    `let tasks = []; const flush = async () => { ${flush} }; for (let i = 0; i < xs.length; ) { tasks.push(save(xs[i])); i++; ${drain} } here(tasks);`;
  const all = "await Promise.all(tasks); tasks = [];";
  const table: Table = [
    [filled(all, "if (i % 20 === 0) await flush();"), "push, <= 20 window, starts save"],
    [filled(all, "if (tasks.length >= 20) await flush();"), "push, unbounded, starts save, pool"],
    [
      filled(all, "if (size > 0 && i % batchSize === 0) await flush();"),
      "push, limit batchSize, starts save",
    ],
    [
      filled("rows = (await Promise.all(tasks)).flat();", "if (i % 20 === 0) await flush();"),
      "push, <= 20 window, starts save",
    ],
    [
      filled("await report(tasks.length);", "if (i % 20 === 0) await flush();"),
      "push, unbounded, starts save",
    ],
    [filled(all, "if (i % 20 === 0) flush();"), "push, unbounded, starts save"],
    [
      filled("await Promise.all(others);", "if (i % 20 === 0) await flush();"),
      "push, unbounded, starts save",
    ],
  ];
  test.for(table)("%s", holds);
});

describe("drained by the loop that fills it", () => {
  const table: Table = [
    [
      "let tasks = []; for (const x of items) { tasks.push(save(x)); if (tasks.length >= 20) { await Promise.all(tasks); tasks = []; } } here(tasks);",
      "push, <= 20 window, starts save",
    ],
    [
      "let tasks = []; for (const [i, x] of items.entries()) { tasks.push(save(x)); if (i % 20 === 0) { await Promise.all(tasks); tasks = []; } } here(tasks);",
      "push, <= 20 window, starts save",
    ],
    [
      "let tasks = []; for (const x of items) { tasks.push(save(x)); if (full(tasks)) { await Promise.all(tasks); tasks = []; } } here(tasks);",
      "push, limit the size of `tasks`, starts save",
    ],
    [
      "const running = new Set(); for (const x of items) { running.add(save(x)); if (running.size >= 8) await Promise.race(running); } here(running);",
      "push, unbounded, starts save, pool",
    ],
    [
      "const running = []; for (const x of items) { running.push(save(x)); while (running.length >= maxParallel) await turn(); } here(running);",
      "push, unbounded, starts save, pool",
    ],
    // A test that waits for nothing holds nothing back.
    [
      "const tasks = []; for (const x of items) { tasks.push(save(x)); if (tasks.length >= 8) log('many'); } here(tasks);",
      "push, unbounded, starts save",
    ],
    [
      "const tasks = []; for (const x of items) { tasks.push(save(x)); if (tasks.length >= 0) await turn(); } here(tasks);",
      "push, unbounded, starts save",
    ],
  ];
  test.for(table)("%s", holds);
});

describe("members", () => {
  const table: Table = [
    [
      "function f() { const s = { tasks: [] }; for (const x of items) s.tasks.push(save(x)); here(s.tasks); }",
      "push, unbounded, starts save",
    ],
    ["const s = { tasks: items.map(save) }; here(s.tasks);", "map, unbounded, starts save"],
    [
      "class A { f() { this.tasks = []; for (const x of items) this.tasks.push(save(x)); here(this.tasks); } }",
      "push, unbounded, starts save",
    ],
    ["class A { f() { this.tasks = items.map(save); here(this.tasks); } }", "map, unbounded, starts save"],
    // What another method has put there was started by that one's callers: it is joined.
    ["class A { tasks = []; add(x) { this.tasks.push(save(x)); } f() { here(this.tasks); } }"],
    ["here(this.pending);"],
  ];
  test.for(table)("%s", holds);
});

describe("reduce", () => {
  const table: Table = [
    [
      "here(items.reduce((all, x) => { all.push(save(x)); return all; }, []))",
      "push, unbounded, starts save",
    ],
    ["here(items.reduce((all, x) => [...all, save(x)], []))", "push, unbounded, starts save"],
    ["here(items.reduce((all, x) => all.concat(save(x)), []))", "push, unbounded, starts save"],
    ["here([a, b].reduce((all, x) => [...all, save(x)], []))", "push, 2, starts save"],
    ["here(items.reduce((sum, x) => sum + x.n, 0))"],
  ];
  test.for(table)("%s", holds);
});

describe("helpers and generators of this file", () => {
  const table: Table = [
    ["function jobs(xs) { return xs.map((x) => save(x)); } here(jobs(items))", "map, unbounded, starts save"],
    ["const jobs = (xs) => xs.map(save); here(jobs(items))", "map, unbounded, starts save"],
    [
      "class A { jobs() { return items.map(save); } f() { here(this.jobs()); } }",
      "map, unbounded, starts save",
    ],
    [
      "function* jobs() { for (const x of items) yield save(x); } here(jobs())",
      "yield, unbounded, starts save",
    ],
    ["function* jobs() { for (const x of [a, b]) yield save(x); } here(jobs())", "yield, 2, starts save"],
    ["function* jobs() { yield* items.map(save); } here(jobs())", "map, unbounded, starts save"],
    ["function* jobs() { for (const x of items) yield () => save(x); } here(jobs())"],
    ["function jobs(xs) { return jobs(xs); } here(jobs(items))"],
    // Out of sight: nobody knows whether it starts anything.
    ["here(buildJobs(items))"],
    ["here(tasks)"],
    ["function f(tasks) { here(tasks); }"],
  ];
  test.for(table)("%s", holds);

  test("a call that surely returns promises is hidden work", () => {
    const { code, node } = hereIn("here(buildJobs(items))", { facts: { holdsThenables: () => "yes" } });
    expect(fansOf(code, node)).toMatchObject([{ shape: "opaque", task: { effect: { kind: "hidden" } } }]);
  });
});

describe("workers: as many run as there are workers", () => {
  const worker =
    "const queue = [...items]; async function worker() { while (queue.length) await save(queue.shift()); }";
  const table: Table = [
    [`${worker} here(Array.from({ length: 5 }, worker))`, "from, <= 5, starts worker, pool"],
    [`${worker} here(Array.from({ length: 5 }, () => worker()))`, "from, <= 5, starts worker, pool"],
    [`${worker} here(Array(concurrency).fill(0).map(worker))`, "map, limit concurrency, starts worker, pool"],
    [`${worker} here([worker(), worker()])`, "listed, 2, starts worker"],
    [
      "const it = items.values(); here([1, 2, 3].map(async () => { for (const x of it) await save(x); }))",
      "map, 3, starts save, pool",
    ],
    [
      "let next = 0; here([1, 2].map(async () => { while (next < items.length) { const i = next++; await save(items[i]); } }))",
      "map, 2, starts save, pool",
    ],
    // One worker per element is no pool.
    [`${worker} here(items.map(worker))`, "map, unbounded, starts worker"],
    // Each walks the whole list on its own.
    ["here([1, 2].map(async () => { for (const x of items) await save(x); }))", "map, 2, starts save"],
  ];
  test.for(table)("%s", holds);
});

describe("reduce with an async callback", () => {
  test.for([
    [
      "items.reduce(async (acc, x) => { const r = await save(x); (await acc).push(r); return acc; }, start)",
      "unbounded",
      "starts save",
    ],
    [
      "[a, b].reduce(async (acc, x) => { const r = await save(x); (await acc).push(r); return acc; }, start)",
      "2",
      "starts save",
    ],
  ] as const)("starts its work before it waits for the round before: %s", ([text, bound, effect]) => {
    const decision = decisionIn(text);
    expect([boundText(decision.bound), effectText(decision.effect)]).toEqual([bound, effect]);
  });

  test.for([
    "items.reduce(async (acc, x) => { const all = await acc; all.push(await save(x)); return all; }, start)",
    "items.reduce(async (acc, x) => { await acc; await save(x); }, start)",
    "items.reduce(async (acc, x) => { await save(x); return x; }, start)",
    "items.reduce((acc, x) => acc.then(() => save(x)), start)",
  ])("one after another: %s", (text) => {
    expect(() => decisionIn(text)).toThrow("0 decisions");
  });
});
