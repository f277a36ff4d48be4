/** Runs a module of `vscode/suites/` inside the extension host of an open workbench. */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { driver, root, suites } from "./paths.mjs";
import { openWorkbench } from "./workbench.mjs";
import { until } from "./until.mjs";

const orderFile = "suite-order.json";

/** The environment that `startCodeServer` needs for suites to be found. */
export const suiteEnvironment = (folder) => ({ FLOODGATE_SUITE_ORDER: path.join(folder, orderFile) });

export const newSuiteFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), "floodgate-suite-"));

/** Packs the extension that carries suites into the extension host. */
export function packDriver(folder) {
  const out = path.join(folder, "driver.vsix");
  const vsce = path.join(root, "node_modules/.bin/vsce");
  const options = [
    "package",
    "--no-dependencies",
    "--allow-missing-repository",
    "--skip-license",
    "--out",
    out,
  ];
  const { status, stderr } = spawnSync(vsce, options, { cwd: driver, encoding: "utf8" });
  if (status !== 0) throw new Error(`the driver could not be packed: ${stderr}`);
  return out;
}

/**
 * @param {object} order
 * @param {string} [order.workspaceFile] - instead of the folder as such, with these `folders`
 * @returns each exported test of the suite with its outcome.
 */
export async function runSuite({ browser, codeServer, folder, suite, folders = ["."], ...where }) {
  const result = path.join(folder, `${suite}.result.json`);
  const order = {
    suite: path.join(suites, `${suite}.mjs`),
    result,
    folders: folders.map((name) => path.join(codeServer.workspace, name)),
  };
  fs.rmSync(result, { force: true });
  fs.writeFileSync(path.join(folder, orderFile), JSON.stringify(order));
  const workbench = await openWorkbench(browser, codeServer.workbench(where));
  try {
    await until(() => fs.existsSync(result), `the suite ${suite} to end`, 120_000);
  } catch (error) {
    await workbench.screenshot(`failed-suite-${suite}`);
    const part = fs.existsSync(`${result}.part`) ? fs.readFileSync(`${result}.part`, "utf8") : "nothing";
    throw new Error(`${error.message}; so far: ${part}`, { cause: error });
  } finally {
    await workbench.close();
    fs.rmSync(path.join(folder, orderFile), { force: true });
  }
  return JSON.parse(fs.readFileSync(result, "utf8"));
}
