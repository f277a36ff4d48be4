/** The one edit that mends all it can, for a client that may be saving meanwhile. */
import type { CodeAction } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { RemedyTarget } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "./client-support.ts";
import { workspaceEditOf } from "./convert.ts";
import type { Documents } from "./documents.ts";
import { lint } from "./engine/lint.ts";
import { policyOf, withAutofix, type FileConfig } from "./engine/rule-config.ts";
import { fixAllKind } from "./features/code-actions.ts";
import { fixAll, type Look } from "./features/fix-all.ts";
import type { Host, Project } from "./host.ts";
import { lazily } from "./lazily.ts";

export interface FixAllInput {
  readonly document: TextDocument;
  readonly config: FileConfig;
  /** By the host's clock: later than that the answer is none, rather than a part. */
  readonly deadline: number;
  readonly host: Host;
  readonly known: Documents;
  readonly project: Project | undefined;
  readonly support: ClientSupport;
}

export function fixAllActionsOf(input: FixAllInput): CodeAction[] {
  const { document, deadline, host, known, project, support } = input;
  const { uri } = document;
  const config = withAutofix(input.config);
  const policy = policyOf(config);
  const look = (text: string): Look | undefined => {
    if (host.now() > deadline) return undefined;
    const program = host.engine.prepare({ fileName: uri, text }, policy);
    if (program.kind === "skipped") return { findings: [], remedies: () => ({ suggestions: [] }) };
    if (program.kind === "syntax-error") return undefined;
    const linted = lint(host.engine, program, known.factsFor(uri, text), config);
    const target = lazily((): RemedyTarget => project?.remedyTarget(uri, program, policy) ?? {});
    return {
      findings: linted.reports.map(({ finding }) => finding),
      remedies: (finding) => linted.remedies(finding, target()),
    };
  };
  const result = fixAll(document.getText(), look);
  if (result === undefined || result.edits.length === 0 || host.now() > deadline) return [];
  return [
    {
      title: "Limit every fan-out that can be fixed",
      kind: fixAllKind,
      edit: workspaceEditOf(document, result.edits, support),
    },
  ];
}
