/**
 * Takes the pictures of the walkthrough and the README, from the packed extension in a real editor:
 *
 *   npm run package -w packages/vscode-extension && node e2e/editors/pictures.mjs
 */
import fs from "node:fs";
import path from "node:path";
import { decode, encodePalette } from "../../packages/vscode-extension/scripts/png.mjs";
import { startCodeServer } from "./lib/code-server.mjs";
import { extension, vsix } from "./lib/paths.mjs";
import { until } from "./lib/until.mjs";
import { launchBrowser, openWorkbench } from "./lib/workbench.mjs";
import { installRuntime, manifest, tsconfig } from "./lib/workspace.mjs";

const pages = `import { readFile } from "node:fs/promises";

export async function loadPages(urls: string[]) {
  const pages = await Promise.all(
    urls.map(async (url) => {
      const response = await fetch(url);
      return response.text();
    }),
  );
  return pages;
}

export async function loadBoth(left: string, right: string) {
  return Promise.all([readFile(left, "utf8"), readFile(right, "utf8")]);
}
`;
const images = `import { writeFile } from "node:fs/promises";
import pLimit from "p-limit";

const limit = pLimit(8);

export async function saveAll(files: Map<string, string>) {
  await Promise.all(
    [...files].map(([name, text]) => limit(() => writeFile(name, text))),
  );
}

export async function firstPages(urls: string[]) {
  return Promise.all(urls.slice(0, 5).map((url) => fetch(url)));
}

export async function notifyAll(users: { address: string }[]) {
  users.forEach(async (user) => {
    await fetch("https://mail.example", { method: "POST", body: user.address });
  });
}
`;

const settings = {
  "workbench.activityBar.location": "hidden",
  "workbench.statusBar.visible": false,
  "workbench.layoutControl.enabled": false,
  "workbench.editor.editorActionsLocation": "hidden",
  "window.commandCenter": false,
  "window.menuBarVisibility": "hidden",
  "breadcrumbs.enabled": false,
  "editor.lightbulb.enabled": "off",
  "editor.occurrencesHighlight": "off",
  "editor.overviewRulerBorder": false,
  "editor.scrollBeyondLastLine": false,
  "workbench.panel.opensMaximized": "never",
};

const codeServer = await startCodeServer({
  extensions: [vsix],
  files: {
    "src/pages.ts": pages,
    "src/images.ts": images,
    "package.json": manifest,
    "tsconfig.json": tsconfig,
  },
  settings,
});
installRuntime(codeServer.workspace);
const browser = await launchBrowser();

/** Opens a file with nothing beside it, and takes the upper part of the window. */
async function picture(name, { open, width = 760, height, clip = height }, act) {
  const workbench = await openWorkbench(browser, codeServer.workbench({ open }), { width, height });
  try {
    await workbench.waitEditor();
    await workbench.focus();
    await workbench.key("Control+b");
    await act(workbench);
    const file = path.join(extension, "media", `${name}.png`);
    const { pixels, ...size } = decode(
      await workbench.page.screenshot({ clip: { x: 0, y: 0, width, height: clip } }),
    );
    fs.writeFileSync(file, encodePalette(size.width, size.height, pixels));
    console.log(`${file} ${fs.statSync(file).size} bytes`);
  } catch (error) {
    await workbench.screenshot(`failed-${path.basename(name)}`);
    throw error;
  } finally {
    await workbench.close();
  }
}

try {
  await picture(
    "walkthrough/squiggle",
    { open: "src/pages.ts", width: 800, height: 400, clip: 375 },
    async (workbench) => {
      await workbench.waitSquiggles(1);
      await workbench.hover("Promise", /What limits it: nothing[\s\S]*Promise/);
    },
  );
  await picture("walkthrough/quick-fix", { open: "src/pages.ts", height: 300 }, async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(4, 30);
    await workbench.quickFixes();
  });
  codeServer.setUserSettings({ "floodgate.inlayHints": true });
  await picture(
    "walkthrough/inlay-hints",
    { open: "src/images.ts", height: 480, clip: 420 },
    async (workbench) => {
      await workbench.waitSquiggles(1);
      await until(async () => (await workbench.text()).includes("in flight"), "inlay hints");
    },
  );
  codeServer.setUserSettings({});
  await picture(
    "walkthrough/report",
    { open: "src/pages.ts", width: 820, height: 480 },
    async (workbench) => {
      await workbench.waitSquiggles(1);
      await workbench.command("Floodgate: Show Fan-Out Report");
      const rows = workbench.page.locator(".pane-body .monaco-list-row");
      await rows.filter({ hasText: "Bounded or harmless" }).first().click();
      await rows
        .filter({ hasText: "≤ 8" })
        .first()
        .waitFor({ timeout: 2000 })
        .catch(() => undefined);
      await rows.filter({ hasText: "pages.ts" }).first().click();
    },
  );
} finally {
  await browser.close();
  await codeServer.stop();
}
