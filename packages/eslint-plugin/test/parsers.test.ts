/** The same findings on every parser's tree: espree, vue-eslint-parser and svelte-eslint-parser say what typescript-eslint says. */
import * as typescriptParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import * as svelteParser from "svelte-eslint-parser";
import { describe, expect, test } from "vitest";
import * as vueParser from "vue-eslint-parser";
import plugin from "../src/index.ts";
import { catalogue } from "./catalogue/catalogue.ts";

const linter = new Linter();

interface Host {
  readonly name: string;
  readonly filename: string;
  readonly languageOptions: Linter.LanguageOptions;
  readonly wrap: (code: string) => string;
}

const script = (code: string) => `<script setup lang="ts">\n${code}\n</script>\n`;
const hosts: readonly Host[] = [
  { name: "espree", filename: "a.js", languageOptions: {}, wrap: (code) => `\n${code}` },
  {
    name: "vue-eslint-parser",
    filename: "a.vue",
    languageOptions: { parser: vueParser, parserOptions: { parser: typescriptParser } },
    wrap: (code) => `${script(code)}<template><p>{{ items.length }}</p></template>\n`,
  },
  {
    name: "svelte-eslint-parser",
    filename: "a.svelte",
    languageOptions: { parser: svelteParser, parserOptions: { parser: typescriptParser } },
    wrap: (code) => `${script(code).replace(" setup", "")}<p>{items.length}</p>\n`,
  },
];
const reference: Host = {
  name: "typescript-eslint",
  filename: "a.ts",
  languageOptions: { parser: typescriptParser, parserOptions: { ecmaFeatures: { jsx: false } } },
  wrap: (code) => `\n${code}`,
};

/** `rule at line:column` for each report, or undefined where the host's parser refuses the file. */
function reportsOf(code: string, { filename, languageOptions, wrap }: Host): readonly string[] | undefined {
  const messages = linter.verify(
    wrap(code),
    [
      { files: ["**"], ...plugin.configs.strict },
      { files: ["**"], languageOptions },
    ],
    { filename },
  );
  if (messages.some(({ fatal }) => fatal)) return undefined;
  return messages.map(({ ruleId, line, column }) => `${String(ruleId)} at ${String(line)}:${String(column)}`);
}

/** Each host lints each snippet once. */
const reportsFor = new Map(
  [...hosts, reference].map((host) => [host.name, new Map<string, ReturnType<typeof reportsOf>>()]),
);
function reports(code: string, host: Host): ReturnType<typeof reportsOf> {
  const known = reportsFor.get(host.name);
  if (known && !known.has(code)) known.set(code, reportsOf(code, host));
  return known?.get(code);
}

const snippets = catalogue.filter(({ jsx, code }) => jsx !== true && !code.startsWith("#!"));

describe.for(hosts)("$name", (host) => {
  test.for(snippets.map(({ id, code }) => [id, code] as const))("%s", ([id, code]) => {
    // Type arguments of a call are comparisons to a parser of plain JavaScript: `f<T>(x)`.
    if (host.name === "espree" && id === "C012") return;
    // What only TypeScript can write is not the other parsers' to judge.
    if (reports(code, host) !== undefined) expect(reports(code, host)).toEqual(reports(code, reference));
  });

  test("takes most of the catalogue", () => {
    const taken = snippets.filter(({ code }) => reports(code, host) !== undefined);
    expect(taken.length / snippets.length).toBeGreaterThan(0.7);
  });
});

describe("files that are not JavaScript", () => {
  test("a Markdown or JSON file under the preset is nobody's business", () => {
    const language = {
      fileType: "text",
      lineStart: 1,
      columnStart: 0,
      nodeTypeKey: "type",
      validateLanguageOptions: () => undefined,
      parse: (file: { body: string }) => ({ ok: true, ast: { type: "Document", body: file.body } }),
      createSourceCode: (file: { body: string }, { ast }: { ast: { type: string } }) => ({
        text: file.body,
        ast,
        getLoc: () => ({ start: { line: 1, column: 0 }, end: { line: 1, column: 0 } }),
        getRange: () => [0, 0],
        *traverse() {
          yield { kind: 1, target: { type: "Program" }, phase: 1, args: [{ type: "Program" }] };
        },
      }),
    };
    const messages = linter.verify(
      "await Promise.all(items.map(load));",
      [
        { files: ["**"], ...plugin.configs.recommended },
        { files: ["**"], plugins: { text: { languages: { text: language } } }, language: "text/text" },
      ] as Linter.Config[],
      { filename: "a.txt" },
    );
    expect(messages).toEqual([]);
  });
});
