/** Linting text as a user would: the real plugin in ESLint's `Linter`, under a preset. */
import * as parser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import plugin from "../src/index.ts";
import type { PresetName } from "../src/index.ts";

export interface LintOptions {
  readonly preset?: Exclude<PresetName, "autofix">;
  readonly filename: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Rules beyond the preset's. */
  readonly rules?: Linter.RulesRecord;
  readonly languageOptions?: Linter.LanguageOptions;
}

const linter = new Linter({ cwd: "/" });

/** The flat config of `lint`. */
export function configOf({
  preset = "recommended",
  settings,
  rules,
  languageOptions,
  filename,
}: LintOptions): Linter.Config[] {
  return [
    { files: ["**"], ...plugin.configs[preset] },
    {
      files: ["**"],
      languageOptions: {
        parser,
        parserOptions: { ecmaFeatures: { jsx: filename.endsWith("x") } },
        ...languageOptions,
      },
      ...(rules && { rules }),
      ...(settings && { settings: { floodgate: settings } }),
    },
  ];
}

/** What ESLint says about the text. Throws where the text does not parse, which no test here wants. */
export function lint(text: string, options: LintOptions): Linter.LintMessage[] {
  const messages = linter.verify(text, configOf(options), { filename: options.filename });
  const fatal = messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${fatal.message} (line ${String(fatal.line)})\n${text}`);
  return messages;
}

/** `eslint --fix`: the text after at most ten passes. */
export function fix(text: string, options: LintOptions): string {
  return linter.verifyAndFix(text, configOf(options), { filename: options.filename }).output;
}

/** Applies one fix or suggestion, as an editor does. */
export function applied(
  text: string,
  { range: [start, end], text: replacement }: { range: [number, number]; text: string },
) {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The texts that each fix and suggestion of a message leads to. */
export function remediesOf(
  text: string,
  message: Linter.LintMessage,
): { readonly title: string; readonly output: string }[] {
  const suggestions = (message.suggestions ?? []).map(({ desc, fix }) => ({
    title: desc,
    output: applied(text, fix),
  }));
  return message.fix ? [{ title: "--fix", output: applied(text, message.fix) }, ...suggestions] : suggestions;
}
