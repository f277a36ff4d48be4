/** The extension's door in Node: a small file, read and run at once; the client's code is another, read after it. */
import type * as vscode from "vscode";
import { start, stop, type Activation } from "./start.ts";

export function activate(context: vscode.ExtensionContext): Activation {
  return start(context, async (...needs) => (await import("./extension-browser.ts")).loadClient(...needs));
}

export const deactivate = stop;
