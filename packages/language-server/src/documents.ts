/** Open text → what is known about it, kept until the text changes. */
import type { TextDocument } from "vscode-languageserver-textdocument";
import {
  syntacticFacts,
  type Decision,
  type Finding,
  type Span,
  type TypeFacts,
} from "eslint-plugin-floodgate/analysis";
import { replayFacts, type FactTable } from "./engine/fact-table.ts";
import type { Engine, Program } from "./engine/engine.ts";
import { lint, type Linted, type Report } from "./engine/lint.ts";
import { policyOf, type FileConfig } from "./engine/rule-config.ts";
import { textChange, type TextChange } from "./engine/text-change.ts";
import { languageOfId } from "./engine/parser.ts";

/** What is known about one text of a document. */
export interface View {
  readonly text: string;
  /** 2 when the answers of a type checker for this very text took part, or none can be had. */
  readonly tier: 1 | 2;
  readonly program?: Program;
  readonly linted?: Linted;
  /** What is shown: of the first tier the certain ones, of the second all, and those of the second that merely moved. */
  readonly reports: readonly Report[];
  readonly decisions: readonly Decision[];
  readonly milliseconds: number;
  /** Why nothing can be said. */
  readonly notice?: string;
}

/** The type checker's answers about a text. */
export interface TypedText {
  readonly text: string;
  readonly table: FactTable;
}

export interface Documents {
  /** The view of the document as it is now. */
  view(document: TextDocument, config: FileConfig, typesExpected: boolean): View;
  /** What is known about types in a text that came of the document's: while fixes are tried out. */
  factsFor(uri: string, text: string): TypeFacts;
  /** The second tier's answers arrived, maybe for a text that is no longer the one on screen. */
  setTypes(uri: string, typed: TypedText): void;
  /** Whether types could say something about the document that hangs on other files. */
  hangsOnTypes(uri: string): boolean;
  forget(uri: string): void;
  /** Analysis no longer holds: settings, project. Answers about types stay until new ones replace them. */
  dropViews(): void;
}

interface State {
  /** The answers for the text that is closest to the one on screen. */
  typed?: TypedText;
  /** Those that came before or after them: an undo makes them the closest. */
  others?: TypedText;
  /** What the second tier reported, in the offsets of `typed.text`. */
  reported?: readonly Finding[];
  view?: View;
  viewConfig?: FileConfig;
  language?: string;
}

export function createDocuments(engine: Engine, now: () => number): Documents {
  const states = new Map<string, State>();

  const stateOf = (uri: string): State => {
    let state = states.get(uri);
    if (state === undefined) states.set(uri, (state = {}));
    return state;
  };

  return {
    view(document, config, typesExpected) {
      const state = stateOf(document.uri);
      const known = state.view;
      // Not the version: clients have been seen to give two texts the same one.
      const text = document.getText();
      if (
        known?.text === text &&
        state.language === document.languageId &&
        state.viewConfig === config &&
        (known.tier === 2 || typesExpected)
      )
        return known;
      const started = now();
      takeClosest(state, text);
      const view: View = {
        text,
        ...guarded(() => lookAt(engine, document, text, config, state, typesExpected)),
        milliseconds: now() - started,
      };
      state.view = view;
      state.viewConfig = config;
      state.language = document.languageId;
      return view;
    },
    factsFor(uri, text) {
      const typed = states.get(uri)?.typed;
      return typed === undefined ? syntacticFacts : replayFacts(typed.table, textChange(typed.text, text));
    },
    hangsOnTypes(uri) {
      const table = states.get(uri)?.typed?.table;
      return table !== undefined && table.answers.size + table.files.size > 0;
    },
    setTypes(uri, typed) {
      const state = stateOf(uri);
      if (state.typed !== undefined && state.typed.text !== typed.text) state.others = state.typed;
      state.typed = typed;
      delete state.reported;
      delete state.view;
    },
    forget(uri) {
      states.delete(uri);
    },
    dropViews() {
      for (const state of states.values()) {
        // Only the last answers are replaced by new ones.
        delete state.others;
        delete state.view;
        delete state.reported;
      }
    },
  };
}

type Look = Pick<View, "tier" | "program" | "linted" | "reports" | "decisions" | "notice">;

/** A file that is too deep for the stack, or that meets a mistake of ours, has no findings; the server lives on. */
function guarded(look: () => Look): Look {
  try {
    return look();
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { tier: 2, reports: [], decisions: [], notice: `The file could not be analysed: ${message}` };
  }
}

function lookAt(
  engine: Engine,
  document: TextDocument,
  text: string,
  config: FileConfig,
  state: State,
  typesExpected: boolean,
): Look {
  const program = prepare(engine, document, text, config);
  const { typed } = state;
  const tier = !typesExpected || typed?.text === text ? 2 : 1;
  if (program.kind === "skipped") return { tier: 2, reports: [], decisions: [] };
  if (program.kind === "syntax-error")
    return { tier: 2, reports: [], decisions: [], notice: `The file does not parse: ${program.message}` };

  if (tier === 2) {
    const facts = typesExpected && typed !== undefined ? replayFacts(typed.table) : syntacticFacts;
    const linted = lint(engine, program, facts, config);
    state.reported = linted.reports.map(({ finding }) => finding);
    return { tier, program, linted, reports: linted.reports, decisions: linted.decisions };
  }
  const change = typed === undefined ? undefined : textChange(typed.text, text);
  const facts =
    typed === undefined || change === undefined ? syntacticFacts : replayFacts(typed.table, change);
  const linted = lint(engine, program, facts, config);
  const reported = typed === undefined ? [] : reportedThen(engine, document, typed, config, state);
  const reports = linted.reports.filter(
    ({ finding }) =>
      finding.certainty === "certain" || (change !== undefined && stillStands(finding, reported, change)),
  );
  return { tier, program, linted, reports, decisions: linted.decisions };
}

function prepare(engine: Engine, document: TextDocument, text: string, config: FileConfig) {
  const language = languageOfId(document.languageId);
  return engine.prepare(
    { fileName: document.uri, text, ...(language !== undefined && { language }) },
    policyOf(config),
  );
}

/** Of the answers at hand those are taken whose text is closest to the one on screen; of equals the later ones. */
function takeClosest(state: State, text: string): void {
  const { typed, others } = state;
  if (typed === undefined || others === undefined) return;
  if (distance(others.text, text) >= distance(typed.text, text)) return;
  state.typed = others;
  state.others = typed;
  delete state.reported;
}

/** How much of two texts differs, all that is between the first difference and the last. */
function distance(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let prefix = 0;
  while (prefix < shorter && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    a.charCodeAt(a.length - 1 - suffix) === b.charCodeAt(b.length - 1 - suffix)
  )
    suffix++;
  return Math.max(a.length, b.length) - prefix - suffix;
}

/** What the second tier said of the text it was asked about. */
function reportedThen(
  engine: Engine,
  document: TextDocument,
  typed: TypedText,
  config: FileConfig,
  state: State,
): readonly Finding[] {
  if (state.reported !== undefined) return state.reported;
  const program = prepare(engine, document, typed.text, config);
  state.reported =
    program.kind === "program"
      ? lint(engine, program, replayFacts(typed.table), config).reports.map(({ finding }) => finding)
      : [];
  return state.reported;
}

/** A finding of the second tier whose site only moved. */
function stillStands(finding: Finding, reported: readonly Finding[], change: TextChange): boolean {
  const then = change.spanBefore(finding.site.whole);
  return (
    then !== undefined &&
    reported.some(({ site }) => site.rule === finding.site.rule && isSame(site.whole, then))
  );
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}
