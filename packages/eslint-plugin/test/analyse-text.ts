/** The analysis over source text, with a parser and nothing else: no ESLint, no compiler. */
import { posix } from "node:path";
import { parseForESLint } from "@typescript-eslint/parser";
import { callsNamed, readCode, unwrap } from "../src/analysis/code.ts";
import type { Code, Node } from "../src/analysis/code.ts";
import { analyse, defaultPolicy, syntacticFacts } from "../src/analysis/index.ts";
import type {
  Analysis,
  AnalysisInput,
  Bound,
  Decision,
  Edit,
  Effect,
  Finding,
  Gate,
  Policy,
  TypeFacts,
} from "../src/analysis/index.ts";

export interface Given {
  readonly policy?: Partial<Policy>;
  readonly facts?: Partial<TypeFacts>;
  /** Files that imports resolve to: `{ "./lists": "export const three = [1, 2, 3];" }`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files beside it on disk, where relative imports lead without types: `{ "lists.ts": "export const three = [1, 2, 3];" }`. */
  readonly neighbours?: Readonly<Record<string, string>>;
  readonly jsx?: boolean;
  readonly fileName?: string;
}

/** What a host hands to `analyse`. Throws where the text does not parse. */
export function inputOf(
  text: string,
  { policy, facts, files, neighbours, jsx = false, fileName }: Given = {},
): AnalysisInput {
  const importedFile: TypeFacts["importedFile"] = (specifier) => {
    const imported = files?.[specifier];
    return imported === undefined ? undefined : { fileName: specifier, text: imported };
  };
  return {
    ...parsed(text, jsx),
    facts: (facts ?? files) ? { ...syntacticFacts, importedFile, ...facts } : syntacticFacts,
    policy: { ...defaultPolicy, ...policy },
    fileName,
    parse: (file) => {
      try {
        return parsed(file.text, jsx);
      } catch {
        return undefined;
      }
    },
    neighbour: neighbours && ((specifier, from = "index.ts") => neighbourIn(neighbours, specifier, from)),
  };
}

function neighbourIn(files: Readonly<Record<string, string>>, specifier: string, from: string) {
  const path = posix.join(posix.dirname(from), specifier);
  const fileName = [path, `${path}.ts`, `${path}/index.ts`].find((candidate) => candidate in files);
  return fileName === undefined ? undefined : { fileName, text: files[fileName] ?? "" };
}

function parsed(text: string, jsx: boolean) {
  const { ast, scopeManager, visitorKeys } = parseForESLint(text, {
    range: true,
    comment: true,
    sourceType: "module",
    ecmaFeatures: { jsx },
  });
  return { ast, text, comments: ast.comments, scopes: scopeManager, visitorKeys };
}

export const analyseText = (text: string, given?: Given): Analysis => analyse(inputOf(text, given));

/** The findings of the strict preset, unless `policy` says otherwise. */
export function findingsIn(text: string, given: Given = {}): readonly Finding[] {
  return analyseText(text, { ...given, policy: { strictness: "strict", ...given.policy } }).findings;
}

/** The one decision about a text that holds one site. */
export function decisionIn(text: string, given?: Given): Decision {
  const { decisions } = analyseText(text, given);
  const [decision] = decisions;
  if (decision === undefined || decisions.length > 1)
    throw new Error(`${decisions.length} decisions instead of one in\n${text}`);
  return decision;
}

/** The file, and the argument of its one call of `here(...)`: what a table asks about. */
export function hereIn(text: string, given?: Given): { readonly code: Code; readonly node: Node } {
  const code = readCode(inputOf(text, given));
  const [call] = callsNamed(code, (name) => name === "here");
  const node = call?.arguments[0];
  if (node === undefined) throw new Error(`no here(...) in\n${text}`);
  return { code, node: unwrap(node) };
}

/** The text after an edit in an editor. Throws where edits overlap or are not in order. */
export function applied(text: string, edits: readonly Edit[]): string {
  let output = "";
  let at = 0;
  for (const { start, end, text: replacement } of edits) {
    if (start < at || end < start) throw new Error(`overlapping edits in ${JSON.stringify(edits)}`);
    output += text.slice(at, start) + replacement;
    at = end;
  }
  return output + text.slice(at);
}

/** `2`, `<= 5`, `<= 10 window`, `limit batchSize`, `coded PLUGINS`, `page`, `unbounded`, `unknown`. */
export function boundText(bound: Bound): string {
  switch (bound.kind) {
    case "exact":
      return String(bound.count);
    case "at-most":
      return `<= ${bound.count}${bound.by === "window" ? " window" : ""}`;
    case "limit-like":
      return `limit ${bound.name}`;
    case "coded":
      return `coded ${bound.name}`;
    case "page":
    case "unbounded":
    case "unknown":
      return bound.kind;
  }
}

/** `none`, `limiter q`, `limiter q 5`, `pool`, `connection tx`, `lookalike fetchLimited`, `partial queue`. */
export function gateText(gate: Gate): string {
  switch (gate.kind) {
    case "limiter":
      return `limiter ${gate.name}${gate.capacity === undefined ? "" : ` ${gate.capacity === Number.MAX_SAFE_INTEGER ? "Infinity" : gate.capacity}`}`;
    case "connection":
    case "lookalike":
    case "partial":
      return `${gate.kind} ${gate.name}`;
    case "pool":
    case "none":
      return gate.kind;
  }
}

/** `starts save`, `hidden`, `light`, `unknown`, or why nothing starts: `sync`, `join`, `batched`. */
export function effectText(effect: Effect): string {
  switch (effect.kind) {
    case "starts":
      return `starts ${effect.what}`;
    case "none":
      return effect.why;
    case "handed":
    case "hidden":
    case "light":
    case "opaque":
    case "own":
    case "releases":
    case "unknown":
      return effect.kind;
  }
}
