/** What an answer of the server means to whoever asked, without the wording, which may change. */
import type {
  CodeAction,
  Diagnostic,
  Hover,
  InitializeResult,
  InlayHint,
  SnippetTextEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

type Documents = ReadonlyMap<string, TextDocument>;

/** @param method - What was asked, or what the server says by itself. */
export function meaningOf(method: string, value: unknown, documents: Documents): unknown {
  if (value === null || value === undefined) return null;
  switch (method) {
    case "initialize":
      return Object.keys((value as InitializeResult).capabilities).sort();
    case "textDocument/diagnostic": {
      const { kind, items } = value as { kind: string; items?: Diagnostic[] };
      return { kind, items: items?.map(ofDiagnostic) };
    }
    case "textDocument/publishDiagnostics": {
      const { uri, version, diagnostics } = value as {
        uri: string;
        version?: number;
        diagnostics: Diagnostic[];
      };
      return { uri, version, diagnostics: diagnostics.map(ofDiagnostic) };
    }
    case "textDocument/codeAction":
      return (value as CodeAction[]).map((action) => ofAction(action, documents));
    case "codeAction/resolve":
      return ofAction(value as CodeAction, documents);
    case "textDocument/hover": {
      const { range, contents } = value as Hover;
      const { kind, value: text } = contents as { kind: string; value: string };
      return { range, kind, rule: /floodgate\/[\w-]+/.exec(text)?.[0], facts: text.match(/^\* /gm)?.length };
    }
    case "textDocument/inlayHint":
      return (value as InlayHint[]).map(({ position, label }) => ({ position, label }));
    case "workspace/executeCommand":
      return (value as { markdown: string }).markdown.match(/^#+ .*$/gm);
    default:
      return value;
  }
}

function ofDiagnostic({ range, severity, code, source, relatedInformation }: Diagnostic) {
  return { range, severity, code, source, related: relatedInformation?.map(({ location }) => location) };
}

function ofAction(action: CodeAction, documents: Documents) {
  const { kind, isPreferred, diagnostics, edit } = action;
  const data: unknown = action.data;
  return {
    kind,
    isPreferred,
    diagnostics: diagnostics?.map(ofDiagnostic),
    remedy: (data as { remedy?: string } | undefined)?.remedy,
    texts: edit && textsAfter(action, documents),
  };
}

/** What the open documents would be after the edits of an action, or of several. */
export function textsAfter(answer: unknown, documents: Documents): string[] {
  const actions = (Array.isArray(answer) ? answer : [answer]) as ({ edit?: WorkspaceEdit } | null)[];
  return actions.flatMap((action) => {
    const edit = action?.edit;
    if (edit === undefined) return [];
    const byUri = new Map<string, readonly (TextEdit | SnippetTextEdit)[]>(
      Object.entries(edit.changes ?? {}),
    );
    for (const change of edit.documentChanges ?? [])
      if ("edits" in change) byUri.set(change.textDocument.uri, change.edits);
    return [...byUri].flatMap(([uri, edits]) => {
      const document = documents.get(uri);
      return document === undefined ? [] : [TextDocument.applyEdits(document, edits.map(plain))];
    });
  });
}

/** A snippet as it is inserted: its placeholders are text. */
function plain(edit: TextEdit | SnippetTextEdit): TextEdit {
  if ("newText" in edit) return edit;
  const newText = edit.snippet.value
    .replace(/\$\{\d+:((?:[^\\}]|\\.)*)\}/g, "$1")
    .replace(/\\([\\$}])/g, "$1");
  return { range: edit.range, newText };
}
