/** SourceCode to Analysis, once per file and policy, for all rules together. */
import type { ScopeManager } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import type { Rule, SourceCode } from "eslint";
import { analyse, mayHaveSites, resolvePolicy, syntacticFacts } from "../analysis/index.ts";
import type { Analysis, Policy, ResolvedPolicy } from "../analysis/index.ts";
import { neighbourOf, pathInProject } from "./neighbour.ts";
import { limitersSeenFrom } from "./own-limiters.ts";
import { importedFileParser } from "./parse-imported.ts";
import { factsOfParserServices } from "./parser-services.ts";

/** A rule's own opinion about the policy, which settings and options override. */
export type PolicyDefaults = Readonly<Partial<Policy>>;

/**
 * The policy for a rule in a file: defaults < the rule's own < `settings.floodgate` < the rule's options.
 * Equal policies are one object, so that rules share one analysis.
 */
export function policyOf(
  context: Rule.RuleContext,
  ruleDefaults: PolicyDefaults | undefined,
): ResolvedPolicy {
  const layers = [ruleDefaults, context.settings["floodgate"], (context.options as readonly unknown[])[0]];
  let cache: PolicyCache = policies;
  for (const layer of layers) {
    const key = isObject(layer) ? layer : absent;
    // A setting that is no object at all is wrong, and rare: not worth a cache.
    if (key === absent && layer !== undefined && layer !== null) return resolvePolicy(...layers);
    let next = cache.next.get(key);
    if (next === undefined) cache.next.set(key, (next = { next: new WeakMap() }));
    cache = next;
  }
  return (cache.resolved ??= interned(resolvePolicy(...layers)));
}

interface PolicyCache {
  readonly next: WeakMap<object, PolicyCache>;
  resolved?: ResolvedPolicy;
}

const policies: PolicyCache = { next: new WeakMap() };
const absent: object = {};
const known = new Map<string, Policy>();

function interned({ policy, problems }: ResolvedPolicy): ResolvedPolicy {
  const key = JSON.stringify(policy);
  const same = known.get(key);
  if (same === undefined) known.set(key, policy);
  return { policy: same ?? policy, problems };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** What the file holds, or undefined where there is nothing to analyse: no site, or no JavaScript. */
export function analysisOf(context: Rule.RuleContext, policy: Policy): Analysis | undefined {
  const { sourceCode } = context;
  const ofFile = analyses.get(sourceCode) ?? new Map<Policy, Analysis | undefined>();
  analyses.set(sourceCode, ofFile);
  if (!ofFile.has(policy)) ofFile.set(policy, analysisOfFile(context, policy));
  return ofFile.get(policy);
}

const analyses = new WeakMap<SourceCode, Map<Policy, Analysis | undefined>>();

function analysisOfFile(context: Rule.RuleContext, policy: Policy): Analysis | undefined {
  const { sourceCode, languageOptions, filename, physicalFilename, cwd } = context;
  if (!isJavaScript(sourceCode)) return undefined;
  const facts = factsOfParserServices(sourceCode.parserServices, sourceCode.ast);
  if (!mayHaveSites(sourceCode.text, policy, facts !== syntacticFacts)) return undefined;
  return analyse({
    // The parsers' trees are ESTree with TypeScript's nodes, whatever ESLint's own types say.
    ast: sourceCode.ast as unknown as TSESTree.Program,
    text: sourceCode.text,
    comments: sourceCode
      .getAllComments()
      .flatMap(({ type, value, range }) => (range ? [{ type, value, range }] : [])),
    scopes: sourceCode.scopeManager as unknown as ScopeManager,
    visitorKeys: sourceCode.visitorKeys,
    facts,
    fileName: pathInProject(filename),
    policy: { ...policy, limiters: limitersSeenFrom(policy.limiters, filename, cwd) },
    parse: importedFileParser(languageOptions),
    // Nobody knows where the imports of a code block in a Markdown file would start.
    neighbour: filename === physicalFilename ? neighbourOf(filename) : undefined,
  });
}

/** ESLint also lints JSON, CSS and Markdown; a preset without `files` reaches them. */
function isJavaScript(sourceCode: SourceCode): boolean {
  const { ast, scopeManager } = sourceCode as Partial<SourceCode>;
  return ast?.type === "Program" && scopeManager != null;
}
