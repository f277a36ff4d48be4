/** How a session asks for types and keeps what it knows fresh, with the type checker in the test's hand. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ResponseError, type ClientCapabilities, type CodeAction } from "vscode-languageserver/node";
import { syntacticFacts, type TypeFacts } from "eslint-plugin-floodgate/analysis";
import { everything, modest, startClient, type TestClient } from "../test/client.ts";
import { testFolder, type TestFolder } from "../test/folder.ts";
import { createEngine, type Engine } from "./engine/engine.ts";
import { recordFacts } from "./engine/fact-table.ts";
import { lint } from "./engine/lint.ts";
import { loadNativeParser } from "./engine/parse-native.ts";
import { policyOf } from "./engine/rule-config.ts";
import type { AskAnswer, AskRequest } from "./engine/types/asker.ts";
import { projectOpener } from "./project.ts";

const engine = createEngine(loadNativeParser().parser);

/** Only types know that `load`, which comes from elsewhere, starts something. */
const body = `import { load } from "./load.js";
export const all = (urls: string[]) => Promise.all(urls.map((url) => load(url)));
export const two = Promise.all([load("a"), load("b")]);
`;
const without = body.replace("Promise.all(urls.map((url) => load(url)))", "urls.length");
const starts: TypeFacts = {
  ...syntacticFacts,
  returnsThenable: () => "yes",
  thenable: () => "yes",
  holdsThenables: () => "yes",
};

/** The answers of a type checker to whom everything is a promise. */
function answerTo({ fileName, text, config }: AskRequest): AskAnswer {
  const { facts, table } = recordFacts(starts);
  const program = engine.prepare({ fileName, text }, policyOf(config));
  if (program.kind === "program") lint(engine, program, facts, config);
  return { table, source: "TypeScript in a test" };
}

let folder: TestFolder;
let client: TestClient;
/** Questions that wait for an answer. */
let asked: { readonly request: AskRequest; answer(given?: AskAnswer): void }[];
/** What the checkers that were started heard besides. */
let heard: string[];
let app: string;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  folder = testFolder({
    "node_modules/typescript/package.json": '{ "version": "6.0.0" }',
    "package.json": "{}",
    "app.ts": body,
  });
  app = folder.uriOf("app.ts");
  asked = [];
  heard = [];
});
afterEach(async () => {
  await client.dispose();
  folder.remove();
  vi.useRealTimers();
});

const start = async (
  capabilities: ClientCapabilities = everything,
  onRegister: () => unknown = () => null,
) => {
  const openProject = projectOpener(() => {
    heard.push("started");
    return {
      ask: (request) =>
        new Promise((resolve) =>
          asked.push({ request, answer: (given = answerTo(request)) => resolve(given) }),
        ),
      changed: (files) => heard.push(files === undefined ? "everything changed" : `${files.length} changed`),
      dispose() {
        heard.push("disposed");
        for (const each of asked) each.answer({ source: "types off: the server is stopping" });
      },
    };
  });
  client = await startClient({
    capabilities,
    folders: [folder.uri],
    initializationOptions: { status: true },
    host: { engine, openProject },
  });
  client.connection.onRequest("client/registerCapability", onRegister);
};

/** Waits until a checker was asked, `times` times so far in all, as quiet goes by. */
const untilAsked = async (times: number) => {
  for (let i = 0; i < 100 && asked.length < times; i++) await vi.advanceTimersByTimeAsync(50);
  expect(asked.length).toBe(times);
};
/** Lets everything that is on its way arrive. */
const settle = async (quietMs = 0) => {
  await client.connection.sendRequest("textDocument/hover", {
    textDocument: { uri: app },
    position: { line: 0, character: 0 },
  });
  await vi.advanceTimersByTimeAsync(quietMs);
  await client.connection.sendRequest("textDocument/hover", {
    textDocument: { uri: app },
    position: { line: 0, character: 0 },
  });
};
const count = async (uri = app) => (await client.pull(uri)).length;

/** Opens the file, and has its types answered. */
const openWithTypes = async () => {
  await client.open(app, body);
  expect(await count()).toBe(0);
  await untilAsked(1);
  asked[0]?.answer();
  await client.until(() => client.refreshes === 1);
  expect(await count()).toBe(1);
};

describe("what types said", () => {
  test("survives a moment in which the file does not parse, and a pause in it", async () => {
    await start();
    await openWithTypes();
    await client.change(app, `/${body}`);
    expect(await count()).toBe(0);
    await settle(1_000);
    expect(asked.length).toBe(1);
    await client.change(app, `//\n${body}`);
    expect(await count()).toBe(1);
  });

  test("is not taken back by an answer about a text that was undone meanwhile", async () => {
    await start();
    await openWithTypes();
    await client.change(app, without);
    await untilAsked(2);
    await client.change(app, body);
    expect(await count()).toBe(1);
    asked[1]?.answer();
    await settle();
    expect(await count()).toBe(1);
  });

  test("is there at once when a change is undone, however long ago", async () => {
    await start();
    await openWithTypes();
    await client.change(app, without);
    await untilAsked(2);
    asked[1]?.answer();
    await settle();
    expect(await count()).toBe(0);
    await client.change(app, body);
    expect(await count()).toBe(1);
  });

  test("of a text is forgotten once other files have changed", async () => {
    await start();
    await openWithTypes();
    await client.change(app, without);
    await untilAsked(2);
    asked[1]?.answer();
    await settle();
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.uriOf("load.ts"), type: 2 }],
    });
    await client.change(app, body);
    expect(await count()).toBe(0);
  });

  test("gives way to an answer about a text that is one letter behind", async () => {
    await start();
    await client.open(app, without);
    await count();
    await untilAsked(1);
    asked[0]?.answer();
    await client.change(app, body);
    await untilAsked(2);
    await client.change(app, `${body}\n`);
    asked[1]?.answer();
    await client.until(() => client.refreshes > 0);
    expect(await count()).toBe(1);
  });

  test("is not asked of a file that holds nothing", async () => {
    await start();
    await client.open(app, "export const one = 1;\n");
    await client.pull(app);
    await settle(1_000);
    expect(asked).toEqual([]);
    expect(client.statuses.at(-1)?.types).toBe("types not needed");
  });

  test("is asked again of the other open files once one was changed, and of none that holds nothing", async () => {
    await start();
    await openWithTypes();
    await client.open(folder.uriOf("plain.ts"), "export const one = 1;\n");
    const load = folder.uriOf("load.ts");
    const text =
      "export const load = async (urls: string[]) => Promise.all(urls.map((url) => fetch(url)));\n";
    await client.open(load, text);
    await untilAsked(2);
    asked[1]?.answer();
    await untilAsked(3);
    expect(asked[2]?.request.fileName).toMatch(/app\.ts$/);
    asked[2]?.answer();
    await settle(5_000);
    expect(asked.length).toBe(3);
    await client.change(load, `${text}// more`);
    await untilAsked(4);
    asked[3]?.answer();
    await untilAsked(5);
    expect(asked.slice(3).map(({ request }) => request.fileName.split("/").at(-1))).toEqual([
      "load.ts",
      "app.ts",
    ]);
  });
});

test("a document closed without saving takes its text out of the types of the others, and nothing flickers", async () => {
  await start();
  folder.write("load.ts", body);
  const load = folder.uriOf("load.ts");
  await client.open(load, `${body}// not saved`);
  await untilAsked(1);
  asked[0]?.answer();
  await client.open(app, body);
  expect(await count()).toBe(0);
  await untilAsked(2);
  await client.close(load);
  await settle();
  expect(heard.at(-1)).toBe("disposed");
  expect(await count()).toBe(0);
  expect(client.statuses.at(-1)).toMatchObject({ tier: 1 });
  await untilAsked(3);
  asked[2]?.answer();
  await client.until(() => client.refreshes > 0);
  expect(await count()).toBe(1);
});

describe("freshness", () => {
  const changeOnDisk = (file: string) =>
    client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.uriOf(file), type: 2 }],
    });

  test.for([
    ["src/other.ts", ["1 changed"]],
    ["tsconfig.json", ["everything changed"]],
    ["packages/a/tsconfig.build.json", ["everything changed"]],
    ["package.json", ["everything changed"]],
    ["eslint.config.mjs", ["everything changed"]],
    ["node_modules/.package-lock.json", ["everything changed", "disposed", "started"]],
    ["node_modules/.modules.yaml", ["everything changed", "disposed", "started"]],
  ] as const)("%s changed on disk: types are asked anew (%s)", async ([file, reactions]) => {
    await start();
    await openWithTypes();
    await changeOnDisk(file);
    await untilAsked(2);
    expect(heard).toEqual(["started", ...reactions]);
  });

  describe.each([
    ["watches no files", modest, (): unknown => null],
    [
      "announces that it watches files, and then refuses",
      {
        ...modest,
        workspace: { ...modest.workspace, didChangeWatchedFiles: { dynamicRegistration: true } },
      },
      () => new ResponseError(-32603, "Internal error"),
    ],
  ] as const)("for a client that %s", (_name, capabilities, onRegister) => {
    const openWithout = async () => {
      await start(capabilities, onRegister);
      await settle();
      await client.open(app, body);
      await untilAsked(1);
      asked[0]?.answer();
      await client.until(() => client.published.at(-1)?.diagnostics.length === 1);
    };
    const save = (uri: string) =>
      client.connection.sendNotification("textDocument/didSave", { textDocument: { uri } });

    test("a saved file has everything open looked at again", async () => {
      await openWithout();
      await save(app);
      await untilAsked(2);
      expect(heard).toEqual(["started", "1 changed"]);
    });

    test.for(["package.json", "tsconfig.json", "node_modules/.package-lock.json", "eslint.config.js"])(
      "%s is looked at whenever a file is opened or saved",
      async (file) => {
        await openWithout();
        folder.write(file, '{ "type": "module" }');
        await client.open(folder.uriOf("b.ts"), body);
        await untilAsked(3);
        expect(heard).toEqual(["started", "everything changed"]);
        folder.remove(file);
        await save(app);
        await settle();
        expect(heard).toEqual(["started", "everything changed", "everything changed"]);
      },
    );
  });

  test("a client that does watch is not second-guessed", async () => {
    await start({
      ...modest,
      workspace: { ...modest.workspace, didChangeWatchedFiles: { dynamicRegistration: true } },
    });
    await client.open(app, body);
    await untilAsked(1);
    asked[0]?.answer();
    await client.until(() => client.published.at(-1)?.diagnostics.length === 1);
    await client.connection.sendNotification("textDocument/didSave", { textDocument: { uri: app } });
    await settle(1_000);
    expect(asked.length).toBe(1);
  });
});

describe("code actions within 300 ms", () => {
  const ask = (only: string[]) =>
    client.connection.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri: app },
      range: { start: { line: 1, character: 40 }, end: { line: 1, character: 50 } },
      context: { diagnostics: [], only },
    });

  test("quick fixes wait for types that are on their way, and not for long", async () => {
    await start();
    await openWithTypes();
    await client.change(app, `${body}// more`);
    await untilAsked(2);
    let answer: CodeAction[] | undefined;
    void ask(["quickfix"]).then((actions) => (answer = actions));
    await settle(100);
    expect(answer).toBeUndefined();
    await settle(100);
    await settle();
    expect(answer?.length).toBeGreaterThan(0);
  });

  test("fix all that takes longer is nothing rather than a part", async () => {
    let now = 0;
    let slow = false;
    const mended =
      "export async function all(urls: string[]) {\n  return await Promise.all(urls.map(async (url) => fetch(url)));\n}\n";
    folder.write("package.json", '{ "type": "module", "dependencies": { "@floodgate/runtime": "*" } }');
    folder.write(
      "node_modules/@floodgate/runtime/package.json",
      '{ "name": "@floodgate/runtime", "main": "index.js" }',
    );
    folder.write("node_modules/@floodgate/runtime/index.js", "");
    const clocked: Engine = {
      ...engine,
      decide: (...parameters) => {
        if (slow) now += 301;
        return engine.decide(...parameters);
      },
    };
    client = await startClient({
      folders: [folder.uri],
      host: { engine: clocked, now: () => now, openProject: projectOpener() },
    });
    await client.open(app, mended);
    expect(await ask(["source.fixAll.floodgate"])).toHaveLength(1);
    slow = true;
    expect(await ask(["source.fixAll.floodgate"])).toEqual([]);
    slow = false;
    expect(await ask(["source.fixAll.floodgate"])).toHaveLength(1);
  });
});
