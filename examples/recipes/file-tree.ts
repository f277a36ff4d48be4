// Every file below a folder, with a bound on how many are open, however many there are.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { forEachLimit } from "@floodgate/runtime";

/** The paths of all files, found one by one: a tree of a million files is never in memory as a whole. */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const entry of await opendir(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/**
 * The contents of all files as SHA-256, by path.
 *
 * The thread pool of Node works on four files at once, however many are open; a disk array or a network drive answers
 * more with `UV_THREADPOOL_SIZE`. What the bound prevents is EMFILE.
 */
export async function hashTree(folder: string, atOnce = 32): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  await forEachLimit(filesBelow(folder), atOnce, async (path, _index, { signal }) => {
    const hash = createHash("sha256");
    await pipeline(createReadStream(path), hash, { signal });
    hashes.set(path, hash.digest("hex"));
  });
  return hashes;
}
