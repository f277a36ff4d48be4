/** ESLint's comments that turn rules off, parsed by ESLint's own comment parser. */
import { ConfigCommentParser } from "@eslint/plugin-kit";
import type { Comment } from "eslint-plugin-floodgate/analysis";
import { lineAt, lineStarts } from "./lines.ts";

export interface Directives {
  /**
   * Whether a report that starts there is suppressed.
   *
   * @returns The directive's reason (the text after `--`), `""` where it gives none, or undefined when not suppressed.
   */
  suppression(ruleId: string, offset: number): string | undefined;
  /** What a `/* eslint rule: "off" *\/` comment makes of the rule's severity: 0, 1, 2; undefined where it says nothing. */
  inlineLevel(ruleId: string): unknown;
}

type Rules = ReadonlySet<string> | "all";

interface Toggle {
  readonly kind: "disable" | "enable";
  readonly at: number;
  readonly rules: Rules;
  readonly reason: string;
}

interface LineDirective {
  readonly line: number;
  readonly rules: Rules;
  readonly reason: string;
}

const parser = new ConfigCommentParser();
const mayDirect = /^\s*eslint(?:-|\s|$)/;

export function directivesIn(text: string, comments: readonly Comment[]): Directives {
  const toggles: Toggle[] = [];
  const lines: LineDirective[] = [];
  const levels = new Map<string, unknown>();
  let starts: readonly number[] | undefined;
  const lineOf = (offset: number): number => lineAt((starts ??= lineStarts(text)), offset);

  for (const comment of comments) {
    if (!mayDirect.test(comment.value)) continue;
    const directive = parser.parseDirective(comment.value);
    if (directive === undefined) continue;
    const { label, value, justification } = directive;
    const reason = justification;
    const isBlock = comment.type === "Block";
    const [start, end] = comment.range;
    switch (label) {
      case "eslint-disable":
      case "eslint-enable":
        // Line comments of these two are no directives to ESLint either.
        if (!isBlock) break;
        toggles.push({
          kind: label === "eslint-disable" ? "disable" : "enable",
          at: start,
          rules: rulesIn(value),
          reason,
        });
        break;
      case "eslint-disable-line":
        if (lineOf(start) === lineOf(end)) lines.push({ line: lineOf(start), rules: rulesIn(value), reason });
        break;
      case "eslint-disable-next-line":
        lines.push({ line: lineOf(end) + 1, rules: rulesIn(value), reason });
        break;
      case "eslint": {
        const parsed = isBlock ? parser.parseJSONLikeConfig(value) : { ok: false as const };
        if (!parsed.ok) break;
        for (const [rule, entry] of Object.entries(parsed.config as Record<string, unknown>))
          levels.set(rule, Array.isArray(entry) ? (entry as unknown[])[0] : entry);
        break;
      }
      default:
        break;
    }
  }

  return {
    inlineLevel: (ruleId) => levels.get(ruleId),
    suppression(ruleId, offset) {
      if (lines.length > 0) {
        const line = lineOf(offset);
        const found = lines.find((directive) => directive.line === line && names(directive.rules, ruleId));
        if (found !== undefined) return found.reason;
      }
      let suppressed: string | undefined;
      for (const { kind, at, rules, reason } of toggles) {
        if (at > offset) break;
        if (names(rules, ruleId)) suppressed = kind === "disable" ? reason : undefined;
      }
      return suppressed;
    },
  };
}

function rulesIn(value: string): Rules {
  const rules = Object.keys(parser.parseListConfig(value));
  return rules.length === 0 ? "all" : new Set(rules);
}

function names(rules: Rules, ruleId: string): boolean {
  return rules === "all" || rules.has(ruleId);
}
