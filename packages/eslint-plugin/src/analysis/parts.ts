/** What is inside a constant: the lists that each entry of a table in the source holds. */
import { counted } from "./bound.ts";
import {
  constantInit,
  definitionOf,
  dottedName,
  functionAround,
  isFunction,
  lastName,
  methodCall,
  outer,
  spanOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { rootOf } from "./callees.ts";
import { exportedSize } from "./exported.ts";
import { growthsOf, iterationMethods } from "./growth.ts";
import { isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { constantOf } from "./names.ts";
import { keepers } from "./size.ts";

/**
 * `manager.lockfiles`, where `manager` is an entry of a constant table: of this file, or an imported one.
 * Somebody wrote each of those lists out. Undefined for a member of anything else.
 */
export function partOfConstant(code: Code, member: Node): Bound | undefined {
  const root = rootOf(member);
  const holder = root?.type === "Identifier" ? holderOf(code, root) : undefined;
  const table = holder && tableBehind(code, holder);
  return table === undefined
    ? undefined
    : {
        kind: "coded",
        name: dottedName(member) ?? lastName(member) ?? "part",
        span: spanOf(member),
        why: `it is part of the constant \`${table}\``,
      };
}

/** The expression a name is an element of, or was looked up in. */
function holderOf(code: Code, name: Node): Node | undefined {
  const definition = definitionOf(code.variable(name));
  if (definition?.type === "Variable") {
    const declarator = definition.node;
    const loop = code.parent(code.parent(declarator) ?? declarator);
    if (loop?.type === "ForOfStatement") return loop.right;
    const init = declarator.init ? unwrap(declarator.init) : undefined;
    // const entry = TABLE[key], TABLE.get(key)
    if (init?.type === "MemberExpression" && init.computed) return init.object;
    const lookup = init && methodCall(init);
    return lookup && ["get", "find", "at"].includes(lookup.method) ? lookup.object : undefined;
  }
  if (definition?.type !== "Parameter" || !isFunction(definition.node)) return undefined;
  const call = outer(code, definition.node);
  const method = call && methodCall(call);
  return method && iterationMethods.has(method.method) && method.args[0] === definition.node
    ? method.object
    : undefined;
}

/** The name of the constant that a collection is, or is made from; undefined when it is none. */
function tableBehind(code: Code, holder: Node): string | undefined {
  let at = unwrap(holder);
  for (let method = methodCall(at); method; method = methodCall(at)) {
    const [first] = method.args;
    const isOfObject =
      isGlobal(code, method.object, "Object") && /^(keys|values|entries)$/.test(method.method);
    if (isOfObject ? !first : !keepers.has(method.method)) return undefined;
    at = unwrap(isOfObject && first ? first : method.object);
  }
  const name = dottedName(at);
  if (name === undefined) return undefined;
  if (constantOf(code, at)) return name;
  const exported =
    at.type === "Identifier" || at.type === "MemberExpression" ? exportedSize(code, at) : undefined;
  if (exported) return counted(exported) && exported.count > 0 ? name : undefined;
  const variable = code.variable(at);
  const init = constantInit(code, at);
  const value = init ? unwrap(init) : undefined;
  const isWritten =
    (value?.type === "ArrayExpression" && value.elements.length > 0) ||
    (value?.type === "ObjectExpression" && value.properties.length > 0);
  // One of a function is filled with what the function was given.
  return isWritten &&
    variable &&
    functionAround(code, value) === undefined &&
    growthsOf(code, variable).length === 0
    ? name
    : undefined;
}
