#!/usr/bin/env node
/** The executable `floodgate`: which command, and what of the process it may touch. */
import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { version } from "../version.ts";
import { checkHelp, UsageError } from "./arguments.ts";
import { compileLater } from "./compile-later.ts";
import { init, initHelp } from "./init.ts";
import { exitCodes, type World } from "./world.ts";

const help = `floodgate ${version}: finds unbounded concurrency in JavaScript and TypeScript, and fixes it.

Usage: floodgate <command> [options]

  check [path ...]    report places that start any number of promises at once
  init                add Floodgate to the project's ESLint config, after showing how

${checkHelp}
${initHelp}`;

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === "--version" || command === "-v") {
    process.stdout.write(`${version}\n`);
    return exitCodes.clean;
  }
  const wantsHelp = args.length === 0 || args.includes("--help") || args.includes("-h");
  if (wantsHelp) {
    process.stdout.write(command === "check" ? checkHelp : command === "init" ? initHelp : help);
    return args.length === 0 ? exitCodes.failed : exitCodes.clean;
  }
  if (rest.includes("--version")) {
    process.stdout.write(`${version}\n`);
    return exitCodes.clean;
  }
  let interrupted = false;
  process.once("SIGINT", () => {
    interrupted = true;
    // A second Ctrl+C ends the process at once, as everywhere.
  });
  const world: World = {
    cwd: process.cwd(),
    colours: wantsColours(),
    progress: process.stderr.isTTY,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    now: () => performance.now(),
    interrupted: () => interrupted,
  };
  switch (command) {
    case "check": {
      for (const flag of compileLater(process.versions.node)) setFlagsFromString(flag);
      // The analysis, parsers and formats: not for those who ask for help or the version.
      const { check } = await import("./check.ts");
      return check(rest, world);
    }
    case "init":
      return init(rest, { ...world, confirm: process.stdin.isTTY ? confirm : undefined });
    default:
      throw new UsageError(
        existsSync(command ?? "")
          ? `There is no command "${command}". Did you mean "floodgate check ${args.join(" ")}"?`
          : `There is no command "${command}": expected check or init`,
      );
  }
}

/** https://no-color.org and https://force-color.org, as other tools read them. */
function wantsColours(): boolean {
  const { NO_COLOR, FORCE_COLOR } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0";
  return process.stdout.isTTY;
}

async function confirm(question: string): Promise<boolean> {
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^\s*y(?:es)?\s*$/i.test(await lines.question(`${question} [y/N] `));
  } finally {
    lines.close();
  }
}

// A reader that closed the pipe (`| head`) has enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exitCodes.clean);
  throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\nTry: floodgate --help\n`);
  else process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = exitCodes.failed;
}
