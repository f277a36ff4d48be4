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
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";
import { extensionCache, reports, root, screenshots } from "./lib/paths.mjs";

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
    report([{ name: `${path.basename(command)} ${args.join(" ")}`, ok: false }]);
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

const tests = [];
const stopped = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stopped.abort());
const stream = run({ files, concurrency: 1, timeout: 600_000, signal: stopped.signal });
const note = (ok) => (event) => {
  const isFile = event.nesting === 0 && files.includes(event.name);
  if (event.details.type !== "suite" && !isFile)
    tests.push({ name: event.name, ok, ms: event.details.duration_ms });
  // A file that fails outside of any test must not go unseen.
  if (isFile && !ok) tests.push({ name: path.relative(here, event.name), ok });
};
stream.on("test:pass", note(true));
stream.on("test:fail", note(false));
stream.compose(spec).pipe(process.stdout);
stream.on("end", () => {
  const { failed } = report(tests);
  process.exitCode = failed === 0 ? 0 : 1;
});

function report(tests) {
  const passed = tests.filter(({ ok }) => ok).length;
  const failed = tests.length - passed;
  fs.mkdirSync(reports, { recursive: true });
  const counts = { passed, failed, numPassedTests: passed, numFailedTests: failed };
  fs.writeFileSync(path.join(reports, "e2e-editors.json"), JSON.stringify({ ...counts, tests }, null, 2));
  console.log(`e2e in editors: ${passed} passed, ${failed} failed`);
  return counts;
}
