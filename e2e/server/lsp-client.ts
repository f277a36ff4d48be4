/** A small LSP client over stdio, written from the specification: it knows nothing of Floodgate. */
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";

export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly source?: string;
  readonly code?: string | number;
  readonly codeDescription?: { readonly href: string };
}

export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

export interface CodeAction {
  readonly title: string;
  readonly kind?: string;
  readonly data?: unknown;
  readonly edit?: {
    readonly changes?: Readonly<Record<string, readonly TextEdit[]>>;
    readonly documentChanges?: readonly { readonly edits: readonly TextEdit[] }[];
  };
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface LspClient {
  request<R>(method: string, params: unknown): Promise<R>;
  notify(method: string, params: unknown): void;
  /** Params of every notification received so far under this name. */
  received(method: string): readonly unknown[];
  /** `shutdown` and `exit`, as an editor ends a server; resolves to the exit code. */
  end(): Promise<number | null>;
}

/** Starts a server and initializes it for a folder, with nothing but the defaults. */
export async function startServer(script: string, folder: string): Promise<LspClient> {
  const server = spawn(process.execPath, [script, "--stdio"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const pending = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  const notifications: Message[] = [];
  let complaints = "";
  let nextId = 1;
  let unread = Buffer.alloc(0);

  const send = (message: Message) => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  };
  const receive = (message: Message) => {
    if (message.method === undefined) {
      const waiting = pending.get(Number(message.id));
      pending.delete(Number(message.id));
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result);
    } else if (message.id === undefined) {
      notifications.push(message);
    } else {
      // What a plain client answers to `workspace/configuration`, `client/registerCapability` and the like.
      const items = (message.params as { items?: readonly unknown[] } | undefined)?.items;
      send({ id: message.id, result: items ? items.map(() => null) : null });
    }
  };
  server.stderr.on("data", (chunk: Buffer) => (complaints += chunk.toString()));
  server.stdout.on("data", (chunk: Buffer) => {
    unread = Buffer.concat([unread, chunk]);
    for (;;) {
      const head = unread.indexOf("\r\n\r\n");
      if (head === -1) return;
      const length = Number(/content-length: *(\d+)/iu.exec(unread.toString("ascii", 0, head))?.[1]);
      if (unread.length < head + 4 + length) return;
      const body = unread.toString("utf8", head + 4, head + 4 + length);
      unread = unread.subarray(head + 4 + length);
      receive(JSON.parse(body) as Message);
    }
  });
  const exited = new Promise<number | null>((resolve) => {
    server.once("exit", (code) => {
      for (const { reject } of pending.values())
        reject(new Error(`The server ended (${String(code)}): ${complaints}`));
      resolve(code);
    });
  });

  const client: LspClient = {
    request: <R>(method: string, params: unknown) => {
      const id = nextId++;
      return new Promise<R>((resolve, reject) => {
        pending.set(id, { resolve: resolve as (value: unknown) => void, reject });
        send({ id, method, params });
      });
    },
    notify: (method, params) => {
      send({ method, params });
    },
    received: (method) =>
      notifications.filter((message) => message.method === method).map(({ params }) => params),
    async end() {
      await client.request("shutdown", undefined);
      send({ method: "exit" });
      return await exited;
    },
  };
  const uri = pathToFileURL(folder).href;
  await client.request("initialize", {
    processId: process.pid,
    rootUri: uri,
    workspaceFolders: [{ uri, name: "outside" }],
    capabilities: {
      textDocument: {
        synchronization: {},
        diagnostic: {},
        codeAction: {
          codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
          dataSupport: true,
          resolveSupport: { properties: ["edit"] },
        },
      },
      workspace: { workspaceFolders: true, configuration: true, workspaceEdit: { documentChanges: true } },
    },
  });
  client.notify("initialized", {});
  return client;
}

/** The text after the edits, which do not overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const lineStarts = [0];
  for (const { index } of text.matchAll(/\n/gu)) lineStarts.push(index + 1);
  const offset = ({ line, character }: Position) => (lineStarts[line] ?? text.length) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (all, { range, newText }) => all.slice(0, offset(range.start)) + newText + all.slice(offset(range.end)),
      text,
    );
}
