/** Offsets ↔ LSP positions, Edit → TextEdit. The only file that does so, and the only one that mentions `Position`. */
import type {
  CreateFile,
  Position,
  Range,
  SnippetTextEdit,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Edit, Remedy, Span } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "./client-support.ts";

/** Where a document is, for turning its offsets into places: an open document, or a file's text. */
export interface PlacedText extends Pick<TextDocument, "uri" | "positionAt" | "offsetAt"> {
  /** Null: whatever the client has, for files that are not open here. */
  readonly version: number | null;
}

export function rangeOf(document: PlacedText, span: Span): Range {
  return { start: document.positionAt(span.start), end: document.positionAt(span.end) };
}

export function offsetOf(document: PlacedText, position: Position): number {
  return document.offsetAt(position);
}

export function positionOf(document: PlacedText, offset: number): Position {
  return document.positionAt(offset);
}

export function spanOf(document: PlacedText, range: Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}

export function textEditsOf(document: PlacedText, edits: readonly Edit[]): TextEdit[] {
  return edits.map((edit) => ({ range: rangeOf(document, edit), newText: edit.text }));
}

/** A file to create along with the edits. */
export interface NewFile {
  readonly uri: string;
  readonly text: string;
}

/** One undoable change: versioned where the client takes that, so that it never lands on a text it was not made for. */
export function workspaceEditOf(
  document: PlacedText,
  edits: readonly Edit[],
  support: Pick<ClientSupport, "documentChanges" | "snippetEdits">,
  options: { readonly placeholder?: Remedy["limit"]; readonly create?: NewFile } = {},
): WorkspaceEdit {
  if (!support.documentChanges) return { changes: { [document.uri]: textEditsOf(document, edits) } };
  const { create } = options;
  const placeholder = edits.some((edit) => wouldBeIndented(document, edit)) ? undefined : options.placeholder;
  const change: TextDocumentEdit = {
    textDocument: { uri: document.uri, version: document.version },
    edits: edits.map((edit, index): TextEdit | SnippetTextEdit =>
      support.snippetEdits && placeholder?.edit === index
        ? {
            range: rangeOf(document, edit),
            snippet: { kind: "snippet", value: snippetOf(edit.text, placeholder) },
          }
        : { range: rangeOf(document, edit), newText: edit.text },
    ),
  };
  const before: (CreateFile | TextDocumentEdit)[] =
    create === undefined
      ? []
      : [
          { kind: "create", uri: create.uri, options: { overwrite: false, ignoreIfExists: false } },
          {
            textDocument: { uri: create.uri, version: null },
            edits: [
              {
                range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
                newText: create.text,
              },
            ],
          },
        ];
  return { documentChanges: [...before, change] };
}

/** Beside a snippet, VS Code indents every further line of an edit as the line it starts on: it has its indentation already. */
function wouldBeIndented(document: PlacedText, { start, text }: Edit): boolean {
  return text.includes("\n") && document.positionAt(start).character > 0;
}

/** The text as a snippet whose only placeholder is the limit. */
function snippetOf(
  text: string,
  { offset, length }: { readonly offset: number; readonly length: number },
): string {
  const escape = (part: string) => part.replace(/[\\$}]/g, "\\$&");
  const limit = text.slice(offset, offset + length);
  return `${escape(text.slice(0, offset))}\${1:${escape(limit)}}${escape(text.slice(offset + length))}`;
}

/** A file that no editor may have open. */
export function placedText(uri: string, text: string): PlacedText {
  const document = TextDocument.create(uri, "", 0, text);
  return {
    uri,
    version: null,
    positionAt: (offset) => document.positionAt(offset),
    offsetAt: (position) => document.offsetAt(position),
  };
}
