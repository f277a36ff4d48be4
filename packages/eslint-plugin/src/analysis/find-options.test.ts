import { expect, test } from "vitest";
import { analyseText } from "../../test/analyse-text.ts";

test.each([
  ['import { mapLimit } from "@floodgate/runtime"; await mapLimit(rows, Infinity, save);', "report"],
  ['import { forEachLimit } from "../floodgate.js"; await forEachLimit(rows, rows.length, save);', "report"],
  ['import { eachLimit } from "async"; await eachLimit(rows, Infinity, save);', "report"],
  ['import pMap from "p-map"; await pMap(rows, save, { concurrency: Infinity });', "report"],
  ['import pMap from "p-map"; await pMap(rows, save, { concurrency: 5000 });', "strict"],
  ['import { mapLimit } from "@floodgate/runtime"; await mapLimit(rows, 5000, save);', "strict"],
])("a limit as large as the input limits nothing: %s", (text, verdict) => {
  expect(analyseText(text).decisions).toMatchObject([
    { site: { rule: "require-concurrency-option" }, verdict: { kind: verdict } },
  ]);
});

test.each([
  'import { mapLimit } from "@floodgate/runtime"; await mapLimit(rows, 10, save);',
  'import { mapLimit } from "@floodgate/runtime"; await mapLimit(rows, concurrency, save);',
  'import { eachLimit } from "async"; await eachLimit(rows, 10, save);',
  'import pMap from "p-map"; await pMap(rows, save, { concurrency: 50 });',
])("a limit that limits is enough: %s", (text) => {
  expect(analyseText(text, { policy: { strictness: "strict" } }).findings).toEqual([]);
});
