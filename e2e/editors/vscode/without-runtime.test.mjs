/** A project that has never heard of Floodgate: the fix brings its limiter along, as a second file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { vsix } from "../lib/paths.mjs";
import { until } from "../lib/until.mjs";
import { launchBrowser, openWorkbench } from "../lib/workbench.mjs";
import { source, tsconfig } from "../lib/workspace.mjs";

test("the quick fix adds the limiter as the project's own file; both files reach the disk", async () => {
  const codeServer = await startCodeServer({
    extensions: [vsix],
    files: {
      "src/app.ts": source,
      "package.json": JSON.stringify({ name: "opened", private: true, type: "module" }),
      "tsconfig.json": tsconfig,
    },
  });
  const browser = await launchBrowser();
  try {
    const workbench = await openWorkbench(browser, codeServer.workbench({ open: "src/app.ts" }));
    await workbench.waitEditor();
    await workbench.waitSquiggles(1);
    await workbench.goTo(2, 30);
    const titles = await workbench.quickFixes();
    await workbench.screenshot("without-runtime-menu");
    const vendored = titles.find((title) => title.startsWith("Limit to 10") && title.includes("(adds "));
    assert.ok(vendored, titles.join("\n"));
    const [, added] = /\(adds ([^)]+)\)/.exec(vendored);
    await workbench.pick(vendored);
    await until(
      async () => (await workbench.text()).includes("./floodgate.js"),
      "the import of the new file",
    );
    await workbench.waitSquiggles(0);
    await workbench.screenshot("without-runtime-fixed");
    await workbench.command("File: Save All Files");
    await until(() => codeServer.read("src/app.ts").includes("mapLimit("), "the fixed file on disk");
    await until(
      () => codeServer.exists(added) && codeServer.read(added).includes("mapLimit"),
      "the new file on disk",
    );
    await workbench.close();
  } finally {
    await browser.close();
    await codeServer.stop();
  }
});
