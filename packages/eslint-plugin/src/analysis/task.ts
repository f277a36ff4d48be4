/** What one element does, and which of several tasks decides. */
import { spanOf, type Node } from "./code.ts";
import type { Effect, Gate } from "./model.ts";

/** What one element does, and what limits that from within. */
export interface Task {
  readonly effect: Effect;
  readonly gate: Gate;
  /** It is the function that is being looked into, called again: whatever limits the rest of it limits this. */
  readonly again?: true;
}

export const noGate: Gate = { kind: "none" };

export const idle = (why: Extract<Effect, { kind: "none" }>["why"]): Task => ({
  effect: { kind: "none", why },
  gate: noGate,
});

export const starting = (what: string, node: Node, gate: Gate = noGate): Task => ({
  effect: { kind: "starts", what, span: spanOf(node) },
  gate,
});

/** The more dangerous of two tasks decides. */
export function worse(a: Task, b: Task): Task {
  return danger(b) > danger(a) ? b : a;
}

function danger(task: Task): number {
  if (task.again) return 3;
  switch (task.effect.kind) {
    case "starts":
      return { none: 9, lookalike: 7, connection: 6, pool: 4, limiter: 4 }[task.gate.kind];
    case "hidden":
      return 8;
    case "handed":
    case "own":
    case "light":
    case "releases":
      return 5;
    case "unknown":
      return 3;
    case "none":
      return { sync: 0, join: 1, sequential: 2, single: 2, batched: 2 }[task.effect.why];
  }
}

const unlimited: Task = {
  effect: { kind: "starts", what: "itself", span: { start: 0, end: 0 } },
  gate: noGate,
};

export const worst = (tasks: readonly Task[]): Task => tasks.reduce(worse, idle("sync"));

/** The same, worked out one by one: behind the worst there is nothing worse, and files that need not be opened. */
export function worstOf(tasks: readonly (() => Task)[]): Task {
  let found = idle("sync");
  for (const task of tasks) {
    found = worse(found, task());
    if (danger(found) === danger(unlimited)) break;
  }
  return found;
}
