/**
 * Records what real editors and the server say to each other, for `replay.test.ts`.
 *
 *   npm run build && npm run package -w packages/vscode-extension && bash e2e/editors/install.sh
 *   npm run record -w @floodgate/language-server [-- neovim emacs vscode]
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const files = JSON.parse(fs.readFileSync(here("project.json"), "utf8"));
const scratch = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "floodgate-record-")));

/** Each records a session into a file, and says which folder it was in. */
const editors = {
  neovim: (recording) =>
    recordScript(recording, "nvim", ["--headless", "--clean", "-u", "NONE", "-S", here("session.lua")]),
  emacs: (recording) => recordScript(recording, "emacs", ["--batch", "-l", here("session.el")]),
  vscode: async (recording) => {
    const { recordVscode } = await import("./record-vscode.mjs");
    return recordVscode(recording, files, linkTypeScript);
  },
};

/** Gives a project the TypeScript that it has types from. */
function linkTypeScript(folder) {
  const target = path.dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
  fs.symlinkSync(target, path.join(folder, "node_modules/typescript"));
}

/** An editor that runs a script and ends. */
function recordScript(recording, command, args) {
  const folder = path.join(scratch, `${command}-project`);
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  linkTypeScript(folder);
  const { status, stdout, stderr } = spawnSync(command, args, {
    env: {
      ...process.env,
      XDG_STATE_HOME: path.join(scratch, ".state"),
      FLOODGATE_WORKSPACE: folder,
      FLOODGATE_NODE: process.execPath,
      FLOODGATE_SERVER: here("tee.mjs"),
      FLOODGATE_SERVER_BEHIND: here("../../dist/main.js"),
      FLOODGATE_RECORDING: recording,
    },
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`${command} failed: ${stdout}${stderr}`);
  return folder;
}

/** What says nothing of how an editor behaves: how long things took, and what is for people to read. */
const skipped = new Set(["floodgate/status", "window/logMessage", "$/logTrace", "$/setTrace"]);

function normalised(lines, folder) {
  const messages = lines
    .map((line) => JSON.parse(line.replaceAll(folder, "/project")))
    .filter(({ message }) => !skipped.has(message.method));
  for (const { message } of messages) if (message.method === "initialize") message.params.processId = null;
  return messages;
}

const wanted = process.argv.slice(2);
for (const [editor, record] of Object.entries(editors)) {
  if (wanted.length > 0 && !wanted.includes(editor)) continue;
  const recording = path.join(scratch, `${editor}.jsonl`);
  const folder = await record(recording);
  const messages = normalised(fs.readFileSync(recording, "utf8").trimEnd().split("\n"), folder);
  const target = here(`${editor}.json`);
  fs.writeFileSync(target, `[\n${messages.map((message) => JSON.stringify(message)).join(",\n")}\n]\n`);
  console.log(`${editor}: ${messages.length} messages, ${fs.statSync(target).size} bytes`);
}
fs.rmSync(scratch, { recursive: true, force: true });
