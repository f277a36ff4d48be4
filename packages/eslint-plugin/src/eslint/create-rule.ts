/** Our own small rule creator: what every Floodgate rule has in common, so that a rule file holds only what differs. */
import type { Rule } from "eslint";
import type { RuleName } from "../analysis/model.ts";
import { rulePageOf } from "./rule-page.ts";

/** How a preset turns a rule on. */
export type PresetSeverity = "error" | "warn" | "off";

/** What a rule's documentation and the presets are computed from. */
export interface RuleDocs {
  /** One phrase that completes "this rule's job is to ...". */
  readonly description: string;
  /** Severity in the `recommended` preset. */
  readonly recommended: PresetSeverity;
  /** Severity in the `strict` preset. */
  readonly strict: Exclude<PresetSeverity, "off">;
}

/** A rule as its file writes it. */
export interface RuleSpec {
  readonly name: RuleName;
  readonly meta: {
    readonly type: "problem" | "suggestion";
    readonly docs: RuleDocs;
    readonly fixable?: "code";
    readonly hasSuggestions?: boolean;
    readonly messages: Record<MessageId, string>;
    readonly schema: NonNullable<Rule.RuleMetaData["schema"]>;
  };
  readonly create: (context: Rule.RuleContext, self: RuleSpec) => Rule.RuleListener;
}

/** A finished rule, as ESLint loads it. */
export interface FloodgateRule extends Rule.RuleModule {
  readonly name: RuleName;
  readonly meta: RuleSpec["meta"] & { readonly docs: RuleDocs & { readonly url: string } };
}

export type MessageId = keyof typeof messages;

/**
 * The messages of every rule. The wording is the analysis's, one for terminal, hover and documentation; ESLint only
 * carries it.
 */
export const messages = {
  finding: "{{ message }}",
  mend: "{{ title }}",
  wrongSetting: "{{ problem }}",
} as const;

/**
 * Completes a rule with the address of its page.
 *
 * There is no `defaultOptions`: it would fill the options before `settings.floodgate` could win. The defaults are
 * `defaultPolicy`'s, merged in `findings.ts`.
 */
export function createRule(spec: RuleSpec): FloodgateRule {
  const docs = { ...spec.meta.docs, url: rulePageOf(spec.name) };
  return { name: spec.name, meta: { ...spec.meta, docs }, create: (context) => spec.create(context, spec) };
}
