/**
 * The tables of docs/comparison.md, from what `npm run bench -- --json` measured.
 *
 *   npm run --silent bench -- --json > docs/figures/bench.json   on a machine that does nothing else
 *   node tools/bench-tables.mjs                                  writes the tables
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";
import { withBlock } from "./doc-block.mjs";

const measured = new URL("../docs/figures/bench.json", import.meta.url);
const page = new URL("../docs/comparison.md", import.meta.url);

/** What the page shows of all that is measured, in its order. */
const shown = [
  "map-trivial-1e6",
  "map-immediate-1e5",
  "create-limit-at-once",
  "semaphore-contended",
  "heap-for-each",
  "heap-limited",
];

/** The tables as Markdown, or what to do where nothing has been measured. */
export function benchTables(report) {
  if (report === undefined) return "Not measured yet for this version.";
  const { machine, rounds, cases, bytes } = report;
  const tables = shown
    .map((name) => cases.find((one) => one.name === name))
    .filter((one) => one !== undefined)
    .map(caseTable);
  return [
    `${machine.node} on ${machine.cpu}, the median of ${rounds} rounds in turns.`,
    ...tables,
    ...(bytes.length > 0 ? [bytesTable(bytes)] : []),
    `Versions: ${versionsOf(machine.peers, cases)}.`,
  ].join("\n\n");
}

function caseTable({ title, unit, rows }) {
  const compared = rows.some(({ ratio }) => ratio !== undefined);
  return [
    `**${title}**`,
    "",
    `| | ${unit} |${compared ? " against the hand-written | lowest to highest |" : ""}`,
    `| --- | --- |${compared ? " --- | --- |" : ""}`,
    ...rows.map(({ variant, value, ratio, lowest, highest }) => {
      const number = value.toFixed(value < 10 ? 2 : 0);
      const more = compared
        ? ratio === undefined
          ? " | |"
          : ` x${ratio.toFixed(2)} | ${lowest.toFixed(2)} to ${highest.toFixed(2)} |`
        : "";
      return `| ${variant} | ${number} |${more}`;
    }),
  ].join("\n");
}

function bytesTable(rows) {
  return [
    "**Bytes of an import, minified and compressed**",
    "",
    "| | bytes |",
    "| --- | --- |",
    ...rows.map(({ name, bytes }) => `| ${name} | ${bytes} |`),
  ].join("\n");
}

function versionsOf(peers, cases) {
  const variants = cases.flatMap(({ rows }) => rows.map(({ variant }) => variant)).join(" ");
  const named = Object.entries(peers).filter(([name]) => variants.includes(name));
  return named.map(([name, version]) => `${name} ${version}`).join(", ");
}

export function readReport() {
  return existsSync(measured) ? JSON.parse(readFileSync(measured, "utf8")) : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = withBlock(readFileSync(page, "utf8"), "bench", benchTables(readReport()));
  writeFileSync(page, await prettier.format(text, { parser: "markdown", printWidth: 110 }));
}
