/** Collections that somebody sets up by hand, told by their names: plugins, hooks, what a configuration lists. */
import { lastName, spanOf, unwrap, type Node } from "./code.ts";
import type { Bound } from "./model.ts";

/**
 * What a program is put together from. Of 251 reports in real code that were read one by one, 19 were about collections
 * of these names, and none of the 19 was one that a reviewer would want limited. The names were picked from these
 * reports. Not `services`, `targets`, `migrations`, `subscribers`: those can be many.
 */
const parts =
  /(?:^|[_$]|[a-z])(?:[pP]lugins|[hH]ooks|[lL]isteners|[hH]andlers|[mM]iddlewares?|[rR]eporters|[fF]ormatters|[pP]roviders|[aA]dapters|[tT]ransports|[rR]enderers|[rR]outers|[bB]rokers|[dD]isposables|[tT]eardowns|[rR]unners|[pP]resets|[lL]ocales|[iI]nterceptors|[vV]alidators|[tT]ransformers|[wW]orkspaceFolders|[rR]egistries|[fF]oreignKeys|[wW]orkers|[tT]hreads)(?:Array|List|Map)?$/;

/** Of a configuration, too: but a monorepo's projects, which are listed there, can be hundreds. */
const configuration = /(?:^|[_$]|[a-z])(?:[cC]onfig|[cC]onfiguration|[sS]ettings|[eE]nv)$/;

/** The bound of a collection whose name says that its author wrote it down; undefined for any other. */
export function setUpByHand(node: Node): Bound | undefined {
  const expression = unwrap(node);
  const name = lastName(expression);
  if (name === undefined) return undefined;
  const isConfigured =
    expression.type === "MemberExpression" &&
    configuration.test(lastName(expression.object) ?? "") &&
    !/^(projects|packages|workspaces)$/.test(name);
  return parts.test(name) || isConfigured
    ? { kind: "coded", name, span: spanOf(expression), why: `\`${name}\` are set up by hand` }
    : undefined;
}
