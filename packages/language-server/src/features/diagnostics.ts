/** Reports → diagnostics: the squiggle, the sentence, the link to the rule's page, the places the sentence speaks of. */
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver";
import { rulePageOf } from "eslint-plugin-floodgate/rule-page";
import type { Report } from "../engine/lint.ts";
import type { ClientSupport } from "../client-support.ts";
import { rangeOf, type PlacedText } from "../convert.ts";
import { ruleIdOf } from "../engine/rule-config.ts";

export function diagnosticsOf(
  reports: readonly Report[],
  document: PlacedText,
  support: Pick<ClientSupport, "relatedInformation" | "codeDescription">,
): Diagnostic[] {
  return reports.map(({ finding, severity }) => ({
    range: rangeOf(document, finding.site.span),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: "floodgate",
    code: ruleIdOf(finding.site.rule),
    message: finding.message,
    ...(support.codeDescription && { codeDescription: { href: rulePageOf(finding.site.rule) } }),
    ...(support.relatedInformation &&
      finding.related.length > 0 && {
        relatedInformation: finding.related.map(({ span, message }) => ({
          location: { uri: document.uri, range: rangeOf(document, span) },
          message,
        })),
      }),
    data: { id: finding.id },
  }));
}
