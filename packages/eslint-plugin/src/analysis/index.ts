/** The door of the analysis: source in, decisions, findings and remedies out. Pure; imports no host. */
import type { TSESTree } from "@typescript-eslint/types";
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import { newProject, readCode, spanOf, type Code } from "./code.ts";
import { decide } from "./decide.ts";
import type { Draft } from "./draft.ts";
import type { ImportedFile, TypeFacts } from "./facts.ts";
import { messageOf, relatedOf } from "./message.ts";
import type { Decision, Finding, Remedies, RemedyTarget } from "./model.ts";
import type { Policy } from "./policy.ts";
import { remediesOf } from "./remedies.ts";

export type * from "./model.ts";
export { ruleNames } from "./model.ts";
export { syntacticFacts } from "./facts.ts";
export type { Answer, DeclaredType, ImportedFile, SizeFact, TypeFacts } from "./facts.ts";
export { defaultPolicy, resolvePolicy } from "./policy.ts";
export type { KindLimit, LimiterSetting, Policy, ResolvedPolicy } from "./policy.ts";
export { boundLabel, explain } from "./message.ts";
export { verdictTable } from "./verdict.ts";
export { mayHaveSites } from "./prefilter.ts";
export { mayDecide } from "./sieve.ts";
export { spanOf } from "./code.ts";

/** A comment, as every ESTree parser gives it. */
export interface Comment {
  readonly type: string;
  readonly value: string;
  readonly range: readonly [number, number];
}

/** One parsed file. Of the tree only `type`, `range` (or `start` and `end`) and child nodes are read: no tokens, `parent` or `loc`. */
export interface ParsedFile {
  readonly ast: TSESTree.Program;
  readonly text: string;
  readonly comments: readonly Comment[];
  /** eslint-scope's or @typescript-eslint/scope-manager's. A global is a reference unresolved or without definitions. */
  readonly scopes: ScopeManager;
  /**
   * Whether its top level is a scope of its own, as in modules and in CommonJS, and `scopes` cost something when first read:
   * then names are looked up one by one, and `scopes` is read only where that cannot tell.
   */
  readonly isClosed?: boolean;
  readonly visitorKeys: Readonly<Record<string, readonly string[] | undefined>>;
}

export interface AnalysisInput extends ParsedFile {
  readonly facts: TypeFacts;
  readonly policy: Policy;
  /** The file's path from the project's root, with `/`: tells which files are tests. */
  readonly fileName?: string | undefined;
  /** Parses what `facts.importedFile` or `neighbour` found, with the host's parser and cache; undefined when it does not parse. */
  readonly parse?: ((file: ImportedFile) => ParsedFile | undefined) | undefined;
  /**
   * The file of the project that an import leads to, from the analysed file or from one that `neighbour` gave. Needs no types;
   * asked only where something would be reported. Undefined for what is not there.
   */
  readonly neighbour?:
    ((specifier: string, from: string | undefined) => ImportedFile | undefined) | undefined;
}

export interface Analysis {
  /** Every site, reported or not, in source order: what a fan-out report or "why nothing here?" shows. */
  readonly decisions: readonly Decision[];
  /** The decisions that `policy` says to report, in source order. */
  readonly findings: readonly Finding[];
  /** Whether it looked into imported files through `neighbour`: then it depends on them, too. */
  readonly lookedElsewhere: boolean;
  /** How to mend a finding of this analysis, worked out when asked. */
  remedies(finding: Finding, target: RemedyTarget): Remedies;
}

/**
 * Finds the places where many promises are started together, and decides about each.
 * Never throws on a program that parses: not knowing is a value with a reason.
 */
export function analyse(input: AnalysisInput): Analysis {
  const { code, drafts, lookedElsewhere } = decideTwice(input);
  const decisions = drafts.map((draft): Decision => ({
    site: {
      rule: draft.rule,
      span: draft.span,
      whole: spanOf(draft.node),
      operation: draft.operation,
    },
    bound: draft.bound,
    gate: draft.gate,
    effect: draft.effect,
    verdict: draft.verdict,
    certainty: draft.certain ? "certain" : "likely",
  }));
  const byId = new Map<string, (typeof drafts)[number]>();
  const findings = decisions.flatMap((decision, index): readonly Finding[] => {
    const draft = drafts[index];
    const { kind } = decision.verdict;
    const wanted = kind === "report" || (kind === "strict" && code.policy.strictness === "strict");
    if (draft === undefined || !wanted) return [];
    if (code.policy.report === "certain" && decision.certainty === "likely") return [];
    const id = `${draft.rule}:${draft.span.start}`;
    byId.set(id, draft);
    return [{ ...decision, id, message: messageOf(code, draft), related: relatedOf(code, draft) }];
  });
  return {
    decisions,
    findings,
    lookedElsewhere,
    remedies: (finding, target) => {
      const draft = byId.get(finding.id);
      return draft === undefined ? { suggestions: [] } : remediesOf(code, draft, target);
    },
  };
}

/**
 * What the file alone shows, and where that is a finding, once more with the files it imports: they may hold the limiter,
 * the array or the function that decides. Most files have none, and none is opened for them.
 */
function decideTwice(input: AnalysisInput): {
  readonly code: Code;
  readonly drafts: readonly Draft[];
  readonly lookedElsewhere: boolean;
} {
  const { neighbour } = input;
  let lookedElsewhere = false;
  const watched: AnalysisInput = neighbour
    ? {
        ...input,
        neighbour: (specifier, from) => {
          lookedElsewhere = true;
          return neighbour(specifier, from);
        },
      }
    : input;
  const project = newProject(neighbour !== undefined);
  const code = readCode(watched, undefined, project);
  const drafts = decide(code);
  if (neighbour === undefined || drafts.every(({ verdict }) => verdict.kind === "silent"))
    return { code, drafts, lookedElsewhere };
  // What was found out without asking for another file holds. Of files that the types led to, none was asked for by another.
  project.progress.isAlone = false;
  const withImports = project.files.size === 0 ? code : readCode(watched);
  return { code: withImports, drafts: decide(withImports), lookedElsewhere };
}
