/** Sizes of what a name or a member holds. */
import { atMost, atMostThat, counted, either, exact, someSize, sum, tamer, unbounded } from "./bound.ts";
import {
  callsNamed,
  constantInit,
  definitionOf,
  dottedName,
  isFunction,
  isReassigned,
  lastName,
  memberName,
  methodCall,
  outer,
  spanOf,
  unwrap,
  type Code,
  type FunctionNode,
  type Node,
  type Variable,
} from "./code.ts";
import { classOrObjectAround, memberInit, propertyName } from "./members.ts";
import { elementSize } from "./elements.ts";
import { exportedSize } from "./exported.ts";
import { grownSize, iterationMethods, mentions } from "./growth.ts";
import { wrapperGate } from "./gate.ts";
import { importOf, isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { partOfConstant } from "./parts.ts";
import { lastAssigned } from "./assigned.ts";
import { sizeOfPart } from "./results.ts";
import { limitedQuery, sizeByType, sizeOf, sizeOfAwaited } from "./size.ts";
import { withDefault } from "./set-up.ts";
import { annotatedSize, keyedSize } from "./type-syntax.ts";
import type { TSESTree } from "@typescript-eslint/types";

export function sizeOfName(code: Code, identifier: TSESTree.Identifier): Bound {
  if (identifier.name === "undefined") return exact(0);
  const variable = code.variable(identifier);
  const definition = definitionOf(variable);
  if (variable === undefined || definition === undefined) {
    return identifier.name === "arguments" ? unbounded(code, identifier) : sizeByType(code, identifier);
  }
  const last = lastAssigned(code, identifier, variable);
  if (last !== undefined) return last;
  const annotated = annotatedSize(code, definition.name) ?? madeSize(code, definition.node);
  switch (definition.type) {
    case "ImportBinding":
      return (
        exportedSize(code, identifier) ??
        constantOf(code, identifier) ??
        sizeByType(code, identifier, `\`${identifier.name}\` is imported`)
      );
    case "Parameter":
      return sizeOfParameter(code, identifier, variable, definition.node, annotated);
    case "Variable": {
      const declarator = definition.node;
      if (annotated && counted(annotated)) return annotated;
      const loop = code.parent(code.parent(declarator) ?? declarator);
      if (loop?.type === "ForOfStatement" && loop.left === code.parent(declarator)) {
        if (declarator.id.type !== "Identifier") return annotated ?? sizeByType(code, identifier);
        if (loop.await) return pageOf(code, loop, identifier);
        return elementSize(code, loop.right);
      }
      if (declarator.id.type !== "Identifier") {
        const part = destructuredSize(code, identifier, declarator);
        const grown = part && grownSize(code, variable);
        return (
          annotated ??
          (part && grown ? sum(part, grown) : part) ??
          exportedSize(code, identifier) ??
          sizeByType(code, identifier)
        );
      }
      const values = assignedValues(code, variable, declarator);
      if (values === undefined) return annotated ?? sizeByType(code, identifier);
      const grown = grownSize(code, variable);
      const size = values.map((value) => sizeOf(code, value)).reduce(either);
      const whole = grown === undefined ? sharpened(code, identifier, size, annotated) : sum(size, grown);
      return annotated ? tamer(whole, annotated) : whole;
    }
    default:
      return sizeByType(code, identifier);
  }
}

/** `new Set<Kind>()`: no more than there are kinds, whatever is added. */
function madeSize(code: Code, declarator: Node): Bound | undefined {
  const init =
    declarator.type === "VariableDeclarator" && declarator.init ? unwrap(declarator.init) : undefined;
  return init?.type === "NewExpression" && init.typeArguments
    ? keyedSize(code, init.callee, init.typeArguments)
    : undefined;
}

/** What syntax could not prove may still be known to the checker at the name itself. */
function sharpened(code: Code, identifier: Node, size: Bound, annotated: Bound | undefined): Bound {
  if (size.kind !== "unbounded" || annotated !== undefined) return size;
  const fact = code.facts.size(identifier);
  return fact.kind === "at-most" ? atMost(fact.count, "static") : size;
}

/** Every expression a variable is given; undefined when some of them cannot be seen. */
function assignedValues(
  code: Code,
  variable: Variable,
  declarator: TSESTree.VariableDeclarator,
): readonly Node[] | undefined {
  const values: Node[] = declarator.init ? [declarator.init] : [];
  for (const reference of variable.references) {
    if (!reference.isWrite() || reference.init === true) continue;
    const parent = code.parent(reference.identifier);
    if (parent?.type !== "AssignmentExpression" || parent.left !== reference.identifier) return undefined;
    if (parent.operator === "=") {
      // tasks = tasks.concat(x) grows: that is found by `grownSize`.
      if (!mentions(code, parent.right, variable)) values.push(parent.right);
    } else if (parent.operator !== "??=" && parent.operator !== "||=") return undefined;
    else values.push(parent.right);
  }
  return values.length > 0 ? values : undefined;
}

/** A parameter: of a callback over a collection, or of a local function all of whose calls are in sight. */
function sizeOfParameter(
  code: Code,
  identifier: TSESTree.Identifier,
  variable: Variable,
  fn: Node,
  annotated: Bound | undefined,
): Bound {
  if (annotated && counted(annotated)) return annotated;
  // `string[]` says that nothing is known of its length, and who hands it over may know more.
  const byType = () => annotated ?? sizeByType(code, identifier);
  if (!isFunction(fn) || isReassigned(variable)) return byType();
  const assigned = code.parent(variable.identifiers[0] as Node);
  if (assigned?.type === "AssignmentPattern") {
    const size = withDefault(code, unbounded(code, identifier), assigned.right);
    if (size.kind === "coded") return size;
  }
  const index = fn.params.findIndex((param) => {
    const target = param.type === "AssignmentPattern" ? param.left : param;
    return target.type === "Identifier" && target.name === variable.name;
  });
  if (index < 0) return byType();
  const user = callbackUser(code, fn);
  if (user !== undefined) {
    const { call, callback } = user;
    // User.findAllInBatches({ batchLimit: 10 }, async (users) => ...)
    if (isBoundedCall(code, call)) return { kind: "page", span: spanOf(call.callee) };
    const method = methodCall(call);
    if (method && iterationMethods.has(method.method) && method.args[0] === callback && index === 0) {
      const size = elementSize(code, method.object);
      return size.kind === "unbounded" ? byType() : size;
    }
    if (method && /^reduce(Right)?$/.test(method.method) && method.args[0] === callback && index === 1) {
      return elementSize(code, method.object);
    }
    // The collection comes first and the callback second: pMap(chunks, cb), _.map(chunks, cb), mapLimit(chunks, 5, cb).
    const position = call.arguments.findIndex((argument) => argument === callback);
    const [first] = call.arguments;
    if (
      index === 0 &&
      position > 0 &&
      first?.type !== "SpreadElement" &&
      first &&
      importOf(code, call.callee)
    ) {
      const size = elementSize(code, first);
      return size.kind === "unbounded" ? byType() : size;
    }
    return byType();
  }
  return argumentSize(code, fn, index) ?? byType();
}

/** The call a function is handed to, seen through a wrapper: `parts.map(limited(10, (part) => ...))`. */
function callbackUser(
  code: Code,
  fn: FunctionNode,
): { readonly call: TSESTree.CallExpression; readonly callback: Node } | undefined {
  const call = outer(code, fn);
  if (call?.type !== "CallExpression" || unwrap(call.callee) === fn) return undefined;
  const user = wrapperGate(code, call) ? outer(code, call) : undefined;
  return user?.type === "CallExpression" ? { call: user, callback: call } : { call, callback: fn };
}

/** The largest argument that a function of this file, or a private method, is ever given at that position. */
function argumentSize(code: Code, fn: FunctionNode, index: number): Bound | undefined {
  const given = argumentsGiven(code, fn, index);
  const size = given?.map((argument) => sizeOf(code, argument)).reduce(either);
  return size?.kind === "unbounded" ? undefined : size;
}

/** What a function of this file, or a private method, is given at that position by all its calls; undefined when some are out of sight. */
export function argumentsGiven(code: Code, fn: FunctionNode, index: number): readonly Node[] | undefined {
  const calls = callsOf(code, fn) ?? callsOfPrivateMethod(code, fn) ?? [];
  const given = calls.map((call) => call.arguments[index]);
  const isComplete = given.every((argument) => argument !== undefined && argument.type !== "SpreadElement");
  return isComplete && given.length > 0 ? given : undefined;
}

/** Every call of a function; undefined when it is exported, or handed around. */
function callsOf(code: Code, fn: FunctionNode): readonly TSESTree.CallExpression[] | undefined {
  const owner = code.parent(fn);
  const name =
    fn.type === "FunctionDeclaration"
      ? fn.id
      : owner?.type === "VariableDeclarator" && owner.id.type === "Identifier"
        ? owner.id
        : null;
  if (!name) return undefined;
  const home = code.parent(fn.type === "FunctionDeclaration" ? fn : (code.parent(owner as Node) ?? fn));
  if (home?.type === "ExportNamedDeclaration" || home?.type === "ExportDefaultDeclaration") return undefined;
  const calls: TSESTree.CallExpression[] = [];
  for (const reference of code.variable(name)?.references ?? []) {
    if (reference.init === true) continue;
    const call = code.parent(reference.identifier);
    if (call?.type !== "CallExpression" || call.callee !== reference.identifier) return undefined;
    calls.push(call);
  }
  return calls;
}

/** The same for `private load(...)` and `#load(...)`. */
function callsOfPrivateMethod(code: Code, fn: FunctionNode): readonly TSESTree.CallExpression[] | undefined {
  const method = code.parent(fn);
  if (method?.type !== "MethodDefinition" || method.kind !== "method") return undefined;
  if (method.accessibility !== "private" && method.key.type !== "PrivateIdentifier") return undefined;
  const name = propertyName(method.key, method.computed);
  if (name === undefined) return undefined;
  const calls = callsNamed(code, (called) => called === name).filter(
    (call): call is TSESTree.CallExpression =>
      call.type === "CallExpression" && unwrap(call.callee).type === "MemberExpression",
  );
  // A use that is no call hands it to somebody else.
  const uses = code.text.match(new RegExp(`\\.\\s*#?${name}\\b`, "g")) ?? [];
  return uses.length === calls.length ? calls : undefined;
}

function destructuredSize(
  code: Code,
  identifier: TSESTree.Identifier,
  declarator: TSESTree.VariableDeclarator,
): Bound | undefined {
  if (!declarator.init) return undefined;
  const init = unwrap(declarator.init);
  // const { rows } = await search({ limit: 20 }), const [rows, total] = await repository.findAndCount({ take: 20 })
  const limited = limitedAnswer(code, init);
  if (limited) return limited;
  if (declarator.id.type === "ObjectPattern") {
    const property = declarator.id.properties.find(
      (p) => p.type === "Property" && p.value.type === "Identifier" && p.value.name === identifier.name,
    );
    const name = property?.type === "Property" ? propertyName(property.key, property.computed) : undefined;
    return name === undefined ? undefined : sizeOfPart(code, init, name);
  }
  if (declarator.id.type !== "ArrayPattern") return undefined;
  // const [head, ...rest] = four; const [a, b] = await Promise.all([x.filter(..), y])
  const position = declarator.id.elements.findIndex(
    (element) =>
      (element?.type === "Identifier" && element.name === identifier.name) ||
      (element?.type === "RestElement" &&
        element.argument.type === "Identifier" &&
        element.argument.name === identifier.name),
  );
  if (declarator.id.elements[position]?.type === "RestElement") return atMostThat(sizeOf(code, init));
  const combined = init.type === "AwaitExpression" ? methodCall(unwrap(init.argument)) : undefined;
  const [list] = combined && isGlobal(code, combined.object, "Promise") ? combined.args : [];
  const element = list?.type === "ArrayExpression" ? list.elements[position] : undefined;
  return element && element.type !== "SpreadElement" ? sizeOfAwaited(code, unwrap(element)) : undefined;
}

/** What a query that is told how many to return answers, or holds in a property. */
function limitedAnswer(code: Code, init: Node): Bound | undefined {
  const call = init.type === "AwaitExpression" ? unwrap(init.argument) : init;
  return call.type === "CallExpression" ? limitedQuery(code, call) : undefined;
}

function pageOf(code: Code, loop: TSESTree.ForOfStatement, identifier: Node): Bound {
  const element = elementSize(code, loop.right);
  if (element.kind !== "unbounded") return element;
  const fact = code.facts.size(identifier);
  if (fact.kind === "unknown") code.unanswered.count++;
  return fact.kind === "at-most" ? atMost(fact.count, "static") : { kind: "page", span: spanOf(loop.right) };
}

export function sizeOfMember(code: Code, member: TSESTree.MemberExpression): Bound {
  const name = dottedName(member);
  if (name !== undefined && code.policy.boundedProperties.some((p) => name === p || name.endsWith(`.${p}`))) {
    return atMost(code.policy.maxKnownSize, "static");
  }
  const property = memberName(member);
  const object = unwrap(member.object);
  if (property !== undefined) {
    const owner =
      object.type === "ThisExpression"
        ? classOrObjectAround(code, member)
        : object.type === "Identifier"
          ? unwrapOr(constantInit(code, object))
          : undefined;
    // const page = await search({ limit: 20 }); page.rows
    const limited = owner && object.type === "Identifier" ? limitedAnswer(code, owner) : undefined;
    if (limited) return limited;
    const init =
      owner &&
      (owner.type === "ObjectExpression" ||
        owner.type === "ClassDeclaration" ||
        owner.type === "ClassExpression")
        ? memberInit(code, owner, property)
        : undefined;
    if (init !== undefined && owner !== undefined && !memberChanges(code, owner, name, property)) {
      const size = sizeOf(code, init);
      if (counted(size) && size.count > 0) return size;
    }
    if (object.type === "Identifier") {
      const definition = definitionOf(code.variable(object));
      if (definition?.type === "ClassName") {
        const field = memberInit(code, definition.node, property);
        const size = field ? sizeOf(code, field) : undefined;
        if (size && counted(size) && size.count > 0) return size;
      }
      const imported = exportedSize(code, member) ?? constantOf(code, member);
      if (imported) return imported;
    }
    // build().steps, const plan = await build(); plan.steps
    const whole = object.type === "Identifier" ? owner : object;
    const made =
      whole && /^(Call|Await)Expression$/.test(whole.type) ? sizeOfPart(code, whole, property) : undefined;
    if (made && !isGrown(code, name)) return made;
  } else if (member.computed) {
    // batches[i]
    const element = isFilled(code, object) ? undefined : someSize(elementSize(code, object));
    if (element) return element;
  }
  return partOfConstant(code, member) ?? sizeByType(code, member);
}

/** `LOCALES`, `Config.LOCALES`: by convention a constant, written out where it is declared. Types, where there are, know more. */
export function constantOf(code: Code, node: Node): Bound | undefined {
  const name = lastName(node);
  if (name === undefined || !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name) || name.length < 3) return undefined;
  const fact = code.facts.size(node);
  if (fact.kind === "at-most") return atMost(fact.count, "static");
  return { kind: "coded", name, span: spanOf(node), why: `\`${name}\` is a constant of another file` };
}

export const unwrapOr = (node: Node | undefined) => (node === undefined ? undefined : unwrap(node));

const changing: ReadonlySet<string> = new Set(["push", "unshift", "splice"]);

/** Is `owner.name` assigned or grown anywhere in the file, other than where it is initialised? */
export function memberChanges(code: Code, owner: Node, base: string | undefined, name: string): boolean {
  return code.once(
    `changes ${name}`,
    owner,
    () => {
      if (isGrown(code, base)) return true;
      // `o.xs = ...`; a variable of the same name is none of its business.
      const pattern = new RegExp(
        `\\.\\s*#?${name.replace(/\W/g, "\\$&")}\\s*(?:=(?!=|>)|\\+=|\\?\\?=|\\|\\|=)`,
        "g",
      );
      const writes = [...code.text.matchAll(pattern)].length;
      // One of them is the constructor's, where no field or property holds the first value.
      return writes > (hasField(owner, name) ? 0 : 1);
    },
    false,
  );
}

/** Does the file add anything to what goes by this name? */
const isGrown = (code: Code, base: string | undefined): boolean =>
  callsNamed(code, (name) => changing.has(name)).some((call) => {
    const method = methodCall(call);
    return method !== undefined && dottedName(method.object) === base;
  });

/** Is something added to single elements: `buckets[hash].push(row)`? */
const isFilled = (code: Code, collection: Node): boolean =>
  callsNamed(code, (name) => changing.has(name)).some((call) => {
    const element = methodCall(call)?.object;
    return (
      element?.type === "MemberExpression" &&
      element.computed &&
      dottedName(element.object) === dottedName(collection)
    );
  });

const hasField = (owner: Node, name: string): boolean =>
  owner.type === "ObjectExpression" ||
  ((owner.type === "ClassDeclaration" || owner.type === "ClassExpression") &&
    owner.body.body.some(
      (member) =>
        member.type === "PropertyDefinition" &&
        member.value !== null &&
        propertyName(member.key, member.computed) === name,
    ));

/** Is this a call that gives small or paged results: so the user declared, or so its name says? */
export function isBoundedCall(code: Code, call: TSESTree.CallExpression): boolean {
  if (/(InBatches|InChunks|[eE]achBatch|[eE]achPage|[eE]achChunk)$/.test(lastName(call.callee) ?? ""))
    return true;
  return isDeclaredBounded(code, call);
}

/** Does `settings.boundedCalls` name it? Then what it resolves to is small or paged, too. */
export function isDeclaredBounded(code: Code, call: TSESTree.CallExpression): boolean {
  const name = dottedName(call.callee);
  return (
    name !== undefined &&
    code.policy.boundedCalls.some((known) => name === known || name.endsWith(`.${known}`))
  );
}
