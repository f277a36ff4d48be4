/**
 * Diagnostics of files that are not open, for clients that pull a whole workspace.
 *
 * A client that takes partial results is subscribed: its request stays open, and hears of what changes. Any other gets one
 * answer, with everything in it.
 */
import type {
  CancellationToken,
  Diagnostic,
  ResultProgressReporter,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDiagnosticReportPartialResult,
  WorkspaceDocumentDiagnosticReport,
} from "vscode-languageserver";
import type { ClientSupport } from "./client-support.ts";
import { placedText } from "./convert.ts";
import { diagnosticsOf } from "./features/diagnostics.ts";
import { fingerprint } from "./fingerprint.ts";
import type { CheckedFile, Project } from "./host.ts";
import { presetConfig } from "./engine/rule-config.ts";
import type { Settings } from "./settings.ts";

/** Quiet after a change on disk before files are read again: a branch switch is many changes. */
const afterQuietMs = 300;

export interface WorkspaceOptions {
  readonly project: Project | undefined;
  readonly settings: Settings;
  readonly support: ClientSupport;
  /** Open documents, which the client is told of one by one: addresses, and what holds for each now. */
  openDocuments(): readonly string[];
  ofOpen(uri: string): Promise<OpenReport | undefined>;
}

export interface OpenReport {
  readonly version: number;
  readonly items: readonly Diagnostic[];
}

export interface WorkspaceDiagnostics {
  pull(
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    progress: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport>;
  /** What a subscribed client was told of a file that is not open; nothing where there is no subscription. */
  ofClosed(uri: string): Promise<Diagnostic[]>;
  /** Files changed on disk; undefined: settings or configuration did. */
  changed(uris: readonly string[] | undefined): void;
  /** A document was closed: from now on it is told of with the workspace. */
  closed(uri: string): void;
  dispose(): void;
}

export function workspaceDiagnostics(options: WorkspaceOptions): WorkspaceDiagnostics {
  const { project, settings, support } = options;
  /** Whose request is open: the last one's that came. */
  let subscriber: symbol | undefined;
  let wake = (): void => undefined;
  /** What the subscriber has not heard of yet. */
  let stale: Set<string> | "all" = "all";
  /** Files that the subscriber shows something for, with the result's id. */
  let told = new Map<string, string>();
  /** Files whose findings hang on files that they import. */
  const lookedElsewhere = new Set<string>();

  const canonical = (uri: string) => project?.canonical(uri) ?? uri;
  const openNow = () => new Set(options.openDocuments().map(canonical));

  const check = async (
    uris: readonly string[] | undefined,
    onFiles: (files: readonly CheckedFile[]) => void,
    goOn: () => boolean,
  ): Promise<void> => {
    const { policy, problems, server } = await settings.of("");
    if (server.lint !== "never") await project?.check(presetConfig(policy, problems), uris, onFiles, goOn);
  };

  /** Without its types a file shows what no type would withdraw, as an open one does until they are there. */
  const itemsOf = ({ uri, text, reports }: CheckedFile): Diagnostic[] => {
    const shown =
      project?.mayHaveTypes(uri) === true
        ? reports.filter(({ finding }) => finding.certainty === "certain")
        : reports;
    return diagnosticsOf(shown, placedText(uri, text), support);
  };

  /** Everything, once. */
  const snapshot = async (
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
  ): Promise<WorkspaceDiagnosticReport> => {
    const items: WorkspaceDocumentDiagnosticReport[] = [];
    const cleared = new Set(previous.keys());
    const add = (uri: string, version: number | null, diagnostics: readonly Diagnostic[]): void => {
      cleared.delete(uri);
      items.push(reportOf(uri, version, diagnostics, previous.get(uri)));
    };
    const open = openNow();
    for (const uri of options.openDocuments()) {
      const now = await options.ofOpen(uri);
      if (now !== undefined) add(uri, now.version, now.items);
    }
    const onFiles = (files: readonly CheckedFile[]): void => {
      for (const file of files) {
        const diagnostics = itemsOf(file);
        if (!open.has(file.uri) && diagnostics.length > 0) add(file.uri, null, diagnostics);
      }
    };
    await check(undefined, onFiles, () => !token.isCancellationRequested);
    for (const uri of cleared) items.push(reportOf(uri, null, [], undefined));
    return { items };
  };

  const subscription = async (
    previous: ReadonlyMap<string, string>,
    token: CancellationToken,
    progress: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult>,
  ): Promise<WorkspaceDiagnosticReport> => {
    const tell = (items: WorkspaceDocumentDiagnosticReport[]): void => {
      if (items.length > 0) progress.report({ items });
    };
    const me = (subscriber = Symbol("subscriber"));
    wake();
    stale = "all";
    told = new Map(previous);
    const isOver = () => subscriber !== me || token.isCancellationRequested;
    const cancelled = token.onCancellationRequested(() => wake());

    const pass = async (wanted: ReadonlySet<string> | "all"): Promise<void> => {
      if (wanted === "all") lookedElsewhere.clear();
      const uris = wanted === "all" ? undefined : [...new Set([...wanted, ...lookedElsewhere])];
      // What is open is asked for by itself, and may be ahead of the disk.
      const open = openNow();
      const clear = new Set(uris ?? told.keys());
      for (const uri of open) clear.delete(uri);
      const onFiles = (files: readonly CheckedFile[]): void => {
        for (const { uri, lookedElsewhere: looked } of files) {
          clear.delete(uri);
          if (looked) lookedElsewhere.add(uri);
          else lookedElsewhere.delete(uri);
        }
        const closed = files.filter(({ uri }) => !open.has(uri));
        tell(closed.flatMap((file) => changeOf(told, file.uri, itemsOf(file))));
      };
      await check(uris, onFiles, () => !isOver());
      if (!isOver()) tell([...clear].flatMap((uri) => changeOf(told, uri, [])));
    };

    while (!isOver()) {
      const wanted = stale;
      stale = new Set();
      await pass(wanted);
      if (!isOver() && isEmpty(stale)) await new Promise<void>((resolve) => (wake = resolve));
      if (!isOver()) await quiet();
    }
    cancelled.dispose();
    return { items: [] };
  };

  const changed = (uris: readonly string[] | undefined): void => {
    if (uris === undefined) stale = "all";
    else if (stale !== "all") for (const uri of uris) stale.add(canonical(uri));
    wake();
  };

  const closed = (uri: string): void => {
    // Whatever it was told last of the open document is what it shows.
    told.set(canonical(uri), "");
    changed([uri]);
  };

  return {
    changed,
    closed,
    pull({ previousResultIds }, token, progress) {
      const previous = new Map(previousResultIds.map(({ uri, value }) => [canonical(uri), value]));
      return progress === undefined ? snapshot(previous, token) : subscription(previous, token, progress);
    },
    async ofClosed(uri) {
      if (subscriber === undefined) return [];
      let items: Diagnostic[] = [];
      const onFiles = (files: readonly CheckedFile[]): void => {
        items = files.flatMap(itemsOf);
      };
      await check([canonical(uri)], onFiles, () => true);
      // VS Code throws the answer about a document away that it does not show any more, and keeps what it showed.
      closed(uri);
      return items;
    },
    dispose() {
      subscriber = undefined;
      wake();
    },
  };
}

function isEmpty(stale: ReadonlySet<string> | "all"): boolean {
  return stale !== "all" && stale.size === 0;
}

/** Nothing where the client knows it already. Keeps `told` up to date. */
function changeOf(
  told: Map<string, string>,
  uri: string,
  diagnostics: readonly Diagnostic[],
): WorkspaceDocumentDiagnosticReport[] {
  const before = told.get(uri);
  if (diagnostics.length === 0 && before === undefined) return [];
  const report = reportOf(uri, null, diagnostics, undefined);
  if (report.resultId === before) return [];
  if (diagnostics.length === 0) told.delete(uri);
  else told.set(uri, report.resultId ?? "");
  return [report];
}

function reportOf(
  uri: string,
  version: number | null,
  diagnostics: readonly Diagnostic[],
  previous: string | undefined,
): WorkspaceDocumentDiagnosticReport {
  const resultId = fingerprint(JSON.stringify(diagnostics));
  return resultId === previous
    ? { kind: "unchanged", uri, version, resultId }
    : { kind: "full", uri, version, resultId, items: [...diagnostics] };
}

function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, afterQuietMs));
}
