/** What the presets say about each rule, as the editor needs it. `rule-page.test.ts` holds it against the plugin's own. */
import { DiagnosticSeverity } from "vscode-languageserver";
import type { RuleName } from "eslint-plugin-floodgate/analysis";

/** Rules that `recommended` turns on as warnings, and those that only `strict` turns on. */
const warnings: ReadonlySet<RuleName> = new Set<RuleName>([
  "no-recursive-fan-out",
  "no-chunked-promise-all",
  "no-unbounded-queue",
  "no-sleep-throttle",
]);

export type Severity = "error" | "warn";

export function defaultSeverityOf(rule: RuleName): Severity {
  return warnings.has(rule) ? "warn" : "error";
}

export function diagnosticSeverityOf(severity: Severity): DiagnosticSeverity {
  return severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
}

/** The rule's id in an ESLint config and in `eslint-disable` comments. */
export function ruleIdOf(rule: RuleName): string {
  return `floodgate/${rule}`;
}

export function rulePageOf(rule: RuleName): string {
  return `https://github.com/floodgate-js/floodgate/blob/main/packages/eslint-plugin/docs/rules/${rule}.md`;
}
