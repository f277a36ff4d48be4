/** What is known of a callee without its body: synchronous, in a transaction, made by which class. */
import {
  constantInit,
  contains,
  definitionOf,
  dottedName,
  isFunction,
  isLoop,
  lastName,
  memberName,
  methodCall,
  outer,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { classOrObjectAround, memberInit, memberType } from "./members.ts";
import { importOf } from "./imports.ts";
import { callbackMethods, syncGlobals, syncMethods, syncModules, transactionName } from "./known-effects.ts";
import type { Gate } from "./model.ts";
import { annotationOf } from "./type-syntax.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** The limiter stands in another file: its offsets mean nothing here, so the gate points at the call. */
export const renamedGate = (gate: Gate, callee: Node): Gate =>
  gate.kind === "none" || gate.kind === "pool"
    ? gate
    : { ...gate, name: dottedName(callee) ?? "limiter", span: spanOf(callee) };

/** The class whose instance an expression holds, by how it was made or declared: `new DataLoader(...)`, `cache: Map<K, V>`. */
export function creationName(code: Code, object: Node): string | undefined {
  const expression = unwrap(object);
  const init =
    expression.type === "Identifier"
      ? constantInit(code, expression)
      : memberInit(code, ownerOf(code, expression), memberName(expression) ?? "");
  // this.cache = options.cache ?? new Map()
  const made = unwrapFallback(init ?? expression);
  if (made.type === "NewExpression") return lastName(made.callee);
  const declared = declaredType(code, expression);
  return declared && lastName(declared);
}

/** The name of the type that is written where a variable, a parameter or a member of `this` is declared. */
export function declaredType(code: Code, expression: Node): Node | undefined {
  const definition = expression.type === "Identifier" ? definitionOf(code.variable(expression)) : undefined;
  const type = definition
    ? annotationOf(definition.name)
    : memberType(ownerOf(code, expression), memberName(expression) ?? "");
  return type?.type === "TSTypeReference" ? type.typeName : undefined;
}

/** The class or object whose member `this.x` is. */
const ownerOf = (code: Code, member: Node) =>
  member.type === "MemberExpression" && unwrap(member.object).type === "ThisExpression"
    ? classOrObjectAround(code, member)
    : undefined;

function unwrapFallback(node: Node): Node {
  const value = unwrap(node);
  return value.type === "LogicalExpression" && value.operator !== "&&" ? unwrapFallback(value.right) : value;
}

/** Calls that are known to be synchronous without types. */
export function isSyncCall(code: Code, call: TSESTree.CallExpression): boolean {
  const method = methodCall(call);
  if (method) {
    if (syncMethods.has(method.method) && importOf(code, method.object) === undefined) return true;
    if (callbackMethods.has(method.method) && method.args[0] && isFunction(unwrap(method.args[0])))
      return true;
  }
  return isSyncCallee(code, call.callee);
}

export function isSyncCallee(code: Code, callee: Node): boolean {
  const expression = unwrap(callee);
  const name = lastName(expression);
  if (name !== undefined && /Sync$/.test(name) && name !== "Sync") return true;
  if (expression.type === "Super") return true;
  const root = rootOf(expression);
  if (
    root?.type === "Identifier" &&
    code.variable(root) === undefined &&
    syncGlobals.has(root.name) &&
    name !== "fromAsync"
  )
    return true;
  const imported = importOf(code, expression);
  return (
    imported !== undefined &&
    syncModules.test(imported.module) &&
    !/promisify|\.promises|^once$|^on$/.test(imported.name)
  );
}

export function rootOf(node: Node): Node | undefined {
  let at = unwrap(node);
  for (;;) {
    if (at.type === "MemberExpression") at = unwrap(at.object);
    else if (at.type === "CallExpression") at = unwrap(at.callee);
    else return at;
  }
}

/** Is the work done inside a transaction, on its one connection? */
export function connectionOf(code: Code, call: TSESTree.CallExpression): Gate | undefined {
  const callee = unwrap(call.callee);
  const root = rootOf(callee);
  // `transaction(...)` and `db.transaction(...)` open one; `trx("items")` uses one.
  const opensOne = callee.type === "Identifier" && callee.name === "transaction";
  const candidates: Node[] = root && !opensOne ? [root] : [];
  // this.tx.create(...), options.transaction
  let at = callee.type === "MemberExpression" ? unwrap(callee.object) : callee;
  for (; at.type === "MemberExpression"; at = unwrap(at.object)) candidates.push(at);
  for (const argument of call.arguments) {
    const value = argument.type === "SpreadElement" ? argument : unwrap(argument);
    if (value.type === "Identifier") candidates.push(value);
    if (value.type === "ObjectExpression") {
      for (const property of value.properties)
        if (property.type === "Property" && property.value.type === "Identifier")
          candidates.push(property.value);
    }
  }
  for (const candidate of candidates) {
    const name = lastName(candidate);
    if (name === undefined || isOpenedHere(code, candidate, call)) continue;
    if (
      transactionName.test(name) ||
      isTransactionParameter(code, candidate) ||
      isPipeline(code, candidate)
    ) {
      return { kind: "connection", name: dottedName(candidate) ?? name, span: spanOf(candidate) };
    }
  }
  return undefined;
}

/** `provider.request("Lambda", "getFunction", ...)`: the Serverless Framework has a queue of its own for calls of AWS. */
export function providerQueue(node: Node): Gate | undefined {
  const method = methodCall(node);
  const [service, action] = method?.args ?? [];
  return method?.method === "request" &&
    /provider$/i.test(lastName(method.object) ?? "") &&
    isText(service, /^[A-Z]/) &&
    (action?.type === "Identifier" || isText(action, /^[a-z]/))
    ? { kind: "lookalike", name: dottedName(method.object) ?? "provider", span: spanOf(method.object) }
    : undefined;
}

const isText = (node: Node | undefined, pattern: RegExp) =>
  node?.type === "Literal" && typeof node.value === "string" && pattern.test(node.value);

/** `const tx = await db.transaction()` in the same run as the call, of a function or of a loop: each run has one of its own. */
function isOpenedHere(code: Code, name: Node, call: Node): boolean {
  const definition = name.type === "Identifier" ? definitionOf(code.variable(name)) : undefined;
  if (definition?.type !== "Variable" || definition.node.init === null) return false;
  for (let at = code.parent(call); at !== undefined; at = code.parent(at)) {
    if (contains(at, definition.node)) return true;
    if (isLoop(at) || isFunction(at)) return false;
  }
  return true;
}

/** `const batch = redis.pipeline()`: commands are queued on it, and sent together. */
function isPipeline(code: Code, node: Node): boolean {
  const init = node.type === "Identifier" ? constantInit(code, node) : undefined;
  return init !== undefined && /^(pipeline|multi)$/.test(methodCall(unwrap(init))?.method ?? "");
}

/** `db.transaction(async (t) => ...)`: is this the `t`? */
function isTransactionParameter(code: Code, node: Node): boolean {
  if (node.type !== "Identifier") return false;
  const definition = definitionOf(code.variable(node));
  if (definition?.type !== "Parameter" || !isFunction(definition.node)) return false;
  const parent = outer(code, definition.node);
  return (
    parent?.type === "CallExpression" &&
    /transaction$/i.test(lastName(parent.callee) ?? "") &&
    parent.arguments.some((argument) => argument === definition.node)
  );
}
