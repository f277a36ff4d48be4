/** Finds permits that a throw or an early return can keep for ever. */
import type { TSESTree } from "@typescript-eslint/types";
import { unbounded } from "./bound.ts";
import {
  callsNamed,
  contains,
  dottedName,
  endOf,
  functionAround,
  isFunction,
  lastName,
  methodCall,
  outer,
  shortText,
  spanOf,
  startOf,
  unwrap,
  visitAll,
  visitOwn,
  type Code,
  type Node,
} from "./code.ts";
import type { Draft } from "./draft.ts";
import { noGate } from "./task.ts";
import { acquiredLimiter, type Limiter } from "./gate.ts";
import { acquiringMethods, releasingMethods } from "./known-gates.ts";

export function findReleases(code: Code): readonly Draft[] {
  return callsNamed(code, mayAcquire).flatMap((call) => {
    const before = code.unanswered.count;
    const draft = call.type === "CallExpression" ? releaseDraft(code, call) : undefined;
    return draft ? [{ ...draft, certain: code.unanswered.count === before }] : [];
  });
}

/** By its name alone: any method that could give a permit. */
const mayAcquire = (name: string): boolean =>
  acquiringMethods.has(name) || name === "v" || name === "removeTokens";

/** `await sema.acquire()` whose release something can skip. */
function releaseDraft(code: Code, call: TSESTree.CallExpression): Draft | undefined {
  if (methodCall(call) === undefined) return undefined;
  const awaited = outer(code, call);
  if (awaited?.type !== "AwaitExpression") return undefined;
  const limiter = acquiredLimiter(code, call);
  const method = methodCall(call);
  if (!limiter || !method) return undefined;
  const holder = outer(code, awaited);
  const declaration = holder?.type === "VariableDeclarator" ? code.parent(holder) : undefined;
  // using permit = await sema.acquire(): released when the block ends.
  if (declaration?.type === "VariableDeclaration" && /using/.test(declaration.kind)) return undefined;
  const name =
    holder?.type === "VariableDeclarator" && holder.id.type === "Identifier" ? holder.id.name : undefined;
  const fn = functionAround(code, call) ?? code.ast;
  const releases = releasesIn(code, fn, limiter, [dottedName(method.object), name]);
  // Released elsewhere, or handed on: somebody else's business.
  if (releases.length === 0 || (name !== undefined && escapes(code, fn, name, releases))) return undefined;
  if (releases.some((release) => functionAround(code, release) !== functionAround(code, call)))
    return undefined;
  if (releases.some((release) => isInFinally(code, release))) return undefined;
  if (!mayFailBetween(code, call, releases)) return undefined;
  return {
    rule: "require-release-in-finally",
    topic: "release-skipped",
    node: call,
    span: spanOf(unwrap(call.callee)),
    operation: shortText(code, call.callee),
    bound: unbounded(code, call),
    gate: noGate,
    effect: { kind: "starts", what: "itself", span: spanOf(call) },
    verdict: { kind: "report", because: "a throw or an early return keeps the permit" },
    certain: true,
    limiter,
  };
}

/** Calls that give the permit back. */
function releasesIn(
  code: Code,
  fn: Node,
  limiter: Limiter,
  names: readonly (string | undefined)[],
): readonly Node[] {
  const found: Node[] = [];
  visitAll(code, isFunction(fn) ? fn.body : fn, (node) => {
    if (givesBack(node, limiter, names)) found.push(node);
  });
  return found;
}

/** `sema.release()`, `sema.p()` of async-sema, `permit.release()`, `release()`: by the names of the limiter and of the permit. */
export function givesBack(node: Node, { known }: Limiter, names: readonly (string | undefined)[]): boolean {
  if (node.type !== "CallExpression") return false;
  const callee = unwrap(node.callee);
  if (callee.type === "Identifier") return names.includes(callee.name);
  const method = methodCall(node);
  if (!method) return false;
  const releases = releasingMethods.has(method.method) || known?.release?.includes(method.method) === true;
  const object = dottedName(method.object);
  return releases && object !== undefined && names.includes(object);
}

/** Is the permit handed to somebody else: returned, passed, stored? */
function escapes(code: Code, fn: Node, permit: string, releases: readonly Node[]): boolean {
  let escaped = false;
  visitAll(code, isFunction(fn) ? fn.body : fn, (node) => {
    if (node.type !== "Identifier" || node.name !== permit) return;
    const parent = outer(code, node);
    if (parent?.type === "VariableDeclarator" && parent.id === node) return;
    if (releases.some((release) => contains(release, node))) return;
    if (parent?.type === "MemberExpression" && unwrap(parent.object) === node) return;
    escaped = true;
  });
  return escaped;
}

function isInFinally(code: Code, node: Node): boolean {
  let child = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (at.type === "TryStatement" && at.finalizer === child) return true;
    // save(x).finally(() => sema.release())
    if (isFunction(at)) {
      const call = outer(code, at);
      if (call && methodCall(call)?.method === "finally") return true;
    }
  }
  return false;
}

/** Is there anything between acquire and release that can throw or leave? */
function mayFailBetween(code: Code, acquire: Node, releases: readonly Node[]): boolean {
  const last = Math.max(...releases.map((release) => startOf(release)));
  const fn = functionAround(code, acquire) ?? code.ast;
  let risky = false;
  visitOwn(code, isFunction(fn) ? fn.body : fn, (node) => {
    const inside = startOf(node) > endOf(acquire) && endOf(node) <= last;
    if (inside && ["AwaitExpression", "ThrowStatement", "ReturnStatement"].includes(node.type)) risky = true;
    if (
      inside &&
      node.type === "CallExpression" &&
      !releases.includes(node) &&
      !/^(log|info|debug|warn|error)$/.test(lastName(node.callee) ?? "")
    )
      risky = true;
    return undefined;
  });
  return risky;
}
