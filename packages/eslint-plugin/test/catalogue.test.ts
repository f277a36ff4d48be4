/** Every verdict of the catalogue, through ESLint's Linter and the real plugin: with types and without, per preset. */
import { afterAll, describe, expect, test } from "vitest";
import { catalogue } from "./catalogue/catalogue.ts";
import type { CatalogueEntry } from "./catalogue/catalogue.ts";
import { fileOf, programOf, textOf } from "./catalogue-program.ts";
import { fixtureProject } from "./fixture-project.ts";
import { knownDeviations } from "./known-deviations.ts";
import { lint } from "./lint.ts";

const project = fixtureProject();
afterAll(() => {
  project.remove();
});

const typedTexts = new Map(catalogue.map((entry) => [fileOf(entry, project.root), textOf(entry, "typed")]));
const program = programOf(typedTexts, project.root);

describe.for([
  ["typed", "recommended"],
  ["typed", "strict"],
  ["untyped", "recommended"],
  ["untyped", "strict"],
] as const)("%s, %s", ([types, preset]) => {
  const cases = catalogue.map((entry) => [entry.id, expectedOf(entry, types, preset), entry] as const);

  test.for(cases)("%s: %s", ([id, expected, entry]) => {
    const today = lint(textOf(entry, types), {
      filename: fileOf(entry, project.root),
      preset,
      ...(types === "typed" && { languageOptions: { parserOptions: { programs: [program] } } }),
    }).map(({ ruleId }) => ruleId?.replace("floodgate/", ""));
    const outcome = today.length === 0 ? "silent" : today.join(" + ");
    const deviation = knownDeviations[`${id} ${types} ${preset}`];
    if (deviation)
      expect(outcome, `${id} is no known deviation any more: ${deviation.because}`).toBe(deviation.today);
    else if (expected !== "any") expect(outcome).toBe(expected);
  });
});

test("every known deviation names a case, and differs from its verdict", () => {
  for (const [name, { today, because }] of Object.entries(knownDeviations)) {
    const [id, types, preset] = name.split(" ") as [string, "typed" | "untyped", "recommended" | "strict"];
    const entry = catalogue.find((candidate) => candidate.id === id);
    expect(entry && expectedOf(entry, types, preset), name).not.toBe(today);
    expect(because, name).not.toBe("");
  }
});

function expectedOf(
  entry: CatalogueEntry,
  types: "typed" | "untyped",
  preset: "recommended" | "strict",
): string {
  const expectation = entry[types][preset];
  if (expectation !== "report") return expectation;
  return Array.from({ length: entry.reports ?? 1 }, () => entry.rule).join(" + ");
}
