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
  /** Whether our diagnostics for this document are held back now. */
  hides(uri: vscode.Uri): boolean;
}

/** @param changed - called for a document whose answer of `hides` has become another. */
export function createDeference(changed: (uri: vscode.Uri) => void): Deference {
  const deferring = new Set<string>();
  const lint = (uri: vscode.Uri): Lint =>
    vscode.workspace.getConfiguration("floodgate", uri).get<Lint>("lint", "auto");
  const hides = (uri: vscode.Uri): boolean => {
    const choice = lint(uri);
    return (
      choice === "never" || (choice === "auto" && reportedByEslint(vscode.languages.getDiagnostics(uri)))
    );
  };
  const look = (uri: vscode.Uri): void => {
    const key = uri.toString();
    if (hides(uri) === deferring.has(key)) return;
    if (!deferring.delete(key)) deferring.add(key);
    changed(uri);
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
