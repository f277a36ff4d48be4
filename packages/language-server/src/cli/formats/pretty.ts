/** For people: each finding with the code it is about, then a summary. */
import { relative } from "node:path";
import type { Outcome, FileResult } from "../check-files.ts";
import { placesIn } from "../places.ts";
import { ruleIdOf } from "../../engine/rule-config.ts";
import type { Style } from "./style.ts";

export interface PrettyOptions {
  readonly cwd: string;
  readonly style: Style;
  readonly milliseconds: number;
  readonly quiet: boolean;
}

export function pretty(outcome: Outcome, { cwd, style, milliseconds, quiet }: PrettyOptions): string {
  const blocks = outcome.results.flatMap((result) => findingsOf(result, cwd, style, quiet));
  return [...blocks, summary(outcome, milliseconds, style, quiet)].join("\n");
}

function findingsOf(result: FileResult, cwd: string, style: Style, quiet: boolean): string[] {
  const places = placesIn(result.text);
  return result.reports
    .filter(({ severity }) => severity === "error" || !quiet)
    .map(({ finding, severity }) => {
      const place = places.of(finding.site.span);
      const where = `${relative(cwd, result.fileName)}:${place.line}:${place.column}`;
      const level = severity === "error" ? style("red", "error") : style("yellow", "warning");
      const related = finding.related.map(({ span, message }) => {
        const { line, column } = places.of(span);
        return `  ${style("dim", `${relative(cwd, result.fileName)}:${line}:${column} ${message}`)}\n`;
      });
      return [
        `${style("bold", where)} ${level} ${style("dim", ruleIdOf(finding.site.rule))}\n`,
        `${finding.message}\n\n`,
        codeFrame(
          places.lines,
          place.line,
          place.column,
          place.endLine === place.line ? place.endColumn : undefined,
          style,
        ),
        ...related,
      ].join("");
    });
}

/** The line of the finding between its neighbours, with the callee underlined. */
function codeFrame(
  lines: readonly string[],
  line: number,
  column: number,
  endColumn: number | undefined,
  style: Style,
): string {
  const first = Math.max(1, line - 1);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const rows: string[] = [];
  for (let n = first; n <= last; n++) {
    const text = (lines[n - 1] ?? "").replaceAll("\t", " ");
    const shown = text.length > 160 ? `${text.slice(0, 157)}...` : text;
    rows.push(`${n === line ? ">" : " "} ${style("dim", `${String(n).padStart(width)} |`)} ${shown}\n`);
    if (n === line && column <= 160) {
      const length = Math.max(1, Math.min((endColumn ?? text.length + 1) - column, 160));
      rows.push(
        `  ${style("dim", `${" ".repeat(width)} |`)} ${" ".repeat(column - 1)}${style("red", "^".repeat(length))}\n`,
      );
    }
  }
  return rows.join("");
}

function summary(outcome: Outcome, milliseconds: number, style: Style, quiet: boolean): string {
  const { errors, warnings } = countsOf(outcome);
  const found = quiet ? errors : errors + warnings;
  const seconds = (milliseconds / 1000).toFixed(milliseconds < 995 ? 2 : 1);
  const types = outcome.typesFrom.length === 0 ? "without types" : `with ${outcome.typesFrom.join(" and ")}`;
  const files = `${count(outcome.read, "file")}, ${outcome.parsed} of them parsed, ${types}, in ${seconds} s`;
  const fixed = outcome.fixed === 0 ? "" : `Limited ${count(outcome.fixed, "fan-out")}. `;
  if (found === 0) return `${fixed}${style("green", "No unbounded concurrency found")} (${files}).\n`;
  const parts = [count(errors, "error"), ...(quiet ? [] : [count(warnings, "warning")])].join(", ");
  return `${fixed}${style("bold", parts)} (${files}).\n`;
}

export function countsOf(outcome: Outcome): { errors: number; warnings: number } {
  const reports = outcome.results.flatMap(({ reports: list }) => list);
  const errors = reports.filter(({ severity }) => severity === "error").length;
  return { errors, warnings: reports.length - errors };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
