// The verdict table as Markdown, and its place in a document.

const place = /(<!-- begin verdict table[^>]*-->)[\s\S]*?(<!-- end verdict table -->)/u;

/** The document with its table made anew from the rows of `analysis/verdict.ts`. */
export function withVerdictTable(document, rows) {
  if (!place.test(document)) throw new Error("There is no place for the verdict table in the document.");
  const table = [
    "| when | verdict | because |",
    "| --- | --- | --- |",
    ...rows.map(({ when, verdict, because }) => `| ${[when, verdict, because].map(cell).join(" | ")} |`),
  ].join("\n");
  return document.replace(place, (_, begin, end) => `${begin}\n\n${table}\n\n${end}`);
}

const cell = (text) => text.replaceAll("|", "\\|");
