/** Hover on a site: the decision in words, and how to choose a limit. */
import { MarkupKind, type Hover } from "vscode-languageserver";
import type { Decision, Finding } from "eslint-plugin-floodgate/analysis";
import { rulePageOf } from "eslint-plugin-floodgate/rule-page";
import type { ClientSupport } from "../client-support.ts";
import { rangeOf, type PlacedText } from "../convert.ts";
import { decisionLines } from "./decision-lines.ts";
import { ruleIdOf } from "../engine/rule-config.ts";

export function hoverOf(
  decisions: readonly (Decision | Finding)[],
  document: PlacedText,
  offset: number,
  support: Pick<ClientSupport, "markdownHover">,
): Hover | undefined {
  const decision = decisionAt(decisions, offset);
  if (decision === undefined) return undefined;
  const markdown = decisionAsMarkdown(decision);
  return {
    range: rangeOf(document, decision.site.span),
    contents: support.markdownHover
      ? { kind: MarkupKind.Markdown, value: markdown }
      : { kind: MarkupKind.PlainText, value: plainText(markdown) },
  };
}

/** The decision whose callee is at the offset; the innermost of several. */
export function decisionAt<D extends Decision>(decisions: readonly D[], offset: number): D | undefined {
  return decisions
    .filter(({ site: { span } }) => span.start <= offset && offset <= span.end)
    .sort((a, b) => a.site.span.end - a.site.span.start - (b.site.span.end - b.site.span.start))[0];
}

function decisionAsMarkdown(decision: Decision | Finding): string {
  const reported = "message" in decision;
  return [
    ...(reported ? [decision.message, ""] : []),
    ...decisionLines(decision, reported).map((line) => `* ${line}`),
    ...(reported ? ["", howToChoose] : []),
    "",
    `[${ruleIdOf(decision.site.rule)}](${rulePageOf(decision.site.rule)})`,
  ].join("\n");
}

const howToChoose =
  "Choosing a limit: for work on the processor, the number of cores. For network, files and databases start with 10, " +
  "and watch latency and 429 answers as you raise it.";

function plainText(markdown: string): string {
  return markdown.replace(/\[([^\]]*)\]\(([^)]*)\)/g, "$1: $2").replaceAll("`", "");
}
