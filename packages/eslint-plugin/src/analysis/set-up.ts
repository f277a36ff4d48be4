/** Collections that somebody sets up by hand: plugins, hooks, what a configuration lists, and what has a written default. */
import { counted, either } from "./bound.ts";
import {
  definitionOf,
  dottedName,
  lastName,
  methodCall,
  shortText,
  spanOf,
  textOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { sizeOf } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

/**
 * What a program is put together from. Of 251 reports in real code that were read one by one, 19 were about collections
 * of these names, and none of the 19 was one that a reviewer would want limited. The names were picked from these
 * reports. Not `services`, `targets`, `migrations`, `subscribers`: those can be many.
 */
const parts =
  /(?:^|[_$]|[a-z])(?:[pP]lugins|[hH]ooks|[lL]isteners|[hH]andlers|[mM]iddlewares?|[rR]eporters|[fF]ormatters|[pP]roviders|[aA]dapters|[tT]ransports|[rR]enderers|[rR]outers|[bB]rokers|[dD]isposables|[tT]eardowns|[rR]unners|[pP]resets|[lL]ocales|[iI]nterceptors|[vV]alidators|[tT]ransformers|[wW]orkspaceFolders|[rR]egistries|[fF]oreignKeys|[wW]orkers|[tT]hreads)(?:Array|List|Map)?$/;

/** Of a configuration, too: but a monorepo's projects and a site's routes, which are listed there, can be hundreds. */
const configuration = /(?:^|[_$]|[a-z])(?:[cC]onfig|[cC]onfiguration|[sS]ettings|[eE]nv)$/;

/** The bound of a collection whose name says that its author wrote it down; undefined for any other. */
export function setUpByHand(node: Node): Bound | undefined {
  const expression = unwrap(node);
  const name = lastName(expression);
  if (name === undefined) return undefined;
  const isConfigured =
    expression.type === "MemberExpression" &&
    (configuration.test(lastName(expression.object) ?? "") ||
      configuration.test(dottedName(expression.object)?.split(".")[0] ?? "")) &&
    !/^(projects|packages|workspaces|routes)$/.test(name);
  return parts.test(name) || isConfigured
    ? { kind: "coded", name, span: spanOf(expression), why: `\`${name}\` are set up by hand` }
    : undefined;
}

/** Functions that make a list of one: `castArray(options.files)`. */
const makesList = /^(cast|ensure|as|make|wrap|force|coerce)(To)?(Array|List)$|^arr(ify|ayify|aify)$/;

/**
 * `Array.isArray(files) ? files : [files]`, `castArray(files)`: who may hand over one or a list writes the list by hand.
 * Not of what a call has answered: that is data, and a parser gives a single element without its list.
 */
export function oneOrMany(code: Code, node: Node): Bound | undefined {
  const given =
    node.type === "ConditionalExpression"
      ? oneOrManyOf(code, node)
      : node.type === "CallExpression"
        ? castOf(node)
        : undefined;
  return given && isHandedOver(code, given)
    ? { kind: "coded", name: shortText(code, node), span: spanOf(node), why: "it is one, or a list" }
    : undefined;
}

export function castOf({ callee, arguments: [given, ...more] }: TSESTree.CallExpression): Node | undefined {
  return given && more.length === 0 && makesList.test(lastName(callee) ?? "") ? given : undefined;
}

function oneOrManyOf(
  code: Code,
  { test, consequent, alternate }: TSESTree.ConditionalExpression,
): Node | undefined {
  const call = methodCall(unwrap(test));
  const [given] = call?.method === "isArray" && isGlobal(code, call.object, "Array") ? call.args : [];
  const one = unwrap(alternate);
  const [only, ...more] = one.type === "ArrayExpression" ? one.elements : [];
  const isBoth =
    given &&
    only &&
    more.length === 0 &&
    [consequent, only].every((side) => textOf(code, unwrap(side)) === textOf(code, given));
  return isBoth ? given : undefined;
}

/** Was it handed over by somebody, as a parameter or a part of one, rather than answered by a call? */
function isHandedOver(code: Code, node: Node): boolean {
  let root = unwrap(node);
  while (root.type === "MemberExpression") root = unwrap(root.object);
  if (root.type === "ThisExpression") return true;
  if (root.type !== "Identifier") return false;
  const definition = definitionOf(code.variable(root));
  if (definition?.type !== "Variable") return true;
  const { init } = definition.node;
  return init === null || isHandedOver(code, init);
}

/** `options.kinds ?? ["a", "b"]`: who may name others instead names them by hand, as the author did. */
export function withDefault(code: Code, given: Bound, list: Node): Bound {
  const size = sizeOf(code, list);
  return given.kind === "unbounded" && counted(size) && size.count > 1
    ? { kind: "coded", name: shortText(code, list), span: spanOf(list), why: "its default is written out" }
    : either(given, size);
}

/** `path.split("/")`, `name.split(".")`, `dir.split(path.sep)` */
export const isPathSeparator = (node: Node): boolean => {
  const separator = unwrap(node);
  return separator.type === "Literal"
    ? ["/", "\\", ".", ":", "::", "-"].includes(String(separator.value))
    : /^(sep|delimiter)$/.test(lastName(separator) ?? "");
};
