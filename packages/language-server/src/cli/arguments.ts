/** What the user asked for on the command line; wrong arguments are an error that names them. */
import { parseArgs } from "node:util";
import type { TypesChoice } from "../engine/types/locate.ts";

export const formats = ["pretty", "json", "sarif", "github"] as const;
export type Format = (typeof formats)[number];

export interface CheckArguments {
  readonly paths: readonly string[];
  readonly fix: "none" | "write" | "show";
  readonly types: TypesChoice;
  readonly format: Format;
  /** Undefined: any number of warnings will do. */
  readonly maxWarnings: number | undefined;
  readonly quiet: boolean;
  readonly since: string | undefined;
  readonly report: boolean;
  readonly eslintConfig: boolean;
  readonly strict: boolean;
  readonly cache: boolean;
  readonly cacheFile: string | undefined;
}

/** Thrown for arguments that make no sense; its message is for the user. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const checkHelp = `Usage: floodgate check [options] [path or glob ...]

Finds places that start any number of promises at once. Checks the current folder unless paths are given.

  --fix                  limit every fan-out that can be limited without asking, in the files
  --fix-dry-run          show as a diff what --fix would do
  --types <which>        auto (default), ts7, ts6, off: where types come from
  --strict               the strict preset, where no ESLint config says otherwise
  --no-eslint-config     do not run the project's eslint.config.*; the recommended rules apply
  --format <which>       pretty (default), json (ESLint's), sarif, github
  --quiet                errors only
  --max-warnings <n>     fail when there are more warnings
  --since <git ref>      only files that differ from there
  --report               the fan-out table: every site with its verdict, bound and gate
  --cache                remember results in node_modules/.cache/floodgate
  --cache-location <f>   or in this file
  --help, --version      print this, or the version, and exit

Exit codes: 0 nothing to report, 1 errors, wrong settings or too many warnings, 2 it could not be done.
`;

const optionTypes = {
  fix: { type: "boolean" },
  "fix-dry-run": { type: "boolean" },
  types: { type: "string" },
  strict: { type: "boolean" },
  "no-eslint-config": { type: "boolean" },
  format: { type: "string" },
  quiet: { type: "boolean" },
  "max-warnings": { type: "string" },
  since: { type: "string" },
  report: { type: "boolean" },
  cache: { type: "boolean" },
  "cache-location": { type: "string" },
} as const;

export function checkArguments(args: readonly string[]): CheckArguments {
  const { values, positionals } = parse(args);
  if (values.fix === true && values["fix-dry-run"] === true)
    throw new UsageError("--fix writes and --fix-dry-run only shows: expected one of them, got both");
  return {
    paths: positionals.length === 0 ? ["."] : positionals,
    fix: values.fix === true ? "write" : values["fix-dry-run"] === true ? "show" : "none",
    types: oneOf("--types", values.types ?? "auto", ["auto", "ts7", "ts6", "off"]),
    format: oneOf("--format", values.format ?? "pretty", formats),
    maxWarnings: wholeNumber("--max-warnings", values["max-warnings"]),
    quiet: values.quiet ?? false,
    since: values.since,
    report: values.report ?? false,
    eslintConfig: values["no-eslint-config"] !== true,
    strict: values.strict ?? false,
    cache: values.cache === true || values["cache-location"] !== undefined,
    cacheFile: values["cache-location"],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: optionTypes, allowPositionals: true, strict: true });
  } catch (error) {
    // Node's own message names the option; its second sentence is about `--` and confuses here.
    const message = error instanceof Error ? error.message : String(error);
    throw new UsageError(message.split(". ")[0] ?? message);
  }
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined)
    throw new UsageError(`Expected ${name} to be one of ${allowed.join(", ")}, got "${value}"`);
  return found;
}

function wholeNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (!/^\d+$/.test(value))
    throw new UsageError(`Expected ${name} to be a whole number from 0 and up, got "${value}"`);
  return Number(value);
}
