// Writes src/vendored/limiter-source.ts: the single-file limiter that a fix may put into a project without the runtime.
// Made from the runtime's own source; `vendored.test.ts` fails when it is out of date.
//
//   npm run build -w packages/language-server
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { format, resolveConfig } from "prettier";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const runtime = here("../../runtime/src");

/** Numeric bounds only: no limiter objects, no diagnostics. */
const entry = `
  import { countOf, functionOf } from "./bad-argument.ts";
  import { limitCalls } from "./limit-calls.ts";
  export { bounded } from "./bounded.ts";
  export { forEachLimit } from "./for-each-limit.ts";
  export { mapLimit } from "./map-limit.ts";
  export { mapLimitSettled } from "./map-limit-settled.ts";
  export function limited(concurrency, fn) {
    functionOf("fn", fn);
    return limitCalls(countOf("concurrency", concurrency), fn);
  }
`;

/** What the functions promise to the compiler; the same as the runtime's for a number as the bound. */
const types = `
export type ElementOf<S> = 0 extends 1 & S
  ? S
  : S extends AsyncIterable<infer T>
    ? T
    : S extends Iterable<infer T>
      ? T
      : never;

export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface TaskContext {
  readonly signal: Signal;
}

export interface Progress {
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  readonly total?: number | undefined;
}

export interface TaskOptions<Item> {
  readonly signal?: Signal | undefined;
  readonly graceMs?: number | undefined;
  readonly onError?: ((error: unknown, item: Item, index: number) => void) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface StoppableTaskOptions<Item> extends TaskOptions<Item> {
  readonly stopOnError?: boolean | undefined;
}

type Source = Iterable<unknown> | AsyncIterable<unknown>;

/** \`Promise.all(items.map(fn))\` with at most \`concurrency\` calls in flight. */
export const mapLimit: <S extends Source, R>(
  source: S,
  concurrency: number,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => R | PromiseLike<R>,
  options?: StoppableTaskOptions<ElementOf<S>>,
) => Promise<R[]> = mapLimit$;

/** \`Promise.allSettled(items.map(fn))\` with at most \`concurrency\` calls in flight. */
export const mapLimitSettled: <S extends Source, R>(
  source: S,
  concurrency: number,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => R | PromiseLike<R>,
  options?: TaskOptions<ElementOf<S>>,
) => Promise<PromiseSettledResult<R>[]> = mapLimitSettled$;

/** Calls \`fn\` for each item, at most \`concurrency\` at once, and keeps no results. */
export const forEachLimit: <S extends Source>(
  source: S,
  concurrency: number,
  fn: (item: ElementOf<S>, index: number, context: TaskContext) => unknown,
  options?: StoppableTaskOptions<ElementOf<S>>,
) => Promise<void> = forEachLimit$;

/** \`fn\`, of which at most \`concurrency\` calls run at once: \`items.map(limited(10, load))\`. */
export const limited: <This, A extends any[], R>(
  concurrency: number,
  fn: (this: This, ...args: A) => R,
) => (this: This, ...args: A) => Promise<Awaited<R>> = limited$;

/** The items as they are; throws when there are more than \`limit\`. */
export const bounded: <C extends Iterable<unknown>>(items: C, limit: number) => C = bounded$;
`;

const names = ["mapLimit", "mapLimitSettled", "forEachLimit", "limited", "bounded"];

export async function generate() {
  const bundle = async (moduleFormat) => {
    const { outputFiles } = await build({
      stdin: { contents: entry, resolveDir: runtime, loader: "ts" },
      bundle: true,
      write: false,
      format: moduleFormat,
      platform: "neutral",
      target: "es2022",
      legalComments: "none",
      logLevel: "error",
    });
    return outputFiles[0].text;
  };
  const esm = (await bundle("esm")).replace(/^\/\/ .*\n/gm, "");
  const exported = /export \{[^}]*\};\s*$/;
  const body = esm.replace(exported, "");
  const typed = [body, ...names.map((name) => `const ${name}$ = ${inner(esm, name)};`)].join("\n");
  const sources = {
    js: esm,
    cjs: (await bundle("cjs")).replace(/^\/\/ .*\n/gm, ""),
    // The functions' own types stand at the end; what is inside was checked where it came from.
    ts: `// @ts-nocheck\n${renamed(typed)}\n${types}`,
  };
  const hash = createHash("sha256").update(JSON.stringify(sources)).digest("hex").slice(0, 12);
  const header = (text) =>
    `/* eslint-disable */\n/* A copy of @floodgate/runtime's limiter, ${hash}. Replace it with the package at any time: same names. */\n${text}`;
  const options = { ...(await resolveConfig(here("."))), parser: "babel" };
  const pretty = async (text, parser) => format(header(text), { ...options, parser });
  const texts = {
    js: await pretty(sources.js, "babel"),
    cjs: await pretty(sources.cjs, "babel"),
    ts: await pretty(sources.ts, "typescript"),
  };
  return [
    "/** Generated by tools/generate-vendored.mjs from the runtime's source: the limiter as one file. Do not edit. */",
    `// Hash of the texts below: ${hash}`,
    `export const limiterSource = ${JSON.stringify(texts, null, 2)} as const;`,
    "",
  ].join("\n\n");
}

/** The name a function has inside the bundle. */
function inner(esm, name) {
  const list = /export \{([^}]*)\};\s*$/.exec(esm)?.[1] ?? "";
  const found = list
    .split(",")
    .map((item) => item.trim().split(/\s+as\s+/))
    .find((item) => (item[1] ?? item[0]) === name);
  return `${found?.[0] ?? name}_`;
}

/** The bundle's own functions make room for the typed ones of the same name. */
function renamed(text) {
  return names.reduce(
    (result, name) =>
      result.replace(new RegExp(`\\b${name}_?(?=\\b|\\()(?!\\$)`, "g"), (found) =>
        found === name || found === `${name}_` ? `${name}_` : found,
      ),
    text,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = here("../src/vendored/limiter-source.ts");
  const text = await format(await generate(), { ...(await resolveConfig(path)), parser: "typescript" });
  // A file that did not change is not built again.
  if (text !== readFileSync(path, "utf8")) writeFileSync(path, text);
}
