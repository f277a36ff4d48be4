/** The rules' pages tell the truth: what is under ✗ is reported, what is under ✓ is not, a fix does what it shows. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { format } from "prettier";
import { ruleNames } from "../src/analysis/index.ts";
import type { RuleName } from "../src/analysis/index.ts";
import { rules } from "../src/rules/index.ts";
import { fixtureProject } from "./fixture-project.ts";
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

/** What the preset says that has the rule. */
function lintFor(name: RuleName, code: string) {
  const preset = rules[name].meta.docs.recommended === "off" ? "strict" : "recommended";
  return lint(code, { filename: project.path("src/page.ts"), preset });
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
    expect(outcome).toBe(`floodgate/${name}`);
    expect(squiggled(code, reports)).toMatchSnapshot();
  });

  test.for(under("✓ Right"))("✓ %s", ([code]) => {
    expect(lintFor(name, code).map(({ message }) => message)).toEqual([]);
  });

  const remedied = blocks.filter(({ section }) => /^What the (?:fix|suggestion) changes$/.test(section));
  const [before, ...after] = remedied.map(({ code }) => code);
  test.for(after.map((code) => [code] as const))("a remedy leads to %s", async ([expected]) => {
    const code = before ?? "";
    const remedies = lintFor(name, code).flatMap((message) => remediesOf(code, message));
    // Remedies leave the layout to the reader's formatter; the pages show the result.
    const outputs = remedies.map(({ output }) => format(output, { parser: "typescript", printWidth: 110 }));
    expect(await Promise.all(outputs)).toContain(expected);
  });
});

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
