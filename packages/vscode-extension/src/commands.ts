/** The palette's commands, each a translation into requests to the server or to the editor. */
import * as vscode from "vscode";
import type { FloodgateClient } from "./client.ts";
import { explainCommand } from "./explain.ts";
import { fixAllInFile, fixAllInWorkspace } from "./fix-all.ts";
import { openExample } from "./example.ts";
import { reportCommands } from "./report-commands.ts";

/**
 * @param client - Starts the client if it does not run yet: a command may be the first thing that is asked.
 * @returns what to dispose of with the extension.
 */
export function registerCommands(
  client: () => Promise<FloodgateClient>,
  log: vscode.LogOutputChannel,
): vscode.Disposable {
  const kept: vscode.Disposable[] = [];
  const keep = (disposable: vscode.Disposable): void => void kept.push(disposable);
  const commands: readonly (readonly [id: string, run: () => unknown])[] = [
    ["floodgate.fixAllInFile", () => fixAllInFile(client)],
    ["floodgate.fixAllInWorkspace", () => fixAllInWorkspace(client)],
    ["floodgate.explain", explainCommand(client, keep)],
    ["floodgate.openExample", openExample],
    ["floodgate.restart", async () => (await client()).restart()],
    ["floodgate.showOutput", () => log.show()],
    ...reportCommands(client, keep),
  ];
  for (const [id, run] of commands) kept.push(vscode.commands.registerCommand(id, () => guarded(run, log)));
  return { dispose: () => vscode.Disposable.from(...kept).dispose() as unknown };
}

/** A command that fails says so once, with the log one click away. */
async function guarded(run: () => unknown, log: vscode.LogOutputChannel): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    const message = `Floodgate: ${error instanceof Error ? error.message : String(error)}`;
    const choice = await vscode.window.showErrorMessage(message, "Show Output");
    if (choice !== undefined) log.show();
    return undefined;
  }
}
