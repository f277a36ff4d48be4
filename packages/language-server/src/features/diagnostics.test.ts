import { TextDocument } from "vscode-languageserver-textdocument";
import { expect, test } from "vitest";
import { ruleNames } from "eslint-plugin-floodgate/analysis";
import { findingIn } from "../../test/findings.ts";
import { diagnosticsOf } from "./diagnostics.ts";

const text = "export const all = (ids: string[]) =>\n  Promise.all(ids.map((id) => load(id)));\n";
const document = TextDocument.create("file:///a.ts", "typescript", 1, text);
const able = { relatedInformation: true, codeDescription: true };

test("the squiggle is under the combinator's callee, not under the callback", () => {
  const [diagnostic] = diagnosticsOf([{ finding: findingIn(text), severity: "error" }], document, able);
  expect(diagnostic?.range).toEqual({ start: { line: 1, character: 2 }, end: { line: 1, character: 13 } });
});

test("a diagnostic carries ESLint's id of the rule, its page, and where the size comes from", () => {
  expect(diagnosticsOf([{ finding: findingIn(text), severity: "error" }], document, able)).toEqual([
    {
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 13 } },
      severity: 1,
      source: "floodgate",
      code: "floodgate/no-unbounded-promise-all",
      codeDescription: {
        href: expect.stringMatching(/\/docs\/rules\/no-unbounded-promise-all\.md$/) as string,
      },
      message: "`Promise.all` starts one `load` per element of `ids`, all at once.",
      relatedInformation: [
        {
          location: {
            uri: "file:///a.ts",
            range: { start: { line: 0, character: 20 }, end: { line: 0, character: 23 } },
          },
          message: "`ids` is a parameter",
        },
      ],
      data: { id: "no-unbounded-promise-all:40" },
    },
  ]);
});

test("a client is sent nothing it did not announce", () => {
  const [diagnostic] = diagnosticsOf([{ finding: findingIn(text), severity: "error" }], document, {
    relatedInformation: false,
    codeDescription: false,
  });
  expect(diagnostic).not.toHaveProperty("relatedInformation");
  expect(diagnostic).not.toHaveProperty("codeDescription");
});

test.for(ruleNames.map((rule) => [rule] as const))("%s has a severity and a page", ([rule]) => {
  const finding = findingIn(text);
  const [diagnostic] = diagnosticsOf(
    [{ finding: { ...finding, site: { ...finding.site, rule } }, severity: "warn" }],
    document,
    able,
  );
  expect(diagnostic?.severity).toBe(2);
  expect(diagnostic?.codeDescription?.href).toContain(rule);
});
