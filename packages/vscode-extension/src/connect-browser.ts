/** The bundled server in a web worker. */
import * as vscode from "vscode";
import { LanguageClient } from "vscode-languageclient/browser";
import type { Connect } from "./client.ts";

// The compiler is told of Node's globals only; a browser has this one.
type WorkerOfBrowser = Extract<ConstructorParameters<typeof LanguageClient>[2], () => unknown>;
declare const Worker: new (url: string) => Awaited<ReturnType<WorkerOfBrowser>>;

export const connect: Connect = (extension, options) => {
  const url = vscode.Uri.joinPath(extension, "dist", "server.js").toString(true);
  return new LanguageClient("floodgate", "Floodgate", () => Promise.resolve(new Worker(url)), options);
};
