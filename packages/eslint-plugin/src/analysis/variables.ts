/**
 * Whose name is whose. A host that has worked out all scopes hands them over. One that has not lets the names be looked up
 * that somebody asks about: few, where scopes for a whole file cost as much as its tree.
 *
 * What is found is what @typescript-eslint/scope-manager finds, and where that takes more than what is here (namespaces,
 * enum members, type parameters, `with`), it is asked. `variables.test.ts` holds the two together.
 */
import { endOf, startOf, type Node, type Variable } from "./code.ts";
import type { ParsedFile } from "./index.ts";
import { mayDeclare } from "./mentions.ts";
import {
  hasParameters,
  isMethod,
  roleOf,
  type Definition,
  type Family,
  type Identifier,
  type Use,
} from "./roles.ts";

type Variables = ReadonlyMap<Node, Variable>;

export function variableFinder(file: ParsedFile, tree: Family): (identifier: Node) => Variable | undefined {
  let all: Variables | undefined;
  const scoped = (identifier: Node): Variable | undefined => (all ??= variablesIn(file)).get(identifier);
  // A name may be written with escapes, and then no search in the text finds it.
  if (file.isClosed !== true || hasEscapedNames(file, tree)) return scoped;
  const byName = new Map<string, Named | undefined>();
  return (identifier) => {
    if (identifier.type !== "Identifier" && identifier.type !== "JSXIdentifier") return undefined;
    const { name } = identifier;
    // Once all are known, no search is needed; but a name keeps the variables that were handed out for it.
    if (!byName.has(name))
      byName.set(name, all === undefined ? variablesNamed(file, tree, name, scoped) : undefined);
    const named = byName.get(name);
    return named === undefined ? scoped(identifier) : named.variable(identifier);
  };
}

/** Escapes are common in strings, and rare in names. */
function hasEscapedNames({ ast, text }: ParsedFile, tree: Family): boolean {
  for (let at = text.indexOf("\\u"); at >= 0; at = text.indexOf("\\u", at + 2)) {
    const type = nodeAt(ast, tree, at, { into: 0 })?.type ?? "";
    if (/Identifier$/.test(type)) return true;
  }
  return false;
}

/** A name that nobody declares, a global, is none of them. */
function variablesIn({ scopes }: ParsedFile): Variables {
  const found = new Map<Node, Variable>();
  for (const scope of scopes.scopes) {
    for (const reference of scope.references) {
      if (reference.resolved && reference.resolved.defs.length > 0)
        found.set(reference.identifier, reference.resolved);
    }
    for (const variable of scope.variables) {
      for (const identifier of variable.identifiers) found.set(identifier, variable);
    }
  }
  return found;
}

interface Named {
  variable(identifier: Identifier): Variable | undefined;
}

/** What a variable of ours is made of; the analysis reads nothing else. */
interface Found {
  readonly name: string;
  readonly defs: Definition[];
  readonly identifiers: Node[];
  /** Of which the references are made. */
  readonly uses: Variable["references"][number][];
  readonly references: Variable["references"];
  /** Whether it can be meant where a value, or a type, is. */
  isValue: boolean;
  isType: boolean;
}

/** How many nodes are looked into for one name before all scopes cost less: a tree 20,000 deep, a name in each line. A guess. */
const maxLookedInto = 200_000;

/**
 * The variables of one name; undefined where that takes a scope manager. What declares it is looked for at once, what only
 * uses it when it is asked about, or when all its uses are.
 *
 * @param scoped - What a scope manager says.
 */
function variablesNamed(
  { ast, text }: ParsedFile,
  tree: Family,
  name: string,
  scoped: (identifier: Node) => Variable | undefined,
): Named | undefined {
  // JSX refers to one of them unseen; the other is in every function.
  if (name === "React" || name === "arguments") return undefined;
  /** Where the name stands, and what it does there; undefined: not looked at yet. */
  const places = new Map<number, Use | "none" | undefined>();
  const scopes = new Map<Node, Found>();
  /** What a function expression's own name, seen inside it, stands for. */
  const selves = new Map<Node, Found>();
  const variables = new Map<Node, Variable | undefined>();
  const looked = { into: 0 };
  let areUsesKnown = false;

  const define = (into: Map<Node, Found>, scope: Node, definition: Definition): void => {
    let variable = into.get(scope);
    if (variable === undefined) {
      variable = {
        name,
        defs: [],
        identifiers: [],
        uses: [],
        get references() {
          if (!areUsesKnown) readUses();
          return this.uses;
        },
        isValue: false,
        isType: false,
      };
      into.set(scope, variable);
    }
    const { type } = definition;
    variable.defs.push(definition);
    variable.identifiers.push(definition.name);
    variable.isValue ||= type !== "Type";
    variable.isType ||= /^(?:Type|ClassName|ImportBinding|TSEnumName)$/.test(type);
    variables.set(definition.name, variable as unknown as Variable);
  };

  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    const end = at + name.length;
    if (isNamePart(text.charCodeAt(at - 1)) || isNamePart(text.charCodeAt(end))) continue;
    if (!mayDeclare(text, at, end)) {
      places.set(at, undefined);
      continue;
    }
    const node = nodeAt(ast, tree, at, looked);
    if (looked.into > maxLookedInto) return undefined;
    if (node === undefined) continue;
    const identifier = node.type === "Identifier" || node.type === "JSXIdentifier" ? node : undefined;
    if (identifier?.name !== name) {
      // enum Kind { "name" }
      if (node.type === "Literal" && tree.parent(node)?.type === "TSEnumMember") return undefined;
      continue;
    }
    if (startOf(identifier) !== at) return undefined;
    const role = roleOf(identifier, tree);
    if (role === "unclear") return undefined;
    places.set(at, role === "none" ? role : (role.use ?? "none"));
    if (role === "none") continue;
    for (const { scope, definition, isSelf } of role.declared)
      define(isSelf ? selves : scopes, scope, definition);
  }

  // `catch (e) { var e = 1; }` writes the one that is caught.
  if (scopes.size + selves.size > 1) {
    for (const use of places.values()) {
      if (use === undefined || use === "none" || !variables.has(use.identifier)) continue;
      const written = resolve(use);
      if (written !== undefined) variables.set(use.identifier, written as unknown as Variable);
    }
  }

  return {
    variable(identifier) {
      const at = startOf(identifier);
      if (!places.has(at)) return scoped(identifier);
      if (variables.has(identifier)) return variables.get(identifier);
      let use = places.get(at);
      if (use === undefined) {
        if (scopes.size + selves.size === 0) return undefined;
        const role = roleOf(identifier, tree);
        if (role === "unclear" || (role !== "none" && role.declared.length > 0)) {
          const other = scoped(identifier);
          // It has an object already.
          const first = other?.identifiers[0];
          return (first && variables.get(first)) ?? other;
        }
        use = role === "none" ? role : role.use;
      }
      const found =
        use === undefined || use === "none" || use.identifier !== identifier ? undefined : resolve(use);
      variables.set(identifier, found as unknown as Variable | undefined);
      return found as unknown as Variable | undefined;
    },
  };

  function readUses(): void {
    areUsesKnown = true;
    for (const [at, known] of places) {
      const use = known ?? useAt(at);
      if (use === "unclear") {
        for (const variable of new Set([...scopes.values(), ...selves.values()])) {
          const [first] = variable.identifiers;
          variable.uses.splice(0, Infinity, ...((first && scoped(first)?.references) ?? []));
        }
        return;
      }
      const variable = use === "none" ? undefined : resolve(use);
      if (use === "none" || variable === undefined) continue;
      const { identifier, writes } = use;
      if (writes.length === 0)
        variable.uses.push({ identifier, init: false, isRead: () => true, isWrite: () => false });
      for (const { writeExpr, init, isRead = false } of writes)
        variable.uses.push({ identifier, writeExpr, init, isRead: () => isRead, isWrite: () => true });
    }
  }

  /** What a name does that was not looked at yet. */
  function useAt(at: number): Use | "none" | "unclear" {
    const node = nodeAt(ast, tree, at, looked);
    if (looked.into > maxLookedInto) return "unclear";
    if (node === undefined || (node.type !== "Identifier" && node.type !== "JSXIdentifier")) return "none";
    if (node.name !== name) return "none";
    const role = startOf(node) === at ? roleOf(node, tree) : "unclear";
    if (role === "none" || role === "unclear") return role;
    return role.declared.length > 0 ? "unclear" : (role.use ?? "none");
  }

  function resolve({ identifier, as }: Use): Found | undefined {
    const fits = (variable: Found | undefined): variable is Found =>
      variable !== undefined && ((as !== "type" && variable.isValue) || (as !== "value" && variable.isType));
    let child: Node = identifier;
    let isDecorator = false;
    for (let at = tree.parent(child); at !== undefined; child = at, at = tree.parent(at)) {
      if (at.type === "WithStatement" && child === at.body) return undefined;
      // The scope manager never looks there.
      if (at.type === "CatchClause" && child === at.param && as === "type") return undefined;
      if (isHead(at, child)) continue;
      // `f(@Inject(name) name)`: a parameter's decorator is outside its function.
      if (child.type === "Decorator") isDecorator = true;
      if (hasParameters(at) && isDecorator && isMethod(tree.parent(at))) {
        isDecorator = false;
        continue;
      }
      const variable = scopes.get(at);
      if (fits(variable) && !isOfBody(at, identifier, variable)) return variable;
      const self = selves.get(at);
      if (fits(self)) return self;
    }
    return undefined;
  }
}

/** `(x = y) => { var y }`: what the body declares is nothing to its parameters. */
function isOfBody(scope: Node, identifier: Node, variable: Found): boolean {
  if (!hasParameters(scope)) return false;
  const { body } = scope as { body?: Node | null };
  const start = body ? startOf(body) : -1;
  return startOf(identifier) < start && variable.defs.every(({ name }) => startOf(name) >= start);
}

/** The parts of a node that are outside the scope it opens. */
function isHead(node: Node, child: Node): boolean {
  switch (node.type) {
    case "SwitchStatement":
      return child === node.discriminant;
    case "ClassDeclaration":
    case "ClassExpression":
      return child === node.id || child.type === "Decorator";
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return child === node.id;
    default:
      return false;
  }
}

const isNamePart = (code: number): boolean =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 36 ||
  (code >= 128 && !/\s/.test(String.fromCharCode(code)));

/** The innermost node there; of `{ name }`, which is key and value, the value. */
function nodeAt(ast: Node, { children }: Family, at: number, looked: { into: number }): Node | undefined {
  let node = ast;
  for (;;) {
    looked.into++;
    const inside = children(node);
    let found: Node | undefined;
    // From behind: of two nodes in one place the later is meant.
    for (let i = inOrder.has(node.type) ? lastBefore(inside, at) : inside.length - 1; i >= 0; i--) {
      const child = inside[i] as Node;
      if (wholeStart(child) <= at && at < endOf(child)) {
        found = child;
        break;
      }
    }
    if (found === undefined) return node === ast ? undefined : node;
    // Of `export { name }` what it is here.
    node = node.type === "ExportSpecifier" && startOf(node.local) === at ? node.local : found;
  }
}

/** Their children are one list, in source order; those of a template are two. */
const inOrder: ReadonlySet<string> = new Set(["Program", "BlockStatement", "ClassBody", "ObjectExpression"]);

/** In a list in source order nothing behind this index begins before a place. */
function lastBefore(nodes: readonly Node[], at: number): number {
  let low = 0;
  let high = nodes.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (startOf(nodes[middle] as Node) <= at) low = middle;
    else high = middle - 1;
  }
  // The next one may have decorators in front.
  return Math.min(low + 1, nodes.length - 1);
}

/** `@Job() export class A {}`, `(@Inject() name)`: decorators may be in front of what they decorate. */
function wholeStart(node: Node): number {
  const isExport = node.type === "ExportNamedDeclaration" || node.type === "ExportDefaultDeclaration";
  const { decorators } = ((isExport && node.declaration) || node) as { decorators?: readonly Node[] };
  const first = decorators?.[0];
  return first === undefined ? startOf(node) : Math.min(startOf(node), startOf(first));
}
