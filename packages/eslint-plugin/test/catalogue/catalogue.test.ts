/** The catalogue as data: complete, well-formed, and made of programs that parse and type-check. */
import { parseForESLint } from "@typescript-eslint/parser";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { fileOf, programOf, textOf } from "../catalogue-program.ts";
import { catalogue, type CatalogueEntry } from "./catalogue.ts";

/** What the compiler says of snippets that cannot type-check, and why not. */
const typeErrors: Readonly<Record<string, number>> = {
  C007: 2532, // `this` at the top of a module
  C080: 2532, // the same
  C128: 2307, // imports a module of its own project
  C200: 2345, // a promise where a function belongs: the very mistake it shows
};

describe("the catalogue", () => {
  it("has 228 entries, C001 to C228 in order", () => {
    expect(catalogue.map((entry) => entry.id)).toEqual(
      Array.from({ length: 228 }, (_, index) => `C${String(index + 1).padStart(3, "0")}`),
    );
  });

  it("has eleven sections, A to K in order", () => {
    const sections = catalogue.map((entry) => entry.section);
    expect([...new Set(sections)].join("")).toBe("ABCDEFGHIJK");
    expect([...sections].sort()).toEqual(sections);
  });

  it("gives equal snippets equal verdicts", () => {
    const verdicts = new Map<string, string>();
    for (const { id, code, rule, typed, untyped } of catalogue) {
      const verdict = JSON.stringify([rule, typed, untyped]);
      expect(verdict, id).toBe(verdicts.get(code) ?? verdict);
      verdicts.set(code, verdict);
    }
  });

  it("differs between typed and untyped only where types decide", () => {
    const differing = catalogue.filter(
      (entry) => JSON.stringify(entry.typed) !== JSON.stringify(entry.untyped),
    );
    expect(differing.filter((entry) => entry.needs !== "types").map((entry) => entry.id)).toEqual([]);
  });

  it("never reports less in strict than in recommended", () => {
    const weaker = catalogue.filter((entry) =>
      [entry.typed, entry.untyped].some(
        (verdict) => verdict.recommended === "report" && verdict.strict !== "report",
      ),
    );
    expect(weaker.map((entry) => entry.id)).toEqual([]);
  });

  it("names a rule wherever something is reported, and says why everywhere", () => {
    for (const entry of catalogue) {
      if (isReported(entry)) expect(entry.rule, entry.id).not.toBeNull();
      expect(entry.note, entry.id).not.toBe("");
    }
  });

  it("counts the reports of reported entries only, from two up", () => {
    for (const entry of catalogue) {
      if (entry.reports === undefined) continue;
      expect(isReported(entry), entry.id).toBe(true);
      expect(entry.reports, entry.id).toBeGreaterThanOrEqual(2);
    }
  });

  it("spells out the imports that a bare snippet takes for granted", () => {
    for (const { id, code, withoutImports } of catalogue) {
      if (withoutImports === undefined) continue;
      expect(code.endsWith(`\n${withoutImports}`), id).toBe(true);
      for (const line of code.slice(0, -withoutImports.length).trim().split("\n")) {
        expect(line, id).toMatch(/^import .* from '[^']+';$/);
      }
    }
  });
});

describe("each snippet parses", () => {
  it.for(catalogue.map((entry) => [entry.id, entry] as const))("%s", ([, entry]) => {
    const ecmaFeatures = { jsx: entry.jsx === true };
    for (const code of [entry.code, entry.withoutImports, textOf(entry, "typed")]) {
      if (code === undefined) continue;
      const { ast } = parseForESLint(code, { sourceType: "module", range: true, ecmaFeatures });
      expect(ast.body.length).toBeGreaterThan(0);
      expect(ast.body.filter((statement) => statement.type === "ReturnStatement")).toEqual([]);
    }
  });
});

it("each snippet type-checks with the ambient declarations", () => {
  const expected = Object.entries(typeErrors).map(([id, code]) => `${id} TS${String(code)}`);
  expect(diagnose().map((message) => message.slice(0, "C000 TS0000".length))).toEqual(expected);
});

function isReported(entry: CatalogueEntry): boolean {
  return [entry.typed, entry.untyped].some(
    (verdict) => verdict.recommended === "report" || verdict.strict === "report",
  );
}

/** What the compiler says of all snippets in one program, in their order. */
function diagnose(): string[] {
  // In a folder that is not there, so that no installed package stands in for a stub.
  const modules = new Map(catalogue.map((entry) => [fileOf(entry, "/"), textOf(entry, "typed")]));
  return ts.getPreEmitDiagnostics(programOf(modules, "/")).map(({ file, code, messageText }) => {
    const id = /\w+(?=\.(?:d\.)?tsx?$)/.exec(file?.fileName ?? "")?.[0] ?? "";
    return `${id} TS${String(code)} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}
