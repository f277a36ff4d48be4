// `npm run test:ci`: the examples in examples/ci, run as a CI server or a developer's machine runs them: GitHub's and
// GitLab's command lines, a git hook, Turborepo, Nx. Needs git, bash, python3 and the registries. Sums up in `reports/ci.json`.
//
//   npm run test:ci -- nx turborepo   the files whose names contain one of these
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { report, runFiles } from "../node-tests.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const packed = mkdtempSync(join(tmpdir(), "floodgate-packed-"));
const wanted = process.argv.slice(2);

try {
  npm("run", "build", "--silent");
  process.env.FLOODGATE_TARBALLS = JSON.stringify(
    Object.fromEntries(["runtime", "eslint-plugin", "language-server"].map(pack)),
  );
  const files = readdirSync(here).filter(
    (name) =>
      name.endsWith(".test.mjs") && (wanted.length === 0 || wanted.some((part) => name.includes(part))),
  );
  await runFiles(
    "ci",
    files.map((name) => join(here, name)),
    { timeout: 600_000 },
  );
} catch (error) {
  console.error(error);
  report("ci", [{ name: "packing", ok: false }]);
} finally {
  rmSync(packed, { recursive: true, force: true });
}

function pack(name) {
  const workspace = `packages/${name}`;
  const [{ name: packageName, filename }] = JSON.parse(
    npm("pack", "-w", workspace, "--pack-destination", packed, "--json", "--silent"),
  );
  return [packageName, join(packed, filename.replace("@", "").replace("/", "-"))];
}

function npm(...args) {
  const { status, stdout } = spawnSync("npm", args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}`);
  return stdout;
}
