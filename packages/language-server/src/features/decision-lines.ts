/** A decision for people in an editor: the analysis's sentences, with its verdict in terms of what is on the screen. */
import { explain, type Decision } from "eslint-plugin-floodgate/analysis";

/** What starts, how many, what limits it. */
export function evidenceLines(decision: Decision): readonly string[] {
  // The last line is the verdict, in the terms of rules and presets.
  return explain(decision).slice(0, -1);
}

/** @param reported - Whether the site is underlined now. */
export function decisionLines(decision: Decision, reported: boolean): readonly string[] {
  return [...evidenceLines(decision), outcome(decision, reported)];
}

function outcome({ verdict, certainty }: Decision, reported: boolean): string {
  const because = `because ${verdict.because}`;
  if (reported)
    return `Underlined, ${because}${certainty === "certain" ? "" : ", as far as can be seen here"}.`;
  switch (verdict.kind) {
    case "silent":
      return `Not underlined, ${because}.`;
    case "strict":
      return `Underlined with \`floodgate.strictness\` set to \`strict\` only, ${because}.`;
    case "report":
      return `Not underlined, although ${verdict.because}: a comment or the configuration says so, or the types are not known yet.`;
  }
}
