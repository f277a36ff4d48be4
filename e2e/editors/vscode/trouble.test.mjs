/** What a person sees of a server that goes away, and of a TypeScript that does not fit: one sentence, and the reason. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { vsix } from "../lib/paths.mjs";
import { processesWith } from "../lib/processes.mjs";
import { until } from "../lib/until.mjs";
import { launchBrowser, openWorkbench } from "../lib/workbench.mjs";
import { manifest, source, tsconfig } from "../lib/workspace.mjs";

/** A project with a TypeScript of which there is nothing but the version. */
const withTypeScript = (folder, version) => ({
  [`${folder}/src/app.ts`]: source,
  [`${folder}/package.json`]: manifest,
  [`${folder}/tsconfig.json`]: tsconfig,
  [`${folder}/node_modules/typescript/package.json`]: JSON.stringify({ name: "typescript", version }),
});

let codeServer;
let browser;

before(async () => {
  codeServer = await startCodeServer({
    extensions: [vsix],
    files: {
      "src/app.ts": source,
      "package.json": manifest,
      "tsconfig.json": tsconfig,
      ...withTypeScript("old", "3.9.10"),
      ...withTypeScript("unknown", "99.0.0"),
    },
  });
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await codeServer?.stop();
});

const inWorkbench = async (name, open, use) => {
  const workbench = await openWorkbench(browser, codeServer.workbench({ open }));
  try {
    await workbench.waitSquiggles(1);
    await use(workbench);
    await workbench.screenshot(name);
  } catch (error) {
    await workbench.screenshot(`failed-${name}`);
    throw error;
  } finally {
    await workbench.close();
  }
};

test("a server that crashes again and again is told of once, with its log one click away", async () => {
  await inWorkbench("crashed", "src/app.ts", async (workbench) => {
    const servers = () =>
      processesWith("dist/server.js").filter((pid) =>
        processesWith(`${codeServer.installed}/floodgate.floodgate`).includes(pid),
      );
    const kill = async () => {
      const [server] = await until(() => servers().length === 1 && servers(), "one server");
      process.kill(server, "SIGKILL");
      await until(() => servers().some((pid) => pid !== server), "another server");
    };
    await kill();
    const messages = workbench.page.locator(".notification-list-item", { hasText: "Floodgate" });
    await messages.first().waitFor();
    await kill();
    assert.equal(await messages.count(), 1, "one message for two crashes");
    assert.match(await messages.innerText(), /Floodgate's server stopped unexpectedly/);
    await workbench.screenshot("crashed-message");
    await workbench.waitSquiggles(1);
    await messages.hover();
    await messages.locator(".monaco-button", { hasText: "Show Output" }).click();
    const channel = workbench.page.locator(".part.panel select").first();
    await until(
      async () => (await channel.evaluate((select) => select.selectedOptions[0]?.text)) === "Floodgate",
      "the output of Floodgate",
    );
    // Last: it lies over the message.
    await workbench.status(/Floodgate: 1 unbounded/);
  });
});

for (const [folder, why] of [
  ["old", /types off: TypeScript 3\.9\.10 is older than 4\.8/],
  ["unknown", /types off: the API of TypeScript 99\.0\.0 is not one this version knows/],
]) {
  test(`an unsupported TypeScript (${folder}): the finding is there, and the status says why types are off`, async () => {
    await inWorkbench(`types-off-${folder}`, `${folder}/src/app.ts`, (workbench) => workbench.status(why));
  });
}
