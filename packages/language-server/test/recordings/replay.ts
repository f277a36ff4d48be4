/** Holds a recorded conversation again: says what the editor said, when it said it, and compares the server's answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Transport } from "../client.ts";
import { meaningOf, textsAfter } from "./meaning.ts";

/** A JSON-RPC message, as far as it is looked at here. */
export interface Said {
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface Line {
  readonly from: "client" | "server";
  readonly message: Said;
}

export interface Comparison {
  /** `textDocument/hover 6`. */
  readonly question: string;
  readonly then: unknown;
  readonly now: unknown;
}

export interface Outcome {
  readonly comparisons: readonly Comparison[];
  /** How many diagnostics the server said that the file has, each time that another number. */
  readonly counts: readonly number[];
  /** Texts that the server's edits of today would have made, and those of them that the editor had on screen then. */
  readonly made: readonly string[];
  readonly seen: readonly string[];
}

/** @param path - Stands where the recording says `/project`. */
export function readRecording(editor: string, path: string): Line[] {
  const text = readFileSync(join(import.meta.dirname, `${editor}.json`), "utf8");
  return JSON.parse(text.replaceAll("/project", path)) as Line[];
}

/** How long the server may take for what it said in the recording, before the test gives up. */
const patienceMs = 15_000;

export async function replay(lines: readonly Line[], { reader, writer }: Transport): Promise<Outcome> {
  const heard: Said[] = [];
  const listeners = new Set<() => void>();
  /** The next line of the recording. */
  let at = 0;

  const say = (message: Said) => writer.write({ jsonrpc: "2.0", ...message });
  reader.listen((incoming) => {
    const message = incoming as Said;
    heard.push(message);
    if (message.method !== undefined && message.id !== undefined) void say(answerTo(lines, at, message));
    for (const listener of listeners) listener();
  });
  const hear = (what: string, find: () => Said | undefined): Promise<Said> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        listeners.delete(look);
        reject(new Error(`The server did not say what it said then: ${what}`));
      }, patienceMs);
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });

  const documents = new Map<string, TextDocument>();
  const questions = new Map<Said["id"], Said>();
  const cancelled = new Set(
    lines
      .filter(({ message }) => message.method === "$/cancelRequest")
      .map(({ message }) => (message.params as { id: number }).id),
  );
  const comparisons: Comparison[] = [];
  const counts: number[] = [];
  const made: string[] = [];
  const seen: string[] = [];
  const told = new Map<string, number>();
  const count = (now: number | undefined): void => {
    if (now !== undefined && counts.at(-1) !== now) counts.push(now);
  };

  for (; at < lines.length; at++) {
    const line = lines[at];
    if (line === undefined) break;
    const { from, message } = line;
    const { id, method } = message;
    if (from === "client") {
      // What the server asks is answered when it asks.
      if (method === undefined) continue;
      if (id !== undefined) questions.set(id, message);
      follow(documents, message);
      seen.push(...[...documents.values()].map((document) => document.getText()));
      await say(message);
      continue;
    }
    if (method === undefined) {
      const question = questions.get(id);
      if (question?.method === undefined || cancelled.has(id as number)) continue;
      const now = await hear(`the answer to ${question.method} ${String(id)}`, () =>
        heard.find((other) => other.method === undefined && other.id === id),
      );
      const meaning = (said: Said) => meaningOf(question.method ?? "", said.error ?? said.result, documents);
      comparisons.push({
        question: `${question.method} ${String(id)}`,
        then: meaning(message),
        now: meaning(now),
      });
      if (question.method === "textDocument/diagnostic") count(itemsOf(now.result)?.length);
      made.push(...textsAfter(now.result, documents));
    } else if (method === "textDocument/publishDiagnostics") {
      const then = JSON.stringify(meaningOf(method, message.params, documents));
      const now = await hear(`${method} of ${then}`, () =>
        heard.find(
          (other) =>
            other.method === method && JSON.stringify(meaningOf(method, other.params, documents)) === then,
        ),
      );
      if ((message.params as { version?: number }).version !== undefined) count(itemsOf(now.params)?.length);
    } else if (id !== undefined && method.endsWith("/refresh")) {
      const before = told.get(method) ?? 0;
      told.set(method, before + 1);
      await hear(`${method} ${before + 1}`, () => heard.filter((other) => other.method === method)[before]);
    }
  }
  return { comparisons, counts, made, seen };
}

/** What the editor answered to this question at the time, or failing that the last time before. */
function answerTo(lines: readonly Line[], at: number, { id, method, params }: Said): Said {
  const same = JSON.stringify([method, method === "workspace/configuration" ? params : undefined]);
  const asked = new Set<Said["id"]>();
  let found: Said | undefined;
  for (const [index, { from, message }] of lines.entries()) {
    if (from === "server" && message.method !== undefined) {
      const key = [message.method, method === "workspace/configuration" ? message.params : undefined];
      if (JSON.stringify(key) === same) asked.add(message.id);
    } else if (from === "client" && message.method === undefined && asked.has(message.id)) {
      found = message;
      if (index >= at - 1) break;
    }
  }
  const error = found?.error;
  return { id: id ?? null, ...(error === undefined ? { result: found?.result ?? null } : { error }) };
}

/** Keeps the documents as the editor had them. */
function follow(documents: Map<string, TextDocument>, { method, params }: Said): void {
  const { textDocument, contentChanges } = (params ?? {}) as {
    textDocument: { uri: string; languageId: string; version: number; text: string };
    contentChanges: Parameters<typeof TextDocument.update>[1];
  };
  if (method === "textDocument/didOpen") {
    const { uri, languageId, version, text } = textDocument;
    documents.set(uri, TextDocument.create(uri, languageId, version, text));
  } else if (method === "textDocument/didChange") {
    const document = documents.get(textDocument.uri);
    if (document === undefined) throw new Error(`${textDocument.uri} is not open`);
    TextDocument.update(document, contentChanges, textDocument.version);
  } else if (method === "textDocument/didClose") documents.delete(textDocument.uri);
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  const { items, diagnostics } = (value ?? {}) as { items?: unknown[]; diagnostics?: unknown[] };
  return items ?? diagnostics;
}
