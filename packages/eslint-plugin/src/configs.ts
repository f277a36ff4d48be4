/** The presets, computed from what each rule's `meta.docs` says of itself. */
import type { ESLint, Linter } from "eslint";
import type { RuleSpec } from "./eslint/create-rule.ts";
import { rules } from "./rules/index.ts";

export type PresetName = "recommended" | "strict" | "all" | "autofix";

/** A flat config object; takes its place in an array, or in `extends` of `defineConfig`. */
export type Preset = Linter.Config & { readonly name: string };

/**
 * - `recommended`: what is wrong in nearly every program.
 * - `strict`: also what is small only by assumption, and what is bounded but wasteful.
 * - `all`: every rule, every finding, as an error.
 * - `autofix`: no rules; lets `eslint --fix` insert limits. Goes after one of the others.
 */
export function presetsOf(plugin: ESLint.Plugin): Record<PresetName, Preset> {
  const preset = (name: PresetName, rest: Linter.Config): Preset => ({
    name: `floodgate/${name}`,
    plugins: { floodgate: plugin },
    ...rest,
  });
  const strict = { settings: { floodgate: { strictness: "strict" } } };
  return {
    recommended: preset("recommended", { rules: severities(({ recommended }) => recommended) }),
    strict: preset("strict", { ...strict, rules: severities((docs) => docs.strict) }),
    all: preset("all", { ...strict, rules: severities(() => "error") }),
    autofix: preset("autofix", { settings: { floodgate: { autofix: true } } }),
  };
}

type Severity = RuleSpec["meta"]["docs"]["recommended"];

function severities(severityOf: (docs: RuleSpec["meta"]["docs"]) => Severity): Linter.RulesRecord {
  const record: Linter.RulesRecord = {};
  for (const [name, { meta }] of Object.entries(rules)) {
    const severity = severityOf(meta.docs);
    if (severity !== "off") record[`floodgate/${name}`] = severity;
  }
  return record;
}
