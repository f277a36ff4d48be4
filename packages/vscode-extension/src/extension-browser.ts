/** The extension's door in a browser, which must be one file; in Node, what the other door loads when it is needed. */
import type * as vscode from "vscode";
import { startClient } from "./client.ts";
import { inNode } from "./host.ts";
import { start, stop, type Activation, type LoadClient } from "./start.ts";

export function activate(context: vscode.ExtensionContext): Activation {
  return start(context, loadClient);
}

export const deactivate = stop;

export const loadClient: LoadClient = async (context, log, status) => {
  const { connect } = await (inNode ? import("./connect-node.ts") : import("./connect-browser.ts"));
  return startClient(context, log, status, connect);
};
