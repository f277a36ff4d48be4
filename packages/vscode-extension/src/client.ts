/** Where the server is, what it listens to, and what happens when it goes away. Loaded only when first needed. */
import * as vscode from "vscode";
import {
  CloseAction,
  CodeActionRequest,
  ErrorAction,
  ErrorCodes,
  ResponseError,
  RevealOutputChannelOn,
  State,
  WorkDoneProgress,
  type BaseLanguageClient,
  type CodeAction,
  type CodeActionParams,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient";
import {
  fanOutReportMethod,
  statusMethod,
  type FanOutReportParams,
  type FanOutReportResult,
  type FloodgateInitializationOptions,
  type StatusParams,
} from "@floodgate/language-server/protocol";
import { documentSelector } from "./documents.ts";
import { createMiddleware } from "./middleware.ts";
import { createPause, createRestartPolicy, type Pause, type RestartPolicy } from "./restart-policy.ts";
import type { StatusItem } from "./status.ts";

export interface FloodgateClient {
  /** Sends one of the requests of the server's `protocol.ts`. */
  request<Result>(method: string, params: object): Promise<Result>;
  /**
   * Every fan-out in the workspace's folders on disk.
   *
   * @param onProgress - "12 of 340", and how many percent that is.
   * @throws {ResponseError} when it was cancelled.
   */
  report(
    token: vscode.CancellationToken,
    onProgress: (message: string, percentage: number) => void,
  ): Promise<FanOutReportResult>;
  /**
   * What fix-all would change in a document: asked of our server only, whatever other extensions are busy with. Undefined:
   * there is nothing that is fixed without being asked.
   *
   * @throws {Error} when the server has not come to it for 15 seconds, or it was cancelled.
   */
  fixAll(
    document: vscode.TextDocument,
    token?: vscode.CancellationToken,
  ): Promise<vscode.WorkspaceEdit | undefined>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * The server answers fix-all within 300 ms or with nothing, so that saving never waits: nothing that took as long may mean
 * that it did not come to it. Whoever asks by a command waits longer.
 */
const mayHaveGivenUpMs = 300;
const commandWaitsMs = 15_000;

/** Makes the client of this host: it knows where the server is, and how to speak to it. */
export type Connect = (extension: vscode.Uri, options: LanguageClientOptions) => BaseLanguageClient;

/** Starts the bundled server, and resolves when it has answered. */
export async function startClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: StatusItem,
  connect: Connect,
): Promise<FloodgateClient> {
  const restarts = createRestartPolicy();
  const pause = createPause();
  let reports = 0;
  const middleware = createMiddleware(() => client);
  const client = connect(context.extensionUri, {
    documentSelector,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: (): FloodgateInitializationOptions => ({
      trusted: vscode.workspace.isTrusted,
      status: true,
    }),
    diagnosticPullOptions: { onChange: true, onSave: false, onFocus: true },
    middleware,
    errorHandler: errorHandler(restarts, pause, status, log),
    // Without it the client shows the error; whoever started it is told of it all the same.
    initializationFailedHandler: () => false,
  });
  // Of a server that goes away while it starts, the client would tell three times more. It is all in the log.
  const logError = client.error.bind(client);
  client.error = (message, data) => {
    logError(message, data, false);
  };
  client.onNotification(statusMethod, (params: StatusParams) => {
    status.analysed(params);
  });
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Starting) status.starting();
    if (newState === State.Running) status.ready();
  });
  const restart = async (): Promise<void> => {
    restarts.reset();
    if (pause.end()) return;
    if (client.needsStop()) await client.stop();
    await client.start();
  };
  context.subscriptions.push(
    middleware,
    // What may be read and run has changed, and the server's types with it.
    vscode.workspace.onDidGrantWorkspaceTrust(() => void restart()),
  );
  try {
    await client.start();
  } catch (error) {
    // A server that went away is started again, or given up and told of, by the error handler.
    if (!(error instanceof ResponseError && error.code === ErrorCodes.PendingResponseRejected)) throw error;
  }

  return {
    request: (method, params) => client.sendRequest(method, params),
    report: async (token, onProgress) => {
      const params = { workDoneToken: `report ${++reports}` } satisfies FanOutReportParams;
      const listening = client.onProgress(WorkDoneProgress.type, params.workDoneToken, (value) => {
        if (value.kind === "report") onProgress(value.message ?? "", value.percentage ?? 0);
      });
      try {
        return await client.sendRequest<FanOutReportResult>(fanOutReportMethod, params, token);
      } finally {
        listening.dispose();
      }
    },
    fixAll: async (document, token = new vscode.CancellationTokenSource().token) => {
      const everything = new vscode.Range(0, 0, document.lineCount, 0);
      const params: CodeActionParams = {
        textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
        range: client.code2ProtocolConverter.asRange(everything),
        context: { diagnostics: [], only: ["source.fixAll.floodgate"] },
      };
      const began = performance.now();
      while (performance.now() - began < commandWaitsMs && !token.isCancellationRequested) {
        const asked = performance.now();
        const actions = await client.sendRequest<readonly CodeAction[] | null>(
          CodeActionRequest.method,
          params,
          token,
        );
        const edit = actions?.find((action) => action.edit !== undefined)?.edit;
        if (edit !== undefined) return client.protocol2CodeConverter.asWorkspaceEdit(edit);
        if (performance.now() - asked < mayHaveGivenUpMs) return undefined;
      }
      throw new Error(
        `the server is too busy to fix ${vscode.workspace.asRelativePath(document.uri)}; try again in a moment`,
      );
    },
    restart,
    stop: () => client.dispose(),
  };
}

/** One message per row of crashes, with the log one click away; the server comes back after growing pauses. */
function errorHandler(
  restarts: RestartPolicy,
  pause: Pause,
  status: StatusItem,
  log: vscode.LogOutputChannel,
): ErrorHandler {
  const tell = async (message: string, ...also: readonly string[]): Promise<void> => {
    const choice = await vscode.window.showWarningMessage(message, "Show Output", ...also);
    if (choice === "Show Output") log.show();
    if (choice === "Restart") await vscode.commands.executeCommand("floodgate.restart");
  };
  return {
    error: (error, _message, count) => {
      log.error(error);
      return { action: (count ?? 0) > 3 ? ErrorAction.Shutdown : ErrorAction.Continue, handled: true };
    },
    closed: async () => {
      const restart = restarts.crashed(Date.now());
      if (restart === undefined) {
        status.failed("the server stopped five times in three minutes");
        void tell("Floodgate's server keeps stopping, and is not started again.", "Restart");
        return { action: CloseAction.DoNotRestart, handled: true };
      }
      log.warn(`the server stopped; starting it again in ${String(restart.delayMs)} ms`);
      status.failed("the server stopped and is being started again");
      if (restart.tell) void tell("Floodgate's server stopped unexpectedly, and is being started again.");
      await pause.wait(restart.delayMs);
      return { action: CloseAction.Restart, handled: true };
    },
  };
}
