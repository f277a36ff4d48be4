/**
 * The nouns of Floodgate, as plain data: *site, bound, gate, effect, verdict, decision, finding, edit*.
 *
 * Everything here survives `JSON.parse(JSON.stringify(x))`, talks about offsets into the source text, and knows
 * neither ESLint nor LSP. Hosts translate it; they decide nothing.
 */

/** A range of source text: UTF-16 code units from the start of the file, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const ruleNames = [
  "no-unbounded-promise-all",
  "no-floating-fan-out",
  "require-concurrency-option",
  "no-recursive-fan-out",
  "no-ineffective-limiter",
  "no-reentrant-limiter",
  "require-release-in-finally",
  "no-chunked-promise-all",
  "no-unbounded-queue",
  "no-sleep-throttle",
] as const;

export type RuleName = (typeof ruleNames)[number];

/** A place where many promises are, or may be, started together. */
export interface Site {
  readonly rule: RuleName;
  /** What an editor underlines: the callee of the combinator, not forty lines of callback. */
  readonly span: Span;
  /** The whole expression or statement. */
  readonly whole: Span;
  /** How the author wrote the operation: `Promise.all`, `items.forEach`, `pMap`, `for await`. */
  readonly operation: string;
}

/** How many promises can be started at once at a site. */
export type Bound =
  | { readonly kind: "exact"; readonly count: number } //                    [a(), b()]
  /** `static`: a size the source text or a type fixes. `window`: a size the author chose, by `slice`, chunks or `bounded()`. */
  | { readonly kind: "at-most"; readonly count: number; readonly by: "static" | "window" }
  | { readonly kind: "limit-like"; readonly name: string; readonly span: Span } // xs.slice(0, batchSize)
  | { readonly kind: "page"; readonly span: Span } //                       for await (const page of pages())
  /** As many as the program's own code lists, out of sight: an imported constant or enum, registered functions, hooks. */
  | { readonly kind: "coded"; readonly name: string; readonly span: Span; readonly why: string }
  | { readonly kind: "unbounded"; readonly source: Span; readonly text: string; readonly why: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** What already limits how many run at the same time. */
export type Gate =
  | { readonly kind: "none" }
  /** `capacity` is absent where it cannot be read from the source. */
  | { readonly kind: "limiter"; readonly name: string; readonly span: Span; readonly capacity?: number }
  /** A limiter runs a part of each one's work, and nothing shows that the rest of it is a request, a file or a query. */
  | { readonly kind: "partial"; readonly name: string; readonly span: Span }
  /** Hand-written: `Promise.race` on an executing set, `while (active < n)`, workers on one iterator. */
  | { readonly kind: "pool"; readonly span: Span }
  /** One connection or transaction serialises the work; memory and queue still grow. */
  | { readonly kind: "connection"; readonly name: string; readonly span: Span }
  /** A name that promises a limit, and nothing more: `fetchLimited(x)` imported from elsewhere. */
  | { readonly kind: "lookalike"; readonly name: string; readonly span: Span };

/** What each element does. */
export type Effect =
  /** `what` is the callee as written (`fetchUser`), or a phrase (`async callback`). */
  | { readonly kind: "starts"; readonly what: string; readonly span: Span }
  /** As far as can be seen it is asynchronous, and nothing shows that it is a request, a file, a query or a process. */
  | { readonly kind: "opaque"; readonly what: string; readonly span: Span }
  /** A call whose body is not in sight returns promises: whether it starts many, or hands on what runs, cannot be seen. */
  | { readonly kind: "hidden"; readonly what: string; readonly span: Span }
  /** Work that holds no socket, file or connection: `crypto.subtle.digest`. */
  | { readonly kind: "light"; readonly what: string; readonly span: Span }
  /** Gives back what each one holds already: `subscription.unsubscribe()`. */
  | { readonly kind: "releases"; readonly what: string; readonly span: Span }
  /** Calls a method of the element itself, out of sight, and by its name no request: `page.evaluate(fn)`. Who holds live objects holds few. */
  | { readonly kind: "own"; readonly what: string; readonly span: Span }
  /** Runs a function that the caller hands in: `mapAsync(xs, fn)` cannot know what `fn` does, or how many `xs` are. */
  | { readonly kind: "handed"; readonly what: string; readonly span: Span }
  | {
      readonly kind: "none";
      /** `sync`: no promise. `join`: waits for what runs already. `batched`: DataLoader. `sequential`: one after another. */
      readonly why: "sync" | "join" | "batched" | "sequential" | "single";
    }
  | { readonly kind: "unknown"; readonly reason: string };

/**
 * What to do about a site, for a given strictness.
 * `strict` is reported by the strict preset only; `silent` by none.
 */
export interface Verdict {
  readonly kind: "report" | "strict" | "silent";
  /** One clause that says why, in the words of the documentation's verdict table. */
  readonly because: string;
}

/** A secondary place a reader needs: where the size comes from, where the promises start. */
export interface RelatedPlace {
  readonly span: Span;
  readonly message: string;
}

/** A site and everything that was decided about it; reported or not. */
export interface Decision {
  readonly site: Site;
  readonly bound: Bound;
  readonly gate: Gate;
  readonly effect: Effect;
  readonly verdict: Verdict;
  /** `certain`: no answer of the type checker could withdraw it. `likely`: a type could. */
  readonly certainty: "certain" | "likely";
}

/** A decision the policy says to report. */
export interface Finding extends Decision {
  /** Stable within one analysis: `rule:start`. */
  readonly id: string;
  readonly message: string;
  readonly related: readonly RelatedPlace[];
}

/** Replace `start..end` by `text`. */
export interface Edit extends Span {
  readonly text: string;
}

export type RemedyKind =
  "map-limit" | "limited" | "p-limit" | "p-map" | "bounded" | "option" | "hoist" | "release" | "thunk";

/** One way to mend a finding: all of its edits, or none. */
export interface Remedy {
  readonly kind: RemedyKind;
  /** What a menu shows: "Limit to 10 at once with `mapLimit`". */
  readonly title: string;
  /** Sorted by `start`, not overlapping. */
  readonly edits: readonly Edit[];
  /**
   * Where the limit stands in the text of one of the edits, for hosts that can offer it as a placeholder:
   * `offset` and `length` count UTF-16 code units within `edits[edit].text`.
   */
  readonly limit?: { readonly edit: number; readonly offset: number; readonly length: number };
  /** The module the edit imports from, when it imports anything. */
  readonly imports?: string;
}

export interface Remedies {
  /** Safe to apply without being asked, when the author turned that on (`autofix`). */
  readonly fix?: Remedy;
  /** For the author to choose from, the best first. */
  readonly suggestions: readonly Remedy[];
}

/** Where an inserted import comes from; found by the host, because it needs the disk. */
export interface ImportTarget {
  /** `@floodgate/runtime`, `./floodgate.js`, `@/lib/floodgate`. */
  readonly specifier: string;
  readonly style: "import" | "require" | "import-equals";
}

/** What a host knows about the project around a file; everything may be absent. */
export interface RemedyTarget {
  /** Where the runtime resolves from this file. Absent: it does not. */
  readonly runtime?: ImportTarget;
  /** Limiter packages that already resolve from this file. */
  readonly installed?: { readonly pLimit?: ImportTarget; readonly pMap?: ImportTarget };
}
