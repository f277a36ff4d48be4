/** What shows that a call is work: a request, a file, a query or a process, and not a promise alone. */
import { rootOf } from "./callees.ts";
import {
  constantInit,
  definitionOf,
  functionAround,
  lastName,
  memberName,
  outer,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { importedName } from "./exported.ts";
import { bareModule, importOf, isGlobal } from "./imports.ts";
import {
  callbackMethods,
  dataSource,
  isDataName,
  lightName,
  pathLookup,
  requestMethod,
  transferName,
  workModules,
  workName,
  workReceiver,
} from "./known-effects.ts";
import type { Effect } from "./model.ts";
import type { Evidence, Task } from "./task.ts";

/** What the callee's name, its object's and its module show. */
export function evidenceOf(code: Code, callee: Node): Evidence {
  const name = nameGiven(code, callee);
  if (name !== undefined && pathLookup.test(name)) return "path";
  if (isOfWorkModule(code, callee) || isGlobal(code, callee, "fetch")) return "plain";
  if (name !== undefined && requestMethod.test(name) && !tellsLittle(callee, name)) return "plain";
  // db("users").insert(row).onConflict("id").ignore(): what is asked for stands further back.
  for (let at = unwrap(callee); at.type === "MemberExpression" || at.type === "CallExpression";) {
    const object = unwrap(at.type === "MemberExpression" ? at.object : at.callee);
    if (at.type === "MemberExpression" && workReceiver.test(lastName(object) ?? "")) return "plain";
    if (at.type === "CallExpression" && requestMethod.test(lastName(object) ?? "")) return "plain";
    at = object;
  }
  if (/^(node:)?timers\/promises$/.test(importOf(code, callee)?.module ?? "")) return "name";
  if ((name !== undefined && workName.test(name)) || isElsewhere(code, callee)) return "name";
  if (name === undefined || tellsLittle(callee, name) || lightName.test(name)) return "none";
  return isHandedOn(code, callee) ? "none" : "verb";
}

/** `async function one(x) { return tool(x); }`: nothing says that it gives a promise, unlike in a callback written at the place. */
function isHandedOn(code: Code, callee: Node): boolean {
  const call = outer(code, callee);
  const fn = functionAround(code, callee);
  if (call?.type !== "CallExpression" || call.callee !== callee || !fn?.async) return false;
  return outer(code, call)?.type !== "AwaitExpression" && outer(code, fn)?.type !== "CallExpression";
}

/** Is it a function of a module of requests, files, queries or processes, or a method of what one gives: `sharp(x).toBuffer()`? */
export function isOfWorkModule(code: Code, callee: Node): boolean {
  const root = rootOf(callee);
  const imported = importOf(code, callee) ?? (root && importOf(code, root));
  return imported !== undefined && workModules.test(bareModule(imported.module));
}

/** `getTreeItem(x)`, `getAttribute(x)`: who has it at hand answers to such names, too. `nodeFactory.create(x)` builds something. */
function tellsLittle(callee: Node, name: string): boolean {
  const member = unwrap(callee);
  const owner = member.type === "MemberExpression" ? lastName(member.object) : undefined;
  return /^get[A-Z]/.test(name) || /([fF]actory|[hH]ooks)$/.test(owner ?? "");
}

/** `withRetries(() => download(x))`, `timeout(...)`: it calls what it is handed, and does nothing else. */
export const callsOnly = /retr(y|ies)|time_?out|attempt|measure|trace|span/i;

/** Too little for a report by itself. */
export const isWeak = (evidence: Evidence): boolean => evidence === "none" || evidence === "verb";

/** What its body shows counts more than its name, but for a name that says what it does. */
export function evidenceOfBody(body: Task, callee: Node): Evidence {
  const name = lastName(callee) ?? "";
  if (isWeak(body.evidence) && transferName.test(name)) return "name";
  return body.evidence === "verb" && lightName.test(name) ? "none" : body.evidence;
}

/** The name by which its maker knows it: `mutateAsync` in `const { mutateAsync: save } = useSave()`. */
function nameGiven(code: Code, callee: Node): string | undefined {
  const definition = definitionOf(code.variable(unwrap(callee)));
  const pattern = definition?.type === "Variable" ? definition.node.id : undefined;
  const property =
    pattern?.type === "ObjectPattern"
      ? pattern.properties.find((one) => one.type === "Property" && one.value === definition?.name)
      : undefined;
  return property?.type === "Property" ? lastName(property.key) : lastName(callee);
}

/**
 * Is it a function by a bare name, of a file that is not at hand? That it is waited for is then all there is, and enough:
 * methods of objects, and what packages export, are more often of this process alone.
 */
function isElsewhere(code: Code, callee: Node): boolean {
  const name = unwrap(callee);
  if (name.type !== "Identifier") return false;
  const imported = importOf(code, name);
  if (imported) {
    const there = importedName(code, name);
    return there ? isDeclared(there.code, there.node) : /^([./~#]|@\/)/.test(imported.module);
  }
  return isDeclared(code, name);
}

/** Is the name one of nothing in sight, or only declared: `declare function handle(x)`? */
function isDeclared(code: Code, name: Node): boolean {
  const variable = name.type === "Identifier" ? code.variable(name) : undefined;
  if (variable === undefined) return name.type === "Identifier";
  return variable.defs.every(({ node }) => node.type === "TSDeclareFunction");
}

/**
 * What is said of a task: where nothing shows that it is work, only that. Data are worked on: of what a query or a folder
 * gives, nobody waits for each element to do nothing; and files, rows or accounts, as somebody calls them, are data where
 * what is done to each has a name of its own.
 */
export function effectOf(code: Code, { effect, evidence }: Task, collection?: Node): Effect {
  if (effect.kind !== "starts" || !isWeak(evidence)) return effect;
  const isWork =
    collection !== undefined &&
    (isData(code, collection) || (evidence === "verb" && isCalledData(collection)));
  return isWork ? effect : { ...effect, kind: "opaque" };
}

/** `files`, `Object.values(accounts)`, `await listUsers()`, `user.groups()`: do names say that these are data? */
function isCalledData(collection: Node): boolean {
  const at = unwrap(collection);
  switch (at.type) {
    case "AwaitExpression":
      return isCalledData(at.argument);
    case "CallExpression": {
      const [first] = at.arguments;
      const callee = unwrap(at.callee);
      if (isDataName(lastName(callee) ?? "")) return true;
      if (callee.type !== "MemberExpression") return false;
      if (lastName(callee.object) === "Object" || lastName(callee.object) === "Array")
        return first !== undefined && first.type !== "SpreadElement" && isCalledData(first);
      return callbackMethods.has(memberName(callee) ?? "") && isCalledData(callee.object);
    }
    default:
      return isDataName(lastName(at) ?? "");
  }
}

/** `let rows; if (some) rows = await Users.findAll()`: what the variable is given, of several the last one written. */
function lastGiven(code: Code, name: Node): Node | undefined {
  const writes = code.variable(name)?.references.filter((reference) => reference.isWrite()) ?? [];
  // `left--` writes, too, and what it writes stands nowhere.
  return writes.at(-1)?.writeExpr ?? undefined;
}

/** Is it what a query answers, or what a folder holds: `await Users.findAll()`, `(await readdir(at)).filter(isPage)`? */
function isData(code: Code, collection: Node): boolean {
  let at: Node = unwrap(collection);
  for (let steps = 0; steps < 8; steps++) {
    if (at.type === "AwaitExpression") at = unwrap(at.argument);
    else if (at.type === "Identifier") {
      const given = constantInit(code, at) ?? lastGiven(code, at);
      if (given === undefined) return false;
      at = unwrap(given);
    } else if (at.type === "CallExpression") {
      if (dataSource.test(lastName(at.callee) ?? "")) return true;
      const callee = unwrap(at.callee);
      if (callee.type !== "MemberExpression") return false;
      at = unwrap(callee.object);
    } else if (at.type === "MemberExpression" && memberName(at) !== undefined) at = unwrap(at.object);
    else return false;
  }
  return false;
}
