/** Emacs with eglot, with the server as npm installs it. */
import assert from "node:assert/strict";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { runInProject } from "../lib/project.mjs";

const probe = fileURLToPath(new URL("probe.el", import.meta.url));

test("Emacs shows the diagnostic, applies the quick fix, and sees it gone", () => {
  const { status, stdout, stderr, text } = runInProject("emacs", ["--batch", "-l", probe]);
  assert.equal(status, 0, `${stdout}${stderr}`);
  assert.match(stdout, /^diagnostic 2 /m);
  assert.match(stdout, /^cleared$/m);
  assert.match(text, /await mapLimit\(urls, 10, async \(url\) => fetch\(url\)\)/);
});
