/** Commands that are about the file in front of one. */
import * as vscode from "vscode";
import { documentSelector } from "./documents.ts";

/**
 * The active editor, if it holds something that Floodgate reads; otherwise a message that offers the example.
 *
 * @param command - The command's title: in the palette it is there only where it applies, but keys and the walkthrough ask too.
 */
export async function editorOrMessage(command: string): Promise<vscode.TextEditor | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && vscode.languages.match(documentSelector, editor.document) > 0) return editor;
  const choice = await vscode.window.showInformationMessage(
    `Floodgate: open a JavaScript or TypeScript file first; "${command}" looks at the one in front of you.`,
    "Open an Example",
  );
  if (choice !== undefined) await vscode.commands.executeCommand("floodgate.openExample");
  return undefined;
}
