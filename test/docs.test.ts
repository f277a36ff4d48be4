/** What the documents say is so: links lead somewhere, commands exist, examples report what they claim. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import floodgate from "eslint-plugin-floodgate";
import * as prettier from "prettier";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { verdictTable } from "../packages/eslint-plugin/src/analysis/verdict.ts";
import { withVerdictTable } from "../tools/verdict-table.mjs";
import { root } from "./imports.ts";

const documents = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...markdownBelow("docs"),
  ...markdownBelow("examples"),
];
const scripts = Object.keys(
  (JSON.parse(read("package.json")) as { scripts: Record<string, string> }).scripts,
);

interface Example {
  readonly document: string;
  readonly line: number;
  readonly language: string;
  readonly code: string;
}

describe.each(documents)("%s", (document) => {
  const text = read(document);

  test("its links lead to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/gu)].map(
      ([, link]) => link ?? "",
    );
    const broken = links.filter((link) => !existsSync(join(root, dirname(document), decodeURI(link))));
    expect(broken).toEqual([]);
  });

  test("the npm scripts it names exist", () => {
    const named = [...text.matchAll(/npm run ([\w:-]+)/gu)].map(([, script]) => script ?? "");
    const known = [...scripts, ...packageScripts()];
    expect(named.filter((script) => !known.includes(script))).toEqual([]);
  });
});

const examples = documents.flatMap(examplesOf).filter(({ code }) => /^\/\/ [✗✓]/u.test(code));

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

function examplesOf(document: string): Example[] {
  const text = read(document);
  return [...text.matchAll(/^( *)```(js|ts)\n([\s\S]*?)^\1```/gmu)].map(
    ({ index, 1: indent = "", 2: language = "", 3: code = "" }) => ({
      document,
      line: text.slice(0, index).split("\n").length,
      language,
      code: code.replaceAll(new RegExp(`^${indent}`, "gmu"), ""),
    }),
  );
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

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}
