// Whether what `floodgate check` costs grows with the number of files and no faster: see `--help`.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { filesToCheck } from "../dist/cli/files.js";
import { benchArguments } from "./arguments.mjs";
import { measure, median } from "./measure.mjs";

const help = `Usage: npm run bench:growth -w packages/language-server -- <checkout> [folder in it] [options]

Copies the checkout's files, folder by folder and as often as it takes, until there are 1,000, 2,000, 5,000, 10,000 and
20,000 of them, runs floodgate check without types on each lot, and prints CPU for each thousand files. Linear is: the
same in all rows, or falling, since starting costs something too. The copies go to a temporary folder.

Build first (npm run build).

  --files <n,n,...>  other numbers of files
  --runs <n>         how often each lot is checked, the median counts; 1 by default
  --json             one JSON object instead of a table
  --help             print this
`;

const { checkout, folder, values } = benchArguments(help, {
  files: { type: "string", default: "1000,2000,5000,10000,20000" },
  runs: { type: "string", default: "1" },
});

const root = resolve(checkout, folder);
const originals = filesToCheck([root], root);
if (originals.length === 0) throw new Error(`There are no files to copy in ${root}`);
const cli = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "floodgate-growth-"));

/** Whole copies of the checkout side by side, so that imports lead where they led; the last one is cut short. */
let copied = 0;
function copyUntil(count) {
  for (; copied < count; copied++) {
    const original = originals[copied % originals.length];
    const copy = join(scratch, `copy-${Math.floor(copied / originals.length)}`, relative(root, original));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(original, copy);
  }
}

const results = [];
try {
  for (const files of values.files.split(",").map(Number)) {
    copyUntil(files);
    const taken = [];
    for (let run = 0; run < Number(values.runs); run++) {
      const used = await measure([cli, "check", "--format=json", "--no-eslint-config", "--types=off"], {
        cwd: scratch,
      });
      if (used.status !== 0 && used.status !== 1) throw new Error(used.stderr);
      taken.push(used);
    }
    const of = (key) => median(taken.map((sample) => sample[key]));
    results.push({
      files,
      cpuMs: of("cpuMs"),
      cpuMsPerThousand: of("cpuMs") / (files / 1000),
      peakMb: of("peakMb"),
    });
  }
} finally {
  rmSync(scratch, { recursive: true });
}
if (values.json)
  console.log(JSON.stringify({ root, originals: originals.length, node: process.version, results }));
else
  console.table(
    results.map(({ files, cpuMs, cpuMsPerThousand, peakMb }) => ({
      files,
      "CPU s": (cpuMs / 1000).toFixed(2),
      "CPU s per 1,000 files": (cpuMsPerThousand / 1000).toFixed(2),
      "peak MB": Math.round(peakMb),
    })),
  );
