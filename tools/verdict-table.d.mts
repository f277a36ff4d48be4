interface Row {
  readonly when: string;
  readonly verdict: string;
  readonly because: string;
}

/** The document with its table made anew from the rows of `analysis/verdict.ts`. */
export function withVerdictTable(document: string, rows: readonly Row[]): string;
