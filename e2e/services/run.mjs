// `npm run test:services`: what needs more than Node: a browser, Redis, PostgreSQL, few open files. What is missing is
// installed. Sums up in `reports/services.json`.
//
//   npm run test:services -- redis postgres       the files whose names contain one of these
//   npm run test:services -- --without=adaptive   all but those: the adaptive limits are measured in real time
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { report, runFiles } from "../node-tests.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { without: { type: "string", multiple: true, default: [] } },
});

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

const built = spawnSync("npm", ["run", "build", "--silent", "--workspace", "packages/runtime"], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
  shell: process.platform === "win32",
});
if (built.status === 0) {
  const files = readdirSync(here).filter(
    (name) =>
      name.endsWith(".test.mjs") &&
      (positionals.length === 0 || positionals.some((part) => name.includes(part))) &&
      !values.without.some((part) => name.includes(part)),
  );
  await runFiles(
    "services",
    files.map((name) => join(here, name)),
  );
} else {
  report("services", [{ name: "build", ok: false }]);
}
