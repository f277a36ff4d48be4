/** The function behind a callee, wherever it is defined: in this file, behind imports, in the class of a receiver, made by a factory. */
import type { Definition } from "@typescript-eslint/scope-manager";
import type { TSESTree } from "@typescript-eslint/types";
import {
  constantInit,
  definitionOf,
  functionAround,
  isFunction,
  memberName,
  methodCall,
  outer,
  returned,
  unwrap,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { importedMember, type ImportedName } from "./exported.ts";
import { callbackMethods } from "./known-effects.ts";
import {
  classOrObjectAround,
  functionOf,
  memberAssigned,
  memberFunction,
  memberInit,
  memberType,
  propertyName,
  type ClassOrObject,
} from "./members.ts";
import { isArrayFrom } from "./size.ts";
import { annotationOf } from "./type-syntax.ts";

export interface FunctionBehind {
  readonly code: Code;
  readonly fn: FunctionNode;
  /** Found through a declared type or an object: a subclass, or whoever sets the member, may have it do something else. */
  readonly overridable: boolean;
}

export function functionBehind(code: Code, callee: Node): FunctionBehind | undefined {
  const expression = unwrap(callee);
  return code.once("behind", expression, () => findFunction(code, expression), undefined);
}

function findFunction(code: Code, expression: Node): FunctionBehind | undefined {
  const here = functionOf(code, expression);
  if (here) return { code, fn: here, overridable: false };
  const there = importedMember(code, expression);
  if (there) {
    return there.member === undefined
      ? functionBehind(there.code, there.node)
      : memberOf(ownerBehind(there.code, there.node), there.member);
  }
  const mixedIn = mixedInFunction(code, expression);
  if (mixedIn) return { code, fn: mixedIn, overridable: true };
  if (expression.type === "Identifier") {
    const init = constantInit(code, expression);
    return init && unwrap(init).type === "CallExpression" ? functionBehind(code, init) : undefined;
  }
  if (expression.type === "CallExpression") {
    // export const translate = service.translate.bind(service)
    const method = methodCall(expression);
    return method?.method === "bind" ? functionBehind(code, method.object) : madeFunction(code, expression);
  }
  const name = memberName(expression);
  if (name === undefined || expression.type !== "MemberExpression") return undefined;
  return memberOf(ownerBehind(code, expression.object), name);
}

/** `this.remove(key)` in `function clear(this: Server)`: the `function remove(this: Server, key)` beside it. */
function mixedInFunction(code: Code, callee: Node): FunctionNode | undefined {
  if (callee.type !== "MemberExpression" || callee.object.type !== "ThisExpression") return undefined;
  const name = memberName(callee);
  let around = functionAround(code, callee);
  while (around?.type === "ArrowFunctionExpression") around = functionAround(code, around);
  if (name === undefined || around === undefined || !hasThis(around)) return undefined;
  for (const statement of code.ast.body) {
    const fn = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (fn?.type === "FunctionDeclaration" && fn.id?.name === name && isFunction(fn) && hasThis(fn))
      return fn;
  }
  return undefined;
}

const hasThis = ({ params: [first] }: FunctionNode) => first?.type === "Identifier" && first.name === "this";

/** `makeRenderer(options)`: the function that another one returns. */
function madeFunction(code: Code, made: Node | undefined): FunctionBehind | undefined {
  const call = made && unwrap(made);
  const maker = call?.type === "CallExpression" ? functionBehind(code, call.callee) : undefined;
  if (!maker || maker.fn.async) return undefined;
  const [result, ...others] = returned(maker.code, maker.fn);
  return result && others.length === 0 && unwrap(result).type !== "CallExpression"
    ? functionBehind(maker.code, result)
    : undefined;
}

/** A class or an object literal, and the file it is in. */
export interface Owner {
  readonly code: Code;
  readonly node: ClassOrObject;
  readonly overridable: boolean;
}

function memberOf(owner: Owner | undefined, name: string): FunctionBehind | undefined {
  for (let at = owner, levels = 0; at !== undefined && levels < 3; at = baseOf(at), levels++) {
    const { code, node, overridable } = at;
    const fn = memberFunction(code, node, name);
    if (fn) return { code, fn, overridable };
    // class Api { load = limited(5, load) }, { load }
    const init = memberInit(code, node, name);
    if (init) return functionBehind(code, init);
    const assigned = memberAssigned(code, node, name);
    const later = assigned && functionBehind(code, assigned);
    if (later) return { ...later, overridable: true };
  }
  return undefined;
}

function baseOf({ code, node, overridable }: Owner): Owner | undefined {
  const base =
    node.type !== "ObjectExpression" && node.superClass ? classNamed(code, node.superClass) : undefined;
  return base && { ...base, overridable };
}

/** The class or object whose member `receiver.member` is. */
export function ownerBehind(code: Code, receiver: Node): Owner | undefined {
  const expression = unwrap(receiver);
  return code.once("owner", expression, () => findOwner(code, expression), undefined);
}

function findOwner(code: Code, expression: Node): Owner | undefined {
  switch (expression.type) {
    case "ThisExpression": {
      const node = classOrObjectAround(code, expression);
      return node && { code, node, overridable: true };
    }
    case "ObjectExpression":
      // Its members may be set anew: a shim, a registry.
      return { code, node: expression, overridable: true };
    case "ClassExpression":
      return { code, node: expression, overridable: false };
    case "NewExpression":
      return classNamed(code, expression.callee);
    case "CallExpression":
      return madeOwner(functionBehind(code, expression.callee));
    case "MemberExpression": {
      const name = memberName(expression);
      const owner = ownerBehind(code, expression.object);
      return name === undefined || owner === undefined ? undefined : fieldOwner(owner, name);
    }
    case "Identifier": {
      const there = importedMember(code, expression);
      if (there) return ownerAt(there);
      const definition = definitionOf(code.variable(expression));
      if (definition?.type === "ClassName") return { code, node: definition.node, overridable: false };
      const init = constantInit(code, expression);
      const made = init && ownerBehind(code, init);
      if (made || !definition) return made;
      const type = annotationOf(definition.name) ?? partType(definition);
      const list = type ? undefined : listOf(code, definition);
      return list ? elementOwner(code, list) : typedOwner(code, type);
    }
    default:
      return undefined;
  }
}

/** `Files.instance()`: what the function gives back, by its declared type or by what it returns. */
function madeOwner(maker: FunctionBehind | undefined): Owner | undefined {
  if (!maker || maker.fn.async || maker.fn.generator) return undefined;
  const declared = typedOwner(maker.code, maker.fn.returnType?.typeAnnotation);
  if (declared) return declared;
  const [result, ...others] = returned(maker.code, maker.fn);
  const made = result && others.length === 0 ? ownerBehind(maker.code, result) : undefined;
  return made && { ...made, overridable: true };
}

/** `({ files }: { files: Files }) => ...`: the type written for a part of a parameter. */
function partType({ type, node, name }: Definition): TSESTree.TypeNode | undefined {
  if (type !== "Parameter" || !isFunction(node)) return undefined;
  for (const param of node.params) {
    const whole = param.type === "AssignmentPattern" ? param.left : param;
    const written = whole.type === "ObjectPattern" ? whole.typeAnnotation?.typeAnnotation : undefined;
    if (whole.type !== "ObjectPattern" || written?.type !== "TSTypeLiteral") continue;
    for (const property of whole.properties) {
      if (property.type !== "Property" || property.value !== name) continue;
      const key = propertyName(property.key, property.computed);
      for (const member of written.members)
        if (member.type === "TSPropertySignature" && propertyName(member.key, member.computed) === key)
          return member.typeAnnotation?.typeAnnotation;
    }
  }
  return undefined;
}

/** `xs` of `xs.map((x) => ...)` and of `for (const x of xs)`: the list whose element a name is. */
function listOf(code: Code, { type, node, name }: Definition): Node | undefined {
  if (type === "Variable") {
    const declaration = code.parent(node);
    const loop = declaration && code.parent(declaration);
    return loop?.type === "ForOfStatement" && loop.left === declaration && node.id === name
      ? loop.right
      : undefined;
  }
  if (type !== "Parameter" || !isFunction(node) || node.params[0] !== name) return undefined;
  const call = outer(code, node);
  if (call?.type === "CallExpression" && isArrayFrom(code, call) && call.arguments[1] === node)
    return call.arguments[0];
  const method = call && methodCall(call);
  return method && callbackMethods.has(method.method) && method.args[0] === node && method.method !== "reduce"
    ? method.object
    : undefined;
}

/** `providers: Provider[]`, `new Set<Provider>()`: the class of the elements, by the type that is written for the list. */
function elementOwner(code: Code, list: Node): Owner | undefined {
  const expression = unwrap(list);
  // [...list], Array.from(list)
  const [first] = expression.type === "ArrayExpression" ? expression.elements : [];
  if (first?.type === "SpreadElement") return elementOwner(code, first.argument);
  if (expression.type === "CallExpression" && isArrayFrom(code, expression))
    return expression.arguments[0] && elementOwner(code, expression.arguments[0]);
  const method = methodCall(expression);
  if (method)
    return /^(filter|slice|sort|reverse|concat|values)$/.test(method.method)
      ? elementOwner(code, method.object)
      : undefined;
  if (expression.type === "Identifier") {
    const definition = definitionOf(code.variable(expression));
    const type = definition && (annotationOf(definition.name) ?? partType(definition));
    return typedOwner(code, type ? elementType(type) : typeWithin(constantInit(code, expression)));
  }
  const name = memberName(expression);
  const owner =
    name !== undefined && expression.type === "MemberExpression"
      ? ownerBehind(code, expression.object)
      : undefined;
  if (owner === undefined || name === undefined) return undefined;
  const type = memberType(owner.node, name);
  return typedOwner(
    owner.code,
    type ? elementType(type) : typeWithin(memberInit(owner.code, owner.node, name)),
  );
}

/** The last type argument of `Set<T>`, `Map<K, T>`, `Array<T>`, or `T` of `T[]`. */
function elementType(type: TSESTree.TypeNode): TSESTree.TypeNode | undefined {
  const written = type.type === "TSTypeOperator" ? type.typeAnnotation : type;
  if (written?.type === "TSArrayType") return written.elementType;
  return written?.type === "TSTypeReference" && isCollection(written.typeName)
    ? written.typeArguments?.params.at(-1)
    : undefined;
}

/** The same, of `new Set<T>()`. */
function typeWithin(init: Node | undefined): TSESTree.TypeNode | undefined {
  const made = init && unwrap(init);
  return made?.type === "NewExpression" && isCollection(made.callee)
    ? made.typeArguments?.params.at(-1)
    : undefined;
}

const isCollection = (name: Node) =>
  name.type === "Identifier" && /^(Readonly)?(Array|Set|Map)$/.test(name.name);

function ownerAt({ code, node, member }: ImportedName): Owner | undefined {
  const owner = ownerBehind(code, node);
  return owner && member !== undefined ? fieldOwner(owner, member) : owner;
}

function fieldOwner({ code, node }: Owner, name: string): Owner | undefined {
  const init = memberInit(code, node, name);
  return (init && ownerBehind(code, init)) ?? typedOwner(code, memberType(node, name));
}

/** `job: Job`: the class, of this file or another. */
function typedOwner(code: Code, type: TSESTree.TypeNode | undefined): Owner | undefined {
  const [sure, ...others] = type?.type === "TSUnionType" ? type.types.filter(isSomething) : [type];
  const named =
    sure?.type === "TSTypeReference" && others.length === 0 ? classNamed(code, sure.typeName) : undefined;
  return named && { ...named, overridable: true };
}

/** Of `Job | null`, the `Job`. */
const isSomething = ({ type }: TSESTree.TypeNode) =>
  type !== "TSNullKeyword" && type !== "TSUndefinedKeyword";

function classNamed(code: Code, name: Node): Owner | undefined {
  const there = importedMember(code, name);
  if (there) return there.member === undefined ? classNamed(there.code, there.node) : undefined;
  const expression = unwrap(name);
  const definition = definitionOf(code.variable(expression));
  if (definition?.type === "ClassName") return { code, node: definition.node, overridable: false };
  return expression.type === "ClassExpression" ? { code, node: expression, overridable: false } : undefined;
}
