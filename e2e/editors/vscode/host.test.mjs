/** The packed extension from the inside of the extension host: times and limits that no screen shows. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { after, before, test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { vsix } from "../lib/paths.mjs";
import { newSuiteFolder, packDriver, runSuite, suiteEnvironment } from "../lib/suite.mjs";
import { launchBrowser } from "../lib/workbench.mjs";
import { installRuntime, manifest, source, tsconfig } from "../lib/workspace.mjs";

const folder = newSuiteFolder();
let codeServer;
let browser;

before(async () => {
  codeServer = await startCodeServer({
    extensions: [vsix, packDriver(folder)],
    env: suiteEnvironment(folder),
    files: { "src/app.ts": source, "package.json": manifest, "tsconfig.json": tsconfig },
  });
  installRuntime(codeServer.workspace);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await codeServer?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

for (const suite of ["activation", "behaviour"]) {
  test(suite, async (t) => {
    const outcomes = await runSuite({ browser, codeServer, folder, suite });
    for (const { name, ok, error, info } of outcomes) {
      await t.test(name, () => assert.ok(ok, error));
      if (info !== undefined) t.diagnostic(`${name}: ${JSON.stringify(info)}`);
    }
  });
}
