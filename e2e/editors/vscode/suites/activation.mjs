/** In the extension host: what activation costs. Within 30 ms, it cannot have waited for the server. */
import assert from "node:assert/strict";

export default {
  async activates(vscode) {
    const extension = vscode.extensions.getExtension("floodgate.floodgate");
    assert.ok(extension, "the extension is installed");
    const began = performance.now();
    const { activationMs } = await extension.activate();
    const wholeMs = performance.now() - began;
    return { activationMs, wholeMs };
  },
  async "registers every command of its manifest"(vscode) {
    const { packageJSON } = vscode.extensions.getExtension("floodgate.floodgate");
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = packageJSON.contributes.commands.filter(({ command }) => !registered.has(command));
    assert.deepEqual(missing, []);
  },
};
