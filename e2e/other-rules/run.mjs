// What other linters' rules say of the code in `snippets.mjs`, and what Floodgate says. Installs them in a temporary
// folder. Prints tables; nothing is timed, so it may run on a busy machine.
//
//   node e2e/other-rules/run.mjs          tables
//   node e2e/other-rules/run.mjs --docs   writes them into docs/comparison.md, and docs/figures/other-rules.json
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as prettier from "prettier";
import { withBlock } from "../../tools/doc-block.mjs";
import { fileOf, fine, floods } from "./snippets.mjs";
import { tablesOf } from "./tables.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "floodgate-other-rules-"));
const packages = {
  eslint: "9.39.1",
  typescript: "6.0.3",
  "typescript-eslint": "8.72.0",
  "@cdklabs/eslint-plugin": "1.3.4",
  "eslint-plugin-unicorn": "59.0.1",
  "eslint-plugin-sonarjs": "4.2.2",
  "eslint-plugin-promise": "7.3.0",
  "@biomejs/biome": "2.6.8",
  // What the snippets import, so that types know it.
  dataloader: "2.2.3",
  "p-limit": "7.3.3",
  "p-map": "7.1.1",
  "@types/node": "20.19.43",
};

/** Whose rules: columns of the table. Each has what its project recommends for promises, and more where it has more. */
const contestants = [
  ["ESLint", ["no-await-in-loop", "no-promise-executor-return", "require-atomic-updates"]],
  [
    "typescript-eslint",
    ["no-floating-promises", "no-misused-promises", "await-thenable"],
    "@typescript-eslint",
  ],
  ["cdklabs", ["promiseall-no-unbounded-parallelism"], "@cdklabs"],
  ["unicorn", ["no-await-in-promise-methods", "no-single-promise-in-promise-methods"], "unicorn"],
  ["sonarjs", ["no-try-promise", "prefer-promise-shorthand", "no-async-constructor"], "sonarjs"],
  ["promise", ["catch-or-return", "always-return", "no-nesting"], "promise"],
  ["Biome", ["performance/noAwaitInLoops", "nursery/noFloatingPromises", "nursery/noMisusedPromises"]],
];

const cases = [...Object.entries(floods), ...Object.entries(fine)].map(([name, code], index) => ({
  name,
  isFlood: name in floods,
  file: `${String(index + 1).padStart(2, "0")}.ts`,
  code,
}));

try {
  const reported = await measure();
  const data = {
    who: Object.keys(reported),
    versions: { ...packages, "eslint-plugin-floodgate": manifestOf("eslint-plugin").version },
    cases: cases.map(({ name, isFlood, file }) => ({
      name,
      isFlood,
      reportedBy: Object.keys(reported).filter((who) => reported[who].has(file)),
    })),
  };
  const tables = tablesOf(data);
  if (process.argv.includes("--docs")) {
    const json = await prettier.format(JSON.stringify(data), { parser: "json", printWidth: 110 });
    writeFileSync(join(root, "docs/figures/other-rules.json"), json);
    const page = join(root, "docs/comparison.md");
    const text = withBlock(readFileSync(page, "utf8"), "other rules", tables);
    writeFileSync(page, await prettier.format(text, { parser: "markdown", printWidth: 110 }));
  } else console.log(tables);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Per contestant, the files in which it reports something. */
async function measure() {
  mkdirSync(join(folder, "src"));
  for (const { file, code } of cases) writeFileSync(join(folder, "src", file), fileOf(code));
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ private: true, type: "module", dependencies: packages }),
  );
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: { strict: true, module: "nodenext", target: "es2022", noEmit: true },
      include: ["src"],
    }),
  );
  // cdklabs' peer range ends before ESLint 9, where its rule works as well.
  must("npm", [
    "install",
    "--legacy-peer-deps",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--loglevel=error",
  ]);
  must("npm", [
    "install",
    "--no-save",
    "--legacy-peer-deps",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    join(root, "packages/eslint-plugin"),
    join(root, "packages/runtime"),
  ]);
  const require = createRequire(join(folder, "package.json"));
  const load = async (name) => (await import(pathToFileURL(require.resolve(name)).href)).default;
  const tseslint = await load("typescript-eslint");
  const plugins = {
    "@typescript-eslint": tseslint.plugin,
    "@cdklabs": await load("@cdklabs/eslint-plugin"),
    unicorn: await load("eslint-plugin-unicorn"),
    sonarjs: await load("eslint-plugin-sonarjs"),
    promise: await load("eslint-plugin-promise"),
  };
  const base = {
    files: ["**/*.ts"],
    plugins,
    languageOptions: {
      parser: tseslint.parser,
      parserOptions: { projectService: true, tsconfigRootDir: folder },
    },
  };
  const { ESLint } = require("eslint");
  const lint = async (...configs) => {
    const eslint = new ESLint({ cwd: folder, overrideConfigFile: true, overrideConfig: [base, ...configs] });
    const results = await eslint.lintFiles(["src"]);
    const broken = results.flatMap(({ messages }) => messages).find(({ fatal }) => fatal);
    if (broken) throw new Error(broken.message);
    return new Set(
      results.filter(({ messages }) => messages.length > 0).map(({ filePath }) => basename(filePath)),
    );
  };

  const reported = {
    Floodgate: await lint({
      files: ["**/*.ts"],
      ...(await load("eslint-plugin-floodgate")).configs.recommended,
    }),
  };
  for (const [who, rules, prefix] of contestants) {
    if (who === "Biome") reported[who] = biome(rules);
    else
      reported[who] = await lint({
        rules: Object.fromEntries(rules.map((rule) => [prefix ? `${prefix}/${rule}` : rule, "error"])),
      });
  }
  return reported;
}

function biome(rules) {
  const only = rules.map((rule) => `--only=${rule}`);
  const { stdout } = spawnSync(
    join(folder, "node_modules/.bin/biome"),
    ["lint", ...only, "--reporter=json", "--max-diagnostics=none", "src"],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
  const { diagnostics } = JSON.parse(stdout);
  return new Set(
    diagnostics
      .filter(({ category }) => category?.startsWith("lint/"))
      .map(({ location }) => basename(location.path.file ?? location.path)),
  );
}

function manifestOf(name) {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}

function must(command, args) {
  const { status, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
