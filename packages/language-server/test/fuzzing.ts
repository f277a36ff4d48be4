/** How hard the fuzzing tests try, and what they measure memory with. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * 1: few runs, the same each time. More: that many times more, others each time.
 * `FLOODGATE_FUZZ=25 npx vitest run packages/language-server/test/{fuzz,storm}.test.ts` makes 10,000 edits
 * with requests in flight, and 200 storms: half an hour.
 */
export const fuzzFactor = Number(process.env["FLOODGATE_FUZZ"] ?? "1");

/** What is in use of the heap, in bytes, once the garbage is out. */
export function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What a first collection finalises, a second one frees.
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
