// ESLint with the plugin's recommended rules and nothing else, on one folder; prints its JSON.
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import plugin from "eslint-plugin-floodgate";

const [folder, mode] = process.argv.slice(2);
const eslint = new ESLint({
  cwd: process.cwd(),
  overrideConfigFile: true,
  allowInlineConfig: true,
  errorOnUnmatchedPattern: false,
  overrideConfig: [
    { ignores: ["**/*.d.ts", "**/*.d.mts", "**/*.d.cts"] },
    { files: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"], ...plugin.configs.recommended },
    { linterOptions: { reportUnusedDisableDirectives: "off" } },
    {
      files: ["**/*.{ts,mts,cts,tsx}"],
      languageOptions: {
        parser,
        parserOptions: mode === "typed" ? { projectService: true, tsconfigRootDir: process.cwd() } : {},
      },
    },
    { files: ["**/*.{jsx,tsx}"], languageOptions: { parserOptions: { ecmaFeatures: { jsx: true } } } },
  ],
});
process.stdout.write(JSON.stringify(await eslint.lintFiles([folder])));
