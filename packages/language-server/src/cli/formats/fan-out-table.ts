/** `--report`: every site, reported or not, with its verdict, bound and gate. Text for people, Markdown and JSON for the rest. */
import { relative, sep } from "node:path";
import { boundLabel, explain, type Decision } from "eslint-plugin-floodgate/analysis";
import { placesIn } from "../places.ts";

export interface FanOutRow {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly operation: string;
  readonly rule: string;
  readonly verdict: "report" | "strict" | "silent";
  /** `likely`: a type could withdraw it. */
  readonly certainty: "certain" | "likely";
  readonly inFlight: string;
  readonly because: string;
  /** The whole decision, one sentence each. */
  readonly explanation: readonly string[];
}

export interface DecidedFile {
  readonly fileName: string;
  readonly text: string;
  readonly decisions: readonly Decision[];
}

const order = { report: 0, strict: 1, silent: 2 } as const;

/** By verdict, then by place. */
export function fanOutRows(files: readonly DecidedFile[], cwd: string): FanOutRow[] {
  return files
    .flatMap(({ fileName, text, decisions }) => {
      const places = placesIn(text);
      return decisions.map((decision): FanOutRow => {
        const { line, column } = places.of(decision.site.span);
        return {
          file: relative(cwd, fileName).split(sep).join("/"),
          line,
          column,
          operation: decision.site.operation,
          rule: decision.site.rule,
          verdict: decision.verdict.kind,
          certainty: decision.certainty,
          inFlight: boundLabel(decision.bound, decision.gate),
          because: decision.verdict.because,
          explanation: explain(decision),
        };
      });
    })
    .sort((a, b) => order[a.verdict] - order[b.verdict] || compare(a.file, b.file) || a.line - b.line);
}

const headings = ["verdict", "in flight", "operation", "place", "because"] as const;

function cellsOf(row: FanOutRow): readonly string[] {
  return [row.verdict, row.inFlight, row.operation, `${row.file}:${row.line}`, row.because];
}

export function fanOutText(rows: readonly FanOutRow[]): string {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_heading, column) =>
    Math.min(48, Math.max(...cells.map((row) => row[column]?.length ?? 0))),
  );
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === headings.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  "),
  );
  return `${lines.join("\n")}\n\n${totals(rows)}\n`;
}

export function fanOutMarkdown(rows: readonly FanOutRow[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  const body = rows.map((row) => line(cellsOf(row)));
  return [
    "# Fan-out report",
    "",
    totals(rows),
    "",
    line(headings),
    line(headings.map(() => "---")),
    ...body,
    "",
  ].join("\n");
}

function totals(rows: readonly FanOutRow[]): string {
  const by = (verdict: FanOutRow["verdict"]) => rows.filter((row) => row.verdict === verdict).length;
  return `${rows.length} ${rows.length === 1 ? "site" : "sites"}: ${by("report")} reported, ${by("strict")} reported by the strict preset only, ${by("silent")} fine.`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
