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
    * Verdict: reported, because nothing limits how many (no-unbounded-promise-all, certain).

    Choosing a limit: for work on the processor, the number of cores. For the network, files and databases start low, with 10, and watch latency and 429 answers as you raise it; a connection pool's size is a natural ceiling.

    [floodgate/no-unbounded-promise-all](https://github.com/floodgate-js/floodgate/blob/main/packages/eslint-plugin/docs/rules/no-unbounded-promise-all.md)"
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
  expect(value).toContain("not reported, because a limiter holds it");
  expect(value).not.toContain("Choosing a limit");
});

test("there is no hover inside the callback", () => {
  expect(hoverOf([finding], document, text.indexOf("load"), { markdownHover: true })).toBeUndefined();
});

test("a client that shows plain text gets no markup", () => {
  expect(valueOf([finding], at, false)).not.toMatch(/[`[]/);
});
