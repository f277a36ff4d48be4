/**
 * A module of Node, Deno or Bun, or `undefined` in a browser. There is no import to be seen, so that bundlers for the
 * browser have nothing to stumble over.
 */
export function builtin(id: string): unknown {
  const { process } = globalThis as { process?: { getBuiltinModule?: (id: string) => unknown } };
  return process?.getBuiltinModule?.(id);
}
