/** Runs every finder, and keeps one draft per site: misuse, recursion, floating, option, then promise-all. */
import { hasCandidates } from "./candidates.ts";
import { rangeOf, spanOf, type Code } from "./code.ts";
import type { Draft } from "./draft.ts";
import { findAdvice } from "./find-advice.ts";
import { findFanOuts } from "./find-fan-outs.ts";
import { findFloating } from "./find-floating.ts";
import { findMisuse } from "./find-misuse.ts";
import { findOptions } from "./find-options.ts";
import { findReleases } from "./find-release.ts";
import { isInTest } from "./tests.ts";
import { outweighs } from "./verdict.ts";

export function decide(code: Code): readonly Draft[] {
  if (!hasCandidates(code)) return [];
  const misuse = findMisuse(code);
  const fanOuts = findFanOuts(code);
  const drafts: Draft[] = [
    ...misuse,
    ...findReleases(code),
    ...fanOuts.filter((draft) => draft.topic === "recursion"),
    ...findFloating(code),
    ...findOptions(code),
    ...fanOuts.filter((draft) => draft.topic !== "recursion"),
    ...findAdvice(code),
  ];
  // A sleep that is the only brake on dropped work is one mistake with it; where strict findings are reported, the sleep's.
  const braked =
    code.policy.strictness === "strict"
      ? drafts.flatMap((draft) =>
          draft.rule === "no-sleep-throttle" && draft.subject ? [draft.subject] : [],
        )
      : [];
  const kept: Draft[] = [];
  for (const draft of drafts) {
    if (
      draft.rule === "no-floating-fan-out" &&
      braked.some(
        (call) => within(draft, rangeOf(call)) || within({ span: spanOf(call) }, rangeOf(draft.node)),
      )
    )
      continue;
    const rival = kept.findIndex((other) => isSameSite(other, draft));
    if (rival < 0) kept.push(draft);
    // Of two answers to one site the graver counts; of two equals the earlier owner's.
    else if (outweighs(draft.verdict, (kept[rival] as Draft).verdict)) kept[rival] = draft;
  }
  return kept
    .map((draft) => softenedInTest(code, draft))
    .sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
}

/** How many a test starts is in its own hands, and brings nobody's production down; what it forgets to wait for is a bug there too. */
function softenedInTest(code: Code, draft: Draft): Draft {
  const isCount =
    draft.rule === "no-unbounded-promise-all" ||
    draft.rule === "no-recursive-fan-out" ||
    draft.rule === "require-concurrency-option";
  // A test of a limiter holds permits on purpose.
  const isHeld = draft.rule === "require-release-in-finally";
  return (isCount || isHeld) && draft.verdict.kind === "report" && isInTest(code, draft.node)
    ? {
        ...draft,
        verdict: {
          kind: "strict",
          because: isHeld ? "a test may hold a permit" : "a test chooses its own data",
        },
      }
    : draft;
}

/** A misused limiter and the combinator around it are one mistake; so are two answers to one underline. */
function isSameSite(a: Draft, b: Draft): boolean {
  if (a.span.start === b.span.start && a.span.end === b.span.end) return true;
  const [owner, other] =
    a.rule === "no-ineffective-limiter" || a.rule === "no-reentrant-limiter" ? [a, b] : [b, a];
  const isMisuse = owner.rule === "no-ineffective-limiter" || owner.rule === "no-reentrant-limiter";
  if (!isMisuse || other.rule === owner.rule) return false;
  if (
    other.topic === "combine" ||
    other.topic === "combine-first" ||
    other.topic === "recursion" ||
    other.topic === "queued-at-once"
  ) {
    return (
      other.fan !== undefined &&
      within(owner, rangeOf(other.node)) &&
      (isGated(other) || owner.topic === "promise-not-thunk")
    );
  }
  return other.topic === "option-too-large" && owner.node === other.node;
}

const within = (draft: Pick<Draft, "span">, [start, end]: readonly [number, number]) =>
  start <= draft.span.start && draft.span.end <= end;
const isGated = (draft: Draft) => draft.gate.kind === "limiter";
