/** What is recorded of VS Code, driven by keys and mouse: reading, typing, breaking, fixing, undoing, fixing all. */
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startCodeServer } from "../../../../e2e/editors/lib/code-server.mjs";
import { vsix } from "../../../../e2e/editors/lib/paths.mjs";
import { until } from "../../../../e2e/editors/lib/until.mjs";
import { launchBrowser, openWorkbench } from "../../../../e2e/editors/lib/workbench.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const settingsFile = ".vscode/settings.json";

export async function recordVscode(recording, files, prepare) {
  const codeServer = await startCodeServer({
    extensions: [vsix],
    files: { ...files, [settingsFile]: "{}" },
    env: { FLOODGATE_RECORDING: recording },
  });
  try {
    prepare(codeServer.workspace);
    await standBetween(codeServer.installed);
    const browser = await launchBrowser();
    try {
      const workbench = await openWorkbench(browser, codeServer.workbench({ open: "src/app.ts" }));
      await session(workbench, codeServer);
      // Closing the page leaves the extension host waiting for it to come back; the recording is whole all the same.
      await workbench.close();
    } finally {
      await browser.close();
    }
    return codeServer.workspace;
  } finally {
    await codeServer.stop();
  }
}

/** Puts the recorder in the place of the installed extension's server, and the server as it is now behind it. */
async function standBetween(installed) {
  const extension = fs.readdirSync(installed).find((name) => /\bfloodgate-\d/u.test(name));
  const dist = path.join(installed, extension, "dist");
  const bundle = (entry, name) =>
    build({
      entryPoints: [here(entry)],
      outfile: path.join(dist, name),
      bundle: true,
      platform: "node",
      format: "cjs",
      conditions: ["@floodgate/source"],
      external: ["./server-behind.js"],
      logLevel: "error",
    });
  await bundle("../../src/main-bundled.ts", "server-behind.js");
  await bundle("tee-ipc.mjs", "server.js");
}

async function session(workbench, codeServer) {
  const { page } = workbench;
  const shows = (part) => until(async () => (await workbench.text()).includes(part), `${part} on screen`);
  await workbench.waitEditor();
  await workbench.waitSquiggles(1);
  await workbench.hover("Promise", /What limits it: nothing/u);
  await workbench.key("Escape");

  await workbench.goTo(2);
  await page.keyboard.type("// a note", { delay: 60 });
  await workbench.goTo(3);
  await page.keyboard.type("}} ");
  await workbench.waitSquiggles(0);
  for (let i = 0; i < 3; i++) await workbench.key("Backspace");
  await workbench.waitSquiggles(1);

  await workbench.goTo(4, 36);
  const titles = await workbench.quickFixes();
  await workbench.pick(titles.find((title) => title.includes("mapLimit")));
  await shows("mapLimit(urls");
  await workbench.waitSquiggles(0);
  await workbench.key("Escape");
  await workbench.key("Control+z");
  await workbench.waitSquiggles(1);

  codeServer.write(
    settingsFile,
    JSON.stringify({ "floodgate.defaultLimit": 6, "floodgate.inlayHints": true }),
  );
  await shows("unbounded");
  await workbench.goTo(4, 36);
  await workbench.command("Floodgate: Fix All in File");
  await shows("limited(6");
  await workbench.waitSquiggles(0);
  await workbench.save();
  await until(() => codeServer.read("src/app.ts").includes("limited(6"), "the file to be saved");
  await workbench.command("View: Close Editor");
  await until(
    async () => (await page.locator(".editor-group-container .tab").count()) === 0,
    "the editor to close",
  );
}
