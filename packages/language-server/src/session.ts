/** One client's conversation: which documents it has open, what it was told about each, and when it must hear more. */
import { LSPErrorCodes, ResponseError, type InlayHint, type InlayHintParams } from "vscode-languageserver";
import type {
  CancellationToken,
  CodeAction,
  CodeActionParams,
  Connection,
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  Hover,
  HoverParams,
  ResultProgressReporter,
  TextDocuments,
  WorkspaceDiagnosticParams,
  WorkspaceDiagnosticReport,
  WorkspaceDiagnosticReportPartialResult,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { actionContextOf } from "./action-context.ts";
import type { ClientSupport } from "./client-support.ts";
import { offsetOf, spanOf } from "./convert.ts";
import { createDocuments, type View } from "./documents.ts";
import {
  actionDataOf,
  fixAllKind,
  quickFixesOf,
  resolveAction,
  type ActionContext,
} from "./features/code-actions.ts";
import { diagnosticsOf } from "./features/diagnostics.ts";
import { explanationOf } from "./features/explain.ts";
import { hoverOf } from "./features/hover.ts";
import { inlayHintsOf } from "./features/inlay-hints.ts";
import { fixAllActionsOf } from "./fix-all-action.ts";
import { fingerprint } from "./fingerprint.ts";
import type { Host, Project } from "./host.ts";
import { progressOf } from "./progress.ts";
import {
  statusMethod,
  type ExplainParams,
  type ExplainResult,
  type FanOutReportParams,
  type FanOutReportResult,
  type StatusParams,
} from "./protocol.ts";
import { policyOf, presetConfig, type FileConfig } from "./engine/rule-config.ts";
import type { ResolvedSettings, Settings } from "./settings.ts";
import { workspaceDiagnostics } from "./workspace-diagnostics.ts";

/** Quiet after the last edit before types are asked for. */
const typesAfterMs = 150;
/** Quiet after one document's types were answered before the other open ones are asked about again: they may import it. */
const othersAfterMs = 1_000;
/** Saving waits for code actions: within this, or partially (quick fixes) or not at all (fix all). */
const actionsWithinMs = 300;

export interface SessionOptions {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly host: Host;
  readonly project: Project | undefined;
  readonly support: ClientSupport;
  readonly settings: Settings;
  /** Diagnostics are asked for by the client, rather than sent when they are ready. */
  readonly pull: boolean;
  readonly sendsStatus: boolean;
  /** Whether the client tells of files that change on disk. */
  watchesFiles(): boolean;
}

export interface Session {
  opened(document: TextDocument): void;
  changed(document: TextDocument): void;
  saved(document: TextDocument): void;
  closed(document: TextDocument): void;
  diagnostics(params: DocumentDiagnosticParams): Promise<DocumentDiagnosticReport>;
  workspaceDiagnostics(
    params: WorkspaceDiagnosticParams,
    token: CancellationToken,
    progress: ResultProgressReporter<WorkspaceDiagnosticReportPartialResult> | undefined,
  ): Promise<WorkspaceDiagnosticReport>;
  codeActions(params: CodeActionParams, token: CancellationToken): Promise<CodeAction[] | null>;
  resolveCodeAction(action: CodeAction): Promise<CodeAction>;
  hover(params: HoverParams): Promise<Hover | null>;
  inlayHints(params: InlayHintParams): Promise<InlayHint[] | null>;
  fanOutReport(params: FanOutReportParams, token: CancellationToken): Promise<FanOutReportResult>;
  explain(params: ExplainParams): Promise<ExplainResult>;
  /** Settings, dependencies or files on disk changed: everything open is looked at again. */
  refresh(): void;
  /** Files changed on disk. */
  filesChanged(uris: readonly string[]): void;
  foldersChanged(added: readonly string[], removed: readonly string[]): void;
  dispose(): void;
}

/** What holds for a document now. */
interface Current extends ResolvedSettings {
  readonly config: FileConfig;
  /** ESLint ignores the file. */
  readonly ignored: boolean;
  /** No diagnostics: the user said so, or ESLint ignores the file. */
  readonly silent: boolean;
}

/** What the session remembers of an open document. */
interface Open {
  /** What the client was last told, as text; undefined before it was told anything. */
  told?: string;
  types: "unasked" | "none" | "known";
  typesSource: string;
  timer?: ReturnType<typeof setTimeout>;
  pending?: Promise<void>;
  /** The text that was last asked about and answered; absent when it is to be asked about again. */
  answered?: string;
  /** The same, whether or not it is to be asked about again. */
  asked?: string;
  notice?: string;
}

export function createSession(options: SessionOptions): Session {
  const { connection, documents, host, project, support, settings, pull } = options;
  const known = createDocuments(host.engine, () => host.now());
  const open = new Map<string, Open>();
  const presets = new WeakMap<ResolvedSettings, FileConfig>();
  let disposed = false;
  let othersTimer: ReturnType<typeof setTimeout> | undefined;

  const openOf = (uri: string): Open => {
    let state = open.get(uri);
    if (state === undefined) {
      const types = project?.mayHaveTypes(uri) === true ? "unasked" : "none";
      open.set(
        uri,
        (state = {
          types,
          typesSource: types === "none" ? "types off: no TypeScript for this file" : "types not asked yet",
        }),
      );
    }
    return state;
  };

  /** Settings and ESLint config of a document, merged: what every look at it needs. */
  const currentOf = async (uri: string): Promise<Current> => {
    const resolved = await settings.of(uri);
    const eslint = await project?.eslintConfig(uri);
    let preset = presets.get(resolved);
    if (preset === undefined)
      presets.set(resolved, (preset = presetConfig(resolved.policy, resolved.problems)));
    const config = eslint?.kind === "config" ? eslint.config : preset;
    const ignored = eslint?.kind === "ignored";
    return { ...resolved, config, ignored, silent: resolved.server.lint === "never" || ignored };
  };

  const viewOf = (document: TextDocument, { config, server }: Current): View => {
    const state = openOf(document.uri);
    const view = known.view(document, config, state.types !== "none" && server.types !== "off");
    if (view.notice !== state.notice) {
      if (view.notice === undefined) delete state.notice;
      else {
        state.notice = view.notice;
        connection.console.info(`${document.uri}: ${view.notice}`);
      }
    }
    return view;
  };

  const diagnosticsFor = (document: TextDocument, current: Current): Diagnostic[] => {
    const view = viewOf(document, current);
    if (options.sendsStatus) {
      const status: StatusParams = {
        uri: document.uri,
        tier: view.tier,
        types: typesOf(document.uri, view),
        milliseconds: view.milliseconds,
        findings: view.reports.length,
        ...(view.notice !== undefined && { notice: view.notice }),
      };
      void connection.sendNotification(statusMethod, status);
    }
    return current.silent ? [] : diagnosticsOf(view.reports, document, support);
  };

  /** Where the types came from that took part in a view, or why none did. */
  const typesOf = (uri: string, view: View): string => {
    const { types, typesSource } = openOf(uri);
    return types === "unasked" && view.program === undefined ? "types not needed" : typesSource;
  };

  /** Tells a pushing client what is new; asks a pulling one to pull if something is. */
  const tell = async (uri: string): Promise<void> => {
    const current = await currentOf(uri);
    const document = documents.get(uri);
    if (disposed || document === undefined) return;
    const diagnostics = diagnosticsFor(document, current);
    const state = openOf(uri);
    const text = JSON.stringify(diagnostics);
    if (state.told === text) return;
    if (!pull) {
      state.told = text;
      await connection.sendDiagnostics({ uri, version: document.version, diagnostics });
    } else if (state.told !== undefined) await connection.languages.diagnostics.refresh();
  };

  const askTypes = async (uri: string): Promise<void> => {
    const current = await currentOf(uri);
    const { server, config } = current;
    const document = documents.get(uri);
    if (disposed || document === undefined || project === undefined || server.types === "off") return;
    const state = openOf(uri);
    const text = document.getText();
    if (state.answered === text) return;
    // Of a text that does not parse, or that holds nothing, there is nothing to ask; what is known is for the next one.
    if (viewOf(document, current).program === undefined) return;
    const { typed, source, superseded } = await project.types({
      uri,
      text,
      config,
      memoryLimitMb: server.typesMemoryLimit,
    });
    if (superseded === true || open.get(uri) !== state) return;
    state.typesSource = source;
    if (typed === undefined) state.types = "none";
    else {
      state.types = "known";
      state.answered = typed.text;
      known.setTypes(uri, typed);
      if (server.inlayHints) refreshHints();
      if (state.asked !== text) askAboutOthers(uri);
      state.asked = text;
    }
    await tell(uri);
  };

  /** Types of the other open documents may hang on this one: they are asked about one by one, until somebody types again. */
  const askAboutOthers = (uri: string): void => {
    clearTimeout(othersTimer);
    const timer = setTimeout(() => background(ask()), othersAfterMs);
    othersTimer = timer;
    const ask = async (): Promise<void> => {
      for (const [other, state] of [...open]) {
        if (othersTimer !== timer || disposed) return;
        if (other === uri || !known.hangsOnTypes(other)) continue;
        delete state.answered;
        await askTypes(other);
      }
    };
  };

  const scheduleTypes = (uri: string): void => {
    const state = openOf(uri);
    clearTimeout(state.timer);
    if (state.types === "none") return;
    state.timer = setTimeout(() => {
      const pending = askTypes(uri)
        .catch((error: unknown) => connection.console.error(`Asking for types failed: ${String(error)}`))
        .finally(() => {
          if (state.pending === pending) delete state.pending;
        });
      state.pending = pending;
    }, typesAfterMs);
  };

  const background = (work: Promise<void>): void => {
    work.catch((error: unknown) => {
      if (!disposed) connection.console.error(String(error));
    });
  };

  /** Hints are asked for when text changes or moves into sight; of anything else the client has to be told. */
  const refreshHints = (): void => {
    if (support.inlayHintRefresh) background(connection.languages.inlayHint.refresh());
  };

  const actionContext = (document: TextDocument, current: Current): ActionContext =>
    actionContextOf({
      document,
      view: viewOf(document, current),
      policy: policyOf(current.config),
      vendorFolder: current.server.vendorFolder,
      project,
      support,
    });

  /** What fails for one file, as a tree too deep for the stack does, is one line in the log and no end of anything. */
  const sparing = <T>(otherwise: T, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      connection.console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
      return otherwise;
    }
  };

  const workspace = workspaceDiagnostics({
    project,
    settings,
    support,
    openDocuments: () => documents.keys(),
    async ofOpen(uri) {
      const current = await currentOf(uri);
      const document = documents.get(uri);
      return document && { version: document.version, items: diagnosticsFor(document, current) };
    },
  });

  /**
   * Everything open is looked at again.
   *
   * @param anew - Maybe by a type checker that has seen none of it.
   */
  const lookAgain = (anew: boolean): void => {
    known.dropViews();
    refreshHints();
    for (const document of documents.all()) {
      const state = openOf(document.uri);
      delete state.answered;
      if (anew) delete state.asked;
      if (state.types === "none" && project?.mayHaveTypes(document.uri) === true) state.types = "unasked";
      background(tell(document.uri));
      scheduleTypes(document.uri);
    }
  };

  const refresh = (): void => {
    lookAgain(true);
    workspace.changed(undefined);
  };

  return {
    refresh,
    filesChanged(uris) {
      const everything = project?.changed(uris) === true;
      lookAgain(everything);
      workspace.changed(everything ? undefined : uris);
    },
    foldersChanged(added, removed) {
      project?.foldersChanged(added, removed);
      refresh();
    },
    opened({ uri }) {
      if (!options.watchesFiles() && project?.lookAround(uri) === true) refresh();
    },
    saved({ uri }) {
      // Who watches files is told of this one as of any other.
      if (options.watchesFiles()) return;
      const everything = project?.lookAround(uri) === true;
      lookAgain(everything);
      workspace.changed(everything ? undefined : [uri]);
    },
    changed({ uri }) {
      if (!pull) background(tell(uri));
      scheduleTypes(uri);
    },
    closed({ uri }) {
      clearTimeout(open.get(uri)?.timer);
      open.delete(uri);
      known.forget(uri);
      workspace.closed(uri);
      if (project?.closed(uri) === true) lookAgain(true);
      if (!pull) void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
    async diagnostics({ textDocument: { uri }, previousResultId }) {
      const current = await currentOf(uri);
      const document = documents.get(uri);
      if (document === undefined) return { kind: "full", items: await workspace.ofClosed(uri) };
      const items = diagnosticsFor(document, current);
      const told = JSON.stringify(items);
      openOf(uri).told = told;
      const resultId = fingerprint(told);
      if (previousResultId === resultId) return { kind: "unchanged", resultId };
      return { kind: "full", resultId, items };
    },
    workspaceDiagnostics: (params, token, progress) => workspace.pull(params, token, progress),
    async codeActions({ textDocument: { uri }, range, context }, token) {
      const deadline = host.now() + actionsWithinMs;
      const current = await currentOf(uri);
      const document = documents.get(uri);
      if (document === undefined) return null;
      const { pending } = openOf(uri);
      if (pending !== undefined) await Promise.race([pending, after(actionsWithinMs * 0.6)]);
      if (token.isCancellationRequested || !support.codeActionLiterals) return null;
      const actions: CodeAction[] = [];
      if (wants(context.only, "quickfix"))
        actions.push(
          ...sparing<CodeAction[]>([], () =>
            quickFixesOf(actionContext(document, current), spanOf(document, range), context.diagnostics),
          ),
        );
      if (asksForFixAll(context.only, current))
        actions.push(
          ...sparing<CodeAction[]>([], () =>
            fixAllActionsOf({ document, config: current.config, deadline, host, known, project, support }),
          ),
        );
      return actions;
    },
    async resolveCodeAction(action) {
      const uri = actionDataOf(action.data)?.uri;
      const document = uri === undefined ? undefined : documents.get(uri);
      if (document === undefined) return action;
      const context = actionContext(document, await currentOf(document.uri));
      return sparing(action, () => resolveAction(context, action));
    },
    async hover({ textDocument: { uri }, position }) {
      const current = await currentOf(uri);
      const document = documents.get(uri);
      if (document === undefined) return null;
      const { reports, decisions } = viewOf(document, current);
      const offset = offsetOf(document, position);
      return (
        hoverOf([...reports.map(({ finding }) => finding), ...decisions], document, offset, support) ?? null
      );
    },
    async inlayHints({ textDocument: { uri }, range }) {
      const current = await currentOf(uri);
      const document = documents.get(uri);
      if (document === undefined || !current.server.inlayHints) return null;
      const { decisions } = viewOf(document, current);
      return inlayHintsOf(decisions, document, spanOf(document, range), true);
    },
    async fanOutReport({ workDoneToken }, token) {
      const progress =
        workDoneToken === undefined
          ? undefined
          : progressOf(connection, workDoneToken, "Reading the workspace");
      try {
        const { policy, problems } = await settings.of("");
        const config = presetConfig(policy, problems);
        const report = await project?.report(config, (done, total) => {
          progress?.(done, total);
          return !token.isCancellationRequested;
        });
        if (token.isCancellationRequested)
          throw new ResponseError(LSPErrorCodes.RequestCancelled, "Cancelled");
        return report ?? { sites: [], filesRead: 0, markdown: "", sarif: "" };
      } finally {
        progress?.(1, 1);
      }
    },
    async explain({ textDocument: { uri }, position }) {
      const current = await currentOf(uri);
      const document = documents.get(uri);
      if (document === undefined) return { markdown: "This file is not open." };
      const view = viewOf(document, current);
      return {
        markdown: explanationOf({
          view,
          document,
          offset: offsetOf(document, position),
          settings: current,
          config: current.config,
          ignored: current.ignored,
          parser: host.engine.parser.name,
          types: typesOf(uri, view),
        }),
      };
    },
    dispose() {
      disposed = true;
      workspace.dispose();
      clearTimeout(othersTimer);
      for (const { timer } of open.values()) clearTimeout(timer);
      project?.dispose();
    },
  };
}

/** A kind is asked for when it, or a kind it belongs to, is named; or when nothing is named. */
function wants(only: readonly string[] | undefined, kind: string): boolean {
  return (
    only === undefined || only.some((asked) => asked === "" || kind === asked || kind.startsWith(`${asked}.`))
  );
}

/**
 * `source.fixAll` on save is what many have for their other linters: it includes us only where the author turned `autofix`
 * on. Whoever names `source.fixAll.floodgate` means it.
 */
function asksForFixAll(only: readonly string[] | undefined, { config }: Current): boolean {
  return (
    only !== undefined && (only.includes(fixAllKind) || (policyOf(config).autofix && wants(only, fixAllKind)))
  );
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
