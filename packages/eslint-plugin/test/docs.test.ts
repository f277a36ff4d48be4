/** The rules' pages tell the truth: what is under ✗ is reported, what is under ✓ is not, a fix does what it shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ruleNames } from "../src/analysis/index.ts";
import type { RuleName } from "../src/analysis/index.ts";
import { fixtureProject } from "./fixture-project.ts";
import { pageDeviations } from "./known-remedy-deviations.ts";
import { lint, remediesOf } from "./lint.ts";

const project = fixtureProject();
afterAll(() => {
  project.remove();
});

interface Block {
  readonly section: string;
  readonly language: string;
  readonly code: string;
  /** Text between the block before and this one. */
  readonly lead: string;
}

/** The fenced blocks of a page, each with the heading it stands under. */
function blocksOf(page: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = "";
  let from = 0;
  for (const match of page.matchAll(/^## (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const [whole, heading, language, code] = match;
    if (heading !== undefined) section = heading;
    else if (language !== undefined && code !== undefined) {
      blocks.push({ section, language, code, lead: page.slice(from, match.index).trim() });
    }
    from = match.index + whole.length;
  }
  return blocks;
}

const pageOf = (name: string) =>
  readFileSync(join(import.meta.dirname, "../docs/rules", `${name}.md`), "utf8");
const isCode = ({ language }: Block) => language === "ts" || language === "tsx";

/** What the preset says, and this rule where the preset leaves it out. */
function lintFor(name: RuleName, code: string) {
  return lint(code, { filename: project.path("src/page.ts"), rules: { [`floodgate/${name}`]: "error" } });
}

describe.for(ruleNames.map((name) => [name] as const))("%s", ([name]) => {
  const blocks = blocksOf(pageOf(name)).filter(isCode);
  const under = (section: string) =>
    blocks.filter((block) => block.section === section).map(({ code }) => [code] as const);

  test("has examples of both", () => {
    expect(under("✗ Wrong").length).toBeGreaterThan(0);
    expect(under("✓ Right").length).toBeGreaterThan(0);
  });

  test.for(under("✗ Wrong"))("✗ %s", ([code]) => {
    const reports = lintFor(name, code);
    const outcome = reports.map(({ ruleId }) => ruleId).join(" + ");
    const deviation = deviationOf(name, code);
    if (deviation) {
      expect(outcome, `This holds now: ${deviation.because}`).toBe(deviation.today);
      return;
    }
    expect(outcome).toBe(`floodgate/${name}`);
    expect(squiggled(code, reports)).toMatchSnapshot();
  });

  test.for(under("✓ Right"))("✓ %s", ([code]) => {
    expect(lintFor(name, code).map(({ message }) => message)).toEqual([]);
  });

  const remedied = blocks.filter(({ section }) => /^What the (?:fix|suggestion) changes$/.test(section));
  const [before, ...after] = remedied.map(({ code }) => code);
  test.for(after.map((code) => [code] as const))("a remedy leads to %s", ([expected]) => {
    const code = before ?? "";
    const outputs = lintFor(name, code).flatMap((message) =>
      remediesOf(code, message).map(({ output }) => output),
    );
    const deviation = deviationOf(name, "a remedy");
    if (deviation) expect(outputs, `This holds now: ${deviation.because}`).not.toContain(expected);
    else expect(outputs).toContain(expected);
  });
});

function deviationOf(name: RuleName, example: string) {
  return pageDeviations.find(({ rule, contains }) => rule === name && example.includes(contains));
}

/** The code with what is underlined, and what is said about it. */
function squiggled(code: string, reports: ReturnType<typeof lint>): string {
  return code
    .trimEnd()
    .split("\n")
    .flatMap((line, index) => [
      line,
      ...reports
        .filter((report) => report.line === index + 1)
        .map(({ column, endLine, endColumn, line: at, message }) => {
          const end = endLine === at ? (endColumn ?? column + 1) : line.length + 1;
          return `${" ".repeat(column - 1)}${"~".repeat(Math.max(1, end - column))} ${message}`;
        }),
    ])
    .join("\n");
}
