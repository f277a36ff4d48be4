/** What the user may set, merged in one place: defaults < settings < options. */

export interface LimiterSetting {
  /** Module the name is imported from: `"./lib/limits"`, `"my-limiter"`. */
  readonly from: string;
  /** The imported name; `"default"` for the default import. */
  readonly import: string;
  /** `limiter`: a ready limiter or gated function. `factory`: a call to it makes a limiter. */
  readonly kind: "limiter" | "factory";
}

export interface KindLimit {
  /** Module the started work comes from: `"node:fs"`, `"pg"`. */
  readonly from: string;
  readonly limit: number;
}

/** Every name and number the analysis takes from its user. */
export interface Policy {
  /** `recommended` reports `report` verdicts, `strict` also the `strict` ones. */
  readonly strictness: "recommended" | "strict";
  /** `certain` drops findings that a type could withdraw: an editor's first tier. */
  readonly report: "certain" | "likely";
  /** The limit that remedies insert: an integer from 1. 10 is the median that maintainers chose in 69 real fixes. */
  readonly defaultLimit: number;
  readonly limits: readonly KindLimit[];
  /** Static sizes up to this are silent. */
  readonly maxKnownSize: number;
  /** What `bounded`, chunks, windows and limiters may allow. */
  readonly maxConcurrency: number;
  readonly limiters: readonly LimiterSetting[];
  /** Functions that take an array of promises as `Promise.all` does: `"promiseAll"`, `"utils.settle"`. */
  readonly combinators: readonly string[];
  /** Calls whose result is small or paged: `"findAllInBatches"`. */
  readonly boundedCalls: readonly string[];
  /** Properties whose length is small by domain: `"config.plugins"`. */
  readonly boundedProperties: readonly string[];
  /** Where remedies import the runtime from. */
  readonly runtimeModule: string;
  readonly prefer: "runtime" | "p-limit" | "p-map" | "auto";
  readonly autofix: boolean;
}

export const defaultPolicy: Policy = {
  strictness: "recommended",
  report: "likely",
  defaultLimit: 10,
  limits: [],
  maxKnownSize: 32,
  maxConcurrency: 100,
  limiters: [],
  combinators: [],
  boundedCalls: [],
  boundedProperties: [],
  runtimeModule: "@floodgate/runtime",
  prefer: "auto",
  autofix: false,
};

export interface ResolvedPolicy {
  readonly policy: Policy;
  /** One sentence per wrong setting, naming it, the rule and the value received. The default is used instead. */
  readonly problems: readonly string[];
}

const positiveInteger = (least: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= least ? undefined : `an integer from ${least} and up`;
const oneOf =
  (...values: readonly string[]) =>
  (value: unknown) =>
    values.includes(value as string)
      ? undefined
      : `one of ${values.map((v) => JSON.stringify(v)).join(", ")}`;
const nonEmptyString = (value: unknown) =>
  typeof value === "string" && value !== "" ? undefined : "a string that is not empty";
const listOf = (what: string, holds: (item: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(holds) ? undefined : `an array of ${what}`;
const hasStrings = (item: unknown, keys: readonly string[]) =>
  typeof item === "object" &&
  item !== null &&
  keys.every((key) => typeof (item as Record<string, unknown>)[key] === "string");
const listOfNames = listOf("strings", (item) => typeof item === "string");

/** Per setting: `undefined` when the value will do, otherwise what was expected. */
const expectations: { readonly [K in keyof Policy]: (value: unknown) => string | undefined } = {
  strictness: oneOf("recommended", "strict"),
  report: oneOf("certain", "likely"),
  defaultLimit: positiveInteger(1),
  limits: listOf(
    '`{ from: "node:fs", limit: 32 }`',
    (item) => hasStrings(item, ["from"]) && !positiveInteger(1)((item as { limit?: unknown }).limit),
  ),
  maxKnownSize: positiveInteger(0),
  maxConcurrency: positiveInteger(1),
  limiters: listOf(
    '`{ from: "./limits", import: "limit", kind: "limiter" | "factory" }`',
    (item) =>
      hasStrings(item, ["from", "import", "kind"]) &&
      !oneOf("limiter", "factory")((item as { kind?: unknown }).kind),
  ),
  combinators: listOfNames,
  boundedCalls: listOfNames,
  boundedProperties: listOfNames,
  runtimeModule: nonEmptyString,
  prefer: oneOf("runtime", "p-limit", "p-map", "auto"),
  autofix: (value) => (typeof value === "boolean" ? undefined : "a boolean"),
};

/**
 * Merges what the user set over the defaults, later layers first served, and says what was wrong.
 *
 * @param layers - `settings.floodgate`, then a rule's options: objects, or undefined where there is none.
 */
export function resolvePolicy(...layers: readonly unknown[]): ResolvedPolicy {
  const policy: Record<string, unknown> = { ...defaultPolicy };
  const problems: string[] = [];
  for (const layer of layers) {
    if (layer === undefined || layer === null) continue;
    if (typeof layer !== "object" || Array.isArray(layer)) {
      problems.push(`Expected \`settings.floodgate\` to be an object, got ${show(layer)}.`);
      continue;
    }
    for (const [name, value] of Object.entries(layer)) {
      const expectation = Object.hasOwn(expectations, name) ? expectations[name as keyof Policy] : undefined;
      if (expectation === undefined) {
        const near = closest(name, Object.keys(expectations));
        problems.push(
          `There is no Floodgate setting \`${name}\`.${near ? ` Did you mean \`${near}\`?` : ""}`,
        );
        continue;
      }
      if (value === undefined) continue;
      const expected = expectation(value);
      if (expected === undefined) policy[name] = value;
      else problems.push(`Expected the Floodgate setting \`${name}\` to be ${expected}, got ${show(value)}.`);
    }
  }
  return { policy: policy as unknown as Policy, problems };
}

function show(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value));
  return `\`${text}\` (${Array.isArray(value) ? "array" : typeof value})`;
}

/** The known name within two edits, if any: a typo's likely meaning. */
function closest(name: string, known: readonly string[]): string | undefined {
  return known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ distance }) => distance <= 2)
    .sort((a, b) => a.distance - b.distance)[0]?.candidate;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(
        (previous[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    previous = row;
  }
  return previous[b.length] ?? 0;
}
