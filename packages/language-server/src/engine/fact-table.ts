/**
 * The type checker's answers as plain data: asked where the checker is (another thread, another process), recorded, and
 * given again here. So the analysis, its findings and its remedies are worked out in one place, from the text on screen.
 */
import type { TSESTree } from "@typescript-eslint/types";
import {
  spanOf,
  syntacticFacts,
  type Answer,
  type DeclaredType,
  type ImportedFile,
  type SizeFact,
  type Span,
  type TypeFacts,
} from "eslint-plugin-floodgate/analysis";
import type { TextChange } from "./text-change.ts";

/** `method:start:end` → the answer. Survives structured cloning. */
export interface FactTable {
  readonly answers: ReadonlyMap<string, Answer | SizeFact | readonly DeclaredType[]>;
  readonly files: ReadonlyMap<string, ImportedFile | undefined>;
}

export interface Recording {
  readonly facts: TypeFacts;
  readonly table: FactTable;
}

/** Passes questions on, and keeps the answers. */
export function recordFacts(facts: TypeFacts): Recording {
  const answers = new Map<string, Answer | SizeFact | readonly DeclaredType[]>();
  const files = new Map<string, ImportedFile | undefined>();
  const ask = <A extends Answer | SizeFact | readonly DeclaredType[]>(
    method: NodeQuestion,
    node: TSESTree.Node,
    answer: (node: TSESTree.Node) => A,
  ): A => {
    const key = keyOf(method, spanOf(node));
    const known = answers.get(key) as A | undefined;
    if (known !== undefined) return known;
    const value = answer(node);
    answers.set(key, value);
    return value;
  };
  return {
    table: { answers, files },
    facts: {
      thenable: (node) => ask("thenable", node, (n) => facts.thenable(n)),
      returnsThenable: (node) => ask("returnsThenable", node, (n) => facts.returnsThenable(n)),
      holdsThenables: (node) => ask("holdsThenables", node, (n) => facts.holdsThenables(n)),
      size: (node) => ask("size", node, (n) => facts.size(n)),
      keyCount: (node) => ask("keyCount", node, (n) => facts.keyCount(n)),
      declaredTypes: (node) => ask("declaredTypes", node, (n) => facts.declaredTypes(n)),
      isArray: (node) => ask("isArray", node, (n) => facts.isArray(n)),
      importedFile(specifier) {
        if (!files.has(specifier)) files.set(specifier, facts.importedFile(specifier));
        return files.get(specifier);
      },
    },
  };
}

/** Whether anything was asked. */
export function asks({ answers, files }: FactTable): boolean {
  return answers.size + files.size > 0;
}

/** Facts that are looked for with the first question: opening a project costs more than most files ask. */
export function lazyFacts(facts: () => TypeFacts): TypeFacts {
  return {
    thenable: (node) => facts().thenable(node),
    returnsThenable: (node) => facts().returnsThenable(node),
    holdsThenables: (node) => facts().holdsThenables(node),
    size: (node) => facts().size(node),
    keyCount: (node) => facts().keyCount(node),
    declaredTypes: (node) => facts().declaredTypes(node),
    isArray: (node) => facts().isArray(node),
    importedFile: (specifier) => facts().importedFile(specifier),
  };
}

/**
 * Gives the recorded answers again.
 *
 * @param change - How the text differs from the one they were recorded for. What changed is unknown; the rest moved.
 */
export function replayFacts(table: FactTable, change?: TextChange): TypeFacts {
  const look = (method: NodeQuestion, node: TSESTree.Node) => {
    const span = spanOf(node);
    const then = change === undefined ? span : change.spanBefore(span);
    return then === undefined ? undefined : table.answers.get(keyOf(method, then));
  };
  const answer = (method: NodeQuestion) => (node: TSESTree.Node) =>
    (look(method, node) as Answer | undefined) ?? "unknown";
  const size = (method: NodeQuestion) => (node: TSESTree.Node) =>
    (look(method, node) as SizeFact | undefined) ?? syntacticFacts.size(node);
  return {
    thenable: answer("thenable"),
    returnsThenable: answer("returnsThenable"),
    holdsThenables: answer("holdsThenables"),
    isArray: answer("isArray"),
    size: size("size"),
    keyCount: size("keyCount"),
    declaredTypes: (node) => (look("declaredTypes", node) as readonly DeclaredType[] | undefined) ?? [],
    importedFile: (specifier) => table.files.get(specifier),
  };
}

type NodeQuestion = Exclude<keyof TypeFacts, "importedFile">;

function keyOf(method: NodeQuestion, { start, end }: Span): string {
  return `${method}:${start}:${end}`;
}
