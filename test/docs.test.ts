/** What the documents say is so: commands exist, examples report what they claim, tables are what was measured. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import floodgate from "eslint-plugin-floodgate";
import * as prettier from "prettier";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { verdictTable } from "../packages/eslint-plugin/src/analysis/verdict.ts";
import { tablesOf } from "../e2e/other-rules/tables.mjs";
import { benchTables, readReport } from "../tools/bench-tables.mjs";
import { withBlock } from "../tools/doc-block.mjs";
import { withVerdictTable } from "../tools/verdict-table.mjs";
import { root } from "./imports.ts";
import { blocks, read } from "./markdown.ts";

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...markdownBelow("docs"),
  ...markdownBelow("examples"),
];
const scripts = Object.keys(
  (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts,
);

describe.each(documents)("%s", (document) => {
  const text = read(document);

  test("the npm scripts it names exist", () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/gu)].map(([, script]) => script ?? "");
    const known = [...scripts, ...packageScripts()];
    expect(named.filter((script) => !known.includes(script))).toEqual([]);
  });
});

const examples = blocks.filter(
  ({ document, language, code }) =>
    documents.includes(document) && /^(?:js|ts)$/u.test(language) && /^\/\/ [✗✓]/u.test(code),
);

test.each(examples)("the example at $document:$line does what it says", ({ language, code }) => {
  const messages = lint(code, language);
  const [claim = ""] = code.split("\n");
  if (claim.startsWith("// ✓")) {
    expect(messages).toEqual([]);
  } else {
    const rule = /no-[\w-]+|require-[\w-]+/u.exec(claim)?.[0];
    expect(messages.map(({ ruleId }) => ruleId)).toEqual([`floodgate/${rule ?? ""}`]);
  }
});

test("the verdict table in how-it-decides.md is the one that decides (tools/update-verdict-table.mjs writes it)", async () => {
  const document = read("docs/how-it-decides.md");
  const written = await prettier.format(withVerdictTable(document, verdictTable), { parser: "markdown" });
  expect(document).toBe(written);
});

test.each(["Bound", "Gate", "Effect"])("how-it-decides.md explains every kind of %s", (noun) => {
  const model = ts.createSourceFile(
    "model.ts",
    read("packages/eslint-plugin/src/analysis/model.ts"),
    ts.ScriptTarget.Latest,
  );
  const union = model.statements.find((node) => ts.isTypeAliasDeclaration(node) && node.name.text === noun);
  const kinds = [...(union?.getText(model) ?? "").matchAll(/readonly kind: "([\w-]+)"/gu)].map(
    ([, kind]) => kind,
  );
  const section = read("docs/how-it-decides.md")
    .split(/^## /mu)
    .find((text) => text.startsWith(`${noun}:`));
  const explained = [...(section ?? "").matchAll(/^\| ([\w-]+) +\|/gmu)].map(([, kind]) => kind);
  expect(explained.slice(2)).toEqual(kinds);
});

test("the tables of other linters' rules are what was found (node e2e/other-rules/run.mjs --docs writes them)", async () => {
  const page = read("docs/comparison.md");
  const found = JSON.parse(read("docs/figures/other-rules.json")) as unknown;
  expect(page).toBe(await formatted(withBlock(page, "other rules", tablesOf(found))));
});

test("the tables of what limiters cost are what was measured (node tools/bench-tables.mjs writes them)", async () => {
  const page = read("docs/comparison.md");
  expect(page).toBe(await formatted(withBlock(page, "bench", benchTables(readReport()))));
});

test("a measurement becomes tables", () => {
  const rows = [
    { variant: "hand-written", value: 12.3, ratio: 1, lowest: 1, highest: 1 },
    { variant: "p-map", value: 3.214, ratio: 2.5, lowest: 2.4, highest: 2.61 },
  ];
  const one = { name: "map-trivial-1e6", title: "mapLimit, 1e6 trivial tasks", unit: "ms", rows };
  const heap = { name: "heap-for-each", title: "Heap", unit: "MB", rows: [{ variant: "async", value: 0.5 }] };
  const machine = { node: "Node v20", cpu: "a CPU", peers: { "p-map": "7.1.1", unused: "1.0.0" } };
  const tables = benchTables({
    machine,
    rounds: 5,
    cases: [heap, one],
    bytes: [{ name: "mapLimit", bytes: 2246 }],
  });
  expect(tables).toContain("| p-map | 3.21 | x2.50 | 2.40 to 2.61 |");
  expect(tables).toContain("| hand-written | 12 | x1.00 | 1.00 to 1.00 |");
  expect(tables).toContain("| | MB |\n| --- | --- |\n| async | 0.50 |");
  expect(tables).toContain("| mapLimit | 2246 |");
  expect(tables).toContain("Versions: p-map 7.1.1.");
  expect(tables.indexOf("mapLimit, 1e6")).toBeLessThan(tables.indexOf("Heap"));
});

const messages = [...read("docs/troubleshooting.md").matchAll(/^### `([^`]+)`$/gmu)].map(
  ([, text]) => text ?? "",
);
const sources = sourcesBelow("packages")
  .map((file) => read(file).replaceAll("\\`", "").replaceAll("`", ""))
  .join("\n");

test.each(messages)("troubleshooting's message is one of ours: %s", (message) => {
  const parts = message.split("…").map((part) => part.trim());
  expect(parts.filter((part) => !sources.includes(part))).toEqual([]);
});

test("support.md names the versions that tests run with", () => {
  const page = read("docs/support.md");
  const [, typescript = ""] = /const versions = \[([^\]]+)\]/u.exec(read("e2e/runtime/types.test.ts")) ?? [];
  expect(page).toContain(` ${typescript.replaceAll('"', "")} `);
  const hosts = [...read("e2e/eslint-hosts/hosts.test.ts").matchAll(/"(eslint|oxlint)@(\d+\.\d+)/gu)];
  const named = new Map([
    ["eslint", /^\| ESLint .*$/mu.exec(page)?.[0] ?? ""],
    ["oxlint", /^\| oxlint .*$/mu.exec(page)?.[0] ?? ""],
  ]);
  expect(hosts.length).toBeGreaterThan(3);
  expect(hosts.filter(([, name = "", version = ""]) => !named.get(name)?.includes(version))).toEqual([]);
  const workflow = read(".github/workflows/ci.yml");
  const [, nodes = ""] = /node: \[([^\]]+)\]/u.exec(workflow) ?? [];
  expect(page).toContain(` ${nodes.replaceAll('"', "")} `);
});

test("every error class of the runtime that callers may catch is in troubleshooting", () => {
  const classes = [...read("packages/runtime/src/errors.ts").matchAll(/^export class (\w+)/gmu)].map(
    ([, name]) => name ?? "",
  );
  const page = read("docs/troubleshooting.md");
  expect(classes.length).toBeGreaterThan(5);
  expect(classes.filter((name) => !page.includes(name))).toEqual([]);
});

async function formatted(markdown: string): Promise<string> {
  return await prettier.format(markdown, { parser: "markdown", printWidth: 110 });
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => /^packages\/[\w-]+\/src\/.*(?<!\.test)\.ts$/u.test(name));
}

function lint(code: string, language: string) {
  const linter = new Linter({ configType: "flat" });
  const config: Linter.Config = {
    files: ["**/*.{js,ts}"],
    languageOptions: { parser: tsParser },
    linterOptions: { reportUnusedDisableDirectives: "off" },
  };
  return linter
    .verify(code, [floodgate.configs.recommended, config], {
      filename: language === "ts" ? "doc.ts" : "doc.js",
    })
    .map(({ ruleId, message, line }) => ({ ruleId, message, line }));
}

function packageScripts(): string[] {
  return readdirSync(join(root, "packages")).flatMap((name) =>
    Object.keys((JSON.parse(read(`packages/${name}/package.json`)) as { scripts?: object }).scripts ?? {}),
  );
}

function markdownBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.includes("node_modules"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
}
