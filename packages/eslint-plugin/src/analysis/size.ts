/** Sizes of collections, proved from syntax, scope and, where asked, types. */
import {
  atMost,
  atMostThat,
  capped,
  counted,
  either,
  exact,
  sum,
  times,
  unbounded,
  unknown,
} from "./bound.ts";
import {
  constantInit,
  lastName,
  memberName,
  methodCall,
  returned,
  shortText,
  spanOf,
  textOf,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import { chunkerSize, elementSize } from "./elements.ts";
import { exportedList } from "./exported.ts";
import { guardedSize } from "./guards.ts";
import { importOf, isGlobal } from "./imports.ts";
import { keysOf } from "./keys.ts";
import { runtimeModule } from "./known-gates.ts";
import type { Bound } from "./model.ts";
import { constantOf, isBoundedCall, isDeclaredBounded, sizeOfMember, sizeOfName } from "./names.ts";
import { isCut, numberOf, windowOf } from "./numbers.ts";
import { sizeOfReturned, sizeOfYielded } from "./results.ts";
import { castOf, isPathSeparator, oneOrMany, setUpByHand, withDefault } from "./set-up.ts";
import { castToFew } from "./type-syntax.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** Methods whose result is no longer than the receiver. */
export const keepers = new Set(
  "filter sort toSorted reverse toReversed map with fill copyWithin entries keys values toArray forEach uniq uniqBy compact".split(
    " ",
  ),
);
/** Functions of lodash and its relatives whose result is no longer than their first argument. */
const keepingFunctions = new Set(
  "map filter sortBy orderBy uniq uniqBy compact shuffle reverse reject without difference keys values entries toPairs toArray clone cloneDeep differenceBy intersection".split(
    " ",
  ),
);
/** Options that limit how many a query returns. */
const limitOptions = new Set(
  "take limit first last pageSize page_size perPage per_page maxResults MaxResults Limit max_results maxKeys MaxKeys batchSize top".split(
    " ",
  ),
);
/** The number of elements of an array, iterable, Set or Map. */
export function sizeOf(code: Code, node: Node): Bound {
  const expression = unwrap(node);
  const size = code.once(
    "size",
    expression,
    () => computeSize(code, expression),
    unknown("it is defined by itself"),
  );
  // Object.keys(route.lazy) as (keyof Route)[]
  return (size.kind === "unbounded" && node !== expression ? castToFew(code, node) : undefined) ?? size;
}

function computeSize(code: Code, expression: Node): Bound {
  const guard = guardedSize(code, expression);
  const known = sizeOfExpression(code, expression);
  const size =
    known.kind === "unbounded" ? (setUpByHand(expression) ?? oneOrMany(code, expression) ?? known) : known;
  return guard === undefined ? size : capped(size, guard);
}

function sizeOfExpression(code: Code, expression: Node): Bound {
  switch (expression.type) {
    case "ArrayExpression":
      return expression.elements.reduce<Bound>(
        (total, element) =>
          sum(total, element?.type === "SpreadElement" ? sizeOf(code, element.argument) : exact(1)),
        exact(0),
      );
    case "Identifier":
      return sizeOfName(code, expression);
    case "MemberExpression":
      return sizeOfMember(code, expression);
    case "CallExpression":
      return sizeOfCall(code, expression);
    case "NewExpression":
      return sizeOfNew(code, expression);
    case "AwaitExpression":
      return sizeOfAwaited(code, unwrap(expression.argument));
    case "ConditionalExpression":
      return either(sizeOf(code, expression.consequent), sizeOf(code, expression.alternate));
    case "LogicalExpression":
      return expression.operator === "&&"
        ? sizeOf(code, expression.right)
        : withDefault(code, sizeOf(code, expression.left), expression.right);
    case "SequenceExpression": {
      const last = expression.expressions.at(-1);
      return last ? sizeOf(code, last) : exact(0);
    }
    case "AssignmentExpression":
      return sizeOf(code, expression.right);
    case "Literal":
      return exact(typeof expression.value === "string" ? expression.value.length : 0);
    case "TemplateLiteral":
    case "TaggedTemplateExpression":
    case "YieldExpression":
      return sizeByType(code, expression);
    default:
      return unknown(`a size cannot be read from ${expression.type}`);
  }
}

export function sizeByType(code: Code, node: Node, why?: string): Bound {
  const fact = code.facts.size(node);
  if (fact.kind === "at-most") return atMost(fact.count, "static");
  if (fact.kind === "unknown") code.unanswered.count++;
  return unbounded(code, node, why);
}

/** The size of what `Array.from` is given: an iterable, or an array-like `{ length: n }`. */
export function sizeOfSource(code: Code, node: Node): Bound {
  const source = unwrap(node);
  if (source.type !== "ObjectExpression") return sizeOf(code, source);
  const length = source.properties.find(
    (p) => p.type === "Property" && !p.computed && p.key.type === "Identifier" && p.key.name === "length",
  );
  return length?.type === "Property" ? sizeOfLength(code, length.value) : exact(0);
}

export function isArrayFrom(code: Code, node: Node): boolean {
  const call = methodCall(node);
  return (
    call !== undefined &&
    (call.method === "from" || call.method === "fromAsync") &&
    isGlobal(code, call.object, "Array")
  );
}

function sizeOfNew(code: Code, node: TSESTree.NewExpression): Bound {
  const [first] = node.arguments;
  if (isGlobal(code, node.callee, "Array")) return sizeOfLength(code, first);
  const name = lastName(node.callee);
  if (name !== undefined && /(Set|Map|Array)$/.test(name)) {
    return first === undefined ? exact(0) : atMostThat(sizeOf(code, first));
  }
  return sizeByType(code, node);
}

/** `Array(n)`, `Array.from({ length: n })`. */
function sizeOfLength(code: Code, length: Node | undefined): Bound {
  if (length === undefined) return exact(0);
  const number = numberOf(code, length);
  if (number?.kind === "known")
    return atMost(Math.max(0, number.value), isCut(code, length) ? "window" : "static");
  if (number?.kind === "limit-like") return { kind: "limit-like", name: number.name, span: spanOf(length) };
  const collection = unwrap(length);
  if (collection.type === "MemberExpression" && memberName(collection) === "length")
    return sizeOf(code, collection.object);
  return unbounded(code, length, `nothing limits \`${shortText(code, length)}\``);
}

function sizeOfCall(code: Code, call: TSESTree.CallExpression): Bound {
  const callee = unwrap(call.callee);
  const [first, second] = call.arguments;
  if (isBoundedCall(code, call)) return { kind: "page", span: spanOf(call.callee) };
  if (isGlobal(code, callee, "Array")) return sizeOfLength(code, first);
  if (isArrayFrom(code, call)) {
    return first === undefined ? exact(0) : atMostThat(sizeOfSource(code, first));
  }
  // require("./kinds"), where that exports a list
  const required = isGlobal(code, callee, "require") ? exportedList(code, call) : undefined;
  if (required) return required;
  const imported = importOf(code, callee);
  if (imported && first && first.type !== "SpreadElement") {
    if (isRuntime(imported.module) && imported.name === "bounded" && second) {
      return windowOf(code, second) ?? unbounded(code, first);
    }
    if (/^(lodash|underscore|es-toolkit|remeda|ramda|rambda|radash)/.test(imported.module)) {
      if (["take", "takeRight", "sampleSize"].includes(imported.name)) {
        return (second && windowOf(code, second)) ?? unbounded(code, first);
      }
      if (imported.name === "chunk") return chunksOf(code, first);
      if (/^flatten(Deep)?$/.test(imported.name)) return times(sizeOf(code, first), elementSize(code, first));
      if (imported.name === "times") return sizeOfLength(code, first);
      if (imported.name === "range") return sizeOfLength(code, second ?? first);
      if (keepingFunctions.has(imported.name)) return atMostThat(sizeOf(code, first));
    }
  }
  const method = methodCall(call);
  if (method) {
    const size = sizeOfMethod(code, method);
    if (size) return size;
  }
  const name = lastName(callee);
  // useMemo(() => [a, b], [])
  if (first && (name === "useMemo" || name === "structuredClone")) {
    const fn = name === "useMemo" ? functionOf(code, first) : undefined;
    const sizes = (fn ? returned(code, fn) : [first]).map((result) => sizeOf(code, result));
    if (sizes.length > 0) return sizes.reduce(either);
  }
  // castArray([a, b])
  const cast = castOf(call);
  const listed = cast && sizeOf(code, cast);
  if (listed && counted(listed)) return listed;
  const made = sizeOfYielded(code, callee) ?? sizeOfReturned(code, call, false);
  if (made) return made;
  if (chunkerSize(code, call)) return chunksOf(code, first && first.type !== "SpreadElement" ? first : call);
  return (
    limitedQuery(code, call) ??
    sizeByType(code, call, `nothing limits what \`${shortText(code, callee)}\` returns`)
  );
}

function chunksOf(code: Code, source: Node): Bound {
  const size = sizeOf(code, source);
  return counted(size) ? atMostThat(size) : unbounded(code, source, "nothing limits the number of chunks");
}

type Method = NonNullable<ReturnType<typeof methodCall>>;

function sizeOfMethod(code: Code, { call, object, method, args }: Method): Bound | undefined {
  const [first, second] = args;
  if (isGlobal(code, object, "Object")) {
    if (first && ["keys", "values", "entries", "getOwnPropertyNames"].includes(method))
      return keysOf(code, first);
    return first && ["freeze", "seal"].includes(method) ? sizeOf(code, first) : undefined;
  }
  if (isGlobal(code, object, "Array") && method === "of")
    return sizeOf(code, { ...call, type: "ArrayExpression", elements: args } as unknown as Node);
  switch (method) {
    case "slice":
    case "subarray": {
      const width = sliceWidth(code, first, second);
      return width ? capped(sizeOf(code, object), width) : atMostThat(sizeOf(code, object));
    }
    case "splice": {
      const width = second ? windowOf(code, second) : undefined;
      return width ? capped(sizeOf(code, object), width) : atMostThat(sizeOf(code, object));
    }
    case "take":
    case "limit": {
      const width = first ? windowOf(code, first) : undefined;
      return width && (method === "take" || args.length === 1) ? width : undefined;
    }
    case "concat":
      return args.reduce<Bound>(
        (total, argument) =>
          sum(
            total,
            argument.type === "SpreadElement" ? sizeOf(code, argument.argument) : sizeOf(code, argument),
          ),
        sizeOf(code, object),
      );
    case "flat":
      return times(sizeOf(code, object), elementSize(code, object));
    case "flatMap": {
      const fn = first && functionOf(code, first);
      const results = fn ? returned(code, fn).map((result) => sizeOf(code, result)) : [];
      const each = results.length > 0 ? results.reduce(either) : fn ? exact(1) : unbounded(code, call);
      return times(sizeOf(code, object), each);
    }
    case "shift":
    case "pop":
    case "at": {
      const element = elementSize(code, object);
      return counted(element) || element.kind === "limit-like" ? element : undefined;
    }
    case "filter": {
      const limit = first && indexLimit(code, first);
      if (limit) return capped(sizeOf(code, object), limit);
      break;
    }
    case "split": {
      const limit = second ? windowOf(code, second) : undefined;
      if (limit) return limit;
      const text = unwrap(object);
      if (text.type === "Literal" && typeof text.value === "string" && first?.type === "Literal") {
        return exact(text.value.split(String(first.value)).length);
      }
      if (first && isPathSeparator(first))
        return {
          kind: "coded",
          name: "split",
          span: spanOf(call),
          why: "they are the parts of one name or path",
        };
      return unbounded(code, call, `\`${shortText(code, object)}\` can have any length`);
    }
    case "matchAll":
    case "match":
      return unbounded(code, call, `\`${shortText(code, object)}\` can hold any number of matches`);
    default:
  }
  if (!keepers.has(method)) return undefined;
  // Query builders have `filter` and `values` too, but those end in an awaited call.
  if (importOf(code, object) === undefined) return atMostThat(sizeOf(code, object));
  const list = exportedList(code, object) ?? constantOf(code, object);
  return list && atMostThat(list);
}

/** `rows.filter((row, index) => index < 10)` */
function indexLimit(code: Code, callback: Node): Bound | undefined {
  const fn = functionOf(code, callback);
  const index = fn?.params[1];
  const [result, ...others] = fn ? returned(code, fn) : [];
  let test = result && others.length === 0 ? unwrap(result) : undefined;
  // index < 10 && isOpen(row)
  while (test?.type === "LogicalExpression" && test.operator === "&&") test = unwrap(test.left);
  if (test?.type !== "BinaryExpression" || index?.type !== "Identifier") return undefined;
  const counter = test.left.type === "Identifier" && code.variable(test.left) === code.variable(index);
  return counter && ["<", "<="].includes(test.operator) ? windowOf(code, test.right) : undefined;
}

/** How far it is from one place to the other, as the source says: `i` to `i + 10`, to `Math.min(i + 10, n)`. */
export function sliceWidth(code: Code, from: Node | undefined, to: Node | undefined): Bound | undefined {
  if (from === undefined) return undefined;
  const start = numberOf(code, from);
  if (to === undefined)
    return start?.kind === "known" && start.value < 0 ? atMost(-start.value, "window") : undefined;
  const end = numberOf(code, to);
  if (start?.kind === "known" && end?.kind === "known") {
    if (end.value >= 0 && start.value >= 0) return atMost(Math.max(0, end.value - start.value), "window");
    if (start.value < 0) return atMost(-start.value, "window");
    return undefined;
  }
  if (start?.kind === "known" && end?.kind === "limit-like")
    return { kind: "limit-like", name: end.name, span: spanOf(to) };
  // items.slice(i, i + 10): both share `i`; also slice(i * 10, (i + 1) * 10) and slice(i, Math.min(i + 10, n)).
  const stop = unwrap(to);
  if (stop.type === "BinaryExpression" && stop.operator === "+") {
    const [base, width] =
      textOf(code, stop.left) === textOf(code, from) ? [stop.left, stop.right] : [stop.right, stop.left];
    if (textOf(code, base) === textOf(code, from))
      return (
        windowOf(code, width) ?? {
          kind: "limit-like",
          name: shortText(code, width),
          span: spanOf(width),
        }
      );
  }
  if (stop.type === "CallExpression" && lastName(stop.callee) === "min") {
    for (const argument of stop.arguments) {
      const width = argument.type === "SpreadElement" ? undefined : sliceWidth(code, from, argument);
      if (width) return width;
    }
  }
  // i + 10 < n ? i + 10 : n
  if (stop.type === "ConditionalExpression" && stop.test.type === "BinaryExpression") {
    const { test, consequent, alternate } = stop;
    const compared = [test.left, test.right].map((side) => textOf(code, unwrap(side)));
    const isLeast = [consequent, alternate].every((side) => compared.includes(textOf(code, unwrap(side))));
    const width = sliceWidth(code, from, consequent) ?? sliceWidth(code, from, alternate);
    if (isLeast && width) return width;
  }
  const step = unwrap(from);
  if (
    step.type === "BinaryExpression" &&
    step.operator === "*" &&
    stop.type === "BinaryExpression" &&
    stop.operator === "*"
  ) {
    const shared = [step.left, step.right].find((side) =>
      [stop.left, stop.right].some((other) => textOf(code, other) === textOf(code, side)),
    );
    if (shared)
      return (
        windowOf(code, shared) ?? {
          kind: "limit-like",
          name: shortText(code, shared),
          span: spanOf(shared),
        }
      );
  }
  const variable = stop.type === "Identifier" ? constantInit(code, stop) : undefined;
  return variable ? sliceWidth(code, from, variable) : undefined;
}

/** A literal `take`, `limit`, `first`... in the arguments of a query or in the chain that builds it. */
export function limitedQuery(code: Code, call: TSESTree.CallExpression): Bound | undefined {
  for (const argument of call.arguments) {
    const options = argument.type === "SpreadElement" ? argument : unwrap(argument);
    if (options.type === "ObjectExpression") {
      for (const property of options.properties) {
        if (
          property.type === "Property" &&
          !property.computed &&
          property.key.type === "Identifier" &&
          limitOptions.has(property.key.name)
        ) {
          const width = windowOf(code, property.value);
          if (width) return width;
        }
      }
    }
    const sql =
      options.type === "Literal"
        ? options.value
        : options.type === "TemplateLiteral"
          ? textOf(code, options)
          : undefined;
    const limit = typeof sql === "string" ? /\bLIMIT\s+(\d+)/i.exec(sql)?.[1] : undefined;
    if (limit !== undefined) return atMost(Number(limit), "window");
  }
  // db.select().from(users).limit(50), Model.find().limit(50).exec(), ref.limitToFirst(50).get()
  for (let at = methodCall(call); at; at = methodCall(builtBy(code, at))) {
    const [most, ...more] = /^(limit(ToFirst|ToLast)?|take|first|top)$/.test(at.method) ? at.args : [];
    const width = most && more.length === 0 ? windowOf(code, most) : undefined;
    if (width) return width;
  }
  return undefined;
}

/** What a method is called of: also `query`, where `const query = ref.limit(50)`, and what `answer.val()` is taken from. */
function builtBy(code: Code, { object, method }: Method): Node {
  const init = object.type === "Identifier" ? constantInit(code, object) : undefined;
  const built = init ? unwrap(init) : object;
  // Of an answer's parts nobody knows how many they hold.
  return built.type === "AwaitExpression" && method === "val" ? unwrap(built.argument) : built;
}

/** The size of what a promise resolves to. */
export function sizeOfAwaited(code: Code, promise: Node): Bound {
  return code.once(
    "awaited size",
    promise,
    () => computeAwaited(code, promise),
    unknown("it is defined by itself"),
  );
}

function computeAwaited(code: Code, promise: Node): Bound {
  const call = methodCall(promise);
  if (call) {
    if (isGlobal(code, call.object, "Promise") && call.args[0] && ["all", "allSettled"].includes(call.method))
      return sizeOf(code, call.args[0]);
    if (call.method === "catch" || call.method === "finally") return sizeOfAwaited(code, call.object);
    // p.then((rows) => rows.slice(0, 10))
    if (call.method === "then" && call.args[0]) {
      const fn = functionOf(code, call.args[0]);
      if (fn)
        return returned(code, fn)
          .map((result) => sizeOf(code, result))
          .reduce(either, exact(0));
    }
  }
  if (promise.type === "CallExpression") {
    if (isDeclaredBounded(code, promise)) return { kind: "page", span: spanOf(promise.callee) };
    const imported = importOf(code, promise.callee);
    const [first, second, third] = promise.arguments;
    if (
      imported &&
      first &&
      ["mapLimit", "mapLimitSettled", "map", "default", "pMap"].includes(imported.name) &&
      (second ?? third)
    ) {
      const size = sizeOf(code, first);
      if (counted(size)) return size;
    }
    const made = sizeOfReturned(code, promise, true);
    if (made && made.kind !== "unknown") return made;
    return (
      limitedQuery(code, promise) ??
      sizeByType(code, promise, `nothing limits what \`${shortText(code, promise.callee)}\` returns`)
    );
  }
  if (promise.type === "Identifier") {
    const init = constantInit(code, promise);
    if (init) return sizeOfAwaited(code, unwrap(init));
  }
  return sizeByType(code, promise);
}

export const isRuntime = (module: string): boolean => runtimeModule.test(module);
