/** Asking for the fan-out report, looking at it another way, and taking it along. */
import * as vscode from "vscode";
import type { FanOutReportResult } from "@floodgate/language-server/protocol";
import { withReport } from "./ask-for-report.ts";
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
    const report = await withReport(client, (read) => Promise.resolve(read));
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
    ["floodgate.refreshReport", show],
    ["floodgate.groupReport", () => chooseGrouping(view)],
    ["floodgate.exportReportMarkdown", () => exportAs("markdown")],
    ["floodgate.exportReportSarif", () => exportAs("sarif")],
  ];
}

async function chooseGrouping(view: ReportView | undefined): Promise<void> {
  if (view === undefined) return;
  const items = groupings.map((grouping) => ({ label: grouping, picked: grouping === view.grouping }));
  const choice = await vscode.window.showQuickPick(items, { title: "Group the fan-out report by" });
  if (choice !== undefined) view.groupBy(choice.label);
}
