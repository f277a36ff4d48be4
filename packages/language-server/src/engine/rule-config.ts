/** Which rules apply to a file, how loudly, and with which policy: the presets' defaults, or the project's ESLint config. */
import {
  defaultPolicy,
  resolvePolicy,
  ruleNames,
  type Policy,
  type RuleName,
} from "eslint-plugin-floodgate/analysis";

export type Severity = "error" | "warn";

export interface RuleUse {
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly policy: Policy;
}

export interface FileConfig {
  /** Rules that are off are absent. Equal policies are one object. */
  readonly uses: readonly RuleUse[];
  /** One sentence per wrong setting. */
  readonly problems: readonly string[];
  readonly source: "default" | "eslint";
}

/** Each rule's severity in the `recommended` preset. `rule-config.test.ts` holds this against the plugin's own presets. */
const recommended: Readonly<Record<RuleName, Severity | "off">> = {
  "no-unbounded-promise-all": "error",
  "no-floating-fan-out": "error",
  "require-concurrency-option": "error",
  "no-recursive-fan-out": "warn",
  "no-ineffective-limiter": "error",
  "no-reentrant-limiter": "error",
  "require-release-in-finally": "error",
  "no-chunked-promise-all": "off",
  "no-unbounded-queue": "off",
  "no-sleep-throttle": "off",
};

/** Each rule's severity in the `strict` preset. */
const strict: Readonly<Record<RuleName, Severity>> = {
  "no-unbounded-promise-all": "error",
  "no-floating-fan-out": "error",
  "require-concurrency-option": "error",
  "no-recursive-fan-out": "error",
  "no-ineffective-limiter": "error",
  "no-reentrant-limiter": "error",
  "require-release-in-finally": "error",
  "no-chunked-promise-all": "warn",
  "no-unbounded-queue": "warn",
  "no-sleep-throttle": "warn",
};

export function presetSeverity(rule: RuleName, strictness: Policy["strictness"]): Severity | "off" {
  return strictness === "strict" ? strict[rule] : recommended[rule];
}

/** The rule's id in an ESLint config and in `eslint-disable` comments. */
export function ruleIdOf(rule: RuleName): string {
  return `floodgate/${rule}`;
}

/** Where no ESLint config speaks of us: the preset that the policy's strictness names. */
export function presetConfig(policy: Policy, problems: readonly string[] = []): FileConfig {
  const uses = ruleNames.flatMap((rule): RuleUse[] => {
    const severity = presetSeverity(rule, policy.strictness);
    return severity === "off" ? [] : [{ rule, severity, policy }];
  });
  return { uses, problems, source: "default" };
}

/**
 * What a computed ESLint config says of our rules; undefined when it turns none of them on or off.
 *
 * @param config - As ESLint's `calculateConfigForFile` returns it.
 */
export function configFromEslint(config: unknown): FileConfig | undefined {
  const { rules, settings } = (config ?? {}) as { rules?: unknown; settings?: unknown };
  if (typeof rules !== "object" || rules === null) return undefined;
  const floodgate = (settings as Record<string, unknown> | undefined)?.["floodgate"];
  const problems = new Set<string>();
  const uses: RuleUse[] = [];
  let mentioned = false;
  for (const rule of ruleNames) {
    const entry = (rules as Record<string, unknown>)[ruleIdOf(rule)];
    if (entry === undefined) continue;
    mentioned = true;
    const [level, options] = (Array.isArray(entry) ? entry : [entry]) as [unknown, unknown];
    const severity = severityOf(level);
    if (severity === undefined) continue;
    const resolved = resolvePolicy(ownDefaults(rule), floodgate, options);
    for (const problem of resolved.problems) problems.add(problem);
    uses.push({ rule, severity, policy: interned(resolved.policy) });
  }
  return mentioned ? { uses, problems: [...problems], source: "eslint" } : undefined;
}

/** The same config, for somebody who asked for fixes: `--fix`, fix all. */
export function withAutofix(config: FileConfig): FileConfig {
  let fixing = fixingConfigs.get(config);
  if (fixing === undefined) {
    const uses = config.uses.map((use) => ({ ...use, policy: interned({ ...use.policy, autofix: true }) }));
    fixingConfigs.set(config, (fixing = { ...config, uses }));
  }
  return fixing;
}

const fixingConfigs = new WeakMap<FileConfig, FileConfig>();

/** The policy for questions about the whole file: may it hold sites, what resolves from it. */
export function policyOf({ uses }: FileConfig): Policy {
  return uses[0]?.policy ?? defaultPolicy;
}

/** Who turns on a rule that is in no `recommended` preset wants to hear it: most of its findings are strict ones. */
function ownDefaults(rule: RuleName): Partial<Policy> | undefined {
  return recommended[rule] === "off" ? { strictness: "strict" } : undefined;
}

function severityOf(level: unknown): Severity | undefined {
  if (level === 2 || level === "error") return "error";
  return level === 1 || level === "warn" ? "warn" : undefined;
}

const policies = new Map<string, Policy>();

/** Equal policies are one object, so that rules share one analysis. */
function interned(policy: Policy): Policy {
  const key = JSON.stringify(policy);
  const known = policies.get(key);
  if (known === undefined) policies.set(key, policy);
  return known ?? policy;
}
