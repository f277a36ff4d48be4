/** The status item: what was found, with the types of which project, and how long the last analysis took. */
import * as vscode from "vscode";
import type { StatusParams } from "@floodgate/language-server/protocol";
import { documentSelector } from "./documents.ts";
import { statusText } from "./status-text.ts";

export interface StatusItem extends vscode.Disposable {
  starting(): void;
  /** The server has answered, and waits for documents. */
  ready(): void;
  /** The server analysed a document. */
  analysed(status: StatusParams): void;
  /** The server is not running; `why` is shown in the item's detail. */
  failed(why: string): void;
}

/**
 * A language status item: it sits behind the `{}` of the status bar, is there for JavaScript and TypeScript only, and
 * asks for attention (by severity) only when the server stopped.
 */
export function createStatus(): StatusItem {
  const item = vscode.languages.createLanguageStatusItem("floodgate.status", documentSelector);
  const latest = new Map<string, StatusParams>();
  item.name = "Floodgate";

  const show = (
    severity: vscode.LanguageStatusSeverity,
    text: string,
    detail: string,
    busy = false,
  ): void => {
    item.severity = severity;
    item.text = text;
    item.detail = detail;
    item.busy = busy;
    item.command = { title: "Log", command: "floodgate.showOutput" };
  };
  const showActive = (): void => {
    const uri = vscode.window.activeTextEditor?.document.uri.toString();
    const status = uri === undefined ? undefined : latest.get(uri);
    if (status === undefined) return;
    const { text, detail } = statusText(status);
    // A file that does not parse is one being typed in: no reason to ask for attention.
    show(vscode.LanguageStatusSeverity.Information, text, detail);
  };
  const listeners = [
    vscode.window.onDidChangeActiveTextEditor(showActive),
    vscode.workspace.onDidCloseTextDocument((document) => latest.delete(document.uri.toString())),
  ];
  show(vscode.LanguageStatusSeverity.Information, "Floodgate", "not started yet");

  return {
    starting: () => {
      show(vscode.LanguageStatusSeverity.Information, "Floodgate", "starting", true);
    },
    ready: () => {
      show(vscode.LanguageStatusSeverity.Information, "Floodgate", "ready");
      showActive();
    },
    analysed: (status) => {
      latest.set(status.uri, status);
      showActive();
    },
    failed: (why) => {
      show(vscode.LanguageStatusSeverity.Error, "Floodgate stopped", why);
    },
    dispose: () => {
      for (const listener of listeners) listener.dispose();
      item.dispose();
    },
  };
}
