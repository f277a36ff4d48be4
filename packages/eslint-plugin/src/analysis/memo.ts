/** Answers about nodes, worked out once each, also where a question leads back to itself. */

/** How far the questions of one analysis are, over all of its files. */
export interface Progress {
  /** How many questions are being worked out. */
  depth: number;
  /** The outermost question whose answer was relied on before it was known; `Infinity` for none. */
  relied: number;
  /** Whether the file is looked at without those it imports, for now. */
  isAlone: boolean;
  /** How often one of those was asked for meanwhile: such an answer does not hold once they are looked at. */
  missed: number;
  /** Answers that relied on one not yet known. When it is, they are dropped, and worked out anew when asked. */
  readonly provisional: { readonly answers: Map<object, Entry>; readonly node: object }[];
}

export const newProgress = (isAlone = false): Progress => ({
  depth: 0,
  relied: Infinity,
  isAlone,
  missed: 0,
  provisional: [],
});

/** An answer, or what stands for it while it is being worked out. */
interface Entry {
  value: unknown;
  unanswered: number;
  missed: number;
  /** The outermost question that it relies on, and whose answer is not known yet; `Infinity` for none. */
  reliesOn: number;
}

/** Questions within questions; each takes up to ten frames of a stack of about ten thousand. */
const maxDepth = 300;

/** `once` of one file. @param unanswered - Counts the questions to the types that they could not answer. */
export function memoOf(progress: Progress, unanswered: { count: number }) {
  const memo = new Map<string, Map<object, Entry>>();
  return <T>(question: string, node: object, compute: () => T, whileBusy: T): T => {
    let answers = memo.get(question);
    if (answers === undefined) memo.set(question, (answers = new Map<object, Entry>()));
    const known = answers.get(node);
    if (known !== undefined && (known.missed === 0 || progress.isAlone)) {
      // Whoever relies on an earlier answer is as uncertain as the one who worked it out.
      unanswered.count += known.unanswered;
      progress.missed += known.missed;
      progress.relied = Math.min(progress.relied, known.reliesOn);
      return known.value as T;
    }
    // Nobody writes code this deep; generated code must not overflow the stack.
    if (progress.depth > maxDepth) return whileBusy;
    const level = progress.depth;
    const entry: Entry = { value: whileBusy, unanswered: 0, missed: 0, reliesOn: level };
    answers.set(node, entry);
    const before = unanswered.count;
    const missedBefore = progress.missed;
    const { relied: reliedBefore, provisional } = progress;
    const firstInside = provisional.length;
    progress.relied = Infinity;
    progress.depth++;
    entry.value = compute();
    progress.depth--;
    entry.unanswered = unanswered.count - before;
    entry.missed = progress.missed - missedBefore;
    if (progress.relied < level) {
      entry.reliesOn = progress.relied;
      provisional.push({ answers, node });
    } else {
      entry.reliesOn = progress.relied = Infinity;
      for (const { answers, node } of provisional.splice(firstInside)) answers.delete(node);
    }
    progress.relied = Math.min(progress.relied, reliedBefore);
    return entry.value as T;
  };
}
