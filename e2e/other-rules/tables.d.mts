/** What `other-rules.json` holds, as Markdown: one table of floods, one of code that is fine. */
export function tablesOf(data: unknown): string;
