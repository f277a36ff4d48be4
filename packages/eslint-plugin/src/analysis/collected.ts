/** Promises that are collected one by one: pushed in loops, yielded, reduced, kept in members. */
import { times } from "./bound.ts";
import {
  callsNamed,
  constantInit,
  contains,
  definitionOf,
  dottedName,
  functionAround,
  isFunction,
  isLoop,
  memberName,
  methodCall,
  returned,
  spanOf,
  unwrap,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
  type Variable,
} from "./code.ts";
import { functionOf } from "./members.ts";
import { drainOf } from "./drains.ts";
import { promiseTask } from "./effect.ts";
import type { Task } from "./task.ts";
import { fansOf, roundOf, type Fan } from "./fans.ts";
import { growthAt, growthsOf, loopsAround, mostAt, type Growth } from "./growth.ts";
import type { Bound, Gate } from "./model.ts";
import { isWorker } from "./pools.ts";
import { sizeOf } from "./size.ts";
import type { TSESTree } from "@typescript-eslint/types";

export function fansOfName(code: Code, identifier: TSESTree.Identifier): readonly Fan[] {
  const variable = code.variable(identifier);
  const definition = definitionOf(variable);
  if (variable === undefined || definition?.type !== "Variable") return [];
  const declarator = definition.node;
  if (declarator.id.type !== "Identifier") return [];
  const values: Node[] = declarator.init ? [declarator.init] : [];
  for (const reference of variable.references) {
    const parent =
      reference.isWrite() && reference.init !== true ? code.parent(reference.identifier) : undefined;
    if (parent?.type === "AssignmentExpression" && parent.operator === "=") values.push(parent.right);
  }
  const assigned = values.flatMap((value) => (isGrowth(code, value, variable) ? [] : fansOf(code, value)));
  return [
    ...assigned,
    ...growthsOf(code, variable).flatMap((growth) => fansOfGrowth(code, growth, variable)),
  ];
}

const isGrowth = (code: Code, value: Node, variable: Variable) => {
  const parent = code.parent(value);
  return parent?.type === "AssignmentExpression" && growthAt(code, parent.left, variable) !== undefined;
};

function fansOfGrowth(
  code: Code,
  growth: Growth,
  variable: Variable | undefined,
  stop?: Node,
): readonly Fan[] {
  const most = variable && mostAt(code, growth.node, variable);
  const loops = most ?? loopsAround(code, growth.node, variable, stop);
  const drained = variable && drainOf(code, growth.node, variable);
  return growth.values.flatMap((added): readonly Fan[] => {
    const spread = added.type === "SpreadElement" ? fansOf(code, added.argument) : [];
    // tasks.concat(save(x)): what is no array is added as it is.
    const isOne = added.type === "SpreadElement" && spread.length === 0 && code.parent(added) === undefined;
    const value = isOne ? unwrap(added.argument) : added;
    if (value.type === "SpreadElement") {
      return spread.map((fan) => ({
        ...fan,
        bound: drained?.bound ?? times(loops, fan.bound),
        task: gatedBy(fan.task, drained?.gate),
        ...(!isOnce(loops) && { repeated: true as const }),
      }));
    }
    let task = promiseTask(code, value, false);
    if (task.effect.kind === "none") return [];
    const call = unwrap(value);
    if (loops.kind !== "unbounded" && call.type === "CallExpression" && isWorker(code, call.callee))
      task = { ...task, gate: { kind: "pool", span: spanOf(call) } };
    return [
      {
        shape: "push",
        node: growth.node,
        bound: drained?.bound ?? loops,
        task: gatedBy(task, drained?.gate),
        collection: loopSource(code, growth.node),
        ...(isNested(code, growth.node, variable, stop) && { repeated: true }),
      },
    ];
  });
}

const isOnce = (loops: Bound) => loops.kind === "exact" && loops.count <= 1;

const gatedBy = (task: Task, gate: Gate | undefined): Task =>
  gate && task.gate.kind === "none" ? { ...task, gate } : task;

/** Do further loops run the innermost loop, or the callback, that a node stands in? */
function isNested(code: Code, node: Node, variable: Variable | undefined, stop: Node | undefined): boolean {
  const round = roundOf(code, node);
  return round === undefined || !isOnce(loopsAround(code, round, variable, stop));
}

/** What the innermost loop around a push walks over, for the message. */
function loopSource(code: Code, node: Node): Node | undefined {
  let child = node;
  for (let at = code.parent(node); at !== undefined; child = at, at = code.parent(at)) {
    if (isLoop(at) && child === at.body) {
      if (at.type === "ForOfStatement" || at.type === "ForInStatement") return at.right;
      return at.test ?? undefined;
    }
    if (isFunction(at)) {
      const call = code.parent(at);
      const method = call ? methodCall(call) : undefined;
      return method?.object;
    }
  }
  return undefined;
}

const growing: ReadonlySet<string> = new Set(["push", "add", "unshift"]);

/** `state.tasks`, `this.tasks`: what the same function has put into it. */
export function fansOfMember(code: Code, member: TSESTree.MemberExpression): readonly Fan[] {
  const name = dottedName(member);
  if (name === undefined) return [];
  const around: Node = functionAround(code, member) ?? code.ast;
  const fans: Fan[] = [];
  for (const call of callsNamed(code, (method) => growing.has(method))) {
    if (!contains(around, call) || contains(member, call)) continue;
    const method = methodCall(call);
    if (!method || dottedName(method.object) !== name) continue;
    const root = rootVariable(code, method.object);
    fans.push(...fansOfGrowth(code, { node: call, values: call.arguments }, root, root ? undefined : around));
  }
  visitOwn(code, isFunction(around) ? around.body : around, (node) => {
    if (node.type === "AssignmentExpression" && node.operator === "=" && dottedName(node.left) === name)
      fans.push(...fansOf(code, node.right));
    return undefined;
  });
  const object = unwrap(member.object);
  const init = object.type === "Identifier" ? constantInit(code, object) : undefined;
  const holder = init ? unwrap(init) : undefined;
  if (holder?.type === "ObjectExpression") {
    const property = holder.properties.find(
      (p) => p.type === "Property" && p.key.type === "Identifier" && p.key.name === memberName(member),
    );
    if (property?.type === "Property") fans.push(...fansOf(code, property.value));
  }
  return fans;
}

function rootVariable(code: Code, node: Node): Variable | undefined {
  let at = unwrap(node);
  while (at.type === "MemberExpression") at = unwrap(at.object);
  return at.type === "Identifier" ? code.variable(at) : undefined;
}

export function fansOfGenerator(code: Code, fn: FunctionNode): readonly Fan[] {
  const fans: Fan[] = [];
  visitOwn(code, fn.body, (node) => {
    if (node.type === "YieldExpression" && node.argument) {
      const loops = loopsAround(code, node, undefined, fn);
      if (node.delegate)
        fans.push(...fansOf(code, node.argument).map((fan) => ({ ...fan, bound: times(loops, fan.bound) })));
      else {
        const task = promiseTask(code, node.argument, false);
        if (task.effect.kind !== "none")
          fans.push({ shape: "yield", node, bound: loops, task, collection: loopSource(code, node) });
      }
    }
    return undefined;
  });
  return fans;
}

/** `items.reduce((all, x) => { all.push(send(x)); return all }, [])` and its spread and concat forms. */
export function fansOfReduce(
  code: Code,
  collection: Node,
  callback: Node,
  call: TSESTree.CallExpression,
): readonly Fan[] {
  const fn = functionOf(code, callback);
  const accumulator = fn?.params[0];
  if (!fn || fn.async || accumulator?.type !== "Identifier") return [];
  const variable = code.variable(accumulator);
  if (variable === undefined) return [];
  const rounds = sizeOf(code, collection);
  const pushed = growthsOf(code, variable).flatMap((growth) => fansOfGrowth(code, growth, undefined, fn));
  const listed = returned(code, fn).flatMap((result): readonly Fan[] => {
    const value = unwrap(result);
    if (value.type === "ArrayExpression") {
      const elements = value.elements.filter(
        (e) => e !== null && !(e.type === "SpreadElement" && dottedName(e.argument) === accumulator.name),
      ) as Node[];
      return elements.flatMap((element) =>
        fansOfGrowth(code, { node: value, values: [element] }, undefined, fn),
      );
    }
    const concat = methodCall(value);
    if (concat?.method === "concat" && dottedName(concat.object) === accumulator.name) {
      return concat.args.flatMap((argument) => {
        const array = argument.type === "SpreadElement" ? argument.argument : argument;
        const fans = fansOf(code, array);
        return fans.length > 0
          ? fans
          : fansOfGrowth(code, { node: value, values: [argument] }, undefined, fn);
      });
    }
    return [];
  });
  return [...pushed, ...listed].map((fan) => ({
    ...fan,
    node: call,
    bound: times(rounds, fan.bound),
    collection,
  }));
}
