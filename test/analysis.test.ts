/** Invariants 4 and 5, on real code: the sources of this workspace and of some libraries it uses. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseForESLint } from "@typescript-eslint/parser";
import { analyse, defaultPolicy, mayHaveSites, syntacticFacts } from "eslint-plugin-floodgate/analysis";
import type { Analysis, AnalysisInput, Policy } from "eslint-plugin-floodgate/analysis";
import { describe, expect, test } from "vitest";
import { root } from "./imports.ts";

const strict: Policy = { ...defaultPolicy, strictness: "strict", autofix: true };
const runtime = { specifier: "@floodgate/runtime", style: "import" } as const;
const folders = [
  "packages",
  "examples",
  "tools",
  "node_modules/async/internal",
  "node_modules/bottleneck/lib",
  "node_modules/p-limit",
  "node_modules/p-map",
  "node_modules/p-queue",
  "node_modules/publint/src",
  "node_modules/vscode-languageserver/lib",
];

describe.each(folders)("%s", (folder) => {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.[cm]?[jt]s$/u.test(file) && !/(?:^|[\\/])(?:node_modules|dist|fixtures)[\\/]/u.test(file),
  );

  test("analyse() throws on nothing that parses, and its decisions are plain data", () => {
    for (const file of files) {
      const text = readFileSync(join(root, folder, file), "utf8");
      const analysis = analysisOf(text);
      if (analysis === undefined) continue;
      const { decisions, findings } = analysis;
      expect(JSON.parse(JSON.stringify({ decisions, findings })), file).toStrictEqual({
        decisions,
        findings,
      });
      if (decisions.length > 0) expect(mayHaveSites(text, strict), file).toBe(true);
      for (const finding of findings) {
        const { fix, suggestions } = analysis.remedies(finding, { runtime });
        for (const { edits } of [...(fix ? [fix] : []), ...suggestions]) {
          // Sorted, apart from each other, and inside the file.
          let position = 0;
          for (const { start, end } of edits) {
            expect(start, file).toBeGreaterThanOrEqual(position);
            position = end;
          }
          expect(position, file).toBeLessThanOrEqual(text.length);
        }
      }
    }
  });
});

function analysisOf(text: string): Analysis | undefined {
  let parsed;
  try {
    parsed = parseForESLint(text, { range: true, comment: true, jsx: false, sourceType: "module" });
  } catch {
    return undefined;
  }
  const { ast, scopeManager, visitorKeys } = parsed;
  const input: AnalysisInput = {
    ast,
    text,
    comments: ast.comments,
    scopes: scopeManager,
    visitorKeys,
    facts: syntacticFacts,
    policy: strict,
  };
  return analyse(input);
}
