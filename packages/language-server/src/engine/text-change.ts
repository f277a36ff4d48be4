/** What two texts have in common: everything before and everything after the part that changed. */
import type { Span } from "eslint-plugin-floodgate/analysis";

export interface TextChange {
  /** Where a span of the new text was in the old one; undefined if any of it changed. */
  spanBefore(span: Span): Span | undefined;
}

export function textChange(before: string, after: string): TextChange {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  )
    suffix++;
  const shift = before.length - after.length;
  return {
    spanBefore({ start, end }) {
      if (end <= prefix) return { start, end };
      if (start >= after.length - suffix) return { start: start + shift, end: end + shift };
      return undefined;
    },
  };
}
