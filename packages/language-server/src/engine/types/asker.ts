/** Asks a type checker everything that the analysis of one text would, and brings the answers as plain data. */
import { dirname, relative } from "node:path";
import { syntacticFacts, type RemedyTarget } from "eslint-plugin-floodgate/analysis";
import type { Engine } from "../engine.ts";
import { recordFacts, type FactTable } from "../fact-table.ts";
import { lint } from "../lint.ts";
import { policyOf, withAutofix, type FileConfig } from "../rule-config.ts";
import { createBackEnds } from "./back-ends.ts";

export interface AskRequest {
  readonly fileName: string;
  readonly text: string;
  readonly config: FileConfig;
}

export interface AskAnswer {
  /** Absent: there are no types for this file. */
  readonly table?: FactTable;
  /** "TypeScript 6.0.3, tsconfig.json"; "types off: no TypeScript is installed here". */
  readonly source: string;
}

export interface Asker {
  ask(request: AskRequest): Promise<AskAnswer>;
  /** Files changed on disk; undefined: whatever is remembered of the disk may be wrong. */
  changed(fileNames: readonly string[] | undefined): void;
  dispose(): void;
}

export interface AskerOptions {
  /** Whether the workspace's own TypeScript may be loaded. */
  readonly trusted: boolean;
  /** Where else a TypeScript may be: beside this program. */
  readonly fallbackFolders: readonly string[];
}

export function createAsker(engine: Engine, options: AskerOptions): Asker {
  const backEnds = createBackEnds({ ...options, choice: "auto", overlays: true });
  return {
    async ask({ fileName, text, config }) {
      const answer = await backEnds.of(fileName);
      if (answer.kind === "none") return { source: `types off: ${answer.why}` };
      const fixing = withAutofix(config);
      const program = engine.prepare({ fileName, text }, policyOf(fixing));
      const { backEnd } = answer;
      // Nothing to ask about; the next text may have something.
      if (program.kind !== "program")
        return { table: recordFacts(syntacticFacts).table, source: backEnd.name };
      const found = backEnd.factsOf(fileName, text);
      if (found.kind === "none") return { source: `types off: ${found.why}` };
      const { facts, table } = recordFacts(found.facts);
      const linted = lint(engine, program, facts, fixing);
      for (const { finding } of [...linted.reports, ...linted.suppressed])
        linted.remedies(finding, everyTarget);
      return {
        table,
        source: `${backEnd.name}, ${relative(dirname(fileName), found.config) || found.config}`,
      };
    },
    changed: (fileNames) => backEnds.changed(fileNames),
    dispose: () => backEnds.dispose(),
  };
}

/** Whatever may resolve does, so that every remedy asks its questions. */
const everyTarget: RemedyTarget = {
  runtime: { specifier: "@floodgate/runtime", style: "import" },
  installed: {
    pLimit: { specifier: "p-limit", style: "import" },
    pMap: { specifier: "p-map", style: "import" },
  },
};
