/** Offsets → lines and columns, as people and ESLint count them: from 1. */
import type { Span } from "eslint-plugin-floodgate/analysis";
import { lineAt, lineStarts } from "../engine/lines.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface Places {
  readonly lines: readonly string[];
  of(span: Span): Place;
}

export function placesIn(text: string): Places {
  const starts = lineStarts(text);
  return {
    lines: starts.map((start, index) =>
      text.slice(start, starts[index + 1]).replace(/[\r\n\u2028\u2029]+$/, ""),
    ),
    of({ start, end }) {
      const first = lineAt(starts, start);
      const last = lineAt(starts, end);
      return {
        line: first + 1,
        column: start - (starts[first] ?? 0) + 1,
        endLine: last + 1,
        endColumn: end - (starts[last] ?? 0) + 1,
      };
    },
  };
}
