/** What the analysis may ask about types. The one port through which a type checker is reached. */
import type { TSESTree } from "@typescript-eslint/types";

export type Answer = "yes" | "no" | "unknown";

/** How many elements a value of this type has. */
export type SizeFact =
  | { readonly kind: "at-most"; readonly count: number } // a tuple, a `Record<"a" | "b", T>`'s keys
  | { readonly kind: "dynamic" } //                          an array, a Set, an index signature
  | { readonly kind: "unknown" };

/** Where a type's symbol was declared. `module` is the package name, or undefined for the project's own files. */
export interface DeclaredType {
  readonly name: string;
  readonly module: string | undefined;
}

/** A file the program resolved an import to, for `exportFacts`. */
export interface ImportedFile {
  readonly fileName: string;
  readonly text: string;
}

/**
 * Questions about types, asked at candidate sites only. Every answer may be "unknown", and then the analysis decides
 * from syntax and scope alone. Implementations never throw: what they cannot answer is unknown.
 */
export interface TypeFacts {
  /** Is the expression's value a thenable? For a function value, `returnsThenable` asks about its calls. */
  thenable(node: TSESTree.Node): Answer;
  /** Does calling this function value return a thenable? */
  returnsThenable(node: TSESTree.Node): Answer;
  /** Are the elements of this array, iterable, or the values of this Map thenables? */
  holdsThenables(node: TSESTree.Node): Answer;
  /** Number of elements of an array, tuple, Set or Map. */
  size(node: TSESTree.Node): SizeFact;
  /** Number of own enumerable keys of an object: an enum, a closed object type, a finite `Record`. */
  keyCount(node: TSESTree.Node): SizeFact;
  /** The declared type of the expression, through aliases and base types: `[{ name: "DataLoader", module: "dataloader" }]`. */
  declaredTypes(node: TSESTree.Node): readonly DeclaredType[];
  /** Is the receiver an array (or a readonly array, or a tuple)? Decides whether `mapLimit` and `Promise.all(map)` are equal. */
  isArray(node: TSESTree.Node): Answer;
  /** The file an import specifier resolves to, within the project; undefined for packages and what cannot be found. */
  importedFile(specifier: string): ImportedFile | undefined;
}

/** The answer when there is no type checker. */
export const syntacticFacts: TypeFacts = {
  thenable: () => "unknown",
  returnsThenable: () => "unknown",
  holdsThenables: () => "unknown",
  size: () => ({ kind: "unknown" }),
  keyCount: () => ({ kind: "unknown" }),
  declaredTypes: () => [],
  isArray: () => "unknown",
  importedFile: () => undefined,
};
