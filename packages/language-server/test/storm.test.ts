/**
 * Everything at once: edits, files that come, change and go, a tsconfig that breaks and is mended, settings, installations,
 * and requests in flight, some cancelled. After the storm the server says what a fresh one says.
 */
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  CancellationTokenSource,
  type ClientCapabilities,
  type Diagnostic,
} from "vscode-languageserver/node";
import { defaultPolicy } from "eslint-plugin-floodgate/analysis";
import * as disk from "eslint-plugin-floodgate/neighbour";
import { createEngine } from "../src/engine/engine.ts";
import { loadNativeParser } from "../src/engine/parse-native.ts";
import { createAsker, type AskerOptions } from "../src/engine/types/asker.ts";
import { projectOpener } from "../src/project.ts";
import { everything, modest, startClient, type TestClient } from "./client.ts";
import { testFolder, type TestFolder } from "./folder.ts";
import { fuzzFactor, heapUsed } from "./fuzzing.ts";

const factor = fuzzFactor;

const watching = {
  ...everything,
  workspace: { ...everything.workspace, didChangeWatchedFiles: { dynamicRegistration: true } },
};

let folder: TestFolder;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  folder = testFolder();
  folder.link("typescript");
});
afterEach(() => {
  folder.remove();
  vi.useRealTimers();
});

/** A server with TypeScript in this process, and how many questions about types it has not answered yet. */
async function startServer(settings: Record<string, unknown>, capabilities: ClientCapabilities = watching) {
  const engine = createEngine(loadNativeParser().parser, { disk });
  let unanswered = 0;
  const startAsker = (options: AskerOptions) => {
    const asker = createAsker(engine, options);
    return {
      ...asker,
      async ask(...parameters: Parameters<typeof asker.ask>) {
        unanswered++;
        try {
          return await asker.ask(...parameters);
        } finally {
          unanswered--;
        }
      },
    };
  };
  const client = await startClient({
    capabilities,
    settings,
    initializationOptions: { workspaceDiagnostics: true },
    folders: [folder.uri],
    host: { engine, openProject: projectOpener(startAsker) },
  });
  return {
    client,
    /** Quiet for so long that everything has been asked and answered. */
    async settle() {
      for (let calm = 0; calm < 3;) {
        await vi.advanceTimersByTimeAsync(1_500);
        await client.connection.sendRequest("textDocument/hover", {
          textDocument: { uri: "file:///none.ts" },
          position: { line: 0, character: 0 },
        });
        calm = unanswered === 0 ? calm + 1 : 0;
      }
    },
  };
}

const names = ["a.ts", "b.ts", "c.ts"] as const;
type Name = (typeof names)[number];

/** Without a site of its own a file's text on screen is nothing that types are asked about. */
const own = "export const own = (ids: string[]) => Promise.all(ids.map((id) => fetch(id)));\n";

/** What a file may be. `b.ts` is what the others hang on: with types, and through their imports. */
const bodies: Readonly<Record<Name, readonly string[]>> = {
  "a.ts": [
    'import type { Ids } from "./b.js";\nexport const all = (ids: Ids) => Promise.all(ids.map((id) => fetch(id)));\n',
    'import { load, ids } from "./b.js";\nexport const some = Promise.all(ids.map((id) => load(id)));\n',
    "export async function f(ids: string[]) {\n  return await Promise.all(ids.map(async (id) => fetch(id)));\n}\n",
    "export const broken = (",
  ],
  "b.ts": [
    "export type Ids = string[];\nexport const ids: Ids = JSON.parse(process.argv[2]);\nexport async function load(id: string) { return fetch(id); }\n",
    'export type Ids = readonly ["one", "two"];\nexport const ids: Ids = ["one", "two"];\nexport async function load(id: string) { return fetch(id); }\n',
    "export type Ids = readonly string[];\nexport declare const ids: Ids;\nexport function load(id: string) { return id.length; }\n",
    'export type Ids = Set<"one">; export declare const ids: Ids; export declare function load(id: string): Promise<void>;\n',
  ].map((text) => text + own),
  "c.ts": [
    'import { load } from "./b.js";\nexport const each = (ids: string[]) => { ids.forEach(async (id) => { await load(id); }); };\n',
    'import type { Ids } from "./b.js";\nexport const settled = (ids: Ids) => Promise.allSettled(ids.map((id) => fetch(id)));\n',
    "/* eslint-disable */\nexport const off = (ids: string[]) => Promise.all(ids.map((id) => fetch(id)));\n",
    "export {};\n",
  ],
};
const tsconfigs = [
  '{ "compilerOptions": { "strict": true, "module": "nodenext", "lib": ["es2022"], "types": [] } }',
  '{ "compilerOptions": { "strict": tru',
  '{ "compilerOptions": { "module": "nodenext", "lib": ["es2022"], "types": [] }, "files": ["a.ts"] }',
  undefined,
];
const snippets = [
  "\n",
  "x",
  "await ",
  "// eslint-disable-line",
  "`${",
  "}",
  ")",
  "🚰",
  "\uD800",
  "Promise.all(ids.map(load));\n",
];
const settingsOf = [{}, { strictness: "strict" }, { types: "off" }, { maxKnownSize: 1 }];
const questions = [
  "pull",
  "actions",
  "fix all",
  "hover",
  "hints",
  "explain",
  "report",
  "workspace",
  "resolve",
] as const;

const name = fc.constantFrom(...names);
const kindOf = <K extends string>(kind: K) => ({ kind: fc.constant(kind) });
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      ...kindOf("edit"),
      name,
      at: fc.nat(200),
      length: fc.nat(12),
      text: fc.constantFrom(...snippets),
      skew: fc.constantFrom(1, 1, 1, 0, -3, 7),
    }),
  },
  { weight: 8, arbitrary: fc.record({ ...kindOf("replace"), name, body: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.record({ ...kindOf("open"), name }) },
  { weight: 4, arbitrary: fc.record({ ...kindOf("close"), name }) },
  { weight: 4, arbitrary: fc.record({ ...kindOf("write"), name, body: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ ...kindOf("delete"), name }) },
  { weight: 1, arbitrary: fc.record({ ...kindOf("tsconfig"), body: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ ...kindOf("settings"), which: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ ...kindOf("install") }) },
  {
    weight: 6,
    arbitrary: fc.record({
      ...kindOf("ask"),
      name,
      what: fc.constantFrom(...questions),
      cancel: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ ...kindOf("wait"), ms: fc.constantFrom(10, 200, 1_500) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const everywhere = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

/** Does one thing after the other, without waiting for answers. */
class Storm {
  readonly open = new Map<Name, { text: string; version: number }>();
  readonly pending: Promise<unknown>[] = [];
  settings: Record<string, unknown> = {};
  private writes = 0;
  private readonly client: TestClient;

  constructor(client: TestClient) {
    this.client = client;
  }

  async take(step: Step): Promise<void> {
    const { client } = this;
    const notify = (method: string, params: object) => client.connection.sendNotification(method, params);
    switch (step.kind) {
      case "open": {
        if (this.open.has(step.name)) return;
        const text = bodies[step.name][0] ?? "";
        this.open.set(step.name, { text, version: 1 });
        return client.open(folder.uriOf(step.name), text);
      }
      case "close":
        return this.open.delete(step.name) ? client.close(folder.uriOf(step.name)) : undefined;
      case "edit":
      case "replace": {
        const document = this.open.get(step.name);
        if (document === undefined) return;
        document.version += step.kind === "edit" ? step.skew : 1;
        const textDocument = { uri: folder.uriOf(step.name), version: document.version };
        if (step.kind === "replace") {
          document.text = bodies[step.name][step.body] ?? "";
          return notify("textDocument/didChange", {
            textDocument,
            contentChanges: [{ text: document.text }],
          });
        }
        const lines = document.text.split("\n");
        const line = step.at % lines.length;
        const character = Math.min(step.at, lines[line]?.length ?? 0);
        const end = Math.min(character + step.length, lines[line]?.length ?? 0);
        const range = { start: { line, character }, end: { line, character: end } };
        lines[line] = `${lines[line]?.slice(0, character) ?? ""}${step.text}${lines[line]?.slice(end) ?? ""}`;
        document.text = lines.join("\n");
        return notify("textDocument/didChange", {
          textDocument,
          contentChanges: [{ range, text: step.text }],
        });
      }
      case "write":
        // Each of another size: file systems tell time in ticks of some milliseconds.
        folder.write(step.name, (bodies[step.name][step.body] ?? "") + " ".repeat(++this.writes));
        return this.changed(step.name);
      case "delete":
        folder.remove(step.name);
        return this.changed(step.name);
      case "tsconfig": {
        const text = tsconfigs[step.body];
        if (text === undefined) folder.remove("tsconfig.json");
        else folder.write("tsconfig.json", text + " ".repeat(++this.writes));
        return this.changed("tsconfig.json");
      }
      case "install":
        return this.changed("node_modules/.package-lock.json");
      case "settings":
        this.settings = client.settings = { ...settingsOf[step.which], inlayHints: true };
        return notify("workspace/didChangeConfiguration", { settings: null });
      case "wait":
        await vi.advanceTimersByTimeAsync(step.ms);
        return;
      case "ask": {
        const source = new CancellationTokenSource();
        this.pending.push(this.ask(folder.uriOf(step.name), step.what, source));
        if (step.cancel) source.cancel();
        return;
      }
    }
  }

  private changed(file: string): Promise<void> {
    const changes = [{ uri: folder.uriOf(file), type: 2 }];
    return this.client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes });
  }

  /** An answer, or the error that says that it was cancelled. */
  private async ask(uri: string, what: (typeof questions)[number], { token }: CancellationTokenSource) {
    const { connection } = this.client;
    const textDocument = { uri };
    const position = { line: 1, character: 30 };
    const send = (method: string, params: object) =>
      connection.sendRequest<unknown>(method, params, token).catch((error: unknown) => {
        expect(String(error)).toMatch(/[Cc]ancel/);
      });
    const actions = (only: string[]) =>
      send("textDocument/codeAction", {
        textDocument,
        range: everywhere,
        context: { diagnostics: [], only },
      });
    switch (what) {
      case "pull":
        return send("textDocument/diagnostic", { textDocument });
      case "actions":
        return actions(["quickfix"]);
      case "fix all":
        return actions(["source.fixAll.floodgate"]);
      case "resolve": {
        const [first] = ((await actions(["quickfix"])) ?? []) as object[];
        return first && send("codeAction/resolve", first);
      }
      case "hover":
        return send("textDocument/hover", { textDocument, position });
      case "hints":
        return send("textDocument/inlayHint", { textDocument, range: everywhere });
      case "explain":
        return send("workspace/executeCommand", {
          command: "floodgate.server.explain",
          arguments: [{ textDocument, position }],
        });
      case "report":
        return send("floodgate/fanOutReport", {});
      case "workspace":
        return send("workspace/diagnostic", { previousResultIds: [] });
    }
  }
}

const parser = loadNativeParser().parser;
const parses = (text = "") =>
  createEngine(parser).prepare({ fileName: "/b.ts", text }, defaultPolicy).kind !== "syntax-error";

/** What a server says of every open file, and of those that are not. */
async function said(client: TestClient, open: Iterable<Name>): Promise<unknown> {
  const places = (items: readonly Diagnostic[] = []) =>
    items.map(({ code, range: { start } }) => `${String(code)} ${start.line}:${start.character}`);
  const files: Record<string, string[]> = {};
  for (const file of [...open].sort()) files[file] = places(await client.pull(folder.uriOf(file)));
  const { items } = await client.connection.sendRequest<{ items: { uri: string; items?: Diagnostic[] }[] }>(
    "workspace/diagnostic",
    { previousResultIds: [] },
  );
  const workspace = items.map(({ uri, items: found }) => `${uri}: ${places(found).join()}`).sort();
  return { files, workspace };
}

test(
  "after any storm the server says what a fresh one says",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        for (const file of [...names, "tsconfig.json"]) folder.remove(file);
        for (const file of names) folder.write(file, bodies[file][0] ?? "");
        folder.write("tsconfig.json", tsconfigs[0] ?? "");
        const old = await startServer({ inlayHints: true });
        const storm = new Storm(old.client);
        for (const file of names) await storm.take({ kind: "open", name: file });
        for (const each of steps) await storm.take(each);
        // While a file does not parse, the others go by what it said last, which a fresh server cannot know.
        if (!parses(storm.open.get("b.ts")?.text))
          await storm.take({ kind: "replace", name: "b.ts", body: 1 });
        // Not all at once, or timers that answers wait for would never come.
        const answered = Promise.all(storm.pending);
        await old.settle();
        await answered;
        const now = await said(old.client, storm.open.keys());

        const fresh = await startServer({ inlayHints: true, ...storm.settings });
        for (const [file, { text }] of storm.open) await fresh.client.open(folder.uriOf(file), text);
        await fresh.settle();
        expect(now).toEqual(await said(fresh.client, storm.open.keys()));
        await old.client.dispose();
        await fresh.client.dispose();
      }),
      // Making a storm smaller takes minutes, which is for those who look for it.
      { numRuns: 8 * factor, ...(factor === 1 && { seed: 5, endOnFailure: true }) },
    );
  },
  60_000 * factor,
);

/** As many as the promise speaks of where there is time for it. */
const edits = factor === 1 ? 100 : 500;

test("memory is flat within a tenth over many edits, types and all", async () => {
  for (const file of names) folder.write(file, bodies[file][0] ?? "");
  folder.write("tsconfig.json", tsconfigs[0] ?? "");
  const server = await startServer({ inlayHints: true }, modest);
  const { client } = server;
  const uri = folder.uriOf("a.ts");
  let functions = 0;
  const body = (bodies["a.ts"][2] ?? "")
    .repeat(10)
    .replaceAll("function f", () => `function f${functions++}`);
  await client.open(uri, body);
  let made = 0;
  const heapAfter = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) {
      await client.change(uri, `${body}// ${made++}\n`);
      await vi.advanceTimersByTimeAsync(150);
    }
    await server.settle();
    client.published.length = 0;
    return heapUsed();
  };
  const before = await heapAfter(50);
  const after = await heapAfter(edits);
  expect(after / before).toBeLessThan(1.1);
  await client.dispose();
}, 120_000);
