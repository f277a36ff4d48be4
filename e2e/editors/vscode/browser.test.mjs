/** The same package in the browser's own extension host, as on vscode.dev: the server is a worker. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { vsix } from "../lib/paths.mjs";
import { processesWith } from "../lib/processes.mjs";
import { inWorkbench } from "../lib/session.mjs";
import { packTestExtension } from "../lib/suite.mjs";
import { until } from "../lib/until.mjs";

test("in a browser and a virtual workspace the first tier finds and fixes, in a worker", async () => {
  const web = ["floodgate.floodgate", "floodgate-e2e.memory"];
  const options = {
    extensions: [vsix, packTestExtension("memory")],
    files: {
      "virtual.code-workspace": JSON.stringify({ folders: [{ uri: "memory:/project", name: "project" }] }),
    },
    settings: { "remote.extensionKind": Object.fromEntries(web.map((extension) => [extension, ["web"]])) },
  };
  const where = { workspaceFile: "virtual.code-workspace" };
  await inWorkbench("browser", options, where, async (workbench, codeServer) => {
    await workbench.page.locator(".explorer-folders-view .monaco-list-row", { hasText: "app.ts" }).click();
    await workbench.waitEditor();
    await workbench.waitSquiggles(1);
    assert.deepEqual(
      processesWith(`${codeServer.installed}/floodgate.floodgate`),
      [],
      "no server process runs",
    );
    await workbench.status(/Floodgate: 1 unbounded[\s\S]*types off/);
    await workbench.goTo(2, 20);
    const [first] = await workbench.quickFixes();
    await workbench.screenshot("browser");
    await workbench.pick(first);
    await until(async () => (await workbench.text()).includes("mapLimit(urls"));
    await workbench.waitSquiggles(0);
    await workbench.save();
    await workbench.page.locator(".tab:not(.dirty)", { hasText: "app.ts" }).waitFor();

    await workbench.command("Floodgate: Show Fan-Out Report");
    const message = workbench.page.locator(".notification-toast", { hasText: "needs a folder on disk" });
    await message.waitFor();
    await workbench.screenshot("browser-no-report");
  });
});
