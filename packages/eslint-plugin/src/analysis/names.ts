/** Sizes of what a name or a member holds. */
import { atMost, atMostThat, counted, either, exact, someSize, sum, tamer, unbounded } from "./bound.ts";
import {
  callsNamed,
  constantInit,
  definitionOf,
  dottedName,
  lastName,
  memberName,
  methodCall,
  spanOf,
  unwrap,
  visitAll,
  type Code,
  type Node,
  type Variable,
} from "./code.ts";
import { classOrObjectAround, memberInit, memberType, propertyName, type ClassOrObject } from "./members.ts";
import { elementSize } from "./elements.ts";
import { exportedSize } from "./exported.ts";
import { grownSize, mentions } from "./growth.ts";
import { handedSize } from "./handed.ts";
import { isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { sizeOfParameter } from "./parameters.ts";
import { partOfConstant } from "./parts.ts";
import { lastAssigned } from "./assigned.ts";
import { sizeOfPart } from "./results.ts";
import { limitedQuery, sizeByType, sizeOf, sizeOfAwaited } from "./size.ts";
import { annotatedSize, fewByType, keyedSize } from "./type-syntax.ts";
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
      const size = values.map((value) => sizeOf(code, value)).reduce(either);
      const grown = addedSize(code, identifier, variable, size);
      const whole = grown === undefined ? sharpened(code, identifier, size, annotated) : sum(size, grown);
      return annotated ? tamer(whole, annotated) : whole;
    }
    default:
      return sizeByType(code, identifier);
  }
}

/** What is added to a collection that starts with so many, here and by the functions that it is handed to before. */
function addedSize(code: Code, use: Node, variable: Variable, start: Bound): Bound | undefined {
  const grown = grownSize(code, variable);
  if (!counted(start) || (grown && !counted(grown))) return grown;
  const handed = handedSize(code, variable, use);
  // An empty one is there to be filled; of another one nobody thinks that a function out of sight adds to it.
  if (!handed || (handed.kind === "unknown" && (grown || start.count > 0))) return grown;
  return grown ? sum(grown, handed) : handed;
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

/** `const page = await search({ limit: 20 }); page.rows`, `({ data } = await client.query(q, { limit: 20 })); data.app.rows` */
function partOfAnswer(code: Code, whole: Node): Bound | undefined {
  let root = whole;
  while (root.type === "MemberExpression" && !root.computed) root = unwrap(root.object);
  const given = root.type === "Identifier" ? givenOnce(code, root) : root;
  const isAnswer = given && (root !== whole || given !== root || root.type === "AwaitExpression");
  return isAnswer ? limitedAnswer(code, unwrap(given)) : undefined;
}

/** What a variable, or the whole that it is taken from by name, is given, where it is given one thing. */
function givenOnce(code: Code, identifier: Node): Node | undefined {
  const variable = code.variable(identifier);
  const definition = definitionOf(variable);
  if (!variable || definition?.type !== "Variable") return undefined;
  const writes = variable.references.filter((reference) => reference.isWrite());
  if (writes.length !== 1) return undefined;
  for (let at = code.parent(writes[0]?.identifier as Node); at; at = code.parent(at)) {
    if (at.type === "VariableDeclarator")
      return at.id.type === "ArrayPattern" ? undefined : (at.init ?? undefined);
    if (at.type === "AssignmentExpression") return at.operator === "=" ? at.right : undefined;
    if (at.type !== "Property" && at.type !== "ObjectPattern") return undefined;
  }
  return undefined;
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
    const around = object.type === "ThisExpression" ? classOrObjectAround(code, member) : undefined;
    const owner = object.type === "Identifier" ? unwrapOr(constantInit(code, object)) : around;
    const limited = partOfAnswer(code, object);
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
    const field = around && fieldSize(code, around, member, property);
    if (field) return field;
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
  return partOfConstant(code, member) ?? constantOf(code, member) ?? sizeByType(code, member);
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

const changing: ReadonlySet<string> = new Set(["push", "unshift", "splice", "add", "set"]);

/** `this.kinds`, as a class declares it, `kinds: Set<Kind>`, or where all that it is ever given is few. */
function fieldSize(
  code: Code,
  owner: ClassOrObject,
  member: TSESTree.MemberExpression,
  name: string,
): Bound | undefined {
  const typed = fewByType(code, member, memberType(owner, name));
  if (typed) return typed;
  const given = code.once(`given ${name}`, owner, () => sizesGiven(code, owner, name), undefined);
  return given && someSize(given);
}

function sizesGiven(code: Code, owner: ClassOrObject, name: string): Bound | undefined {
  const field = fieldOf(owner, name);
  // Who decorates a field has it set by somebody else: @Input() rows = [].
  if (!field || field.decorators.length > 0 || isGrown(code, `this.${name}`)) return undefined;
  const values: Node[] = field.value ? [field.value] : [];
  visitAll(code, owner, (node) => {
    if (node.type !== "AssignmentExpression" || memberName(node.left) !== name) return;
    const target = unwrap((node.left as TSESTree.MemberExpression).object);
    if (target.type === "ThisExpression") values.push(node.right);
  });
  const writes = values.length - (field.value ? 1 : 0);
  if (writes !== writesTo(code, name)) return undefined;
  return values.map((value) => atMostThat(sizeOf(code, value))).reduce<Bound>(either, exact(0));
}

/** Is `owner.name` assigned or grown anywhere in the file, other than where it is initialised? */
export function memberChanges(code: Code, owner: Node, base: string | undefined, name: string): boolean {
  return code.once(
    `changes ${name}`,
    owner,
    () => {
      if (isGrown(code, base)) return true;
      const writes = writesTo(code, name);
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
  owner.type === "ObjectExpression" || (fieldOf(owner, name)?.value ?? null) !== null;

const fieldOf = (owner: Node, name: string): TSESTree.PropertyDefinition | undefined =>
  owner.type === "ClassDeclaration" || owner.type === "ClassExpression"
    ? owner.body.body.find(
        (member): member is TSESTree.PropertyDefinition =>
          member.type === "PropertyDefinition" && propertyName(member.key, member.computed) === name,
      )
    : undefined;

/** How often the file writes to a member of that name; a variable of the same name is none of its business. */
const writesTo = (code: Code, name: string): number =>
  [
    ...code.text.matchAll(
      new RegExp(`\\.\\s*#?${name.replace(/\W/g, "\\$&")}\\s*(?:=(?!=|>)|\\+=|\\?\\?=|\\|\\|=)`, "g"),
    ),
  ].length;

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
