/** SARIF 2.1.0, for code scanning: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
import { relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { ruleNames } from "eslint-plugin-floodgate/analysis";
import { rulePageOf } from "eslint-plugin-floodgate/rule-page";
import { ruleIdOf } from "../../engine/rule-config.ts";
import type { SuppressedReport } from "../../engine/lint.ts";
import type { FileResult, Outcome } from "../check-files.ts";
import { placesIn, type Place } from "../places.ts";

export interface SarifOptions {
  readonly cwd: string;
  readonly version: string;
  readonly quiet: boolean;
}

export function sarif(outcome: Outcome, options: SarifOptions): string {
  const { cwd, version } = options;
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "Floodgate",
            version,
            informationUri: "https://www.npmjs.com/package/@floodgate/language-server",
            rules: ruleNames.map((rule) => ({ id: ruleIdOf(rule), helpUri: rulePageOf(rule) })),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(cwd).href.replace(/\/$/, "")}/` } },
        results: outcome.results.flatMap((result) => resultsOf(result, options)),
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: outcome.notices.map(({ message, fileName }) => ({
              level: "note",
              message: { text: message },
              ...(fileName !== undefined && {
                locations: [{ physicalLocation: { artifactLocation: artifact(fileName, cwd) } }],
              }),
            })),
          },
        ],
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function resultsOf(result: FileResult, { cwd, quiet }: SarifOptions): object[] {
  const places = placesIn(result.text);
  const shown = [...result.reports, ...result.suppressed].filter(
    ({ severity }) => severity === "error" || !quiet,
  );
  return shown.map((report) => {
    const { finding, severity } = report;
    const { reason } = report as Partial<SuppressedReport>;
    return {
      ruleId: ruleIdOf(finding.site.rule),
      level: severity === "error" ? "error" : "warning",
      message: { text: finding.message },
      locations: [locationOf(result.fileName, places.of(finding.site.span), cwd)],
      ...(finding.related.length > 0 && {
        relatedLocations: finding.related.map(({ span, message }, id) => ({
          id,
          message: { text: message },
          ...locationOf(result.fileName, places.of(span), cwd),
        })),
      }),
      partialFingerprints: { floodgateSite: fingerprintOf(result, finding.site.whole) },
      ...(reason !== undefined && { suppressions: [{ kind: "inSource", justification: reason }] }),
    };
  });
}

function locationOf(fileName: string, { line, column, endLine, endColumn }: Place, cwd: string): object {
  return {
    physicalLocation: {
      artifactLocation: artifact(fileName, cwd),
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
  };
}

function artifact(fileName: string, cwd: string): object {
  const path = relative(cwd, fileName);
  if (path.startsWith("..")) return { uri: pathToFileURL(fileName).href };
  return { uri: path.split(sep).map(encodeURIComponent).join("/"), uriBaseId: "ROOT" };
}

/** Stays when lines are added above: the site's own text, and how often it came before. */
function fingerprintOf(result: FileResult, whole: { start: number; end: number }): string {
  const text = result.text.slice(whole.start, whole.end).replace(/\s+/g, " ");
  const before = result.decisions.filter(
    ({ site }) =>
      site.whole.start < whole.start &&
      result.text.slice(site.whole.start, site.whole.end).replace(/\s+/g, " ") === text,
  ).length;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `${(hash >>> 0).toString(16).padStart(8, "0")}:${before}`;
}
