/** `source.fixAll.floodgate` and `floodgate check --fix`: every fix that `eslint --fix` would make, in one edit. */
import type { Edit, Finding, Remedies } from "eslint-plugin-floodgate/analysis";

/** One look at a text: its findings, and how to mend each. */
export interface Look {
  readonly findings: readonly Finding[];
  remedies(finding: Finding): Remedies;
}

export interface FixResult {
  readonly text: string;
  /** The change as edits of the text it started from: sorted, not overlapping. */
  readonly edits: readonly Edit[];
  readonly fixed: number;
}

/** ESLint's own number of passes: a nested fan-out needs one per level. */
const maxPasses = 10;

/**
 * Applies fixes until none is left. Fixes of one pass never overlap, and those that bring the same import wait until it is
 * there.
 *
 * @param look - Analyses a text; undefined when it does not parse or time is up, and then nothing is changed at all.
 */
export function fixAll(text: string, look: (text: string) => Look | undefined): FixResult | undefined {
  let current = text;
  let edits: readonly Edit[] = [];
  let fixed = 0;
  for (let pass = 0; pass < maxPasses; pass++) {
    const seen = look(current);
    if (seen === undefined) return undefined;
    const chosen: Edit[] = [];
    let from = Infinity;
    let to = -1;
    for (const finding of seen.findings) {
      const fix = seen.remedies(finding).fix;
      if (fix === undefined || fix.edits.length === 0) continue;
      const start = Math.min(...fix.edits.map((edit) => edit.start));
      const end = Math.max(...fix.edits.map((edit) => edit.end));
      if (start <= to && end >= from) continue;
      chosen.push(...fix.edits);
      from = Math.min(from, start);
      to = Math.max(to, end);
      fixed++;
    }
    if (chosen.length === 0) break;
    chosen.sort((a, b) => a.start - b.start);
    current = applyEdits(current, chosen);
    edits = composeEdits(edits, chosen, text);
  }
  return { text: current, edits, fixed };
}

/** @param edits - Sorted by `start`, not overlapping. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/**
 * One set of edits that does what two sets do one after the other.
 *
 * @param first - Edits of `text`.
 * @param second - Edits of what `first` makes of it.
 */
export function composeEdits(first: readonly Edit[], second: readonly Edit[], text: string): Edit[] {
  const placed = placedAfter(first);
  const result: Edit[] = [];
  let pending = 0;
  for (const group of groupsOf(placed, second)) {
    // Everything between the group's ends is written anew: from the original outside its edits, from the edits inside.
    const before = placed[group.firstFrom - 1];
    const after = placed[group.firstTo - 1];
    const shiftBefore = before === undefined ? 0 : before.afterEnd - before.edit.end;
    const shiftAfter = after === undefined ? 0 : after.afterEnd - after.edit.end;
    const start = group.start - shiftBefore;
    const end = group.end - shiftAfter;
    const middle = applyEdits(
      text.slice(start, end),
      first.slice(group.firstFrom, group.firstTo).map((edit) => moved(edit, -start)),
    );
    result.push({
      start,
      end,
      text: applyEdits(
        middle,
        second.slice(pending, group.secondTo).map((edit) => moved(edit, -group.start)),
      ),
    });
    pending = group.secondTo;
  }
  return result;
}

interface PlacedEdit {
  readonly edit: Edit;
  readonly afterStart: number;
  readonly afterEnd: number;
}

/** Where each edit's text stands once all are applied. */
function placedAfter(edits: readonly Edit[]): PlacedEdit[] {
  let shift = 0;
  return edits.map((edit) => {
    const afterStart = edit.start + shift;
    const afterEnd = afterStart + edit.text.length;
    shift = afterEnd - edit.end;
    return { edit, afterStart, afterEnd };
  });
}

interface Group {
  /** In the text between the two sets. */
  start: number;
  end: number;
  readonly firstFrom: number;
  firstTo: number;
  secondTo: number;
}

/** Edits of the two sets that touch one another, together. */
function groupsOf(first: readonly PlacedEdit[], second: readonly Edit[]): Group[] {
  const groups: Group[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const a = first[i];
    const b = second[j];
    const takesFirst = b === undefined || (a !== undefined && a.afterStart <= b.start);
    const start = takesFirst ? (a?.afterStart ?? 0) : b.start;
    const end = takesFirst ? (a?.afterEnd ?? 0) : b.end;
    const last = groups.at(-1);
    if (last !== undefined && start <= last.end) {
      last.end = Math.max(last.end, end);
      if (takesFirst) last.firstTo = i + 1;
      else last.secondTo = j + 1;
    } else {
      groups.push({
        start,
        end,
        firstFrom: i,
        firstTo: takesFirst ? i + 1 : i,
        secondTo: takesFirst ? j : j + 1,
      });
    }
    if (takesFirst) i++;
    else j++;
  }
  return groups;
}

function moved(edit: Edit, by: number): Edit {
  return { start: edit.start + by, end: edit.end + by, text: edit.text };
}
