/** The door of the analysis: source in, decisions, findings and remedies out. Pure; imports no host. */
import type { TSESTree } from "@typescript-eslint/types";
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TypeFacts } from "./facts.ts";
import type { Decision, Finding, Remedies, RemedyTarget } from "./model.ts";
import type { Policy } from "./policy.ts";

export type * from "./model.ts";
export { ruleNames } from "./model.ts";
export { syntacticFacts } from "./facts.ts";
export type { Answer, DeclaredType, ImportedFile, SizeFact, TypeFacts } from "./facts.ts";
export { defaultPolicy, resolvePolicy } from "./policy.ts";
export type { KindLimit, LimiterSetting, Policy, ResolvedPolicy } from "./policy.ts";

/** A comment, as every ESTree parser gives it. */
export interface Comment {
  readonly type: string;
  readonly value: string;
  readonly range: readonly [number, number];
}

/** One parsed file. Of the tree only `type`, `range` and child nodes are read: no tokens, `parent` or `loc`. */
export interface AnalysisInput {
  readonly ast: TSESTree.Program;
  readonly text: string;
  readonly comments: readonly Comment[];
  /** eslint-scope's or @typescript-eslint/scope-manager's. A global is a reference unresolved or without definitions. */
  readonly scopes: ScopeManager;
  readonly visitorKeys: Readonly<Record<string, readonly string[] | undefined>>;
  readonly facts: TypeFacts;
  readonly policy: Policy;
}

export interface Analysis {
  /** Every site, reported or not, in source order: what a fan-out report or "why nothing here?" shows. */
  readonly decisions: readonly Decision[];
  /** The decisions that `policy` says to report, in source order. */
  readonly findings: readonly Finding[];
  /** How to mend a finding of this analysis, worked out when asked. */
  remedies(finding: Finding, target: RemedyTarget): Remedies;
}

/**
 * Finds the places where many promises are started together, and decides about each.
 * Never throws on a program that parses: not knowing is a value with a reason.
 */
export function analyse(_input: AnalysisInput): Analysis {
  return { decisions: [], findings: [], remedies: () => ({ suggestions: [] }) };
}

/**
 * Whether a file can hold a site at all, from its text alone: most cannot, and need not be parsed.
 * A `true` may be wrong; a `false` never is.
 */
export function mayHaveSites(_text: string, _policy: Policy): boolean {
  return true;
}
