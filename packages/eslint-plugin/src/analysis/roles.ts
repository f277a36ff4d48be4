/** What a name does where it stands: declares, writes, reads, or is no variable's name at all. */
import type { TSESTree } from "@typescript-eslint/types";
import { isFunction, type Node } from "./code.ts";
import type { Tree } from "./tree.ts";

export type Family = Pick<Tree, "parent" | "children">;

export type Identifier = TSESTree.Identifier | TSESTree.JSXIdentifier;

export interface Definition {
  readonly type: string;
  readonly name: Node;
  readonly node: Node;
  readonly parent: Node | null;
}

export interface Use {
  readonly identifier: Identifier;
  readonly as: "value" | "type" | "either";
  /** `isRead`: also, as `+=` and `++` do. */
  readonly writes: readonly {
    readonly writeExpr: Node | null;
    readonly init: boolean;
    readonly isRead?: boolean;
  }[];
}

export type Role =
  | "none"
  | "unclear"
  | {
      readonly declared: readonly {
        readonly scope: Node;
        readonly definition: Definition;
        readonly isSelf?: boolean;
      }[];
      readonly use?: Use;
    };

/** What a name does where it stands. */
export function roleOf(identifier: Identifier, tree: Family): Role {
  const parent = tree.parent(identifier);
  if (parent === undefined) return "unclear";
  if (identifier.type === "JSXIdentifier") return jsxRole(identifier, parent);
  if (((identifier.decorators as unknown[] | undefined)?.length ?? 0) > 0) return "unclear";
  const read: Role = { declared: [], use: { identifier, as: "value", writes: [] } };
  const typeUse: Role = { declared: [], use: { identifier, as: "type", writes: [] } };
  const declare = (type: string, scope: Node | undefined, node: Node, of: Node | null = null): Role =>
    scope === undefined
      ? "unclear"
      : { declared: [{ scope, definition: { type, name: identifier, node, parent: of } }] };

  switch (parent.type) {
    case "MemberExpression":
      if (parent.property === identifier && !parent.computed) return "none";
      return isHeritage(parent, tree) ? typeUse : read;
    case "Property":
    case "MethodDefinition":
    case "PropertyDefinition":
    case "AccessorProperty":
    case "TSAbstractMethodDefinition":
    case "TSAbstractPropertyDefinition":
    case "TSAbstractAccessorProperty":
    case "TSPropertySignature":
      if (parent.key === identifier) return parent.computed ? read : "none";
      return patternRole(identifier, tree);
    case "LabeledStatement":
    case "BreakStatement":
    case "ContinueStatement":
    case "MetaProperty":
    case "ImportAttribute":
    case "ExportAllDeclaration":
    case "TSNamedTupleMember":
    case "TSIndexSignature":
    case "TSImportType":
      return "none";
    case "ImportSpecifier":
    case "ImportDefaultSpecifier":
    case "ImportNamespaceSpecifier":
      return parent.local === identifier
        ? declare("ImportBinding", rootOf(parent, tree), parent, tree.parent(parent))
        : "none";
    case "ExportSpecifier": {
      const statement = tree.parent(parent);
      if (statement?.type !== "ExportNamedDeclaration") return "unclear";
      if (parent.local !== identifier || statement.source) return "none";
      const isType = parent.exportKind === "type" || statement.exportKind === "type";
      return isType ? typeUse : { declared: [], use: { identifier, as: "either", writes: [] } };
    }
    case "ExportDefaultDeclaration":
    case "TSExportAssignment":
      return { declared: [], use: { identifier, as: "either", writes: [] } };
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      if (parent.id === identifier) return declare("FunctionName", blockAround(parent, tree), parent);
      return patternRole(identifier, tree);
    case "FunctionExpression":
    case "TSEmptyBodyFunctionExpression":
      if (parent.id !== identifier) return patternRole(identifier, tree);
      return parent.type === "FunctionExpression"
        ? {
            declared: [
              {
                scope: parent,
                isSelf: true,
                definition: { type: "FunctionName", name: identifier, node: parent, parent: null },
              },
            ],
          }
        : "unclear";
    case "ClassDeclaration":
    case "ClassExpression": {
      if (parent.id !== identifier) return parent.superClass === identifier ? read : "unclear";
      const definition = { type: "ClassName", name: identifier, node: parent, parent: null };
      const inner = { scope: parent, definition };
      if (parent.type === "ClassExpression") return { declared: [inner] };
      const scope = blockAround(parent, tree);
      return scope === undefined ? "unclear" : { declared: [{ scope, definition }, inner] };
    }
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return parent.id === identifier ? declare("Type", blockAround(parent, tree), parent) : "unclear";
    case "TSEnumDeclaration":
      return declare("TSEnumName", blockAround(parent, tree), parent);
    case "TSImportEqualsDeclaration":
      return parent.id === identifier
        ? declare("ImportBinding", blockAround(parent, tree), parent, parent)
        : read;
    case "TSTypeReference":
    case "TSInterfaceHeritage":
    case "TSClassImplements":
      return typeUse;
    case "TSQualifiedName":
      return parent.left === identifier ? qualifiedRole(parent, read, typeUse, tree) : "none";
    case "TSTypeQuery":
    case "TSTypePredicate":
      return read;
    case "TSEnumMember":
      return parent.initializer === identifier ? read : "unclear";
    case "TSMethodSignature":
      if (parent.key === identifier) return parent.computed ? read : "none";
      return patternRole(identifier, tree);
    case "TSModuleDeclaration":
    case "TSTypeParameter":
    case "TSMappedType":
    case "TSNamespaceExportDeclaration":
      return "unclear";
    default:
      return patternRole(identifier, tree);
  }
}

function jsxRole(identifier: TSESTree.JSXIdentifier, parent: Node): Role {
  const { name } = identifier;
  switch (parent.type) {
    case "JSXOpeningElement":
    case "JSXClosingElement":
      // <div> is a string, <Div> a name.
      if (name.charAt(0).toUpperCase() !== name.charAt(0) && name !== "this") return "none";
      break;
    case "JSXMemberExpression":
      if (parent.object !== identifier || name === "this") return "none";
      break;
    case "JSXAttribute":
      return "none";
    default:
      return "unclear";
  }
  return { declared: [], use: { identifier, as: "value", writes: [] } };
}

/** `class A implements api.Job`, `interface A extends api.Job` */
function isHeritage(member: Node, tree: Family): boolean {
  let at = tree.parent(member);
  while (at?.type === "MemberExpression") at = tree.parent(at);
  return at?.type === "TSClassImplements" || at?.type === "TSInterfaceHeritage";
}

/** `api.Job` as a type, `typeof api.job`, `import Job = api.Job`, `import("./api").Job` */
function qualifiedRole(name: Node, read: Role, typeUse: Role, tree: Family): Role {
  let at = tree.parent(name);
  while (at?.type === "TSQualifiedName") at = tree.parent(at);
  switch (at?.type) {
    case "TSTypeReference":
    case "TSInterfaceHeritage":
    case "TSClassImplements":
      return typeUse;
    case "TSTypeQuery":
    case "TSImportEqualsDeclaration":
      return read;
    case "TSImportType":
      return "none";
    default:
      return "unclear";
  }
}

const typesWithParameters: ReadonlySet<string> = new Set([
  "TSFunctionType",
  "TSConstructorType",
  "TSCallSignatureDeclaration",
  "TSConstructSignatureDeclaration",
  "TSMethodSignature",
]);

export const hasParameters = (node: Node): boolean =>
  isFunction(node) || node.type === "TSDeclareFunction" || node.type === "TSEmptyBodyFunctionExpression";

/** A value that is read, or what declares or writes it: `const { name = 1 } = x`, `[name] = xs`, `name++`. */
function patternRole(identifier: TSESTree.Identifier, tree: Family): Role {
  const defaults: Node[] = [];
  let part: Node = identifier;
  let owner = tree.parent(part);
  for (;;) {
    if (owner === undefined) return "unclear";
    if (owner.type === "AssignmentPattern" && owner.left === part) defaults.unshift(owner.right);
    else if (
      !(owner.type === "Property" && owner.value === part && isPattern(tree.parent(owner))) &&
      !isPattern(owner) &&
      owner.type !== "TSParameterProperty"
    )
      break;
    part = owner;
    owner = tree.parent(part);
  }
  const written = (init: boolean, writeExpr: Node | null | undefined) => [
    ...defaults.map((value) => ({ writeExpr: value, init })),
    ...(writeExpr === undefined ? [] : [{ writeExpr, init }]),
  ];
  const use = (writes: Use["writes"]): Use => ({ identifier, as: "value", writes });
  const declare = (
    type: string,
    scope: Node | undefined,
    node: Node,
    parent: Node | null,
    writes: Use["writes"],
  ): Role =>
    scope === undefined
      ? "unclear"
      : {
          declared: [{ scope, definition: { type, name: identifier, node, parent } }],
          ...(writes.length > 0 && { use: use(writes) }),
        };

  switch (owner.type) {
    case "VariableDeclarator": {
      if (owner.id !== part) break;
      const declaration = tree.parent(owner);
      if (declaration?.type !== "VariableDeclaration") return "unclear";
      const loop = tree.parent(declaration);
      const isEach =
        (loop?.type === "ForOfStatement" || loop?.type === "ForInStatement") && loop.left === declaration;
      const scope =
        declaration.kind === "var" ? functionAround(declaration, tree) : blockAround(declaration, tree);
      return declare("Variable", scope, owner, declaration, [
        ...written(true, owner.init ?? undefined),
        ...(isEach ? [{ writeExpr: loop.right, init: true }] : []),
      ]);
    }
    case "CatchClause":
      return owner.param === part
        ? declare("CatchClause", owner, owner, null, written(true, undefined))
        : "unclear";
    case "ForOfStatement":
    case "ForInStatement":
      if (owner.left !== part) break;
      return { declared: [], use: use(written(false, owner.right)) };
    case "AssignmentExpression":
      if (owner.left !== part) break;
      return owner.operator === "="
        ? { declared: [], use: use(written(false, owner.right)) }
        : { declared: [], use: use([{ writeExpr: owner.right, init: false, isRead: true }]) };
    case "UpdateExpression":
      return { declared: [], use: use([{ writeExpr: null, init: false, isRead: true }]) };
    case "TSAsExpression":
    case "TSTypeAssertion":
    case "TSNonNullExpression":
    case "TSSatisfiesExpression":
      return wrappedRole(identifier, owner, tree);
    default:
      if (hasParameters(owner) && (owner as { params: readonly Node[] }).params.includes(part))
        return declare("Parameter", owner, owner, null, written(true, undefined));
      if (typesWithParameters.has(owner.type)) return declare("Parameter", owner, owner, null, []);
  }
  // A part of something that is no pattern after all: `f(...xs)` has none, `[...xs] = ys` was handled.
  return { declared: [], use: use([]) };
}

/** `(name as T) = x`, `name!++`; elsewhere `name as T` is just read. */
function wrappedRole(identifier: TSESTree.Identifier, wrapper: Node, tree: Family): Role {
  const owner = tree.parent(wrapper);
  if (owner === undefined || isPattern(owner) || owner.type === "AssignmentPattern") return "unclear";
  if (owner.type === "Property" && isPattern(tree.parent(owner))) return "unclear";
  const isTarget =
    (owner.type === "AssignmentExpression" && owner.left === wrapper) || owner.type === "UpdateExpression";
  if (!isTarget)
    return (owner.type === "ForOfStatement" || owner.type === "ForInStatement") && owner.left === wrapper
      ? "unclear"
      : { declared: [], use: { identifier, as: "value", writes: [] } };
  if (wrapper.type === "TSSatisfiesExpression") return "unclear";
  const isAssigned = owner.type === "AssignmentExpression";
  const writeExpr = isAssigned ? owner.right : null;
  const isRead = !isAssigned || owner.operator !== "=";
  return { declared: [], use: { identifier, as: "value", writes: [{ writeExpr, init: false, isRead }] } };
}

export const isMethod = (node: Node | undefined): boolean =>
  node?.type === "MethodDefinition" || node?.type === "TSAbstractMethodDefinition";

const isPattern = (node: Node | undefined): boolean =>
  node?.type === "ObjectPattern" || node?.type === "ArrayPattern" || node?.type === "RestElement";

/** These give the node whose scope a declaration is in; undefined where it takes more to tell. */
function blockAround(declaration: Node, tree: Family): Node | undefined {
  let child = declaration;
  for (let at = tree.parent(child); at !== undefined; child = at, at = tree.parent(at)) {
    switch (at.type) {
      case "BlockStatement": {
        const owner = tree.parent(at);
        // A function's body is no block of its own.
        return owner !== undefined && hasParameters(owner) ? owner : at;
      }
      case "ForStatement":
        if (at.init === child) return at;
        break;
      case "ForOfStatement":
      case "ForInStatement":
        if (at.left === child) return at;
        break;
      case "SwitchStatement":
      case "StaticBlock":
      case "Program":
        return at;
      case "TSModuleBlock":
      case "WithStatement":
        return undefined;
      default:
        if (hasParameters(at)) return at;
    }
  }
  return undefined;
}

function functionAround(declaration: Node, tree: Family): Node | undefined {
  for (let at = tree.parent(declaration); at !== undefined; at = tree.parent(at)) {
    if (hasParameters(at) || at.type === "StaticBlock" || at.type === "Program") return at;
    if (at.type === "TSModuleBlock") return undefined;
  }
  return undefined;
}

function rootOf(node: Node, tree: Family): Node | undefined {
  const scope = blockAround(node, tree);
  return scope?.type === "Program" ? scope : undefined;
}
