/** "Why is nothing reported here?": the decision chain for the file and for the site at the cursor, as Markdown. */
import type { Decision } from "eslint-plugin-floodgate/analysis";
import { rulePageOf } from "eslint-plugin-floodgate/rule-page";
import { positionOf, type PlacedText } from "../convert.ts";
import type { View } from "../documents.ts";
import type { FileConfig } from "../engine/rule-config.ts";
import type { ResolvedSettings } from "../settings.ts";
import { decisionLines } from "./decision-lines.ts";
import { decisionAt } from "./hover.ts";
import { ruleIdOf } from "../engine/rule-config.ts";

export interface ExplanationInput {
  readonly view: Pick<
    View,
    "tier" | "decisions" | "reports" | "notice" | "program" | "linted" | "milliseconds"
  >;
  readonly document: PlacedText;
  readonly offset: number;
  readonly settings: ResolvedSettings;
  /** Which rules apply here, and who says so. */
  readonly config: FileConfig;
  /** ESLint's configuration ignores the file. */
  readonly ignored: boolean;
  readonly parser: string;
  /** Where types come from, or why there are none. */
  readonly types: string;
}

export function explanationOf(input: ExplanationInput): string {
  const { view, settings, parser, types } = input;
  return [
    "# Why is nothing reported here?",
    "",
    "## The file",
    "",
    ...fileChain(input),
    ...(input.config.source === "eslint" ? ["* Rules and settings: from the project's ESLint config."] : []),
    `* Types: ${types}.`,
    `* Parser: ${parser}; ${view.milliseconds.toFixed(1)} ms for the last look.`,
    `* Strictness: ${settings.policy.strictness}; sizes up to ${settings.policy.maxKnownSize} that the source fixes are silent, limits up to ${settings.policy.maxConcurrency} count as limits.`,
    ...settings.problems.map((problem) => `* Setting: ${problem}`),
    "",
    ...siteChain(input),
    "",
  ].join("\n");
}

function fileChain({ view, settings, ignored }: ExplanationInput): string[] {
  if (settings.server.lint === "never") return ["* Reports are turned off: `floodgate.lint` is `never`."];
  if (ignored) return ["* Nothing is reported in this file: the project's ESLint config ignores it."];
  if (view.notice !== undefined) return [`* ${view.notice}`];
  if (view.program === undefined)
    return ["* Its text holds nothing that could start many promises together, so it was not parsed."];
  const sites = view.decisions.length;
  return [
    `* ${sites === 0 ? "No place starts many promises together" : `${sites} ${sites === 1 ? "place" : "places"} may start many promises together`}; ${view.reports.length} reported.`,
  ];
}

function siteChain({ view, document, offset, config }: ExplanationInput): string[] {
  // What is said of the file is all there is to say.
  if (view.program === undefined) return [];
  const isReported = ({ site }: Decision) =>
    view.reports.some(
      ({ finding }) => finding.site.rule === site.rule && finding.site.span.start === site.span.start,
    );
  const linesOf = (decision: Decision) => decisionLines(decision, isReported(decision));
  const lineOf = (at: number) => positionOf(document, at).line + 1;
  const placed = (decision: Decision) =>
    `line ${lineOf(decision.site.span.start)}, ${linesOf(decision).join(" ")}`;
  const line = lineOf(offset);
  const here =
    decisionAt(view.decisions, offset) ??
    around(view.decisions, offset) ??
    view.decisions.find(({ site }) => lineOf(site.span.start) === line);
  if (here === undefined)
    return [
      `## Line ${line}`,
      "",
      "Nothing on this line starts several promises together, so there is nothing to report.",
      ...(view.decisions.length === 0 ? [] : ["", "## Elsewhere in this file", ""]),
      ...view.decisions.map((decision) => `* ${placed(decision)}`),
    ];
  const { site } = here;
  return [
    `## \`${site.operation}\` at line ${lineOf(site.span.start)}`,
    "",
    ...linesOf(here).map((line) => `* ${line}`),
    ...withheld(here, view, config).map((reason) => `* ${reason}`),
    `* Rule: [${ruleIdOf(site.rule)}](${rulePageOf(site.rule)})`,
  ];
}

/** Why a site whose verdict is to be reported is not underlined all the same. */
function withheld(
  { site, verdict, certainty }: Decision,
  { reports, linted, tier }: ExplanationInput["view"],
  { uses }: FileConfig,
): string[] {
  const isSame = (other: Decision) =>
    other.site.rule === site.rule && other.site.span.start === site.span.start;
  if (verdict.kind !== "report" || reports.some(({ finding }) => isSame(finding))) return [];
  if (!uses.some(({ rule }) => rule === site.rule))
    return [`The rule \`${ruleIdOf(site.rule)}\` is turned off here.`];
  const suppressed = linted?.suppressed.find(({ finding }) => isSame(finding));
  if (suppressed !== undefined)
    return [
      `A comment disables the rule here${suppressed.reason === "" ? ", without a reason" : `: ${suppressed.reason}`}.`,
    ];
  if (tier === 1 && certainty === "likely")
    return ["A type could withdraw this, so it is shown once types have been asked."];
  return [];
}

function around(decisions: readonly Decision[], offset: number): Decision | undefined {
  return decisions
    .filter(({ site: { whole } }) => whole.start <= offset && offset <= whole.end)
    .sort((a, b) => a.site.whole.end - a.site.whole.start - (b.site.whole.end - b.site.whole.start))[0];
}
