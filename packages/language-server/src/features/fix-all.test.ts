import fc from "fast-check";
import { expect, test } from "vitest";
import type { Edit, Finding } from "eslint-plugin-floodgate/analysis";
import { findingIn } from "../../test/findings.ts";
import { applyEdits, composeEdits, fixAll, type Look } from "./fix-all.ts";

/** A made-up rule: every `bad` becomes `good`, and wants `import good` at the top. */
function lookAt(text: string): Look {
  const findings: Finding[] = [...text.matchAll(/\bbad\b/g)].map((match) => ({
    ...findingIn(text),
    id: `no-unbounded-promise-all:${match.index}`,
  }));
  return {
    findings,
    remedies(finding) {
      const start = Number(finding.id.split(":")[1]);
      const edits: Edit[] = text.startsWith("import good")
        ? []
        : [{ start: 0, end: 0, text: "import good\n" }];
      edits.push({ start, end: start + 3, text: "good" });
      return { fix: { kind: "limited", title: "", edits }, suggestions: [] };
    },
  };
}

test("thirty sites in one file are fixed in one run, with one import", () => {
  const text = Array.from({ length: 30 }, () => "bad").join("\n");
  const result = fixAll(text, lookAt);
  expect(result?.text).toBe(`import good\n${text.replaceAll("bad", "good")}`);
  expect(result?.fixed).toBe(30);
});

test("its edits, applied to the first text, give the last", () => {
  const text = "bad\nkept\nbad bad\n";
  const result = fixAll(text, lookAt);
  expect(applyEdits(text, result?.edits ?? [])).toBe(result?.text);
});

test("text that is not touched is not rewritten", () => {
  const result = fixAll("kept\nbad\nkept too\nbad\n", lookAt);
  expect(result?.edits.map(({ start, end }) => [start, end])).toEqual([
    [0, 0],
    [5, 8],
    [18, 21],
  ]);
});

test("nothing to fix is no edit", () => {
  expect(fixAll("fine", lookAt)).toEqual({ text: "fine", edits: [], fixed: 0 });
});

test("out of time on the way is nothing at all, rather than a part", () => {
  let looks = 0;
  expect(fixAll("bad bad", (text) => (looks++ === 0 ? lookAt(text) : undefined))).toBeUndefined();
});

/** Any sorted edits, not overlapping and not touching, of a text of this length. */
function editsOf(length: number): fc.Arbitrary<Edit[]> {
  return fc
    .uniqueArray(fc.integer({ min: 0, max: length }), { maxLength: 8 })
    .map((offsets) => [...offsets].sort((a, b) => a - b))
    .chain((offsets) =>
      fc.tuple(
        ...Array.from({ length: Math.floor(offsets.length / 2) }, (_, i) =>
          fc.string({ maxLength: 4 }).map((text): Edit => {
            return { start: offsets[2 * i] ?? 0, end: offsets[2 * i + 1] ?? 0, text };
          }),
        ),
      ),
    );
}

test("two sets of edits composed do what they do one after the other", () => {
  fc.assert(
    fc.property(
      fc
        .string({ minLength: 1, maxLength: 30 })
        .chain((text) => fc.record({ text: fc.constant(text), first: editsOf(text.length) }))
        .chain(({ text, first }) => {
          const middle = applyEdits(text, first);
          return fc.record({
            text: fc.constant(text),
            first: fc.constant(first),
            second: editsOf(middle.length),
          });
        }),
      ({ text, first, second }) => {
        const composed = composeEdits(first, second, text);
        expect(applyEdits(text, composed)).toBe(applyEdits(applyEdits(text, first), second));
        for (const [i, edit] of composed.entries())
          expect(edit.start).toBeGreaterThanOrEqual(composed[i - 1]?.end ?? 0);
      },
    ),
  );
});
