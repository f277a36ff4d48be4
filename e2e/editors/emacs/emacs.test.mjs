/** Emacs with eglot, with the server as npm installs it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { makeProject } from "../lib/project.mjs";
import { server } from "../lib/paths.mjs";

const probe = fileURLToPath(new URL("probe.el", import.meta.url));

test("Emacs shows the diagnostic, applies the quick fix, and sees it gone", () => {
  const { folder, file, remove } = makeProject();
  try {
    const { status, stdout, stderr } = spawnSync("emacs", ["--batch", "-l", probe], {
      env: {
        ...process.env,
        FLOODGATE_WORKSPACE: folder,
        FLOODGATE_NODE: process.execPath,
        FLOODGATE_SERVER: server,
        FLOODGATE_ACTION: "mapLimit",
      },
      encoding: "utf8",
      timeout: 60_000,
    });
    assert.equal(status, 0, `${stdout}${stderr}`);
    assert.match(stdout, /^diagnostic 2 /m);
    assert.match(stdout, /^cleared$/m);
    assert.match(fs.readFileSync(file, "utf8"), /await mapLimit\(urls, 10, async \(url\) => fetch\(url\)\)/);
  } finally {
    remove();
  }
});
