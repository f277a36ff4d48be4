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

const because = {
  C030: "its callback calls nothing, as in C084, which must be silent: the snippet is about widening, and the two verdicts disagree.",
  C087: "untyped, a synchronous function passed by name is not told from an asynchronous one; its name says `Sync`.",
  C134: "the catalogue says silent in every preset, but C213 says that a chunked loop is a strict finding; one of the two has to give way.",
  C144: "the floating call in a loop is found only with a type, which is not asked yet.",
  C157: "work deferred with setImmediate is not followed.",
  C166: "a queue without a limit that is filled in a loop is not found.",
  C167: "a rate without a limit is not told from a limit.",
  C177: "rxjs operators inside pipe() are not found.",
  C179: "rxjs forkJoin over a map is not found.",
  C181: "with types, the Effect that the mapper returns is no thenable, so it seems to start nothing.",
  C203: "a limiter of Infinity is found only where it is used.",
};

/** By `<id> <typed|untyped> <preset>`. */
export const knownDeviations: Readonly<Record<string, Deviation>> = {
  "C030 typed recommended": { today: "silent", because: because.C030 },
  "C030 typed strict": { today: "silent", because: because.C030 },
  "C030 untyped recommended": { today: "silent", because: because.C030 },
  "C030 untyped strict": { today: "silent", because: because.C030 },
  "C087 untyped recommended": { today: "silent", because: because.C087 },
  "C087 untyped strict": { today: "silent", because: because.C087 },
  "C134 typed strict": { today: "no-chunked-promise-all", because: because.C134 },
  "C134 untyped strict": { today: "no-chunked-promise-all", because: because.C134 },
  "C144 typed recommended": { today: "silent", because: because.C144 },
  "C144 typed strict": { today: "silent", because: because.C144 },
  "C157 typed recommended": { today: "silent", because: because.C157 },
  "C157 typed strict": { today: "silent", because: because.C157 },
  "C166 typed recommended": { today: "silent", because: because.C166 },
  "C166 typed strict": { today: "silent", because: because.C166 },
  "C166 untyped recommended": { today: "silent", because: because.C166 },
  "C166 untyped strict": { today: "silent", because: because.C166 },
  "C167 typed strict": { today: "silent", because: because.C167 },
  "C167 untyped strict": { today: "silent", because: because.C167 },
  "C177 typed strict": { today: "silent", because: because.C177 },
  "C177 untyped strict": { today: "silent", because: because.C177 },
  "C179 typed recommended": { today: "silent", because: because.C179 },
  "C179 typed strict": { today: "silent", because: because.C179 },
  "C179 untyped recommended": { today: "silent", because: because.C179 },
  "C179 untyped strict": { today: "silent", because: because.C179 },
  "C181 typed recommended": { today: "silent", because: because.C181 },
  "C181 typed strict": { today: "silent", because: because.C181 },
  "C203 typed recommended": { today: "silent", because: because.C203 },
  "C203 typed strict": { today: "silent", because: because.C203 },
  "C203 untyped recommended": { today: "silent", because: because.C203 },
  "C203 untyped strict": { today: "silent", because: because.C203 },
};

/** What a rule's page shows and the plugin does not do yet. */
export interface PageDeviation extends Deviation {
  readonly rule: string;
  /** Part of the example, or `a remedy`. */
  readonly contains: string;
}

export const pageDeviations: readonly PageDeviation[] = [
  { rule: "require-concurrency-option", contains: "new PQueue()", today: "", because: because.C166 },
  { rule: "require-concurrency-option", contains: "forkJoin(ids.map", today: "", because: because.C179 },
  {
    rule: "require-concurrency-option",
    contains: "a remedy",
    today: "",
    because: "it suggests nothing yet.",
  },
  { rule: "no-ineffective-limiter", contains: "a remedy", today: "", because: "it suggests nothing yet." },
  {
    rule: "no-sleep-throttle",
    contains: "void save(item);",
    today: "floodgate/no-floating-fan-out + floodgate/no-sleep-throttle",
    because: "one site, one report.",
  },
];

/** Remedies that do not keep their promises yet, by snippet; `fixes.test.ts` says which promises. */
export const remedyDeviations: Readonly<Record<string, string>> = {
  C035: "adds a type error: the index of `Array.from`'s mapper is not inferred through `limited`.",
  C038: "adds a type error: the index of `Array.from`'s mapper is not inferred through `limited`.",
  C054: "mends one of two maps, so the site is reported again.",
  C057: "mends one of two maps, so the site is reported again.",
  C074: "bounds a round of a loop that does not wait, so the site is reported again.",
  C137: "bounds the chunks and not what is in them, so the site is reported again.",
  C138: "bounds a round of a loop that does not wait, so the site is reported again.",
};
