/** A site while it is being decided: still holds nodes of the tree. */
import type { Fan } from "./fans.ts";
import type { Node } from "./code.ts";
import type { Limiter } from "./gate.ts";
import type { Bound, Effect, Gate, RuleName, Span, Verdict } from "./model.ts";

export interface Draft {
  readonly rule: RuleName;
  /** What is wrong, more finely than the rule: chooses the wording and the remedies. */
  readonly topic: Topic;
  /** What is underlined. */
  readonly span: Span;
  /** The call, loop or statement. */
  readonly node: Node;
  readonly operation: string;
  readonly bound: Bound;
  readonly gate: Gate;
  readonly effect: Effect;
  readonly verdict: Verdict;
  readonly certain: boolean;
  /** The fan-out that weighs most. */
  readonly fan?: Fan | undefined;
  /** All fan-outs of the site that weigh as much, that one included. */
  readonly fans?: readonly Fan[] | undefined;
  /** The limiter that is misused. */
  readonly limiter?: Limiter | undefined;
  /** A node the wording or the remedy is about: the option's object, the function that recurses, the sleep. */
  readonly subject?: Node | undefined;
  /** A name for the wording. */
  readonly name?: string | undefined;
}

export type Topic =
  | "combine"
  | "combine-first" //          Promise.race, Promise.any
  | "await-each" //             for (const t of tasks) await t
  | "async-reduce"
  | "recursion"
  | "for-each"
  | "discarded-map"
  | "floating-in-loop"
  | "listener"
  | "option-missing"
  | "option-too-large"
  | "limiter-per-task"
  | "limiter-per-call"
  | "promise-not-thunk"
  | "started-before"
  | "released-early"
  | "limiter-unlimited"
  | "reentrant"
  | "release-skipped"
  | "chunked"
  | "queued-without-wait"
  | "queued-at-once"
  | "sleep-throttle";
