/**
 * In a browser there is nobody who could be told of a stall: no `process`, no channel. Bundlers put this in the place of
 * `../stall.ts`.
 */
export const defaultStallAfterMs = 30_000;

export function watch(_key: object, _see: () => unknown): void {}
