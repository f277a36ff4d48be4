/** "Why is nothing reported here?": each reason there can be, in words. */
import { expect, test } from "vitest";
import { createEngine } from "../engine/engine.ts";
import { lint } from "../engine/lint.ts";
import { loadNativeParser } from "../engine/parse-native.ts";
import { policyOf, presetConfig, type FileConfig } from "../engine/rule-config.ts";
import { syntacticFacts } from "eslint-plugin-floodgate/analysis";
import { placedText } from "../convert.ts";
import { resolveSettings } from "../settings.ts";
import { explanationOf, type ExplanationInput } from "./explain.ts";

const engine = createEngine(loadNativeParser().parser);
const site = "export const all = (ids: string[]) => Promise.all(ids.map((id) => fetch(id)));\n";
const settings = resolveSettings({});
const preset = presetConfig(settings.policy);

/** The explanation at the first `Promise` of a text. */
function explained(
  text: string,
  changes: Partial<ExplanationInput> = {},
  config: FileConfig = preset,
): string {
  const program = engine.prepare({ fileName: "/a.ts", text }, policyOf(config));
  const linted = program.kind === "program" ? lint(engine, program, syntacticFacts, config) : undefined;
  return explanationOf({
    view: {
      tier: 2,
      milliseconds: 1,
      reports: linted?.reports ?? [],
      decisions: linted?.decisions ?? [],
      ...(program.kind === "program" && { program }),
      ...(linted && { linted }),
      ...(program.kind === "syntax-error" && { notice: `The file does not parse: ${program.message}` }),
    },
    document: placedText("file:///a.ts", text),
    offset: Math.max(0, text.indexOf("Promise")),
    settings,
    config,
    ignored: false,
    parser: "a parser",
    types: "types off: no TypeScript",
    ...changes,
  });
}

test.for<[string, string, string, Partial<ExplanationInput>?, FileConfig?]>([
  ["a text without any site", "export const one = 1;\n", "so it was not parsed"],
  ["one that does not parse", "Promise.all(ids.map(", "The file does not parse"],
  ["a site that is reported", site, "Underlined, because nothing limits"],
  ["one that is small", site.replace("ids: string[]", "ids: [string, string]"), "Not underlined, because"],
  [
    "a comment with a reason",
    `// eslint-disable-next-line -- they are few\n${site}`,
    "A comment disables the rule here: they are few.",
  ],
  [
    "a comment without one",
    `/* eslint-disable */\n${site}`,
    "A comment disables the rule here, without a reason.",
  ],
  [
    "a rule that is off",
    site,
    "`floodgate/no-unbounded-promise-all` is turned off here",
    {},
    { ...preset, uses: preset.uses.filter(({ rule }) => rule !== "no-unbounded-promise-all") },
  ],
  ["a config of ESLint's", site, "from the project's ESLint config", {}, { ...preset, source: "eslint" }],
  ["a file that ESLint ignores", site, "the project's ESLint config ignores it", { ignored: true }],
  [
    "reports turned off",
    site,
    "`floodgate.lint` is `never`",
    { settings: resolveSettings({ lint: "never" }) },
  ],
  ["a wrong setting", site, "* Setting: ", { settings: resolveSettings({ defaultLimit: "many" }) }],
  ["why there are no types", site, "* Types: types off: no TypeScript."],
  [
    "a line without a site says so, and names those elsewhere",
    `const x = 1;\n${site}`,
    "## Line 1\n\nNothing on this line starts several promises together, so there is nothing to report.\n\n## Elsewhere in this file\n\n* line 2,",
    { offset: 0 },
  ],
  [
    "a file that could have held one",
    "export const all = (ids) => ids.map((id) => Promise.resolve(id).all);\n",
    "## Line 1\n\nNothing on this line starts several promises together",
    { offset: 0 },
  ],
  ["a cursor at the start of a site's line", site, "## `Promise.all` at line 1", { offset: 0 }],
  [
    "a cursor inside the call, not on its name",
    site,
    "## `Promise.all` at line 1",
    { offset: site.indexOf("fetch") },
  ],
])("%s", ([, text, words, changes, config]) => {
  expect(explained(text, changes, config)).toContain(words);
});

test("what waits for types says so", () => {
  const likely = site.replace("fetch", "load").replace("export", 'import { load } from "./load.js";\nexport');
  const view = (tier: 1 | 2): Partial<ExplanationInput> => {
    const program = engine.prepare({ fileName: "/a.ts", text: likely }, policyOf(preset));
    if (program.kind !== "program") throw new Error("it does not parse");
    const linted = lint(engine, program, syntacticFacts, preset);
    return { view: { tier, milliseconds: 1, reports: [], decisions: linted.decisions, program, linted } };
  };
  expect(explained(likely, view(1))).toContain("shown once types have been asked");
  expect(explained(likely, view(2))).not.toContain("shown once types have been asked");
});
