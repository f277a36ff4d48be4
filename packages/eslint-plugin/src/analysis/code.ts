/** The file under analysis: its tree with parents, its names resolved, its text. Built once per analysis. */
import { syntacticFacts, type Answer, type ImportedFile, type TypeFacts } from "./facts.ts";
import type { AnalysisInput, Comment } from "./index.ts";
import { memoOf, newProgress, type Progress } from "./memo.ts";
import type { Span } from "./model.ts";
import type { Policy } from "./policy.ts";
import { treeOf } from "./tree.ts";
import type { Definition, Reference, Variable as ScopeVariable } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";

export type Node = TSESTree.Node;

export type Call = TSESTree.CallExpression;

/** What may be read of a scope manager's variable: what `variables.ts` tells without one. */
export interface Variable extends Pick<ScopeVariable, "name" | "defs" | "identifiers"> {
  readonly references: readonly Pick<Reference, "identifier" | "init" | "isRead" | "isWrite" | "writeExpr">[];
}

export type FunctionNode =
  TSESTree.ArrowFunctionExpression | TSESTree.FunctionExpression | TSESTree.FunctionDeclaration;

export type Loop =
  | TSESTree.ForOfStatement
  | TSESTree.ForInStatement
  | TSESTree.ForStatement
  | TSESTree.WhileStatement
  | TSESTree.DoWhileStatement;

/** A name brought in from another module: `import { eachLimit } from "async"` is `{ module: "async", name: "eachLimit" }`. */
export interface Imported {
  readonly module: string;
  /** `"default"` for the default import, `"*"` for the namespace, otherwise the exported name. */
  readonly name: string;
}

export interface Code {
  readonly ast: TSESTree.Program;
  readonly text: string;
  readonly comments: readonly Comment[];
  readonly facts: TypeFacts;
  readonly policy: Policy;
  /** The path from the project's root; empty where it is not known. */
  readonly fileName: string;
  /** Calls and `new` expressions by the last name of what they call: `a.b.load()` is under `load`; `""` for those without. */
  readonly calls: ReadonlyMap<string, readonly (Call | TSESTree.NewExpression)[]>;
  readonly loops: readonly Loop[];
  /** Expression statements and `void` expressions: what they evaluate to is dropped. */
  readonly dropped: readonly Node[];
  parent(node: Node): Node | undefined;
  /** The variable an identifier refers to or declares; undefined for globals and names nobody declares. */
  variable(identifier: Node): Variable | undefined;
  /** Child nodes in source order. */
  children(node: Node): readonly Node[];
  /** Computes once per node and question. `whileBusy` answers when the computation needs itself. */
  once<T>(question: string, node: object, compute: () => T, whileBusy: T): T;
  /** Asks `facts`, and remembers that it could not answer: what was decided meanwhile is no longer certain. */
  ask(question: (facts: TypeFacts) => Answer): Answer;
  /**
   * The file an import specifier leads to, read and parsed by the host; undefined for packages, and where the host cannot
   * look. `handedOn`: this file only exports again what that one defines.
   */
  open(specifier: string, handedOn?: "handed on"): Code | undefined;
  /** The text of that file, which is had for less than its tree. */
  textOf(specifier: string, handedOn?: "handed on"): string | undefined;
  /** How many questions went unanswered so far. */
  readonly unanswered: { count: number };
}

/** The calls whose last name is wanted, in source order. */
export function callsNamed(
  code: Code,
  isWanted: (name: string) => boolean,
): readonly (Call | TSESTree.NewExpression)[] {
  const found: (Call | TSESTree.NewExpression)[] = [];
  for (const [name, calls] of code.calls) if (isWanted(name)) found.push(...calls);
  return found.sort(bySource);
}

export const bySource = (a: Node, b: Node) => startOf(a) - startOf(b) || endOf(b) - endOf(a);

/** How many imports are followed, one behind the other, those of barrels aside: the limiter is rarely further away. */
const maxHops = 6;

/** How many files are parsed for one: what a reviewer would not read is no evidence either. */
const maxFiles = 48;

/** What the files that one analysis looks into have in common. */
export interface Project {
  /** Each is read once, however many import it. */
  readonly files: Map<string, { readonly code: Code | undefined; readonly place: Place }>;
  readonly progress: Progress;
}

/** @param isAlone - Whether no other file is to be looked into for now; `progress` says so, and may be told otherwise. */
export const newProject = (isAlone = false): Project => ({
  files: new Map(),
  progress: newProgress(isAlone),
});

/** An imported file: its name, and how many imports led to it, the fewest that did. */
interface Place {
  readonly fileName: string;
  hops: number;
}

/** @param place - For a file that was imported. */
export function readCode(input: AnalysisInput, place?: Place, project: Project = newProject()): Code {
  const { ast, text, comments, facts, policy, fileName = "", parse, neighbour } = input;
  const tree = treeOf(input);
  const unanswered = { count: 0 };
  const found = new Map<string, ImportedFile | undefined>();
  const hopsTo = (handedOn: "handed on" | undefined) => (place?.hops ?? 0) + (handedOn ? 0 : 1);
  const find = (specifier: string, hops: number): ImportedFile | undefined => {
    const isNear = !specifier.startsWith("node:") && hops <= maxHops;
    if (!found.has(specifier)) {
      const named = facts.importedFile(specifier);
      if (named === undefined && !isNear) return undefined;
      if (named === undefined && project.progress.isAlone) {
        project.progress.missed++;
        return undefined;
      }
      found.set(specifier, named ?? neighbour?.(specifier, place?.fileName));
    }
    return found.get(specifier);
  };
  const openFile = (file: ImportedFile, hops: number): Code | undefined => {
    const { fileName } = file;
    let known = project.files.get(fileName);
    if (known === undefined) {
      if (project.files.size >= maxFiles) return undefined;
      const parsed = parse?.(file);
      const there = { fileName, hops };
      // Its types are not asked about: they belong to the file that was asked for.
      const input = parsed && { ...parsed, facts: syntacticFacts, policy, parse, neighbour };
      project.files.set(fileName, (known = { code: input && readCode(input, there, project), place: there }));
    }
    known.place.hops = Math.min(known.place.hops, hops);
    return known.code;
  };
  return {
    ast,
    text,
    comments,
    facts,
    policy,
    fileName,
    get calls() {
      return tree.outline.calls;
    },
    get loops() {
      return tree.outline.loops;
    },
    get dropped() {
      return tree.outline.dropped;
    },
    parent: tree.parent,
    variable: tree.variable,
    children: tree.children,
    unanswered,
    open: (specifier, handedOn) => {
      const hops = hopsTo(handedOn);
      const file = find(specifier, hops);
      return file && openFile(file, hops);
    },
    textOf: (specifier, handedOn) => find(specifier, hopsTo(handedOn))?.text,
    once: memoOf(project.progress, unanswered),
    ask: (question) => {
      const answer = question(facts);
      if (answer === "unknown") unanswered.count++;
      return answer;
    },
  };
}

/**
 * Where a node begins and ends. Parsers say so as `range`; one whose trees cost less without says it as `start` and `end`.
 * Nothing else in the analysis reads either.
 */
interface Placed {
  readonly range?: TSESTree.Range;
  readonly start: number;
  readonly end: number;
}

// ESLint wants `start` and `end` not even to be read, where there is a `range`.
export function startOf(node: Node): number {
  const placed = node as unknown as Placed;
  return placed.range === undefined ? placed.start : placed.range[0];
}

export function endOf(node: Node): number {
  const placed = node as unknown as Placed;
  return placed.range === undefined ? placed.end : placed.range[1];
}

export const rangeOf = (node: Node): TSESTree.Range => [startOf(node), endOf(node)];

export const spanOf = (node: Node): Span => ({ start: startOf(node), end: endOf(node) });

export const textOf = (code: Code, node: Node): string => code.text.slice(startOf(node), endOf(node));

/** The text of an expression for a message: one line, not longer than a reader takes in at a glance. */
export function shortText(code: Code, node: Node): string {
  // A chain over several lines: no blank before its dots.
  const text = textOf(code, node)
    .replace(/\s+(?=\??\.)/g, "")
    .replace(/\s+/g, " ");
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** The expression without what leaves its value alone: `as`, `!`, `satisfies`, parentheses, optional chains. */
export function unwrap(node: Node): Node {
  for (;;) {
    const type: string = node.type;
    if (
      node.type === "TSAsExpression" ||
      node.type === "TSNonNullExpression" ||
      node.type === "TSSatisfiesExpression" ||
      node.type === "TSTypeAssertion" ||
      node.type === "TSInstantiationExpression" ||
      node.type === "ChainExpression" ||
      type === "ParenthesizedExpression"
    ) {
      node = (node as { expression: Node }).expression;
    } else return node;
  }
}

/** The parent that is not merely a wrapper `unwrap` would remove. */
export function outer(code: Code, node: Node): Node | undefined {
  let parent = code.parent(node);
  while (parent !== undefined && unwrap(parent) !== parent) parent = code.parent(parent);
  return parent;
}

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === "ArrowFunctionExpression" ||
    node?.type === "FunctionExpression" ||
    node?.type === "FunctionDeclaration"
  );
}

export function isLoop(node: Node): node is Loop {
  return (
    node.type === "ForOfStatement" ||
    node.type === "ForInStatement" ||
    node.type === "ForStatement" ||
    node.type === "WhileStatement" ||
    node.type === "DoWhileStatement"
  );
}

/** The innermost function around a node; undefined at module level. */
export function functionAround(code: Code, node: Node): FunctionNode | undefined {
  for (let at = code.parent(node); at !== undefined; at = code.parent(at)) if (isFunction(at)) return at;
  return undefined;
}

export function contains(ancestor: Node, node: Node): boolean {
  return startOf(ancestor) <= startOf(node) && endOf(node) <= endOf(ancestor);
}

/** A member's name where the source shows it: `a.b`, `a["b"]`, `a?.b`, `#b`. */
export function memberName(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  const { property } = node;
  if (!node.computed)
    return property.type === "Identifier" || property.type === "PrivateIdentifier"
      ? property.name
      : undefined;
  return property.type === "Literal" && typeof property.value === "string" ? property.value : undefined;
}

/** `{ object, method, args }` of `object.method(...args)`. */
export function methodCall(
  node: Node,
):
  | { readonly call: Call; readonly object: Node; readonly method: string; readonly args: Call["arguments"] }
  | undefined {
  if (node.type !== "CallExpression") return undefined;
  const callee = unwrap(node.callee);
  if (callee.type !== "MemberExpression") return undefined;
  const method = memberName(callee);
  return method === undefined
    ? undefined
    : { call: node, object: unwrap(callee.object), method, args: node.arguments };
}

/** The dotted name of an expression: `this.api.load`, `db.user.findMany`; undefined for anything else. */
export function dottedName(node: Node): string | undefined {
  const expression = unwrap(node);
  switch (expression.type) {
    case "Identifier":
      return expression.name;
    case "ThisExpression":
      return "this";
    case "Super":
      return "super";
    case "MemberExpression": {
      const name = memberName(expression);
      const object = dottedName(expression.object);
      if (name === undefined || object === undefined) return undefined;
      return `${object}.${expression.property.type === "PrivateIdentifier" ? "#" : ""}${name}`;
    }
    default:
      return undefined;
  }
}

/** The last name in a chain, for heuristics on names: `this.http.queue` is `queue`. */
export function lastName(node: Node): string | undefined {
  const expression = unwrap(node);
  if (expression.type === "Identifier") return expression.name;
  return memberName(expression);
}

/** Visits a node and what it contains, but enters no function other than `node` itself. */
export function visitOwn(code: Code, node: Node, visit: (node: Node) => boolean | undefined): void {
  const stack: Node[] = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (visit(at) === false) continue;
    if (at !== node && isFunction(at)) continue;
    const children = code.children(at);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) stack.push(child);
    }
  }
}

/** Visits a node and everything it contains. */
export function visitAll(code: Code, node: Node, visit: (node: Node) => void): void {
  const stack: Node[] = [node];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    visit(at);
    const children = code.children(at);
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i];
      if (child !== undefined) stack.push(child);
    }
  }
}

/** The expressions a function can return, its nested functions' aside. */
export function returned(code: Code, fn: FunctionNode): readonly Node[] {
  if (fn.body.type !== "BlockStatement") return [fn.body];
  const found: Node[] = [];
  visitOwn(code, fn.body, (node) => {
    if (node.type === "ReturnStatement" && node.argument) found.push(node.argument);
    return undefined;
  });
  return found;
}

/** What a name was declared as, if it was once: overloads, and a type of the same name, do not count. */
export function definitionOf(variable: Variable | undefined): Definition | undefined {
  if (variable === undefined || variable.defs.length < 2) return variable?.defs[0];
  const values = variable.defs.filter(
    (definition) => definition.type !== "Type" && definition.node.type !== "TSDeclareFunction",
  );
  return values.length === 1 ? values[0] : undefined;
}

/**
 * The one expression a variable always holds: a `const`'s initialiser, or that of a `let` nobody assigns again.
 * Not for destructured variables.
 */
export function constantInit(code: Code, identifier: Node): Node | undefined {
  const variable = code.variable(identifier);
  const definition = definitionOf(variable);
  if (variable === undefined || definition?.type !== "Variable") return undefined;
  const declarator = definition.node;
  if (declarator.id.type !== "Identifier" || !declarator.init) return undefined;
  return isReassigned(variable) ? undefined : declarator.init;
}

export function isReassigned(variable: Variable): boolean {
  const [definition, another] = variable.defs;
  // Nobody can, and so its uses need not be looked for.
  if (another === undefined && definition?.type === "Variable" && definition.parent.kind === "const")
    return false;
  return variable.references.some((reference) => reference.isWrite() && reference.init !== true);
}
