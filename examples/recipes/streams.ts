// A pipeline whose middle does ten things at once and keeps the order: lines in, answers out, nothing piles up.
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { streamLimit } from "@floodgate/runtime";

/**
 * Writes for each line what `look` makes of it.
 *
 * A reader that is slow slows the tasks down, and the tasks the source. An error anywhere ends all of it.
 */
export async function translate(
  source: Readable,
  sink: Writable,
  look: (line: string, signal: AbortSignal) => Promise<string>,
  atOnce = 10,
): Promise<void> {
  await pipeline(
    createInterface({ input: source }),
    (lines: AsyncIterable<string>) =>
      streamLimit(lines, atOnce, async (line, _index, { signal }) => `${await look(line, signal)}\n`),
    sink,
  );
}
