/** The verdict table: (bound, gate, effect, policy) → verdict. Total: the last row takes everything. */
import type { Bound, Effect, Gate, Verdict } from "./model.ts";
import type { Policy } from "./policy.ts";

interface Case {
  readonly bound: Bound;
  readonly gate: Gate;
  readonly effect: Effect;
  readonly policy: Policy;
}

export interface Row {
  /** The row's condition, in the words of the documentation. */
  readonly when: string;
  readonly holds: (c: Case) => boolean;
  readonly verdict: Verdict["kind"];
  readonly because: string;
}

const counted = (bound: Bound) =>
  bound.kind === "exact" || bound.kind === "at-most" ? bound.count : undefined;

/** First match decides. Generated into the documentation as it stands. */
export const verdictTable: readonly Row[] = [
  {
    when: "the callback is synchronous, or never waits for anything",
    holds: ({ effect }) => effect.kind === "none" && effect.why === "sync",
    verdict: "silent",
    because: "nothing is started",
  },
  {
    when: "it only waits for promises that were started elsewhere",
    holds: ({ effect }) => effect.kind === "none" && effect.why === "join",
    verdict: "silent",
    because: "it joins work that runs already",
  },
  {
    when: "a DataLoader or batcher collects the calls, or they run one after another",
    holds: ({ effect }) => effect.kind === "none",
    verdict: "silent",
    because: "the calls are batched, single or one after another",
  },
  {
    when: "the code is of a kind the analysis does not understand",
    holds: ({ bound, effect }) => effect.kind === "unknown" || bound.kind === "unknown",
    verdict: "silent",
    because: "what happens here cannot be seen",
  },
  {
    when: "as many as are written in the source, up to `maxKnownSize`",
    holds: ({ bound, policy }) => bound.kind === "exact" && bound.count <= policy.maxKnownSize,
    verdict: "silent",
    because: "the number is fixed and small",
  },
  {
    when: "a size that the source or a type fixes, up to `maxKnownSize`",
    holds: ({ bound, policy }) =>
      bound.kind === "at-most" && bound.by === "static" && bound.count <= policy.maxKnownSize,
    verdict: "silent",
    because: "the number is fixed and small",
  },
  {
    when: "a slice, chunk, query limit, guard or `bounded()` up to `maxConcurrency`",
    holds: ({ bound, policy }) =>
      bound.kind === "at-most" && bound.by === "window" && bound.count <= policy.maxConcurrency,
    verdict: "silent",
    because: "the code itself caps the number",
  },
  {
    when: "a limiter runs them, and it limits",
    holds: ({ gate, policy }) => gate.kind === "limiter" && (gate.capacity ?? 1) <= policy.maxConcurrency,
    verdict: "silent",
    because: "a limiter is in place",
  },
  {
    when: "a limiter runs them, and allows more than `maxConcurrency`",
    holds: ({ gate }) => gate.kind === "limiter",
    verdict: "strict",
    because: "the limiter allows too many",
  },
  {
    when: "a hand-written pool or window holds them back",
    holds: ({ gate }) => gate.kind === "pool",
    verdict: "silent",
    because: "a hand-written pool is in place",
  },
  {
    when: "a limiter runs a part of each one, and nothing shows that the rest is a request, a file or a query",
    holds: ({ gate }) => gate.kind === "partial",
    verdict: "strict",
    because: "a limiter runs a part of it, and the rest may be nothing to limit",
  },
  {
    when: "they share one connection or transaction",
    holds: ({ gate }) => gate.kind === "connection",
    verdict: "strict",
    because: "one connection runs them one by one, but all of them wait in memory",
  },
  {
    when: "only a name says that there is a limit: `fetchLimited(x)`",
    holds: ({ gate }) => gate.kind === "lookalike",
    verdict: "strict",
    because: "only a name says that there is a limit",
  },
  {
    when: "written out one by one, more than `maxKnownSize`, or fixed, up to `maxConcurrency`",
    holds: ({ bound, policy }) =>
      bound.kind === "exact" || (bound.kind === "at-most" && bound.count <= policy.maxConcurrency),
    verdict: "strict",
    because: "the number is fixed, but not small",
  },
  {
    when: "a slice, chunk, query limit, guard or `bounded()` up to ten times `maxConcurrency`: `chunk(files, 500)`",
    holds: ({ bound, policy }) =>
      bound.kind === "at-most" && bound.by === "window" && bound.count <= 10 * policy.maxConcurrency,
    verdict: "strict",
    because: "the author chose the number, and it is large",
  },
  {
    when: "a limit whose value cannot be seen: `slice(0, batchSize)`",
    holds: ({ bound }) => bound.kind === "limit-like",
    verdict: "strict",
    because: "the limit's value cannot be seen",
  },
  {
    when: "as many as the program's own code lists, out of sight: an imported `CONSTANT` or `Enum`, registered functions, optional hooks, `plugins`, what a `config` lists, what has a written default, one or a list",
    holds: ({ bound }) => bound.kind === "coded",
    verdict: "strict",
    because: "the program's own code lists them, and that is rarely long",
  },
  {
    when: "a page of somebody else's size: `for await (const page of pages())`",
    holds: ({ bound }) => bound.kind === "page",
    verdict: "strict",
    because: "the page size is somebody else's",
  },
  {
    when: "a call whose body is not in sight returns the promises",
    holds: ({ effect }) => effect.kind === "hidden",
    verdict: "strict",
    because: "where the promises are started cannot be seen",
  },
  {
    when: "nothing shows that the work is a request, a file, a query or a process: `page.render()`",
    holds: ({ effect }) => effect.kind === "opaque",
    verdict: "strict",
    because: "nothing shows that it is more than a promise",
  },
  {
    when: "the work holds no socket, file or connection: `crypto.subtle`",
    holds: ({ effect }) => effect.kind === "light",
    verdict: "strict",
    because: "the work holds no socket, file or connection",
  },
  {
    when: "each one is given back: `subscription.unsubscribe()`, `worker.terminate()`",
    holds: ({ effect }) => effect.kind === "releases",
    verdict: "strict",
    because: "it gives back what is held already",
  },
  {
    when: "each element's own method is called, out of sight, and by its name it is no request: `page.evaluate(fn)`",
    holds: ({ effect }) => effect.kind === "own",
    verdict: "strict",
    because: "each element does its own work, and who holds live objects holds few",
  },
  {
    when: "the work is a function that the caller hands in: `mapAsync(xs, fn)`",
    holds: ({ effect }) => effect.kind === "handed",
    verdict: "strict",
    because: "what is done, and to how many, is the caller's choice",
  },
  {
    when: "a known size above the thresholds",
    holds: ({ bound }) => counted(bound) !== undefined,
    verdict: "report",
    because: "the number is known, and too large",
  },
  {
    when: "anything else: real work, of a number that nothing limits",
    holds: () => true,
    verdict: "report",
    because: "nothing limits the number",
  },
];

export function judge(bound: Bound, gate: Gate, effect: Effect, policy: Policy): Verdict {
  const row = verdictTable.find(({ holds }) => holds({ bound, gate, effect, policy }));
  return row ? { kind: row.verdict, because: row.because } : { kind: "silent", because: "no row" };
}

const severity: Readonly<Record<Verdict["kind"], number>> = { silent: 0, strict: 1, report: 2 };

/** Does `a` weigh more than `b`? */
export const outweighs = (a: Verdict, b: Verdict): boolean => severity[a.kind] > severity[b.kind];
