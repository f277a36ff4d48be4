/** What suites inside the extension host have in common; given the editor's API, because only extensions can import it. */
import { processesWith } from "./processes.mjs";

export function tools(vscode) {
  const ours = (uri) => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === "floodgate");
  const eventually = async (what, look, timeoutMs = 20_000) => {
    const giveUpAt = Date.now() + timeoutMs;
    for (;;) {
      const value = await look();
      if (value) return value;
      if (Date.now() > giveUpAt) throw new Error(`timed out waiting for ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  /** @param {string} [folder] - The name of the workspace folder; without it, the first. */
  const open = async (file, folder) => {
    const root = vscode.workspace.workspaceFolders.find(
      ({ name }) => folder === undefined || name === folder,
    );
    if (root === undefined) throw new Error(`there is no folder ${folder}`);
    const uri = vscode.Uri.joinPath(root.uri, file);
    const document = await vscode.workspace.openTextDocument(uri);
    return { document, editor: await vscode.window.showTextDocument(document) };
  };
  return {
    ours,
    eventually,
    open,
    /** Where types come from at this moment, or why there are none: what the explanation page says. */
    async typesIn(file, folder, wanted) {
      await open(file, folder);
      let said = "";
      await eventually(`types that match ${wanted}`, async () => {
        await vscode.commands.executeCommand("floodgate.explain");
        const page = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "floodgate-explanation");
        said = /Types: (.*)/.exec(page?.getText() ?? "")?.[1] ?? "";
        await open(file, folder);
        return wanted.test(said);
      }).catch((error) => {
        throw new Error(`${error.message}; last said: ${said}`);
      });
      return said;
    },
    finds: (uri, count) => eventually(`${count} findings in ${uri}`, () => ours(uri).length === count),
    /** Asked again when the editor withdraws the question, as it does while other extensions register their own. */
    actions: (uri, position, kind = vscode.CodeActionKind.QuickFix, resolve = 0) =>
      eventually("code actions", async () => {
        try {
          const range = new vscode.Range(position, position);
          const found = await vscode.commands.executeCommand(
            "vscode.executeCodeActionProvider",
            uri,
            range,
            kind.value,
            resolve,
          );
          return found.length > 0 && found;
        } catch (error) {
          if (error?.name === "Canceled") return undefined;
          throw error;
        }
      }),
  };
}

/** Processes started by this one whose command line holds `part`. */
export const childrenWith = (part) => processesWith(part, process.pid);
