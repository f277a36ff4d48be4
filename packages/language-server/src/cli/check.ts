/** `floodgate check`: arguments in, text out, exit code. Everything it touches of the world comes in through `World`. */
import { writeFileSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { defaultPolicy, resolvePolicy } from "eslint-plugin-floodgate/analysis";
import { createEngine } from "../engine/engine.ts";
import { eslintConfigs } from "../engine/eslint-config.ts";
import { loadNativeParser } from "../engine/parse-native.ts";
import { presetConfig } from "../engine/rule-config.ts";
import { createBackEnds } from "../engine/types/back-ends.ts";
import { version } from "../version.ts";
import { checkArguments, UsageError, type CheckArguments } from "./arguments.ts";
import { checkFiles, type Outcome } from "./check-files.ts";
import { cacheFileIn, openCache, typesFingerprint } from "./cache.ts";
import { changedSince, filesToCheck } from "./files.ts";
import { fanOutRows, fanOutText } from "./formats/fan-out-table.ts";
import { github } from "./formats/github.ts";
import { json } from "./formats/json.ts";
import { countsOf, pretty } from "./formats/pretty.ts";
import { sarif } from "./formats/sarif.ts";
import { coloured, plain } from "./formats/style.ts";
import { exitCodes, type World } from "./world.ts";
import * as disk from "eslint-plugin-floodgate/neighbour";

export async function check(args: readonly string[], world: World): Promise<number> {
  const asked = checkArguments(args);
  const started = world.now();
  let files = filesToCheck(asked.paths, world.cwd, (path, what) => {
    world.err(`${relative(world.cwd, path)} ${what}\n`);
  });
  if (asked.since !== undefined) {
    const changed = await changedSince(asked.since, world.cwd);
    files = files.filter((file) => changed.has(file));
  }

  const { parser, notice } = loadNativeParser();
  if (notice !== undefined) world.err(`${notice}\n`);
  const problems: string[] = [];
  const types =
    asked.types === "off"
      ? undefined
      : createBackEnds({
          choice: asked.types,
          trusted: true,
          overlays: false,
          fallbackFolders: [import.meta.dirname],
        });
  const cache = asked.cache
    ? openCache(asked.cacheFile === undefined ? cacheFileIn(world.cwd) : resolve(world.cwd, asked.cacheFile))
    : undefined;
  const progress = progressLine(world);
  let outcome: Outcome;
  try {
    outcome = await checkFiles(files, {
      engine: createEngine(parser, { disk }),
      cwd: world.cwd,
      defaults: presetConfig(asked.strict ? resolvePolicy({ strictness: "strict" }).policy : defaultPolicy),
      ...(asked.eslintConfig && { eslint: eslintConfigs((problem) => problems.push(problem)) }),
      ...(types !== undefined && { types }),
      ...(cache !== undefined && {
        cache: { cache, fingerprint: types === undefined ? "untyped" : typesFingerprint(files, world.cwd) },
      }),
      fix: asked.fix !== "none",
      remedies: asked.format === "json",
      onFile(done, total) {
        progress.show(done, total);
        return !world.interrupted();
      },
    });
  } finally {
    progress.clear();
    types?.dispose();
  }
  for (const problem of [...problems, ...outcome.wrongSettings]) world.err(`${problem}\n`);
  const noTypes = outcome.notices.find(({ message }) => message.startsWith("Types are off"))?.message;
  const isRefused = asked.types !== "auto" && outcome.typesFrom.length === 0 && noTypes !== undefined;
  for (const { fileName, message } of outcome.notices) {
    if (isRefused && message === noTypes) continue;
    world.err(`${fileName === undefined ? "" : `${relative(world.cwd, fileName)} `}${message}\n`);
  }
  if (world.interrupted()) {
    world.err("Interrupted; nothing was written.\n");
    return exitCodes.interrupted;
  }
  cache?.save();
  if (isRefused) throw new UsageError(`--types ${asked.types} cannot be done. ${noTypes}`);

  if (asked.fix === "show") {
    world.out(await patchOf(outcome, world.cwd));
    return exitCodes.clean;
  }
  if (asked.fix === "write") writeFixes(outcome);
  world.out(formatted(outcome, asked, world, world.now() - started));
  return exitCodeOf(outcome, asked, world);
}

function formatted(outcome: Outcome, asked: CheckArguments, world: World, milliseconds: number): string {
  const { cwd } = world;
  if (asked.report) {
    const rows = fanOutRows(outcome.results, cwd);
    return asked.format === "json" ? `${JSON.stringify(rows)}\n` : fanOutText(rows);
  }
  switch (asked.format) {
    case "pretty":
      return pretty(outcome, {
        cwd,
        style: world.colours ? coloured : plain,
        milliseconds,
        quiet: asked.quiet,
      });
    case "json":
      return json(outcome, asked.quiet);
    case "sarif":
      return sarif(outcome, { cwd, version, quiet: asked.quiet });
    case "github":
      return github(outcome, cwd, asked.quiet);
    default:
      return asked.format satisfies never;
  }
}

function exitCodeOf(outcome: Outcome, { maxWarnings }: CheckArguments, world: World): number {
  const { errors, warnings } = countsOf(outcome);
  // ESLint reports a wrong setting as an error, too.
  if (errors > 0 || outcome.wrongSettings.length > 0) return exitCodes.findings;
  if (maxWarnings !== undefined && warnings > maxWarnings) {
    world.err(`There are ${warnings} warnings, and ${maxWarnings} are allowed.\n`);
    return exitCodes.findings;
  }
  return exitCodes.clean;
}

/** A unified diff that `git apply` takes. */
async function patchOf({ results }: Outcome, cwd: string): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  return results
    .flatMap(({ fileName, output }) => {
      if (output === undefined) return [];
      const name = relative(cwd, fileName).replaceAll("\\", "/");
      const before = readFileSync(fileName, "utf8");
      const patch = createTwoFilesPatch(`a/${name}`, `b/${name}`, before, withBomOf(before, output), "", "");
      return [patch.replace(/^=+\n/, "").replace(/^(---|\+\+\+) (.*)\t$/gm, "$1 $2")];
    })
    .join("");
}

function writeFixes({ results }: Outcome): void {
  for (const { fileName, output } of results)
    if (output !== undefined) writeFileSync(fileName, withBomOf(readFileSync(fileName, "utf8"), output));
}

function withBomOf(before: string, output: string): string {
  return before.startsWith("\uFEFF") ? `\uFEFF${output}` : output;
}

/** One line that is drawn over, ten times a second at most. */
function progressLine(world: World): { show(done: number, total: number): void; clear(): void } {
  let last = world.now();
  let drawn = false;
  return {
    show(done, total) {
      if (!world.progress || world.now() - last < 100) return;
      last = world.now();
      drawn = true;
      world.err(`\r\u001B[K${done} of ${total} files`);
    },
    clear() {
      if (drawn) world.err("\r\u001B[K");
    },
  };
}
