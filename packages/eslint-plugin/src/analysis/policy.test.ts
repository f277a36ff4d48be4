/** What the user may set: defaults < settings < options, and one sentence for each that is wrong. */
import { describe, expect, test } from "vitest";
import { defaultPolicy, resolvePolicy } from "./policy.ts";

describe("layers", () => {
  test("nothing set is the default", () => {
    expect(resolvePolicy()).toEqual({ policy: defaultPolicy, problems: [] });
    expect(resolvePolicy(undefined, null, {})).toEqual({ policy: defaultPolicy, problems: [] });
  });

  test("a later layer wins over an earlier one", () => {
    const { policy, problems } = resolvePolicy(
      { defaultLimit: 5, maxKnownSize: 8 },
      { defaultLimit: 6, autofix: true },
    );
    expect(policy).toEqual({ ...defaultPolicy, defaultLimit: 6, maxKnownSize: 8, autofix: true });
    expect(problems).toEqual([]);
  });

  test("undefined leaves what was there", () => {
    expect(resolvePolicy({ defaultLimit: 5 }, { defaultLimit: undefined }).policy.defaultLimit).toBe(5);
  });

  test("a wrong value is left out, and the rest counts", () => {
    const { policy, problems } = resolvePolicy({ defaultLimit: 0, maxKnownSize: 8 });
    expect(policy).toEqual({ ...defaultPolicy, maxKnownSize: 8 });
    expect(problems).toHaveLength(1);
  });

  test("the defaults themselves are right", () => {
    expect(resolvePolicy(defaultPolicy)).toEqual({ policy: defaultPolicy, problems: [] });
  });
});

describe("a wrong setting is named, with what was expected and what was found", () => {
  test.for([
    [
      { defaultLimit: 0 },
      "Expected the Floodgate setting `defaultLimit` to be an integer from 1 and up, got `0` (number).",
    ],
    [
      { defaultLimit: "10" },
      'Expected the Floodgate setting `defaultLimit` to be an integer from 1 and up, got `"10"` (string).',
    ],
    [
      { defaultLimit: 2.5 },
      "Expected the Floodgate setting `defaultLimit` to be an integer from 1 and up, got `2.5` (number).",
    ],
    [
      { defaultLimit: null },
      "Expected the Floodgate setting `defaultLimit` to be an integer from 1 and up, got `null` (object).",
    ],
    [
      { maxKnownSize: -1 },
      "Expected the Floodgate setting `maxKnownSize` to be an integer from 0 and up, got `-1` (number).",
    ],
    [
      { maxConcurrency: 0 },
      "Expected the Floodgate setting `maxConcurrency` to be an integer from 1 and up, got `0` (number).",
    ],
    [
      { strictness: "high" },
      'Expected the Floodgate setting `strictness` to be one of "recommended", "strict", got `"high"` (string).',
    ],
    [
      { report: "all" },
      'Expected the Floodgate setting `report` to be one of "certain", "likely", got `"all"` (string).',
    ],
    [
      { prefer: "bluebird" },
      'Expected the Floodgate setting `prefer` to be one of "runtime", "p-limit", "p-map", "auto", got `"bluebird"` (string).',
    ],
    [{ autofix: "true" }, 'Expected the Floodgate setting `autofix` to be a boolean, got `"true"` (string).'],
    [
      { runtimeModule: "" },
      'Expected the Floodgate setting `runtimeModule` to be a string that is not empty, got `""` (string).',
    ],
    [
      { combinators: "all" },
      'Expected the Floodgate setting `combinators` to be an array of strings, got `"all"` (string).',
    ],
    [
      { boundedCalls: [1] },
      "Expected the Floodgate setting `boundedCalls` to be an array of strings, got `[1]` (array).",
    ],
    [
      { boundedProperties: {} },
      "Expected the Floodgate setting `boundedProperties` to be an array of strings, got `{}` (object).",
    ],
    [
      { limits: [{ from: "node:fs", limit: 0 }] },
      'Expected the Floodgate setting `limits` to be an array of `{ from: "node:fs", limit: 32 }`, got `[{"from":"node:fs","limit":0}]` (array).',
    ],
    [
      { limiters: [{ from: "./limits", import: "limit", kind: "queue" }] },
      'Expected the Floodgate setting `limiters` to be an array of `{ from: "./limits", import: "limit", kind: "limiter" | "factory" }`, got `[{"from":"./limits","import":"limit","kind":"queue"}]` (array).',
    ],
    [
      { limiters: [null] },
      'Expected the Floodgate setting `limiters` to be an array of `{ from: "./limits", import: "limit", kind: "limiter" | "factory" }`, got `[null]` (array).',
    ],
    [[1], "Expected `settings.floodgate` to be an object, got `[1]` (array)."],
    ["on", 'Expected `settings.floodgate` to be an object, got `"on"` (string).'],
    [() => 1, "Expected `settings.floodgate` to be an object, got `() => 1` (function)."],
  ] as const)("%o", ([layer, problem]) => {
    expect(resolvePolicy(layer)).toEqual({ policy: defaultPolicy, problems: [problem] });
  });

  test("every list in its right shape is taken", () => {
    const layer = {
      limits: [{ from: "node:fs", limit: 32 }],
      limiters: [{ from: "./limits", import: "limit", kind: "factory" }],
      combinators: ["promiseAll"],
      boundedCalls: ["few"],
      boundedProperties: ["config.plugins"],
    };
    expect(resolvePolicy(layer)).toEqual({ policy: { ...defaultPolicy, ...layer }, problems: [] });
  });
});

describe("a misspelt setting", () => {
  test.for([
    ["defaultlimit", "defaultLimit"],
    ["defaultLimits", "defaultLimit"],
    ["maxConcurency", "maxConcurrency"],
    ["limitters", "limiters"],
    ["autoFix", "autofix"],
    ["boundedCall", "boundedCalls"],
  ])("`%s`: did you mean `%s`?", ([name = "", meant = ""]) => {
    expect(resolvePolicy({ [name]: 1 }).problems).toEqual([
      `There is no Floodgate setting \`${name}\`. Did you mean \`${meant}\`?`,
    ]);
  });

  test.for(["concurrency", "constructor", "toString", "__proto__x"])("`%s` is near to none", (name) => {
    expect(resolvePolicy({ [name]: 1 }).problems).toEqual([`There is no Floodgate setting \`${name}\`.`]);
  });
});
