// `npm run test:ci`: the examples in examples/ci, run as a CI server or a developer's machine runs them: GitHub's and
// GitLab's command lines, a git hook, Turborepo, Nx. Needs git, bash, python3 and the registries. Sums up in `reports/ci.json`.
//
//   npm run test:ci -- nx turborepo   the files whose names contain one of these
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));
const packed = mkdtempSync(join(tmpdir(), "floodgate-packed-"));
const counts = { numPassedTests: 0, numFailedTests: 0 };
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
  const stream = run({ files: files.map((name) => join(here, name)), concurrency: 1, timeout: 600_000 });
  const count = (key) => (event) => {
    // A file is a test too, for the runner; it counts only when it fails.
    const isFile = event.nesting === 0 && event.name.endsWith(".test.mjs");
    if (event.details.type !== "suite" && !(isFile && key === "numPassedTests")) counts[key]++;
  };
  stream.on("test:pass", count("numPassedTests"));
  stream.on("test:fail", count("numFailedTests"));
  stream.compose(spec).pipe(process.stdout);
  stream.on("end", report);
} catch (error) {
  console.error(error);
  counts.numFailedTests++;
  report();
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

function report() {
  rmSync(packed, { recursive: true, force: true });
  mkdirSync(join(root, "reports"), { recursive: true });
  writeFileSync(join(root, "reports/ci.json"), JSON.stringify(counts));
  process.exitCode = counts.numFailedTests === 0 && counts.numPassedTests > 0 ? 0 : 1;
}
