/** What stands in for a module in a browser must be there under the same names, and wherever the module is. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as originalBuiltin from "../builtin.ts";
import * as originalDiagnostics from "../diagnostics.ts";
import * as originalStall from "../stall.ts";
import * as builtin from "./builtin.ts";
import * as diagnostics from "./diagnostics.ts";
import * as stall from "./stall.ts";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  browser: Record<string, string>;
};
const pairs: Record<string, readonly [standIn: object, original: object]> = {
  builtin: [builtin, originalBuiltin],
  diagnostics: [diagnostics, originalDiagnostics],
  stall: [stall, originalStall],
};
const names = Object.keys(pairs);

test.for(names)("%s has the names of what it stands in for", (name) => {
  const [standIn, original] = (pairs[name] ?? []).map((module) => Object.keys(module).toSorted());
  expect(standIn).toEqual(original);
});

test("bundlers are told so of the modules, of CommonJS, and of the sources", () => {
  const places = [
    ["./dist", "js"],
    ["./dist/cjs", "js"],
    ["./src", "ts"],
  ];
  expect(manifest.browser).toEqual(
    Object.fromEntries(
      places.flatMap(([directory = "", ending = ""]) =>
        names.map((name) => [`${directory}/${name}.${ending}`, `${directory}/browser/${name}.${ending}`]),
      ),
    ),
  );
});

test("the time after which a stall is told is the same in both", () => {
  expect(stall.defaultStallAfterMs).toBe(originalStall.defaultStallAfterMs);
});
