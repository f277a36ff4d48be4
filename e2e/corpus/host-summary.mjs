/** What all runs of `hosts.mjs` come to: for the terminal, and as Markdown for `hosts.md`. */
import { compare, pairs } from "./host-compare.mjs";

/** So that a family of a thousand differences does not fill the page. */
const shownPlaces = 5;

/**
 * @param results - Of each checkout: `name`, `files` (how many), and `runs`, by host.
 * @param versions - Of what was run, by name, for the head.
 * @returns `markdown`, `text` (the same without the long tables), and `clean`: no crash, no time-out, no difference.
 */
export function summaryOf(results, versions) {
  const compared = pairs.map((pair) => comparedIn(pair, results));
  const troubles = troublesIn(results);
  const head = [
    ...whatWasRun(results, versions),
    ...hostTable(results),
    ...pairTable(compared),
    ...whatElseChanges(results),
    "",
  ];
  const details = [...differenceList(compared), ...troubleList(troubles)];
  return {
    text: [...head, ...details].join("\n"),
    markdown: [
      "# What the hosts found",
      "",
      "Written by `hosts.mjs`, which README.md describes.",
      "",
      ...head,
      ...details,
      ...ruleTables(results),
      ...repositoryTable(results, compared),
    ].join("\n"),
    clean: troubles.length === 0 && compared.every(({ differences }) => differences.length === 0),
  };
}

function comparedIn(pair, results) {
  const both = results.filter(({ runs }) => runs[pair.left] && runs[pair.right]);
  const outcomes = both.map(({ name, runs }) => {
    const { differences, equal, apart } = compare(runs[pair.left], runs[pair.right], pair);
    return { name, equal, apart, differences: differences.map((difference) => ({ name, ...difference })) };
  });
  const apart = new Map();
  for (const [why, count] of outcomes.flatMap((outcome) => Object.entries(outcome.apart))) {
    apart.set(why, (apart.get(why) ?? 0) + count);
  }
  return {
    pair,
    checkouts: both.length,
    equal: outcomes.reduce((sum, { equal }) => sum + equal, 0),
    differences: outcomes.flatMap(({ differences }) => differences),
    apart,
  };
}

function troublesIn(results) {
  return results.flatMap(({ name, runs }) =>
    Object.entries(runs).flatMap(([host, { crashes, timeOuts }]) => [
      ...crashes.map((trouble) => ({ name, host, kind: "crash", ...trouble })),
      ...timeOuts.map((trouble) => ({ name, host, kind: "time-out", ...trouble })),
    ]),
  );
}

function whatWasRun(results, versions) {
  const files = results.reduce((sum, result) => sum + result.files, 0);
  const commits = new Set(results.flatMap(({ runs }) => Object.values(runs).map(({ commit }) => commit)));
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${number(files)} files of ${results.length} repositories (their commits are in the last table), preset \`strict\`, Floodgate at ${[...commits].join(", ")}.`,
    `${names.join(", ")}.`,
    "",
  ];
}

function hostTable(results) {
  const rows = Object.entries(titles).map(([host, title]) => {
    const runs = results.flatMap(({ runs: ofResult }) => ofResult[host] ?? []);
    const sum = (of) => number(runs.reduce((total, run) => total + of(run), 0));
    return [
      title,
      number(runs.length),
      sum((run) => run.files),
      sum((run) => Object.keys(run.unread).length),
      /ts|types/.test(host) ? sum((run) => run.untypedCount ?? run.untyped.length) : "",
      sum((run) => run.findings.length),
      sum((run) => run.crashes.length),
      sum((run) => run.timeOuts.length),
    ];
  });
  return table(
    ["host", "repositories", "files", "not read", "no types", "findings", "crashes", "time-outs"],
    rows.filter(([, count]) => count !== "0"),
  );
}

const titles = {
  eslint: "ESLint, without types",
  "check-off": "`floodgate check --types off`",
  "check-alone": "the same, imported files unseen",
  oxlint: "oxlint",
  "eslint-types": "ESLint, with types",
  "check-ts6": "`floodgate check --types ts6`",
  "check-ts7": "`floodgate check --types ts7`",
};

function pairTable(compared) {
  const rows = compared.map(({ pair, checkouts, equal, differences, apart }) => [
    `${titles[pair.left]} and ${titles[pair.right]}`,
    number(checkouts),
    number(equal),
    number(differences.length),
    [...apart].map(([why, count]) => `${number(count)}: ${why}`).join("; "),
  ]);
  return table(["compared", "repositories", "equal findings", "different", "not compared"], rows);
}

/** That hosts agree about types, or without imported files, means something only where these matter. */
function whatElseChanges(results) {
  const types = results
    .filter(({ runs }) => runs.eslint && runs["eslint-types"])
    .map(({ runs: { eslint, "eslint-types": typed } }) => {
      // Of ESLint with types, only some files are asked for.
      const asked = new Set(typed.fileNames);
      const findings = eslint.findings.filter(({ file }) => asked.has(file));
      return compare({ ...eslint, findings, untyped: typed.untyped }, typed);
    });
  const imports = results
    .filter(({ runs }) => runs["check-alone"] && runs["check-off"])
    .map(({ runs }) => compare(runs["check-alone"], runs["check-off"]));
  return [
    ...changes("With types, where ESLint has them:", types),
    ...changes("With what files import (which no plugin can parse in oxlint):", imports),
  ];
}

function changes(what, outcomes) {
  if (outcomes.length === 0) return [];
  const equal = outcomes.reduce((sum, outcome) => sum + outcome.equal, 0);
  const differences = outcomes.flatMap((outcome) => outcome.differences);
  const reworded = differences.filter(({ family }) => family.startsWith("other words")).length / 2;
  const of = (only) => number(differences.filter((one) => one.only === only).length - reworded);
  return [
    `- ${what} findings left as they are: ${number(equal)}; withdrawn: ${of("left")}; added: ${of("right")}; in other words: ${number(reworded)}.`,
  ];
}

function differenceList(compared) {
  const lines = compared.flatMap(({ pair, differences }) =>
    [
      ...grouped(
        differences,
        (one) => `${one.only === "left" ? pair.left : pair.right} alone: ${one.family}`,
      ),
    ].flatMap(([family, all]) => [
      `- ${pair.left} and ${pair.right}, ${family}: ${all.length}`,
      ...all
        .slice(0, shownPlaces)
        .map((one) => `  - ${one.name}/${one.file}:${one.line}:${one.column} ${one.rule}`),
    ]),
  );
  return lines.length === 0 ? [] : ["## Differences", "", ...lines, ""];
}

function troubleList(troubles) {
  const lines = troubles.map(({ name, host, kind, file = "", message }) => {
    return `- ${kind}, ${host}, ${name}/${file}: ${message.split("\n")[0]}`;
  });
  return lines.length === 0 ? [] : ["## Crashes and time-outs", "", ...lines, ""];
}

function ruleTables(results) {
  const sites = results.flatMap(({ runs }) => runs.sites?.findings ?? []);
  const verdicts = ["report", "strict", "silent"].flatMap((verdict) => [
    [verdict, "certain"],
    [verdict, "likely"],
  ]);
  const bySite = [...grouped(sites, ({ rule }) => rule)]
    .sort()
    .map(([rule, ofRule]) => [
      `\`${rule}\``,
      ...verdicts.map(([verdict, certainty]) =>
        number(ofRule.filter((site) => site.verdict === verdict && site.certainty === certainty).length),
      ),
    ]);
  const hosts = Object.keys(titles);
  const findings = results.flatMap(({ runs }) =>
    hosts.flatMap((host) => (runs[host]?.findings ?? []).map(({ rule }) => ({ host, rule }))),
  );
  const byHost = [...grouped(findings, ({ rule }) => rule)]
    .sort()
    .map(([rule, ofRule]) => [
      `\`${rule}\``,
      ...hosts.map((host) => number(ofRule.filter((finding) => finding.host === host).length)),
    ]);
  return [
    "## Sites, without types",
    "",
    "Verdict and certainty of everything that was decided about. `likely`: a type could withdraw it.",
    "",
    ...table(["rule", ...verdicts.map((pair) => pair.join(", "))], bySite),
    "## Findings by rule",
    "",
    "With types only some of the files are checked.",
    "",
    ...table(["rule", ...hosts.map((host) => titles[host])], byHost),
  ];
}

function repositoryTable(results, compared) {
  const hosts = Object.keys(titles);
  const rows = results.map(({ name, commit, files, runs }) => [
    name.replace("__", "/"),
    commit?.slice(0, 10) ?? "unknown",
    number(files),
    ...hosts.map((host) => (runs[host] ? number(runs[host].findings.length) : "not run")),
    number(compared.flatMap(({ differences }) => differences).filter((one) => one.name === name).length),
  ]);
  return [
    "## By repository",
    "",
    ...table(["repository", "commit", "files", ...hosts.map((host) => titles[host]), "differences"], rows),
  ];
}

function grouped(values, keyOf) {
  const groups = new Map();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

function table(headings, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [
    line(headings),
    line(headings.map((_heading, column) => (column === 0 ? "---" : "--:"))),
    ...rows.map(line),
    "",
  ];
}

const number = (value) => value.toLocaleString("en-US");
