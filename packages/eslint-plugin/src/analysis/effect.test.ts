/** Does each one start real work? What a callback, or an expression that stands where a promise is expected, sets going. */
import { describe, expect, test } from "vitest";
import { effectText, gateText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { isPromiseCall, promiseTask, taskOf } from "./effect.ts";

/** What the callback given to `here(...)` does, and the gate inside it, if any. */
function taskIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  const { effect, gate } = taskOf(code, node);
  return gate.kind === "none" ? effectText(effect) : `${effectText(effect)} | ${gateText(gate)}`;
}

type Table = readonly (readonly [text: string, task: string])[];
const holds = ([text, task]: readonly [string, string]) => {
  expect(taskIn(text)).toBe(task);
};

describe("work of unknown functions", () => {
  const table: Table = [
    ["here((x) => save(x))", "starts save"],
    ["here(async (x) => save(x))", "starts save"],
    ["here(async (x) => { await save(x); })", "starts save"],
    ["here(async (x) => { const y = await save(x); return y.id; })", "starts save"],
    ["here(async function (x) { return save(x); })", "starts save"],
    ["here((x) => { return save(x); })", "starts save"],
    ["here(save)", "starts save"],
    ["here(api.save)", "starts api.save"],
    ["here(api.save.bind(api))", "starts api.save"],
    ["here(makeSaver())", "starts makeSaver"],
    ["here(ok ? save : skip)", "starts save"],
    ["here((x) => api.users.save(x))", "starts api.users.save"],
    ["here((x) => ok ? save(x) : null)", "starts save"],
    ["here((x) => x && save(x))", "starts save"],
    ["here((x) => (log(x), save(x)))", "starts save"],
    ["here((x) => save(x).then(done))", "starts save"],
    ["here((x) => save(x).catch(report))", "starts save"],
    ["here((x) => save.call(api, x))", "starts save"],
    ["class A { all() { here((x) => this.call('config', x)) } }", "starts this.call"],
    ["here((x) => import(x))", "starts import()"],
    ["here(async (x) => { await sql`select ${x}`; })", "starts sql"],
    ["here(async (x) => { for await (const y of stream(x)) use(y); })", "starts stream"],
    ["here((x) => new Promise((resolve) => setTimeout(resolve, 5)))", "starts setTimeout"],
    ["here((x) => new Promise((resolve) => client.once('end', resolve)))", "starts client.once"],
    ["here((x) => Promise.all([save(x), load(x)]))", "starts save"],
    ["here((x) => Promise.resolve(save(x)))", "starts save"],
    ["here((x) => (made = save(x)))", "starts save"],
    ["here((x) => { const p = save(x); return p; })", "starts save"],
    ["here((x) => (async () => { await save(x); })())", "starts save"],
    ["here((x) => x.parts.map(async (y) => save(y)))", "starts save"],
    ["here(async (x) => [x.id, await save(x)])", "starts save"],
    ["here((x) => [x.id, fetch(x)])", "starts fetch"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("work of functions in this file", () => {
  const table: Table = [
    [
      "import P from 'bluebird'; here((x) => new P((resolve) => fs.readFile(x, resolve)))",
      "starts fs.readFile",
    ],
    ["here((x) => new Job((resolve) => fs.readFile(x, resolve)))", "sync"],
    ["async function one(x) { await fetch(x); } here(one)", "starts one"],
    ["async function one(x) { await fetch(x); } here((x) => one(x))", "starts one"],
    ["const one = async (x) => { await fetch(x); }; here(one)", "starts one"],
    ["function one(x) { return fetch(x); } here(one)", "starts one"],
    ["const api = { async one(x) { await fetch(x); } }; here(api.one)", "starts api.one"],
    ["class A { async one(x) { await fetch(x); } all() { here((x) => this.one(x)) } }", "starts this.one"],
    ["class A { one = async (x) => { await fetch(x); }; all() { here(this.one) } }", "starts this.one"],
    ["class A { static async one(x) { await fetch(x); } } here(A.one)", "starts A.one"],
    [
      "async function one(x) { return two(x); } async function two(x) { await fetch(x); } here(one)",
      "starts one",
    ],
    ["const one = useCallback(async (x) => { await fetch(x); }, []); here(one)", "starts one"],
    // A list that is filled and awaited: what is pushed to it.
    [
      "async function one(x) { const tasks = []; for (const y of x.parts) tasks.push(fetch(y)); await Promise.all(tasks); } here(one)",
      "starts one",
    ],
    [
      "async function one(x) { const tasks = []; visit(x); await Promise.all(tasks); function visit(y) { const p = fetch(y); tasks.push(p); } } here(one)",
      "starts one",
    ],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(4); async function one(x) { const tasks = []; for (const y of x.parts) tasks.push(limit(() => fetch(y))); await Promise.all(tasks); } here(one)",
      "starts one | limiter limit 4",
    ],
    [
      "const tasks = []; async function one(x) { await Promise.all(tasks); } tasks.push(fetch('/')); here(one)",
      "join",
    ],
    [
      "async function one(x) { const ids = []; for (const y of x.parts) ids.push(format(y)); return ids; } here(one)",
      "sync",
    ],
    ["function one(x) { return x.id; } here(one)", "join"],
    ["function one(x) { return `${x}`; } here(one)", "sync"],
    ["function one(x) { log(x); } here(one)", "sync"],
    ["async function one(x) { return x.n * 2; } here(one)", "sync"],
    ["async function one(x) { return Math.max(x, 2); } here(one)", "sync"],
    ["function* one(x) { yield save(x); } here(one)", "sync"],
    // Recursion ends.
    ["async function walk(x) { await walk(x.next); } here(walk)", "starts walk"],
    ["function walk(x) { return walk(x.next); } here(walk)", "sync"],
    ["function a(x) { return b(x); } async function b(x) { await a(x.next); } here(a)", "starts a"],
    ["const a = (x) => b(x); const b = (x) => a(x); here(a)", "sync"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what starts nothing", () => {
  const table: Table = [
    ["here((x) => x.id)", "join"],
    ["here((x) => x * 2)", "sync"],
    ["here((x) => {})", "sync"],
    ["here((x) => ({ ...x }))", "sync"],
    ["here(async (x) => x * 2)", "sync"],
    ["here(async (x) => { log(x); })", "sync"],
    ["here((x) => [x.id, format(x)])", "sync"],
    ["here((x) => x.toString())", "sync"],
    ["here((x) => x.name.trim().toLowerCase())", "sync"],
    ["here((x) => JSON.parse(x))", "sync"],
    ["here((x) => Object.keys(x))", "sync"],
    ["here((x) => String(x))", "sync"],
    ["here(String)", "sync"],
    ["here(Number)", "sync"],
    ["here(JSON.stringify)", "sync"],
    ["here(/a/)", "sync"],
    ["here((x) => new Thing(x))", "sync"],
    ["here((x) => readFileSync(x))", "sync"],
    ["here(fs.readFileSync)", "sync"],
    ["import path from 'node:path'; here((x) => path.join(x, 'a'))", "sync"],
    ["import { join } from 'path'; here((x) => join(x))", "sync"],
    ["import _ from 'lodash'; here((x) => _.pick(x, 'a'))", "sync"],
    ["here((x) => x.parts.filter((y) => y))", "sync"],
    ["here((x) => x.parts.reduce((a, b) => a + b, 0))", "sync"],
    ["class A extends B { constructor() { here(() => super()); } }", "sync"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what only waits for promises that were started elsewhere", () => {
  const table: Table = [
    ["here((p) => p)", "join"],
    ["here((p) => p.catch(ignore))", "join"],
    ["here((p) => p.then((r) => r.json))", "join"],
    ["here((d) => d.promise)", "join"],
    ["here(async (p) => { await p; })", "join"],
    ["here(async (d) => (await d.promise).id)", "join"],
    ["here((d) => d.urn.promise())", "join"],
    ["here((d) => d.urn.promise(load))", "own"],
    ["const memo = new Map(); here((k) => memo.get(k))", "join"],
    ["class A { cache = new Map(); f() { here((k) => this.cache.get(k)) } }", "join"],
    ["const shared = save(1); here(() => shared)", "join"],
    ["here((x) => Promise.all([x.a, x.b]))", "join"],
    // A handler that starts work of its own is work.
    ["here((p) => p.then(async (r) => { await save(r); }))", "starts save"],
    ["here((p) => p.then((r) => fetch(r)))", "starts fetch"],
  ];
  test.for(table)("%s → %s", holds);

  test("a cache is one by its type, too", () => {
    const cache: Given = { facts: { declaredTypes: () => [{ name: "Map", module: undefined }] } };
    expect(taskIn("here((k) => cache.get(k))", cache)).toBe("join");
    expect(taskIn("here((k) => cache.get(k))")).toBe("starts cache.get");
    const client: Given = { facts: { declaredTypes: () => [{ name: "Client", module: "redis" }] } };
    expect(taskIn("here((k) => cache.get(k))", client)).toBe("starts cache.get");
  });
});

describe("batched calls", () => {
  const table: Table = [
    ["const users = new DataLoader(load); here((x) => users.load(x))", "batched"],
    ["import { getInfo } from '@changesets/get-github-info'; here((x) => getInfo(x))", "batched"],
    ["class A { users = new DataLoader(load); f() { here((x) => this.users.load(x)) } }", "batched"],
    [
      "import { Batcher } from '@floodgate/runtime'; const b = new Batcher(load); here((x) => b.load(x))",
      "batched",
    ],
    // Only its name says that it is a loader.
    ["here((x) => userLoader.load(x))", "starts userLoader.load | lookalike userLoader"],
    ["here((x) => ctx.loaders.load(x))", "starts ctx.loaders.load | lookalike ctx.loaders"],
    ["here((x) => file.load(x))", "starts file.load"],
    ["here((x) => loaderOf(x).load(x))", "starts load"],
    ["const users = new Store(load); here((x) => users.load(x))", "starts users.load"],
    ["const users = new DataLoader(load); here((x) => users.save(x))", "starts users.save"],
  ];
  test.for(table)("%s → %s", holds);

  test("by type", () => {
    const facts = { declaredTypes: () => [{ name: "DataLoader", module: "dataloader" }] };
    expect(taskIn("here((x) => ctx.users.load(x))", { facts })).toBe("batched");
  });
});

describe("light work holds no socket, file or connection", () => {
  const table: Table = [
    ["here((k) => crypto.subtle.digest('SHA-256', k))", "light"],
    ["here((k) => globalThis.crypto.subtle.digest('SHA-256', k))", "light"],
    ["here((k) => subtle.digest('SHA-256', k))", "light"],
    ["here((k) => webcrypto.subtle.sign(k))", "light"],
    ["here((row) => rowSchema.validateAsync(row))", "light"],
    ["here((row) => schema.validate(row))", "light"],
    ["here((row) => validate(row))", "starts validate"],
    ["here((k) => myCrypto.subtleDigest(k))", "starts myCrypto.subtleDigest"],
    ["here(async (k) => { await crypto.subtle.digest('SHA-256', k); await fetch(k); })", "starts fetch"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a function that the caller hands in", () => {
  const table: Table = [
    ["export const mapAsync = (xs, fn) => here((x) => fn(x))", "handed"],
    ["export async function filterAsync(xs, accepts) { return here(accepts) }", "handed"],
    ["export const mapAsync = (xs, fn = save) => here(async (x) => { await fn(x); })", "handed"],
    ["export const mapAsync = (xs, fn) => here(async (x) => { await fn(await fetch(x)); })", "starts fetch"],
    // Whose call is in sight is known by what it hands in.
    [
      "const run = async (work) => { await work(); }; here((x) => run(async () => { await fetch(x); }))",
      "starts run",
    ],
    [
      "const run = async (work) => { const busy = work(); await busy; }; here((x) => run(async () => fetch(x)))",
      "starts run",
    ],
    ["const run = async (work) => { await work(); }; here((x) => run(async () => x.trim()))", "sync"],
    // Injected once, and called for whatever comes later.
    ["export const service = (load) => (ids) => () => here((id) => load(id))", "starts load"],
    ["export const service = ({ load }) => { here((id) => load(id)) }", "starts load"],
    // What a library hands in, and an element itself.
    ["define((load) => { here((id) => load(id)) })", "starts load"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a function that another one makes", () => {
  const table: Table = [
    [
      "const inside = (folder) => async (x) => { await fetch(folder + x); }; here(inside('a'))",
      "starts inside",
    ],
    ["const inside = (folder) => (x) => folder + x; here(inside('a'))", "sync"],
    ["here(inside('a'))", "starts inside"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a module is loaded once", () => {
  const table: Table = [
    ["here(async (x) => { const { parse } = await import('./parse'); parse(x); })", "join"],
    ["here((x) => import('./parse'))", "join"],
    ["here((x) => import(x))", "starts import()"],
    ["here(async (x) => { const { save } = await import('./save'); await save(x); })", "starts save"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a method of the element itself", () => {
  const table: Table = [
    ["here((page) => page.evaluate(fn))", "own"],
    ["here(async ({ page }) => { await page.evaluate(fn); })", "own"],
    ["here((account) => account.key.toHex())", "own"],
    ["here(async (page) => { await page.evaluate(fn); await save(page); })", "starts save"],
    // Rows, files and models read and write themselves; clients talk to a server.
    ["here((element) => element.getId())", "own"],
    ["here((api) => api.getUser(7))", "starts api.getUser"],
    ["here((row) => row.save())", "starts row.save"],
    ["here((user) => user.updateLastLogin())", "starts user.updateLastLogin"],
    ["here((x) => x.saved())", "own"],
    ["here((client) => client.ping())", "starts client.ping"],
    // The element is data, and somebody else does the work.
    ["here((x) => api.evaluate(x))", "starts api.evaluate"],
    ["const run = (page) => page.evaluate(fn); here((x) => run(x))", "starts run"],
    ["here((x, page) => page.evaluate(x))", "starts page.evaluate"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what tells a person, a log or a listener", () => {
  const table: Table = [
    ["here(async (x) => { await window.showWarningMessage(x); })", "light"],
    ["here(async (x) => { await showAndLogErrorMessage(logger, x); })", "light"],
    ["here((x) => this.logger.error(x))", "light"],
    ["here(async (x) => { await Lifecycle.getInstance().emitWarning(x); })", "light"],
    ["here(async (x) => { await this.events.emitAsync('saved', x); })", "light"],
    ["here((x) => telemetry.trackEvent(x))", "light"],
    ["here((x) => resources.waitForAttributes(x))", "light"],
    ["here((x) => resources.waitForms(x))", "starts resources.waitForms"],
    ["import * as vs from 'vscode'; here((x) => vs.commands.executeCommand('setContext', x, true))", "light"],
    [
      "import * as vs from 'vscode'; here((x) => vs.workspace.openTextDocument(x))",
      "starts vs.workspace.openTextDocument",
    ],
    ["here((x) => this.provider.addRequestEventListeners(x, { onRequest }))", "light"],
    ["here((x) => this.provider.removeListener(x))", "light"],
    ["here((x) => api.addListenerRule(x))", "starts api.addListenerRule"],
    ["here((x) => showDocument(x))", "starts showDocument"],
    ["here((x) => catalogue.error(x))", "starts catalogue.error"],
    ["here((x) => logIn(x))", "starts logIn"],
    ["here(async (x) => { await logger.info(x); await save(x); })", "starts save"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what gives back what is held already", () => {
  const table: Table = [
    ["here((s) => s.unsubscribe())", "releases"],
    ["here(async (w) => { await w.terminate(); })", "releases"],
    ["here((x) => x.dispose().catch(report))", "releases"],
    ["here(async (w) => { await save(w); await w.terminate(); })", "starts save"],
    // These talk to somebody, or are requests.
    ["here((s) => s.close())", "starts s.close"],
    ["here((row) => row.destroy())", "starts row.destroy"],
    ["here((x) => api.dispose(x))", "starts api.dispose"],
    ["here((x) => dispose(x))", "starts dispose"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("one connection or transaction", () => {
  const table: Table = [
    ["here((x) => tx.item.create(x))", "starts tx.item.create | connection tx"],
    ["here((x) => trx('items').insert(x))", "starts insert | connection trx"],
    ["here((x) => this_.tx.save(x))", "starts this_.tx.save | connection this_.tx"],
    ["here((x) => Item.create(x, { transaction }))", "starts Item.create | connection transaction"],
    ["here((x) => Item.create(x, { client: t }))", "starts Item.create"],
    ["here((x) => save(x, tx))", "starts save | connection tx"],
    ["db.transaction(async (t) => { here((x) => t.save(x)) })", "starts t.save | connection t"],
    ["db.$transaction(async (t) => { here((x) => t.save(x)) })", "starts t.save | connection t"],
    ["db.run(async (t) => { here((x) => t.save(x)) })", "starts t.save"],
    ["here((x) => context.save(x))", "starts context.save"],
    // One for each element is no shared one.
    ["here((x) => db.transaction((t) => t.save(x)))", "starts db.transaction"],
    [
      "here(async (x) => { const tx = await db.begin(); await save(x, { tx }); await tx.commit(); })",
      "starts db.begin",
    ],
    [
      "const tx = await db.begin(); here(async (x) => { await save(x, { tx }); })",
      "starts save | connection tx",
    ],
    ["async function one(x, tx) { await fetch(x); } here((x) => one(x, tx))", "starts one | connection tx"],
    // Commands are queued on it, and sent together.
    ["const batch = redis.pipeline(); here((x) => add(batch, x))", "starts add | connection batch"],
    ["here((x) => { const batch = redis.multi(); return add(batch, x); })", "starts add"],
    ["const batch = redis.duplicate(); here((x) => add(batch, x))", "starts add"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("a hand-written gate inside the task", () => {
  const table: Table = [
    [
      "let active = 0; here(async (x) => { while (active >= 5) await turn(); active++; try { await save(x); } finally { active--; } })",
      "starts save | pool",
    ],
    [
      "here(async (x) => { if (running.size >= maxParallel) await Promise.race(running); await save(x); })",
      "starts save | pool",
    ],
    ["here(async (x) => { while (busy) await turn(); await save(x); })", "starts save"],
    ["here(async (x) => { if (active >= 5) log(x); await save(x); })", "starts save"],
    ["here(async (x) => { if (x.age >= 5) await turn(); await save(x); })", "starts save"],
    ["here(async (x) => { if (active > 0) await turn(); await save(x); })", "starts save"],
    ["here(async (x) => { while (active >= 5) await turn; })", "join"],
    // Whoever comes meanwhile turns back.
    ["let token; here(async () => { if (token) return token; token = await login(); })", "starts login"],
    ["let off; here(async () => { if (off) return; off = false; await save(); })", "starts save"],
    [
      "let token; here(async () => { if (token) return token; token = login(); await save(token); })",
      "starts save | pool",
    ],
    [
      "let busy = false; here(async () => { if (busy) { again = true; return; } busy = true; await save(); busy = false; })",
      "starts save | pool",
    ],
    ["let busy = false; here(async () => { if (busy) return; await save(); busy = true; })", "starts save"],
    ["let busy = false; here(async () => { if (busy) return; await save(); })", "starts save"],
    ["here(async (busy) => { if (busy) return; busy = true; await save(busy); })", "starts save"],
    ["here(async (x) => { if (x.saved) return; x.saved = true; await save(x); })", "starts save"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("executors that hand the work to a limiter", () => {
  test.for<readonly [string, string]>([
    [
      "import Q from 'p-queue'; const q = new Q({ concurrency: 2 }); here((x) => new Promise((resolve) => { q.add(() => save(x).then(resolve)); }))",
      "starts q.add | limiter q 2",
    ],
    ["here((x) => new Promise((resolve, reject) => { resolve(x); }))", "sync"],
    [
      "here((x) => new Promise((resolve, reject) => { db.get(x, (e, row) => resolve(row)); }))",
      "starts db.get",
    ],
    ["here((x) => new Promise(executor))", "sync"],
    ["here((x) => new Promise((resolve) => { resolve(save(x).then(parse)); }))", "starts save"],
    // Nothing in it can come back later.
    ["here((x) => new Promise((resolve) => { const icon = find(x); resolve(icon); }))", "sync"],
    [
      "here((x) => new Promise((resolve) => { const job = start(x); job.on('end', resolve); }))",
      "starts start",
    ],
    [
      "here((x) => new Promise((resolve) => { start({ url: x, success: (r) => resolve(r) }); }))",
      "starts start",
    ],
    ["here((x) => new Promise((resolve) => { start(x, resolve.bind(null, 1)); }))", "starts start"],
    ["here((x) => new Promise((resolve) => { send(x); waiting[x.id] = resolve; }))", "starts send"],
    ["here((x) => new Promise(async (resolve) => { resolve(await save(x)); }))", "starts save"],
    ["here((p) => new Promise((resolve, reject) => p.then(reject, resolve)))", "join"],
    ["here((x) => new Promise((resolve, reject) => { save(x).then(resolve, reject); }))", "starts save"],
  ])("%s → %s", holds);
});

describe("what types add", () => {
  test("a function that returns no thenable starts nothing", () => {
    expect(taskIn("here((x) => render(x))", { facts: { thenable: () => "no" } })).toBe("sync");
    expect(taskIn("here(render)", { facts: { returnsThenable: () => "no" } })).toBe("sync");
  });

  test("what is awaited is not asked: it is the author's own word", () => {
    expect(taskIn("here(async (x) => { await save(x); })", { facts: { thenable: () => "no" } })).toBe(
      "starts save",
    );
  });

  test("data in an array is work where types say so", () => {
    expect(taskIn("here((x) => [x.id, format(x)])", { facts: { thenable: () => "yes" } })).toBe(
      "starts format",
    );
  });
});

describe("isPromiseCall: beyond doubt a promise", () => {
  test.for([
    ["here(fetch(x))", true],
    ["here(save(x).then(f))", true],
    ["here(save(x).catch(f))", true],
    ["here(Promise.resolve(1))", true],
    ["import { readFile } from 'node:fs/promises'; here(readFile(x))", true],
    ["import fs from 'node:fs'; here(fs.promises.readFile(x))", true],
    ["import { setTimeout } from 'timers/promises'; here(setTimeout(5))", true],
    ["async function f() {} here(f())", true],
    ["function f() { return new Promise(g); } here(f())", true],
    ["function f() { return g(); } async function g() {} here(f())", true],
    ["async function* f() {} here(f())", false],
    ["function f() { return 1; } here(f())", false],
    ["function f() { return f(); } here(f())", false],
    ["here(save(x))", false],
    ["here(memo.delete(x))", false],
    ["import fs from 'node:fs'; here(fs.readFile(x))", false],
    ["const fetch = load; here(fetch(x))", false],
  ] as const)("%s → %s", ([text, expected]) => {
    const { code, node } = hereIn(text);
    expect(node.type === "CallExpression" && isPromiseCall(code, node)).toBe(expected);
  });

  test("or so the checker says", () => {
    const { code, node } = hereIn("here(save(x))", { facts: { thenable: () => "yes" } });
    expect(node.type === "CallExpression" && isPromiseCall(code, node)).toBe(true);
  });
});

test("the span of an effect is the call that starts it", () => {
  const text = "here(async (x) => { const y = await save(x, 1); })";
  const { code, node } = hereIn(text);
  const { effect } = taskOf(code, node);
  expect(effect.kind === "starts" && text.slice(effect.span.start, effect.span.end)).toBe("save(x, 1)");
});

test("an expression in place of a promise is asked the same way", () => {
  const taskOfPromise = (text: string) => {
    const { code, node } = hereIn(text);
    return effectText(promiseTask(code, node, false).effect);
  };
  expect(taskOfPromise("here(save(x))")).toBe("starts save");
  expect(taskOfPromise("here(started)")).toBe("join");
  expect(taskOfPromise("here(5)")).toBe("sync");
});
