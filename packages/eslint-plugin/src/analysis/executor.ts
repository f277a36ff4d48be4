/** `new Promise((resolve) => ...)`: what the executor sets going. */
import type { TSESTree } from "@typescript-eslint/types";
import { isSyncCall } from "./callees.ts";
import {
  dottedName,
  functionAround,
  isFunction,
  lastName,
  methodCall,
  visitOwn,
  type Code,
  type FunctionNode,
  type Node,
} from "./code.ts";
import { bodyTask, certainTask, promiseTask } from "./effect.ts";
import { evidenceOf, isOfWorkModule } from "./evidence.ts";
import { gateFor, gatedCall } from "./gate.ts";
import { functionOf } from "./members.ts";
import { idle, starting, worst, type Task } from "./task.ts";

/** `new Promise((resolve) => ...)`: what the executor calls, where it is settled later than that. */
export function executorTask(code: Code, node: TSESTree.NewExpression): Task {
  const [executor] = node.arguments;
  const fn = executor && functionOf(code, executor);
  if (fn?.async) return bodyTask(code, fn);
  if (!fn) return idle("sync");
  const isLater = fn.params.some((param) => isCalledLater(code, param, fn));
  const settle = fn.params.flatMap((param) => (param.type === "Identifier" ? [param.name] : []));
  const tasks: Task[] = [];
  let isStream = false;
  visitOwn(code, fn.body, (inner) => {
    if (inner.type !== "CallExpression") return undefined;
    isStream ||= isStreamCall(inner);
    // resolve(save(x)): it becomes that promise.
    if (settle.includes(lastName(inner.callee) ?? ""))
      tasks.push(...inner.arguments.map((argument) => certainTask(code, argument)));
    else if (isLater) tasks.push(executedTask(code, inner, settle));
    return undefined;
  });
  const gated = tasks.find((task) => task.gate.kind !== "none");
  if (gated) return gated;
  const task = worst(tasks);
  return isStream && task.effect.kind === "starts" ? { ...task, evidence: "plain" } : task;
}

function executedTask(code: Code, call: TSESTree.CallExpression, settle: readonly string[]): Task {
  if (["then", "catch", "finally"].includes(methodCall(call)?.method ?? ""))
    return promiseTask(code, call, false);
  const name = dottedName(call.callee);
  const isTimer =
    name !== undefined && /^(setTimeout|setImmediate|process\.nextTick|queueMicrotask)$/.test(name);
  if (!isTimer && isSyncCall(code, call)) return idle("sync");
  const gated = gatedCall(code, call);
  const gate = gated && gateFor(gated.limiter.capacity, gated.limiter.name, call.callee);
  // Nobody waits for `list.remove(node)`; `https.get(url, done)` says when it is done.
  const tells = call.arguments.some(
    (argument) => isFunction(argument) || settle.includes(lastName(argument) ?? ""),
  );
  // Whoever tries the rules out has a timer stand for the work.
  if (isTimer) return starting(name, call, gate, "name");
  const isSeen = tells || isOfWorkModule(code, call.callee);
  return starting(name ?? "task", call, gate, isSeen ? evidenceOf(code, call.callee) : "none");
}

/** `file.pipe(out)`, `stream.on("end", resolve)`, `child.once("exit", done)`: a stream, a socket or a process is at work. */
function isStreamCall(call: TSESTree.CallExpression): boolean {
  const method = methodCall(call);
  const [event] = method?.args ?? [];
  if (method?.method === "pipe") return true;
  return (
    /^(on|once)$/.test(method?.method ?? "") &&
    event?.type === "Literal" &&
    /^(data|end|finish|exit|response|drain)$/.test(String(event.value))
  );
}

/** Is the parameter, `resolve` or `done`, handed on, kept, or called by a function within? Or else all is done with the call. */
export function isCalledLater(code: Code, param: Node, fn: FunctionNode): boolean {
  const references = param.type === "Identifier" ? code.variable(param)?.references : undefined;
  return (
    references?.some(({ identifier }) => {
      const call = code.parent(identifier);
      const isCall = call?.type === "CallExpression" && call.callee === identifier;
      return !isCall || functionAround(code, identifier) !== fn;
    }) === true
  );
}
