/** A limiter that runs a part of each one's work: what the rest may be, and how far the limiter may stand. */
import { describe, expect, test } from "vitest";
import { analyseText, gateText } from "../../test/analyse-text.ts";

/** What was decided about the last site. */
const decided = (text: string, neighbours: Readonly<Record<string, string>> = {}) => {
  const decision = analyseText(text, { neighbours }).decisions.at(-1);
  return decision && `${decision.verdict.kind} | ${gateText(decision.gate)}`;
};

const limit = "import pLimit from 'p-limit'; const limit = pLimit(5);";
const run = "export const f = (ids: string[]) => Promise.all(ids.map((id) => one(id)));";
/** Both `prepare` and `load` are imported, and out of sight. */
const one = (body: string) =>
  `${limit} import { finish, prepare, render, resolveName } from "elsewhere"; async function one(id: string) { ${body} } ${run}`;
const partly = "strict | partial limit";
const reported = "report | none";

describe("part of the work is limited", () => {
  test.each([
    ["before it", "const where = await prepare(id); return await limit(() => load(where));"],
    ["after it", "const it = await limit(() => load(id)); return await finish(it);"],
    ["beside it", "return await Promise.all([prepare(id), limit(() => load(id))]);"],
    ["a module", "await import(id); return await limit(() => load(id));"],
    ["on another way", "if (id) return await prepare(id); return await limit(() => load(id));"],
    [
      "a sleep before it",
      "await new Promise((done) => setTimeout(done, 5)); return await limit(() => load(id));",
    ],
  ])("and what else is waited for, %s, is nothing to limit as far as can be seen", (_where, body) => {
    expect(decided(one(body))).toBe(partly);
  });

  test.each([
    ["a request", "await fetch(id);"],
    ["a file", "await readFile(id);"],
    ["a file, through an object", "await fs.promises.open(id);"],
    ["a client's method", "await this.apiClient.user(id);"],
    ["a query", "await sql`SELECT ${id}`;"],
    ["a request by its name", "await uploadAsset(id);"],
    ["a process", "await execa('git', [id]);"],
    ["a callback's request", "await new Promise((done) => { https.get(id, done); });"],
  ])("but %s beside it is reported", (_what, work) => {
    const imports =
      "import fs from 'node:fs'; import { readFile } from 'node:fs/promises'; import https from 'node:https'; import { execa } from 'execa';";
    expect(decided(imports + one(`${work} return await limit(() => load(id));`))).toBe(reported);
    expect(decided(imports + one(`const it = await limit(() => load(id)); ${work} return it;`))).toBe(
      reported,
    );
  });

  test("but one of two ways to do the same is reported", () => {
    expect(decided(one("return await (id ? fetch(id) : limit(() => load(id)));"))).toBe(reported);
  });

  test("but a limiter that limits nothing is none", () => {
    const endless = one("await fetch(id); return await limit(() => load(id));").replace(
      "pLimit(5)",
      "pLimit(Infinity)",
    );
    expect(decided(endless)).toBe(reported);
  });

  test("but without a limiter, what is out of sight decides", () => {
    expect(decided(one("await prepare(id); return await finish(id);"))).toBe(reported);
    expect(decided(one("await resolveName(id); return await render(id);"))).toBe("strict | none");
  });
});

describe("a permit", () => {
  test("limits what comes after it", () => {
    const text = one("await mutex.acquire(); try { return await prepare(id); } finally { mutex.release(); }");
    expect(decided(text)).toBe("silent | limiter mutex");
  });

  test("limits a part where something comes before it", () => {
    const text = one(
      "const where = await prepare(id); await mutex.acquire(); try { return await fetch(where); } finally { mutex.release(); }",
    );
    expect(decided(text)).toBe("strict | partial mutex");
  });

  test("does not limit a request before it", () => {
    const text = one(
      "const where = await fetch(id); await mutex.acquire(); try { return await prepare(where); } finally { mutex.release(); }",
    );
    expect(decided(text)).toBe(reported);
  });
});

describe("the limiter stands several calls away", () => {
  const loader = `
    import { Queue } from "./queue";
    import { resolveId } from "./resolve";
    class Loader {
      readonly operations = new Queue(20);
      constructor(private readonly driver: Driver) {}
      loadAll(ids: string[]) { return Promise.all(ids.map((id) => this.loadEntry(id))); }
      private async loadEntry(id: string) { return this.fetchModule(await resolveId(id, this.driver)); }
      private async fetchModule(id: string) { const module = { id }; await this.addSource(module); return module; }
      private async addSource(module: { id: string }) {
        module.source = await this.operations.run(async () => await readFile(module.id));
        SIDE
      }
    }`;
  const queue =
    "export class Queue { constructor(private max: number) {} run(task) { return this.next(task); } }";
  const resolve = "export const resolveId = async (id, driver) => (await driver.first('resolve', id)) ?? id;";

  test("beside calls out of sight", () => {
    expect(
      decided(loader.replace("SIDE", "await this.driver.transform(module);"), {
        "queue.ts": queue,
        "resolve.ts": resolve,
      }),
    ).toBe("strict | partial this.operations");
  });

  test("and a file that is read beside it is reported, wherever that is seen", () => {
    const files = { "queue.ts": queue, "resolve.ts": resolve };
    expect(decided(loader.replace("SIDE", "await fs.promises.writeFile(module.id, '');"), files)).toBe(
      reported,
    );
    const reading =
      "import fs from 'node:fs'; export const resolveId = async (id) => await fs.promises.readFile(id);";
    expect(decided(loader.replace("SIDE", ""), { ...files, "resolve.ts": reading })).toBe(reported);
  });
});

test("a request of the Serverless Framework is queued, whatever is requested", () => {
  const asking = (action: string) =>
    `class Prune { async list(name) { return await this.ask("listVersions", name); }
       async ask(action, params) { return await this.provider.request("Lambda", ${action}, params); }
       all(names) { return Promise.all(names.map((name) => this.list(name))); } }`;
  expect(decided(asking('"listVersions"'))).toBe("strict | lookalike this.provider");
  expect(decided(asking("action"))).toBe("strict | lookalike this.provider");
  expect(decided(asking("5"))).toBe(reported);
});

test("functions that call each other get one answer, whichever is asked about first", () => {
  const text = `${limit} import { prepare } from "elsewhere";
    class Loader {
      all(ids: string[]) { return Promise.all(ids.map((id) => this.fetch(id))); }
      async fetch(id: string) { await this.follow(await limit(() => load(id))); }
      follow(ids: string[]) { return Promise.all(ids.map(async (id) => this.fetch(await prepare(id)))); }
    }`;
  const [first, second] = analyseText(text).decisions;
  expect(first && gateText(first.gate)).toBe("partial limit");
  expect(second && gateText(second.gate)).toBe("partial limit");
});
