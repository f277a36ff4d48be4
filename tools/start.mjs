// `npm start`: the main job on real input. See `usage` below.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPackages } from "./start/build.mjs";
import { style } from "./start/print.mjs";

const usage = `Finds unbounded concurrency, fixes it, and shows the difference.

  npm start                  Lint the programs in examples/, fix a copy of each, run both, compare.
  npm start -- <path>...     Check another project, folder or file: JavaScript and TypeScript.
  npm start -- --strict ...  The same with the strict preset: also what may be small by its domain.
  npm start -- --help        This text.

Checking reads files and nothing else: no configuration of the other project is executed and nothing is changed.
Left out: node_modules, folders whose name starts with a dot, build output (dist, build, out, coverage),
*.d.ts, *.min.js and files larger than 1 MB.

Exit code: 0 nothing found, or every example ran as it should · 1 something found, or an example did not
2 wrong usage, or nothing to check. Colours appear on a terminal only; NO_COLOR=1 turns them off.`;

/** Returns the exit code. */
async function main(args) {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(usage);
    return 0;
  }
  const unknown = args.find((arg) => arg.startsWith("-") && arg !== "--strict");
  if (unknown !== undefined) return misuse(`There is no option ${unknown}.`);
  const strict = args.includes("--strict");
  // npm runs this in the workspace's root; a path is meant from where the user stood.
  const paths = args
    .filter((arg) => !arg.startsWith("-"))
    .map((arg) => resolve(process.env.INIT_CWD ?? ".", arg));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) return misuse(`${missing} does not exist.`);

  const root = fileURLToPath(new URL("..", import.meta.url));
  if (!existsSync(resolve(root, "node_modules", "eslint"))) {
    return misuse("The dependencies are not installed. Run `npm ci` first.");
  }
  if (!buildPackages(root)) return 1;

  if (paths.length > 0) {
    const { checkProject } = await import("./start/check.mjs");
    return await checkProject(paths, { strict });
  }
  const { compareExamples } = await import("./start/examples.mjs");
  return await compareExamples(root, { strict });
}

function misuse(problem) {
  console.error(`${style.red(problem)} \`npm start -- --help\` says what there is.`);
  return 2;
}

process.exitCode = await main(process.argv.slice(2));
