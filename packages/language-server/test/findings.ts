/** Findings made by hand, for testing what hosts do with them without asking the analysis. */
import type { Finding, Remedies } from "eslint-plugin-floodgate/analysis";
import { supportOf, type ClientSupport } from "../src/client-support.ts";
import { everything } from "./client.ts";

/** The finding of `Promise.all(` ... `)` in a text, with what a test wants different. */
export function findingIn(text: string, changes: Partial<Finding> = {}): Finding {
  const operation = "Promise.all";
  const start = text.indexOf(operation);
  const source = text.indexOf("ids");
  return {
    id: `no-unbounded-promise-all:${start}`,
    site: {
      rule: "no-unbounded-promise-all",
      span: { start, end: start + operation.length },
      whole: { start, end: text.indexOf(");", start) + 1 },
      operation,
    },
    bound: {
      kind: "unbounded",
      source: { start: source, end: source + 3 },
      text: "ids",
      why: "is a parameter",
    },
    gate: { kind: "none" },
    effect: {
      kind: "starts",
      what: "load",
      span: { start: text.indexOf("load"), end: text.indexOf("load") + 4 },
    },
    verdict: { kind: "report", because: "nothing limits how many" },
    certainty: "certain",
    message: "`Promise.all` starts one `load` per element of `ids`, all at once.",
    related: [{ span: { start: source, end: source + 3 }, message: "`ids` is a parameter" }],
    ...changes,
  };
}

/** A suggestion that replaces `before` by `after`, with the limit in it as the placeholder. */
export function remediesFor(text: string, before: string, after: string): Remedies {
  const start = text.indexOf(before);
  const edits = [{ start, end: start + before.length, text: after }];
  return {
    suggestions: [
      {
        kind: "map-limit",
        title: "Limit to 10 at once with `mapLimit`",
        edits,
        limit: { edit: 0, offset: after.indexOf("10"), length: 2 },
      },
    ],
  };
}

export function support(changes: Partial<ClientSupport> = {}): ClientSupport {
  return { ...supportOf(everything), ...changes };
}
