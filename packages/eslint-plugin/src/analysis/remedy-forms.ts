/** Which forms of remedy fit a finding, and the number they insert. */
import {
  callsNamed,
  constantInit,
  definitionOf,
  endOf,
  isFunction,
  memberName,
  methodCall,
  outer,
  returned,
  startOf,
  textOf,
  unwrap,
  visitOwn,
  type Code,
  type Node,
} from "./code.ts";
import type { Draft } from "./draft.ts";
import { elementSize } from "./elements.ts";
import { iterationOf, type Fan, type Iteration } from "./fans.ts";
import { bareModule, importOf, isGlobal } from "./imports.ts";
import { isAnnotatedArray } from "./type-syntax.ts";

/** The limit for the kind of work that is started: `settings.limits` by module, otherwise `defaultLimit`. */
export function limitFor(code: Code, draft: Draft): number {
  const { effect, gate } = draft;
  // As many as the limiter behind which they would queue up lets run.
  if (draft.topic === "queued-at-once" && gate.kind === "limiter" && isCount(gate.capacity))
    return gate.capacity;
  if (code.policy.limits.length > 0 && effect.kind === "starts") {
    const { start, end } = effect.span;
    const call = callsNamed(code, () => true).find((node) => startOf(node) === start && endOf(node) === end);
    const imported = call && importOf(code, call.callee);
    const module = imported && bareModule(imported.module);
    const kind = code.policy.limits.find(
      ({ from }) =>
        module !== undefined && (module === bareModule(from) || module.startsWith(`${bareModule(from)}/`)),
    );
    if (kind) return kind.limit;
  }
  return code.policy.defaultLimit;
}

/** A capacity that can stand for a limit: known, and not `Infinity`. */
export const isCount = (capacity: number | undefined): capacity is number =>
  capacity !== undefined && Number.isInteger(capacity) && capacity > 0;

/** `Promise.all(items.map(cb))` as one expression, where it could become `mapLimit(items, 10, cb)` without a difference. */
export function mapLimitSite(
  code: Code,
  draft: Draft,
):
  | (Iteration & {
      readonly settled: boolean;
      readonly combinator: Extract<Node, { type: "CallExpression" }>;
    })
  | undefined {
  const { node } = draft;
  const isWhole = draft.topic === "combine" || draft.topic === "queued-at-once";
  if (!isWhole || node.type !== "CallExpression" || node.typeArguments || node.optional) return undefined;
  const callee = unwrap(node.callee);
  if (callee.type !== "MemberExpression" || !isGlobal(code, callee.object, "Promise")) return undefined;
  const operation = memberName(callee);
  if (operation !== "all" && operation !== "allSettled") return undefined;
  const [argument] = node.arguments;
  // A cast or a chain around the map stays where it is: then only the callback is wrapped.
  if (
    node.arguments.length !== 1 ||
    argument?.type !== "CallExpression" ||
    argument.typeArguments ||
    argument.optional
  )
    return undefined;
  const iteration = iterationOf(code, argument);
  if (iteration?.shape !== "map" || iteration.call !== argument || draft.fan?.node !== argument)
    return undefined;
  if (argument.arguments.length !== 1 || !takesItemAndIndex(code, iteration.callback)) return undefined;
  const receiver = argument.callee.type === "MemberExpression" ? argument.callee.object : undefined;
  if (receiver === undefined || (argument.callee.type === "MemberExpression" && argument.callee.optional))
    return undefined;
  const [first] = argument.arguments;
  // (items.map)(cb)
  const open = code.text.slice(endOf(argument.callee), first && startOf(first));
  if (!/^\s*\(/.test(open)) return undefined;
  if (!isArray(code, receiver, 0)) return undefined;
  return { ...iteration, settled: operation === "allSettled", combinator: node };
}

/** The text of that form, for a message; undefined when the form does not fit. */
export function mapLimitForm(code: Code, draft: Draft, name: string, limit: number): string | undefined {
  const site = mapLimitSite(code, draft);
  if (site === undefined) return undefined;
  const collection = textOf(code, site.collection).replace(/\s+/g, " ");
  return `${name}${site.settled ? "Settled" : ""}(${collection.length <= 40 ? collection : "…"}, ${limit}, ${callbackText(code, site.callback)})`;
}

/** Does the callback use no more than `(item, index)`: inline, no rest, no `arguments`, no `this` of its own? */
function takesItemAndIndex(code: Code, callback: Node): boolean {
  if (!isFunction(callback) || callback.generator || callback.params.length > 2) return false;
  if (callback.params.some((param) => param.type === "RestElement")) return false;
  if (callback.type === "ArrowFunctionExpression") return true;
  let ownThis = false;
  visitOwn(code, callback.body, (node) => {
    if (node.type === "ThisExpression" || (node.type === "Identifier" && node.name === "arguments"))
      ownThis = true;
    return undefined;
  });
  return !ownThis;
}

const arrayMethods = new Set(
  "filter map flatMap slice concat sort reverse toSorted toReversed toSpliced with flat splice split fill".split(
    " ",
  ),
);

/** Is the expression beyond doubt an array? */
export function isArray(code: Code, node: Node, depth: number): boolean {
  if (depth > 4) return false;
  const expression = unwrap(node);
  switch (expression.type) {
    case "ArrayExpression":
      return true;
    case "LogicalExpression":
      return expression.operator !== "&&" && isArray(code, expression.right, depth + 1);
    case "ConditionalExpression":
      return (
        isArray(code, expression.consequent, depth + 1) && isArray(code, expression.alternate, depth + 1)
      );
    case "CallExpression": {
      const method = methodCall(expression);
      if (method && isGlobal(code, method.object, "Object"))
        return ["keys", "values", "entries"].includes(method.method);
      if (method && isGlobal(code, method.object, "Array")) return ["from", "of"].includes(method.method);
      if (method && arrayMethods.has(method.method) && importOf(code, method.object) === undefined) {
        if (method.method === "split") return true;
        if (isArray(code, method.object, depth + 1)) return true;
      }
      break;
    }
    case "AwaitExpression": {
      // await Array.fromAsync(rows), await cursor.toArray()
      const method = methodCall(unwrap(expression.argument));
      if (method?.method === "toArray") return code.facts.isArray(expression) !== "no";
      if (method?.method === "fromAsync") return isGlobal(code, method.object, "Array");
      break;
    }
    case "NewExpression":
      return isGlobal(code, expression.callee, "Array");
    case "Identifier": {
      const definition = definitionOf(code.variable(expression));
      if (definition && isAnnotatedArray(code, definition.name)) return true;
      const init = constantInit(code, expression);
      if (init && isArray(code, init, depth + 1)) return true;
      break;
    }
    default:
  }
  return code.facts.isArray(expression) === "yes";
}

/** May every call of this callback be put behind `limited`, which makes its result a promise? */
export function mayWrap(code: Code, callback: Node): boolean {
  const expression = unwrap(callback);
  if (!isFunction(expression) || expression.async) return true;
  // `x.url && fetch(x.url)` may be '' on purpose, for a `.filter(Boolean)` behind it.
  return returned(code, expression).every((result) => {
    const value = unwrap(result);
    return (
      ["CallExpression", "NewExpression", "ImportExpression", "AwaitExpression"].includes(value.type) ||
      isBothCalls(value)
    );
  });
}

const isBothCalls = (value: Node): boolean =>
  value.type === "ConditionalExpression" &&
  [value.consequent, value.alternate].every((branch) => unwrap(branch).type === "CallExpression");

/** The callback as the author wrote it, when it is short enough to read in a message. */
export function callbackText(code: Code, callback: Node): string {
  const text = textOf(code, callback);
  return text.length <= 40 && !text.includes("\n") ? text : "…";
}

/** The fan-outs that a remedy has to mend, all of them: undefined where one cannot be. */
export function mendable(draft: Draft): readonly Fan[] | undefined {
  const fans = draft.fans ?? (draft.fan ? [draft.fan] : []);
  return fans.length > 0 && fans.every((fan) => !fan.within && !fan.repeated) ? fans : undefined;
}

/** The collections around which `bounded(..., 50)` would say that there are few; undefined where it would not help. */
export function boundable(code: Code, draft: Draft): readonly Node[] | undefined {
  const fans = mendable(draft);
  if (!fans || (draft.bound.kind !== "unbounded" && draft.bound.kind !== "coded")) return undefined;
  const collections = fans.flatMap(({ shape, collection }) =>
    collection && mayBeBounded(code, shape, collection) ? [collection] : [],
  );
  return collections.length === fans.length ? collections : undefined;
}

function mayBeBounded(code: Code, shape: Fan["shape"], collection: Node): boolean {
  const value = unwrap(collection);
  // An array-like `{ length: n }`, and what an optional chain may leave undefined, have nothing to count.
  if (
    value.type === "ObjectExpression" ||
    collection.type === "ChainExpression" ||
    isInOptionalChain(code, collection)
  )
    return false;
  if ((shape === "push" || shape === "yield") && !isLoopSubject(code, collection)) return false;
  // Fifty chunks of fifty are not few.
  if (chunks(code, value)) return false;
  // An iterator has no length.
  const isIterator =
    value.type === "CallExpression" &&
    ["values", "keys", "entries"].includes(memberName(unwrap(value.callee)) ?? "");
  return !isIterator || isArray(code, value, 0);
}

const isLoopSubject = (code: Code, collection: Node): boolean => {
  const parent = outer(code, collection);
  if (parent?.type === "ForOfStatement") return unwrap(parent.right) === unwrap(collection) && !parent.await;
  return parent?.type === "MemberExpression" && memberName(parent) === "forEach";
};

function isInOptionalChain(code: Code, node: Node): boolean {
  let child = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (at.type === "ChainExpression") return true;
    if (
      at.type === "MemberExpression"
        ? at.object !== child
        : at.type !== "CallExpression" || at.callee !== child
    )
      return false;
  }
  return false;
}

/** Are the elements chunks, made in place or by hand: `batches.push(rows.slice(i, i + 50))`? */
function chunks(code: Code, value: Node): boolean {
  const size = elementSize(code, value);
  return size.kind === "limit-like" || (size.kind === "at-most" && size.by === "window");
}
