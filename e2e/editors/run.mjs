/**
 * `npm run e2e`: installs the editors, packs the extension, and tests it in them as its users have it.
 * Sums up in `reports/e2e-editors.json`; pictures of each step are in `reports/screenshots/`, and of each failure
 * (`failed-*.png`) with what the editor wrote about it (`failed-*.txt`).
 *
 *   npm run e2e                    everything
 *   npm run e2e -- fixes neovim    the files whose path contains one of these
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { report, runFiles } from "../node-tests.mjs";
import { extensionCache, root, screenshots } from "./lib/paths.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

fs.rmSync(screenshots, { recursive: true, force: true });
fs.rmSync(extensionCache, { recursive: true, force: true });

const steps = [
  ["bash", [path.join(here, "install.sh")]],
  ["npm", ["run", "build", "--silent"]],
  ["npm", ["run", "package", "--silent", "--workspace", "packages/vscode-extension"]],
];
for (const [command, args] of steps) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) {
    report("e2e-editors", [{ name: `${path.basename(command)} ${args.join(" ")}`, ok: false }]);
    process.exit(1);
  }
}

const wanted = process.argv.slice(2);
const files = fs
  .readdirSync(here, { recursive: true })
  .filter((file) => file.endsWith(".test.mjs") && !file.includes("node_modules"))
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort()
  .map((file) => path.join(here, file));

const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopped.abort());
await runFiles("e2e-editors", files, { timeout: 600_000, signal: stopped.signal });
