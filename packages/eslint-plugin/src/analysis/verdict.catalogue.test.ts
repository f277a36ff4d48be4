/** Every verdict of the catalogue without types, as the analysis alone gives it: what is wrong here is not ESLint's. */
import { describe, expect, test } from "vitest";
import { findingsIn } from "../../test/analyse-text.ts";
import { catalogue } from "../../test/catalogue/catalogue.ts";
import type { CatalogueEntry } from "../../test/catalogue/catalogue.ts";

/** A comment that turns a rule off is ESLint's to read. */
const judged = catalogue.filter(({ code }) => !code.startsWith("// eslint-disable"));

describe.for(["recommended", "strict"] as const)("%s", (strictness) => {
  const cases = judged
    .filter(({ untyped }) => untyped[strictness] !== "any")
    .map((entry) => [entry.id, expectedOf(entry, strictness), entry] as const);

  test.for(cases)("%s: %s", ([, expected, { code, jsx }]) => {
    const findings = findingsIn(code, { policy: { strictness }, jsx: jsx === true });
    expect(findings.map(({ site }) => site.rule).join(" + ") || "silent").toBe(expected);
  });
});

function expectedOf(
  { untyped, rule, reports = 1 }: CatalogueEntry,
  strictness: "recommended" | "strict",
): string {
  return untyped[strictness] === "report"
    ? Array.from({ length: reports }, () => rule).join(" + ")
    : "silent";
}
