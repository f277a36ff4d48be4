/** In the extension host: several kinds of project in one multi-root workspace. */
import assert from "node:assert/strict";
import { tools } from "../../lib/host-suite.mjs";

const limitIn = async (vscode, folder) => {
  const { open, finds, actions } = tools(vscode);
  const { document } = await open("src/app.ts", folder);
  await finds(document.uri, 1);
  const titles = (await actions(document.uri, new vscode.Position(1, 26))).map(({ title }) => title);
  return titles.map((title) => /^Limit to (\d+) at once/.exec(title)?.[1]).find(Boolean);
};

export default {
  async "each folder of a workspace has its own settings"(vscode) {
    assert.equal(await limitIn(vscode, "three"), "3");
    assert.equal(await limitIn(vscode, "broken"), "10");
    assert.equal(vscode.workspace.workspaceFolders.length, 4);
  },

  async "a broken tsconfig.json takes nothing away that needs no types"(vscode) {
    const { open, finds } = tools(vscode);
    const { document } = await open("src/app.ts", "broken");
    await finds(document.uri, 1);
    return tools(vscode).typesIn("src/app.ts", "broken", /tsconfig/);
  },

  async "a project without TypeScript has the findings that the text shows, and is told that types are off"(
    vscode,
  ) {
    const { open, finds } = tools(vscode);
    const { document } = await open("src/app.ts", "three");
    await finds(document.uri, 1);
    return tools(vscode).typesIn("src/app.ts", "three", /types off: no TypeScript/);
  },

  async "a setting of the wrong type is named in its file, and the default is used"(vscode) {
    const { open, eventually } = tools(vscode);
    assert.equal(await limitIn(vscode, "wrong"), "10");
    const { document } = await open(".vscode/settings.json", "wrong");
    const [problem] = await eventually("a problem in settings.json", () => {
      const problems = vscode.languages.getDiagnostics(document.uri);
      return problems.length > 0 && problems;
    });
    assert.match(problem.message, /integer/);
  },

  async "a project with TypeScript 7 gets its types from it"(vscode) {
    const { open, finds } = tools(vscode);
    const { document } = await open("src/typed.ts", "seven");
    await finds(document.uri, 1);
    return tools(vscode).typesIn("src/typed.ts", "seven", /^TypeScript 7\..*tsconfig\.json/);
  },
};
