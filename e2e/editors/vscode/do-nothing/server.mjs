/** What any language server costs: answers with one diagnostic if the text holds `Promise.all(urls`, and does nothing else. */
import {
  createConnection,
  ProposedFeatures,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";

const connection = createConnection(ProposedFeatures.all);
const documents = new TextDocuments(TextDocument);

connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    diagnosticProvider: {
      identifier: "floodgate",
      interFileDependencies: false,
      workspaceDiagnostics: false,
    },
  },
}));
connection.languages.diagnostics.on(({ textDocument }) => {
  const document = documents.get(textDocument.uri);
  const start = document?.getText().indexOf("Promise.all(urls") ?? -1;
  const range =
    start < 0 ? undefined : { start: document.positionAt(start), end: document.positionAt(start + 11) };
  const items = range === undefined ? [] : [{ range, message: "here", source: "floodgate", severity: 2 }];
  return { kind: "full", items };
});
documents.listen(connection);
connection.listen();
