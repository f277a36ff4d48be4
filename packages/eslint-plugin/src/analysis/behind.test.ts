import { expect, test, describe } from "vitest";
import { analyseText, decisionIn } from "../../test/analyse-text.ts";

const verdictOf = (text: string, neighbours: Readonly<Record<string, string>>) => {
  const { verdict, gate, effect } = decisionIn(text, { neighbours });
  return { verdict: verdict.kind, gate: gate.kind, effect: effect.kind };
};
const limited = { verdict: "silent", gate: "limiter", effect: "starts" };
const opaque = { verdict: "strict", gate: "none", effect: "opaque" };
const reported = { verdict: "report", gate: "none", effect: "starts" };
const nothing = { verdict: "silent", gate: "none", effect: "none" };

const each = (callee: string) =>
  `export async function f(ids: string[]) { await Promise.all(ids.map((id) => ${callee}(id))); }`;

const limitedFile = `
  import pLimit from "p-limit";
  const limit = pLimit(4);
  export const load = (id: string) => limit(() => fetch(id));
  export const helpers = { load };
  export default load;
`;

const limitedClass = `
  import { Sema } from "async-sema";
  export class Files {
    private readonly cache: Map<string, Promise<string>>;
    private readonly queue = new Sema(8);
    constructor(options: { cache?: Map<string, Promise<string>> }) { this.cache = options.cache ?? new Map(); }
    async read(path: string): Promise<string> {
      const known = this.cache.get(path);
      if (known !== undefined) return known;
      const reading = this.withPermit(path);
      this.cache.set(path, reading);
      return reading;
    }
    private async withPermit(path: string) {
      await this.queue.acquire();
      try { return await open(path); } finally { this.queue.release(); }
    }
    async follow(path: string): Promise<string> {
      const target = await this.read(path);
      return target === path ? path : this.follow(target);
    }
    async touch(path: string) { await fetch(path); }
  }
`;

describe("a function of another file", () => {
  test.each([
    ["by its name", `import { load } from "./api"; ${each("load")}`],
    ["by another name", `import { load as get } from "./api"; ${each("get")}`],
    ["by default", `import get from "./api"; ${each("get")}`],
    ["in a namespace", `import * as api from "./api"; ${each("api.load")}`],
    ["in an object", `import { helpers } from "./api"; ${each("helpers.load")}`],
    ["in a namespace that a barrel hands on", `import { api } from "./spaces"; ${each("api.load")}`],
    [
      "handed over",
      `import { load } from "./api"; async function f(ids: string[]) { await Promise.all(ids.map(load)); }`,
    ],
    ["required", `const { load } = require("./api"); ${each("load")}`],
    ["through a barrel", `import { load } from "./barrel"; ${each("load")}`],
    ["through a barrel of everything", `import { load } from "./everything"; ${each("load")}`],
    ["through a file that imports it", `import { load } from "./again"; ${each("load")}`],
  ])("is limited, %s", (_how, text) => {
    const neighbours = {
      "api.ts": limitedFile,
      "barrel/index.ts": 'export { load } from "../api";',
      "everything.ts": 'export * from "./nothing"; export * from "./api";',
      "again.ts": 'import { load } from "./api"; export { load };',
      "spaces.ts": 'export * from "./nothing"; export * from "./space";',
      "space.ts": 'export * as api from "./api";',
    };
    expect(verdictOf(text, neighbours)).toEqual(limited);
  });

  test.each([
    ["computes", "export async function load(id: string) { return id.trim(); }", nothing],
    ["computes, and is not async", "export function load(id: string) { return { id }; }", nothing],
    ["works", "export async function load(id: string) { return await fetch(id); }", reported],
    ["is not there", "export const other = 1;", reported],
    ["does not parse", "export const = ;;;(", reported],
  ])("that %s", (_what, api, verdict) => {
    expect(verdictOf(`import { load } from "./api"; ${each("load")}`, { "api.ts": api })).toEqual(verdict);
  });

  test.each([
    [
      "is to be implemented",
      "export async function load(id: string) { throw new Error('not implemented'); }",
    ],
    [
      "an object holds, and somebody may set",
      "const api = { load: async (id: string) => id }; export default api;",
    ],
  ])("that %s may do anything", (_what, api) => {
    const text = /default/.test(api)
      ? `import api from "./api"; ${each("api.load")}`
      : `import { load } from "./api"; ${each("load")}`;
    expect(verdictOf(text, { "api.ts": api })).toEqual(reported);
  });

  test("that a factory of another file makes", () => {
    const text = `import { loader } from "./api"; const load = loader(4); ${each("load")}`;
    const api = `
      import pLimit from "p-limit";
      export function loader(n: number) { const limit = pLimit(n); return async (id: string) => limit(() => fetch(id)); }
    `;
    expect(verdictOf(text, { "api.ts": api })).toEqual(limited);
  });
});

describe("a method of a class of another file", () => {
  test.each([
    [
      "of a parameter",
      `import type { Files } from "./files"; export async function f(files: Files, ids: string[]) { await Promise.all(ids.map((id) => files.read(id))); }`,
    ],
    [
      "of a new instance",
      `import { Files } from "./files"; const files = new Files({}); ${each("files.read")}`,
    ],
    [
      "of a field",
      `import { Files } from "./files"; class Job { private files = new Files({}); async f(ids: string[]) { await Promise.all(ids.map((id) => this.files.read(id))); } }`,
    ],
    [
      "of a field by its type",
      `import { Files } from "./files"; class Job { constructor(private readonly files: Files) {} async f(ids: string[]) { await Promise.all(ids.map((id) => this.files.read(id))); } }`,
    ],
    [
      "of what a function gives back, by its type",
      `import { Files } from "./files"; let one; function filesOf(): Files { one ??= new Files({}); return one; } ${each("filesOf().read")}`,
    ],
    [
      "of what a function gives back",
      `import { Files } from "./files"; const filesOf = () => new Files({}); const files = filesOf(); ${each("files.read")}`,
    ],
    [
      "of its base class",
      `import { Files } from "./files"; class More extends Files {} const more = new More({}); ${each("more.read")}`,
    ],
    [
      "that calls itself",
      `import { Files } from "./files"; const files = new Files({}); ${each("files.follow")}`,
    ],
  ])("is limited, %s", (_how, text) => {
    expect(verdictOf(text, { "files.ts": limitedClass })).toEqual(limited);
  });

  test("that nothing limits", () => {
    const text = `import { Files } from "./files"; const files = new Files({}); ${each("files.touch")}`;
    expect(verdictOf(text, { "files.ts": limitedClass })).toEqual(reported);
  });

  test("that does nothing where it is declared: a subclass may", () => {
    const text = `import { Plugin } from "./plugin"; export async function f(plugin: Plugin, ids: string[]) { await Promise.all(ids.map((id) => plugin.load(id))); }`;
    const plugin = "export class Plugin { async load(id: string) { return id; } }";
    expect(verdictOf(text, { "plugin.ts": plugin })).toEqual(reported);
  });
});

test("a method of a declared class that only computes is work for nobody; a subclass may have it do more: strict", () => {
  const text = `import { Files } from "./files"; export async function f(files: Files, ids: string[]) { await Promise.all(ids.map((id) => files.resolve(id))); }`;
  const files = (body: string) => `export class Files { async resolve(id: string) { ${body} } }`;
  const light = { verdict: "strict", gate: "none", effect: "light" };
  expect(verdictOf(text, { "files.ts": files("const path = id.trim(); check(path); return path;") })).toEqual(
    light,
  );
  expect(verdictOf(text, { "files.ts": files("return await fetch(id);") })).toEqual(reported);
  const plain =
    "export class Files { resolve(id: string) { this.known = this.known.filter((one) => one !== id); } }";
  expect(verdictOf(text, { "files.ts": plain })).toEqual(light);
  // In the way of callbacks: what it starts goes on.
  const callback = "export class Files { resolve(id: string, done?: () => void) { start(id, done); } }";
  expect(verdictOf(text, { "files.ts": callback })).toEqual(opaque);
});

describe("a method that only computes, in a class that is found", () => {
  const search = `export class Search { async end(id: string) { this.marks.forEach(clear); this.marks = []; } async load(id: string) { await fetch(id); } }`;
  const light = { verdict: "strict", gate: "none", effect: "light" };
  const inClass = (declared: string, use: string) =>
    `import { Search } from "./search"; class Page { ${declared} async f(ids: string[]) { await Promise.all(${use}); } }`;
  const cases = [
    ["by a list's type", inClass("private all: Search[];", "this.all.map((one) => one.METHOD(x))")],
    ["by an array's type", inClass("private all: Array<Search>;", "this.all.map((one) => one.METHOD(x))")],
    [
      "by what is left of a list",
      inClass("private all: readonly Search[];", "this.all.filter(isOn).map((one) => one.METHOD(x))"),
    ],
    [
      "by a set's type",
      inClass("private all = new Set<Search>();", "Array.from(this.all, (one) => one.METHOD(x))"),
    ],
    [
      "by a map's type",
      inClass("all: Map<string, Search>;", "[...this.all.values()].map((one) => one.METHOD(x))"),
    ],
    [
      "by a parameter's type",
      `import { Search } from "./search"; export const f = (all: Search[]) => Promise.all(all.map((one) => one.METHOD(x)));`,
    ],
    [
      "in a loop",
      `import { Search } from "./search"; export async function f(all: Search[]) { const tasks = []; for (const one of all) tasks.push(one.METHOD(x)); await Promise.all(tasks); }`,
    ],
    [
      "by a field that may be null",
      inClass("one: Search | null = null;", "ids.map((x) => this.one.METHOD(x))"),
    ],
    [
      "by a getter that makes it when it is asked for",
      inClass(
        "private made: Search | null = null; get one() { if (!this.made) this.made = new Search(); return this.made; }",
        "ids.map((x) => this.one.METHOD(x))",
      ),
    ],
    [
      "by a field of an abstract class",
      `import { Search } from "./search"; abstract class Page { abstract one: Search; async f(ids: string[]) { await Promise.all(ids.map((x) => this.one.METHOD(x))); } }`,
    ],
  ] as const;
  test.each(cases)("%s: strict", (_how, text) => {
    expect(verdictOf(text.replace("METHOD", "end"), { "search.ts": search })).toEqual(light);
  });
  const oneHeld = cases.filter(([, text]) => text.includes("this.one."));
  test.each(oneHeld)("%s, whose body starts work: reported", (_how, text) => {
    expect(verdictOf(text.replace("METHOD", "load"), { "search.ts": search })).toEqual(reported);
  });

  test("of one of two types: unknown", () => {
    const text = inClass("one: Search | Other;", "ids.map((x) => this.one.end(x))");
    expect(verdictOf(text, { "search.ts": search })).toEqual(reported);
  });
});

describe("functions that are mixed into a class, with a `this` that is declared", () => {
  const text = (body: string, second = "this: Server, ") => `
    export async function remove(${second}key: string) { ${body} }
    export async function clear(this: Server, keys: string[]) { await Promise.all(keys.map((key) => this.remove(key))); }`;
  test("the one beside it only computes: strict", () => {
    expect(verdictOf(text("this.all[key].stop(); delete this.all[key];"), {})).toEqual({
      verdict: "strict",
      gate: "none",
      effect: "light",
    });
  });
  test("the one beside it starts work, or has no `this`: reported", () => {
    expect(verdictOf(text("await fetch(key);"), {})).toEqual(reported);
    expect(verdictOf(text("stop(key);", ""), {})).toEqual(reported);
  });
});

test("a constant of another file, through a barrel", () => {
  const text = `import { regions } from "./config"; export const f = () => Promise.all(regions.map((r) => fetch(r)));`;
  const neighbours = {
    "config/index.ts": 'export * from "./regions";',
    "config/regions.ts": 'export const regions = ["eu", "us"];',
  };
  expect(decisionIn(text, { neighbours })).toMatchObject({
    bound: { kind: "exact", count: 2 },
    verdict: { kind: "silent" },
  });
});

test("what a function of another file returns", () => {
  const text = `import { targets, settings } from "./config";
    export const f = () => Promise.all(targets("eu").map((t) => fetch(t)));
    export const g = async () => { const all = await settings(); await Promise.all(Object.keys(all).map((key) => save(key))); };`;
  const neighbours = {
    "config.ts": `export const targets = (region: string) => [region + "-a", region + "-b"];
      export async function settings() { const found = await fetch("/"); return { found, at: Date.now() }; }`,
  };
  expect(analyseText(text, { neighbours }).decisions).toMatchObject([
    { bound: { kind: "exact", count: 2 }, verdict: { kind: "silent" } },
    { bound: { kind: "exact", count: 2 }, verdict: { kind: "silent" } },
  ]);
});

describe("files are looked into", () => {
  const opened = (text: string, neighbours: Readonly<Record<string, string>>) =>
    analyseText(text, { neighbours }).lookedElsewhere;

  test("where something would be reported", () => {
    expect(opened(`import { load } from "./api"; ${each("load")}`, { "api.ts": limitedFile })).toBe(true);
  });

  test("not where the file itself answers", () => {
    const text = `import { load } from "./api"; export const f = () => Promise.all([1, 2].map((id) => load(id)));`;
    expect(opened(text, { "api.ts": limitedFile })).toBe(false);
  });

  /** Files of which each uses the next one, and the last has the limiter. */
  const chain = (length: number, link: (next: string) => string) =>
    Object.fromEntries(
      Array.from({ length }, (_, i) => [
        `${String(i)}.ts`,
        i === length - 1 ? limitedFile : link(`./${String(i + 1)}`),
      ]),
    );
  const calling = (next: string) =>
    `import { load as inner } from "${next}"; export const load = async (id: string) => await inner(id);`;
  const chained = `import { load } from "./0"; ${each("load")}`;

  test("six imports deep, and no deeper", () => {
    expect(verdictOf(chained, chain(6, calling))).toEqual(limited);
    expect(verdictOf(chained, chain(7, calling))).toEqual(reported);
  });

  test("where barrels do not count", () => {
    expect(
      verdictOf(
        chained,
        chain(20, (next) => `export { load } from "${next}";`),
      ),
    ).toEqual(limited);
    expect(
      verdictOf(
        chained,
        chain(20, (next) => `export * from "${next}";`),
      ),
    ).toEqual(limited);
    const imported = (next: string) => `import { load } from "${next}"; export { load };`;
    expect(verdictOf(chained, chain(20, imported))).toEqual(limited);
  });

  test("in as many files as a reviewer might open", () => {
    expect(
      verdictOf(
        chained,
        chain(48, (next) => `export { load } from "${next}";`),
      ),
    ).toEqual(limited);
    expect(
      verdictOf(
        chained,
        chain(49, (next) => `export { load } from "${next}";`),
      ),
    ).toEqual(reported);
  });

  test("of a barrel's many files only those that have the name", () => {
    const others = Array.from({ length: 100 }, (_, i) => `other${String(i)}`);
    const neighbours = {
      "barrel.ts": [...others, "api"].map((name) => `export * from "./${name}";`).join(" "),
      "api.ts": limitedFile,
      ...Object.fromEntries(others.map((name) => [`${name}.ts`, `export const ${name} = 1;`])),
    };
    expect(verdictOf(`import { load } from "./barrel"; ${each("load")}`, neighbours)).toEqual(limited);
  });

  test("even where two files import each other", () => {
    const neighbours = {
      "a.ts": 'export { load } from "./b";',
      "b.ts": 'export { load } from "./a";',
    };
    expect(verdictOf(`import { load } from "./a"; ${each("load")}`, neighbours)).toEqual(reported);
  });
});

describe("a function that a method puts into a field", () => {
  const runner = `
    import PQueueImport from "p-queue";
    const PQueue = (PQueueImport as any).default ?? PQueueImport;
    const queue = new PQueue({ concurrency: 1 });
    export const createRunner = (options) => (id: string) => queue.add(() => spawn(id, options));`;
  const using = (assigned: string) => `import { createRunner } from "./runner";
    class Command {
      handler?: (id: string) => Promise<void>;
      initialize(options) { ${assigned} }
      execute(ids: string[]) { return Promise.all(ids.map((id) => this.handler!(id))); }
    }`;

  test("may be limited, also where the queue's module is one of two kinds", () => {
    expect(verdictOf(using("this.handler = createRunner(options);"), { "runner.ts": runner })).toEqual(
      limited,
    );
    const dropped = "this.handler = undefined; this.handler = createRunner(options); this.handler = null;";
    expect(verdictOf(using(dropped), { "runner.ts": runner })).toEqual(limited);
  });

  test("but not where it may be another one, and it never proves that nothing is started", () => {
    const either = "if (options) this.handler = createRunner(options); else this.handler = spawnAll;";
    expect(verdictOf(using(either), { "runner.ts": runner })).toEqual(opaque);
    const idle = "export const createRunner = (options) => async (id: string) => {};";
    expect(verdictOf(using("this.handler = createRunner(options);"), { "runner.ts": idle })).toEqual(opaque);
  });

  test("one of two modules is not the same in two spellings", () => {
    const made = (by: string) =>
      `import PQueueImport from "p-queue"; const Jobs = ${by} ?? PQueueImport; const rows = new Jobs({ concurrency: 1 });
       export const createRunner = (options) => (id: string) => rows.add(() => spawn(id, options));`;
    const text = using("this.handler = createRunner(options);");
    expect(verdictOf(text, { "runner.ts": made("(PQueueImport as any).default") })).toEqual(limited);
    expect(verdictOf(text, { "runner.ts": made("globalThis.Jobs") })).toEqual(opaque);
  });
});
