/** Opt-in: the effective bound at each fan-out, behind its name: `≤ 10 in flight`, `unbounded`. */
import type { InlayHint } from "vscode-languageserver";
import { boundLabel, type Decision, type Span } from "eslint-plugin-floodgate/analysis";
import { positionOf, type PlacedText } from "../convert.ts";
import { evidenceLines } from "./decision-lines.ts";

/** @param span - The part of the document that is on screen. */
export function inlayHintsOf(
  decisions: readonly Decision[],
  document: PlacedText,
  span: Span,
  withTooltip: boolean,
): InlayHint[] {
  return decisions
    .filter(
      ({ site, effect }) =>
        site.span.end >= span.start && site.span.end <= span.end && effect.kind !== "none",
    )
    .map((decision) => ({
      position: positionOf(document, decision.site.span.end),
      label: boundLabel(decision.bound, decision.gate).replace("<=", "≤"),
      paddingLeft: true,
      paddingRight: true,
      ...(withTooltip && { tooltip: evidenceLines(decision).join("\n") }),
    }));
}
