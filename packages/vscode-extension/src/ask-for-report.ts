/** Asks the server for every fan-out of the workspace, with what a person sees meanwhile. */
import * as vscode from "vscode";
import type { FanOutReportResult } from "@floodgate/language-server/protocol";
import type { FloodgateClient } from "./client.ts";

export type Progress = vscode.Progress<{ message?: string; increment?: number }>;

/**
 * Shows a notification that tells how far `work` is, and cancels it.
 *
 * @returns what `work` makes of the report; undefined when it was cancelled, or there is no folder to read: said in a message.
 */
export async function withReport<Result>(
  client: () => Promise<FloodgateClient>,
  work: (report: FanOutReportResult, progress: Progress, token: vscode.CancellationToken) => Promise<Result>,
): Promise<Result | undefined> {
  // The server reads the disk itself: of a virtual workspace it knows what is open.
  if (vscode.workspace.workspaceFolders?.some(({ uri }) => uri.scheme === "file") !== true) {
    void vscode.window.showInformationMessage("Floodgate: this needs a folder on disk, and none is open.");
    return undefined;
  }
  const server = await client();
  const options = { location: vscode.ProgressLocation.Notification, title: "Floodgate", cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    progress.report({ message: "reading the workspace" });
    let reached = 0;
    try {
      const report = await server.report(token, (message, percentage) => {
        progress.report({
          message: `reading the workspace, ${message}`,
          increment: Math.max(0, percentage - reached),
        });
        reached = Math.max(reached, percentage);
      });
      return await work(report, progress, token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  });
}
