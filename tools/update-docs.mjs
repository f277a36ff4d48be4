/**
 * Brings the generated parts of the plugin's documentation up to date: each rule page's title, notices and options,
 * and the rule table in the README; then the verdict table. Reads the built plugin, so it builds first.
 *
 * `--check` changes nothing and fails where something is out of date.
 */
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);
const bin = (name, command = name) => {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin: bins } = require(manifest);
  return join(dirname(manifest), typeof bins === "string" ? bins : bins[command]);
};

const plugin = join(root, "packages/eslint-plugin");
run(bin("typescript", "tsc"), ["-b"]);
run(bin("eslint-doc-generator"), process.argv.slice(2));
// `test/docs.test.ts` checks this one.
if (!process.argv.includes("--check")) run(join(root, "tools/update-verdict-table.mjs"), []);

function run(script, args) {
  // The generator reads `.eslint-doc-generatorrc.js` of the folder it runs in.
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: plugin, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
