/**
 * Runs the suite that a file names, inside the extension host, and writes what came of it.
 * Built releases of VS Code ignore `extensionTestsPath`, so the tests come in as an extension of their own.
 */
import fs from "node:fs";
import { pathToFileURL } from "node:url";
import * as vscode from "vscode";

export function activate() {
  const order = process.env.FLOODGATE_SUITE_ORDER;
  if (order === undefined || !fs.existsSync(order)) return;
  const { suite, result, folders } = JSON.parse(fs.readFileSync(order, "utf8"));
  // The folders of a workspace file may come after the extensions, and then start all extensions anew.
  const start = () => {
    const open = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [];
    if (JSON.stringify(open) === JSON.stringify(folders)) void run(suite, result);
    else setTimeout(start, 50);
  };
  setTimeout(start, 0);
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
