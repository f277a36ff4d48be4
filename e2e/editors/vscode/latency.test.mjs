/** How long an edit takes to show, against the same extension with a server that does nothing. */
import assert from "node:assert/strict";
import fs from "node:fs";
import { test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { packDoNothing } from "../lib/do-nothing.mjs";
import { vsix } from "../lib/paths.mjs";
import { newSuiteFolder, packDriver, runSuite, suiteEnvironment } from "../lib/suite.mjs";
import { launchBrowser } from "../lib/workbench.mjs";
import { manifest, source, tsconfig } from "../lib/workspace.mjs";

/** What may be added to the do-nothing server's time at the 95th percentile. */
const allowanceMs = 20;

const filler = Array.from(
  { length: 220 },
  (_, i) => `export function add${i}(a: number, b: number): number {
  const sum = a + b + ${i};
  return sum;
}
`,
);
const long = [...filler.slice(0, 110), source, ...filler.slice(110)].join("\n");

async function measure(browser, folder, extension) {
  const codeServer = await startCodeServer({
    extensions: [extension, packDriver(folder)],
    env: suiteEnvironment(folder),
    files: { "src/long.ts": long, "package.json": manifest, "tsconfig.json": tsconfig },
  });
  try {
    const [{ ok, error, info }] = await runSuite({ browser, codeServer, folder, suite: "latency" });
    assert.ok(ok, error);
    return info;
  } finally {
    await codeServer.stop();
  }
}

test(`an edit shows within ${allowanceMs} ms of a server that does nothing, at the 95th percentile`, async (t) => {
  const folder = newSuiteFolder();
  const browser = await launchBrowser();
  try {
    const nothing = await measure(browser, folder, await packDoNothing(folder));
    const floodgate = await measure(browser, folder, vsix);
    t.diagnostic(JSON.stringify({ nothing, floodgate }));
    assert.ok(
      floodgate.p95 <= nothing.p95 + allowanceMs,
      `${floodgate.p95.toFixed(0)} ms, do-nothing ${nothing.p95.toFixed(0)} ms`,
    );
  } finally {
    await browser.close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
