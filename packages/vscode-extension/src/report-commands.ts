/** Asking for the fan-out report, looking at it another way, and taking it along. */
import * as vscode from "vscode";
import { fanOutReportMethod, type FanOutReportResult } from "@floodgate/language-server/protocol";
import type { FloodgateClient } from "./client.ts";
import { groupings } from "./report-groups.ts";
import { createReportView, type ReportView } from "./report-view.ts";

type Command = readonly [id: string, run: () => unknown];

/** @param keep - takes what lives as long as the extension does. */
export function reportCommands(
  client: () => Promise<FloodgateClient>,
  keep: (disposable: vscode.Disposable) => void,
): readonly Command[] {
  let view: ReportView | undefined;
  const show = async (): Promise<FanOutReportResult | undefined> => {
    const report = await askForReport(await client());
    if (report === undefined) return undefined;
    if (view === undefined) keep((view = createReportView()));
    const manifests = await vscode.workspace.findFiles("**/package.json", "**/node_modules/**");
    await view.show(
      report,
      manifests.map((manifest) => vscode.Uri.joinPath(manifest, "..").toString()),
    );
    return report;
  };
  const exportAs = async (format: "markdown" | "sarif"): Promise<void> => {
    const report = view?.report ?? (await show());
    if (report === undefined) return;
    const document = await vscode.workspace.openTextDocument({
      language: format === "markdown" ? "markdown" : "json",
      content: report[format],
    });
    await vscode.window.showTextDocument(document);
  };
  return [
    ["floodgate.showReport", show],
    ["floodgate.groupReport", () => chooseGrouping(view)],
    ["floodgate.exportReportMarkdown", () => exportAs("markdown")],
    ["floodgate.exportReportSarif", () => exportAs("sarif")],
  ];
}

/** The report, with progress in a notification that also cancels; undefined when it was cancelled. */
function askForReport(client: FloodgateClient): Thenable<FanOutReportResult | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title: "Floodgate", cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    progress.report({ message: "reading the workspace" });
    try {
      return await client.request<FanOutReportResult>(fanOutReportMethod, {}, token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    }
  });
}

async function chooseGrouping(view: ReportView | undefined): Promise<void> {
  if (view === undefined) return;
  const items = groupings.map((grouping) => ({ label: grouping, picked: grouping === view.grouping }));
  const choice = await vscode.window.showQuickPick(items, { title: "Group the fan-out report by" });
  if (choice !== undefined) view.groupBy(choice.label);
}
