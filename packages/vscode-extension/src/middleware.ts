/** What happens between the server and the editor: nothing is shown that is on the screen already, and saving never waits. */
import * as vscode from "vscode";
import { DocumentDiagnosticRequest, type BaseLanguageClient, type Middleware } from "vscode-languageclient";
import { createDeference } from "./eslint-deference.ts";
import { hoverWithoutMessage } from "./hover-without-message.ts";

type FloodgateMiddleware = Required<
  Pick<Middleware, "provideDiagnostics" | "handleDiagnostics" | "provideHover" | "provideCodeActions">
> &
  vscode.Disposable;

/**
 * How long a save waits for fixes. The server answers in 300 ms or with nothing; this holds when it cannot answer at all,
 * because it is starting, reading the workspace or stuck, and leaves 60 ms of the 300 for the editor's own part. Not less: the
 * server itself waits up to 180 ms for types that are on their way.
 */
const saveWaitsMs = 240;

/**
 * Holds back diagnostics that the ESLint extension already shows, pulled or pushed, leaves out of a hover what the
 * diagnostic above it says, and gives up on fixes that a save would have to wait for.
 *
 * @param client - the client this is for; asked later, because the client is made from its middleware.
 */
export function createMiddleware(client: () => BaseLanguageClient): FloodgateMiddleware {
  const pushed = new Map<string, vscode.Diagnostic[]>();
  const deference = createDeference((uri) => {
    const mine = pushed.get(uri.toString());
    if (mine !== undefined) client().diagnostics?.set(uri, deference.hides(uri) ? [] : mine);
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString());
    if (document === undefined) return;
    const pulls = client().getFeature(DocumentDiagnosticRequest.method);
    pulls.getProvider(document)?.onDidChangeDiagnosticsEmitter.fire();
  });
  return {
    // Without the previous result's id the answer is never "unchanged", which could be about what was held back.
    provideDiagnostics: async (document, _previousResultId, token, next) => {
      const report = await next(document, undefined, token);
      const uri = document instanceof vscode.Uri ? document : document.uri;
      return report && "items" in report && deference.hides(uri) ? { ...report, items: [] } : report;
    },
    handleDiagnostics: (uri, diagnostics, next) => {
      pushed.set(uri.toString(), diagnostics);
      next(uri, deference.hides(uri) ? [] : diagnostics);
    },
    provideCodeActions: (document, range, context, token, next) => {
      const onSave =
        context.triggerKind === vscode.CodeActionTriggerKind.Automatic &&
        context.only !== undefined &&
        vscode.CodeActionKind.SourceFixAll.contains(context.only);
      if (!onSave) return next(document, range, context, token);
      const giveUp = new vscode.CancellationTokenSource();
      const cancelled = token.onCancellationRequested(() => {
        giveUp.cancel();
      });
      const timer = setTimeout(() => {
        giveUp.cancel();
      }, saveWaitsMs);
      return Promise.race([
        next(document, range, context, giveUp.token),
        new Promise<undefined>((resolve) => giveUp.token.onCancellationRequested(() => resolve(undefined))),
      ]).finally(() => {
        clearTimeout(timer);
        cancelled.dispose();
        giveUp.dispose();
      });
    },
    provideHover: async (document, position, token, next) => {
      const hover = await next(document, position, token);
      const shown = vscode.languages
        .getDiagnostics(document.uri)
        .filter(({ source, range }) => source === "floodgate" && range.contains(position))
        .map(({ message }) => message);
      for (const content of hover?.contents ?? []) {
        if (content instanceof vscode.MarkdownString)
          content.value = hoverWithoutMessage(content.value, shown);
      }
      return hover;
    },
    dispose: () => {
      deference.dispose();
    },
  };
}
