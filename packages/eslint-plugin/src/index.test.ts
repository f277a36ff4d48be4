import { createRequire } from "node:module";
import { defineConfig } from "eslint/config";
import { Linter } from "eslint";
import { describe, expect, test } from "vitest";
import { ruleNames } from "./analysis/index.ts";
import plugin from "./index.ts";

const manifest = createRequire(import.meta.url)("../package.json") as { name: string; version: string };

describe("the plugin object", () => {
  test("names itself as its package does", () => {
    expect(plugin.meta).toEqual({ name: manifest.name, version: manifest.version, namespace: "floodgate" });
  });

  test("holds every rule of the analysis, and no other", () => {
    expect(Object.keys(plugin.rules)).toEqual([...ruleNames]);
  });

  test("is also what `require` gives", async () => {
    const module = (await import("./index.ts")) as Record<string, unknown>;
    expect(module["module.exports"]).toBe(plugin);
  });
});

describe("the presets", () => {
  const severities = (preset: keyof typeof plugin.configs) => plugin.configs[preset].rules ?? {};

  test("`recommended` leaves out what is bounded but wasteful, and warns about recursion", () => {
    expect(severities("recommended")).toEqual({
      "floodgate/no-unbounded-promise-all": "error",
      "floodgate/no-floating-fan-out": "error",
      "floodgate/require-concurrency-option": "error",
      "floodgate/no-recursive-fan-out": "warn",
      "floodgate/no-ineffective-limiter": "error",
      "floodgate/no-reentrant-limiter": "error",
      "floodgate/require-release-in-finally": "error",
    });
  });

  test("`strict` turns every rule on and asks the analysis for strict findings", () => {
    expect(Object.keys(severities("strict"))).toHaveLength(ruleNames.length);
    expect(severities("strict")["floodgate/no-recursive-fan-out"]).toBe("error");
    expect(severities("strict")["floodgate/no-sleep-throttle"]).toBe("warn");
    expect(plugin.configs.strict.settings).toEqual({ floodgate: { strictness: "strict" } });
  });

  test("`all` makes every rule an error", () => {
    expect(new Set(Object.values(severities("all")))).toEqual(new Set(["error"]));
    expect(Object.keys(severities("all"))).toHaveLength(ruleNames.length);
  });

  test("`autofix` only turns a setting on, so it goes with any other preset", () => {
    expect(plugin.configs.autofix.rules).toBeUndefined();
    expect(plugin.configs.autofix.settings).toEqual({ floodgate: { autofix: true } });
  });

  test("each names the plugin and itself", () => {
    for (const [name, preset] of Object.entries(plugin.configs)) {
      expect(preset.name).toBe(`floodgate/${name}`);
      expect(preset.plugins?.["floodgate"]).toBe(plugin);
    }
  });

  test("one line of a flat config is enough, and settings of several presets add up", () => {
    const config = defineConfig([
      plugin.configs.strict,
      plugin.configs.autofix,
      { settings: { floodgate: { defaultLimit: 5 } } },
    ]);
    expect(new Linter().verify("await load();", config)).toEqual([]);
  });
});
