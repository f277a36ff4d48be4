/**
 * Opt-in: the effective bound at each fan-out: `≤ 10 in flight`, `unbounded`.
 *
 * It stands at the end of the line that the fan-out's name is on, where it neither moves code nor comes between a name and
 * its arguments.
 */
import type { InlayHint } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { boundLabel, type Decision, type Span } from "eslint-plugin-floodgate/analysis";
import { positionOf, type PlacedText } from "../convert.ts";
import { evidenceLines } from "./decision-lines.ts";

/** @param span - The part of the document that is on screen. */
export function inlayHintsOf(
  decisions: readonly Decision[],
  document: PlacedText & Pick<TextDocument, "getText">,
  span: Span,
  withTooltip: boolean,
): InlayHint[] {
  const text = document.getText();
  const shown = decisions
    .filter(
      ({ site, effect }) =>
        site.span.end >= span.start && site.span.end <= span.end && effect.kind !== "none",
    )
    .map((decision) => ({ decision, at: endOfLine(text, decision.site.span.end) }));
  const onLine = new Map<number, number>();
  for (const { at } of shown) onLine.set(at, (onLine.get(at) ?? 0) + 1);
  return shown.map(({ decision, at }) => {
    const label = boundLabel(decision.bound, decision.gate).replace("<=", "≤");
    return {
      position: positionOf(document, at),
      label: onLine.get(at) === 1 ? label : `${decision.site.operation}: ${label}`,
      paddingLeft: true,
      ...(withTooltip && { tooltip: evidenceLines(decision).join("\n") }),
    };
  });
}

/** Where the last word of an offset's line ends. */
function endOfLine(text: string, offset: number): number {
  const rest = /[^\r\n]*/y;
  rest.lastIndex = offset;
  return offset + (rest.exec(text)?.[0].trimEnd().length ?? 0);
}
