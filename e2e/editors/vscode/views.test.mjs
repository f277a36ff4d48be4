/** What the extension shows beside the squiggle: status, explanation, walkthrough, report, inlay hints, and what goes wrong. */
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { root, vsix } from "../lib/paths.mjs";
import { processesWith } from "../lib/processes.mjs";
import { editorSession } from "../lib/session.mjs";
import { until } from "../lib/until.mjs";
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

/** A project with a TypeScript of which there is nothing but the version. */
const withTypeScript = (folder, version) => ({
  [`${folder}/src/${folder}.ts`]: source,
  [`${folder}/package.json`]: manifest,
  [`${folder}/tsconfig.json`]: tsconfig,
  [`${folder}/node_modules/typescript/package.json`]: JSON.stringify({ name: "typescript", version }),
});

const session = editorSession(
  {
    extensions: [vsix],
    files: {
      "src/app.ts": source,
      "src/typed.ts": typed,
      "src/read.ts": "export declare function read(name: string): Promise<string>;\n",
      "package.json": manifest,
      "tsconfig.json": tsconfig,
      ...withTypeScript("old", "3.9.10"),
      ...withTypeScript("unknown", "99.0.0"),
    },
  },
  ({ workspace }) => {
    installRuntime(workspace);
    fs.symlinkSync(
      path.join(root, "node_modules/typescript"),
      path.join(workspace, "node_modules/typescript"),
    );
  },
);

session.test(
  "the status tells what was found, with which types, and how fast",
  { open: "src/typed.ts" },
  async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.status(
      /Floodgate: 1 unbounded[\s\S]*TypeScript \d+\.\d+\.\d+.*tsconfig\.json · [\d.]+ ms/,
    );
    await workbench.screenshot("status");
  },
);

session.test(
  "Why Nothing Here? answers with a page beside the editor",
  { open: "src/typed.ts" },
  async (workbench) => {
    await workbench.waitSquiggles(1);
    await workbench.goTo(8, 16);
    await workbench.command("Floodgate: Why Nothing Here?");
    await workbench.page.locator(".tab", { hasText: "Why nothing here" }).first().waitFor();
    const preview = workbench.page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
    await preview.locator("body", { hasText: /\w{4,}/ }).waitFor();
    assert.ok((await preview.locator("body").innerText()).length > 40);
    await workbench.screenshot("explain");
  },
);

session.test("the walkthrough opens with its four steps, each with its picture", {}, async (workbench) => {
  // Where it is narrow, a walkthrough leaves its pictures out.
  await workbench.command("View: Close Primary Side Bar");
  await workbench.command("Welcome: Open Walkthrough...");
  await workbench.page
    .locator(".quick-input-list .monaco-list-row", { hasText: "Floodgate" })
    .first()
    .click();
  const steps = workbench.page.locator(".getting-started-step");
  await until(async () => (await steps.count()) === 4, "four steps");
  const picture = workbench.page.locator(".getting-started-media img");
  for (const [index, [title, file]] of [
    ["See a flood before it happens", "squiggle.png"],
    ["Fix it with one key", "quick-fix.png"],
    ["Survey the whole workspace", "report.png"],
    ["Make it yours", "inlay-hints.png"],
  ].entries()) {
    await steps.nth(index).getByText(title).click();
    await until(
      () =>
        picture.evaluate((image, name) => image.naturalWidth > 0 && image.currentSrc.includes(name), file),
      `the picture of "${title}"`,
    );
    await workbench.screenshot(`walkthrough-${index + 1}`);
  }
});

session.test(
  "the report lists every fan-out by verdict, a click goes there, and it can be taken along",
  { open: "src/read.ts" },
  async (workbench) => {
    await workbench.command("Floodgate: Show Fan-Out Report");
    const rows = workbench.page.locator(".pane-body .monaco-list-row");
    const list = async () => (await rows.allInnerTexts()).join("\n");
    const shown = await until(async () => (await list()).includes("typed.ts:4") && list(), "the report");
    assert.match(shown, /Unbounded: limit these/);
    assert.match(shown, /Promise\.all[\s\S]*each element starts fetch · src\/app\.ts:2/);
    await rows.filter({ hasText: "typed.ts:4" }).first().click();
    await until(async () => (await workbench.text()).includes("readAll"), "the site in the editor");
    await workbench.screenshot("report-site");

    for (const [grouping, heading] of [
      ["bound", /^unbounded\s*\d/m],
      ["package", /^old\s*\d/m],
      ["verdict", /^Unbounded: limit these\s*\d/m],
    ]) {
      await workbench.command("Floodgate: Group Fan-Out Report By...");
      await workbench.page
        .locator(".quick-input-list .monaco-list-row", { hasText: grouping })
        .first()
        .click();
      await until(async () => heading.test(await list()), `groups by ${grouping}`);
      await workbench.screenshot(`report-by-${grouping}`);
    }

    for (const [format, part] of [
      ["SARIF", '"2.1.0"'],
      ["Markdown", "| src/typed.ts"],
    ]) {
      await workbench.command(`Floodgate: Export Fan-Out Report as ${format}`);
      await until(async () => (await workbench.text()).includes(part), `the report as ${format}`);
      await workbench.screenshot(`report-as-${format}`);
    }
  },
);

for (const [folder, why] of [
  ["old", /types off: TypeScript 3\.9\.10 is older than 4\.8/],
  ["unknown", /types off: the API of TypeScript 99\.0\.0 is not one this version knows/],
]) {
  session.test(
    `an unsupported TypeScript (${folder}): the finding is there, and the status says why types are off`,
    { open: `${folder}/src/${folder}.ts` },
    async (workbench) => {
      await workbench.waitSquiggles(1);
      await workbench.status(why);
      await workbench.screenshot(`types-off-${folder}`);
    },
  );
}

session.test(
  "inlay hints come and go with their setting",
  { open: "src/app.ts" },
  async (workbench, codeServer) => {
    await workbench.waitSquiggles(1);
    codeServer.write(".vscode/settings.json", '{ "floodgate.inlayHints": true }');
    await until(async () => /fetch\(url\)\)\);\W*unbounded/.test(await workbench.text()), "an inlay hint");
    await workbench.screenshot("inlay-hints-on");
    codeServer.write(".vscode/settings.json", "{}");
    await until(async () => !(await workbench.text()).includes("unbounded"), "no inlay hint");
    await workbench.screenshot("inlay-hints");
  },
);

session.test(
  "a server that crashes again and again is told of once, with its log one click away",
  { open: "src/app.ts", alone: true },
  async (workbench, codeServer) => {
    await workbench.waitSquiggles(1);
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
    assert.equal(await messages.count(), 0, "no second message");
    await workbench.status(/Floodgate: 1 unbounded/);
    await workbench.screenshot("crashed");
  },
);

session.test(
  "fix all in the workspace asks once, and limits what is safe in every file",
  { open: "src/read.ts" },
  async (workbench, codeServer) => {
    await workbench.command("Floodgate: Fix All in Workspace");
    const dialog = workbench.page.locator(".monaco-dialog-box");
    await dialog.waitFor();
    assert.match(await dialog.innerText(), /Limit the unbounded fan-outs in \d files?\?/);
    await workbench.screenshot("fix-workspace-dialog");
    await dialog.locator(".monaco-button", { hasText: "Fix All" }).click();
    await workbench.page.locator(".tab.dirty", { hasText: "app.ts" }).first().waitFor();
    await workbench.command("File: Save All Files");
    await until(() => codeServer.read("src/app.ts").includes("limited(10, async (url) => fetch(url))"));
    await workbench.screenshot("fix-workspace");
  },
);
