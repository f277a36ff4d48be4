/** The status item's words. */
import type { StatusParams } from "@floodgate/language-server/protocol";

export interface StatusText {
  readonly text: string;
  readonly detail: string;
  /** Whether something is missing that the reader may want to do something about. */
  readonly warn: boolean;
}

/** What the item says about the document analysed last: what was found, then tier, types and time. */
export function statusText(status: StatusParams): StatusText {
  const found = status.findings === 0 ? "nothing unbounded here" : `${status.findings} unbounded here`;
  const time = `${status.milliseconds.toFixed(status.milliseconds < 10 ? 1 : 0)} ms`;
  return {
    text: status.notice === undefined ? `Floodgate: ${found}` : "Floodgate: not checked",
    detail: [status.notice, `tier ${status.tier}`, status.types, time].filter(Boolean).join(" · "),
    warn: status.notice !== undefined,
  };
}
