/** How to mend a finding, as plain edits: the best suggestion first, and the one fix that is safe unasked. */
import type { Code } from "./code.ts";
import type { Draft } from "./draft.ts";
import type { ImportTarget, Remedies, Remedy, RemedyTarget } from "./model.ts";
import { limitFor } from "./remedy-forms.ts";
import { boundedRemedy, limitedRemedy, mapLimitRemedy, pLimitRemedy, pMapRemedy } from "./remedy-fan-outs.ts";
import {
  chunkRemedy,
  collectRemedy,
  drainRemedy,
  pacedChunksRemedy,
  pacedLoopRemedy,
} from "./remedy-advice.ts";
import {
  forEachRemedy,
  hoistRemedy,
  loopRemedy,
  optionRemedy,
  releaseRemedy,
  returnRemedy,
  thunkRemedy,
} from "./remedy-others.ts";
import { isSafeUnasked } from "./safe-fix.ts";

/** What every remedy is made from. */
export interface RemedyContext {
  readonly code: Code;
  readonly draft: Draft;
  readonly target: RemedyTarget;
  /** Where to import the runtime from, whether or not it resolves yet. */
  readonly runtime: ImportTarget;
  /** Says in the title that the runtime is not there yet. */
  readonly suffix: string;
  readonly limit: number;
}

export function remediesOf(code: Code, draft: Draft, target: RemedyTarget): Remedies {
  const context: RemedyContext = {
    code,
    draft,
    target,
    runtime: target.runtime ?? { specifier: code.policy.runtimeModule, style: guessedStyle(code) },
    suffix: target.runtime ? "" : ` (needs \`${code.policy.runtimeModule}\`)`,
    limit: limitFor(code, draft),
  };
  const suggestions = forms(context).flatMap((form) => form(context) ?? []);
  const fix =
    target.runtime && code.policy.autofix && isSafeUnasked(code, draft) ? limitedRemedy(context) : undefined;
  return fix ? { fix, suggestions } : { suggestions };
}

type Form = (context: RemedyContext) => Remedy | undefined;

/** The forms that fit a topic, the best first. */
function forms({ code, draft, target }: RemedyContext): readonly Form[] {
  switch (draft.topic) {
    case "combine":
    case "await-each": {
      const ours = [mapLimitRemedy, limitedRemedy];
      const others = [pMapRemedy, pLimitRemedy];
      const { prefer } = code.policy;
      const othersFirst =
        prefer === "p-map" || prefer === "p-limit" || (prefer === "auto" && !target.runtime);
      return [...(othersFirst ? [...others, ...ours] : [...ours, ...others]), boundedRemedy];
    }
    case "combine-first":
      return [boundedRemedy];
    case "for-each":
    case "discarded-map":
      return [forEachRemedy];
    case "floating-in-loop":
      return [loopRemedy];
    case "option-missing":
    case "option-too-large":
      return [optionRemedy];
    case "promise-not-thunk":
      return [thunkRemedy];
    case "released-early":
      return [returnRemedy];
    case "limiter-per-task":
      return [hoistRemedy];
    case "release-skipped":
      return [releaseRemedy];
    case "chunked":
      return [chunkRemedy];
    case "queued-at-once":
      return [mapLimitRemedy, collectRemedy];
    case "queued-without-wait":
      return [drainRemedy];
    case "sleep-throttle":
      return [pacedLoopRemedy, pacedChunksRemedy];
    default:
      return [];
  }
}

/** How the file imports, where the host could not look. */
function guessedStyle(code: Code): ImportTarget["style"] {
  const isModule = code.ast.body.some(({ type }) => type.startsWith("Import") || type.startsWith("Export"));
  return !isModule && /\brequire\s*\(|\bmodule\.exports\b/.test(code.text) ? "require" : "import";
}
