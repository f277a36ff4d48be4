/** What the client can do, read once from its capabilities: features ask here, never the raw tree. */
import type { ClientCapabilities } from "vscode-languageserver";

export interface ClientSupport {
  readonly pullDiagnostics: boolean;
  readonly diagnosticRefresh: boolean;
  readonly relatedInformation: boolean;
  readonly codeDescription: boolean;
  /** Code actions as objects rather than commands; without it we offer none. */
  readonly codeActionLiterals: boolean;
  /** A code action's `edit` may be worked out when it is chosen. */
  readonly resolveEdit: boolean;
  readonly preferredActions: boolean;
  readonly documentChanges: boolean;
  readonly createFile: boolean;
  readonly snippetEdits: boolean;
  readonly markdownHover: boolean;
  readonly configuration: boolean;
  readonly dynamicConfiguration: boolean;
  readonly dynamicWatchedFiles: boolean;
  readonly workspaceFolders: boolean;
  readonly inlayHintRefresh: boolean;
  readonly workDoneProgress: boolean;
}

export function supportOf(capabilities: ClientCapabilities): ClientSupport {
  const { textDocument, workspace, window } = capabilities;
  const diagnostics = textDocument?.diagnostic ?? textDocument?.publishDiagnostics;
  const edit = workspace?.workspaceEdit;
  return {
    pullDiagnostics: textDocument?.diagnostic !== undefined,
    diagnosticRefresh: workspace?.diagnostics?.refreshSupport ?? false,
    relatedInformation: diagnostics?.relatedInformation ?? false,
    codeDescription: diagnostics?.codeDescriptionSupport ?? false,
    codeActionLiterals: textDocument?.codeAction?.codeActionLiteralSupport !== undefined,
    resolveEdit:
      textDocument?.codeAction?.dataSupport === true &&
      (textDocument.codeAction.resolveSupport?.properties.includes("edit") ?? false),
    preferredActions: textDocument?.codeAction?.isPreferredSupport ?? false,
    documentChanges: edit?.documentChanges ?? false,
    // Neovim 0.7 announces `resourceOperations` without `documentChanges`, and then cannot apply them.
    createFile: (edit?.documentChanges ?? false) && (edit?.resourceOperations?.includes("create") ?? false),
    snippetEdits: (edit?.documentChanges ?? false) && (edit?.snippetEditSupport ?? false),
    markdownHover: textDocument?.hover?.contentFormat?.includes("markdown") ?? false,
    configuration: workspace?.configuration ?? false,
    dynamicConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
    dynamicWatchedFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    workspaceFolders: workspace?.workspaceFolders ?? false,
    inlayHintRefresh: workspace?.inlayHint?.refreshSupport ?? false,
    workDoneProgress: window?.workDoneProgress ?? false,
  };
}
