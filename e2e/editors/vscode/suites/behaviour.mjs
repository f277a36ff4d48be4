/** In the extension host: what the extension does about settings, other extensions, crashes and unusual documents. */
import assert from "node:assert/strict";
import { childrenWith, tools } from "../../lib/host-suite.mjs";

const flood = `export async function load(urls: string[]) {
  return Promise.all(urls.map(async (url) => fetch(url)));
}
`;

/** What the ESLint extension shows of our rule. */
function eslintDiagnostic(vscode) {
  const diagnostic = new vscode.Diagnostic(new vscode.Range(1, 23, 1, 34), "as ESLint words it");
  diagnostic.source = "eslint";
  diagnostic.code = {
    value: "floodgate/no-unbounded-promise-all",
    target: vscode.Uri.parse("https://example.invalid"),
  };
  return diagnostic;
}

export default {
  async "a setting takes effect at once, without a restart"(vscode) {
    const { open, finds, actions, eventually } = tools(vscode);
    const { document } = await open("src/app.ts");
    await finds(document.uri, 1);
    const settings = vscode.workspace.getConfiguration("floodgate", document.uri);
    await settings.update("defaultLimit", 4, vscode.ConfigurationTarget.Workspace);
    const place = new vscode.Position(1, 26);
    await eventually("a quick fix with the new limit", async () =>
      (await actions(document.uri, place)).some(({ title }) => title.startsWith("Limit to 4 at once")),
    );
    await settings.update("defaultLimit", undefined, vscode.ConfigurationTarget.Workspace);
  },

  async "a diagnostic that ESLint shows is not shown again, and its quick fixes stay"(vscode) {
    const { open, finds, actions } = tools(vscode);
    const { document } = await open("src/app.ts");
    await finds(document.uri, 1);
    const eslint = vscode.languages.createDiagnosticCollection("eslint");
    eslint.set(document.uri, [eslintDiagnostic(vscode)]);
    try {
      await finds(document.uri, 0);
      const titles = (await actions(document.uri, new vscode.Position(1, 26))).map(({ title }) => title);
      assert.ok(
        titles.some((title) => title.includes("mapLimit")),
        titles.join(", "),
      );
    } finally {
      eslint.dispose();
    }
    await finds(document.uri, 1);
  },

  async "a diagnostic of ESLint's that goes as soon as it came leaves ours shown"(vscode) {
    const { open, ours, finds } = tools(vscode);
    const { document, editor } = await open("src/app.ts");
    await finds(document.uri, 1);
    const eslint = vscode.languages.createDiagnosticCollection("eslint");
    // The editor tells of diagnostics after 50 ms; the server's answer to an edit may come and go before that.
    const came = vscode.workspace.onDidChangeTextDocument(() => {
      eslint.set(document.uri, [eslintDiagnostic(vscode)]);
    });
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), " "));
    came.dispose();
    while (ours(document.uri).length > 0) await new Promise((resolve) => setImmediate(resolve));
    eslint.dispose();
    await finds(document.uri, 1);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  },

  async "`lint` decides whether problems are shown"(vscode) {
    const { open, finds } = tools(vscode);
    const { document } = await open("src/app.ts");
    await finds(document.uri, 1);
    const settings = vscode.workspace.getConfiguration("floodgate", document.uri);
    await settings.update("lint", "never", vscode.ConfigurationTarget.Workspace);
    await finds(document.uri, 0);
    await settings.update("lint", undefined, vscode.ConfigurationTarget.Workspace);
    await finds(document.uri, 1);
  },

  async "the problems of a file leave with its editor"(vscode) {
    const { open, finds } = tools(vscode);
    const { document } = await open("src/closed.ts");
    await finds(document.uri, 1);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await finds(document.uri, 0);
  },

  async "an untitled file is checked"(vscode) {
    const { finds } = tools(vscode);
    const document = await vscode.workspace.openTextDocument({ language: "typescript", content: flood });
    await finds(document.uri, 1);
  },

  async "the script of a .vue file is checked, and fixed where it stands"(vscode) {
    const { open, finds, actions } = tools(vscode);
    const { document } = await open("src/app.vue");
    assert.equal(document.languageId, "vue");
    await finds(document.uri, 1);
    const place = new vscode.Position(6, 28);
    const [first] = await actions(document.uri, place, undefined, 10);
    assert.ok(await vscode.workspace.applyEdit(first.edit));
    await finds(document.uri, 0);
    assert.match(
      document.getText(),
      /^<template>[\s\S]*<script lang="ts">\s*import \{ mapLimit \} from "@floodgate\/runtime";[\s\S]*mapLimit\(urls, 10, /,
    );
    await vscode.commands.executeCommand("workbench.action.files.revert");
  },

  async "a cell of a notebook is checked"(vscode) {
    const { ours, eventually } = tools(vscode);
    const cell = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, flood, "typescript");
    const notebook = await vscode.workspace.openNotebookDocument(
      "jupyter-notebook",
      new vscode.NotebookData([cell]),
    );
    await vscode.window.showNotebookDocument(notebook);
    const { uri } = notebook.cellAt(0).document;
    assert.equal(uri.scheme, "vscode-notebook-cell");
    await eventually("one finding in the cell", () => ours(uri).length === 1);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  },

  async "the output is shown by its command"(vscode) {
    await vscode.commands.executeCommand("floodgate.showOutput");
  },

  async "the walkthrough's example shows one finding"(vscode) {
    const { finds } = tools(vscode);
    await vscode.commands.executeCommand("floodgate.openExample");
    await finds(vscode.window.activeTextEditor.document.uri, 1);
  },

  async "a file that does not parse has no findings, until it does"(vscode) {
    const { finds } = tools(vscode);
    const document = await vscode.workspace.openTextDocument({ language: "typescript", content: flood });
    const editor = await vscode.window.showTextDocument(document);
    await finds(document.uri, 1);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "const = ;\n"));
    await finds(document.uri, 0);
    await editor.edit((edit) => edit.delete(new vscode.Range(0, 0, 1, 0)));
    await finds(document.uri, 1);
  },

  async "a server that is killed comes back by itself"(vscode) {
    const { open, finds, eventually } = tools(vscode);
    const { document, editor } = await open("src/app.ts");
    await finds(document.uri, 1);
    const [before] = childrenWith("dist/server.js");
    process.kill(before, "SIGKILL");
    const after = await eventually("another server", () =>
      childrenWith("dist/server.js").find((pid) => pid !== before),
    );
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "// once more\n"));
    await finds(document.uri, 1);
    await eventually(
      "the finding to have moved",
      () => tools(vscode).ours(document.uri)[0]?.range.start.line === 2,
    );
    await vscode.commands.executeCommand("workbench.action.files.revert");
    return { before, after };
  },

  async "the restart command starts another server"(vscode) {
    const { open, finds, eventually } = tools(vscode);
    const { document } = await open("src/app.ts");
    const [before] = childrenWith("dist/server.js");
    await vscode.commands.executeCommand("floodgate.restart");
    await eventually("one other server", () => {
      const servers = childrenWith("dist/server.js");
      return servers.length === 1 && servers[0] !== before;
    });
    await finds(document.uri, 1);
  },
};
