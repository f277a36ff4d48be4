/** The fan-out report as a tree view: groups, then sites; a click goes to the site. */
import * as vscode from "vscode";
import type { FanOutReportResult, FanOutSite } from "@floodgate/language-server/protocol";
import { groupSites, plain, type Grouping, type ReportGroup } from "./report-groups.ts";

export interface ReportView extends vscode.Disposable {
  readonly report: FanOutReportResult | undefined;
  readonly grouping: Grouping;
  show(report: FanOutReportResult, packageFolders: readonly string[]): Promise<void>;
  groupBy(grouping: Grouping): void;
}

type Node = ReportGroup | FanOutSite;

const icons: Readonly<Record<FanOutSite["verdict"], vscode.ThemeIcon>> = {
  report: new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground")),
  strict: new vscode.ThemeIcon("info"),
  silent: new vscode.ThemeIcon("pass"),
};

export function createReportView(): ReportView {
  const changed = new vscode.EventEmitter<undefined>();
  let report: FanOutReportResult | undefined;
  let packages: readonly string[] = [];
  let grouping: Grouping = "verdict";
  const provider: vscode.TreeDataProvider<Node> = {
    onDidChangeTreeData: changed.event,
    getChildren: (node) => {
      if (node === undefined) return [...groupSites(report?.sites ?? [], grouping, packages)];
      return "sites" in node ? [...node.sites] : [];
    },
    getTreeItem: (node) => ("sites" in node ? groupItem(node) : siteItem(node)),
  };
  const view = vscode.window.createTreeView("floodgate.report", {
    treeDataProvider: provider,
    showCollapseAll: true,
  });
  const refresh = (): void => {
    const found = report?.sites.filter(({ verdict }) => verdict === "report").length ?? 0;
    view.badge = found === 0 ? undefined : { value: found, tooltip: `${found} unbounded fan-outs` };
    view.description =
      report === undefined ? "" : `${report.sites.length} sites in ${report.filesRead} files`;
    view.message = report?.sites.length === 0 ? "Nothing here starts many promises together." : "";
    changed.fire(undefined);
  };
  return {
    get report() {
      return report;
    },
    get grouping() {
      return grouping;
    },
    show: async (latest, packageFolders) => {
      report = latest;
      packages = packageFolders;
      refresh();
      await vscode.commands.executeCommand("setContext", "floodgate.hasReport", true);
      await vscode.commands.executeCommand("floodgate.report.focus");
    },
    groupBy: (next) => {
      grouping = next;
      refresh();
    },
    dispose: () => {
      view.dispose();
      changed.dispose();
    },
  };
}

function groupItem({ label, sites }: ReportGroup): vscode.TreeItem {
  const { Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(
    label,
    sites.some(({ verdict }) => verdict === "report") ? Expanded : Collapsed,
  );
  item.description = String(sites.length);
  return item;
}

function siteItem(site: FanOutSite): vscode.TreeItem {
  const uri = vscode.Uri.parse(site.uri);
  const place = new vscode.Position(site.line, site.character);
  const item = new vscode.TreeItem(site.operation);
  item.iconPath = icons[site.verdict];
  // Of what is reported, what it starts; of what is not, why.
  const what = site.verdict === "report" ? site.effect : site.because;
  item.description = plain(`${what} · ${vscode.workspace.asRelativePath(uri)}:${site.line + 1}`);
  item.tooltip = new vscode.MarkdownString(
    [
      `How many: ${site.bound}`,
      `Limited by: ${site.gate}`,
      `Each one: ${site.effect}`,
      `Therefore ${site.verdict === "silent" ? "not reported" : "reported"}: ${site.because}`,
      `\`${site.rule}\``,
    ].join("\n\n"),
  );
  item.command = {
    title: "Go to Site",
    command: "vscode.open",
    arguments: [uri, { selection: new vscode.Range(place, place) } satisfies vscode.TextDocumentShowOptions],
  };
  return item;
}
