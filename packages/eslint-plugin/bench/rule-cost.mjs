/**
 * What our rules cost in ESLint, against parsing and against `no-await-in-loop`, from ESLint's own `stats`.
 *
 *   node packages/eslint-plugin/bench/rule-cost.mjs <folder> [files]
 *
 * Reads the built plugin. Without types; each file is linted twice, and the second time counts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import floodgate from "eslint-plugin-floodgate";

const folder = resolve(process.argv[2] ?? ".");
const most = Number(process.argv[3] ?? 1000);
const extensions = new Set([".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"]);

const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter(
    (entry) => entry.isFile() && extensions.has(extname(entry.name)) && !/\.(?:d|min)\.\w+$/.test(entry.name),
  )
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();
const step = Math.max(1, Math.floor(paths.length / most));
const chosen = paths.filter((_, index) => index % step === 0).slice(0, most);

const linter = new Linter({ cwd: "/" });
const sum = { files: 0, lines: 0, parse: 0, floodgate: 0, noAwaitInLoop: 0, total: 0, reports: 0 };

for (const path of chosen) {
  const text = readFileSync(path, "utf8");
  const config = [
    { files: ["**"], ...floodgate.configs.strict },
    {
      files: ["**"],
      languageOptions: { parser, parserOptions: { ecmaFeatures: { jsx: path.endsWith("x") } } },
      linterOptions: { reportUnusedDisableDirectives: "off" },
      rules: { "no-await-in-loop": "error" },
    },
  ];
  // Under a name of its own, because ESLint ignores node_modules.
  const options = { filename: `/bench/${String(sum.files)}${extname(path)}`, stats: true };
  // `stats` is kept by `verifyAndFix` only, which fixes nothing without `autofix`.
  linter.verifyAndFix(text, config, options);
  const { messages } = linter.verifyAndFix(text, config, options);
  const [pass] = linter.getTimes()?.passes ?? [];
  if (!pass?.rules || messages.some(({ fatal }) => fatal)) continue;
  sum.files++;
  sum.lines += text.split("\n").length;
  sum.parse += pass.parse.total;
  sum.total += pass.total;
  for (const [name, { total }] of Object.entries(pass.rules)) {
    if (name.startsWith("floodgate/")) sum.floodgate += total;
    if (name === "no-await-in-loop") sum.noAwaitInLoop += total;
  }
  sum.reports += messages.filter(({ ruleId }) => ruleId?.startsWith("floodgate/")).length;
}

const ms = (value) => `${value.toFixed(0)} ms`;
console.log(`${String(sum.files)} files, ${String(sum.lines)} lines, ${String(sum.reports)} reports`);
console.log(
  `parse ${ms(sum.parse)}, Floodgate's ten rules ${ms(sum.floodgate)}, no-await-in-loop ${ms(sum.noAwaitInLoop)}`,
);
console.log(`of parsing:          ${((100 * sum.floodgate) / sum.parse).toFixed(1)} %`);
console.log(`of no-await-in-loop: ${(sum.floodgate / sum.noAwaitInLoop).toFixed(2)} x`);
