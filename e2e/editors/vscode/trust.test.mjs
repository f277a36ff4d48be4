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

/** Opens the trapped workspace, and waits for the finding. */
const open = ({ name, trust, act }) =>
  inWorkbench(
    name,
    {
      extensions: [vsix],
      files: booby,
      trust,
      settings: { "security.workspace.trust.startupPrompt": "never" },
    },
    { open: "src/app.ts" },
    async (workbench, codeServer) => {
      await workbench.waitEditor();
      await workbench.waitSquiggles(1);
      await act(workbench, codeServer);
    },
  );

test("in restricted mode the finding and its fix are there, and no trap of the workspace went off", async () => {
  await open({
    name: "restricted",
    trust: true,
    act: async (workbench, codeServer) => {
      await workbench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).first().waitFor();
      await workbench.screenshot("restricted");
      await workbench.goTo(2, 30);
      const [first] = await workbench.quickFixes();
      await workbench.pick(first);
      await until(async () => (await workbench.text()).includes("mapLimit(urls"));
      await workbench.save();
      await until(() => codeServer.read("src/app.ts").includes("mapLimit(urls"));
      // What is asked for after an edit waits 150 ms for quiet; ten times that is long enough to be caught.
      await new Promise((resolve) => setTimeout(resolve, 1500));
      assert.deepEqual(
        traps.filter((file) => codeServer.exists(file)),
        [],
      );
    },
  });
});

test("the same workspace, trusted, is asked: the traps do work, and what goes wrong in them breaks nothing", async () => {
  await open({
    name: "trusted",
    trust: false,
    act: async (workbench, codeServer) => {
      await until(() => traps.some((file) => codeServer.exists(file)), "a trap to go off");
      await workbench.waitSquiggles(1);
    },
  });
});
