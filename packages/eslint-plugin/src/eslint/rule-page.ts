/** Where a rule's page is, for ESLint, editors and reports alike. */
import type { RuleName } from "../analysis/model.ts";

/**
 * The page as it is in the published package: an address that follows from the package's name alone.
 *
 * @see docs/decisions/0600-where-rule-pages-are.md
 */
export function rulePageOf(rule: RuleName): string {
  return `https://unpkg.com/eslint-plugin-floodgate/docs/rules/${rule}.md`;
}
