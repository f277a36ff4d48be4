/**
 * Where the plugin does not say yet what the catalogue demands. Each asserts today's wrong answer, so that the suite is
 * green and honest, and fails as soon as one of them is mended.
 */
export interface Deviation {
  /** What is reported today: rule names, or `silent`. */
  readonly today: string;
  /** Why it is wrong, and what it would take. */
  readonly because: string;
}

/** By `<id> <typed|untyped> <preset>`. */
export const knownDeviations: Readonly<Record<string, Deviation>> = {};
