/** The number of keys of an object: literals, enums, records. */
import { atMost, atMostThat, counted, either, exact, sum, unbounded, unknown } from "./bound.ts";
import {
  constantInit,
  definitionOf,
  dottedName,
  isFunction,
  isLoop,
  lastName,
  spanOf,
  memberName,
  methodCall,
  outer,
  returned,
  shortText,
  textOf,
  unwrap,
  visitOwn,
  type Code,
  type Node,
  type Variable,
} from "./code.ts";
import { functionBehind } from "./behind.ts";
import { classOrObjectAround, memberInit, memberType, type ClassOrObject } from "./members.ts";
import { exportedSize } from "./exported.ts";
import { grownSize, growthsOf } from "./growth.ts";
import { guardedSize } from "./guards.ts";
import { isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { memberChanges, unwrapOr } from "./names.ts";
import { argumentsGiven } from "./parameters.ts";
import { setUpByHand } from "./set-up.ts";
import { limitedQuery, sizeOf } from "./size.ts";
import { annotatedKeys, keysByType } from "./type-syntax.ts";
import type { Definition } from "@typescript-eslint/scope-manager";

/** The number of an object's own keys. */
export function keysOf(code: Code, node: Node): Bound {
  const expression = unwrap(node);
  return code.once(
    "keys",
    expression,
    () => computeKeys(code, expression),
    unknown("it is defined by itself"),
  );
}

function computeKeys(code: Code, expression: Node): Bound {
  const guard = guardedSize(code, expression);
  if (guard) return guard;
  if (expression.type === "ObjectExpression") {
    return expression.properties.reduce<Bound>(
      (total, property) =>
        sum(total, property.type === "SpreadElement" ? keysOf(code, property.argument) : exact(1)),
      exact(0),
    );
  }
  if (expression.type === "ArrayExpression") return sizeOf(code, expression);
  if (expression.type === "ConditionalExpression")
    return either(keysOf(code, expression.consequent), keysOf(code, expression.alternate));
  if (expression.type === "LogicalExpression" && expression.operator !== "&&")
    return either(keysOf(code, expression.left), keysOf(code, expression.right));
  if (expression.type === "CallExpression" && isGlobal(code, expression.callee, "Object.freeze"))
    return unknown("frozen");
  const made = methodCall(expression);
  const [first] = made && isGlobal(code, made.object, "Object") ? made.args : [];
  if (made && first && ["freeze", "seal"].includes(made.method)) return keysOf(code, first);
  if (made && first && made.method === "fromEntries") return atMostThat(sizeOf(code, first));
  if (made && first && made.method === "assign" && unwrap(first).type === "ObjectExpression")
    return made.args.reduce<Bound>(
      (total, part) => sum(total, part.type === "SpreadElement" ? sizeOf(code, part) : keysOf(code, part)),
      exact(0),
    );
  if (expression.type === "Identifier") {
    const variable = code.variable(expression);
    const definition = definitionOf(variable);
    if (definition?.type === "TSEnumName") return exact(definition.node.body.members.length);
    if (definition?.type === "ImportBinding") {
      if (definition.node.type === "ImportNamespaceSpecifier")
        return unknown("the number of a module's exports");
      const exported = exportedSize(code, expression);
      if (exported) return exported;
    }
    if (definition?.type === "Variable" && variable) {
      const annotated = annotatedKeys(code, definition.name);
      // Record<string, X> of a literal has the literal's keys.
      if (annotated && counted(annotated)) return annotated;
      const init = constantInit(code, expression);
      const value = init ? unwrap(init) : undefined;
      // An empty one is there to be filled, perhaps by somebody else.
      const isEmpty = value?.type === "ObjectExpression" && value.properties.length === 0;
      if (annotated && isEmpty && !isFilledHere(code, variable)) return annotated;
      if (
        value &&
        (value.type === "ObjectExpression" || freezeOf(value)) &&
        growthsOf(code, variable).length === 0 &&
        assignedKeys(code, variable).size === 0
      )
        return keysOf(code, value);
      if (value?.type === "ObjectExpression") {
        const grown = sum(exact(assignedKeys(code, variable).size), grownSize(code, variable) ?? exact(0));
        return sum(keysOf(code, value), grown);
      }
      if (value?.type === "Identifier") return keysOf(code, value);
      const called = value && keysOfCall(code, value);
      if (called) return called;
      if (annotated) return annotated;
    }
    if (definition?.type === "Parameter") {
      const annotated = annotatedKeys(code, definition.name);
      const given = annotated && counted(annotated) ? annotated : keysGiven(code, definition);
      if (given ?? annotated) return (given ?? annotated) as Bound;
    }
  }
  if (expression.type === "MemberExpression") {
    const property = memberName(expression);
    const object = unwrap(expression.object);
    const owner =
      object.type === "ThisExpression"
        ? classOrObjectAround(code, expression)
        : object.type === "Identifier"
          ? unwrapOr(constantInit(code, object))
          : undefined;
    if (
      property !== undefined &&
      owner &&
      (owner.type === "ObjectExpression" ||
        owner.type === "ClassDeclaration" ||
        owner.type === "ClassExpression")
    ) {
      const init = memberInit(code, owner, property);
      if (
        init &&
        unwrap(init).type === "ObjectExpression" &&
        !memberChanges(code, owner, dottedName(expression), property)
      ) {
        const size = keysOf(code, init);
        if (counted(size) && size.count > 0) return size;
      }
      const typed = keysByType(code, expression, memberType(owner, property));
      if (typed && counted(typed)) return typed;
      if (object.type === "ThisExpression" && isSetUp(code, owner, property))
        return {
          kind: "coded",
          name: property,
          span: spanOf(expression),
          why: `the constructor sets the keys of \`${property}\` one by one`,
        };
    }
  }
  const called = keysOfCall(code, expression);
  if (called) return called;
  // (await ref.limitToFirst(20).get()).val()
  const limited = made?.method === "val" ? limitedQuery(code, made.call) : undefined;
  if (limited) return limited;
  const fact = code.facts.keyCount(expression);
  if (fact.kind === "at-most") return atMost(fact.count, "static");
  const elsewhere = listedElsewhere(code, expression) ?? setUpByHand(expression);
  if (elsewhere) return elsewhere;
  if (fact.kind === "unknown") code.unanswered.count++;
  return unbounded(code, expression, `nothing limits how many keys \`${shortText(code, expression)}\` has`);
}

/** The keys of what a parameter is given by all the calls of its function, or of its written default: then somebody wrote them. */
function keysGiven(code: Code, { name, node: fn }: Definition): Bound | undefined {
  if (!isFunction(fn)) return undefined;
  const index = fn.params.findIndex(
    (param) => (param.type === "AssignmentPattern" ? param.left : param) === name,
  );
  const given = argumentsGiven(code, fn, index)
    ?.map((argument) => keysOf(code, argument))
    .reduce(either);
  if (given && counted(given)) return given;
  const pattern = code.parent(name);
  const written = pattern?.type === "AssignmentPattern" ? keysOf(code, pattern.right) : undefined;
  return written && counted(written) && written.count > 1
    ? { kind: "coded", name: shortText(code, name), span: spanOf(name), why: "its default is written out" }
    : undefined;
}

/** `constructor() { this.shards[main] = 0; this.shards[other] = 0; }`: a constructor that sets several keys, each by itself. */
function isSetUp(code: Code, owner: ClassOrObject, name: string): boolean {
  if (owner.type === "ObjectExpression") return false;
  const maker = owner.body.body.find(
    (member) => member.type === "MethodDefinition" && member.kind === "constructor",
  );
  const keys = new Set<string>();
  if (maker?.type === "MethodDefinition")
    visitOwn(code, maker.value, (node) => {
      if (isLoop(node)) return false;
      const target = node.type === "AssignmentExpression" ? unwrap(node.left) : undefined;
      if (target?.type === "MemberExpression" && dottedName(target.object) === `this.${name}`)
        keys.add(textOf(code, target.property));
      return undefined;
    });
  return keys.size > 1;
}

/** The keys that are assigned by name: `env.PORT = port`. */
function assignedKeys(code: Code, variable: Variable): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { identifier } of variable.references) {
    const member = outer(code, identifier);
    const use = member && outer(code, member);
    if (member?.type !== "MemberExpression" || unwrap(member.object) !== identifier) continue;
    if (use?.type !== "AssignmentExpression" || unwrap(use.left) !== member) continue;
    const key = memberName(member);
    // Computed ones are counted by the loops around them.
    if (key !== undefined && !member.computed) keys.add(key);
  }
  return keys;
}

/** Does the file show every key that an object is given: is something assigned, and the object handed to nobody else? */
function isFilledHere(code: Code, variable: Variable): boolean {
  if (assignedKeys(code, variable).size === 0 && growthsOf(code, variable).length === 0) return false;
  return variable.references.every((reference) => {
    const user = outer(code, reference.identifier);
    if (reference.init === true || user?.type === "ReturnStatement" || user?.type === "SpreadElement")
      return true;
    if (user?.type === "MemberExpression") return unwrap(user.object) === reference.identifier;
    const call = user && methodCall(user);
    return (
      call !== undefined &&
      isGlobal(code, call.object, "Object") &&
      /^(keys|values|entries)$/.test(call.method)
    );
  });
}

/** `await readSettings()`: the keys of the literal that a function returns. */
function keysOfCall(code: Code, value: Node): Bound | undefined {
  const call = value.type === "AwaitExpression" ? unwrap(value.argument) : value;
  const behind = call.type === "CallExpression" ? functionBehind(code, call.callee) : undefined;
  if (!behind || behind.overridable || behind.fn.generator) return undefined;
  const results = returned(behind.code, behind.fn).map((result) => keysOf(behind.code, result));
  const size = results.length > 0 ? results.reduce(either) : undefined;
  return size && counted(size) ? size : undefined;
}

const freezeOf = (value: Node) => {
  const call = methodCall(value);
  return call !== undefined && ["freeze", "seal"].includes(call.method);
};

/** `Object.values(DataSource)`: an imported name in capitals is an enum, a class or a constant, written out in its file. */
function listedElsewhere(code: Code, expression: Node): Bound | undefined {
  const name = lastName(expression);
  if (name === undefined || !/^[A-Z]/.test(name)) return undefined;
  const root = expression.type === "MemberExpression" ? unwrap(expression.object) : expression;
  if (root.type !== "Identifier" || definitionOf(code.variable(root))?.type !== "ImportBinding")
    return undefined;
  return { kind: "coded", name, span: spanOf(expression), why: `\`${name}\` is written out in another file` };
}
