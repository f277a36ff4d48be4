import { TextDocument } from "vscode-languageserver-textdocument";
import { expect, test } from "vitest";
import { findingIn } from "../../test/findings.ts";
import { hoverOf } from "./hover.ts";

const text = "async function all(ids) {\n  return Promise.all(ids.map(load));\n}\n";
const document = TextDocument.create("file:///a.js", "javascript", 1, text);
const finding = findingIn(text);
const at = text.indexOf("Promise.all") + 3;

function valueOf(decisions: Parameters<typeof hoverOf>[0], offset = at, markdownHover = true): string {
  const contents = hoverOf(decisions, document, offset, { markdownHover })?.contents;
  return typeof contents === "object" && "value" in contents ? contents.value : "";
}

test("hover on a site says how many, what limits it, what each does, and how to choose a limit", () => {
  expect(valueOf([finding])).toMatchInlineSnapshot(`
    "\`Promise.all\` starts one \`load\` per element of \`ids\`, all at once.

    * \`Promise.all\`: each element starts \`load\`.
    * How many: as many as \`ids\` gives: is a parameter.
    * What limits it: nothing.
    * Underlined, because nothing limits how many.

    Choosing a limit: for work on the processor, the number of cores. For network, files and databases start with 10, and watch latency and 429 answers as you raise it.

    [floodgate/no-unbounded-promise-all](https://unpkg.com/eslint-plugin-floodgate/docs/rules/no-unbounded-promise-all.md)"
  `);
});

test("hover on a site that is fine says why it is", () => {
  const { site, bound, effect, certainty } = finding;
  const value = valueOf([
    {
      site,
      bound,
      effect,
      certainty,
      gate: { kind: "limiter", name: "limit", span: site.span, capacity: 5 },
      verdict: { kind: "silent", because: "a limiter holds it" },
    },
  ]);
  expect(value).toContain("What limits it: `limit`, at most 5 at once");
  expect(value).toContain("Not underlined, because a limiter holds it");
  expect(value).not.toContain("Choosing a limit");
});

test("hover tells what is seen from what is guessed, in plain words", () => {
  expect(valueOf([finding])).toContain("Underlined, because nothing limits how many.");
  const likely = { ...finding, certainty: "likely" as const };
  expect(valueOf([likely])).toContain("because nothing limits how many, as far as can be seen here.");
});

test("hover on a site that is not underlined yet, or not any more, says so", () => {
  const { site, bound, gate, effect, certainty, verdict } = finding;
  const decision = { site, bound, gate, effect, certainty };
  expect(valueOf([{ ...decision, verdict }])).toContain(
    "Not underlined, although nothing limits how many: a comment or the configuration says so",
  );
  expect(valueOf([{ ...decision, verdict: { kind: "strict", because: "it is worth a look" } }])).toContain(
    "`strict` only, because it is worth a look.",
  );
});

test("there is no hover inside the callback", () => {
  expect(hoverOf([finding], document, text.indexOf("load"), { markdownHover: true })).toBeUndefined();
});

test("a client that shows plain text gets no markup", () => {
  expect(valueOf([finding], at, false)).not.toMatch(/[`[]/);
});
