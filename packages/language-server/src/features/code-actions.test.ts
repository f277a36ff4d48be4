import { TextDocument } from "vscode-languageserver-textdocument";
import { describe, expect, test } from "vitest";
import type { CodeAction } from "vscode-languageserver";
import type { Remedy, RemedyKind } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "../client-support.ts";
import { findingIn, remediesFor, support } from "../../test/findings.ts";
import { diagnosticsOf } from "./diagnostics.ts";
import { quickFixesOf, resolveAction, type ActionContext } from "./code-actions.ts";

const text = "async function all(ids) {\n  return Promise.all(ids.map(load));\n}\n";
const finding = findingIn(text);
const everywhere = { start: 0, end: text.length };

function contextOf(changes: Partial<ClientSupport> = {}, code = true): ActionContext {
  return {
    document: TextDocument.create("file:///a.js", "javascript", 7, text),
    findings: [finding],
    remedies: () => remediesFor(text, "Promise.all(ids.map(load))", "mapLimit(ids, 10, load)"),
    isCodeAt: () => code,
    support: support(changes),
  };
}

test("the best remedy comes first and is preferred; the comment that disables comes last and is not", () => {
  const actions = quickFixesOf(contextOf(), everywhere, []);
  expect(actions.map(({ title, isPreferred }) => [title, isPreferred])).toEqual([
    ["Limit to 10 at once with `mapLimit`", true],
    ["Disable floodgate/no-unbounded-promise-all for this line, with a reason", undefined],
  ]);
});

describe("a menu of at most five", () => {
  const remedy = (kind: RemedyKind): Remedy => ({ kind, title: kind, edits: [], imports: "it" });
  const vendored = {
    path: "src/floodgate.ts",
    create: { uri: "file:///src/floodgate.ts", text: "" },
    remedies: () => ({ suggestions: (["map-limit", "limited", "bounded"] as const).map(remedy) }),
  };
  const addDependency = { document: contextOf().document, edits: [] };
  const menu = (kinds: readonly RemedyKind[], more: Partial<ActionContext> = {}) =>
    quickFixesOf(
      { ...contextOf(), remedies: () => ({ suggestions: kinds.map(remedy) }), ...more },
      everywhere,
      [],
    ).map(({ title }) => title.replace(/ \(adds .*/, " as a file").replace(/^(Disable|Add) .*/, "$1"));
  const table: readonly [string, readonly RemedyKind[], Partial<ActionContext>, readonly string[]][] = [
    ["the runtime is there", ["map-limit", "limited", "bounded"], {}, ["map-limit", "limited", "bounded"]],
    [
      "other limiters are there too",
      ["map-limit", "limited", "p-map", "p-limit", "bounded"],
      {},
      ["map-limit", "limited", "p-map", "bounded"],
    ],
    [
      "nothing is there: what works at once, and not the same again with something to install",
      ["map-limit", "limited", "bounded"],
      { vendored, addDependency },
      ["map-limit as a file", "limited as a file", "bounded as a file"],
    ],
    [
      "another limiter is there: it comes before a new file",
      ["p-map", "p-limit", "map-limit", "limited", "bounded"],
      { vendored, addDependency },
      ["p-map", "p-limit", "bounded as a file"],
    ],
    [
      "no file can be created",
      ["map-limit", "limited", "bounded"],
      { vendored, addDependency, support: support({ createFile: false }) },
      ["map-limit", "limited", "bounded"],
    ],
  ];
  test.for(table)("%s", ([, kinds, more, expected]) => {
    expect(menu(kinds, more)).toEqual([...expected, "Disable", ...(more.addDependency ? ["Add"] : [])]);
  });
});

test("nothing is offered away from the site", () => {
  expect(quickFixesOf(contextOf(), { start: 0, end: 5 }, [])).toEqual([]);
});

test("the edit is versioned for clients that take that", () => {
  const [action] = quickFixesOf(contextOf({ resolveEdit: false }), everywhere, []);
  expect(action?.edit).toEqual({
    documentChanges: [
      {
        textDocument: { uri: "file:///a.js", version: 7 },
        edits: [
          {
            range: { start: { line: 1, character: 9 }, end: { line: 1, character: 35 } },
            newText: "mapLimit(ids, 10, load)",
          },
        ],
      },
    ],
  });
});

test("the edit is a plain one for all others", () => {
  const [action] = quickFixesOf(contextOf({ resolveEdit: false, documentChanges: false }), everywhere, []);
  expect(Object.keys(action?.edit?.changes ?? {})).toEqual(["file:///a.js"]);
});

test("the limit is a placeholder where the client can show one", () => {
  const [action] = quickFixesOf(contextOf({ resolveEdit: false, snippetEdits: true }), everywhere, []);
  expect(JSON.stringify(action?.edit)).toContain('"value":"mapLimit(ids, ${1:10}, load)"');
});

test("an edit of several lines is a plain one: beside a snippet the editor would indent it once more", () => {
  const context = {
    ...contextOf({ resolveEdit: false, snippetEdits: true }),
    remedies: () => remediesFor(text, "Promise.all(ids.map(load))", "mapLimit(ids, 10,\n    load)"),
  };
  const [action] = quickFixesOf(context, everywhere, []);
  expect(JSON.stringify(action?.edit)).toContain('"newText":"mapLimit(ids, 10,\\n    load)"');
});

test("a client that resolves gets the edit when the action is chosen, and the same one", () => {
  const [eager] = quickFixesOf(contextOf({ resolveEdit: false }), everywhere, []);
  const [lazy] = quickFixesOf(contextOf(), everywhere, []);
  expect(lazy).not.toHaveProperty("edit");
  expect(resolveAction(contextOf(), lazy as CodeAction).edit).toEqual(eager?.edit);
});

test("an action offered for another version of the text resolves to nothing", () => {
  const [action] = quickFixesOf(contextOf(), everywhere, []);
  const later = { ...contextOf(), document: TextDocument.create("file:///a.js", "javascript", 8, text) };
  expect(resolveAction(later, action as CodeAction)).not.toHaveProperty("edit");
});

test("ESLint's diagnostic of the same rule on the same line is mended by our action too", () => {
  const context = contextOf();
  const ours = diagnosticsOf([{ finding, severity: "error" }], context.document, context.support);
  const [action] = quickFixesOf(
    context,
    everywhere,
    ours.map((diagnostic) => ({ ...diagnostic, source: "eslint" })),
  );
  expect(action?.diagnostics?.[0]?.source).toBe("eslint");
});

test("the comment that disables keeps the indentation and asks for a reason", () => {
  const actions = quickFixesOf(contextOf({ resolveEdit: false, documentChanges: false }), everywhere, []);
  expect(actions.at(-1)?.edit?.changes?.["file:///a.js"]).toEqual([
    {
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } },
      newText: "  // eslint-disable-next-line floodgate/no-unbounded-promise-all -- reason\n",
    },
  ]);
});

test("no comment is offered where a line of its own would be text: in JSX, in a template", () => {
  const titles = quickFixesOf(contextOf({}, false), everywhere, []).map(({ title }) => title);
  expect(titles).toEqual(["Limit to 10 at once with `mapLimit`"]);
});

test("a client without code action literals is offered nothing", () => {
  expect(quickFixesOf(contextOf({ codeActionLiterals: false }), everywhere, [])).toEqual([]);
});
