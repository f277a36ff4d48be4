/** What one element does, and which of several tasks decides. */
import { spanOf, type Node } from "./code.ts";
import type { Effect, Gate } from "./model.ts";

/** What one element does, and what limits that from within. */
export interface Task {
  readonly effect: Effect;
  readonly gate: Gate;
  /** What shows that it is work, where it is. */
  readonly evidence: Evidence;
  /** It is the function that is being looked into, called again: whatever limits the rest of it limits this. */
  readonly again?: true;
}

/**
 * `plain`: a request, a file, a query or a process is in sight. `path`: it only looks a path up. `name`: a name alone says so.
 * `verb`: a name that is none of what is done in memory, and that is all. `none`: a promise, and nothing shows that it is more than that.
 */
export type Evidence = "plain" | "path" | "name" | "verb" | "none";

export const noGate: Gate = { kind: "none" };

/** What nothing limits, and nothing shows to be work. */
export const doing = (effect: Effect): Task => ({ effect, gate: noGate, evidence: "none" });

export const idle = (why: Extract<Effect, { kind: "none" }>["why"]): Task => doing({ kind: "none", why });

export const starting = (
  what: string,
  node: Node,
  gate: Gate = noGate,
  evidence: Evidence = "plain",
): Task => ({
  effect: { kind: "starts", what, span: spanOf(node) },
  gate,
  evidence,
});

/** The more dangerous of two tasks decides, where one of them is done. */
export function worse(a: Task, b: Task): Task {
  return danger(b) > danger(a) ? b : a;
}

function danger(task: Task): number {
  if (task.again) return 3;
  switch (task.effect.kind) {
    case "starts":
      return task.gate.kind === "none"
        ? { plain: 10, path: 9.6, name: 9.3, verb: 9.1, none: 9 }[task.evidence]
        : { lookalike: 7, partial: 7, connection: 6, pool: 4, limiter: 4 }[task.gate.kind];
    case "opaque":
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
  evidence: "plain",
};

/** What one element does that does all of these. */
export const worst = (tasks: readonly Task[]): Task => worstOf(tasks.map((task) => () => task));

/** The same, worked out one by one: behind the worst there is nothing worse, and files that need not be opened. */
export function worstOf(tasks: readonly (() => Task)[]): Task {
  let found = idle("sync");
  let limited: string | undefined;
  for (const work of tasks) {
    const task = work();
    limited ??= limiterOfTask(task);
    found = worse(found, task);
    if (danger(found) === danger(unlimited)) break;
  }
  return limited !== undefined &&
    found.gate.kind === "none" &&
    found.evidence !== "plain" &&
    found.effect.kind === "starts"
    ? { ...found, gate: { kind: "partial", name: limited, span: found.effect.span } }
    : found;
}

/** The name of what limits a task, or a part of it. */
function limiterOfTask({ effect, gate }: Task): string | undefined {
  if (effect.kind !== "starts") return undefined;
  if (gate.kind === "pool") return effect.what;
  const limits =
    gate.kind === "partial" || (gate.kind === "limiter" && gate.capacity !== Number.MAX_SAFE_INTEGER);
  return limits ? gate.name : undefined;
}
