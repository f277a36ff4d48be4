/** A project on disk, for editors that open a folder and run a script in it. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { server } from "./paths.mjs";
import { installRuntime, manifest, source, tsconfig } from "./workspace.mjs";

/**
 * Runs an editor with a script that opens the project, applies the fix that mentions `mapLimit`, saves, and ends.
 *
 * @returns How it ended, what it printed, and the file as it left it.
 */
export function runInProject(command, args) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "floodgate-project-")));
  const file = path.join(folder, "src/app.ts");
  try {
    fs.mkdirSync(path.dirname(file));
    fs.writeFileSync(file, source);
    fs.writeFileSync(path.join(folder, "package.json"), manifest);
    fs.writeFileSync(path.join(folder, "tsconfig.json"), tsconfig);
    installRuntime(folder);
    const { status, stdout, stderr } = spawnSync(command, args, {
      env: {
        ...process.env,
        XDG_STATE_HOME: path.join(folder, ".state"),
        FLOODGATE_WORKSPACE: folder,
        FLOODGATE_NODE: process.execPath,
        FLOODGATE_SERVER: server,
        FLOODGATE_ACTION: "mapLimit",
      },
      encoding: "utf8",
      timeout: 60_000,
    });
    return { status, stdout, stderr, text: fs.readFileSync(file, "utf8") };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
