/** What code actions are worked out from: the view of the file, and lazily what the project around it offers. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Finding, Policy, Remedies, RemedyTarget } from "eslint-plugin-floodgate/analysis";
import type { ClientSupport } from "./client-support.ts";
import { placedText } from "./convert.ts";
import type { View } from "./documents.ts";
import type { ActionContext } from "./features/code-actions.ts";
import { isCodeAt } from "./features/code-at.ts";
import type { Project } from "./host.ts";
import { lazily } from "./lazily.ts";
import { version } from "./version.ts";

export interface ActionInput {
  readonly document: TextDocument;
  readonly view: View;
  readonly policy: Policy;
  readonly vendorFolder: string;
  readonly project: Project | undefined;
  readonly support: ClientSupport;
}

/** What the action that adds a dependency adds: our packages share a version. */
const runtime = { name: "@floodgate/runtime", version: `^${version}` };

export function actionContextOf({
  document,
  view: { linted, program, reports },
  policy,
  vendorFolder,
  project,
  support,
}: ActionInput): ActionContext {
  const { uri } = document;
  const target = lazily((): RemedyTarget =>
    program === undefined ? {} : (project?.remedyTarget(uri, program, policy) ?? {}),
  );
  const hasRuntime = () => target().runtime !== undefined;
  const vendored = lazily(() =>
    program === undefined || hasRuntime() ? undefined : project?.vendored(uri, program, vendorFolder),
  );
  const manifest = lazily(() =>
    program === undefined || hasRuntime()
      ? undefined
      : project?.addDependency(uri, runtime.name, runtime.version),
  );
  return {
    document,
    findings: reports.map(({ finding }) => finding),
    remedies: (finding): Remedies => linted?.remedies(finding, target()) ?? { suggestions: [] },
    isCodeAt: (offset) => program !== undefined && isCodeAt(program.ast, offset),
    support,
    get vendored() {
      const found = vendored();
      if (found === undefined || linted === undefined) return undefined;
      const { path, create, target: ownRuntime } = found;
      const remedies = (finding: Finding) => linted.remedies(finding, { runtime: ownRuntime });
      return { path, remedies, ...(create && { create }) };
    },
    get addDependency() {
      const found = manifest();
      return found && { edits: found.edits, document: placedText(found.uri, found.text) };
    },
  };
}
