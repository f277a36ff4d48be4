/** Where answers about types come from: the project's TypeScript 7, its (or our) TypeScript 5 or 6, or nowhere. */
import type { TypeFacts } from "eslint-plugin-floodgate/analysis";

export type FactsAnswer =
  | {
      readonly kind: "facts";
      /** Holds until the back end is asked about another file. */
      readonly facts: TypeFacts;
      /** The tsconfig.json that the file belongs to. */
      readonly config: string;
    }
  | { readonly kind: "none"; readonly why: string };

export interface TypeBackEnd {
  /** For people: "TypeScript 7.0.2". */
  readonly name: string;
  /**
   * Facts about one file.
   *
   * @param text - What the file holds on screen; undefined when that is what it holds on disk.
   */
  factsOf(fileName: string, text?: string): FactsAnswer;
  /** Files that will be asked about, so that they need not be taken in one by one. */
  expect(fileNames: readonly string[]): void;
  /** Reads of these files from disk are no longer valid; undefined: of any file. */
  changed(fileNames: readonly string[] | undefined): void;
  dispose(): void;
}
