/** A language client for tests: speaks LSP to a server in this process, over a pair of in-memory streams. */
import { Duplex } from "node:stream";
import {
  createConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Connection,
} from "vscode-languageserver/node";
import {
  createProtocolConnection,
  type ClientCapabilities,
  type CodeAction,
  type Diagnostic,
  type InitializeResult,
  type MessageReader,
  type MessageWriter,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  type TextEdit,
  type WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { createEngine } from "../src/engine/engine.ts";
import { loadNativeParser } from "../src/engine/parse-native.ts";
import type { Host } from "../src/host.ts";
import { statusMethod, type StatusParams } from "../src/protocol.ts";
import { serve } from "../src/server.ts";

/** What VS Code announces, as far as we look at it. */
export const everything: ClientCapabilities = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    workspaceEdit: { documentChanges: true, resourceOperations: ["create"] },
    diagnostics: { refreshSupport: true },
    inlayHint: { refreshSupport: true },
  },
  textDocument: {
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true },
    diagnostic: { relatedInformation: true, codeDescriptionSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix", "source.fixAll"] } },
      dataSupport: true,
      isPreferredSupport: true,
      resolveSupport: { properties: ["edit"] },
    },
    hover: { contentFormat: ["markdown", "plaintext"] },
  },
};

/** Emacs 29's eglot and Neovim before 0.10: diagnostics are pushed, edits come with the action. */
export const modest: ClientCapabilities = {
  workspace: { configuration: true },
  textDocument: {
    publishDiagnostics: {},
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
    hover: { contentFormat: ["plaintext"] },
  },
};

export interface TestClient {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  readonly published: PublishDiagnosticsParams[];
  readonly messages: string[];
  readonly statuses: StatusParams[];
  /** Settings the client answers `workspace/configuration` with. */
  settings: Record<string, unknown> | null;
  refreshes: number;
  /** How often the server asked to have inlay hints asked for again. */
  hintRefreshes: number;
  open(uri: string, text: string, languageId?: string): Promise<void>;
  change(uri: string, text: string): Promise<void>;
  close(uri: string): Promise<void>;
  pull(uri: string): Promise<Diagnostic[]>;
  actions(uri: string, diagnostic: Diagnostic, only?: string[]): Promise<CodeAction[]>;
  /** What the document is after an edit. */
  apply(uri: string, edit: WorkspaceEdit | undefined): string;
  /** Waits until a condition holds, looking again after every message. */
  until(condition: () => boolean): Promise<void>;
  dispose(): Promise<void>;
}

export interface ClientOptions {
  readonly capabilities?: ClientCapabilities;
  readonly settings?: Record<string, unknown> | null;
  readonly initializationOptions?: unknown;
  readonly host?: Partial<Host>;
  readonly folders?: readonly string[];
  /** A server elsewhere, instead of one in this process. */
  readonly transport?: { readonly reader: MessageReader; readonly writer: MessageWriter };
}

export async function startClient(options: ClientOptions = {}): Promise<TestClient> {
  const transport: Transport = options.transport ?? serverHere(options);

  const connection = createProtocolConnection(transport.reader, transport.writer);
  const open = new Map<string, TextDocument>();
  const listeners = new Set<() => void>();
  const heard = () => listeners.forEach((listener) => listener());

  const client: Omit<TestClient, "initialized"> = {
    connection,
    published: [],
    messages: [],
    statuses: [],
    settings: options.settings === undefined ? {} : options.settings,
    refreshes: 0,
    hintRefreshes: 0,
    async open(uri, text, languageId = "typescript") {
      open.set(uri, TextDocument.create(uri, languageId, 1, text));
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId, version: 1, text },
      });
    },
    async change(uri, text) {
      const document = documentOf(uri);
      const version = document.version + 1;
      TextDocument.update(document, [{ text }], version);
      await connection.sendNotification("textDocument/didChange", {
        textDocument: { uri, version },
        contentChanges: [{ text }],
      });
    },
    async close(uri) {
      open.delete(uri);
      await connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    },
    async pull(uri) {
      const report = await connection.sendRequest<{ items?: Diagnostic[] }>("textDocument/diagnostic", {
        textDocument: { uri },
      });
      return report.items ?? [];
    },
    async actions(uri, diagnostic, only) {
      const answer = await connection.sendRequest<CodeAction[] | null>("textDocument/codeAction", {
        textDocument: { uri },
        range: diagnostic.range,
        context: { diagnostics: [diagnostic], ...(only && { only }) },
      });
      return answer ?? [];
    },
    apply(uri, edit) {
      const document = documentOf(uri);
      const versioned = edit?.documentChanges?.find(
        (change) => "textDocument" in change && change.textDocument.uri === uri,
      );
      const edits =
        versioned !== undefined && "edits" in versioned ? versioned.edits : (edit?.changes?.[uri] ?? []);
      return TextDocument.applyEdits(document, edits as TextEdit[]);
    },
    until(condition) {
      return new Promise((resolve) => {
        const look = () => {
          if (!condition()) return;
          listeners.delete(look);
          resolve();
        };
        listeners.add(look);
        look();
      });
    },
    async dispose() {
      await connection.sendRequest("shutdown");
      if (transport.stop === undefined) await connection.sendNotification("exit");
      connection.dispose();
      transport.stop?.();
    },
  };
  const documentOf = (uri: string): TextDocument => {
    const document = open.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  };

  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    client.published.push(params);
    heard();
  });
  for (const method of ["window/showMessage", "window/logMessage"])
    connection.onNotification(method, ({ message }: { message: string }) => {
      client.messages.push(message);
      heard();
    });
  connection.onNotification(statusMethod, (status: StatusParams) => {
    client.statuses.push(status);
    heard();
  });
  connection.onRequest("workspace/configuration", ({ items }: { items: unknown[] }) =>
    items.map(() => client.settings),
  );
  connection.onRequest("workspace/inlayHint/refresh", () => {
    client.hintRefreshes++;
    heard();
    return null;
  });
  connection.onRequest("workspace/diagnostic/refresh", () => {
    client.refreshes++;
    heard();
    return null;
  });
  connection.onRequest("client/registerCapability", () => null);
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: null,
    rootUri: options.folders?.[0] ?? null,
    workspaceFolders: options.folders?.map((uri) => ({ uri, name: uri })) ?? null,
    capabilities: options.capabilities ?? everything,
    initializationOptions: options.initializationOptions,
  });
  await connection.sendNotification("initialized", {});
  return Object.assign(client, { initialized });
}

export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
  stop?(): void;
}

/** A server in this process, and the client's end of the streams to it. */
export function serverHere(options: Pick<ClientOptions, "host"> = {}): Transport {
  const [clientEnd, serverEnd] = streamPair();
  const server: Connection = createConnection(
    new StreamMessageReader(serverEnd),
    new StreamMessageWriter(serverEnd),
  );
  const host: Host = {
    engine: createEngine(loadNativeParser().parser),
    now: () => performance.now(),
    ...options.host,
  };
  serve(server, host, "0.0.0-test");
  server.listen();
  return {
    reader: new StreamMessageReader(clientEnd),
    writer: new StreamMessageWriter(clientEnd),
    stop: () => server.dispose(),
  };
}

/** Two ends of one pipe. */
function streamPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  for (const other of [1, 0])
    ends.push(
      new Duplex({
        read: () => undefined,
        write(chunk, _encoding, done) {
          setImmediate(() => {
            ends[other]?.push(chunk);
            done();
          });
        },
      }),
    );
  return ends as [Duplex, Duplex];
}
