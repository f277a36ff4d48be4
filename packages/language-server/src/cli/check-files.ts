/** Files → results: the loop of `floodgate check`, without arguments, colours or exit codes. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setImmediate } from "node:timers/promises";
import { remedyTargetOf } from "eslint-plugin-floodgate/runtime-module";
import {
  syntacticFacts,
  type Decision,
  type Finding,
  type Remedies,
  type RemedyTarget,
  type TypeFacts,
} from "eslint-plugin-floodgate/analysis";
import type { Engine, Program } from "../engine/engine.ts";
import { asks, lazyFacts, recordFacts, replayFacts, type FactTable } from "../engine/fact-table.ts";
import { lint, type Linted, type Report, type SuppressedReport } from "../engine/lint.ts";
import type { EslintConfigs } from "../engine/eslint-config.ts";
import { policyOf, withAutofix, type FileConfig } from "../engine/rule-config.ts";
import { textChange } from "../engine/text-change.ts";
import type { TypeBackEnd } from "../engine/types/back-end.ts";
import type { BackEnds } from "../engine/types/back-ends.ts";
import { keyOf, type Cache } from "./cache.ts";
import { fixAll } from "../features/fix-all.ts";

export interface FileResult {
  readonly fileName: string;
  readonly text: string;
  readonly reports: readonly Report[];
  readonly suppressed: readonly SuppressedReport[];
  readonly decisions: readonly Decision[];
  readonly lookedElsewhere: boolean;
  /** What `--fix` makes of the text, where that differs. `reports` are those that are left. */
  readonly output?: string;
  remedies(finding: Finding): Remedies;
}

/** Something the user should hear that is no finding. */
export interface Notice {
  readonly fileName?: string;
  readonly message: string;
}

export interface Outcome {
  readonly results: readonly FileResult[];
  readonly notices: readonly Notice[];
  /** What is wrong with settings and options of ESLint's config, each said once. */
  readonly wrongSettings: readonly string[];
  /** Files read, and those of them that were parsed. */
  readonly read: number;
  readonly parsed: number;
  /** "TypeScript 7.0.2", for each that was asked. */
  readonly typesFrom: readonly string[];
  readonly fixed: number;
}

export interface CheckOptions {
  readonly engine: Engine;
  readonly cwd: string;
  /** Where no ESLint config speaks of us. */
  readonly defaults: FileConfig;
  /** Absent: ESLint configs are not read. */
  readonly eslint?: EslintConfigs;
  /** Absent: no types. */
  readonly types?: BackEnds;
  readonly fix: boolean;
  /** Whether `remedies` will be asked: they are worked out while the types are at hand. */
  readonly remedies: boolean;
  /** Absent, or fixes or remedies wanted: everything is worked out anew. */
  readonly cache?: { readonly cache: Cache; readonly fingerprint: string };
  /** Called before each file; `false` stops there. */
  onFile?(done: number, total: number): boolean;
}

/** A guess: a few milliseconds. */
const filesPerTurn = 8;

export async function checkFiles(files: readonly string[], options: CheckOptions): Promise<Outcome> {
  const results: FileResult[] = [];
  const notices: Notice[] = [];
  const said = new Set<string>();
  const typesFrom = new Set<string>();
  const wrongSettings = new Set<string>();
  /** Why there are no types, for each file that asked for them. */
  const untypedFiles: string[] = [];
  /** By folder; undefined: there is none. */
  const backEnds = new Map<string, TypeBackEnd | undefined>();
  const typed = options.types !== undefined;
  let parsed = 0;
  let read = 0;
  let fixed = 0;

  const note = (message: string, fileName?: string): void => {
    const key = `${fileName ?? ""}\0${message}`;
    if (said.has(key)) return;
    said.add(key);
    notices.push({ message, ...(fileName !== undefined && { fileName }) });
  };

  for (const fileName of files) {
    // Reading without waiting takes half the time; signals and a server's other work get their turn here.
    if (read % filesPerTurn === filesPerTurn - 1) await setImmediate();
    if (options.onFile?.(read, files.length) === false) break;
    read++;
    let text: string;
    try {
      text = withoutBom(readFileSync(fileName, "utf8"));
    } catch (error) {
      note(`could not be read: ${error instanceof Error ? error.message : String(error)}`, fileName);
      continue;
    }
    try {
      const result = await checkFile(fileName, text);
      if (result !== undefined) results.push(result);
    } catch (error) {
      note(`could not be checked: ${error instanceof Error ? error.message : String(error)}`, fileName);
    }
  }
  const [why] = untypedFiles;
  if (why !== undefined) {
    const count = untypedFiles.length === 1 ? "1 file is" : `${untypedFiles.length} files are`;
    note(`${count} checked without types: ${why}${untypedFiles.length === 1 ? "" : ", for example"}.`);
  }
  return {
    results,
    notices,
    wrongSettings: [...wrongSettings],
    read,
    parsed,
    typesFrom: [...typesFrom],
    fixed,
  };

  async function checkFile(fileName: string, text: string): Promise<FileResult | undefined> {
    const { engine } = options;
    // Cheap before dear: the text, then the config, then the tree, then the types.
    if (engine.skips({ fileName, text, typed }, policyOf(options.defaults))) return undefined;
    const config = await configOf(fileName);
    if (config === undefined) return undefined;
    for (const problem of config.problems) wrongSettings.add(problem);
    const key =
      options.cache === undefined || options.fix || options.remedies
        ? undefined
        : keyOf(text, config, options.cache.fingerprint);
    const kept = key === undefined ? undefined : options.cache?.cache.get(key);
    if (kept === null) return undefined;
    if (kept !== undefined)
      return { fileName, text, ...kept, lookedElsewhere: false, remedies: () => ({ suggestions: [] }) };
    const result = await freshResult(fileName, text, config);
    // What hangs on other files' texts is worked out anew each time: few files, and those with a finding.
    if (key !== undefined && result !== "unparsed" && result?.lookedElsewhere !== true)
      options.cache?.cache.set(
        key,
        result === undefined
          ? null
          : { reports: result.reports, suppressed: result.suppressed, decisions: result.decisions },
      );
    return result === "unparsed" ? undefined : result;
  }

  async function freshResult(
    fileName: string,
    text: string,
    config: FileConfig,
  ): Promise<FileResult | undefined | "unparsed"> {
    const { engine } = options;
    const early = engine.prepare({ fileName, text, typed }, policyOf(config));
    if (early.kind === "skipped") return undefined;
    if (early.kind === "syntax-error") {
      note(`does not parse: ${early.message}`, fileName);
      return "unparsed";
    }
    parsed++;
    const { linted, table } =
      options.types === undefined
        ? { linted: lint(engine, early, syntacticFacts, config), table: undefined }
        : await lintWithTypes(options.types, early, config);
    if (linted.decisions.length === 0) return undefined;
    if (!options.fix) return resultOf(fileName, text, linted, early, config);

    const look = (now: string): { readonly linted: Linted; readonly program: Program } | undefined => {
      const program = now === text ? early : engine.prepare({ fileName, text: now }, policyOf(config));
      if (program.kind !== "program") return undefined;
      return {
        program,
        linted: now === text ? linted : lint(engine, program, factsAfter(table, text, now), config),
      };
    };
    const result = fixAll(text, (now) => {
      const seen = look(now);
      return (
        seen && {
          findings: seen.linted.reports.map(({ finding }) => finding),
          remedies: (finding) => seen.linted.remedies(finding, targetOf(fileName, seen.program, config)),
        }
      );
    });
    const after = result === undefined || result.edits.length === 0 ? undefined : look(result.text);
    if (result === undefined || after === undefined) {
      if (linted.reports.length > 0 && targetOf(fileName, early, config).runtime === undefined)
        note(
          "Fixes limit with @floodgate/runtime, which is not installed here: npm install @floodgate/runtime.",
        );
      return resultOf(fileName, text, linted, early, config);
    }
    fixed += result.fixed;
    return { ...resultOf(fileName, result.text, after.linted, after.program, config), output: result.text };
  }

  /** Undefined: ESLint ignores the file. */
  async function configOf(fileName: string): Promise<FileConfig | undefined> {
    const answer = await options.eslint?.of(fileName);
    if (answer?.kind === "ignored") return undefined;
    const config = answer?.kind === "config" ? answer.config : options.defaults;
    return options.fix ? withAutofix(config) : config;
  }

  /**
   * Types can change nothing for a file about which no question is asked: most are never shown to TypeScript. Which one
   * there is takes a promise to find out, once in a folder; from then on it is asked in the midst of the analysis.
   */
  async function lintWithTypes(types: BackEnds, program: Program, config: FileConfig) {
    const { fileName } = program.file;
    const ask = () => {
      const { facts, table } = recordFacts(factsWhenAsked(fileName));
      return { linted: lint(options.engine, program, facts, config), table };
    };
    const first = ask();
    if (backEnds.has(dirname(fileName)) || !asks(first.table)) return first;
    await openTypes(types, fileName);
    return ask();
  }

  async function openTypes(types: BackEnds, fileName: string): Promise<void> {
    const answer = await types.of(fileName);
    backEnds.set(dirname(fileName), answer.kind === "none" ? undefined : answer.backEnd);
    if (answer.kind === "none") note(`Types are off: ${answer.why}.`);
    else if (answer.notice !== undefined) note(answer.notice);
  }

  /** Opens the file's project with the first question. */
  function factsWhenAsked(fileName: string): TypeFacts {
    let facts: TypeFacts | undefined;
    return lazyFacts(() => (facts ??= factsOf(fileName)));
  }

  function factsOf(fileName: string): TypeFacts {
    const backEnd = backEnds.get(dirname(fileName));
    if (backEnd === undefined) return syntacticFacts;
    if (!typesFrom.has(backEnd.name)) backEnd.expect(files);
    const answer = backEnd.factsOf(fileName);
    typesFrom.add(backEnd.name);
    if (answer.kind === "facts") return answer.facts;
    untypedFiles.push(answer.why);
    return syntacticFacts;
  }

  function resultOf(
    fileName: string,
    text: string,
    linted: Linted,
    program: Program,
    config: FileConfig,
  ): FileResult {
    const { reports, suppressed, decisions, lookedElsewhere } = linted;
    const known = new Map<Finding, Remedies>();
    if (options.remedies)
      for (const { finding } of [...reports, ...suppressed])
        known.set(finding, linted.remedies(finding, targetOf(fileName, program, config)));
    return {
      fileName,
      text,
      reports,
      suppressed,
      decisions,
      lookedElsewhere,
      remedies: (finding) => known.get(finding) ?? { suggestions: [] },
    };
  }

  function targetOf(fileName: string, { ast, file }: Program, config: FileConfig): RemedyTarget {
    return remedyTargetOf(
      {
        filename: fileName,
        physicalFilename: fileName,
        cwd: options.cwd,
        sourceCode: { ast, text: file.text },
      },
      policyOf(config),
    );
  }
}

function factsAfter(table: FactTable | undefined, before: string, now: string): TypeFacts {
  return table === undefined ? syntacticFacts : replayFacts(table, textChange(before, now));
}

function withoutBom(text: string): string {
  return text.startsWith("\uFEFF") ? text.slice(1) : text;
}
