/** What every fix and suggestion keeps: the file parses and type-checks, the report is gone, no comment is lost. */
import { parse } from "@typescript-eslint/parser";
import ts from "typescript";
import { afterAll, describe, expect, test } from "vitest";
import { catalogue } from "./catalogue/catalogue.ts";
import { fileOf, programOf, textOf } from "./catalogue-program.ts";
import { fixtureProject } from "./fixture-project.ts";
import { fix, lint, remediesOf } from "./lint.ts";

const project = fixtureProject(["@floodgate/runtime", "p-limit", "p-map"]);
afterAll(() => {
  project.remove();
});

interface Case {
  readonly id: string;
  readonly filename: string;
  readonly text: string;
  readonly reports: ReturnType<typeof lint>;
}

/** Every reported snippet, typed declarations included, so that the outputs can be type-checked. */
const cases: readonly Case[] = catalogue.flatMap((entry) => {
  const text = textOf(entry, "typed");
  const filename = fileOf(entry, project.root);
  const reports = lint(text, { filename, preset: "strict", settings: { autofix: true } });
  return reports.length === 0 ? [] : [{ id: entry.id, filename, text, reports }];
});

const remedies = cases.flatMap(({ id, text, filename, reports }) =>
  reports.flatMap((report, index) =>
    remediesOf(text, report).map(({ title, output }) => ({
      name: reports.length > 1 ? `${id}, report ${String(index + 1)}` : id,
      title,
      text,
      filename,
      output,
      rule: report.ruleId,
    })),
  ),
);

describe.for(remedies)("$name: $title", ({ text, filename, output, rule }) => {
  test("parses, and is reported no more", () => {
    // Parsing is part of counting. What is bounded now may be wasteful still, which is another rule's to say.
    const after = countOf(rule, output, filename);
    expect(after).toBeLessThan(countOf(rule, text, filename));
  });

  test("keeps every comment", () => {
    expect(commentsOf(output)).toEqual(commentsOf(text));
  });

  test("changes something", () => {
    expect(output).not.toBe(text);
  });
});

describe("eslint --fix", () => {
  test.for(cases.map(({ id, ...rest }) => [id, rest] as const))(
    "%s: a second run changes nothing",
    ([, { text, filename }]) => {
      const options = { filename, preset: "strict", settings: { autofix: true } } as const;
      const once = fix(text, options);
      expect(fix(once, options)).toBe(once);
      expect(commentsOf(once)).toEqual(commentsOf(text));
    },
  );

  test("mends thirty sites of one file in one run, with one import", () => {
    const sites = Array.from(
      { length: 30 },
      (_, n) => `await Promise.all(list${String(n)}.map(async (x) => load(x)));\n`,
    );
    const text = `export {};\n${sites.join("")}`;
    const output = fix(text, { filename: project.path("src/thirty.ts"), settings: { autofix: true } });
    expect(output.match(/limited\(10, /g)).toHaveLength(30);
    expect(output.match(/^import /gm)).toHaveLength(1);
  });

  test("changes nothing unless it is turned on", () => {
    const text = "export const load = (ids) => Promise.all(ids.map(async (id) => fetch(id)));\n";
    expect(fix(text, { filename: project.path("src/off.ts") })).toBe(text);
  });
});

test("no remedy adds a type error", () => {
  expect(addedTypeErrors(remedies)).toEqual([]);
});

function countOf(rule: string | null, text: string, filename: string): number {
  return lint(text, { filename, preset: "strict" }).filter(({ ruleId }) => ruleId === rule).length;
}

function commentsOf(text: string): readonly string[] {
  const { comments } = parse(text, { comment: true, range: true, ecmaFeatures: { jsx: true } });
  return comments.map(({ value }) => value).sort();
}

/** What the compiler says after a remedy and did not say before. */
function addedTypeErrors(some: typeof remedies): readonly string[] {
  const numbered = (index: number, filename: string) => filename.replace(/\.(tsx?)$/, `-${String(index)}.$1`);
  const files = new Map<string, string>();
  for (const [index, { filename, text, output }] of some.entries()) {
    files.set(filename, text).set(numbered(index, filename), output);
  }
  const program = programOf(files, project.root, "real");
  const errorsIn = (filename: string) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(filename))
      .map(
        ({ code, messageText }) => `TS${String(code)} ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
      );
  return some.flatMap(({ name, title, filename, output }, index) => {
    const known = errorsIn(filename);
    return errorsIn(numbered(index, filename))
      .filter((error) => !known.includes(error))
      .map((error) => `${name} (${title}): ${error}\n${output}`);
  });
}
