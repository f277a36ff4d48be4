/** The extension's door, in Node and in a browser alike: registers what can be asked for, and leaves. */
import * as vscode from "vscode";
import type { FloodgateClient } from "./client.ts";
import { registerCommands } from "./commands.ts";
import { inNode } from "./host.ts";
import { createStatus, type StatusItem } from "./status.ts";

/** What other extensions and the tests see as this extension's exports. */
export interface Activation {
  /** How long activation took. */
  readonly activationMs: number;
}

let running: Promise<FloodgateClient> | undefined;

/** Registers the commands and the status item; the client starts once control is back with the editor. */
export function activate(context: vscode.ExtensionContext): Activation {
  const began = performance.now();
  const log = vscode.window.createOutputChannel("Floodgate", { log: true });
  const status = createStatus();
  const client = (): Promise<FloodgateClient> => (running ??= load(context, log, status));
  context.subscriptions.push(log, status, registerCommands(client, log));
  setTimeout(() => {
    client().catch((error: unknown) => {
      status.failed(error instanceof Error ? error.message : String(error));
      log.error(error instanceof Error ? error : String(error));
      running = undefined;
    });
  }, 0);
  const activationMs = performance.now() - began;
  log.info(`activated in ${activationMs.toFixed(1)} ms`);
  return { activationMs };
}

export async function deactivate(): Promise<void> {
  await (await running)?.stop();
}

/** The client's code is not even evaluated before activation is over: it takes longer than everything else here. */
async function load(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: StatusItem,
): Promise<FloodgateClient> {
  const { connect } = await (inNode ? import("./connect-node.ts") : import("./connect-browser.ts"));
  const { startClient } = await import("./client.ts");
  return startClient(context, log, status, connect);
}
