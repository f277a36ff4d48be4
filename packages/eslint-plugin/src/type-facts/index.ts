/**
 * `TypeFacts` over a TypeScript program: shared by the ESLint host and the language server.
 *
 * Never imports TypeScript: it asks the objects it is given. The checker is made at the first question, so a file
 * without a candidate costs no type query. A question that fails is answered "unknown".
 */
import type { TSESTree } from "@typescript-eslint/types";
import type { Answer, DeclaredType, ImportedFile, SizeFact, TypeFacts } from "../analysis/index.ts";
import type { CheckerView, NodeView, ProgramView, SourceFileView, TypeView } from "./compiler.ts";
import { declaredTypesOf } from "./declared-types.ts";
import { importedFileOf } from "./imported-file.ts";
import { keyCountOf, sizeOf } from "./sizes.ts";
import { elementTypes, parts } from "./type-parts.ts";

export type * from "./compiler.ts";
export { nodeFinder } from "./node-finder.ts";

/** One file of a program, and how a host finds TypeScript's node for one of its own. */
export interface FileOfProgram {
  readonly program: ProgramView;
  /** Undefined where the host's tree has no TypeScript file of its own. */
  readonly sourceFile: SourceFileView | undefined;
  tsNode(node: TSESTree.Node): NodeView | undefined;
}

/** Answers the analysis's questions about one file from TypeScript's checker. */
export function typeFactsOf(file: FileOfProgram): TypeFacts {
  let made: CheckerView | undefined;
  const checkerOf = () => (made ??= file.program.getTypeChecker());

  /** Asks about the node's type; what has no node, or throws, is `otherwise`. */
  function ask<T>(
    node: TSESTree.Node,
    otherwise: T,
    question: (type: TypeView, checker: CheckerView, at: NodeView) => T,
  ): T {
    try {
      const at = file.tsNode(node);
      return at ? question(checkerOf().getTypeAtLocation(at), checkerOf(), at) : otherwise;
    } catch {
      return otherwise;
    }
  }

  return {
    thenable: (node) => ask<Answer>(node, "unknown", isThenable),
    returnsThenable: (node) => ask<Answer>(node, "unknown", returnsThenable),
    holdsThenables: (node) => ask<Answer>(node, "unknown", holdsThenables),
    size: (node) => ask<SizeFact>(node, unknownSize, sizeOf),
    keyCount: (node) => ask<SizeFact>(node, unknownSize, keyCountOf),
    declaredTypes: (node) =>
      ask<readonly DeclaredType[]>(node, [], (type, checker) => declaredTypesOf(type, checker, file.program)),
    isArray: (node) => ask<Answer>(node, "unknown", isArray),
    importedFile: (specifier): ImportedFile | undefined => {
      try {
        return file.sourceFile && importedFileOf(specifier, file.sourceFile, file.program, checkerOf());
      } catch {
        return undefined;
      }
    },
  };
}

const unknownSize: SizeFact = { kind: "unknown" };

/** One part of a union that is thenable makes the value one that may be pending. */
function isThenable(type: TypeView, checker: CheckerView, at: NodeView): Answer {
  return any(parts(type, checker).map((part) => (part ? partIsThenable(part, checker, at) : "unknown")));
}

function partIsThenable(type: TypeView, checker: CheckerView, at: NodeView): Answer {
  const then = checker.getApparentType(type).getProperty("then");
  if (then === undefined) return "no";
  const signatures = checker.getTypeOfSymbolAtLocation(then, at).getCallSignatures();
  return signatures.some((signature) => signature.parameters.length > 0) ? "yes" : "no";
}

/** Overloads that differ are unknown: which one a call picks is not asked here. */
function returnsThenable(type: TypeView, checker: CheckerView, at: NodeView): Answer {
  const answers = parts(type, checker).flatMap((part) => {
    const signatures = part?.getCallSignatures() ?? [];
    if (signatures.length === 0) return ["unknown" as const];
    return signatures.map((signature) => isThenable(signature.getReturnType(), checker, at));
  });
  return same(answers);
}

function holdsThenables(type: TypeView, checker: CheckerView, at: NodeView): Answer {
  return any(
    parts(type, checker).flatMap((part) => {
      const elements = part && elementTypes(part, checker);
      return elements ? elements.map((element) => isThenable(element, checker, at)) : ["unknown" as const];
    }),
  );
}

function isArray(type: TypeView, checker: CheckerView): Answer {
  return same(
    parts(type, checker).map((part) => {
      if (part === undefined) return "unknown";
      return checker.isArrayType(part) || checker.isTupleType(part) ? "yes" : "no";
    }),
  );
}

function any(answers: readonly Answer[]): Answer {
  if (answers.includes("yes")) return "yes";
  return answers.includes("unknown") ? "unknown" : "no";
}

function same([first, ...rest]: readonly Answer[]): Answer {
  return first !== undefined && rest.every((answer) => answer === first) ? first : "unknown";
}
