/** What the extension shows beside the squiggle: status, explanation, walkthrough, report, inlay hints. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { root, vsix } from "../lib/paths.mjs";
import { until } from "../lib/until.mjs";
import { launchBrowser, openWorkbench } from "../lib/workbench.mjs";
import { installRuntime, manifest, source, tsconfig } from "../lib/workspace.mjs";

/** Only its types tell that `read` returns a promise. */
const typed = `import { read } from "./read.js";

export async function readAll(names: string[]) {
  return Promise.all(names.map(read));
}

export function sorted(names: string[]) {
  return [...names].sort();
}
`;

let codeServer;
let browser;

before(async () => {
  codeServer = await startCodeServer({
    extensions: [vsix],
    files: {
      "src/app.ts": source,
      "src/typed.ts": typed,
      "src/read.ts": "export declare function read(name: string): Promise<string>;\n",
      "package.json": manifest,
      "tsconfig.json": tsconfig,
    },
  });
  installRuntime(codeServer.workspace);
  fs.symlinkSync(
    path.join(root, "node_modules/typescript"),
    path.join(codeServer.workspace, "node_modules/typescript"),
  );
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await codeServer?.stop();
});

const inWorkbench = async (name, where, use) => {
  const workbench = await openWorkbench(browser, codeServer.workbench(where));
  try {
    await use(workbench);
    await workbench.screenshot(name);
  } catch (error) {
    await workbench.screenshot(`failed-${name}`);
    throw error;
  } finally {
    await workbench.close();
  }
};

test("the status tells tier, TypeScript and project", async () => {
  await inWorkbench("status", { open: "src/typed.ts" }, async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.status(
      /Floodgate: 1 unbounded[\s\S]*TypeScript \d+\.\d+\.\d+.*tsconfig\.json · tier 2 · [\d.]+ ms/,
    );
  });
});

test("Why Nothing Here? answers with a page beside the editor", async () => {
  await inWorkbench("explain", { open: "src/typed.ts" }, async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(8, 16);
    await workbench.command("Floodgate: Why Nothing Here?");
    await workbench.page.locator(".tab", { hasText: "Why nothing here" }).first().waitFor();
    const preview = workbench.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    await preview.locator("body", { hasText: /\w{4,}/ }).waitFor();
    assert.ok((await preview.locator("body").innerText()).length > 40);
  });
});

test("the walkthrough opens with its four steps and their pictures", async () => {
  await inWorkbench("walkthrough", {}, async (workbench) => {
    await workbench.key("Control+b");
    await workbench.command("Welcome: Open Walkthrough...");
    await workbench.page
      .locator(".quick-input-list .monaco-list-row", { hasText: "Floodgate" })
      .first()
      .click();
    const steps = workbench.page.locator(".getting-started-step");
    await until(async () => (await steps.count()) === 4, "four steps");
    assert.match(
      (await steps.allInnerTexts()).join("\n"),
      /See a flood before it happens[\s\S]*Fix it with one key/,
    );
    await until(() =>
      workbench.page
        .locator(".getting-started-media img")
        .first()
        .evaluate((image) => image.naturalWidth > 0),
    );
  });
});

test("the report lists every fan-out by verdict, a click goes there, and it can be taken along", async () => {
  await inWorkbench("report", { open: "src/read.ts" }, async (workbench) => {
    await workbench.waitEditor();
    await workbench.command("Floodgate: Show Fan-Out Report");
    const rows = workbench.page.locator(".pane-body .monaco-list-row");
    const shown = await until(async () => {
      const text = (await rows.allInnerTexts()).join("\n");
      return text.includes("typed.ts:4") && text;
    }, "the report");
    assert.match(shown, /Unbounded: limit these/);
    assert.match(shown, /Promise\.all[\s\S]*each element starts fetch · src\/app\.ts:2/);
    await rows.filter({ hasText: "typed.ts:4" }).first().click();
    await until(async () => (await workbench.text()).includes("readAll"), "the site in the editor");
    await workbench.screenshot("report-site");

    await workbench.command("Floodgate: Group Fan-Out Report By...");
    await workbench.page.locator(".quick-input-list .monaco-list-row", { hasText: "bound" }).first().click();
    await until(
      async () => /^unbounded\s*\d/m.test((await rows.allInnerTexts()).join("\n")),
      "groups by bound",
    );

    await workbench.command("Floodgate: Export Fan-Out Report as SARIF");
    await until(async () => (await workbench.text()).includes('"2.1.0"'), "the report as SARIF");
  });
});

test("inlay hints come and go with their setting", async () => {
  await inWorkbench("inlay-hints", { open: "src/app.ts" }, async (workbench) => {
    await workbench.waitSquiggles(1);
    codeServer.write(".vscode/settings.json", '{ "floodgate.inlayHints": true }');
    await until(async () => /Promise\.all\W*unbounded\W*\(/.test(await workbench.text()), "an inlay hint");
    await workbench.screenshot("inlay-hints-on");
    codeServer.write(".vscode/settings.json", "{}");
    await until(async () => (await workbench.text()).includes("Promise.all("), "no inlay hint");
  });
});

test("fix all in the workspace asks once, and limits what is safe in every file", async () => {
  await inWorkbench("fix-workspace", { open: "src/read.ts" }, async (workbench) => {
    await workbench.waitEditor();
    await workbench.command("Floodgate: Fix All in Workspace");
    const dialog = workbench.page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /Limit the unbounded fan-outs in \d files?\?/);
    await workbench.screenshot("fix-workspace-dialog");
    await dialog.locator(".monaco-button", { hasText: "Fix All" }).click();
    await workbench.page.locator(".tab.dirty", { hasText: "app.ts" }).waitFor();
    await workbench.command("File: Save All Files");
    await until(() => codeServer.read("src/app.ts").includes("limited(10, async (url) => fetch(url))"));
  });
});
