/** What `npm run bench -- --json` prints; undefined where nothing has been measured. */
export function readReport(): unknown;

/** The tables of docs/comparison.md as Markdown. */
export function benchTables(report: unknown): string;
