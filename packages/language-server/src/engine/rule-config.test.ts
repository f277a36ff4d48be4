import plugin from "../../../eslint-plugin/src/index.ts";
import { defaultPolicy, ruleNames } from "eslint-plugin-floodgate/analysis";
import { expect, test } from "vitest";
import { configFromEslint, presetConfig, presetSeverity, ruleIdOf } from "./rule-config.ts";

test.for(ruleNames.map((rule) => [rule] as const))(
  "%s has the severity that the plugin's presets give it",
  ([rule]) => {
    const { recommended, strict } = plugin.configs as Record<string, { rules?: Record<string, unknown> }>;
    expect(presetSeverity(rule, "recommended")).toBe(recommended?.rules?.[ruleIdOf(rule)] ?? "off");
    expect(presetSeverity(rule, "strict")).toBe(strict?.rules?.[ruleIdOf(rule)] ?? "off");
  },
);

test("without an ESLint config the recommended rules apply, with one policy", () => {
  const { uses } = presetConfig(defaultPolicy);
  expect(uses).toHaveLength(7);
  expect(new Set(uses.map(({ policy }) => policy)).size).toBe(1);
});

test("an ESLint config's levels, settings and options apply, options last", () => {
  const config = configFromEslint({
    settings: { floodgate: { defaultLimit: 4 } },
    rules: {
      "floodgate/no-unbounded-promise-all": [2, { defaultLimit: 6 }],
      "floodgate/no-floating-fan-out": [1],
      "floodgate/no-recursive-fan-out": [0],
    },
  });
  expect(config?.uses.map(({ rule, severity, policy }) => [rule, severity, policy.defaultLimit])).toEqual([
    ["no-unbounded-promise-all", "error", 6],
    ["no-floating-fan-out", "warn", 4],
  ]);
});

test("a rule that only the strict preset has is strict when it is turned on by hand", () => {
  const config = configFromEslint({ rules: { "floodgate/no-sleep-throttle": "warn" } });
  expect(config?.uses[0]?.policy.strictness).toBe("strict");
});

test("a wrong setting is named once, however many rules see it", () => {
  const config = configFromEslint({
    settings: { floodgate: { defaultLimt: 4 } },
    rules: { "floodgate/no-unbounded-promise-all": "error", "floodgate/no-floating-fan-out": "error" },
  });
  expect(config?.problems).toEqual([
    "There is no Floodgate setting `defaultLimt`. Did you mean `defaultLimit`?",
  ]);
});

test("a config that does not speak of our rules is none of ours; one that turns them off is", () => {
  expect(configFromEslint({ rules: { semi: 2 } })).toBeUndefined();
  expect(configFromEslint({ rules: { "floodgate/no-floating-fan-out": 0 } })?.uses).toEqual([]);
});
