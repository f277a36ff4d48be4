/** Quick fixes: the analysis's remedies first, the best of them preferred; then the comment that says "not here". */
import { CodeActionKind, type CodeAction, type Diagnostic } from "vscode-languageserver";
import type { Edit, Finding, Remedies, Remedy, RemedyKind, Span } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "../client-support.ts";
import { rangeOf, workspaceEditOf, type NewFile, type PlacedText } from "../convert.ts";
import { ruleIdOf } from "../engine/rule-config.ts";

export const fixAllKind = `${CodeActionKind.SourceFixAll}.floodgate`;

/** What code actions need to know of the file on screen. */
export interface ActionContext {
  readonly document: PlacedText & { readonly version: number; getText(): string };
  readonly findings: readonly Finding[];
  remedies(finding: Finding): Remedies;
  /** Whether a comment on a line of its own is a comment there, rather than text of a template or of JSX. */
  isCodeAt(offset: number): boolean;
  readonly support: ClientSupport;
  /** Where the runtime does not resolve: the limiter as a file of the project's own. */
  readonly vendored?: VendoredRemedies | undefined;
  /** Where the runtime is not listed: what lists it. */
  readonly addDependency?: { readonly document: PlacedText; readonly edits: readonly Edit[] } | undefined;
}

export interface VendoredRemedies {
  remedies(finding: Finding): Remedies;
  /** For people: `src/floodgate.ts`. */
  readonly path: string;
  readonly create?: NewFile;
}

/** What an action carries until it is chosen, for clients that ask for its edit then. */
export interface ActionData {
  readonly uri: string;
  readonly version: number;
  readonly finding: string;
  /** The remedy's kind, `vendored:` before it where that applies, or `disable`. */
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
  const change = offersFor(context, finding).find(({ remedy }) => remedy === data.remedy)?.change;
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
  readonly create?: NewFile;
}

interface Offer {
  readonly remedy: string;
  readonly change: Change;
}

function actionsFor(context: ActionContext, finding: Finding, shown: readonly Diagnostic[]): CodeAction[] {
  const { document, support } = context;
  const range = rangeOf(document, finding.site.span);
  const code = ruleIdOf(finding.site.rule);
  // ESLint's diagnostic of the same finding carries the same code: our fix belongs to it just as well.
  const diagnostics = shown.filter(
    (diagnostic) => diagnostic.code === code && diagnostic.range.start.line === range.start.line,
  );
  const actions = offersFor(context, finding).map(({ remedy, change }, index): CodeAction => {
    const data: ActionData = { uri: document.uri, version: document.version, finding: finding.id, remedy };
    return {
      title: change.title,
      kind: CodeActionKind.QuickFix,
      ...(diagnostics.length > 0 && { diagnostics }),
      ...(support.preferredActions && index === 0 && remedy !== "disable" && { isPreferred: true }),
      ...(support.resolveEdit ? { data } : { edit: editOf(context, change) }),
    };
  });
  const { addDependency } = context;
  if (addDependency !== undefined)
    actions.push({
      title: "Add `@floodgate/runtime` to package.json; installing it is up to you",
      kind: CodeActionKind.QuickFix,
      ...(diagnostics.length > 0 && { diagnostics }),
      edit: workspaceEditOf(addDependency.document, addDependency.edits, support),
    });
  return actions;
}

/** What a menu for one finding holds at most: it is read with one key waiting for the next. */
const mostInMenu = 5;

/**
 * What there is to choose from, the best first: what works at once, with a limiter that is there already or that the fix
 * brings along, before what is still to be installed; then saying that there are few; then the comment.
 */
function offersFor(context: ActionContext, finding: Finding): Offer[] {
  const own = vendoredRemedies(context, finding);
  const brought = new Set(own.map(({ kind }) => kind));
  const rest = context.remedies(finding).suggestions.filter(({ kind }) => !brought.has(kind));
  const offers = [
    ...rest.map((remedy) => ({ kind: remedy.kind, offer: { remedy: remedy.kind, change: remedy } })),
    ...own,
  ];
  const few = offers.filter(({ kind }) => kind === "bounded");
  const suppression = disable(context, finding);
  const others = (suppression === undefined ? 0 : 1) + (context.addDependency === undefined ? 0 : 1);
  return [
    ...offers.filter(({ kind }) => kind !== "bounded").slice(0, mostInMenu - others - few.length),
    ...few,
    ...(suppression === undefined ? [] : [{ offer: { remedy: "disable", change: suppression } }]),
  ].map(({ offer }) => offer);
}

/** Remedies whose limiter is, or becomes, a file of the project's own. */
function vendoredRemedies(
  { vendored, support }: ActionContext,
  finding: Finding,
): { readonly kind: RemedyKind; readonly offer: Offer }[] {
  if (vendored === undefined || (vendored.create !== undefined && !support.createFile)) return [];
  const { path, create } = vendored;
  return vendored
    .remedies(finding)
    .suggestions.filter(({ imports }) => imports !== undefined)
    .map((remedy) => {
      const title = create === undefined ? remedy.title : `${remedy.title} (adds ${path})`;
      const change = { ...remedy, title, ...(create && { create }) };
      return { kind: remedy.kind, offer: { remedy: `vendored:${remedy.kind}`, change } };
    });
}

function editOf({ document, support }: ActionContext, { edits, limit, create }: Change) {
  return workspaceEditOf(document, edits, support, {
    ...(limit && { placeholder: limit }),
    ...(create && { create }),
  });
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
