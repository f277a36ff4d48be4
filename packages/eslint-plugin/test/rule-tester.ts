/** The two RuleTesters: `untyped` reads syntax and scope, `typed` also asks TypeScript. */
import { join } from "node:path";
import * as parser from "@typescript-eslint/parser";
import { RuleTester } from "eslint";
import { describe, inject, it } from "vitest";

// Vitest's functions are imported, not global, so ESLint has to be told of them.
RuleTester.describe = describe;
RuleTester.it = it;

/** Where test cases lint their files: `@floodgate/runtime` resolves there, nothing else does. */
const root = inject("ruleProject");

/** A file name for test cases: in a project where the runtime resolves. */
export const filename = join(root, "file.ts");

export const untyped = new RuleTester({ languageOptions: { parser } });

/** Keep typed cases few: the first costs seconds. Type questions are tested in `src/type-facts`. */
export const typed = new RuleTester({
  languageOptions: {
    parser,
    parserOptions: {
      project: "./tsconfig.json",
      tsconfigRootDir: root,
      disallowAutomaticSingleRunInference: true,
    },
  },
});
