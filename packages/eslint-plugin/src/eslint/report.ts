/** Finding to `context.report`, Edit to `fixer.replaceTextRange`. No decision is made here. */
import type { Rule, SourceCode } from "eslint";
import type { Analysis, Edit, Finding, Policy, RuleName, Span } from "../analysis/index.ts";
import type { RuleSpec } from "./create-rule.ts";
import { analysisOf, policyOf } from "./findings.ts";
import type { PolicyDefaults } from "./findings.ts";
import { missingLimiters, remedyTargetOf } from "./runtime-module.ts";

/** The listener of every rule: reports the findings of the file that carry the rule's name. */
export function reportFindings(context: Rule.RuleContext, rule: RuleSpec): Rule.RuleListener {
  return {
    Program() {
      const { policy, problems } = policyOf(
        context,
        rule.meta.docs.recommended === "off" ? outspoken : undefined,
      );
      for (const problem of [...problems, ...missingLimiters(policy.limiters, context.cwd)]) {
        if (!claims(context.sourceCode, problem, rule.name)) continue;
        context.report({ loc: { line: 1, column: 0 }, messageId: "wrongSetting", data: { problem } });
      }
      const analysis = analysisOf(context, policy);
      for (const finding of analysis?.findings ?? []) {
        if (analysis && finding.site.rule === rule.name) report(context, finding, analysis, policy, rule);
      }
    },
  };
}

/** Who turns on a rule that is in no `recommended` preset wants to hear it: most of its findings are strict ones. */
const outspoken: PolicyDefaults = { strictness: "strict" };

/**
 * A wrong setting is one report per file, whichever rules are on: the first of them to see it speaks.
 * Remembered by rule rather than as "said", because a `SourceCode` may be linted again.
 */
function claims(sourceCode: SourceCode, problem: string, rule: RuleName): boolean {
  const claimants = claimantsOf.get(sourceCode) ?? new Map<string, RuleName>();
  claimantsOf.set(sourceCode, claimants);
  const claimant = claimants.get(problem) ?? rule;
  claimants.set(problem, claimant);
  return claimant === rule;
}

const claimantsOf = new WeakMap<SourceCode, Map<string, RuleName>>();

function report(
  context: Rule.RuleContext,
  finding: Finding,
  analysis: Analysis,
  policy: Policy,
  { meta: { fixable, hasSuggestions } }: RuleSpec,
): void {
  const remedies =
    fixable || hasSuggestions ? analysis.remedies(finding, remedyTargetOf(context, policy)) : undefined;
  // ESLint refuses a fix, or a suggestion, that the rule's `meta` did not announce.
  const fix = fixable && policy.autofix ? remedies?.fix : undefined;
  context.report({
    loc: locationOf(context.sourceCode, finding.site.span),
    messageId: "finding",
    data: { message: finding.message },
    ...(fix && { fix: (fixer) => apply(fixer, fix.edits) }),
    ...(hasSuggestions &&
      remedies && {
        suggest: remedies.suggestions.map(({ title, edits }) => ({
          messageId: "mend",
          data: { title },
          fix: (fixer: Rule.RuleFixer) => apply(fixer, edits),
        })),
      }),
  });
}

function locationOf(sourceCode: SourceCode, { start, end }: Span) {
  return { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) };
}

function apply(fixer: Rule.RuleFixer, edits: readonly Edit[]): Rule.Fix[] {
  return edits.map(({ start, end, text }) => fixer.replaceTextRange([start, end], text));
}
