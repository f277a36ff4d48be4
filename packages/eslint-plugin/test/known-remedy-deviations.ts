/** What the rules' pages show, and what remedies promise, that does not hold yet: as `known-deviations.ts` for verdicts. */
import type { Deviation } from "./known-deviations.ts";

/** What a rule's page shows and the plugin does not do yet. */
export interface PageDeviation extends Deviation {
  readonly rule: string;
  /** Part of the example, or `a remedy`. */
  readonly contains: string;
}

export const pageDeviations: readonly PageDeviation[] = [
  {
    rule: "no-sleep-throttle",
    contains: "void save(item);",
    today: "floodgate/no-floating-fan-out + floodgate/no-sleep-throttle",
    because: "one site, one report.",
  },
];

/** Remedies that do not keep their promises yet, by snippet; `fixes.test.ts` says which promises. */
export const remedyDeviations: Readonly<Record<string, string>> = {
  C137: "`bounded` on the chunks leaves fifty times fifty tasks, so the site is reported again.",
};
