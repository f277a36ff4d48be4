/** Neovim's built-in client, with the server as npm installs it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { makeProject } from "../lib/project.mjs";
import { server } from "../lib/paths.mjs";

const probe = fileURLToPath(new URL("probe.lua", import.meta.url));

test("Neovim shows the diagnostic, applies the quick fix, and sees it gone", () => {
  const { folder, file, remove } = makeProject();
  try {
    const options = ["--headless", "--clean", "-u", "NONE", "-S", probe];
    const { status, stdout, stderr } = spawnSync("nvim", options, {
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
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /^diagnostic 2:24 /m);
    assert.match(stdout, /^cleared$/m);
    assert.match(fs.readFileSync(file, "utf8"), /await mapLimit\(urls, 10, async \(url\) => fetch\(url\)\)/);
  } finally {
    remove();
  }
});
