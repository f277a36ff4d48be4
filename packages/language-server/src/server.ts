/** The switchboard: which LSP method is answered by what. Knows neither Node nor the browser; its host does. */
import {
  CodeActionKind,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  ErrorCodes,
  MessageType,
  PositionEncodingKind,
  ResponseError,
  ShowMessageNotification,
  TextDocuments,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { supportOf, type ClientSupport } from "./client-support.ts";
import { fixAllKind } from "./features/code-actions.ts";
import type { Host } from "./host.ts";
import {
  explainCommand,
  explainMethod,
  fanOutReportCommand,
  fanOutReportMethod,
  type ExplainParams,
  type FanOutReportParams,
  type FloodgateInitializationOptions,
} from "./protocol.ts";
import { createSession, type Session } from "./session.ts";
import { createSettings, type Settings } from "./settings.ts";

export type { Host, Project, ProjectOptions, TypeRequest, Types } from "./host.ts";
export { createEngine, type Engine } from "./engine/engine.ts";
export type { Parser } from "./engine/parser.ts";

/** Serves one client over a connection that is not listening yet. */
export function serve(connection: Connection, host: Host, version: string): void {
  const documents = new TextDocuments(TextDocument);
  let session: Session | undefined;
  let settings: Settings | undefined;
  let support: ClientSupport | undefined;
  let sent: unknown;
  let watchesFiles = false;

  connection.onInitialize((params): InitializeResult => {
    const initialization = (params.initializationOptions ?? {}) as FloodgateInitializationOptions;
    const client = (support = supportOf(params.capabilities));
    sent = initialization.settings;
    settings = createSettings(
      async (uri) => {
        if (!client.configuration) return sent;
        const answer: unknown = await connection.workspace.getConfiguration({
          section: "floodgate",
          ...(uri !== "" && { scopeUri: uri }),
        });
        // Some announce that they can answer, and have nothing to say.
        return answer ?? sent;
      },
      (problem) =>
        void connection.sendNotification(ShowMessageNotification.type, {
          type: MessageType.Warning,
          message: `Floodgate: ${problem}`,
        }),
    );
    // Without `refresh`, a pulling client would never hear of what types add; it is served by pushing.
    const pull =
      client.pullDiagnostics &&
      (client.diagnosticRefresh || params.capabilities.textDocument?.publishDiagnostics === undefined);
    session = createSession({
      connection,
      documents,
      host,
      project: host.openProject?.({
        trusted: initialization.trusted ?? true,
        folders: foldersOf(params),
        engine: host.engine,
        log: (message) => connection.console.info(message),
      }),
      support: client,
      settings,
      pull,
      sendsStatus: initialization.status ?? false,
      watchesFiles: () => watchesFiles,
    });
    return {
      serverInfo: { name: "floodgate", version },
      capabilities: {
        // Every client has this encoding; those that say which they have are told.
        ...(params.capabilities.general?.positionEncodings !== undefined && {
          positionEncoding: PositionEncodingKind.UTF16,
        }),
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        ...(pull && {
          diagnosticProvider: {
            identifier: "floodgate",
            interFileDependencies: true,
            workspaceDiagnostics: initialization.workspaceDiagnostics ?? false,
          },
        }),
        ...(client.codeActionLiterals && {
          codeActionProvider: {
            codeActionKinds: [CodeActionKind.QuickFix, fixAllKind],
            resolveProvider: client.resolveEdit,
          },
        }),
        executeCommandProvider: { commands: [explainCommand, fanOutReportCommand] },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        hoverProvider: true,
        inlayHintProvider: true,
      },
    };
  });

  connection.onInitialized(() => {
    // A client may announce that it can, and then cannot: Emacs, where the folder is no project.
    const refused = (error: unknown) => connection.console.info(`The client refuses: ${String(error)}`);
    if (support?.dynamicConfiguration === true)
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: "floodgate" })
        .catch(refused);
    if (support?.dynamicWatchedFiles === true)
      connection.client
        .register(DidChangeWatchedFilesNotification.type, {
          watchers: watched.map((globPattern) => ({ globPattern })),
        })
        .then(() => (watchesFiles = true))
        .catch(refused);
    if (support?.workspaceFolders === true)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) =>
        session?.foldersChanged(
          added.map(({ uri }) => uri),
          removed.map(({ uri }) => uri),
        ),
      );
  });
  connection.onDidChangeConfiguration((params) => {
    sent = (params.settings as { floodgate?: unknown } | null | undefined)?.floodgate ?? sent;
    settings?.drop();
    session?.refresh();
  });
  connection.onDidChangeWatchedFiles(({ changes }) => session?.filesChanged(changes.map(({ uri }) => uri)));

  documents.onDidOpen(({ document }) => session?.opened(document));
  documents.onDidSave(({ document }) => session?.saved(document));
  documents.onDidChangeContent(({ document }) => session?.changed(document));
  documents.onDidClose(({ document }) => session?.closed(document));

  connection.languages.diagnostics.on(
    (params) => session?.diagnostics(params) ?? { kind: "full", items: [] },
  );
  connection.languages.diagnostics.onWorkspace(
    (params, token, _progress, result) =>
      session?.workspaceDiagnostics(params, token, result) ?? { items: [] },
  );
  connection.onCodeAction((params, token) => session?.codeActions(params, token));
  connection.onCodeActionResolve((action) => session?.resolveCodeAction(action) ?? action);
  connection.onHover((params) => session?.hover(params));
  const explain = async (params: ExplainParams) => (await session?.explain(params)) ?? { markdown: "" };
  const report = async (params: FanOutReportParams, token: CancellationToken) =>
    (await session?.fanOutReport(params, token)) ?? null;
  connection.onRequest(explainMethod, explain);
  connection.languages.inlayHint.on((params) => session?.inlayHints(params));
  connection.onRequest(fanOutReportMethod, report);
  connection.onExecuteCommand(({ command, arguments: [first] = [], workDoneToken }, token) => {
    if (command === explainCommand) return explain(first as ExplainParams);
    if (command === fanOutReportCommand)
      return report(workDoneToken === undefined ? {} : { workDoneToken }, token);
    throw new ResponseError(ErrorCodes.InvalidParams, `There is no command ${command}`);
  });
  connection.onShutdown(() => session?.dispose());

  documents.listen(connection);
}

/** Whatever may change an answer without the file on screen changing. */
const watched = [
  "**/{package.json,tsconfig*.json,jsconfig*.json,eslint.config.*}",
  "**/*.{ts,tsx,mts,cts,js,jsx,mjs,cjs}",
  "**/node_modules/{.package-lock.json,.modules.yaml,.yarn-integrity,.yarn-state.yml}",
];

function foldersOf(params: InitializeParams): string[] {
  if (params.workspaceFolders) return params.workspaceFolders.map(({ uri }) => uri);
  // For clients older than workspace folders.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what such a client sends
  return params.rootUri === null ? [] : [params.rootUri];
}
