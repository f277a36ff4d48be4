/** GitHub's workflow commands: each finding as an annotation on its line. */
import { relative, sep } from "node:path";
import { ruleIdOf } from "../../engine/rule-config.ts";
import type { Outcome } from "../check-files.ts";
import { placesIn } from "../places.ts";

export function github({ results }: Outcome, cwd: string, quiet: boolean): string {
  return results
    .flatMap(({ fileName, text, reports }) => {
      const places = placesIn(text);
      return reports
        .filter(({ severity }) => severity === "error" || !quiet)
        .map(({ finding, severity }) => {
          const { line, column, endLine, endColumn } = places.of(finding.site.span);
          const properties = {
            file: relative(cwd, fileName).split(sep).join("/"),
            line,
            col: column,
            endLine,
            endColumn,
            title: ruleIdOf(finding.site.rule),
          };
          const listed = Object.entries(properties).map(
            ([key, value]) => `${key}=${escapeProperty(String(value))}`,
          );
          const command = severity === "error" ? "error" : "warning";
          return `::${command} ${listed.join(",")}::${escapeData(finding.message)}\n`;
        });
    })
    .join("");
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
