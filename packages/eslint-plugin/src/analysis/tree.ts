/** A parsed file's tree: its calls and loops, parents, and whose name is whose. Each part is read when it is first asked for, once per tree. */
import type { TSESTree } from "@typescript-eslint/types";
import {
  bySource,
  contains,
  lastName,
  startOf,
  type Call,
  type Loop,
  type Node,
  type Variable,
} from "./code.ts";
import type { ParsedFile } from "./index.ts";
import { variableFinder } from "./variables.ts";

export interface Tree {
  readonly outline: Outline;
  readonly parent: (node: Node) => Node | undefined;
  readonly children: (node: Node) => readonly Node[];
  readonly variable: (identifier: Node) => Variable | undefined;
}

/** What the finders start from. */
export interface Outline {
  readonly calls: ReadonlyMap<string, readonly (Call | TSESTree.NewExpression)[]>;
  readonly loops: readonly Loop[];
  readonly dropped: readonly Node[];
}

const trees = new WeakMap<TSESTree.Program, Tree>();

/** The same for every analysis of the file: with other facts or another policy, or because others import it. */
export function treeOf(file: ParsedFile): Tree {
  let tree = trees.get(file.ast);
  if (tree === undefined) trees.set(file.ast, (tree = newTree(file)));
  return tree;
}

function newTree(file: ParsedFile): Tree {
  const { ast, visitorKeys } = file;
  const keysOf = (node: Node): readonly string[] => visitorKeys[node.type] ?? fallbackKeys(node);
  // Parents are read on demand, on the way from the root to the node that is asked about: most of a tree is never asked about.
  const parents = new Map<Node, Node>();
  const opened = new Map<Node, readonly Node[]>();
  const children = (node: Node): readonly Node[] => {
    let inside = opened.get(node);
    if (inside === undefined) {
      opened.set(node, (inside = childrenIn(node, keysOf(node))));
      for (const child of inside) parents.set(child, node);
    }
    return inside;
  };
  const parent = (node: Node): Node | undefined => {
    for (let at: Node | undefined = ast; at !== undefined && !parents.has(node);) {
      at = childAround(children(at), node);
    }
    return parents.get(node);
  };
  let outline: Outline | undefined;
  let variable: Tree["variable"] | undefined;
  return {
    get outline() {
      return (outline ??= outlineOf(ast, keysOf));
    },
    parent,
    children,
    variable: (identifier) => (variable ??= variableFinder(file, { parent, children }))(identifier),
  };
}

function childrenIn(node: Node, keys: readonly string[]): readonly Node[] {
  const found: Node[] = [];
  for (const key of keys) {
    const value = (node as unknown as Record<string, unknown>)[key];
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) found.push(item);
    } else if (isNode(value)) found.push(value);
  }
  return found;
}

/** Nodes without a call, loop or statement in them. */
const leaves: ReadonlySet<string> = new Set([
  "Identifier",
  "PrivateIdentifier",
  "Literal",
  "ThisExpression",
  "Super",
  "TemplateElement",
  "ImportDeclaration",
  "BreakStatement",
  "ContinueStatement",
  "EmptyStatement",
  "JSXText",
  "JSXIdentifier",
  "TSTypeAnnotation",
  "TSTypeParameterInstantiation",
  "TSTypeParameterDeclaration",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
]);

/** `@Inject(token) service: Service` */
const hasDecorators = (node: Node): boolean =>
  node.type === "Identifier" && ((node.decorators as unknown[] | undefined)?.length ?? 0) > 0;

function outlineOf(ast: TSESTree.Program, keysOf: (node: Node) => readonly string[]): Outline {
  const calls = new Map<string, (Call | TSESTree.NewExpression)[]>();
  const loops: Loop[] = [];
  const dropped: Node[] = [];
  // One walk, without recursion, since nesting may be deep, and without maps: most files hold nothing to decide.
  const stack: Node[] = [ast];
  const visitLater = (node: Node) => {
    // Half of a tree: names, literals, types.
    if (!leaves.has(node.type) || hasDecorators(node)) stack.push(node);
  };
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    switch (node.type) {
      case "CallExpression":
      case "NewExpression": {
        const name = lastName(node.callee) ?? "";
        const known = calls.get(name);
        if (known) known.push(node);
        else calls.set(name, [node]);
        break;
      }
      case "ForOfStatement":
      case "ForInStatement":
      case "ForStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        loops.push(node);
        break;
      case "ExpressionStatement":
      case "UnaryExpression":
        if (node.type === "ExpressionStatement" || node.operator === "void") dropped.push(node);
        break;
      default:
    }
    // Backwards, so that the stack gives them in source order.
    const keys = keysOf(node);
    for (let k = keys.length - 1; k >= 0; k--) {
      const value = (node as unknown as Record<string, unknown>)[keys[k] as string];
      if (Array.isArray(value)) {
        for (let i = value.length - 1; i >= 0; i--) {
          const item: unknown = value[i];
          if (isNode(item)) visitLater(item);
        }
      } else if (isNode(value)) visitLater(value);
    }
  }
  loops.sort(bySource);
  return { calls, loops, dropped };
}

/** The child that contains a node, which lies deeper: by bisection, since blocks can be long, or else one by one. */
function childAround(children: readonly Node[], node: Node): Node | undefined {
  let low = 0;
  let high = children.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(children[middle] as Node) <= startOf(node)) low = middle;
    else high = middle - 1;
  }
  const guess = children[low];
  // Of children with the same start, and of those out of source order, bisection may miss the right one.
  return guess && contains(guess, node) ? guess : children.find((child) => contains(child, node));
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"
  );
}

/** For node types a parser knows and the visitor keys do not. */
function fallbackKeys(node: Node): readonly string[] {
  return Object.keys(node).filter(
    (key) => !["parent", "loc", "range", "tokens", "comments", "start", "end"].includes(key),
  );
}
