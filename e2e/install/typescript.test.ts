/** The declarations of the packed packages, under the module settings that projects have. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { scratchProject } from "../scratch.ts";

const { plugin, runtime } = inject("tarballs");

const usesRuntime = `import { bounded, createLimit, forEachLimit, limited, mapLimit, mapLimitSettled, Semaphore } from "@floodgate/runtime";
import type { Limiter } from "@floodgate/runtime";

declare const ids: string[] | number[];
export const semaphore: Limiter = new Semaphore(5);
export const lengths: Promise<number[]> = mapLimit(ids, 10, async (id) => String(id).length);
export const settled: Promise<PromiseSettledResult<string>[]> = mapLimitSettled(["a"], semaphore, async (id) => id);
export const done: Promise<void> = forEachLimit(new Set([1]), 2, async (id: number) => void id);
export const same: readonly [1, 2] = bounded([1, 2] as const, 2);
export const all: Promise<number[]> = Promise.all([1, 2].map(limited(10, async (n: number) => n * 2)));
export const one: Promise<number> = createLimit(1)(async () => 1);
// @ts-expect-error a bound is a number or a limiter
void mapLimit(ids, "10", async (id) => id);
`;

const usesPlugin = `import floodgate from "eslint-plugin-floodgate";
import { defineConfig } from "eslint/config";

export default defineConfig(floodgate.configs.recommended, floodgate.configs.autofix);
`;

/** Nothing but the library of ES2022, neither DOM nor Node: the declarations name no other global. */
const strict = {
  lib: ["ES2022"],
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
};

const settings = [
  ["module node16, ESM", "module", { module: "node16", target: "es2022" }],
  ["module node16, CommonJS", "commonjs", { module: "node16", target: "es2022" }],
  ["module nodenext, ESM", "module", { module: "nodenext", target: "es2022" }],
  [
    "module preserve, bundler",
    "module",
    { module: "preserve", moduleResolution: "bundler", target: "es2022" },
  ],
  ["module esnext, bundler", "module", { module: "esnext", moduleResolution: "bundler", target: "es2022" }],
  [
    "verbatimModuleSyntax, ESM",
    "module",
    { module: "nodenext", target: "es2022", verbatimModuleSyntax: true },
  ],
] as const;

describe("a strict TypeScript project", () => {
  const project = scratchProject({
    "package.json": JSON.stringify({ name: "outside", version: "1.0.0", private: true }),
  });
  beforeAll(() => {
    project.install(plugin, runtime, "eslint@10.15.0", "typescript@6.0.3", "@types/node@20");
  });
  afterAll(() => {
    project.remove();
  });

  const compile = (type: string, options: object, source: string, types: readonly string[] = []) => {
    const manifest = JSON.parse(project.read("package.json")) as object;
    project.write({
      "package.json": JSON.stringify({ ...manifest, type }),
      "tsconfig.json": JSON.stringify({
        compilerOptions: { ...strict, ...options, types },
        files: ["uses.ts"],
      }),
      "uses.ts": source,
    });
    return project.npx("tsc", "-p", ".");
  };

  test.each(settings)("compiles code that uses the runtime with %s", (_name, type, options) => {
    expect(compile(type, options, usesRuntime)).toMatchObject({ output: "", exitCode: 0 });
  });

  test.each(settings.filter(([name]) => /nodenext|preserve/u.test(name)))(
    "compiles an ESLint configuration with %s",
    (_name, type, options) => {
      // ESLint's own declarations do not pass with every library; ours are checked by what is used of them.
      expect(compile(type, { ...options, skipLibCheck: true }, usesPlugin)).toMatchObject({
        output: "",
        exitCode: 0,
      });
    },
  );

  test("compiles beside the types of Node", () => {
    const options = { module: "nodenext", target: "es2022" };
    expect(compile("module", options, usesRuntime, ["node"])).toMatchObject({ output: "", exitCode: 0 });
  });
});
