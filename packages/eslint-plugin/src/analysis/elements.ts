/** Sizes of the elements of a collection of collections: chunks, pages, tuples. */
import { either, exact, unbounded, unknown } from "./bound.ts";
import {
  constantInit,
  isFunction,
  lastName,
  methodCall,
  returned,
  spanOf,
  unwrap,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { functionOf } from "./members.ts";
import { growthsOf } from "./growth.ts";
import { isGlobal } from "./imports.ts";
import type { Bound } from "./model.ts";
import { windowOf } from "./numbers.ts";
import { isArrayFrom, keepers, sizeOf } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

/** The size of each element of a collection of collections: `chunk(xs, 20)` has elements of at most 20. */
export function elementSize(code: Code, node: Node): Bound {
  const expression = unwrap(node);
  return code.once(
    "element size",
    expression,
    () => computeElementSize(code, expression),
    unknown("it is defined by itself"),
  );
}

function computeElementSize(code: Code, expression: Node): Bound {
  if (expression.type === "ArrayExpression") {
    const sizes = expression.elements.map((element) =>
      element === null
        ? exact(0)
        : element.type === "SpreadElement"
          ? elementSize(code, element.argument)
          : sizeOf(code, element),
    );
    return sizes.length > 0 ? sizes.reduce(either) : exact(0);
  }
  if (expression.type === "Identifier") {
    const init = constantInit(code, expression);
    const variable = code.variable(expression);
    if (init === undefined || variable === undefined) return unbounded(code, expression);
    const growths = growthsOf(code, variable);
    const start = unwrap(init);
    const sizes = growths.flatMap((growth) =>
      growth.values.map((value) =>
        value.type === "SpreadElement" ? elementSize(code, value.argument) : sizeOf(code, value),
      ),
    );
    if (!(start.type === "ArrayExpression" && start.elements.length === 0 && sizes.length > 0))
      sizes.push(elementSize(code, init));
    return sizes.reduce(either);
  }
  if (expression.type === "AwaitExpression") return elementSize(code, expression.argument);
  if (expression.type === "CallExpression") {
    const chunk = chunkerSize(code, expression);
    if (chunk) return chunk;
    const method = methodCall(expression);
    if (method && isGlobal(code, method.object, "Object") && method.method === "entries") return exact(2);
    if (method?.method === "map" || method?.method === "flatMap" || isArrayFrom(code, expression)) {
      const callback = isArrayFrom(code, expression) ? expression.arguments[1] : method?.args[0];
      const fn = callback && functionOf(code, callback);
      if (fn) {
        const sizes = returned(code, fn).map((result) =>
          method?.method === "flatMap" ? elementSize(code, result) : sizeOf(code, result),
        );
        if (sizes.length > 0) return sizes.reduce(either);
      }
    }
    if (method && (keepers.has(method.method) || method.method === "slice") && method.method !== "map")
      return elementSize(code, method.object);
    const fn = functionOf(code, expression.callee);
    if (fn) {
      const results = fn.generator ? yielded(code, fn) : returned(code, fn);
      const sizes = results.map((result) =>
        fn.generator ? sizeOf(code, result) : elementSize(code, result),
      );
      if (sizes.length > 0) return sizes.reduce(either);
    }
  }
  return unbounded(code, expression);
}

function yielded(code: Code, fn: FunctionNode): readonly Node[] {
  const found: Node[] = [];
  const stack: Node[] = [fn.body];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (isFunction(at)) continue;
    if (at.type === "YieldExpression" && at.argument && !at.delegate) found.push(at.argument);
    stack.push(...code.children(at));
  }
  return found;
}

/** `chunk(xs, 20)`, `_.chunk`, `splitEvery(20, xs)`, `inBatches(xs, 20)`: the size of the chunks it makes. */
export function chunkerSize(code: Code, call: TSESTree.CallExpression): Bound | undefined {
  const name = lastName(call.callee);
  if (
    name === undefined ||
    !/chunk|batch|splitEvery|partition(Into|By)?Size|inGroupsOf|sliceInto|slices$|batched|windowed/i.test(
      name,
    )
  )
    return undefined;
  for (const argument of call.arguments) {
    if (argument.type === "SpreadElement" || isFunction(argument)) continue;
    const options = unwrap(argument);
    if (options.type === "ObjectExpression") {
      const size = options.properties.find(
        (p) => p.type === "Property" && p.key.type === "Identifier" && /size|limit/i.test(p.key.name),
      );
      const window = size?.type === "Property" ? windowOf(code, size.value) : undefined;
      if (window) return window;
      continue;
    }
    const window = windowOf(code, options);
    if (window) return window;
  }
  // A chunker without a readable size still makes chunks: somebody chose how large.
  return call.arguments.length >= 2 ? { kind: "limit-like", name, span: spanOf(call.callee) } : undefined;
}
