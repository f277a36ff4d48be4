/** "Why nothing here?": the server's answer about the place of the cursor, as a page beside the editor. */
import * as vscode from "vscode";
import { explainMethod, type ExplainParams, type ExplainResult } from "@floodgate/language-server/protocol";
import type { FloodgateClient } from "./client.ts";
import { editorOrMessage } from "./editor-or-message.ts";

/** Not an untitled file: an answer is nothing to save. */
const scheme = "floodgate-explanation";

/** @param keep - Takes what lives as long as the extension does. */
export function explainCommand(
  client: () => Promise<FloodgateClient>,
  keep: (disposable: vscode.Disposable) => void,
): () => Promise<void> {
  let answer = "";
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const page = vscode.Uri.from({ scheme, path: "Why nothing here.md" });
  keep(changed);
  keep(
    vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: changed.event,
      provideTextDocumentContent: () => answer,
    }),
  );
  return async () => {
    const editor = await editorOrMessage("Why Nothing Here?");
    if (editor === undefined) return;
    const { line, character } = editor.selection.active;
    const uri = editor.document.uri.toString();
    const params: ExplainParams = { textDocument: { uri }, position: { line, character } };
    answer = (await (await client()).request<ExplainResult>(explainMethod, params)).markdown;
    changed.fire(page);
    await vscode.commands.executeCommand("markdown.showPreviewToSide", page);
  };
}
