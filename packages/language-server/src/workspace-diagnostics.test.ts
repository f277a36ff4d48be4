/** A whole workspace's diagnostics over the protocol: asked for once, or subscribed to. */
import { basename } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  CancellationTokenSource,
  WorkspaceDiagnosticRequest,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver/node";
import { startClient, type TestClient } from "../test/client.ts";
import { testFolder, type TestFolder } from "../test/folder.ts";
import * as disk from "eslint-plugin-floodgate/neighbour";
import { createEngine } from "./engine/engine.ts";
import { loadNativeParser } from "./engine/parse-native.ts";
import { projectOpener } from "./project.ts";

const bad = "export const all = (ids: string[]) => Promise.all(ids.map((id) => fetch(id)));\n";
const good = "export const all = (ids: string[]) => ids.length;\n";

const engine = createEngine(loadNativeParser().parser, { disk });

let folder: TestFolder;
let client: TestClient;
beforeEach(async () => {
  folder = testFolder({
    "a.ts": bad,
    "src/b.ts": bad,
    "good.ts": good,
    "node_modules/x/index.js": bad,
  });
  client = await startClient({
    folders: [folder.uri],
    host: { engine, openProject: projectOpener() },
    initializationOptions: { workspaceDiagnostics: true },
  });
});
afterEach(async () => {
  await client.dispose();
  folder.remove();
});

const request = (params: object = {}) =>
  client.connection.sendRequest<WorkspaceDiagnosticReport>("workspace/diagnostic", {
    previousResultIds: [],
    ...params,
  });

/** `name: count`, or `name: unchanged`. */
const summary = (items: readonly WorkspaceDocumentDiagnosticReport[]) =>
  items
    .map((item) => `${basename(item.uri)}: ${item.kind === "full" ? item.items.length : item.kind}`)
    .sort();

const idsOf = (items: readonly WorkspaceDocumentDiagnosticReport[]) =>
  items.map(({ uri, resultId }) => ({ uri, value: resultId }));

const changeOnDisk = (...files: string[]) =>
  client.connection.sendNotification("workspace/didChangeWatchedFiles", {
    changes: files.map((file) => ({ uri: folder.uriOf(file), type: 2 })),
  });

describe("asked once", () => {
  test("every file with a finding is reported, open ones as they are on screen", async () => {
    await client.open(folder.uriOf("good.ts"), bad);
    await client.open(folder.uriOf("a.ts"), good);
    const { items } = await request();
    expect(summary(items)).toEqual(["a.ts: 0", "b.ts: 1", "good.ts: 1"]);
    expect(items.map(({ version }) => version).sort()).toEqual([1, 1, null]);
  });

  test("what the client has already is unchanged, and what is gone is cleared", async () => {
    const previousResultIds = idsOf((await request()).items);
    folder.write("a.ts", good);
    expect(summary((await request({ previousResultIds })).items)).toEqual(["a.ts: 0", "b.ts: unchanged"]);
  });
});

describe("subscribed to", () => {
  let heard: WorkspaceDocumentDiagnosticReport[];
  let shown: Map<string, number>;
  let source: CancellationTokenSource;
  let ended: Promise<WorkspaceDiagnosticReport>;
  let listeners: (() => void)[];
  let subscriptions = 0;

  /** As VS Code does it: one request that stays open, and partial results. */
  const subscribe = (previousResultIds: object[] = []) => {
    heard = [];
    shown = new Map();
    listeners = [];
    source = new CancellationTokenSource();
    const partialResultToken = `w${++subscriptions}`;
    client.connection.onProgress(
      WorkspaceDiagnosticRequest.partialResult,
      partialResultToken,
      ({ items }) => {
        heard.push(...items);
        for (const item of items) if (item.kind === "full") shown.set(basename(item.uri), item.items.length);
        for (const listener of listeners) listener();
      },
    );
    ended = client.connection.sendRequest(
      "workspace/diagnostic",
      { previousResultIds, partialResultToken },
      source.token,
    );
  };
  afterEach(async () => {
    source.cancel();
    await ended;
  });
  const until = (condition: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (condition()) resolve();
      };
      listeners.push(look);
      look();
    });
  const bothShown = () => until(() => shown.get("a.ts") === 1 && shown.get("b.ts") === 1);

  test("files that change on disk, come and go are told of, and nothing else", async () => {
    subscribe();
    await bothShown();
    folder.write("a.ts", good);
    folder.write("new.ts", bad + bad.replace("all", "more"));
    folder.remove("src/b.ts");
    await changeOnDisk("a.ts", "new.ts", "src/b.ts", "good.ts", "node_modules/x/index.js");
    await until(() => shown.get("new.ts") === 2 && shown.get("a.ts") === 0 && shown.get("b.ts") === 0);
    expect(summary(heard)).toEqual(["a.ts: 0", "a.ts: 1", "b.ts: 0", "b.ts: 1", "new.ts: 2"]);
  });

  test("a file that hangs on another is told of when that one changes", async () => {
    folder.write("ids.ts", "export const ids = ['a', 'b'];\n");
    folder.write(
      "a.ts",
      'import { ids } from "./ids.js";\nexport const all = Promise.all(ids.map((id) => fetch(id)));\n',
    );
    subscribe();
    await until(() => shown.get("b.ts") === 1);
    expect(shown.has("a.ts")).toBe(false);
    folder.write("ids.ts", "export const ids: string[] = JSON.parse(process.env.IDS);\n");
    await changeOnDisk("ids.ts");
    await until(() => shown.get("a.ts") === 1);
  });

  test("an open file is left to its own questions until it is closed, and answered then, too", async () => {
    await client.open(folder.uriOf("a.ts"), good);
    subscribe();
    await until(() => shown.get("b.ts") === 1);
    expect(shown.has("a.ts")).toBe(false);
    await client.close(folder.uriOf("a.ts"));
    expect(await client.pull(folder.uriOf("a.ts"))).toHaveLength(1);
    await until(() => shown.get("a.ts") === 1);
  });

  test("settings take effect: everything is cleared, and comes back", async () => {
    subscribe();
    await bothShown();
    for (const [settings, count] of [
      [{ lint: "never" }, 0],
      [{}, 1],
    ] as const) {
      client.settings = settings;
      await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
      await until(() => shown.get("a.ts") === count && shown.get("b.ts") === count);
    }
  });

  test("what an open file had is cleared after it is closed, though nothing changed for the workspace", async () => {
    await client.open(folder.uriOf("good.ts"), bad);
    subscribe();
    await bothShown();
    expect(await client.pull(folder.uriOf("good.ts"))).toHaveLength(1);
    await client.close(folder.uriOf("good.ts"));
    await until(() => shown.get("good.ts") === 0);
  });

  test("a client that comes back with what it knows is told of the difference", async () => {
    subscribe();
    await bothShown();
    const known = idsOf(heard);
    source.cancel();
    await ended;
    folder.write("a.ts", good);
    subscribe(known);
    await until(() => shown.get("a.ts") === 0);
    expect(summary(heard)).toEqual(["a.ts: 0"]);
  });

  test("it stays open until the client or the server ends it", async () => {
    subscribe();
    await bothShown();
    source.cancel();
    expect(await ended).toEqual({ items: [] });
  });
});

test("it is announced to a client that asked for it, and to no other", async () => {
  const announced = () => client.initialized.capabilities.diagnosticProvider?.workspaceDiagnostics;
  expect(announced()).toBe(true);
  await client.dispose();
  client = await startClient();
  expect(announced()).toBe(false);
});
