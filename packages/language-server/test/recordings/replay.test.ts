/**
 * What VS Code, Neovim and Emacs said to the server in real sessions (`record.mjs`), said to it again: its answers mean what
 * they meant then. A change that is meant is recorded anew.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as disk from "eslint-plugin-floodgate/neighbour";
import { createEngine } from "../../src/engine/engine.ts";
import { loadNativeParser } from "../../src/engine/parse-native.ts";
import { createAsker } from "../../src/engine/types/asker.ts";
import { projectOpener } from "../../src/project.ts";
import { serverHere } from "../client.ts";
import { testFolder, type TestFolder } from "../folder.ts";
import files from "./project.json" with { type: "json" };
import { readRecording, replay } from "./replay.ts";

const engine = createEngine(loadNativeParser().parser, { disk });

let folder: TestFolder;
beforeEach(() => {
  folder = testFolder(files);
  folder.link("typescript");
});
afterEach(() => {
  folder.remove();
});

/** What every session goes through: opened, types are there, broken, mended, fixed, undone, all fixed. */
const story = [0, 1, 0, 1, 0, 1, 0];
/** Who is told of every letter sees the file broken by the first `/` of a comment, too. */
const storyByLetter = [0, 1, ...story];

describe.each([
  ["neovim", story, ["workspace/executeCommand", "codeAction/resolve", "textDocument/inlayHint"]],
  ["emacs", storyByLetter, ["workspace/executeCommand", "textDocument/inlayHint"]],
  ["vscode", storyByLetter, ["textDocument/diagnostic", "codeAction/resolve", "textDocument/inlayHint"]],
] as const)("%s", (editor, counts, methods) => {
  test("hears what it heard then, and its edits make what they made", async () => {
    const lines = readRecording(editor, folder.path);
    const server = serverHere({
      host: { engine, openProject: projectOpener((options) => createAsker(engine, options)) },
    });
    const outcome = await replay(lines, server);
    server.stop?.();
    for (const { question, then, now } of outcome.comparisons) expect(now, question).toEqual(then);
    expect(outcome.counts).toEqual(counts);
    // The quick fix and fix all, as the editor applied them.
    const applied = outcome.made.filter((text) => outcome.seen.includes(text));
    expect(new Set(applied.map((text) => /mapLimit\(|limited\(6/.exec(text)?.[0]))).toEqual(
      new Set(["mapLimit(", "limited(6"]),
    );
    const asked = new Set(outcome.comparisons.map(({ question }) => question.split(" ")[0]));
    for (const method of [
      "initialize",
      "textDocument/hover",
      "textDocument/codeAction",
      "shutdown",
      ...methods,
    ])
      expect([...asked]).toContain(method);
  }, 60_000);
});
