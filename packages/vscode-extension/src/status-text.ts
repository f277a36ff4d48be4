/** The status item's words. */
import type { StatusParams } from "@floodgate/language-server/protocol";

export interface StatusText {
  readonly text: string;
  readonly detail: string;
}

/** What the item says about the document analysed last: what was found, then types, tier and time. It must be short. */
export function statusText(status: StatusParams): StatusText {
  if (status.notice !== undefined) return { text: "Floodgate: not checked", detail: status.notice };
  const time = `${status.milliseconds.toFixed(status.milliseconds < 10 ? 1 : 0)} ms`;
  return {
    text: `Floodgate: ${status.findings === 0 ? "all bounded" : `${status.findings} unbounded`}`,
    // Long ones are cut off at the end, and why types are off is what a reader comes for. Without types, tier 1 is all.
    detail: `${status.types} · tier ${status.types.startsWith("types off") ? 1 : status.tier} · ${time}`,
  };
}
