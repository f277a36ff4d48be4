/** Promises that the elements of a list hold: `jobs.push({ id, done: run(id) })`, and later `jobs.map((job) => job.done)`. */
import { times } from "./bound.ts";
import {
  constantInit,
  contains,
  functionAround,
  memberName,
  returned,
  unwrap,
  type Code,
  type Node,
} from "./code.ts";
import { promiseTask } from "./effect.ts";
import { iterationOf, type Fan } from "./fans.ts";
import { growthsOf, loopsAround } from "./growth.ts";
import { functionOf, propertyName } from "./members.ts";
import type { Bound } from "./model.ts";
import { sizeOf } from "./size.ts";

/** The starts whose promises `elements.map((element) => element.done)` picks out; none when they were started elsewhere. */
export function fansOfProperty(code: Code, collection: Node, callback: Node): readonly Fan[] {
  const fn = functionOf(code, callback);
  const [param] = fn?.params ?? [];
  const [result, ...others] = fn ? returned(code, fn) : [];
  const picked = result && others.length === 0 ? unwrap(result) : undefined;
  const name = picked && memberName(picked);
  if (param?.type !== "Identifier" || picked?.type !== "MemberExpression" || name === undefined) return [];
  const object = unwrap(picked.object);
  const isElement = object.type === "Identifier" && object.name === param.name;
  return isElement ? held(code, collection, name, functionAround(code, collection)) : [];
}

/** `within`: of what another function has built, nobody knows when it ran. */
function held(code: Code, collection: Node, name: string, within: Node | undefined): readonly Fan[] {
  const list = unwrap(collection);
  if (list.type === "Identifier") {
    const variable = code.variable(list);
    const init = constantInit(code, list);
    if (variable === undefined || init === undefined || functionAround(code, init) !== within) return [];
    const pushed = growthsOf(code, variable).flatMap((growth) =>
      growth.values.flatMap((value) =>
        fanOf(code, value, name, growth.node, loopsAround(code, growth.node, variable)),
      ),
    );
    return [...held(code, init, name, within), ...pushed];
  }
  const iteration = iterationOf(code, list);
  const fn = iteration && functionOf(code, iteration.callback);
  if (iteration === undefined || fn === undefined || fn.async) return [];
  const size = sizeOf(code, iteration.collection);
  return returned(code, fn).flatMap((result) => {
    const inner = held(code, result, name, fn).map((fan) => ({ ...fan, bound: times(size, fan.bound) }));
    return [...inner, ...fanOf(code, result, name, iteration.call, size, iteration.collection)];
  });
}

/** The start in `{ [name]: run(id) }`. */
function fanOf(
  code: Code,
  element: Node,
  name: string,
  node: Node,
  bound: Bound,
  collection?: Node,
): readonly Fan[] {
  const object = unwrap(element);
  if (object.type !== "ObjectExpression") return [];
  for (const property of object.properties) {
    if (property.type !== "Property" || propertyName(property.key, property.computed) !== name) continue;
    const task = promiseTask(code, property.value, true);
    if (task.effect.kind === "none" || !contains(node, property)) return [];
    return [{ shape: "opaque", node, bound, task, collection }];
  }
  return [];
}
