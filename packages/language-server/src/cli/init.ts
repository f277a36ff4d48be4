/** `floodgate init`: the two lines of ESLint config, shown first, written when agreed to. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { UsageError } from "./arguments.ts";
import { exitCodes, type World } from "./world.ts";

export const initHelp = `Usage: floodgate init [--yes]

Shows the two lines that turn Floodgate on in the project's ESLint config, and writes them when you agree.

  --yes   write without asking
`;

export interface InitWorld extends Pick<World, "cwd" | "out"> {
  /** Asks the user; undefined where nobody can answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
}

const importLine = 'import floodgate from "eslint-plugin-floodgate";';
const requireLine = 'const floodgate = require("eslint-plugin-floodgate");';
const entry = "floodgate.configs.recommended";

const configNames = ["js", "mjs", "ts", "mts", "cts", "cjs"].map((extension) => `eslint.config.${extension}`);

export async function init(args: readonly string[], world: InitWorld): Promise<number> {
  const yes = yesIn(args);
  const existing = configNames.map((name) => join(world.cwd, name)).find((path) => existsSync(path));
  const before = existing === undefined ? undefined : readFileSync(existing, "utf8");
  if (before?.includes("eslint-plugin-floodgate") === true) {
    world.out(`${existing ?? ""} has Floodgate already.\n`);
    return exitCodes.clean;
  }
  const path = existing ?? join(world.cwd, "eslint.config.mjs");
  const after =
    before === undefined ? `${importLine}\n\nexport default [${entry}];\n` : withFloodgate(before);
  if (after === undefined) {
    world.out(
      `Add these two lines to ${path}, the second as an item of the exported array:\n\n  ${importLine}\n  ${entry},\n`,
    );
    return exitCodes.findings;
  }
  const isCommonJs = after.includes(requireLine);
  world.out(`${before === undefined ? "A new file" : "To be added to"} ${path}:\n\n`);
  world.out(`  ${isCommonJs ? requireLine : importLine}\n  ${entry}\n\n`);
  if (!yes && (world.confirm === undefined || !(await world.confirm("Write it?")))) {
    world.out("Nothing was written. `floodgate init --yes` writes without asking.\n");
    return exitCodes.clean;
  }
  writeFileSync(path, after);
  world.out("Written. Install the plugin with: npm install --save-dev eslint-plugin-floodgate\n");
  return exitCodes.clean;
}

function yesIn(args: readonly string[]): boolean {
  try {
    return (
      parseArgs({ args: [...args], options: { yes: { type: "boolean" } }, strict: true }).values.yes ?? false
    );
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** The config with our two lines; undefined where its shape is not one we know. */
export function withFloodgate(text: string): string | undefined {
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const exported =
    /(export\s+default|module\.exports\s*=)\s*((?:[\w$.]+\s*\(\s*)?\[|[\w$.]+\s*\()(?!\s*\))/.exec(text);
  if (exported === null) return undefined;
  const at = exported.index + exported[0].length;
  // One line stays one line; items on lines of their own get one more.
  const indent = /^[ \t]*\r?\n([ \t]+)/.exec(text.slice(at))?.[1];
  const item = indent === undefined ? `${entry}, ` : `${newline}${indent}${entry},`;
  const withEntry = text.slice(0, at) + item + text.slice(at);

  const isCommonJs = exported[1]?.startsWith("module") === true;
  const line = isCommonJs ? requireLine : importLine;
  const lead =
    /^(?:#!.*\r?\n)?(?:\s*(?:\/\/.*|\/\*[\s\S]*?\*\/)\s*\r?\n)*(?:["']use strict["'];?\s*\r?\n)?/.exec(
      withEntry,
    )?.[0] ?? "";
  return `${lead}${line}${newline}${withEntry.slice(lead.length)}`;
}
