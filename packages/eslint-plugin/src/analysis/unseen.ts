/** What a call whose body is out of sight is taken for, by its name and by whom it is called on. */
import { rootOf } from "./callees.ts";
import {
  contains,
  definitionOf,
  functionAround,
  isFunction,
  memberName,
  outer,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { importOf } from "./imports.ts";
import { lightCalls, releasingMethod, requestMethod, tellingCalls } from "./known-effects.ts";
import { doing, type Task } from "./task.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** The effect that a call's name and receiver tell; undefined where they tell nothing: then it is work like any other. */
export function taskByName(code: Code, callee: Node, node: Node, what: string): Task | undefined {
  if (lightCalls.test(what) || tellingCalls.test(what) || isEditorCall(code, callee))
    return light(what, node);
  const kind = isRelease(what, node)
    ? "releases"
    : isOwnMethod(code, callee, node)
      ? "own"
      : isHandedIn(code, callee)
        ? "handed"
        : undefined;
  return kind && doing({ kind, what, span: spanOf(node) });
}

export const light = (what: string, node: Node): Task => doing({ kind: "light", what, span: spanOf(node) });

/** `vscode.commands.executeCommand(...)`: it stays between an editor and its extension. */
function isEditorCall(code: Code, callee: Node): boolean {
  const imported = importOf(code, callee);
  return imported?.module === "vscode" && /^(window|commands|env|languages|debug)\./.test(imported.name);
}

/** `subscription.unsubscribe()`: it gives back what is held already, and there are no more of it than that. */
const isRelease = (name: string, node: Node): boolean =>
  node.type === "CallExpression" &&
  node.arguments.length === 0 &&
  unwrap(node.callee).type === "MemberExpression" &&
  releasingMethod.test(name);

/**
 * `pages.map((page) => page.evaluate(fn))`: the elements are live objects, such as sessions, clients or handlers, and not
 * data. Not where the method's name is one of a request: rows save themselves, too.
 */
function isOwnMethod(code: Code, callee: Node, call: Node): boolean {
  const member = unwrap(callee);
  const method = memberName(member);
  const root = rootOf(member);
  if (method === undefined || root?.type !== "Identifier" || !isElement(code, root)) return false;
  // element.getId(): it has that already, or knows whom to ask.
  const isGetter = /^get[A-Z]/.test(method) && call.type === "CallExpression" && call.arguments.length === 0;
  return isGetter || !requestMethod.test(method);
}

/** Is it what an inline callback is given first, whole or in part, or what a loop goes over? */
function isElement(code: Code, name: TSESTree.Identifier): boolean {
  const definition = definitionOf(code.variable(name));
  if (definition?.type === "Variable") {
    const declaration = code.parent(definition.node);
    const loop = declaration && code.parent(declaration);
    return loop?.type === "ForOfStatement" && loop.left === declaration;
  }
  if (definition?.type !== "Parameter" || !isFunction(definition.node)) return false;
  const fn = definition.node;
  const [element] = fn.params;
  return (
    element !== undefined && contains(element, definition.name) && outer(code, fn)?.type === "CallExpression"
  );
}

/** A parameter of the function that holds the site: `const mapAsync = (xs, fn) => Promise.all(xs.map((x) => fn(x)))`. */
function isHandedIn(code: Code, callee: Node): boolean {
  const name = unwrap(callee);
  const definition = definitionOf(code.variable(name));
  if (definition?.type !== "Parameter" || !isFunction(definition.node)) return false;
  const helper = definition.node;
  const isWhole = helper.params.some(
    (param) => (param.type === "AssignmentPattern" ? param.left : param) === definition.name,
  );
  // The parameter of a callback is an element, or what a library hands in.
  if (!isWhole || outer(code, helper)?.type === "CallExpression") return false;
  const around = functionAround(code, callee);
  return around === helper || (around !== undefined && functionAround(code, around) === helper);
}
