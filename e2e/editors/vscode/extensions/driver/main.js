/**
 * Runs the suites that a file names, one after the other, inside the extension host, and writes what came of each.
 * Built releases of VS Code ignore `extensionTestsPath`, so the tests come in as an extension of their own.
 */
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import * as vscode from "vscode";

export function activate({ subscriptions }) {
  const folder = process.env.FLOODGATE_SUITES;
  if (folder === undefined) return;
  const order = path.join(folder, "order.json");
  let last;
  const look = () => {
    if (!fs.existsSync(order)) return;
    const { suite, result, folders } = JSON.parse(fs.readFileSync(order, "utf8"));
    if (result === last || fs.existsSync(result)) return;
    // The folders of a workspace file may come after the extensions, and then start all extensions anew.
    const open = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.toString()) ?? [];
    if (JSON.stringify(open) !== JSON.stringify(folders)) return void setTimeout(look, 50);
    last = result;
    void run(suite, result);
  };
  const watcher = fs.watch(folder, look);
  subscriptions.push({ dispose: () => watcher.close() });
  look();
}

/** Every export of a suite is a test, named by the export; it is given the editor's API. */
async function run(suite, result) {
  const tests = [];
  for (const [name, test] of Object.entries((await import(pathToFileURL(suite).href)).default)) {
    const began = performance.now();
    try {
      const info = await test(vscode);
      tests.push({ name, ok: true, ms: performance.now() - began, info });
    } catch (error) {
      tests.push({ name, ok: false, ms: performance.now() - began, error: String(error?.stack ?? error) });
    }
    fs.writeFileSync(`${result}.part`, JSON.stringify(tests));
  }
  fs.renameSync(`${result}.part`, result);
}
