/** What the project's own limiters (`settings.floodgate.limiters`) are called in a file that imports them. */
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { LimiterSetting } from "../analysis/index.ts";

const sourceExtension = /\.[cm]?[jt]sx?$/;
const writtenExtensions = ["", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx"];

/** Whether the setting names a file of the project rather than a package. */
export const isPath = ({ from }: LimiterSetting): boolean => /^\.\.?\//.test(from);

/**
 * The same limiters with each path written as the file would import it: `./lib/limits.js`, which starts at the working
 * directory, is `../lib/limits` or `../lib/limits.ts` to a neighbour of that folder. Packages stay as they are.
 */
export function limitersSeenFrom(
  limiters: readonly LimiterSetting[],
  filename: string,
  cwd: string,
): readonly LimiterSetting[] {
  if (!isAbsolute(filename) || !limiters.some(isPath)) return limiters;
  return limiters.flatMap((limiter) =>
    isPath(limiter)
      ? specifiersOf(resolve(cwd, limiter.from), filename).map((from) => ({ ...limiter, from }))
      : [limiter],
  );
}

function specifiersOf(path: string, filename: string): readonly string[] {
  const stem = path.replace(sourceExtension, "");
  const stems = stem.endsWith(`${sep}index`) ? [stem, dirname(stem)] : [stem];
  return stems.flatMap((from) => {
    const written = relative(dirname(filename), from).split(sep).join("/");
    const specifier = written.startsWith(".") ? written : `./${written}`;
    return writtenExtensions.map((extension) => specifier + extension);
  });
}
