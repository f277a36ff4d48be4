/** One protocol test per feature, over an in-memory stream: that it is wired up, not what it says. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  CancellationTokenSource,
  WorkDoneProgress,
  type CodeAction,
  type CreateFile,
  type TextDocumentEdit,
} from "vscode-languageserver/node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Analysis } from "eslint-plugin-floodgate/analysis";
import { everything, modest, startClient, type ClientOptions, type TestClient } from "../test/client.ts";
import { findingIn, remediesFor } from "../test/findings.ts";
import { createEngine, type Engine } from "./engine/engine.ts";
import { loadNativeParser } from "./engine/parse-native.ts";
import { projectOpener } from "./project.ts";
import type { FanOutReportResult } from "./protocol.ts";

const uri = "file:///project/a.ts";
const bad = "export async function all(ids: string[]) {\n  return Promise.all(ids.map(load));\n}\n";
const good = bad.replace("Promise.all(ids.map(load))", "mapLimit(ids, 10, load)");

/** An engine that knows one finding: the bad line. The real analysis has its own tests. */
function oneFinding(): Engine {
  const engine = createEngine(loadNativeParser().parser, { prefilter: false });
  return {
    ...engine,
    decide({ file: { text } }): Analysis {
      if (!text.includes("Promise.all(ids.map(load))")) return none;
      const finding = findingIn(text);
      const remedies = remediesFor(text, "Promise.all(ids.map(load))", "mapLimit(ids, 10, load)");
      const [best] = remedies.suggestions;
      return {
        findings: [finding],
        decisions: [finding],
        lookedElsewhere: false,
        remedies: () => ({ ...remedies, ...(best && { fix: best }) }),
      };
    },
  };
}

const none: Analysis = {
  findings: [],
  decisions: [],
  lookedElsewhere: false,
  remedies: () => ({ suggestions: [] }),
};

let client: TestClient;
const start = async (options: ClientOptions = {}): Promise<TestClient> =>
  (client = await startClient({ host: { engine: oneFinding() }, ...options }));
afterEach(async () => {
  await client.dispose();
});

describe("a client that pulls", () => {
  test("gets the diagnostic, applies the quick fix, and sees it gone", async () => {
    await start();
    await client.open(uri, bad);
    const [diagnostic] = await client.pull(uri);
    expect(diagnostic?.code).toBe("floodgate/no-unbounded-promise-all");
    const [action] = diagnostic ? await client.actions(uri, diagnostic) : [];
    const resolved = await client.connection.sendRequest<typeof action>("codeAction/resolve", action);
    expect(client.apply(uri, resolved?.edit)).toBe(good);
    await client.change(uri, good);
    expect(await client.pull(uri)).toEqual([]);
  });

  test("is told that nothing changed when nothing did", async () => {
    await start();
    await client.open(uri, bad);
    const request = (previousResultId?: string) =>
      client.connection.sendRequest<{ kind: string; resultId: string }>("textDocument/diagnostic", {
        textDocument: { uri },
        ...(previousResultId !== undefined && { previousResultId }),
      });
    const { resultId } = await request();
    expect(await request(resultId)).toEqual({ kind: "unchanged", resultId });
  });

  test("is pushed nothing", async () => {
    await start();
    await client.open(uri, bad);
    await client.pull(uri);
    expect(client.published).toEqual([]);
  });
});

describe("a client that does not pull", () => {
  test("gets the diagnostic, applies the quick fix, and sees it gone", async () => {
    await start({ capabilities: modest });
    await client.open(uri, bad);
    await client.until(() => client.published.length === 1);
    const diagnostic = client.published[0]?.diagnostics[0];
    expect(diagnostic?.message).toContain("all at once");
    const [action] = diagnostic ? await client.actions(uri, diagnostic) : [];
    expect(client.apply(uri, action?.edit)).toBe(good);
    await client.change(uri, good);
    await client.until(() => client.published.at(-1)?.version === 2);
    expect(client.published.at(-1)?.diagnostics).toEqual([]);
  });

  test("has its squiggles cleared when the file is closed", async () => {
    await start({ capabilities: modest });
    await client.open(uri, bad);
    await client.until(() => client.published.length === 1);
    await client.close(uri);
    await client.until(() => client.published.length === 2);
    expect(client.published[1]).toEqual({ uri, diagnostics: [] });
  });
});

test("a client that pulls and cannot be asked to pull again is served by pushing", async () => {
  await start({ capabilities: { ...everything, workspace: { configuration: true } } });
  await client.open(uri, bad);
  await client.until(() => client.published.length === 1);
});

test("fix all answers when it is asked for by name", async () => {
  await start();
  await client.open(uri, bad);
  const [diagnostic] = await client.pull(uri);
  const actions = diagnostic ? await client.actions(uri, diagnostic, ["source.fixAll.floodgate"]) : [];
  expect(actions.map(({ kind }) => kind)).toEqual(["source.fixAll.floodgate"]);
  expect(client.apply(uri, actions[0]?.edit)).toBe(good);
});

test("fix all of every linter includes ours only where `autofix` is on", async () => {
  await start();
  await client.open(uri, bad);
  const [diagnostic] = await client.pull(uri);
  if (diagnostic === undefined) throw new Error("no diagnostic");
  expect(await client.actions(uri, diagnostic, ["source.fixAll"])).toEqual([]);
  client.settings = { autofix: true };
  await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  expect(await client.actions(uri, diagnostic, ["source.fixAll"])).toHaveLength(1);
});

test("hover explains the site", async () => {
  await start();
  await client.open(uri, bad);
  const hover = await client.connection.sendRequest("textDocument/hover", {
    textDocument: { uri },
    position: { line: 1, character: 12 },
  });
  expect(JSON.stringify(hover)).toContain("How many: as many as");
});

test("a misspelt setting is named, with what was meant", async () => {
  await start({ settings: { defaultLimt: 5 } });
  await client.open(uri, bad);
  await client.pull(uri);
  await client.until(() => client.messages.length > 0);
  expect(client.messages[0]).toBe(
    "Floodgate: There is no Floodgate setting `defaultLimt`. Did you mean `defaultLimit`?",
  );
});

test("a setting that takes effect takes it without a restart", async () => {
  await start();
  await client.open(uri, bad);
  expect(await client.pull(uri)).toHaveLength(1);
  client.settings = { lint: "never" };
  await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  await client.until(() => client.refreshes === 1);
  expect(await client.pull(uri)).toEqual([]);
});

test("a file that does not parse has no findings, a note in the log, and the server lives on", async () => {
  await start();
  await client.open(uri, "export const = ;");
  expect(await client.pull(uri)).toEqual([]);
  await client.until(() => client.messages.some((message) => message.includes("does not parse")));
  await client.change(uri, bad);
  expect(await client.pull(uri)).toHaveLength(1);
});

test("why is nothing reported here: the answer is the decision chain", async () => {
  await start();
  await client.open(uri, bad);
  const { markdown } = await client.connection.sendRequest<{ markdown: string }>("floodgate/explain", {
    textDocument: { uri },
    position: { line: 1, character: 12 },
  });
  expect(markdown).toContain("## `Promise.all` at line 2");
  expect(markdown).toContain("What limits it: nothing");
});

test("an unknown request is an error, and the next one is answered", async () => {
  await start();
  await expect(client.connection.sendRequest("textDocument/nonsense", {})).rejects.toThrow(
    /Unhandled method/,
  );
  await client.open(uri, bad);
  expect(await client.pull(uri)).toHaveLength(1);
});

test("inlay hints say what may be in flight, once they are turned on", async () => {
  await start();
  await client.open(uri, bad);
  const request = () =>
    client.connection.sendRequest<{ label: string }[] | null>("textDocument/inlayHint", {
      textDocument: { uri },
      range: { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } },
    });
  expect(await request()).toBeNull();
  client.settings = { inlayHints: true };
  await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
  await client.until(() => client.hintRefreshes === 1);
  expect((await request())?.map(({ label }) => label)).toEqual(["unbounded"]);
});

describe("the fan-out report", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-report-")));
    writeFileSync(join(folder, "a.ts"), bad);
    writeFileSync(
      join(folder, "b.ts"),
      `export const two = Promise.all([1, 2].map((n) => fetch(String(n))));\n`,
    );
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const startHere = () =>
    startClient({ folders: [pathToFileURL(folder).href], host: { openProject: projectOpener() } });

  test("lists every site of the workspace, reported or not", async () => {
    client = await startHere();
    const report = await client.connection.sendRequest<FanOutReportResult>("floodgate/fanOutReport", {});
    expect(report.sites.map(({ uri: file, verdict, bound }) => [basename(file), verdict, bound])).toEqual([
      ["a.ts", "report", "unbounded"],
      ["b.ts", "silent", expect.stringContaining("2") as string],
    ]);
    expect(report.filesRead).toBe(2);
    expect(report.markdown).toContain("| report | unbounded | Promise.all | a.ts:2 |");
    expect(JSON.parse(report.sarif)).toMatchObject({ version: "2.1.0" });
  });

  test("is empty where a folder of the workspace is not there, or not any more", async () => {
    client = await startClient({
      folders: [pathToFileURL(join(folder, "gone")).href],
      host: { openProject: projectOpener() },
    });
    const report = await client.connection.sendRequest<FanOutReportResult>("floodgate/fanOutReport", {});
    expect([report.sites, report.filesRead]).toEqual([[], 0]);
  });

  test("follows the folders of the workspace as they come and go", async () => {
    client = await startClient({ folders: [], host: { openProject: projectOpener() } });
    const change = (event: { added: object[]; removed: object[] }) =>
      client.connection.sendNotification("workspace/didChangeWorkspaceFolders", { event });
    const files = async () => {
      const report = await client.connection.sendRequest<FanOutReportResult>("floodgate/fanOutReport", {});
      return report.sites.map(({ uri: file }) => basename(file));
    };
    const here = { uri: pathToFileURL(folder).href, name: "here" };
    expect(await files()).toEqual([]);
    await change({ added: [here], removed: [] });
    expect(await files()).toEqual(["a.ts", "b.ts"]);
    await change({ added: [], removed: [here] });
    expect(await files()).toEqual([]);
  });

  test("can be cancelled, and reports progress", async () => {
    // More than is read before the cancellation arrives.
    for (let i = 0; i < 200; i++) writeFileSync(join(folder, `more-${i}.ts`), bad);
    client = await startHere();
    const kinds: string[] = [];
    client.connection.onProgress(WorkDoneProgress.type, "t", ({ kind }) => {
      kinds.push(kind);
    });
    await client.connection.sendRequest("floodgate/fanOutReport", { workDoneToken: "t" });
    expect([kinds[0], kinds.at(-1)]).toEqual(["begin", "end"]);
    const source = new CancellationTokenSource();
    const cancelled = client.connection.sendRequest("floodgate/fanOutReport", {}, source.token);
    source.cancel();
    await expect(cancelled).rejects.toThrow("Cancelled");
  });
});

describe("in a project without the runtime", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-vendored-")));
    mkdirSync(join(folder, "src"));
    writeFileSync(join(folder, "package.json"), '{\n  "type": "module"\n}\n');
    file = pathToFileURL(join(folder, "src/a.ts")).href;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const offered = async (capabilities = everything) => {
    client = await startClient({
      capabilities,
      folders: [pathToFileURL(folder).href],
      host: { openProject: projectOpener() },
    });
    await client.open(file, bad);
    const range = { start: { line: 1, character: 9 }, end: { line: 1, character: 9 } };
    return client.actions(file, { range, message: "" });
  };

  test("the first quick fix brings the limiter as a file of the project's own", async () => {
    const [first] = await offered();
    expect(first?.title).toMatch(/^Limit to 10 at once with .* \(adds src\/floodgate\.ts\)$/);
    const { edit } = await client.connection.sendRequest<CodeAction>("codeAction/resolve", first);
    const [create, write] = (edit?.documentChanges ?? []) as [CreateFile, TextDocumentEdit];
    expect(create).toMatchObject({
      kind: "create",
      uri: pathToFileURL(join(folder, "src/floodgate.ts")).href,
    });
    expect(JSON.stringify(write)).toContain("A copy of @floodgate/runtime");
    expect(client.apply(file, edit)).toMatch(/^import \{ \w+ \} from "\.\/floodgate\.js";/);
  });

  test("a client that cannot create files is offered what needs none", async () => {
    const capabilities = {
      ...everything,
      workspace: { configuration: true, diagnostics: { refreshSupport: true } },
    };
    expect((await offered(capabilities)).map(({ title }) => title).join()).not.toContain(
      "adds src/floodgate.ts",
    );
  });

  test("adding the dependency is an action of its own, and edits package.json only", async () => {
    const action = (await offered()).find(({ title }) => title.startsWith("Add `@floodgate/runtime`"));
    const [change] = (action?.edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(change?.textDocument).toEqual({
      uri: pathToFileURL(join(folder, "package.json")).href,
      version: null,
    });
    expect(JSON.stringify(change?.edits)).toContain("@floodgate/runtime");
  });
});
