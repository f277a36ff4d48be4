/** The workspace's fan-outs as the report's client wants them: as data, as Markdown, as SARIF. */
import { pathToFileURL } from "node:url";
import { boundLabel, explain, type Decision, type Gate } from "eslint-plugin-floodgate/analysis";
import type { Outcome } from "../cli/check-files.ts";
import { fanOutMarkdown, fanOutRows } from "../cli/formats/fan-out-table.ts";
import { sarif } from "../cli/formats/sarif.ts";
import { placesIn } from "../cli/places.ts";
import type { FanOutReportResult, FanOutSite } from "../protocol.ts";

export function fanOutReport(outcome: Outcome, folder: string, version: string): FanOutReportResult {
  return {
    sites: outcome.results.flatMap(({ fileName, text, decisions }) => {
      const uri = pathToFileURL(fileName).href;
      const places = placesIn(text);
      return decisions.map((decision): FanOutSite => {
        const { line, column } = places.of(decision.site.span);
        return { uri, line: line - 1, character: column - 1, ...described(decision) };
      });
    }),
    filesRead: outcome.read,
    markdown: fanOutMarkdown(fanOutRows(outcome.results, folder)),
    sarif: sarif(outcome, { cwd: folder, version, quiet: false }),
  };
}

function described(decision: Decision): Omit<FanOutSite, "uri" | "line" | "character"> {
  const { site, verdict, bound, gate } = decision;
  const [first = ""] = explain(decision);
  return {
    rule: site.rule,
    operation: site.operation,
    verdict: verdict.kind,
    bound: boundLabel(bound, { kind: "none" }),
    gate: gateName(gate),
    effect: first.slice(first.indexOf(": ") + 2).replace(/\.$/, ""),
    because: verdict.because,
  };
}

function gateName(gate: Gate): string {
  switch (gate.kind) {
    case "none":
      return "none";
    case "pool":
      return "hand-written pool";
    case "limiter":
      return gate.capacity === undefined ? gate.name : `${gate.name}, ${gate.capacity} at once`;
    case "partial":
      return `${gate.name}, for a part`;
    case "connection":
    case "lookalike":
      return gate.name;
    default:
      return gate satisfies never;
  }
}
