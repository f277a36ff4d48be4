/** Functions that wait for a promise they are given: whoever calls them started it. */
import { describe, expect, test } from "vitest";
import { effectText, hereIn } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { taskOf } from "./effect.ts";

function effectIn(text: string, given?: Given): string {
  const { code, node } = hereIn(text, given);
  return effectText(taskOf(code, node).effect);
}

describe("the work that is handed over counts", () => {
  test.for<readonly [helper: string, callback: string, effect: string]>([
    ["const wrap = (p) => p.catch(report);", "(x) => wrap(fetch(x))", "starts wrap"],
    ["async function wrap(p) { return await p; }", "(x) => wrap(save(x))", "starts wrap"],
    ["const race = (p, ms) => Promise.race([p, later(ms)]);", "(x) => race(save(x), 5)", "starts race"],
    ["function wrap(p) { if (p.pkg) return p.catch(f); return p; }", "(x) => wrap(exec(x))", "starts wrap"],
    ["const wrap = (p) => p.then(f);", "(x) => { const p = save(x); return wrap(p); }", "starts wrap"],
    // What only hands data on has started nothing.
    ["const pick = (x) => x;", "(x) => pick(format(x))", "join"],
    ["const wrap = (p) => p.catch(report);", "(x) => wrap(x.done)", "join"],
    ["const cached = (key) => cache.get(key);", "(x) => cached(keyOf(x))", "starts cached"],
    ["const cache = new Map(); const cached = (key) => cache.get(key);", "(x) => cached(keyOf(x))", "join"],
  ])("%s %s → %s", ([helper, callback, effect]) => {
    expect(effectIn(`${helper} here(${callback})`)).toBe(effect);
  });

  test("in another file, too", () => {
    const neighbours = { "wrap.ts": "export const wrap = (p) => p.catch(report);" };
    expect(effectIn("import { wrap } from './wrap'; here((x) => wrap(fetch(x)))", { neighbours })).toBe(
      "starts wrap",
    );
    expect(effectIn("import { wrap } from './wrap'; here((x) => wrap(x.done))", { neighbours })).toBe("join");
  });
});

test("a getter of what another file is given may run a query; a promise that it holds runs already", () => {
  const effectOf = (body: string) =>
    effectIn("import { show } from './show'; here(show)", {
      neighbours: { "show.ts": `export async function show(group) { ${body} }` },
    });
  expect(effectOf("return { id: group.id, members: await group.memberCount };")).toBe("starts show");
  expect(effectOf("await group.ready; return group.id;")).toBe("join");
  expect(effectOf("return group.id;")).toBe("join");
});

test("a library's `resolve` and `all` are those of `Promise`; what else it has is its own", () => {
  const effectOf = (result: string) =>
    effectIn(
      `const Bluebird = require("bluebird"); here((x) => { if (x.cached) return ${result}; return x; })`,
    );
  expect(effectOf("Bluebird.resolve(x)")).toBe("join");
  expect(effectOf("Bluebird.all([fetch(x)])")).toBe("starts fetch");
  expect(effectOf("Bluebird.map(x.parts, load)")).toBe("starts load");
});
