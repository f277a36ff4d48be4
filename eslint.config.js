import js from "@eslint/js";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import { defineConfig, globalIgnores } from "eslint/config";
// Our own plugin, built: `npm run lint` does that first.
import floodgate from "eslint-plugin-floodgate";
import tseslint from "typescript-eslint";

export default defineConfig(
  globalIgnores([
    "**/dist/",
    "**/coverage/",
    "reports/",
    ".floodgate/",
    "**/fixtures/",
    // What the examples' own test lints with Floodgate, and nothing else.
    "examples/*/before/",
    "examples/*/after/",
    // Is full of findings, which its own eslint-suppressions.json holds.
    "examples/ci/old-codebase/",
  ]),
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  {
    // One program for everything, tests included, that reads the packages' sources.
    files: ["**/*.{ts,mts,cts}"],
    languageOptions: {
      parserOptions: { project: "./tsconfig.check.json", tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      // `noPropertyAccessFromIndexSignature` asks for the brackets that this rule forbids; the compiler wins.
      "@typescript-eslint/dot-notation": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" },
      ],
      // `import { type X }` leaves `import {}` behind, which the published packages could not resolve.
      "@typescript-eslint/no-import-type-side-effects": "error",
      // `Promise<void>` listeners of an event that ignores them, and `() => void` shorthands, are ours to judge.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    // What we sell. Tests start much at once on purpose.
    files: ["packages/*/src/**/*.ts", "tools/**/*.mjs"],
    ignores: ["**/*.test.ts"],
    extends: [floodgate.configs.strict],
  },
  {
    // Node types compare as strings, so that the analysis has no run-time import.
    files: ["packages/eslint-plugin/{src,test}/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-enum-comparison": "off",
      // The trees of five parsers hold, and lack, more than typescript-estree's types say.
      "@typescript-eslint/no-unnecessary-condition": "off",
    },
  },
  {
    files: ["packages/eslint-plugin/src/rules/**/*.ts"],
    ignores: ["**/*.test.ts"],
    extends: [eslintPlugin.configs.recommended],
    rules: {
      // The reports, and so the suggestions, are `eslint/report.ts`'s, which this rule does not follow.
      "eslint-plugin/require-meta-has-suggestions": "off",
    },
  },
  {
    // Plain JavaScript belongs to no TypeScript project.
    files: ["**/*.{js,mjs,cjs}"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        ["AbortController", "AbortSignal", "Buffer", "URL", "console", "fetch", "performance", "process"]
          .concat([
            "setImmediate",
            "setInterval",
            "setTimeout",
            "clearInterval",
            "clearTimeout",
            "structuredClone",
          ])
          .map((name) => [name, "readonly"]),
      ),
    },
    rules: {
      "@typescript-eslint/no-require-imports": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
    },
  },
);
