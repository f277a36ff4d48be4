// `npm start -- <path>`: what is unbounded in another project.

import { readFileSync } from "node:fs";
import { basename, dirname, extname, relative } from "node:path";
import tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import floodgate from "eslint-plugin-floodgate";
import { sourceFiles } from "./files.mjs";
import { count, renderFinding, style } from "./print.mjs";

/**
 * Prints every finding below the paths, then a summary.
 *
 * @returns The exit code.
 */
export async function checkProject(paths, { strict }) {
  const files = sourceFiles(paths);
  if (files.length === 0) {
    console.error(style.red(`There is no JavaScript or TypeScript file in ${paths.join(", ")}.`));
    return 2;
  }
  const base = paths.length === 1 && files[0] !== paths[0] ? paths[0] : dirname(commonStart(paths));
  const started = performance.now();
  const check = createCheck(base, strict ? floodgate.configs.strict : floodgate.configs.recommended);
  const progress = createProgress(files.length);
  const perRule = new Map();
  const unread = [];
  let withFindings = 0;

  for (const [index, file] of files.entries()) {
    const name = relative(base, file) || basename(file);
    progress.show(index, name);
    let text;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      unread.push(`${name}: ${error.message}`);
      continue;
    }
    const { findings, problem } = check(file, text);
    if (problem)
      unread.push(`${name}:${problem.line ?? 1}:${Math.max(1, problem.column ?? 1)}: ${problem.message}`);
    if (findings.length > 0) withFindings++;
    progress.clear();
    for (const finding of findings) {
      console.log(renderFinding(finding, text, name));
      perRule.set(finding.ruleId, (perRule.get(finding.ruleId) ?? 0) + 1);
    }
    // Lets Ctrl+C and the terminal have their turn.
    if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  progress.clear();

  for (const line of unread) console.log(`${style.yellow("skipped")}  ${line}`);
  if (unread.length > 0) console.log();
  const total = [...perRule.values()].reduce((sum, number) => sum + number, 0);
  for (const [rule, number] of [...perRule].sort(([, a], [, b]) => b - a)) {
    console.log(`${String(number).padStart(6)}  ${rule}`);
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const skipped = unread.length > 0 ? `, ${count(unread.length, "file")} skipped` : "";
  const result =
    total === 0
      ? style.green("Nothing unbounded was found")
      : style.bold(`${count(total, "finding")} in ${count(withFindings, "file")}`);
  console.log(`${result}: ${count(files.length - unread.length, "file")} checked in ${seconds} s${skipped}.`);
  return total === 0 ? 0 : 1;
}

/** A function from a file to its findings, or to the reason why there are none to be had. */
function createCheck(cwd, config) {
  const linter = new Linter({ cwd, configType: "flat" });
  return (file, text) => {
    const languageOptions = {
      parser: tsParser,
      sourceType: extname(file) === ".cjs" ? "commonjs" : "module",
      parserOptions: { ecmaFeatures: { jsx: /\.(?:js|mjs|cjs|jsx|tsx)$/u.test(file) } },
    };
    const files = ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"];
    const configs = [
      config,
      { files, languageOptions, linterOptions: { reportUnusedDisableDirectives: "off" } },
    ];
    const messages = linter.verify(text.replace(/^\uFEFF/u, ""), configs, { filename: file });
    return {
      findings: messages.filter(({ ruleId }) => ruleId?.startsWith("floodgate/")),
      problem: messages.find(({ fatal }) => fatal),
    };
  };
}

/** One line that says how far the check has come, on a terminal only. */
function createProgress(total) {
  const shown = process.stdout.isTTY === true;
  let last = 0;
  return {
    show(done, name) {
      if (!shown || performance.now() - last < 80) return;
      last = performance.now();
      const line = `${done}/${total} ${name}`.slice(0, (process.stdout.columns || 80) - 1);
      process.stdout.write(`\r\u001B[2K${style.dim(line)}`);
    },
    clear() {
      if (shown) process.stdout.write("\r\u001B[2K");
    },
  };
}

/** The longest start that all paths share. */
function commonStart(paths) {
  let start = paths[0];
  for (const path of paths) while (!path.startsWith(start)) start = start.slice(0, -1);
  return start;
}
