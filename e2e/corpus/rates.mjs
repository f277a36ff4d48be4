#!/usr/bin/env node
/**
 * How often the reports were right: counts `judged.jsonl`, and which of them a later run still reports.
 *
 *   node e2e/corpus/rates.mjs [results.json ...]     results: what `run.mjs --out` wrote
 */
import { readFileSync } from "node:fs";

const judged = readFileSync(new URL("judged.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
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
