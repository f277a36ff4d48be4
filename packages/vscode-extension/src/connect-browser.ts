/** The bundled server in a web worker. */
import * as vscode from "vscode";
import { BrowserMessageReader, BrowserMessageWriter, LanguageClient } from "vscode-languageclient/browser";
import type { Connect } from "./client.ts";

// The compiler is told of Node's globals only; a browser has this one.
declare const Worker: new (url: string) => { terminate(): void };

export const connect: Connect = (extension, options) => {
  let running: InstanceType<typeof Worker> | undefined;
  // Read as a file and started from memory: an extension that comes from a remote machine has no URL a worker accepts.
  const startServer = async (): Promise<{ reader: BrowserMessageReader; writer: BrowserMessageWriter }> => {
    const code = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension, "dist", "server.js"));
    const url = URL.createObjectURL(new Blob([new Uint8Array(code)], { type: "text/javascript" }));
    // A server that was stopped would otherwise stay.
    running?.terminate();
    running = new Worker(url);
    // The client knows a worker by `instanceof`, which what VS Code hands out is not.
    return {
      reader: new BrowserMessageReader(running),
      writer: new BrowserMessageWriter(running),
    };
  };
  return new LanguageClient("floodgate", "Floodgate", startServer, options);
};
