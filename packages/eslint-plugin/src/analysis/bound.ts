/** How many can there be? The algebra of bounds: alternatives, sums, products, caps. */
import { shortText, spanOf, unwrap, type Code, type Node } from "./code.ts";
import type { Bound } from "./model.ts";

export const exact = (count: number): Bound => ({ kind: "exact", count });
export const atMost = (count: number, by: "static" | "window"): Bound => ({ kind: "at-most", count, by });
export const unknown = (reason: string): Bound => ({ kind: "unknown", reason });
export const unbounded = (code: Code, source: Node, why = "nothing limits its length"): Bound => ({
  kind: "unbounded",
  source: spanOf(source),
  text: shortText(code, unwrap(source)),
  why,
});

/** From the tamest to the wildest; of two alternatives the wilder one counts. */
const wildness = ["exact", "at-most", "limit-like", "coded", "page", "unknown", "unbounded"] as const;
const wild = (bound: Bound) => wildness.indexOf(bound.kind);
export const counted = (bound: Bound): bound is Extract<Bound, { count: number }> =>
  bound.kind === "exact" || bound.kind === "at-most";

/** Either of the two: a conditional's branches. */
export function either(a: Bound, b: Bound): Bound {
  if (counted(a) && counted(b)) {
    if (a.kind === "exact" && b.kind === "exact" && a.count === b.count) return a;
    return atMost(Math.max(a.count, b.count), isWindow(a) || isWindow(b) ? "window" : "static");
  }
  return wild(a) >= wild(b) ? a : b;
}

/** Both, one after the other: concatenation. */
export function sum(a: Bound, b: Bound): Bound {
  if (!counted(a) || !counted(b)) return wild(a) >= wild(b) ? a : b;
  const count = a.count + b.count;
  return a.kind === "exact" && b.kind === "exact"
    ? exact(count)
    : atMost(count, isWindow(a) || isWindow(b) ? "window" : "static");
}

/** One for each of the other: nested loops. */
export function times(a: Bound, b: Bound): Bound {
  if (counted(a) && a.count === 0) return a;
  if (counted(b) && b.count === 0) return b;
  if (!counted(a) || !counted(b)) return wild(a) >= wild(b) ? a : b;
  const count = a.count * b.count;
  return a.kind === "exact" && b.kind === "exact"
    ? exact(count)
    : atMost(count, isWindow(a) || isWindow(b) ? "window" : "static");
}

/** The same, but no more than that: `slice`, `take`, a guard. */
export function capped(bound: Bound, cap: Bound): Bound {
  if (counted(bound) && counted(cap)) return bound.count <= cap.count ? bound : cap;
  if (counted(bound) && bound.count === 0) return bound;
  return wild(bound) <= wild(cap) && bound.kind !== "unknown" ? bound : cap;
}

/** Two limits on one thing: the tamer one counts. */
export const tamer = (a: Bound, b: Bound): Bound =>
  counted(a) && counted(b) ? (a.count <= b.count ? a : b) : wild(a) <= wild(b) ? a : b;

/** What another file's bound is here, where `node` stands for it: its offsets mean nothing in this file. */
export function seenFrom(bound: Bound, node: Node): Bound | undefined {
  if (counted(bound)) return bound;
  return bound.kind === "coded" || bound.kind === "limit-like" ? { ...bound, span: spanOf(node) } : undefined;
}

/** A size that says something: an empty list is there to be filled. */
export const someSize = (size: Bound): Bound | undefined =>
  size.kind === "unbounded" || size.kind === "unknown" || (counted(size) && size.count === 0)
    ? undefined
    : size;

const isWindow = (bound: Bound) => bound.kind === "at-most" && bound.by === "window";
/** A subset: an exact size becomes an upper bound. */
export const atMostThat = (bound: Bound): Bound =>
  bound.kind === "exact" ? atMost(bound.count, "static") : bound;
