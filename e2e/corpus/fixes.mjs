#!/usr/bin/env node
/**
 * Whether the rules see what maintainers fixed: lints each file of `fixes.jsonl` as it was before the commit that put a
 * limit there and as it was after it, with its neighbours, without types and with the `recommended` preset.
 *
 *   node e2e/corpus/fixes.mjs <folder of clones> [options]
 *
 *   --build <folder>  another checkout of this project, built; may be given more than once, to compare
 *   --update          writes what the first build says into `fixes.jsonl`
 *   --out <file>      every pair with all that was decided about it, as JSON
 *
 * Clones are named `owner__name`, bare or not, and have their history; a pair whose commit is not there is left out, and
 * counted.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkerOf } from "./checker.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const labels = join(here, "fixes.jsonl");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    build: { type: "string", multiple: true, default: [join(here, "../..")] },
    update: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const [clones] = positionals;
if (clones === undefined) {
  console.error("Which folder has the clones? node e2e/corpus/fixes.mjs <folder> [options]");
  process.exit(2);
}

/** A function that says what one build decides in a file: where, and what the verdict is made of. */
async function linterOf(build) {
  const check = await checkerOf(build);
  return async (fileName) => {
    const results = await check([fileName]);
    const lineOf = (text, offset) => text.slice(0, offset).split("\n").length;
    return results.flatMap(({ text, decisions }) =>
      decisions.map(({ site, bound, gate, effect, verdict }) => ({
        lines: [lineOf(text, site.span.start), lineOf(text, site.whole.start)],
        verdict,
        bound,
        gate,
        effect,
      })),
    );
  };
}

/** What the analysis may read of a repository: sources, and what says where an import leads. */
const readable = /\.(?:[cm]?[jt]s|[jt]sx|vue|svelte|json)$|(?:^|\/)pnpm-workspace\.yaml$/;
const largestFile = 500_000;

const git = (clone, args, input) =>
  execFileSync("git", ["-C", clone, ...args], {
    input,
    maxBuffer: 2 ** 31 - 1,
    stdio: ["pipe", "pipe", "ignore"],
  });

/** Writes the sources of a commit into a folder. Blobs that the clone lacks are left out. */
function extract(clone, commit, folder) {
  const entries = git(clone, ["ls-tree", "-r", "-z", commit])
    .toString()
    .split("\0")
    .map((line) => /^100\d+ blob ([0-9a-f]+)\t(.+)$/s.exec(line))
    .filter((entry) => entry !== null && readable.test(entry[2]));
  const blobs = git(clone, ["cat-file", "--batch"], entries.map(([, hash]) => `${hash}\n`).join(""));
  let at = 0;
  for (const [, , path] of entries) {
    const end = blobs.indexOf(10, at);
    const size = Number(/ blob (\d+)$/.exec(blobs.toString("utf8", at, end))?.[1] ?? NaN);
    at = end + 1;
    if (Number.isNaN(size)) continue;
    const to = join(folder, path);
    if (size <= largestFile) {
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, blobs.subarray(at, at + size));
    }
    at += size + 1;
  }
  mkdirSync(join(folder, ".git"), { recursive: true }); // so that the root of the project is found
}

function hasPair(clone, { commit, path }) {
  try {
    git(clone, ["cat-file", "-e", `${commit}^:${path}`]);
    return true;
  } catch {
    return false;
  }
}

const severity = { report: 2, strict: 1, silent: 0 };
/** The decision that says most about the lines in question. */
const decisionAt = (decisions, lines) =>
  decisions
    .filter((decision) => decision.lines.some((line) => lines.includes(line)))
    .sort((a, b) => severity[b.verdict.kind] - severity[a.verdict.kind])[0];

const written = readFileSync(labels, "utf8").trim().split("\n");
const all = written.map((line) => JSON.parse(line));
const linters = [];
for (const build of values.build) linters.push(await linterOf(build));

const measured = [];
for (const pair of all) {
  const clone = resolve(clones, pair.repository.replace("/", "__"));
  if (!hasPair(clone, pair)) continue;
  const folder = mkdtempSync(join(tmpdir(), "floodgate-fix-"));
  const [before, after] = [join(folder, "before"), join(folder, "after")];
  extract(clone, `${pair.commit}^`, before);
  extract(clone, pair.commit, after);
  const builds = [];
  for (const decisionsOf of linters) {
    builds.push({
      before: decisionAt(await decisionsOf(join(before, pair.path)), pair.lines),
      after: decisionAt(await decisionsOf(join(after, pair.path)), pair.fixedLines),
    });
  }
  rmSync(folder, { recursive: true });
  measured.push({ ...pair, builds });
  process.stderr.write(`\r${measured.length} `);
}
process.stderr.write("\n");

const isReported = (decision) => decision?.verdict.kind === "report";
const share = (some) =>
  `${some.length} of ${measured.length} (${((100 * some.length) / measured.length).toFixed(0)} %)`;
const repositories = new Set(measured.map(({ repository }) => repository)).size;
console.log(
  `${measured.length} commits of ${repositories} repositories; ${all.length - measured.length} left out`,
);
for (const [index, build] of values.build.entries()) {
  const reported = (when) => measured.filter(({ builds }) => isReported(builds[index][when]));
  console.log(`${build}: ${share(reported("before"))} before the fix, ${share(reported("after"))} after it`);
  const seen = measured.filter(({ builds }) => (builds[index].before?.verdict.kind ?? "silent") !== "silent");
  console.log(`  before the fix with the preset strict: ${share(seen)}`);
  for (const [when, odd] of [
    ["missed before", measured.filter(({ builds }) => !isReported(builds[index].before))],
    ["reported after", reported("after")],
  ]) {
    for (const { repository, commit, path, lines, fixedLines, builds } of odd) {
      const at = when === "missed before" ? lines : fixedLines;
      console.log(`  ${when}: ${repository} ${commit.slice(0, 10)} ${path}:${at.join(",")}`);
      const decision = builds[index][when.split(" ").at(-1)];
      if (decision) console.log(`    ${JSON.stringify(decision)}`);
    }
  }
}

if (values.update) {
  const now = new Map(measured.map(({ commit, path, builds: [first] }) => [`${commit} ${path}`, first]));
  const lines = written.map((line, index) => {
    const pair = all[index];
    const found = now.get(`${pair.commit} ${pair.path}`);
    if (found === undefined) return line;
    const before = isReported(found.before) ? "reported" : "missed";
    const after = isReported(found.after) ? "reported" : "silent";
    return line.replace(/"before": "\w+", "after": "\w+"/, `"before": "${before}", "after": "${after}"`);
  });
  writeFileSync(labels, `${lines.join("\n")}\n`);
}
if (values.out) writeFileSync(values.out, JSON.stringify(measured));
