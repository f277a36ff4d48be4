/**
 * What the documents show is so: every TypeScript block of the README, of docs/ and of every `@example` compiles under
 * our strictest options, and runs; where a line ends in a comment with a value, that is the value.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, expect, test } from "vitest";

const runtime = fileURLToPath(new URL("..", import.meta.url));
/** Below the packages that the recipes use, so that everyone finds them as usual. */
const scratch = mkdtempSync(
  fileURLToPath(new URL("../../../node_modules/.floodgate-docs-", import.meta.url)),
);
/** Where there is a Redis: then its blocks run, and only they. They say "```ts redis". */
const redis = process.env["REDIS_URL"];
const snippets = [...documents(), ...sources()]
  .flatMap(snippetsOf)
  .filter(({ needsRedis }) => redis === undefined || needsRedis);

interface Snippet {
  /** Where a reader finds it: a file of the package and a line. */
  readonly name: string;
  readonly code: string;
  readonly file: string;
  readonly needsRedis: boolean;
}

/** What the compiler says of each file. */
const complaints = new Map<string, string[]>();

beforeAll(async () => {
  for (const { file, code } of snippets) writeFileSync(file, checking(code));
  compile();
  await build({
    entryPoints: snippets.map(({ file }) => file),
    outdir: join(scratch, "out"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    alias: {
      "@floodgate/runtime/redis": join(runtime, "src/redis/index.ts"),
      "@floodgate/runtime/otel": join(runtime, "src/otel/index.ts"),
      "@floodgate/runtime": join(runtime, "src/index.ts"),
    },
    // Packages written for `require` find it in a module of ours too.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    logLevel: "silent",
  });
}, 120_000);

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

test("there are examples to look at", () => {
  expect(snippets.length).toBeGreaterThan(redis === undefined ? 10 : 3);
});

test.each(snippets)("$name compiles", ({ file }) => {
  expect(complaints.get(file) ?? []).toEqual([]);
});

const runnable = snippets.filter(({ needsRedis }) => redis !== undefined || !needsRedis);

test.each(runnable)("$name runs, and shows what it says", ({ file }) => {
  const program = join(scratch, "out", relative(scratch, file).replace(/\.mts$/u, ".mjs"));
  const { status, stderr } = spawnSync(process.execPath, ["--unhandled-rejections=strict", program], {
    encoding: "utf8",
    timeout: 20_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

function documents(): string[] {
  const guides = join(runtime, "docs");
  const names = existsSync(guides) ? readdirSync(guides).filter((name) => name.endsWith(".md")) : [];
  const shared = join(runtime, "../../docs");
  const pages = existsSync(shared) ? readdirSync(shared).filter((name) => name.endsWith(".md")) : [];
  return [
    join(runtime, "README.md"),
    ...names.map((name) => join(guides, name)),
    ...pages.map((name) => join(shared, name)),
  ].filter((path) => existsSync(path));
}

function isShared(path: string): boolean {
  return !relative(join(runtime, "../../docs"), path).startsWith("..");
}

function sources(): string[] {
  const directory = join(runtime, "src");
  return readdirSync(directory, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(directory, name));
}

function snippetsOf(path: string): Snippet[] {
  const text = readFileSync(path, "utf8");
  const found = [
    ...text.matchAll(/^([ \t]*(?:\* )?)```(?:ts|typescript|js|javascript)( redis)?\n(.*?)^\1```$/gmsu),
    // What the pages of the whole project show in JavaScript is for the linter: `test/docs.test.ts`.
  ].filter(([block]) => !isShared(path) || /^[ \t]*```ts/u.test(block));
  return found.map((match, place) => {
    const margin = match[1] ?? "";
    const lines = (match[3] ?? "").split("\n").map((line) => line.slice(margin.length));
    const name = `${relative(runtime, path)}:${text.slice(0, match.index).split("\n").length}`;
    const file = join(scratch, `${relative(runtime, path).replace(/\W+/gu, "-")}-${place}.mts`);
    return { name, file, code: lines.join("\n"), needsRedis: match[2] !== undefined };
  });
}

/**
 * Turns `expression; // value` into a comparison, `expression; // SomeError` into an expectation, and a failing
 * `console.assert` into an error.
 */
function checking(code: string): string {
  const value =
    /^(\s*)(console\.log\()?(.+?)(?<!\))(\)*);\s*\/\/ (\[.*\]|\{.*\}|"[^"]*"|-?[\d_.]+|true|false)$/u;
  const failure = /^(\s*)(.+);\s*\/\/ (\w*Error)\b.*$/u;
  const lines = code.split("\n").map((line) => {
    const thrown = failure.exec(line);
    if (thrown)
      return `${thrown[1] ?? ""}await $fails(async () => ${thrown[2] ?? ""}, { name: "${thrown[3] ?? ""}" });`;
    const match = value.exec(line);
    if (match === null || /^\s*(?:const|let|return|\w+ =)/u.test(line)) return line;
    const [, margin = "", log, start = "", brackets = "", expected = ""] = match;
    const expression = start + (log === undefined ? brackets : brackets.slice(1));
    return `${margin}$same(${expression}, ${expected});`;
  });
  return `${lines.join("\n")}
import { deepStrictEqual as $same, rejects as $fails } from "node:assert";
void [$same, $fails];
console.assert = (holds?: boolean) => { if (!holds) throw new Error("an assertion does not hold"); };
export {};
`;
}

function compile(): void {
  const { config } = ts.readConfigFile(join(runtime, "../../tsconfig.base.json"), (name) =>
    readFileSync(name, "utf8"),
  ) as {
    config: { compilerOptions: Record<string, unknown> };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, dirname(runtime));
  const program = ts.createProgram({
    rootNames: snippets.map(({ file }) => file),
    options: {
      ...options,
      composite: false,
      declaration: false,
      declarationMap: false,
      noEmit: true,
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
      // A user's file may say `await` where it stands; ours have no `package.json` beside them.
      module: ts.ModuleKind.NodeNext,
      typeRoots: [join(runtime, "../../node_modules/@types")],
      paths: {
        "@floodgate/runtime": [join(runtime, "src/index.ts")],
        "@floodgate/runtime/*": [join(runtime, "src/*/index.ts")],
      },
    },
  });
  for (const { file } of snippets) {
    const source = program.getSourceFile(file);
    complaints.set(
      file,
      ts
        .getPreEmitDiagnostics(program, source)
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    );
  }
}
