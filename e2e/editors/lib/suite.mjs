/** Runs modules of `vscode/suites/` inside the extension host of an open workbench. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { keepFailure } from "./failure.mjs";
import { extensionCache, root, suites, testExtensions } from "./paths.mjs";
import { until } from "./until.mjs";
import { openWorkbench } from "./workbench.mjs";

/** Packs one of the extensions that only the tests have, unless that is done: `driver` carries suites into the extension host. */
export function packTestExtension(name) {
  fs.mkdirSync(extensionCache, { recursive: true });
  const out = path.join(extensionCache, `${name}.vsix`);
  const changedAt = Math.max(
    ...["main.js", "package.json"].map((file) => fs.statSync(path.join(testExtensions, name, file)).mtimeMs),
  );
  if (fs.existsSync(out) && fs.statSync(out).mtimeMs > changedAt) return out;
  const vsce = path.join(root, "node_modules/.bin/vsce");
  const without = ["--no-dependencies", "--allow-missing-repository", "--skip-license"];
  const { status, stderr } = spawnSync(vsce, ["package", ...without, "--out", out], {
    cwd: path.join(testExtensions, name),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the extension ${name} could not be packed: ${stderr}`);
  return out;
}

/**
 * Opens a workbench for suites, which run in it one after the other.
 *
 * @param {object} where
 * @param {string} [where.workspaceFile] - instead of the folder as such, with these `folders`: paths in the workspace, or URIs
 */
export async function openHost({ browser, codeServer, folders = ["."], ...where }) {
  const workbench = await openWorkbench(browser, codeServer.workbench(where));
  const uris = folders.map((folder) =>
    /^\w+:/.test(folder) ? folder : `file://${path.join(codeServer.workspace, folder)}`,
  );
  return {
    workbench,
    close: () => workbench.close(),
    /** @returns each test of the suite with its outcome. */
    async run(suite) {
      const result = path.join(codeServer.suites, `${suite}-${Date.now()}.json`);
      const order = path.join(codeServer.suites, "order.json");
      const text = JSON.stringify({ suite: path.join(suites, `${suite}.mjs`), result, folders: uris });
      fs.writeFileSync(`${order}.part`, text);
      fs.renameSync(`${order}.part`, order);
      try {
        await until(() => fs.existsSync(result), `the suite ${suite} to end`, 120_000);
      } catch (error) {
        const part = fs.existsSync(`${result}.part`) ? fs.readFileSync(`${result}.part`, "utf8") : "nothing";
        throw await keepFailure(`suite-${suite}`, new Error(`${error.message}; so far: ${part}`), {
          workbench,
          codeServer,
        });
      }
      return JSON.parse(fs.readFileSync(result, "utf8"));
    },
  };
}

/** Makes each outcome of a suite a test of its own. */
export async function report(t, outcomes) {
  for (const { name, ok, error, info } of outcomes) {
    await t.test(name, () => {
      if (!ok) throw new Error(error);
    });
    if (info !== undefined) t.diagnostic(`${name}: ${JSON.stringify(info)}`);
  }
}
