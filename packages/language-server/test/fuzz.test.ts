/** The server under mistreatment: it answers, it never lies about the text it was given last, and it stays up. */
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { syntacticFacts } from "eslint-plugin-floodgate/analysis";
import { CancellationTokenSource, type Diagnostic } from "vscode-languageserver/node";
import { createEngine } from "../src/engine/engine.ts";
import { lint } from "../src/engine/lint.ts";
import { loadNativeParser } from "../src/engine/parse-native.ts";
import { presetConfig } from "../src/engine/rule-config.ts";
import { defaultPolicy } from "eslint-plugin-floodgate/analysis";
import { modest, startClient, type TestClient } from "./client.ts";
import { fuzzFactor, heapUsed } from "./fuzzing.ts";

const uri = "file:///project/a.ts";
const engine = createEngine(loadNativeParser().parser);
const config = presetConfig(defaultPolicy);

/** What the server should say of a text, worked out without it: `line:character` of each finding. */
function expected(text: string): string[] {
  const program = engine.prepare({ fileName: uri, text }, defaultPolicy);
  if (program.kind !== "program") return [];
  const lines = (offset: number) => {
    const before = text.slice(0, offset).split(/\r\n|\n|\r/);
    return `${before.length - 1}:${before.at(-1)?.length ?? 0}`;
  };
  return lint(engine, program, syntacticFacts, config).reports.map(({ finding }) =>
    lines(finding.site.span.start),
  );
}

const placesOf = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ range: { start } }) => `${start.line}:${start.character}`);

let client: TestClient;
beforeEach(async () => {
  client = await startClient();
});
afterEach(async () => {
  await client.dispose();
});

const snippets = [
  "await Promise.all(ids.map((id) => fetch(id)));\n",
  "ids.forEach(async (id) => { await fetch(id); });\n",
  "import pLimit from 'p-limit';\n",
  "async function f(ids: string[]) {\n",
  "}\n",
  "// eslint-disable-next-line\n",
  "/* eslint-disable */",
  "`${",
  "}`",
  "\u2028",
  "\r\n",
  "\uD800",
  "😀",
  "(",
  ")",
];

const edits = fc.array(
  fc.record({
    start: fc.nat(400),
    length: fc.oneof({ arbitrary: fc.constant(0), weight: 3 }, { arbitrary: fc.nat(30), weight: 1 }),
    text: fc.constantFrom(...snippets),
    asks: fc.constantFrom("pull", "actions", "fix", "hover", "explain", "hints", "cancel", "nothing"),
  }),
  { minLength: 1, maxLength: 50 },
);

const wholeRange = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

test(
  "random edits with requests in flight: every answer is an answer, and the last one is right",
  async () => {
    let version = 1;
    let text = "";
    await client.open(uri, text);
    await fc.assert(
      fc.asyncProperty(edits, async (steps) => {
        const pending: Promise<unknown>[] = [];
        const ask = (method: string, params: object) =>
          client.connection.sendRequest(method, { textDocument: { uri }, ...params });
        for (const { start, length, text: inserted, asks } of steps) {
          const from = Math.min(start, text.length);
          const to = Math.min(from + length, text.length);
          const range = { start: placeIn(text, from), end: placeIn(text, to) };
          // What an editor may address: never between the halves of a line break.
          const [a, b] = [offsetIn(text, range.start), offsetIn(text, range.end)];
          text = text.slice(0, a) + inserted + text.slice(b);
          await client.connection.sendNotification("textDocument/didChange", {
            textDocument: { uri, version: ++version },
            contentChanges: [{ range, text: inserted }],
          });
          const context = { diagnostics: [] };
          if (asks === "pull") pending.push(ask("textDocument/diagnostic", {}));
          if (asks === "actions")
            pending.push(ask("textDocument/codeAction", { range: wholeRange, context }));
          if (asks === "fix")
            pending.push(
              ask("textDocument/codeAction", {
                range: wholeRange,
                context: { ...context, only: ["source.fixAll.floodgate"] },
              }),
            );
          if (asks === "hover") pending.push(ask("textDocument/hover", { position: range.start }));
          if (asks === "explain") pending.push(ask("floodgate/explain", { position: range.start }));
          if (asks === "hints") pending.push(ask("textDocument/inlayHint", { range: wholeRange }));
          if (asks === "cancel") {
            const source = new CancellationTokenSource();
            const cancelled = client.connection.sendRequest(
              "textDocument/codeAction",
              { textDocument: { uri }, range: wholeRange, context },
              source.token,
            );
            source.cancel();
            pending.push(cancelled.catch((error: unknown) => error));
          }
        }
        await Promise.all(pending);
        expect(placesOf(await client.pull(uri))).toEqual(expected(text));
        if (text.length > 2_000) {
          text = "";
          await client.connection.sendNotification("textDocument/didChange", {
            textDocument: { uri, version: ++version },
            contentChanges: [{ text }],
          });
        }
      }),
      { numRuns: 16 * fuzzFactor, ...(fuzzFactor === 1 && { seed: 5 }) },
    );
  },
  120_000 * fuzzFactor,
);

/** Lines as LSP counts them. */
const lineBreak = /\r\n|\n|\r/g;

function placeIn(text: string, offset: number): { line: number; character: number } {
  const breaks = [...text.slice(0, offset).matchAll(lineBreak)];
  const last = breaks.at(-1);
  return { line: breaks.length, character: offset - (last === undefined ? 0 : last.index + last[0].length) };
}

function offsetIn(text: string, { line, character }: { line: number; character: number }): number {
  const starts = [0, ...[...text.matchAll(lineBreak)].map((match) => match.index + match[0].length)];
  const start = starts[line] ?? text.length;
  const end = starts[line + 1];
  const length = end === undefined ? text.length : end - (/\r\n$/.test(text.slice(start, end)) ? 2 : 1);
  return Math.min(start + character, length);
}

const fine =
  "export async function f(ids: string[]) {\n  await Promise.all(ids.map((id) => fetch(id)));\n}\n";

/** After whatever came before, the server still tells good from bad. */
async function stillUp(): Promise<void> {
  await client.open("file:///project/ok.ts", fine);
  expect(placesOf(await client.pull("file:///project/ok.ts"))).toEqual(["1:8"]);
}

describe("texts nobody writes", () => {
  test.for([
    ["binary", Array.from({ length: 20_000 }, (_, i) => String.fromCharCode((i * 7919) % 256)).join("")],
    ["half a surrogate pair", `const x = "\uD83D"; ${fine}`],
    ["a byte order mark", `\uFEFF${fine}`],
    ["nothing", ""],
    ["one line of 2 MB", `const x = [${"1,".repeat(1_000_000)}];`],
    ["brackets 20,000 deep", `await Promise.all(${"[".repeat(20_000)}${"]".repeat(20_000)})`],
    ["calls 5,000 deep", `async () => { await Promise.all(${"f(".repeat(5_000)}${")".repeat(5_000)}) }`],
    ["a chain of 20,000", `async () => { await Promise.all(x${".map((y) => f(y))".repeat(20_000)}) }`],
    ["an unterminated template", "await Promise.all(`${"],
  ] as const)("%s", async ([, text]) => {
    await client.open(uri, text);
    await client.pull(uri);
    await client.connection.sendRequest("textDocument/hover", {
      textDocument: { uri },
      position: { line: 0, character: 7 },
    });
    await client.actions(uri, { range: wholeRange, message: "" }, ["source.fixAll.floodgate"]);
    await stillUp();
  });

  test("5 MB of program", async () => {
    const text = fine.repeat(Math.ceil(5_000_000 / fine.length));
    await client.open(uri, text.slice(0, 5_000_000));
    await client.pull(uri);
    await stillUp();
  });
});

describe("clients that misbehave", () => {
  test("a change that addresses lines far beyond the end", async () => {
    await client.open(uri, fine);
    const range = { start: { line: 900, character: 900 }, end: { line: 4_000_000, character: 1 } };
    await client.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range, text: "// end" }],
    });
    expect(placesOf(await client.pull(uri))).toEqual(["1:8"]);
  });

  test("versions that go backwards, or stand still", async () => {
    await client.open(uri, "");
    for (const [version, text] of [
      [5, fine],
      [5, ""],
      [3, fine],
    ] as const)
      await client.connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    expect(placesOf(await client.pull(uri))).toEqual(["1:8"]);
  });

  test("questions about documents that are not open, never were, or have odd addresses", async () => {
    for (const odd of [
      uri,
      "untitled:Untitled-1",
      "file:///C:/a%20b.ts",
      "git:/x?y",
      "",
      "not a uri",
      "file://host/%zz.ts",
    ]) {
      expect(await client.pull(odd)).toEqual([]);
      await client.open(odd, fine);
      expect(placesOf(await client.pull(odd)).length).toBeLessThanOrEqual(1);
      await client.close(odd);
      expect(await client.pull(odd)).toEqual([]);
    }
    await stillUp();
  });

  test("the same document opened twice, and closed twice", async () => {
    await client.open(uri, "");
    await client.open(uri, fine);
    expect(placesOf(await client.pull(uri))).toEqual(["1:8"]);
    await client.close(uri);
    await client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    await stillUp();
  });

  test("nonsense for parameters is an error, not the end", async () => {
    for (const method of [
      "textDocument/hover",
      "textDocument/codeAction",
      "textDocument/diagnostic",
      "floodgate/explain",
      "codeAction/resolve",
    ])
      await client.connection.sendRequest(method, { textDocument: 5, range: "x" }).catch(() => undefined);
    await client.connection.sendNotification("textDocument/didChange", { textDocument: {} });
    await client.connection.sendNotification("workspace/didChangeConfiguration", {});
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [] });
    await stillUp();
  });
});

test("a pushing client is told about the last text, however fast it types", async () => {
  const pushed = await startClient({ capabilities: modest });
  await pushed.open(uri, "");
  let text = "";
  for (const letter of fine) await pushed.change(uri, (text += letter));
  await pushed.until(() => {
    const last = pushed.published.at(-1);
    return last !== undefined && placesOf(last.diagnostics).join() === "1:8";
  });
  await pushed.dispose();
});

test("memory is flat within a tenth over 500 edits", async () => {
  const text = fine.repeat(3);
  await client.open(uri, text);
  const heapAfter = async (count: number): Promise<number> => {
    for (let i = 0; i < count; i++) {
      await client.change(uri, `${text}// ${i}\n`);
      await client.pull(uri);
    }
    return heapUsed();
  };
  const before = await heapAfter(100);
  expect((await heapAfter(500)) / before).toBeLessThan(1.1);
}, 120_000);
