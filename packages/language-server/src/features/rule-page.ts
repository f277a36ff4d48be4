/** What an editor shows of a rule beside its message: severity, page. */
import { DiagnosticSeverity } from "vscode-languageserver";
import type { RuleName } from "eslint-plugin-floodgate/analysis";
import type { Severity } from "../engine/rule-config.ts";

export function diagnosticSeverityOf(severity: Severity): DiagnosticSeverity {
  return severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
}

export function rulePageOf(rule: RuleName): string {
  return `https://github.com/floodgate-js/floodgate/blob/main/packages/eslint-plugin/docs/rules/${rule}.md`;
}
