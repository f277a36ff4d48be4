/** One hop across files: what an imported name is in the file that exports it. */
import { describe, expect, test } from "vitest";
import { boundText, decisionIn, effectText, gateText, hereIn } from "../../test/analyse-text.ts";
import { keysOf } from "./keys.ts";
import { sizeOf } from "./size.ts";

type Table = readonly (readonly [there: string, here: string, size: string])[];

describe("the size of an imported constant", () => {
  const table: Table = [
    ["export const three = [1, 2, 3];", "import { three } from './lists'; here(three)", "3"],
    ["const three = [1, 2, 3]; export { three };", "import { three } from './lists'; here(three)", "3"],
    ["const a = [1, 2, 3]; export { a as three };", "import { three } from './lists'; here(three)", "3"],
    ["export default [1, 2, 3];", "import three from './lists'; here(three)", "3"],
    ["const a = [1, 2]; export default a;", "import two from './lists'; here(two)", "2"],
    ["module.exports = { three: [1, 2, 3] };", "const { three } = require('./lists'); here(three)", "3"],
    ["module.exports = [1, 2, 3];", "const three = require('./lists'); here(three)", "3"],
    ["module.exports = [1, 2, 3];", "const three = require('./lists'); here(three.filter(isOn))", "<= 3"],
    ["module.exports = [1, 2, 3];", "here(require('./lists'))", "3"],
    ["module.exports = load();", "const rows = require('./lists'); here(rows)", "unbounded"],
    ["exports.three = [1, 2, 3];", "const { three } = require('./lists'); here(three)", "3"],
    ["export const three = [1, 2, 3];", "import * as lists from './lists'; here(lists.three)", "3"],
    ["export const most = 4;", "import { most } from './lists'; here(rows.slice(0, most))", "<= 4 window"],
    ["export const most = load();", "import { most } from './lists'; here(rows.slice(0, most))", "unbounded"],
    ["export const rows = load();", "import { rows } from './lists'; here(rows)", "unbounded"],
    ["export const xs = []; xs.push(...load());", "import { xs } from './lists'; here(xs)", "unbounded"],
    ["export const other = [1];", "import { three } from './lists'; here(three)", "unbounded"],
    [
      "export const three = [1, 2, 3];",
      "import { three } from './lists'; here(three.filter(isOn).map(load))",
      "<= 3",
    ],
    ["export const rows = load();", "import { rows } from './lists'; here(rows.filter(isOn))", "unbounded"],
    // Not its keys: they are methods.
    [
      "export const api = { filter() {}, map() {} };",
      "import { api } from './lists'; here(api.filter(isOn))",
      "unbounded",
    ],
    ["", "import { KINDS } from './lists'; here(KINDS.filter(isOn))", "coded KINDS"],
    ["export const Lists = { three: [1, 2, 3] };", "import { Lists } from './lists'; here(Lists.three)", "3"],
    [
      "export class Lists { static three = [1, 2, 3]; }",
      "import { Lists } from './lists'; here(Lists.three)",
      "3",
    ],
    [
      "export const Lists = { rows: load() };",
      "import { Lists } from './lists'; here(Lists.rows)",
      "unbounded",
    ],
    [
      "export const kinds = plugins.filter(isOn);",
      "import { kinds } from './lists'; here(kinds)",
      "coded plugins",
    ],
    ["export * from './more';", "import { three } from './lists'; here(three)", "unbounded"],
    // One hop only.
    [
      "import { a } from './a'; export const three = a;",
      "import { three } from './lists'; here(three)",
      "unbounded",
    ],
  ];
  test.for(table)("%s | %s → %s", ([there, text, size]) => {
    const { code, node } = hereIn(text, { files: { "./lists": there, "./a": "export const a = [1];" } });
    expect(boundText(sizeOf(code, node))).toBe(size);
  });

  test("nothing is known of what the host cannot find: a package", () => {
    const { code, node } = hereIn("import { three } from 'lists'; here(three)", { files: {} });
    expect(boundText(sizeOf(code, node))).toBe("unbounded");
  });

  test("an alias leads where the host says", () => {
    const { code, node } = hereIn("import { three } from 'lib/lists'; here(three)", {
      neighbours: { "lib/lists.ts": "export const three = [1, 2, 3];" },
    });
    expect(boundText(sizeOf(code, node))).toBe("3");
  });

  test("the keys of an enum or a constant object", () => {
    const files = { "./kinds": "export enum Kind { A, B } export const table = { a: 1, b: 2, c: 3 };" };
    const keysIn = (text: string) => {
      const { code, node } = hereIn(text, { files });
      return boundText(keysOf(code, node));
    };
    expect(keysIn("import { Kind } from './kinds'; here(Kind)")).toBe("2");
    expect(keysIn("import { table } from './kinds'; here(table)")).toBe("3");
  });
});

describe("what an imported function does", () => {
  const site = "import { save } from './save'; await Promise.all(rows.map((r) => save(r)));";
  const table: readonly (readonly [there: string, effect: string, gate: string])[] = [
    ["export async function save(r) { await fetch(r); }", "starts save", "none"],
    ["export const save = async (r) => { await fetch(r); };", "starts save", "none"],
    ["export function save(r) { return r.id; }", "join", "none"],
    ["export function save(r) { return `${r.id}`; }", "sync", "none"],
    [
      "import pLimit from 'p-limit'; const limit = pLimit(5); export const save = (r) => limit(() => fetch(r));",
      "starts save",
      "limiter save 5",
    ],
    [
      "import { Sema } from 'async-sema'; const sema = new Sema(4); export async function save(r) { await sema.acquire(); try { await fetch(r); } finally { sema.release(); } }",
      "starts save",
      "limiter save 4",
    ],
  ];
  test.for(table)("%s → %s, %s", ([there, effect, gate]) => {
    const decision = decisionIn(site, { files: { "./save": there } });
    expect([effectText(decision.effect), gateText(decision.gate)]).toEqual([effect, gate]);
  });

  test("a gate in another file is shown where its name stands in this one", () => {
    const there =
      "import pLimit from 'p-limit'; const limit = pLimit(5); export const save = (r) => limit(() => fetch(r));";
    const { gate } = decisionIn(site, { files: { "./save": there } });
    expect(gate.kind === "limiter" && site.slice(gate.span.start, gate.span.end)).toBe("save");
  });

  test("an imported limiter", () => {
    const decision = decisionIn(
      "import { limit } from './limits'; await Promise.all(rows.map((r) => limit(() => save(r))));",
      { files: { "./limits": "import pLimit from 'p-limit'; export const limit = pLimit(7);" } },
    );
    expect(gateText(decision.gate)).toBe("limiter limit 7");
  });

  test("a file that does not open leaves the decision likely; one that shows the limiter withdraws it", () => {
    expect(decisionIn(site)).toMatchObject({ certainty: "likely", verdict: { kind: "report" } });
  });
});
