/** Every entry of the quick fix menu, down to the bytes it leaves on disk. */
import path from "node:path";
import { test } from "node:test";
import { startCodeServer } from "../lib/code-server.mjs";
import { vsix } from "../lib/paths.mjs";
import { openHost, packTestExtension, report } from "../lib/suite.mjs";
import { launchBrowser } from "../lib/workbench.mjs";
import { installRuntime, manifest, tsconfig } from "../lib/workspace.mjs";
import { projects, sourceOf } from "./suites/menu.mjs";

const packageJson = (more) =>
  `${JSON.stringify({ name: "opened", private: true, type: "module", ...more }, null, 2)}\n`;
const limiter = (name) => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({
    name,
    version: "7.0.0",
    type: "module",
    exports: "./index.js",
  }),
  [`node_modules/${name}/index.js`]: "export default () => {};\n",
});

/** What there is in a project of each kind beside its source. */
const around = {
  runtime: { "package.json": manifest },
  "several lines": { "package.json": manifest },
  none: { "package.json": packageJson() },
  others: {
    "package.json": packageJson({ dependencies: { "p-map": "^7.0.0", "p-limit": "^7.0.0" } }),
    ...limiter("p-map"),
    ...limiter("p-limit"),
  },
};

test("each quick fix writes what it says", async (t) => {
  const files = projects.flatMap(({ kind, folder: project }) =>
    Object.entries({ "src/app.ts": sourceOf(kind), "tsconfig.json": tsconfig, ...around[kind] }).map(
      ([file, text]) => [`${project}/${file}`, text],
    ),
  );
  const codeServer = await startCodeServer({
    extensions: [vsix, packTestExtension("driver")],
    files: Object.fromEntries(files),
  });
  for (const { kind, folder: project } of projects)
    if (kind === "runtime" || kind === "several lines")
      installRuntime(path.join(codeServer.workspace, project));
  const browser = await launchBrowser();
  try {
    const host = await openHost({ browser, codeServer });
    await report(t, await host.run("menu"));
  } finally {
    await browser.close();
    await codeServer.stop();
  }
});
