/**
 * Every fix that is safe without asking, in one file or in all of them; one step to undo.
 * The editor shows some sixty characters of a message: each says what it has to within them.
 */
import * as vscode from "vscode";
import { withReport } from "./ask-for-report.ts";
import type { FloodgateClient } from "./client.ts";
import { editorOrMessage } from "./editor-or-message.ts";

export async function fixAllInFile(client: () => Promise<FloodgateClient>): Promise<void> {
  const document = (await editorOrMessage("Fix All in File"))?.document;
  if (document === undefined) return;
  const edit = await (await client()).fixAll(document);
  if (edit === undefined) {
    await vscode.window.showInformationMessage(
      "Floodgate: no fix here is safe without you. Try Ctrl+. instead.",
    );
    return;
  }
  await vscode.workspace.applyEdit(edit);
}

/** Asks before it changes files that may not be on screen. */
export async function fixAllInWorkspace(client: () => Promise<FloodgateClient>): Promise<void> {
  const edit = await withReport(client, async ({ sites }, progress, token) => {
    const server = await client();
    const uris = [...new Set(sites.filter(({ verdict }) => verdict === "report").map(({ uri }) => uri))];
    const all = new vscode.WorkspaceEdit();
    for (const [done, uri] of uris.entries()) {
      if (token.isCancellationRequested) return undefined;
      progress.report({ message: `fixing ${done + 1} of ${uris.length} files` });
      const fixes = await server.fixAll(
        await vscode.workspace.openTextDocument(vscode.Uri.parse(uri)),
        token,
      );
      for (const [target, edits] of fixes?.entries() ?? []) all.set(target, edits);
    }
    return all;
  });
  if (edit === undefined) return;
  if (edit.size === 0) {
    await vscode.window.showInformationMessage("Floodgate: no fix in the workspace is safe without you.");
    return;
  }
  const files = edit.size === 1 ? "1 file" : `${edit.size} files`;
  const detail = "At most as many tasks as the limit run at a time; the others start later than they do now.";
  const choice = await vscode.window.showInformationMessage(
    `Limit the unbounded fan-outs in ${files}?`,
    { modal: true, detail },
    "Fix All",
  );
  // Changed files are opened and left unsaved, to be looked at; undo in any of them offers to take all back.
  if (choice === "Fix All") await vscode.workspace.applyEdit(edit);
}
