// `npm run release:dry`: everything that a release does, up to the moment something would leave this machine.
// Goes on after a failure, so that one run tells all of it; the exit code is 1 if there was one.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const packed = mkdtempSync(join(tmpdir(), "floodgate-release-"));
const published = ["runtime", "eslint-plugin", "language-server"];
const outcomes = [];

try {
  step("one version everywhere, and in the changelogs", () =>
    run(process.execPath, ["tools/release/versions.mjs", "--check"]),
  );
  step("the build", () => npm("run", "build", "--silent"));
  step("what is in the packages, publint, are-the-types-wrong, installed alone and together", () =>
    run(process.execPath, [
      "node_modules/vitest/vitest.mjs",
      ...["run", "--project", "packed", "e2e/install/packages.test.ts", "e2e/install/alone.test.ts"],
    ]),
  );
  for (const name of published) {
    step(`npm publish of packages/${name}`, () => {
      npm("pack", "-w", `packages/${name}`, "--pack-destination", packed, "--silent");
      const said = npm("publish", "--dry-run", "--access", "public", join(packed, newest(packed)));
      return said
        .split("\n")
        .filter((line) => /size:|total files:|^\+ /u.test(line))
        .join("\n");
    });
  }
  step("vsce package of packages/vscode-extension", () => {
    npm("run", "package", "--silent", "-w", "packages/vscode-extension");
    const size = statSync(join(root, "packages/vscode-extension/floodgate.vsix")).size;
    return `floodgate.vsix, ${Math.round(size / 1024)} kB`;
  });
} finally {
  rmSync(packed, { recursive: true, force: true });
}

const failed = outcomes.filter(({ ok }) => !ok);
console.log(
  `\n${outcomes.map(({ name, ok, seconds }) => `${ok ? "ok    " : "FAILED"} ${name} (${seconds} s)`).join("\n")}`,
);
const where = repositoryOf(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).repository.url);
console.log(
  `\nProvenance asks that this is released from ${where}: tools/release/set-repository.mjs changes it.`,
);
console.log(failed.length === 0 ? "Nothing was published. A release would do." : `${failed.length} FAILED.`);
process.exitCode = failed.length === 0 ? 0 : 1;

function step(name, work) {
  console.log(`\n== ${name}`);
  const start = Date.now();
  let ok = true;
  try {
    console.log(work());
  } catch (error) {
    ok = false;
    console.error(error instanceof Error ? error.message : error);
  }
  outcomes.push({ name, ok, seconds: Math.round((Date.now() - start) / 1000) });
}

/** What a command printed; throws where it failed. */
function run(command, args, shell = false) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, encoding: "utf8", shell });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`.trim();
}

function npm(...args) {
  return run("npm", args, process.platform === "win32");
}

function newest(folder) {
  const times = readdirSync(folder).map((name) => [statSync(join(folder, name)).mtimeMs, name]);
  return times.sort(([a], [b]) => b - a)[0][1];
}

function repositoryOf(url) {
  return url.replace(/^git\+/u, "").replace(/\.git$/u, "");
}
