/**
 * The same file for clients that can more and less: what real editors announce, as recorded of them, and single capabilities
 * taken away. Each gets everything that it can take, and nothing that it cannot.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type {
  ClientCapabilities,
  CodeAction,
  Diagnostic,
  Hover,
  InitializeResult,
  TextDocumentEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import * as disk from "eslint-plugin-floodgate/neighbour";
import { createEngine } from "../src/engine/engine.ts";
import { loadNativeParser } from "../src/engine/parse-native.ts";
import { projectOpener } from "../src/project.ts";
import { everything, modest, startClient, type ClientOptions, type TestClient } from "./client.ts";
import { testFolder, type TestFolder } from "./folder.ts";
import { textsAfter } from "./recordings/meaning.ts";
import { readRecording } from "./recordings/replay.ts";

const engine = createEngine(loadNativeParser().parser, { disk });
/** Behind a character of two UTF-16 code units, and four bytes. */
const text =
  "export async function all(urls: string[]) {\n  /* 🚰 */ return await Promise.all(urls.map(async (url) => fetch(url)));\n}\n";

let folder: TestFolder;
let client: TestClient;
let uri: string;
beforeEach(() => {
  folder = testFolder({
    "package.json": '{ "type": "module", "dependencies": { "@floodgate/runtime": "*" } }',
    "node_modules/@floodgate/runtime/package.json": '{ "name": "@floodgate/runtime", "main": "index.js" }',
    "node_modules/@floodgate/runtime/index.js": "",
    "a.ts": text,
  });
  uri = folder.uriOf("a.ts");
});
afterEach(async () => {
  await client.dispose();
  folder.remove();
});

const start = async (capabilities: ClientCapabilities, options: ClientOptions = {}) => {
  client = await startClient({
    folders: [folder.uri],
    host: { engine, openProject: projectOpener() },
    ...options,
    capabilities,
  });
  await client.open(uri, text);
};
const capabilities = (): InitializeResult["capabilities"] => client.initialized.capabilities;

/** The one diagnostic, however the client comes by it. */
async function diagnosticOf(): Promise<Diagnostic> {
  if (capabilities().diagnosticProvider === undefined) {
    await client.until(() => client.published.some(({ diagnostics }) => diagnostics.length === 1));
    return client.published.find(({ diagnostics }) => diagnostics.length === 1)?.diagnostics[0] as Diagnostic;
  }
  const [diagnostic] = await client.pull(uri);
  expect(client.published).toEqual([]);
  return diagnostic as Diagnostic;
}

async function firstFix(diagnostic: Diagnostic): Promise<CodeAction | undefined> {
  const [action] = await client.actions(uri, diagnostic, ["quickfix"]);
  if (action === undefined || action.edit !== undefined) return action;
  return client.connection.sendRequest<CodeAction>("codeAction/resolve", action);
}

/** What an editor said it can do in its recorded session. */
const announcedBy = (editor: string): ClientCapabilities =>
  (
    readRecording(editor, "/project").find(({ message }) => message.method === "initialize")?.message
      .params as { capabilities: ClientCapabilities }
  ).capabilities;

describe.each([
  ["VS Code", announcedBy("vscode")],
  ["Neovim 0.7", announcedBy("neovim")],
  ["Emacs 28 with eglot 1.9", announcedBy("emacs")],
  ["a client that can everything", everything],
  ["a modest client", modest],
] as const)("%s", (_name, announced) => {
  test("sees the finding in its place, and applies a fix that ends it", async () => {
    await start(announced);
    const onScreen = TextDocument.create(uri, "typescript", 1, text);
    const diagnostic = await diagnosticOf();
    expect(diagnostic.range).toEqual({ start: { line: 1, character: 24 }, end: { line: 1, character: 35 } });
    const [fixed = ""] = textsAfter(await firstFix(diagnostic), new Map([[uri, onScreen]]));
    expect(fixed).toContain("mapLimit(urls, ");
    await client.change(uri, fixed);
    if (capabilities().diagnosticProvider !== undefined) expect(await client.pull(uri)).toEqual([]);
    else await client.until(() => client.published.at(-1)?.diagnostics.length === 0);
  });
});

describe("without", () => {
  const less = (change: (capabilities: ClientCapabilities) => void): ClientCapabilities => {
    const copy = structuredClone(everything);
    change(copy);
    return copy;
  };

  test("resolve: edits come with the action", async () => {
    await start(less(({ textDocument }) => delete textDocument?.codeAction?.resolveSupport));
    expect(capabilities().codeActionProvider).toMatchObject({ resolveProvider: false });
    const [action] = await client.actions(uri, await diagnosticOf());
    expect(action?.edit).toBeDefined();
    expect(action?.data).toBeUndefined();
  });

  test("code actions as objects: there are none, and none are announced", async () => {
    await start(less(({ textDocument }) => delete textDocument?.codeAction?.codeActionLiteralSupport));
    expect(capabilities().codeActionProvider).toBeUndefined();
    const diagnostic = await diagnosticOf();
    expect(await client.actions(uri, diagnostic)).toEqual([]);
    expect(await client.actions(uri, diagnostic, ["source.fixAll.floodgate"])).toEqual([]);
  });

  test("preferred actions: none is", async () => {
    await start(less(({ textDocument }) => delete textDocument?.codeAction?.isPreferredSupport));
    const actions = await client.actions(uri, await diagnosticOf());
    expect(actions.some((action) => "isPreferred" in action)).toBe(false);
  });

  test("pull: diagnostics are pushed, with their version, and no pull is announced", async () => {
    await start(less(({ textDocument }) => delete textDocument?.diagnostic));
    expect(capabilities().diagnosticProvider).toBeUndefined();
    await diagnosticOf();
    expect(client.published[0]).toMatchObject({ uri, version: 1 });
  });

  test("related information and links: the sentence alone", async () => {
    await start(
      less(({ textDocument }) => {
        if (textDocument) textDocument.diagnostic = {};
      }),
    );
    const diagnostic = await diagnosticOf();
    expect(diagnostic.message).toContain("all at once");
    expect(diagnostic).not.toHaveProperty("relatedInformation");
    expect(diagnostic).not.toHaveProperty("codeDescription");
  });

  test("versioned edits: plain ones, by address", async () => {
    await start(less(({ workspace }) => delete workspace?.workspaceEdit));
    const fix = await firstFix(await diagnosticOf());
    expect(Object.keys(fix?.edit ?? {})).toEqual(["changes"]);
  });

  test("Markdown: hovers are plain", async () => {
    await start(less(({ textDocument }) => delete textDocument?.hover));
    await diagnosticOf();
    const { contents } = await client.connection.sendRequest<Hover>("textDocument/hover", {
      textDocument: { uri },
      position: { line: 1, character: 30 },
    });
    expect(contents).toMatchObject({ kind: "plaintext" });
    expect(JSON.stringify(contents)).not.toMatch(/\]\(|`/);
  });

  test("`workspace/configuration`: settings come at the start, and with each change", async () => {
    const withoutConfiguration = less(({ workspace }) => delete workspace?.configuration);
    const title = async () => (await firstFix(await diagnosticOf()))?.title;
    await start(withoutConfiguration, { initializationOptions: { settings: { defaultLimit: 3 } } });
    expect(await title()).toMatch(/^Limit to 3 at once/);
    await client.connection.sendNotification("workspace/didChangeConfiguration", {
      settings: { floodgate: { defaultLimit: 4 } },
    });
    expect(await title()).toMatch(/^Limit to 4 at once/);
  });

  test("an answer to `workspace/configuration`: settings of the start hold", async () => {
    await start(everything, { initializationOptions: { settings: { defaultLimit: 3 } }, settings: null });
    expect((await firstFix(await diagnosticOf()))?.title).toMatch(/^Limit to 3 at once/);
  });

  test("inlay hints: nobody asks, and nobody is asked to ask again", async () => {
    await start(
      less(({ workspace }) => delete workspace?.inlayHint),
      { settings: { inlayHints: true } },
    );
    await diagnosticOf();
    await client.connection.sendNotification("workspace/didChangeConfiguration", { settings: null });
    await diagnosticOf();
    expect(client.hintRefreshes).toBe(0);
  });
});

describe("with", () => {
  test("snippets: the limit is the placeholder", async () => {
    const copy = structuredClone(everything);
    if (copy.workspace?.workspaceEdit) copy.workspace.workspaceEdit.snippetEditSupport = true;
    await start(copy);
    const fix = await firstFix(await diagnosticOf());
    const [change] = (fix?.edit?.documentChanges ?? []) as TextDocumentEdit[];
    expect(JSON.stringify(change?.edits)).toContain("${1:10}");
  });

  test.for([[["utf-8", "utf-16"]], [["utf-16"]], [["utf-32", "utf-8", "utf-16"]]] as const)(
    "the encodings %s: UTF-16 is chosen, which all have, and positions are in it",
    async ([positionEncodings]) => {
      await start({ ...everything, general: { positionEncodings: [...positionEncodings] } });
      expect(capabilities().positionEncoding).toBe("utf-16");
      expect((await diagnosticOf()).range.start.character).toBe(24);
    },
  );

  test("commands: the explanation and the report, and an error for any other", async () => {
    await start(modest);
    const { commands = [] } = capabilities().executeCommandProvider ?? {};
    expect(commands).toEqual(["floodgate.server.explain", "floodgate.server.fanOutReport"]);
    const execute = (command: string, ...parameters: unknown[]) =>
      client.connection.sendRequest("workspace/executeCommand", { command, arguments: parameters });
    const position = { line: 1, character: 30 };
    expect(await execute("floodgate.server.explain", { textDocument: { uri }, position })).toMatchObject({
      markdown: expect.stringContaining("## `Promise.all` at line 2") as string,
    });
    expect(await execute("floodgate.server.fanOutReport")).toMatchObject({
      sites: [{ verdict: "report", line: 1 }],
    });
    await expect(execute("floodgate.server.other")).rejects.toThrow(
      "There is no command floodgate.server.other",
    );
  });
});

describe("documents that are no plain files", () => {
  const script =
    "<script>\nexport const all = (ids) => Promise.all(ids.map((id) => fetch(id)));\n</script>\n";
  test.for([
    ["untitled:Untitled-1", "typescript", text, 1],
    ["untitled:Untitled-2", "javascript", "const x = Promise.all(ids.map((id) => fetch(id)));\n", 0],
    [
      "vscode-notebook-cell:/home/x/notes.ipynb#W0sZmlsZQ",
      "javascript",
      "await Promise.all(ids.map((id) => fetch(id)));\n",
      0,
    ],
    ["git:/home/x/a.ts?ref", "typescript", text, 1],
    ["file:///home/x/App.vue", "vue", `<template/>\n${script}`, 2],
    ["file:///home/x/App.svelte", "svelte", script, 1],
    [
      "file:///home/x/Page.astro",
      "astro",
      "---\nconst all = await Promise.all(ids.map((id) => fetch(id)));\n---\n<p/>\n",
      1,
    ],
  ] as const)("%s (%s) has what the text alone can tell", async ([odd, language, code, line]) => {
    await start(everything);
    await client.open(odd, code, language);
    const [diagnostic, ...more] = await client.pull(odd);
    expect(diagnostic?.range.start.line).toBe(line);
    expect(more).toEqual([]);
    const actions = await client.actions(odd, diagnostic as Diagnostic);
    expect(actions.map(({ title }) => title).join()).toContain("Disable floodgate/");
  });
});

describe("beside ESLint", () => {
  const config = (rules: object, more: object = {}) =>
    `import floodgate from "eslint-plugin-floodgate";
export default [
  { ignores: ["ignored.ts"] },
  { files: ["**/*.ts"], languageOptions: { parser }, plugins: { floodgate }, rules: ${JSON.stringify(rules)}, ...${JSON.stringify(more)} },
];
`.replace(
      "export default",
      'const parser = { parseForESLint: () => ({ ast: { type: "Program", body: [], tokens: [], comments: [], range: [0, 0] } }) };\nexport default',
    );
  const plugin =
    "export default { rules: { 'no-unbounded-promise-all': { meta: { schema: [] }, create: () => ({}) } } };\n";
  const withConfig = async (rules: object, more?: object) => {
    folder.write(
      "node_modules/eslint-plugin-floodgate/package.json",
      '{ "type": "module", "exports": "./index.js" }',
    );
    folder.write("node_modules/eslint-plugin-floodgate/index.js", plugin);
    folder.link("eslint");
    folder.write("eslint.config.mjs", config(rules, more));
    await start(everything);
  };
  const rule = "floodgate/no-unbounded-promise-all";

  test("its severity and settings are ours", async () => {
    await withConfig({ [rule]: "warn" }, { settings: { floodgate: { defaultLimit: 4 } } });
    const diagnostic = await diagnosticOf();
    expect(diagnostic.severity).toBe(2);
    expect((await firstFix(diagnostic))?.title).toMatch(/^Limit to 4 at once/);
  });

  test("a rule that it turns off is off, and a config that changes holds without a restart", async () => {
    await withConfig({ [rule]: "off" });
    expect(await client.pull(uri)).toEqual([]);
    folder.write("eslint.config.mjs", `${config({ [rule]: "error" })}\n// changed\n`);
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [{ uri: folder.uriOf("eslint.config.mjs"), type: 2 }],
    });
    expect((await diagnosticOf()).severity).toBe(1);
  });

  test("a file that it ignores has no diagnostics, and quick fixes all the same", async () => {
    await withConfig({ [rule]: "error" });
    const ignored = folder.uriOf("ignored.ts");
    await client.open(ignored, text);
    expect(await client.pull(ignored)).toEqual([]);
    const range = { start: { line: 1, character: 26 }, end: { line: 1, character: 26 } };
    expect((await client.actions(ignored, { range, message: "" })).length).toBeGreaterThan(0);
  });

  test("its diagnostic of the same finding has our fixes; with `lint` never, ours is not shown", async () => {
    await start(everything, { settings: { lint: "never" } });
    expect(await client.pull(uri)).toEqual([]);
    const shown: Diagnostic = {
      range: { start: { line: 1, character: 24 }, end: { line: 1, character: 35 } },
      message: "as ESLint words it",
      source: "eslint",
      code: rule,
    };
    const [action] = await client.actions(uri, shown);
    expect(action).toMatchObject({ kind: "quickfix", diagnostics: [shown] });
  });

  test("nothing of it is run in a workspace that is not trusted", async () => {
    folder.write("eslint.config.mjs", "throw new Error('floodgate: this must not run');\n");
    await start(everything, { initializationOptions: { trusted: false } });
    expect((await diagnosticOf()).severity).toBe(1);
    expect(client.messages.filter((message) => message.includes("must not run"))).toEqual([]);
  });
});
