/** ESLint's JSON: what its `--format json` prints, so that whatever reads that reads this. */
import type { Edit } from "eslint-plugin-floodgate/analysis";
import { ruleIdOf, type Severity } from "../../engine/rule-config.ts";
import type { Report } from "../../engine/lint.ts";
import { applyEdits } from "../../features/fix-all.ts";
import type { FileResult, Outcome } from "../check-files.ts";
import { placesIn, type Places } from "../places.ts";

export interface EslintFix {
  readonly range: readonly [number, number];
  readonly text: string;
}

export interface EslintMessage {
  readonly ruleId: string;
  readonly severity: 1 | 2;
  readonly message: string;
  readonly messageId: "finding";
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly suggestions?: readonly {
    readonly messageId: "mend";
    readonly desc: string;
    readonly fix: EslintFix;
  }[];
}

export interface EslintResult {
  readonly filePath: string;
  readonly messages: readonly EslintMessage[];
  readonly suppressedMessages: readonly (EslintMessage & {
    readonly suppressions: readonly { readonly kind: "directive"; readonly justification: string }[];
  })[];
  readonly errorCount: number;
  readonly fatalErrorCount: 0;
  readonly warningCount: number;
  readonly fixableErrorCount: number;
  readonly fixableWarningCount: number;
  readonly output?: string;
  readonly source?: string;
  readonly usedDeprecatedRules: readonly [];
}

/** Files without a finding are left out: most never were parsed. */
export function json(outcome: Outcome, quiet: boolean): string {
  return `${JSON.stringify(eslintResults(outcome, quiet))}\n`;
}

export function eslintResults({ results }: Outcome, quiet = false): EslintResult[] {
  return results
    .map((result): EslintResult => {
      const places = placesIn(result.text);
      const shown = result.reports.filter(({ severity }) => severity === "error" || !quiet);
      const messages = shown.map((report) => messageOf(result, report, places));
      return {
        filePath: result.fileName,
        messages,
        suppressedMessages: result.suppressed.map((report) => ({
          ...messageOf(result, report, places),
          suppressions: [{ kind: "directive", justification: report.reason }],
        })),
        errorCount: countOf(shown, "error"),
        fatalErrorCount: 0,
        warningCount: countOf(shown, "warn"),
        // As with ESLint, only what `--fix` would take counts, and it takes nothing here that it was not told to.
        fixableErrorCount: 0,
        fixableWarningCount: 0,
        ...(result.output !== undefined && { output: result.output }),
        ...(messages.length > 0 && result.output === undefined && { source: result.text }),
        usedDeprecatedRules: [],
      };
    })
    .filter(
      ({ messages, suppressedMessages, output }) => messages.length + suppressedMessages.length > 0 || output,
    );
}

function messageOf(result: FileResult, { finding, severity }: Report, places: Places): EslintMessage {
  const suggestions = result.remedies(finding).suggestions.map(({ title, edits }) => ({
    messageId: "mend" as const,
    desc: title,
    fix: fixOf(result.text, edits),
  }));
  return {
    ruleId: ruleIdOf(finding.site.rule),
    severity: severity === "error" ? 2 : 1,
    message: finding.message,
    messageId: "finding",
    ...places.of(finding.site.span),
    ...(suggestions.length > 0 && { suggestions }),
  };
}

/** ESLint knows one range per fix, so the text between the edits goes into it. */
function fixOf(text: string, edits: readonly Edit[]): EslintFix {
  const start = Math.min(...edits.map((edit) => edit.start));
  const end = Math.max(...edits.map((edit) => edit.end));
  const moved = edits.map((edit) => ({ start: edit.start - start, end: edit.end - start, text: edit.text }));
  return { range: [start, end], text: applyEdits(text.slice(start, end), moved) };
}

function countOf(reports: readonly Report[], wanted: Severity): number {
  return reports.filter(({ severity }) => severity === wanted).length;
}
