import { Linter } from "eslint";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { analyse, mayHaveSites } from "../analysis/index.ts";
import type { Analysis, Finding, Remedies, RuleName } from "../analysis/index.ts";
import plugin from "../index.ts";

// These tests are about the translation only, so the analysis's answers are in their hands.
vi.mock("../analysis/index.ts", async (original) => ({
  ...(await original<object>()),
  analyse: vi.fn(),
  mayHaveSites: vi.fn(),
}));

const code = "const all = load();\nawait Promise.all(all);\n";

function finding(rule: RuleName, start: number, end: number): Finding {
  return {
    id: `${rule}:${start}`,
    site: { rule, span: { start, end }, whole: { start, end }, operation: "Promise.all" },
    bound: { kind: "unknown", reason: "test" },
    gate: { kind: "none" },
    effect: { kind: "unknown", reason: "test" },
    verdict: { kind: "report", because: "test" },
    certainty: "certain",
    message: `{{ start }} of ${rule}`,
    related: [],
  };
}

function answer(findings: readonly Finding[], remedies: Remedies = { suggestions: [] }): void {
  const analysis: Analysis = {
    decisions: findings,
    findings,
    lookedElsewhere: false,
    remedies: () => remedies,
  };
  vi.mocked(analyse).mockReturnValue(analysis);
  vi.mocked(mayHaveSites).mockReturnValue(true);
}

beforeEach(() => {
  vi.mocked(analyse).mockReset();
  vi.mocked(mayHaveSites).mockReset();
});

function lint(
  settings: Record<string, unknown> = {},
  rules: NonNullable<Linter.Config["rules"]> = plugin.configs.recommended.rules ?? {},
  text = code,
) {
  return new Linter().verify(text, [
    { files: ["**"], plugins: { floodgate: plugin }, rules, settings: { floodgate: settings } },
  ]);
}

const promiseAll = { start: 26, end: 37 };
const fix = {
  kind: "limited",
  title: "Limit to 10 at once with `limited`",
  edits: [
    { start: 0, end: 0, text: "import { limited } from '@floodgate/runtime';\n" },
    { start: 38, end: 41, text: "limited(10, all)" },
  ],
} as const;

describe("a finding", () => {
  test("is reported by its own rule, at its span, in its own words", () => {
    answer([finding("no-unbounded-promise-all", promiseAll.start, promiseAll.end)]);
    expect(lint()).toMatchObject([
      {
        ruleId: "floodgate/no-unbounded-promise-all",
        messageId: "finding",
        message: "{{ start }} of no-unbounded-promise-all",
        line: 2,
        column: 7,
        endLine: 2,
        endColumn: 18,
      },
    ]);
  });

  test("is not reported when its rule is off", () => {
    answer([finding("no-sleep-throttle", promiseAll.start, promiseAll.end)]);
    expect(lint()).toEqual([]);
  });

  test("has its columns counted without the byte order mark, as editors do", () => {
    answer([finding("no-unbounded-promise-all", 0, 5)]);
    expect(lint({}, undefined, `\uFEFF${code}`)).toMatchObject([{ line: 1, column: 1 }]);
  });
});

describe("the analysis", () => {
  test("runs once per file for all rules together", () => {
    answer([finding("no-unbounded-promise-all", 26, 37), finding("no-floating-fan-out", 12, 16)]);
    expect(lint()).toHaveLength(2);
    expect(analyse).toHaveBeenCalledTimes(1);
  });

  test("runs once more for a rule whose options say otherwise", () => {
    answer([]);
    lint(
      {},
      {
        "floodgate/no-unbounded-promise-all": ["error", { maxKnownSize: 8 }],
        "floodgate/no-floating-fan-out": "error",
        "floodgate/require-concurrency-option": ["error", { maxKnownSize: 32 }],
      },
    );
    expect(vi.mocked(analyse).mock.calls.map(([{ policy }]) => policy.maxKnownSize)).toEqual([8, 32]);
  });

  test("is not asked about a file whose text rules sites out", () => {
    vi.mocked(mayHaveSites).mockReturnValue(false);
    expect(lint()).toEqual([]);
    expect(analyse).not.toHaveBeenCalled();
  });

  test("gets the policy of the settings, and of the options before them", () => {
    answer([]);
    const options = ["error", { defaultLimit: 3 }] as const;
    lint({ defaultLimit: 5, maxConcurrency: 50 }, { "floodgate/no-unbounded-promise-all": [...options] });
    expect(vi.mocked(analyse).mock.calls[0]?.[0].policy).toMatchObject({
      strictness: "recommended",
      defaultLimit: 3,
      maxConcurrency: 50,
      maxKnownSize: 32,
    });
  });

  test("is strict for a rule that no recommended preset turns on, unless a setting says otherwise", () => {
    answer([]);
    lint({}, { "floodgate/no-sleep-throttle": "warn" });
    lint({ strictness: "recommended" }, { "floodgate/no-sleep-throttle": "warn" });
    expect(vi.mocked(analyse).mock.calls.map(([{ policy }]) => policy.strictness)).toEqual([
      "strict",
      "recommended",
    ]);
  });
});

describe("a remedy", () => {
  test("is a suggestion, all of its edits at once", () => {
    answer([finding("no-unbounded-promise-all", 26, 37)], { suggestions: [fix], fix });
    const [message] = lint();
    expect(message?.fix).toBeUndefined();
    expect(message?.suggestions).toMatchObject([{ messageId: "mend", desc: fix.title }]);
    const { range = [0, 0], text = "" } = message?.suggestions?.[0]?.fix ?? {};
    expect(code.slice(0, range[0]) + text + code.slice(range[1])).toBe(
      "import { limited } from '@floodgate/runtime';\nconst all = load();\nawait Promise.all(limited(10, all));\n",
    );
  });

  test("is a fix too where the author turned that on", () => {
    answer([finding("no-unbounded-promise-all", 26, 37)], { suggestions: [fix], fix });
    expect(lint({ autofix: true })[0]?.fix).toBeDefined();
  });

  test("is no fix where the analysis offers none", () => {
    answer([finding("no-unbounded-promise-all", 26, 37)], { suggestions: [fix] });
    expect(lint({ autofix: true })[0]?.fix).toBeUndefined();
  });

  test("is dropped by a rule that announced none, which ESLint would refuse", () => {
    answer([finding("no-reentrant-limiter", 26, 37)], { suggestions: [fix], fix });
    expect(lint({ autofix: true })).toMatchObject([{ ruleId: "floodgate/no-reentrant-limiter" }]);
    expect(lint({ autofix: true })[0]?.suggestions).toBeUndefined();
  });
});

describe("a wrong setting", () => {
  test("is one report on line 1, whichever rules are on", () => {
    answer([]);
    expect(lint({ defaultLimt: 5 })).toMatchObject([
      {
        line: 1,
        column: 1,
        messageId: "wrongSetting",
        message: "There is no Floodgate setting `defaultLimt`. Did you mean `defaultLimit`?",
      },
    ]);
  });

  test("is reported in a file without any site too", () => {
    vi.mocked(mayHaveSites).mockReturnValue(false);
    expect(lint({ defaultLimit: 0 })).toMatchObject([
      {
        message:
          "Expected the Floodgate setting `defaultLimit` to be an integer from 1 and up, got `0` (number).",
      },
    ]);
  });

  test("is reported again when the file is linted again", () => {
    answer([]);
    const linter = new Linter();
    const config: Linter.Config[] = [plugin.configs.strict, { settings: { floodgate: { limit: 5 } } }];
    linter.verify(code, config);
    expect(linter.verify(linter.getSourceCode(), config)).toHaveLength(1);
  });

  test("that is no object at all is named, too", () => {
    answer([]);
    const messages = new Linter().verify(code, [
      plugin.configs.recommended,
      { settings: { floodgate: true } },
    ]);
    expect(messages).toMatchObject([
      { message: "Expected `settings.floodgate` to be an object, got `true` (boolean)." },
    ]);
  });

  test("that names a limiter in a file that is not there is named", () => {
    answer([]);
    expect(lint({ limiters: [{ from: "./lib/limts.js", import: "gently", kind: "limiter" }] })).toMatchObject(
      [{ line: 1, message: expect.stringContaining("`gently` of `./lib/limts.js`") as string }],
    );
  });

  test("in a rule's options is ESLint's to refuse, and names the option", () => {
    const options = ["error", { defaultLimt: 5 }] as const;
    expect(() => lint({}, { "floodgate/no-unbounded-promise-all": [...options] })).toThrow(/defaultLimt/);
  });
});
