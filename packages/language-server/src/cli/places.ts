/** Offsets → lines and columns, as people and ESLint count them: from 1. */
import type { Span } from "eslint-plugin-floodgate/analysis";
import { lineStarts } from "../engine/directives.ts";

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
  const lineOf = (offset: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    lines: starts.map((start, index) =>
      text.slice(start, starts[index + 1]).replace(/[\r\n\u2028\u2029]+$/, ""),
    ),
    of({ start, end }) {
      const first = lineOf(start);
      const last = lineOf(end);
      return {
        line: first + 1,
        column: start - (starts[first] ?? 0) + 1,
        endLine: last + 1,
        endColumn: end - (starts[last] ?? 0) + 1,
      };
    },
  };
}
