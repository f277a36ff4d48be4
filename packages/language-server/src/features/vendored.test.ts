import { describe, expect, test } from "vitest";
import ts from "typescript";
import { generate } from "../../tools/generate-vendored.mjs";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { limiterSource } from "../vendored/limiter-source.ts";
import { vendorPlan, type VendorSite } from "./vendored.ts";

const site = (changes: Partial<VendorSite>): VendorSite => ({
  file: "src/users/load.ts",
  style: "import",
  packageType: "module",
  relativeSpecifiers: [],
  folder: "src",
  folderExists: (folder) => folder === "src",
  read: () => undefined,
  ...changes,
});

test.for([
  [{}, "src/floodgate.ts", "../floodgate.js"],
  [{ file: "src/load.ts" }, "src/floodgate.ts", "./floodgate.js"],
  [{ relativeSpecifiers: ["./b"] }, "src/floodgate.ts", "../floodgate"],
  [{ relativeSpecifiers: ["./b.ts"] }, "src/floodgate.ts", "../floodgate.ts"],
  [{ relativeSpecifiers: ["./b.js"] }, "src/floodgate.ts", "../floodgate.js"],
  [{ file: "src/load.js" }, "src/floodgate.js", "./floodgate.js"],
  [{ file: "src/load.mjs", packageType: "commonjs" }, "src/floodgate.mjs", "./floodgate.mjs"],
  [{ file: "src/load.js", style: "require", packageType: "commonjs" }, "src/floodgate.js", "./floodgate.js"],
  [{ file: "src/load.cjs", style: "require" }, "src/floodgate.cjs", "./floodgate.cjs"],
  [{ file: "src/App.vue" }, "src/floodgate.ts", "./floodgate.js"],
  [{ folderExists: () => false }, "floodgate.ts", "../../floodgate.js"],
  [{ folder: "" }, "src/users/floodgate.ts", "./floodgate.js"],
  [{ folder: "./src/" }, "src/floodgate.ts", "../floodgate.js"],
] as const)("%j: %s, imported as %s", ([changes, path, specifier]) => {
  const plan = vendorPlan(site(changes));
  expect([plan?.path, plan?.target.specifier]).toEqual([path, specifier]);
  expect(plan?.create).toMatch(/^\/\* eslint-disable \*\//);
});

test("a copy that is there already is used, and not written again", () => {
  const plan = vendorPlan(site({ read: () => limiterSource.ts }));
  expect(plan?.target.specifier).toBe("../floodgate.js");
  expect(plan).not.toHaveProperty("create");
});

test("a file of somebody else's is never overwritten", () => {
  expect(vendorPlan(site({ read: () => "export const floodgate = 1;" }))).toBeUndefined();
});

test("a file that imports by `import =` is offered none", () => {
  expect(vendorPlan(site({ style: "import-equals" }))).toBeUndefined();
});

test("the texts are what the generator makes of the runtime's source today", async () => {
  const written = readFileSync(join(import.meta.dirname, "../vendored/limiter-source.ts"), "utf8");
  const hash = /Hash of the texts below: (\w+)/;
  expect(hash.exec(written)?.[1], "run npm run build -w packages/language-server").toBe(
    hash.exec(await generate())?.[1],
  );
});

describe("the TypeScript file", () => {
  const usage = `
import { bounded, forEachLimit, limited, mapLimit, mapLimitSettled } from "./floodgate.js";
const ids: readonly string[] = ["a"];
const load = async (id: string): Promise<number> => id.length;
export const numbers: Promise<number[]> = mapLimit(ids, 10, (id) => load(id));
export const ends: Promise<PromiseSettledResult<number>[]> = mapLimitSettled(ids, 10, (id) => load(id));
export const nothing: Promise<void> = forEachLimit(new Set(ids), 10, async (id) => { await load(id); });
export const wrapped: Promise<number>[] = ids.map(limited(10, load));
export const small: readonly string[] = bounded(ids, 50);
// @ts-expect-error -- a wrong item is noticed
mapLimit([1], 2, (id: string) => load(id));
`;

  test.for([[ts.ScriptTarget.ES2020], [ts.ScriptTarget.ESNext]] as const)(
    "compiles under every strict flag, without DOM or Node types, for target %s",
    ([target]) => {
      const options: ts.CompilerOptions = {
        target,
        lib: ["lib.es2020.d.ts"],
        types: [],
        module: ts.ModuleKind.NodeNext,
        moduleResolution: ts.ModuleResolutionKind.NodeNext,
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noPropertyAccessFromIndexSignature: true,
        noImplicitOverride: true,
        noImplicitReturns: true,
        noUnusedLocals: true,
        noUnusedParameters: true,
        isolatedModules: true,
        verbatimModuleSyntax: true,
        noEmit: true,
      };
      const files = new Map([
        ["/p/package.json", '{ "type": "module" }'],
        ["/p/floodgate.ts", limiterSource.ts],
        ["/p/usage.ts", usage],
      ]);
      const disk = ts.createCompilerHost(options);
      const program = ts.createProgram(["/p/usage.ts"], options, {
        ...disk,
        fileExists: (name) => files.has(name) || disk.fileExists(name),
        directoryExists: (name) => name === "/p" || (disk.directoryExists?.(name) ?? false),
        readFile: (name) => files.get(name) ?? disk.readFile(name),
        getSourceFile: (name, language) => {
          const text = files.get(name);
          return text === undefined
            ? disk.getSourceFile(name, language)
            : ts.createSourceFile(name, text, language);
        },
      });
      const messages = ts
        .getPreEmitDiagnostics(program)
        .map(
          ({ messageText, file }) =>
            `${file?.fileName ?? ""} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
        );
      expect(messages).toEqual([]);
    },
  );
});

test("the JavaScript file runs: it limits, and keeps the order", async () => {
  const module = (await import(`data:text/javascript,${encodeURIComponent(limiterSource.js)}`)) as {
    mapLimit(items: number[], limit: number, fn: (item: number) => Promise<number>): Promise<number[]>;
  };
  let running = 0;
  let peak = 0;
  const results = await module.mapLimit([1, 2, 3, 4, 5], 2, async (item) => {
    peak = Math.max(peak, ++running);
    await Promise.resolve();
    running--;
    return item * 2;
  });
  expect([results, peak]).toEqual([[2, 4, 6, 8, 10], 2]);
});
