#!/usr/bin/env node
/**
 * How often the reports were right: counts `judged.jsonl`, and which of them a later run still reports;
 * then the call sites of `sites.jsonl`, reported or not, as they were first linted and as they were last.
 *
 *   node e2e/corpus/rates.mjs [results.json ...]     results: what `run.mjs --out` wrote
 */
import { readFileSync } from "node:fs";

const rows = (name) =>
  readFileSync(new URL(name, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
const judged = rows("judged.jsonl");
const results = process.argv.slice(2).flatMap((path) => JSON.parse(readFileSync(path, "utf8")));
const reported = new Set(
  results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line }) => `${filePath.replaceAll("\\", "/")}:${line} ${ruleId}`),
  ),
);
const isStillReported = ({ repository, path, line, rule }) => {
  const folder = `/${repository.replace("/", "__")}/${path}:${line} floodgate/${rule}`;
  return [...reported].some((place) => place.endsWith(folder));
};

for (const sample of [...new Set(judged.map((one) => one.sample))]) {
  const ofSample = judged.filter((one) => one.sample === sample);
  const repositories = new Set(ofSample.map(({ repository }) => repository)).size;
  console.log(`Sample ${sample}: ${ofSample.length} reports of ${repositories} repositories`);
  for (const verdict of ["right", "arguable", "false"]) {
    const these = ofSample.filter((one) => one.verdict === verdict);
    const now =
      results.length === 0 ? "" : `, ${these.filter(isStillReported).length} of them reported by this run`;
    console.log(`  ${verdict.padEnd(8)} ${String(these.length).padStart(3)}${now}`);
  }
}

const sites = rows("sites.jsonl");
const percent = (part, whole) => `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
for (const sample of [...new Set(sites.map((site) => site.sample))]) {
  const ofSample = sites.filter((site) => site.sample === sample);
  const repositories = new Set(ofSample.map(({ repository }) => repository)).size;
  console.log(`Call sites, sample ${sample}: ${ofSample.length} of ${repositories} repositories`);
  for (const when of ["first", "now"]) {
    const all = (verdict) => ofSample.filter((site) => site.verdict === verdict).length;
    const found = (verdict) => ofSample.filter((site) => site.verdict === verdict && site[when]).length;
    const [right, wrong] = [found("right"), found("false")];
    console.log(`  ${when}: found ${percent(right, all("right"))} of those that want a limit;`);
    console.log(
      `    right ${percent(right, right + wrong)} of the decided reports; arguable reported ${percent(found("arguable"), all("arguable"))}`,
    );
  }
}
