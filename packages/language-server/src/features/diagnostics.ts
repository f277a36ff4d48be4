/** Findings → diagnostics: the squiggle, the sentence, the link to the rule's page, the places the sentence speaks of. */
import type { Diagnostic } from "vscode-languageserver";
import type { Finding } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "../client-support.ts";
import { rangeOf, type PlacedText } from "../convert.ts";
import { defaultSeverityOf, diagnosticSeverityOf, ruleIdOf, rulePageOf, type Severity } from "./rule-page.ts";

export function diagnosticsOf(
  findings: readonly Finding[],
  document: PlacedText,
  support: Pick<ClientSupport, "relatedInformation" | "codeDescription">,
  severityOf: (finding: Finding) => Severity = (finding) => defaultSeverityOf(finding.site.rule),
): Diagnostic[] {
  return findings.map((finding) => ({
    range: rangeOf(document, finding.site.span),
    severity: diagnosticSeverityOf(severityOf(finding)),
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
