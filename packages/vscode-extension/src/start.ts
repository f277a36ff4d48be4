/** What activation does in every host: registers what can be asked for, and leaves; the client comes after it. */
import * as vscode from "vscode";
import type { FloodgateClient } from "./client.ts";
import { registerCommands } from "./commands.ts";
import { createStatus, type StatusItem } from "./status.ts";

/** What other extensions and the tests see as this extension's exports. */
export interface Activation {
  /** How long activation took, the loading of its code aside. */
  readonly activationMs: number;
}

/** Loads the client's code, and starts the server with it. */
export type LoadClient = (
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  status: StatusItem,
) => Promise<FloodgateClient>;

let running: Promise<FloodgateClient> | undefined;

/** Registers the commands and the status item; the client is loaded once control is back with the editor. */
export function start(context: vscode.ExtensionContext, loadClient: LoadClient): Activation {
  const began = performance.now();
  const log = vscode.window.createOutputChannel("Floodgate", { log: true });
  const status = createStatus();
  const client = (): Promise<FloodgateClient> => (running ??= loadClient(context, log, status));
  context.subscriptions.push(log, status, registerCommands(client, log));
  setTimeout(() => {
    client().catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      status.failed(why);
      log.error(error instanceof Error ? error : why);
      running = undefined;
      void tell(`Floodgate's server does not start: ${why}`, log);
    });
  }, 0);
  const activationMs = performance.now() - began;
  log.info(`activated in ${activationMs.toFixed(1)} ms`);
  return { activationMs };
}

/** One message, with the log one click away. */
async function tell(message: string, log: vscode.LogOutputChannel): Promise<void> {
  if ((await vscode.window.showErrorMessage(message, "Show Output")) !== undefined) log.show();
}

export async function stop(): Promise<void> {
  await (await running)?.stop();
}
