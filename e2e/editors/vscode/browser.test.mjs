/** The same package in the browser's own extension host, as on vscode.dev: the server is a worker. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { vsix } from "../lib/paths.mjs";
import { until } from "../lib/until.mjs";
import { launchBrowser, openWorkbench } from "../lib/workbench.mjs";
import { manifest, source, tsconfig } from "../lib/workspace.mjs";

test("in a browser the first tier finds and fixes, in a worker", async () => {
  const codeServer = await startCodeServer({
    extensions: [vsix],
    files: { "src/app.ts": source, "package.json": manifest, "tsconfig.json": tsconfig },
    settings: { "remote.extensionKind": { "floodgate.floodgate": ["web"] } },
  });
  const browser = await launchBrowser();
  try {
    const workbench = await openWorkbench(browser, codeServer.workbench({ open: "src/app.ts" }));
    await workbench.waitEditor();
    await workbench.waitSquiggles(1).catch((error) => {
      throw new Error(
        `${error.message}\n${workbench.consoleErrors.join("\n")}\n${workbench.outside.join("\n")}`,
      );
    });
    const processes = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    assert.ok(!processes.includes(`${codeServer.installed}/floodgate.floodgate`), "no server process runs");
    await workbench.goTo(2, 30);
    const [first] = await workbench.quickFixes();
    await workbench.screenshot("browser");
    await workbench.pick(first);
    await until(async () => (await workbench.text()).includes("mapLimit(urls"));
    await workbench.waitSquiggles(0);
    await workbench.save();
    await until(() => codeServer.read("src/app.ts").includes("mapLimit(urls"));
    await workbench.close();
  } finally {
    await browser.close();
    await codeServer.stop();
  }
});
