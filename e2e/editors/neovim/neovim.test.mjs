/** Neovim's built-in client, with the server as npm installs it. */
import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { runInProject } from "../lib/project.mjs";

const probe = fileURLToPath(new URL("probe.lua", import.meta.url));

test("Neovim shows the diagnostic, applies the quick fix, and sees it gone", () => {
  const options = ["--headless", "--clean", "-u", "NONE", "-S", probe];
  const { status, stdout, stderr, text } = runInProject("nvim", options);
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /^diagnostic 2:24 /m);
  assert.match(stdout, /^cleared$/m);
  assert.match(text, /await mapLimit\(urls, 10, async \(url\) => fetch\(url\)\)/);
});
