import { TextDocument } from "vscode-languageserver-textdocument";
import { expect, test } from "vitest";
import { findingIn } from "../../test/findings.ts";
import { inlayHintsOf } from "./inlay-hints.ts";

const text = "async function all(ids) {\n  return Promise.all(ids.map(load));\n}\n";
const document = TextDocument.create("file:///a.js", "javascript", 1, text);
const whole = { start: 0, end: text.length };
const site = findingIn(text);
const gate = { kind: "limiter", name: "limit", span: site.site.span, capacity: 10 } as const;

test.for([
  [site, "unbounded"],
  [{ ...site, gate }, "≤ 10 in flight"],
  [{ ...site, bound: { kind: "at-most", count: 20, by: "window" } as const }, "≤ 20 in flight"],
] as const)("at the end of the line stands what may be in flight (%#)", ([decision, label]) => {
  expect(inlayHintsOf([decision], document, whole, false)).toEqual([
    { position: { line: 1, character: 36 }, label, paddingLeft: true },
  ]);
});

test("it is the line of the name, however long the call is", () => {
  const long = "async function all(ids) {\r\n  await Promise.all(  \r\n    ids.map(load),\r\n  );\r\n}\r\n";
  const hints = inlayHintsOf(
    [findingIn(long)],
    TextDocument.create("file:///a.js", "javascript", 1, long),
    { start: 0, end: long.length },
    false,
  );
  expect(hints).toMatchObject([{ position: { line: 1, character: 20 }, label: "unbounded" }]);
});

test("two on one line say which is which", () => {
  const other = { ...site, gate, site: { ...site.site, operation: "Promise.allSettled" } };
  expect(inlayHintsOf([site, other], document, whole, false).map(({ label }) => label)).toEqual([
    "Promise.all: unbounded",
    "Promise.allSettled: ≤ 10 in flight",
  ]);
});

test("nothing stands where nothing starts", () => {
  expect(inlayHintsOf([{ ...site, effect: { kind: "none", why: "sync" } }], document, whole, true)).toEqual(
    [],
  );
});

test("only what is on screen is answered", () => {
  expect(inlayHintsOf([site], document, { start: 0, end: 10 }, true)).toEqual([]);
});
