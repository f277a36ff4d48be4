/** In the extension host, in a workspace that is on no disk: what a file's text shows is found and fixed, and the rest says why not. */
/* global TextDecoder */
import assert from "node:assert/strict";
import { tools } from "../../lib/host-suite.mjs";

const app = "app.ts";

export default {
  async "a virtual workspace has its findings and their fixes, down to its own file system"(vscode) {
    const { open, finds, actions } = tools(vscode);
    const { document } = await open(app);
    assert.equal(document.uri.scheme, "memory");
    await finds(document.uri, 1);
    const [first, ...others] = await actions(document.uri, new vscode.Position(1, 20), undefined, 10);
    assert.ok(await vscode.workspace.applyEdit(first.edit));
    await finds(document.uri, 0);
    assert.ok(await document.save());
    const written = new TextDecoder().decode(await vscode.workspace.fs.readFile(document.uri));
    assert.match(written, /import \{ mapLimit \} from "@floodgate\/runtime";\n[\s\S]*mapLimit\(urls, 10, /);
    return [first, ...others].map(({ title }) => title);
  },

  async "it is told that types are off"(vscode) {
    return tools(vscode).typesIn(app, undefined, /^types off/);
  },

  async "the report reads a disk, and without one makes none"(vscode) {
    await tools(vscode).open(app);
    await vscode.commands.executeCommand("floodgate.exportReportMarkdown");
    assert.equal(vscode.window.activeTextEditor.document.uri.scheme, "memory");
  },
};
