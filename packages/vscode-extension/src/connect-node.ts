/** The bundled server in a Node process of its own, over IPC. */
import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";
import type { Connect } from "./client.ts";

export const connect: Connect = (extension, options) => {
  const server = {
    module: vscode.Uri.joinPath(extension, "dist", "server.js").fsPath,
    transport: TransportKind.ipc,
  };
  const debug = { ...server, options: { execArgv: ["--inspect=6010"] } };
  return new LanguageClient("floodgate", "Floodgate", { run: server, debug }, options);
};
