/**
 * Keeps a finding from being shown twice: where the ESLint extension shows Floodgate's rules for a file, the server's
 * own diagnostics are held back there. Its quick fixes stay.
 *
 * Decided here and not in the server, which cannot see another extension's diagnostics.
 */
import * as vscode from "vscode";
import { reportedByEslint } from "./reported-by-eslint.ts";

/** `auto` defers to ESLint, `always` shows our diagnostics beside it, `never` leaves them to ESLint everywhere. */
export type Lint = "auto" | "always" | "never";

export interface Deference extends vscode.Disposable {
  /** Whether our diagnostics for this document are held back now. What was answered last counts as what is on the screen. */
  hides(uri: vscode.Uri): boolean;
}

/** @param changed - called for a document whose answer of `hides` has become another. */
export function createDeference(changed: (uri: vscode.Uri) => void): Deference {
  const deferring = new Set<string>();
  const lint = (uri: vscode.Uri): Lint =>
    vscode.workspace.getConfiguration("floodgate", uri).get<Lint>("lint", "auto");
  const hides = (uri: vscode.Uri): boolean => {
    const choice = lint(uri);
    const hidden =
      choice === "never" || (choice === "auto" && reportedByEslint(vscode.languages.getDiagnostics(uri)));
    if (hidden) deferring.add(uri.toString());
    else deferring.delete(uri.toString());
    return hidden;
  };
  // The editor tells late, and once of what came and went meanwhile: only the last answer says what is to be mended.
  const look = (uri: vscode.Uri): void => {
    const before = deferring.has(uri.toString());
    if (hides(uri) !== before) changed(uri);
  };
  const listeners = [
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) look(uri);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration("floodgate.lint")) return;
      for (const document of vscode.workspace.textDocuments) look(document.uri);
    }),
  ];
  return {
    hides,
    dispose: () => {
      for (const listener of listeners) listener.dispose();
    },
  };
}
