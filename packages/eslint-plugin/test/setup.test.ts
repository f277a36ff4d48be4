/** Every rule has its file, its test, its page and its place in the list; and nothing else is there. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defaultPolicy, ruleNames } from "../src/analysis/index.ts";
import { policyProperties } from "../src/eslint/policy-schema.ts";
import { rules } from "../src/rules/index.ts";
import { analyseText } from "./analyse-text.ts";
import { catalogue } from "./catalogue/catalogue.ts";

const target = { runtime: { specifier: "@floodgate/runtime", style: "import" } } as const;
const home = join(import.meta.dirname, "..");
const readme = readFileSync(join(home, "README.md"), "utf8");
const namesIn = (folder: string, ending: string) =>
  readdirSync(join(home, folder))
    .filter((file) => file.endsWith(ending) && !file.startsWith("index."))
    .map((file) => file.slice(0, -ending.length));

describe.for(ruleNames.map((name) => [name] as const))("%s", ([name]) => {
  test("is in the list, under its own name", () => {
    expect(rules[name].name).toBe(name);
  });

  test("has a test beside it", () => {
    expect(existsSync(join(home, "src/rules", `${name}.test.ts`))).toBe(true);
  });

  test("has a page with every section, and its address in `meta.docs.url`", () => {
    const page = readFileSync(join(home, "docs/rules", `${name}.md`), "utf8");
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(
      expect.arrayContaining(["Why", "✗ Wrong", "✓ Right", "Options", "Limitations", "When not to use it"]),
    );
    expect(rules[name].meta.docs.url).toMatch(new RegExp(`/docs/rules/${name}\\.md$`));
  });

  test("says on its page and in the README what its `meta` says; `npm run docs` writes it", () => {
    const { docs, fixable, hasSuggestions = false } = rules[name].meta;
    const header = readFileSync(join(home, "docs/rules", `${name}.md`), "utf8").split("<!-- end")[0] ?? "";
    expect(header).toContain(`📝 ${docs.description.charAt(0).toUpperCase()}${docs.description.slice(1)}.`);
    expect(header.includes("🔧")).toBe(fixable === "code");
    expect(header.includes("💡")).toBe(hasSuggestions);
    const row = new RegExp(`^\\| \\[${name}\\]\\(docs/rules/${name}\\.md\\) +\\|(.+)\\|$`, "m").exec(
      readme,
    )?.[1];
    const marks = (severity: string) =>
      `${docs.recommended === severity ? "✅" : ""}${docs.strict === severity ? "🔒" : ""}`;
    expect(row?.split("|").map((cell) => cell.replaceAll(" ", ""))).toEqual([
      docs.description.replaceAll(" ", ""),
      marks("error"),
      marks("warn"),
      fixable === "code" ? "🔧" : "",
      hasSuggestions ? "💡" : "",
    ]);
  });

  test("takes every setting as an option, and nothing else", () => {
    expect(rules[name].meta.schema).toEqual([
      { type: "object", properties: policyProperties, additionalProperties: false },
    ]);
  });
});

test("a rule that never suggests announces none, and no remedy is lost for want of an announcement", () => {
  const suggesting = new Set(
    catalogue.flatMap(({ code, jsx = false }) => {
      const analysis = analyseText(code, { jsx, policy: { strictness: "strict" } });
      const found = analysis.findings.filter(
        (finding) => analysis.remedies(finding, target).suggestions.length > 0,
      );
      return found.map(({ site }) => site.rule);
    }),
  );
  const announced = ruleNames.filter((name) => rules[name].meta.hasSuggestions);
  expect([...suggesting].sort()).toEqual([...announced].sort());
});

test("no file is without its rule", () => {
  const expected = [...ruleNames].sort();
  expect(namesIn("src/rules", ".test.ts").sort()).toEqual(expected);
  expect(
    namesIn("src/rules", ".ts")
      .filter((name) => !name.endsWith(".test"))
      .sort(),
  ).toEqual(expected);
  expect(namesIn("docs/rules", ".md").sort()).toEqual(expected);
});

test("the schema has every setting of the policy", () => {
  expect(Object.keys(policyProperties).sort()).toEqual(Object.keys(defaultPolicy).sort());
});

test("the README names every setting with its default", () => {
  for (const [name, value] of Object.entries(defaultPolicy)) {
    const row = new RegExp(`^\\| \`${name}\` +\\| \`(.*?)\` +\\|`, "m").exec(readme);
    expect([name, row?.[1]]).toEqual([name, JSON.stringify(value)]);
  }
});
