/** What the engine finds is what ESLint finds with the plugin: same rules, places, severities, words, suppressions. */
import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import * as typescriptParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import { defaultPolicy, resolvePolicy, syntacticFacts, type Policy } from "eslint-plugin-floodgate/analysis";
import { describe, expect, test } from "vitest";
import plugin from "../../eslint-plugin/src/index.ts";
import { catalogue } from "../../eslint-plugin/test/catalogue/catalogue.ts";
import { filesToCheck } from "../src/cli/files.ts";
import { placesIn } from "../src/cli/places.ts";
import { createEngine, type Engine } from "../src/engine/engine.ts";
import { lint } from "../src/engine/lint.ts";
import { babelParser } from "../src/engine/parse-babel.ts";
import { loadNativeParser } from "../src/engine/parse-native.ts";
import { presetConfig, ruleIdOf } from "../src/engine/rule-config.ts";

const { parser: nativeParser } = loadNativeParser();
const engines: readonly (readonly [string, Engine])[] = [
  ["oxc-parser", createEngine(nativeParser)],
  ["oxc-parser, every file parsed", createEngine(nativeParser, { prefilter: false })],
  ["@babel/parser", createEngine(babelParser)],
];

const policies: Readonly<Record<"recommended" | "strict", Policy>> = {
  recommended: defaultPolicy,
  strict: resolvePolicy({ strictness: "strict" }).policy,
};
type Preset = keyof typeof policies;

const linter = new Linter({ cwd: "/" });

function eslintSays(text: string, filename: string, preset: Preset): string[] {
  const config: Linter.Config[] = [
    { files: ["**"], ...plugin.configs[preset] },
    {
      files: ["**"],
      linterOptions: { reportUnusedDisableDirectives: "off" },
      languageOptions: {
        parser: typescriptParser,
        parserOptions: { ecmaFeatures: { jsx: filename.endsWith("x") } },
      },
    },
  ];
  return (
    linter
      .verify(text, config, { filename, allowInlineConfig: true })
      // The snippets' own inline configs may speak of rules that are not loaded here.
      .filter(({ ruleId }) => ruleId?.startsWith("floodgate/") === true)
      .map(({ ruleId, severity, line, column, endLine, endColumn, message }) =>
        [ruleId, severity === 2 ? "error" : "warn", line, column, endLine, endColumn, message].join(" "),
      )
  );
}

function weSay(engine: Engine, text: string, fileName: string, preset: Preset): string[] {
  const program = engine.prepare({ fileName, text, typed: false }, policies[preset]);
  if (program.kind !== "program") return [];
  const places = placesIn(text);
  return lint(engine, program, syntacticFacts, presetConfig(policies[preset])).reports.map(
    ({ finding, severity }) => {
      const { line, column, endLine, endColumn } = places.of(finding.site.span);
      const id = ruleIdOf(finding.site.rule);
      return [id, severity, line, column, endLine, endColumn, finding.message].join(" ");
    },
  );
}

describe.each(engines)("with %s", (_name, engine) => {
  test.each(["recommended", "strict"] as const)("the catalogue, %s", (preset) => {
    for (const { id, code, jsx } of catalogue) {
      const fileName = `/${id}.${jsx ? "tsx" : "ts"}`;
      expect([id, weSay(engine, code, fileName, preset)]).toEqual([id, eslintSays(code, fileName, preset)]);
    }
  });

  test("comments that suppress", () => {
    const { code } = catalogue[0] ?? { code: "" };
    const rule = "floodgate/no-unbounded-promise-all";
    for (const text of [
      `/* eslint-disable */\n${code}`,
      `/* eslint-disable ${rule} -- reason */\n${code}\n/* eslint-enable */\n${code}`,
      `// eslint-disable-next-line ${rule}\n${code}`,
      `/* eslint ${rule}: "warn" */\n${code}`,
      `/* eslint ${rule}: 0 */\n${code}`,
      `${code} // eslint-disable-line`,
      `${code} // eslint-disable-line other/rule`,
      `// eslint-disable ${rule}\n${code}`,
    ])
      expect([text, weSay(engine, text, "/a.ts", "strict")]).toEqual([
        text,
        eslintSays(text, "/a.ts", "strict"),
      ]);
  });

  test("types in JavaScript, as Flow writes them", () => {
    const text = `/* @flow */
export async function all(ids: Array<string>): Promise<any> {
  return Promise.all(ids.map(async (id: string): Promise<any> => fetch(id)));
}
`;
    expect(weSay(engine, text, "/a.js", "recommended")).toEqual(eslintSays(text, "/a.js", "recommended"));
    expect(weSay(engine, text, "/a.js", "recommended")).toHaveLength(1);
  });
});

test("this repository's own sources and examples", () => {
  const root = join(import.meta.dirname, "../../..");
  const [, engine] = engines[0] ?? [];
  const folders = ["examples", "packages/runtime/src", "packages/language-server/src"].map((name) =>
    join(root, name),
  );
  const files = filesToCheck(folders, root).map((file) => relative(root, file).replaceAll("\\", "/"));
  expect(files.length).toBeGreaterThan(100);
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    if (engine !== undefined)
      expect([file, weSay(engine, text, `/${file}`, "strict")]).toEqual([
        file,
        eslintSays(text, `/${file}`, "strict"),
      ]);
  }
}, 60_000);
