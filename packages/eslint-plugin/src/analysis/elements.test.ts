/** Sizes of the elements of a collection of collections: chunks, pages, pairs. */
import { describe, expect, test } from "vitest";
import { boundText, hereIn } from "../../test/analyse-text.ts";
import { elementSize } from "./elements.ts";

function elementIn(text: string): string {
  const { code, node } = hereIn(text);
  return boundText(elementSize(code, node));
}

type Table = readonly (readonly [text: string, size: string])[];
const holds = ([text, size]: readonly [string, string]) => {
  expect(elementIn(text)).toBe(size);
};

describe("chunkers, by what they are called and given", () => {
  const table: Table = [
    ["here(chunk(rows, 20))", "<= 20 window"],
    ["import { chunk } from 'lodash'; here(chunk(rows, 20))", "<= 20 window"],
    ["import _ from 'lodash'; here(_.chunk(rows, 20))", "<= 20 window"],
    ["import { splitEvery } from 'ramda'; here(splitEvery(20, rows))", "<= 20 window"],
    ["here(inBatches(rows, 20))", "<= 20 window"],
    ["here(utils.chunkArray(rows, 20))", "<= 20 window"],
    ["here(chunks(rows, { size: 20 }))", "<= 20 window"],
    ["here(chunks(rows, { batchSize: 20 }))", "<= 20 window"],
    ["const size = 20; here(chunk(rows, size))", "<= 20 window"],
    ["here(chunk(rows, batchSize))", "limit batchSize"],
    // Somebody chose how large, even where nobody can see it.
    ["here(chunk(rows, n))", "limit chunk"],
    ["here(chunk(rows))", "unbounded"],
    ["here(group(rows, 20))", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});

describe("what is written out, pushed, mapped or yielded", () => {
  const table: Table = [
    ["here([])", "0"],
    ["here([[a, b], [c]])", "<= 2"],
    ["here([[a, b], rows])", "unbounded"],
    ["here([[a], ...[[b, c]]])", "<= 2"],
    ["here([[a], , [b]])", "<= 1"],
    ["const all = [[a, b]]; here(all)", "2"],
    ["const all = []; all.push([a, b]); here(all)", "2"],
    ["const all = []; all.push(rows.slice(i, i + 10)); here(all)", "<= 10 window"],
    ["const all = []; while (rows.length) all.push(rows.splice(0, 10)); here(all)", "<= 10 window"],
    ["const all = [[a]]; all.push(rows); here(all)", "unbounded"],
    ["here(Object.entries(table))", "2"],
    ["here(rows.map((r) => [r, 1]))", "2"],
    ["here(rows.map((r) => r.parts))", "unbounded"],
    ["here(rows.map((r) => { if (r) return [a]; return [a, b]; }))", "<= 2"],
    ["here(Array.from({ length: n }, (_, i) => rows.slice(i * 10, (i + 1) * 10)))", "<= 10 window"],
    ["here([[a, b]].filter(ok))", "2"],
    ["here(chunk(rows, 20).slice(0, 3))", "<= 20 window"],
    ["here(await Promise.resolve(chunk(rows, 20)))", "unbounded"],
    ["here(rows.flatMap((r) => chunk(r.parts, 5)))", "<= 5 window"],
    ["function parts() { return [[a, b]]; } here(parts())", "2"],
    ["function* parts() { yield [a, b]; yield [c]; } here(parts())", "<= 2"],
    ["function* parts(n) { for (;;) yield rows.slice(n, n + 10); } here(parts(1))", "<= 10 window"],
    ["function* parts() { yield* more(); } here(parts())", "unbounded"],
    ["function* parts() { const f = () => { yield_([a]); }; } here(parts())", "unbounded"],
    ["here(rows)", "unbounded"],
    ["here(load())", "unbounded"],
    ["function f(all) { here(all) }", "unbounded"],
  ];
  test.for(table)("%s → %s", holds);
});
