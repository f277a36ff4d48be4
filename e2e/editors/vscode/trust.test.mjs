/** A workspace that is not trusted: nothing of it is executed, and what its text shows is still found. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { vsix } from "../lib/paths.mjs";
import { inWorkbench } from "../lib/session.mjs";
import { until } from "../lib/until.mjs";
import { manifest, source, tsconfig } from "../lib/workspace.mjs";

/** Says by a file that it was run. */
const trap = (name) => `require("node:fs").writeFileSync(__dirname + "/EXECUTED-${name}", "");\n`;

const booby = {
  "src/app.ts": source,
  "src/other.ts": source,
  "package.json": JSON.stringify({ ...JSON.parse(manifest), type: "commonjs" }),
  "tsconfig.json": tsconfig,
  "eslint.config.js": trap("eslint-config"),
  "node_modules/typescript/package.json": JSON.stringify({
    name: "typescript",
    version: "5.9.0",
    main: "lib/typescript.js",
  }),
  "node_modules/typescript/lib/typescript.js": trap("typescript"),
  "node_modules/typescript/lib/tsserverlibrary.js": trap("tsserverlibrary"),
  "node_modules/eslint/package.json": JSON.stringify({ name: "eslint", version: "9.39.0", main: "index.js" }),
  "node_modules/eslint/index.js": trap("eslint"),
  "node_modules/@floodgate/runtime/package.json": JSON.stringify({
    name: "@floodgate/runtime",
    version: "0.1.0",
    main: "index.js",
  }),
  "node_modules/@floodgate/runtime/index.js": trap("runtime"),
};
const traps = [
  "EXECUTED-eslint-config",
  "node_modules/typescript/lib/EXECUTED-typescript",
  "node_modules/typescript/lib/EXECUTED-tsserverlibrary",
  "node_modules/eslint/EXECUTED-eslint",
  "node_modules/@floodgate/runtime/EXECUTED-runtime",
];

test("nothing of a workspace is executed before it is trusted, and then its traps do go off and break nothing", async () => {
  const options = {
    extensions: [vsix],
    files: booby,
    trust: true,
    settings: { "security.workspace.trust.startupPrompt": "never" },
  };
  await inWorkbench("trust", options, { open: "src/app.ts" }, async (workbench, codeServer) => {
    await workbench.waitEditor();
    await workbench.waitSquiggles(1);
    await workbench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
    await workbench.status(/types off/);
    await workbench.screenshot("restricted");
    await workbench.goTo(2, 30);
    const [first] = await workbench.quickFixes();
    await workbench.pick(first);
    await until(async () => (await workbench.text()).includes("mapLimit(urls"));
    await workbench.save();
    await until(() => codeServer.read("src/app.ts").includes("mapLimit(urls"));
    await workbench.onlyOpen("src/other.ts");
    await workbench.waitSquiggles(1);
    // What is asked for after an edit waits 150 ms for quiet; ten times that is long enough to be caught.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const wentOff = () => traps.filter((file) => codeServer.exists(file));
    assert.deepEqual(wentOff(), []);

    await workbench.command("Workspaces: Manage Workspace Trust");
    await workbench.page
      .locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust/ })
      .first()
      .click();
    await until(() => wentOff().length > 0, "a trap to go off");
    await workbench.onlyOpen("src/other.ts");
    await workbench.waitSquiggles(1);
    await workbench.screenshot("trusted");
  });
});
