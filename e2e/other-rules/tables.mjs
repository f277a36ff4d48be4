/** What `other-rules.json` holds, as Markdown: one table of floods, one of code that is fine. */
export function tablesOf({ who, cases: rows }) {
  const head = ["", ...who];
  const line = (cells) => `| ${cells.join(" | ")} |`;
  const matrix = (wanted) =>
    rows
      .filter(({ isFlood }) => isFlood === wanted)
      .map(({ name, reportedBy }) =>
        line([name, ...who.map((one) => (reportedBy.includes(one) ? "reported" : ""))]),
      );
  const count = (wanted) =>
    who.map(
      (one) =>
        rows.filter(({ isFlood, reportedBy }) => isFlood === wanted && reportedBy.includes(one)).length,
    );
  const table = (title, wanted) => [
    line([title, ...head.slice(1)]),
    line(head.map(() => "---")),
    ...matrix(wanted),
    line([
      `**of ${rows.filter(({ isFlood }) => isFlood === wanted).length}**`,
      ...count(wanted).map((n) => `**${n}**`),
    ]),
  ];
  return [...table("floods", true), "", ...table("code that is fine", false)].join("\n");
}
