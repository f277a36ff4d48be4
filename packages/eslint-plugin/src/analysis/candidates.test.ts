/** Is there anything that a finder could decide about? The property test holds it to what the finders find. */
import { describe, expect, test } from "vitest";
import { inputOf } from "../../test/analyse-text.ts";
import type { Given } from "../../test/analyse-text.ts";
import { hasCandidates } from "./candidates.ts";
import { readCode } from "./code.ts";

const candidatesIn = (text: string, given?: Given) => hasCandidates(readCode(inputOf(text, given)));

describe("a file is looked at in full for", () => {
  test.for([
    "Promise.all(xs)",
    "promiseAllSettled(xs)",
    "for await (const x of xs) f(x);",
    "xs.forEach(async (x) => { await f(x); });",
    "xs.forEach(save);",
    "xs.reduce(async (a, x) => { await f(x); return a; }, b);",
    "xs.map(async (x) => f(x));",
    "async function save(x) {} void xs.map(save);",
    "async function save(x) {} xs.flatMap(save);",
    "Array.from(xs, async (x) => { await f(x); });",
    "async function save(x) {} void Array.from(xs, save);",
    "stream.on('data', async (x) => { await f(x); });",
    "for (const x of xs) void save(x);",
    "for (const x of xs) save(x).catch(report);",
    "for (const x of xs) save(x);",
    "const ts = xs.map((x) => f(x)); for (const t of ts) use(await t);",
    "async function f() { await sema.acquire(); }",
    "async function f() { return await limit(save(x)); }",
    "queue.add(() => { save(x); });",
    "jobs.add(async () => { await save(x); });",
    "const jobs = new TaskQueue(2);",
    "const jobs = createLimiter(2);",
    "import pMap from 'p-map';",
    "const b = require('bluebird');",
  ])("%s", (text) => {
    expect(candidatesIn(text)).toBe(true);
  });
});

describe("a file is not looked at any further for", () => {
  test.for([
    "",
    "await save(x);",
    "save(x).catch(report);",
    "const ys = xs.map((x) => x.id);",
    "for (const x of xs) ys.push(x);",
    "for (const x of xs) { total += x; }",
    "xs.forEach((x) => { total += x; });",
    "jobs.add(() => { save(x); });",
    "button.on('click', () => { save(); });",
  ])("%s", (text) => {
    expect(candidatesIn(text)).toBe(false);
  });
});

test("with types, a plain call in a loop may be a promise that nobody waits for", () => {
  const text = "for (const x of xs) api.save(x);";
  expect(candidatesIn(text)).toBe(false);
  expect(candidatesIn(text, { facts: {} })).toBe(true);
});

test("the user's own combinators and limiters open every file", () => {
  expect(candidatesIn("f(x);", { policy: { combinators: ["settle"] } })).toBe(true);
  expect(
    candidatesIn("f(x);", { policy: { limiters: [{ from: "./a", import: "b", kind: "limiter" }] } }),
  ).toBe(true);
});
