/** A parsed file and its config → what is reported, what a comment suppresses, and how to mend each. */
import type {
  Analysis,
  Decision,
  Finding,
  Policy,
  Remedies,
  RemedyTarget,
  TypeFacts,
} from "eslint-plugin-floodgate/analysis";
import { directivesIn } from "./directives.ts";
import type { Engine, Program } from "./engine.ts";
import { ruleIdOf, type FileConfig, type Severity } from "./rule-config.ts";

export interface Report {
  readonly finding: Finding;
  readonly severity: Severity;
}

export interface SuppressedReport extends Report {
  /** The reason that the comment gives, or `""`. */
  readonly reason: string;
}

export interface Linted {
  /** In source order. */
  readonly reports: readonly Report[];
  readonly suppressed: readonly SuppressedReport[];
  /** Every site, reported or not. */
  readonly decisions: readonly Decision[];
  /** Whether files that it imports were looked into: then it depends on them, too. */
  readonly lookedElsewhere: boolean;
  remedies(finding: Finding, target: RemedyTarget): Remedies;
}

export function lint(engine: Engine, program: Program, facts: TypeFacts, config: FileConfig): Linted {
  const analyses = new Map<Policy, Analysis>();
  const found: (Report & { readonly analysis: Analysis })[] = [];
  for (const { rule, severity, policy } of config.uses) {
    let analysis = analyses.get(policy);
    if (analysis === undefined) analyses.set(policy, (analysis = engine.decide(program, facts, policy)));
    for (const finding of analysis.findings)
      if (finding.site.rule === rule) found.push({ finding, severity, analysis });
  }
  found.sort((a, b) => a.finding.site.span.start - b.finding.site.span.start);

  const directives = directivesIn(program.file.text, found.length === 0 ? [] : program.comments);
  const reports: Report[] = [];
  const suppressed: SuppressedReport[] = [];
  const madeBy = new Map<Finding, Analysis>();
  for (const { finding, severity, analysis } of found) {
    const ruleId = ruleIdOf(finding.site.rule);
    const level = inlineSeverity(directives.inlineLevel(ruleId));
    if (level === "off") continue;
    madeBy.set(finding, analysis);
    const report = { finding, severity: level ?? severity };
    const reason = directives.suppression(ruleId, finding.site.span.start);
    if (reason === undefined) reports.push(report);
    else suppressed.push({ ...report, reason });
  }
  return {
    reports,
    suppressed,
    decisions: [...analyses.values()][0]?.decisions ?? [],
    lookedElsewhere: [...analyses.values()].some((analysis) => analysis.lookedElsewhere),
    remedies: (finding, target) => madeBy.get(finding)?.remedies(finding, target) ?? { suggestions: [] },
  };
}

function inlineSeverity(level: unknown): Severity | "off" | undefined {
  switch (level) {
    case 0:
    case "off":
      return "off";
    case 1:
    case "warn":
      return "warn";
    case 2:
    case "error":
      return "error";
    default:
      return undefined;
  }
}
