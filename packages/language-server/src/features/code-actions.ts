/** Quick fixes: the analysis's remedies first, the best of them preferred; then the comment that says "not here". */
import { CodeActionKind, type CodeAction, type Diagnostic } from "vscode-languageserver";
import type { Edit, Finding, Remedies, Remedy, Span } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "../client-support.ts";
import { rangeOf, workspaceEditOf, type PlacedText } from "../convert.ts";
import { ruleIdOf } from "../engine/rule-config.ts";

export const fixAllKind = `${CodeActionKind.SourceFixAll}.floodgate`;

/** What code actions need to know of the file on screen. */
export interface ActionContext {
  readonly document: PlacedText & { getText(): string };
  readonly findings: readonly Finding[];
  remedies(finding: Finding): Remedies;
  /** Whether a comment on a line of its own is a comment there, rather than text of a template or of JSX. */
  isCodeAt(offset: number): boolean;
  readonly support: ClientSupport;
}

/** What an action carries until it is chosen, for clients that ask for its edit then. */
export interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly finding: string;
  /** The remedy's kind, or `disable`. */
  readonly remedy: string;
}

/** @param span - What the user selected. */
export function quickFixesOf(context: ActionContext, span: Span, shown: readonly Diagnostic[]): CodeAction[] {
  if (!context.support.codeActionLiterals) return [];
  return context.findings
    .filter(({ site }) => site.span.start <= span.end && site.span.end >= span.start)
    .flatMap((finding) => actionsFor(context, finding, shown));
}

/** Completes an action that was offered without its edit. The text must be the one it was offered for. */
export function resolveAction(context: ActionContext, action: CodeAction): CodeAction {
  const data = actionDataOf(action.data);
  const finding = context.findings.find(({ id }) => id === data?.finding);
  if (data === undefined || finding === undefined || data.version !== context.document.version) return action;
  const change =
    data.remedy === "disable" ? disable(context, finding) : remedyOf(context, finding, data.remedy);
  return change === undefined ? action : { ...action, edit: editOf(context, change) };
}

export function actionDataOf(value: unknown): ActionData | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { uri, version, finding, remedy } = value as Record<string, unknown>;
  if (typeof uri !== "string" || typeof version !== "number") return undefined;
  if (typeof finding !== "string" || typeof remedy !== "string") return undefined;
  return { uri, version, finding, remedy };
}

/** The edits of an action, and where its one placeholder is. */
interface Change {
  readonly title: string;
  readonly edits: readonly Edit[];
  readonly limit?: Remedy["limit"];
}

function actionsFor(context: ActionContext, finding: Finding, shown: readonly Diagnostic[]): CodeAction[] {
  const { document, support } = context;
  const range = rangeOf(document, finding.site.span);
  const code = ruleIdOf(finding.site.rule);
  // ESLint's diagnostic of the same finding carries the same code: our fix belongs to it just as well.
  const diagnostics = shown.filter(
    (diagnostic) => diagnostic.code === code && diagnostic.range.start.line === range.start.line,
  );
  const offered: { readonly remedy: string; readonly change: Change }[] = context
    .remedies(finding)
    .suggestions.map((remedy) => ({ remedy: remedy.kind, change: remedy }));
  const suppression = disable(context, finding);
  if (suppression !== undefined) offered.push({ remedy: "disable", change: suppression });

  return offered.map(({ remedy, change }, index): CodeAction => {
    const data: ActionData = { uri: document.uri, version: document.version, finding: finding.id, remedy };
    return {
      title: change.title,
      kind: CodeActionKind.QuickFix,
      ...(diagnostics.length > 0 && { diagnostics }),
      ...(support.preferredActions && index === 0 && remedy !== "disable" && { isPreferred: true }),
      ...(support.resolveEdit ? { data } : { edit: editOf(context, change) }),
    };
  });
}

function remedyOf(context: ActionContext, finding: Finding, kind: string): Change | undefined {
  return context.remedies(finding).suggestions.find((remedy) => remedy.kind === kind);
}

function editOf({ document, support }: ActionContext, { edits, limit }: Change) {
  return workspaceEditOf(document, edits, support, limit === undefined ? {} : { placeholder: limit });
}

/** `// eslint-disable-next-line floodgate/... -- reason`, on a line of its own above the report. */
function disable(context: ActionContext, finding: Finding): Change | undefined {
  const text = context.document.getText();
  const lineStart = text.lastIndexOf("\n", finding.site.span.start - 1) + 1;
  if (!context.isCodeAt(lineStart)) return undefined;
  const indent = /^[ \t]*/.exec(text.slice(lineStart, finding.site.span.start))?.[0] ?? "";
  const newline = text[lineStart - 2] === "\r" || text.includes("\r\n") ? "\r\n" : "\n";
  const rule = ruleIdOf(finding.site.rule);
  const reason = "reason";
  const lead = `${indent}// eslint-disable-next-line ${rule} -- `;
  return {
    title: `Disable ${rule} for this line, with a reason`,
    edits: [{ start: lineStart, end: lineStart, text: `${lead}${reason}${newline}` }],
    limit: { edit: 0, offset: lead.length, length: reason.length },
  };
}
