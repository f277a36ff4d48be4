/** In the extension host: from a keystroke to the diagnostics that it changes, in a file of 1,100 lines. */
import assert from "node:assert/strict";

const edits = 100;

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

export default {
  async "edit to diagnostics"(vscode) {
    const [uri] = await vscode.workspace.findFiles("src/long.ts");
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const count = () =>
      vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "floodgate").length;
    const reaches = (wanted, timeoutMs) =>
      new Promise((resolve, reject) => {
        const giveUp = setTimeout(() => {
          listener.dispose();
          reject(new Error(`no ${wanted} diagnostics within ${timeoutMs} ms, but ${count()}`));
        }, timeoutMs);
        const look = () => {
          if (count() !== wanted) return;
          clearTimeout(giveUp);
          listener.dispose();
          resolve();
        };
        const listener = vscode.languages.onDidChangeDiagnostics(look);
        look();
      });
    await reaches(1, 30_000);
    const offset = document.getText().indexOf("Promise.all(urls") + "Promise.all".length;
    const end = document.positionAt(offset);
    const before = end.translate(0, -1);
    const times = [];
    for (let i = 0; i < edits; i++) {
      const wanted = i % 2;
      const began = performance.now();
      const shown = reaches(wanted, 10_000);
      await editor.edit((edit) =>
        wanted === 0 ? edit.delete(new vscode.Range(before, end)) : edit.insert(before, "l"),
      );
      await shown;
      times.push(performance.now() - began);
    }
    times.sort((a, b) => a - b);
    assert.equal(count(), 1);
    return { p50: percentile(times, 0.5), p95: percentile(times, 0.95), max: times.at(-1) };
  },
};
