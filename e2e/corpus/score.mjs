#!/usr/bin/env node
/**
 * How often the rules are right on labelled call sites: lints the labelled files of a folder of checkouts without types, with
 * the `recommended` preset, and says what is found, what is reported that should not be, and the rest.
 *
 *   node e2e/corpus/score.mjs <folder of checkouts> [options]
 *
 *   --labels <file>   sites as in `sites.jsonl`, the default
 *   --sample <n>      only the sites of this sample; may be given more than once
 *   --list <kinds>    also says which: `wrong`, `missed`, `right`, `arguable`, separated by commas
 *   --update          writes what is reported now into the labels' file
 *   --out <file>      every site with all that was decided about it, as JSON
 *   --build <folder>  another checkout of this project, built
 *
 * Checkouts are named `owner__name`; a repository that is not there is left out, and counted.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { checkerOf } from "./checker.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    labels: { type: "string", default: join(here, "sites.jsonl") },
    sample: { type: "string", multiple: true },
    list: { type: "string", default: "" },
    update: { type: "boolean", default: false },
    out: { type: "string" },
    build: { type: "string", default: join(here, "../..") },
  },
});
const [folder] = positionals;
if (folder === undefined) {
  console.error("Which folder has the checkouts? node e2e/corpus/score.mjs <folder> [options]");
  process.exit(2);
}

const all = readFileSync(values.labels, "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const wanted = all.filter((site) => values.sample?.includes(String(site.sample)) ?? true);
const fileOf = ({ repository, path }) => resolve(folder, repository.replace("/", "__"), path);
const sites = wanted.filter((site) => existsSync(fileOf(site)));

const check = await checkerOf(values.build);
const results = await check([...new Set(sites.map(fileOf))]);

/** Where a decision is, counted from 1 as the labels do. */
function placesIn({ text, decisions }) {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const lineOf = (offset) => starts.findLastIndex((start) => start <= offset) + 1;
  return decisions.map((decision) => {
    const { start } = decision.site.span;
    const line = lineOf(start);
    return {
      decision,
      line,
      column: start - starts[line - 1] + 1,
      endLine: lineOf(decision.site.whole.end),
      startLine: lineOf(decision.site.whole.start),
    };
  });
}

const places = new Map(results.map((result) => [result.fileName, placesIn(result)]));
const severity = { report: 2, strict: 1, silent: 0 };

/** The decision about a labelled place: on its line the nearest, else the narrowest one reported that holds or feeds it. */
function decisionAt(site) {
  const ofFile = places.get(fileOf(site)) ?? [];
  const onLine = ofFile.filter(({ line, startLine }) => line === site.line || startLine === site.line);
  const distance = ({ column }) => Math.abs(column - site.column);
  const [nearest] = onLine.sort(
    (a, b) =>
      distance(a) - distance(b) || severity[b.decision.verdict.kind] - severity[a.decision.verdict.kind],
  );
  return nearest?.decision;
}

const judged = sites.map((site) => ({ site, decision: decisionAt(site) }));
const isReported = ({ decision }) => decision?.verdict.kind === "report";
const of = (verdict) => judged.filter(({ site }) => site.verdict === verdict);
const percent = (part, whole) =>
  whole === 0 ? "-" : `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
const right = of("right").filter(isReported);
const wrong = of("false").filter(isReported);
console.log(
  `${sites.length} sites of ${new Set(sites.map(({ repository }) => repository)).size} repositories`,
);
if (sites.length < wanted.length) console.log(`${wanted.length - sites.length} left out: no such file`);
console.log(`found ${percent(right.length, of("right").length)} of those that want a limit`);
console.log(`right ${percent(right.length, right.length + wrong.length)} of the decided reports`);
console.log(`arguable reported ${percent(of("arguable").filter(isReported).length, of("arguable").length)}`);

const lists = {
  wrong,
  right,
  missed: of("right").filter((one) => !isReported(one)),
  arguable: of("arguable").filter(isReported),
};
for (const kind of values.list.split(",").filter(Boolean)) {
  console.log(`\n${kind}:`);
  for (const { site, decision } of lists[kind]) {
    console.log(`${site.repository} ${site.path}:${site.line}:${site.column}  ${site.why}`);
    if (decision) console.log(`    ${JSON.stringify([decision.bound, decision.gate, decision.effect])}`);
  }
}

if (values.update) {
  const now = new Map(judged.map((one) => [one.site, isReported(one)]));
  const lines = all.map((site) => JSON.stringify(now.has(site) ? { ...site, now: now.get(site) } : site));
  writeFileSync(values.labels, `${lines.join("\n")}\n`);
}
if (values.out)
  writeFileSync(values.out, JSON.stringify(judged.map(({ site, decision }) => ({ ...site, decision }))));
