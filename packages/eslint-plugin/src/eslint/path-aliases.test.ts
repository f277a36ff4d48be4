import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { neighbourOf } from "./neighbour.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "aliases-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

/** Where `specifier` leads from `src/app/page.ts`, as a path in the folder. */
function target(specifier: string, files: Readonly<Record<string, string>>): string | undefined {
  write({ "src/app/page.ts": "", "src/lib/queue.ts": "", ...files });
  const found = neighbourOf(join(folder, "src/app/page.ts"))?.(specifier, undefined)?.fileName;
  return found && relative(folder, found).split(sep).join("/");
}

const config = (compilerOptions: object, more: object = {}) => JSON.stringify({ compilerOptions, ...more });

test.each([
  ["@/lib/queue", { "tsconfig.json": config({ paths: { "@/*": ["./src/*"] } }) }],
  ["@/queue", { "tsconfig.json": config({ paths: { "@/*": ["./gone/*", "./src/lib/*"] } }) }],
  ["~/queue", { "tsconfig.json": config({ baseUrl: "src", paths: { "~/*": ["lib/*"] } }) }],
  ["@queue", { "tsconfig.json": config({ paths: { "@queue": ["src/lib/queue.ts"] } }) }],
  ["lib/queue", { "tsconfig.json": config({ baseUrl: "./src" }) }],
  ["@/lib/queue", { "jsconfig.json": config({ baseUrl: ".", paths: { "@/*": ["src/*"] } }) }],
  [
    "@/lib/queue",
    { "tsconfig.json": `{ // ours\n "compilerOptions": { "paths": { "@/*": ["./src/*"], }, /* all */ }, }` },
  ],
  [
    "@/lib/queue",
    {
      "tsconfig.json": config({ strict: true }, { extends: "./tsconfig.base" }),
      "tsconfig.base.json": config({ paths: { "@/*": ["./src/*"] } }),
    },
  ],
  [
    "@/lib/queue",
    {
      "tsconfig.json": JSON.stringify({ files: [], references: [{ path: "./tsconfig.app.json" }] }),
      "tsconfig.app.json": config({ paths: { "@/*": ["./src/*"] } }),
    },
  ],
  ["#queue", { "package.json": JSON.stringify({ imports: { "#queue": "./src/lib/queue.js" } }) }],
  ["#lib/queue", { "package.json": JSON.stringify({ imports: { "#lib/*": { node: "./src/lib/*.js" } } }) }],
  [
    "@/lib/queue",
    { "tsconfig.json": config({ paths: { "*": ["./types/*"], "@/*": ["./src/*"] } }), "types/x.ts": "" },
  ],
] as const)("%s with %o", (specifier, files) => {
  expect(target(specifier, files)).toBe("src/lib/queue.ts");
});

test.each([
  ["@/lib/queue", {}],
  ["@/lib/queue", { "tsconfig.json": "{ broken" }],
  ["@/lib/queue", { "tsconfig.json": "[]" }],
  ["@/lib/queue", { "tsconfig.json": config({ paths: { "@/*": 3 } }) }],
  ["@/lib/queue", { "tsconfig.json": config({ paths: "x" }) }],
  ["@/lib/queue", { "tsconfig.json": JSON.stringify({ compilerOptions: null, extends: "./tsconfig.json" }) }],
  ["@/lib/queue", { "tsconfig.json": config({}, { extends: "@tsconfig/node20" }) }],
  ["@/lib/other", { "tsconfig.json": config({ paths: { "@/*": ["./src/*"] } }) }],
  ["#queue", { "package.json": "{}" }],
  ["#queue", { "package.json": JSON.stringify({ imports: { "#queue": null } }) }],
  [
    "p-limit",
    {
      "tsconfig.json": config({ paths: { "*": ["./node_modules/*"] } }),
      "node_modules/p-limit/index.js": "",
    },
  ],
] as const)("nothing: %s with %o", (specifier, files) => {
  expect(target(specifier, files)).toBeUndefined();
});

test("what changes on disk is seen", () => {
  expect(target("@/queue", { "tsconfig.json": config({ paths: { "@/*": ["./src/*"] } }) })).toBeUndefined();
  const mended = { "tsconfig.json": config({ paths: { "@/*": ["./src/lib/*", "./src/*"] } }) };
  expect(target("@/queue", mended)).toBe("src/lib/queue.ts");
});
