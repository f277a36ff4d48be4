/** What a name, or a member of a class or object of this file, was declared as. */
import {
  constantInit,
  definitionOf,
  isFunction,
  lastName,
  memberName,
  returned,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** The function a callee names, in this file: a declaration, a const function, a method of the same class or object. */
export function functionOf(code: Code, callee: Node): FunctionNode | undefined {
  const expression = unwrap(callee);
  if (isFunction(expression)) return expression;
  if (expression.type === "Identifier") {
    const variable = code.variable(expression);
    const definition = definitionOf(variable);
    if (definition?.type === "FunctionName" && isFunction(definition.node)) return definition.node;
    const init = constantInit(code, expression);
    if (init === undefined) return undefined;
    return calledBack(code, unwrap(init));
  }
  if (expression.type !== "MemberExpression") return undefined;
  const name = memberName(expression);
  if (name === undefined) return undefined;
  const object = unwrap(expression.object);
  if (object.type === "ThisExpression")
    return memberFunction(code, classOrObjectAround(code, expression), name);
  if (object.type === "Identifier") {
    const definition = definitionOf(code.variable(object));
    if (definition?.type === "ClassName") return memberFunction(code, definition.node, name);
    const init = constantInit(code, object);
    if (init === undefined) return undefined;
    const value = unwrap(init);
    if (value.type === "ObjectExpression") return memberFunction(code, value, name);
    if (value.type === "NewExpression" && value.callee.type === "Identifier") {
      const made = definitionOf(code.variable(value.callee));
      if (made?.type === "ClassName") return memberFunction(code, made.node, name);
    }
  }
  return undefined;
}

/** `useCallback(async () => ...)`, `memoize(fn)`: the function inside, where the wrapper only hands it on. */
function calledBack(code: Code, init: Node): FunctionNode | undefined {
  if (isFunction(init)) return init;
  if (
    init.type === "CallExpression" &&
    ["useCallback", "useMemoizedFn"].includes(lastName(init.callee) ?? "")
  ) {
    const first = init.arguments[0];
    return first && isFunction(first) ? first : undefined;
  }
  return undefined;
}

export type ClassOrObject = TSESTree.ClassDeclaration | TSESTree.ClassExpression | TSESTree.ObjectExpression;

/** The class or object literal whose `this` a node sees. */
export function classOrObjectAround(code: Code, node: Node): ClassOrObject | undefined {
  for (let at = code.parent(node); at !== undefined; at = code.parent(at)) {
    if (at.type === "ClassDeclaration" || at.type === "ClassExpression") return at;
    if (at.type === "FunctionDeclaration" || at.type === "FunctionExpression") {
      const parent = code.parent(at);
      if (parent?.type === "Property" && parent.value === at) {
        const object = code.parent(parent);
        return object?.type === "ObjectExpression" ? object : undefined;
      }
      if (parent?.type !== "MethodDefinition") return undefined;
    }
  }
  return undefined;
}

/** The initialiser of a class field, or of an object's property; looks into the constructor for `this.x = ...`. */
export function memberInit(code: Code, owner: ClassOrObject | undefined, name: string): Node | undefined {
  if (owner === undefined) return undefined;
  if (owner.type === "ObjectExpression") {
    for (const property of owner.properties) {
      if (property.type === "Property" && propertyName(property.key, property.computed) === name)
        return property.kind === "get" ? gotten(code, property.value) : property.value;
    }
    return undefined;
  }
  let found: Node | undefined;
  for (const member of owner.body.body) {
    if (
      member.type === "MethodDefinition" &&
      member.kind === "get" &&
      propertyName(member.key, member.computed) === name
    )
      return gotten(code, member.value);
    if (
      member.type === "PropertyDefinition" &&
      member.value &&
      propertyName(member.key, member.computed) === name
    )
      found = member.value;
    if (member.type === "MethodDefinition" && member.kind === "constructor") {
      visitOwn(code, member.value, (node) => {
        if (
          node.type === "AssignmentExpression" &&
          node.operator === "=" &&
          memberName(node.left) === name &&
          unwrap((node.left as TSESTree.MemberExpression).object).type === "ThisExpression"
        ) {
          found ??= node.right;
        }
        return undefined;
      });
    }
  }
  return found;
}

/** The one value that the methods of a class assign to a field, `null` aside: `this.run = createRunner(options)` in `initialize()`. */
export function memberAssigned(code: Code, owner: ClassOrObject | undefined, name: string): Node | undefined {
  if (owner === undefined || owner.type === "ObjectExpression") return undefined;
  const values: Node[] = [];
  for (const member of owner.body.body) {
    if (member.type !== "MethodDefinition") continue;
    visitOwn(code, member.value, (node) => {
      if (
        node.type === "AssignmentExpression" &&
        memberName(node.left) === name &&
        unwrap((node.left as TSESTree.MemberExpression).object).type === "ThisExpression" &&
        !isNothing(node.right)
      )
        values.push(node.right);
      return undefined;
    });
  }
  return values.length === 1 ? values[0] : undefined;
}

const isNothing = (node: Node) =>
  (node.type === "Literal" && node.value === null) ||
  (node.type === "Identifier" && node.name === "undefined");

/** What a getter returns, where it is one expression. */
function gotten(code: Code, getter: Node): Node | undefined {
  const results = isFunction(getter) ? returned(code, getter) : [];
  return results.length === 1 ? results[0] : undefined;
}

/** The type that a class declares for a field: `private files: Files;`, `constructor(private files: Files)`. */
export function memberType(owner: ClassOrObject | undefined, name: string): TSESTree.TypeNode | undefined {
  if (owner === undefined || owner.type === "ObjectExpression") return undefined;
  for (const member of owner.body.body) {
    if (
      (member.type === "PropertyDefinition" || member.type === "TSAbstractPropertyDefinition") &&
      propertyName(member.key, member.computed) === name
    )
      return member.typeAnnotation?.typeAnnotation;
    if (member.type !== "MethodDefinition" || member.kind !== "constructor") continue;
    for (const param of member.value.params) {
      const field = param.type === "TSParameterProperty" ? param.parameter : undefined;
      const id = field?.type === "AssignmentPattern" ? field.left : field;
      if (id?.type === "Identifier" && id.name === name) return id.typeAnnotation?.typeAnnotation;
    }
  }
  return undefined;
}

export function memberFunction(
  code: Code,
  owner: ClassOrObject | undefined,
  name: string,
): FunctionNode | undefined {
  if (owner === undefined) return undefined;
  if (owner.type !== "ObjectExpression") {
    for (const member of owner.body.body) {
      if (
        member.type === "MethodDefinition" &&
        member.kind === "method" &&
        // An overload has no body.
        isFunction(member.value) &&
        propertyName(member.key, member.computed) === name
      ) {
        return member.value;
      }
    }
  }
  const init = memberInit(code, owner, name);
  return init && isFunction(unwrap(init)) ? (unwrap(init) as FunctionNode) : undefined;
}

export function propertyName(key: Node, computed: boolean): string | undefined {
  if (!computed && (key.type === "Identifier" || key.type === "PrivateIdentifier")) return key.name;
  return key.type === "Literal" ? String(key.value) : undefined;
}
