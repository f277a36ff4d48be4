/** The status item's words. */
import type { StatusParams } from "@floodgate/language-server/protocol";

export interface StatusText {
  readonly text: string;
  readonly detail: string;
}

/**
 * What the item says about the document analysed last: what was found, then where types come from, or why there are none, and
 * time. It must be short: long ones are cut off at the end, with the link behind them.
 */
export function statusText(status: StatusParams): StatusText {
  if (status.notice !== undefined) return { text: "Floodgate: not checked", detail: status.notice };
  const time = `${status.milliseconds.toFixed(status.milliseconds < 10 ? 1 : 0)} ms`;
  return {
    text: `Floodgate: ${status.findings === 0 ? "all bounded" : `${status.findings} unbounded`}`,
    detail: `${status.types} · ${time}`,
  };
}
