import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { check } from "./check.ts";
import type { World } from "./world.ts";
import { UsageError } from "./arguments.ts";
import type { EslintResult } from "./formats/json.ts";

const repository = join(import.meta.dirname, "../../../..");
const bad =
  "export async function all(ids) {\n  return await Promise.all(ids.map(async (id) => fetch(id)));\n}\n";

let cwd: string;
let out: string;
let err: string;
let interrupted = false;

const world = (): World => ({
  cwd,
  colours: false,
  progress: false,
  out: (text) => {
    out += text;
  },
  err: (text) => {
    err += text;
  },
  now: () => 0,
  interrupted: () => interrupted,
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
}

/** Runs without types unless told otherwise: they have their own tests, and cost seconds. */
const run = (...args: string[]): Promise<number> =>
  check(args.some((argument) => argument.startsWith("--types")) ? args : [...args, "--types=off"], world());

const read = (name: string) => readFileSync(join(cwd, name), "utf8");

const filesFound = (): string[] =>
  (JSON.parse(out) as EslintResult[]).map(({ filePath }) =>
    filePath.slice(cwd.length + 1).replaceAll("\\", "/"),
  );

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-check-")));
  out = "";
  err = "";
  interrupted = false;
});
afterEach(() => {
  rmSync(cwd, { recursive: true, force: true });
});

describe("what it prints", () => {
  test("pretty: where, what, the code, and a count", async () => {
    write({ "src/a.js": bad });
    expect(await run()).toBe(1);
    expect(out.replaceAll("\\", "/")).toMatch(/^src\/a\.js:2:16 error floodgate\/no-unbounded-promise-all\n/);
    expect(out).toContain(
      "> 2 |   return await Promise.all(ids.map(async (id) => fetch(id)));\n    |                ^^^^^^^^^^^\n",
    );
    expect(out).toContain("1 error, 0 warnings (1 file, 1 of them parsed, without types");
  });

  test("nothing to report is said, too", async () => {
    write({ "a.js": "export const a = 1;\n" });
    expect(await run()).toBe(0);
    expect(out).toBe(
      "No unbounded concurrency found (1 file, 0 of them parsed, without types, in 0.00 s).\n",
    );
  });

  test("a file that is no code is not said to be clean", async () => {
    write({ "notes.txt": bad });
    expect(await run("notes.txt")).toBe(0);
    expect(err).toBe("notes.txt is neither JavaScript nor TypeScript\n");
    expect(out).toMatch(/\(0 files, /);
  });

  test("json: ESLint's shape", async () => {
    write({ "a.js": bad });
    expect(await run("--format=json")).toBe(1);
    const [result] = JSON.parse(out) as EslintResult[];
    expect(result).toMatchObject({
      filePath: join(cwd, "a.js"),
      errorCount: 1,
      warningCount: 0,
      source: bad,
    });
    expect(result?.messages[0]).toMatchObject({
      ruleId: "floodgate/no-unbounded-promise-all",
      severity: 2,
      line: 2,
      column: 16,
      endLine: 2,
      endColumn: 27,
    });
  });

  test("sarif: results, their places, and suppressed ones marked", async () => {
    const comment = "  // eslint-disable-next-line -- few\n";
    write({ "a b.js": bad + bad.replace("all(", "few(").replace("  return", `${comment}  return`) });
    await run("--format=sarif");
    const { runs } = JSON.parse(out) as { runs: { results: Record<string, unknown>[] }[] };
    expect(runs[0]?.results).toHaveLength(2);
    expect(runs[0]?.results[0]).toMatchObject({
      ruleId: "floodgate/no-unbounded-promise-all",
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "a%20b.js", uriBaseId: "ROOT" },
            region: { startLine: 2, startColumn: 16, endLine: 2, endColumn: 27 },
          },
        },
      ],
    });
    expect(runs[0]?.results[1]).toMatchObject({ suppressions: [{ kind: "inSource", justification: "few" }] });
  });

  test("github: an annotation per finding, on one line", async () => {
    write({ "src/a.js": bad });
    await run("--format=github");
    expect(out).toMatch(
      /^::error file=src\/a\.js,line=2,col=16,endLine=2,endColumn=27,title=floodgate\/no-unbounded-promise-all::`Promise\.all`[^\n]*\n$/,
    );
  });

  test("--report: every site, also the ones that are fine", async () => {
    write({ "a.js": `${bad}export const two = () => Promise.all([fetch(1), fetch(2)].map((p) => p));\n` });
    await run("--report");
    expect(out).toMatch(
      /^verdict +in flight +operation +place +because\nreport +unbounded +Promise\.all +a\.js:2 /,
    );
    expect(out).toMatch(/\d+ sites?: 1 reported/);
  });

  test("--report as data says of every site whether types could withdraw it", async () => {
    write({
      "array.ts":
        "export const all = (ids: Id[]) => Promise.all(ids.map(async (id) => { await fetch(id); }));\n",
      "anything.js": bad,
    });
    await run("--report", "--format=json");
    expect(JSON.parse(out)).toMatchObject([
      { file: "anything.js", verdict: "report", certainty: "likely" },
      { file: "array.ts", verdict: "report", certainty: "certain" },
    ]);
  });

  test("a file that does not parse is named, and no reason to fail", async () => {
    write({ "a.js": "await Promise.all(", "b.js": "export const fine = async () => 1;\n" });
    expect(await run()).toBe(0);
    expect(err).toMatch(/^a\.js does not parse: /);
  });
});

describe("which files it reads", () => {
  test("those of the given paths and globs, each once", async () => {
    write({ "src/a.ts": bad, "src/deep/b.tsx": bad, "lib/c.mjs": bad, "d.js": bad, "e.txt": bad });
    await run("--format=json", "src", "lib/*.mjs", "src/a.ts");
    expect(filesFound()).toEqual(["lib/c.mjs", "src/a.ts", "src/deep/b.tsx"]);
  });

  test("not what git ignores, nor node_modules, nor declarations; but a file that is named", async () => {
    write({
      ".git/HEAD": "",
      ".gitignore": "/out\n*.gen.js\n",
      "pkg/.gitignore": "!kept.gen.js\n",
      "out/a.js": bad,
      "b.gen.js": bad,
      "pkg/kept.gen.js": bad,
      "node_modules/x/c.js": bad,
      "d.d.ts": bad,
      "e.js": bad,
    });
    await run("--format=json", ".", "b.gen.js");
    expect(filesFound()).toEqual(["b.gen.js", "e.js", "pkg/kept.gen.js"]);
  });

  test("--since: those that differ from a ref, and new ones", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd });
    write({ "same.js": bad, "edited.js": "export {};\n" });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "x");
    write({ "edited.js": bad, "new.js": bad });
    await run("--format=json", "--since=HEAD");
    expect(filesFound()).toEqual(["edited.js", "new.js"]);
    await expect(run("--since=nowhere")).rejects.toThrow(/--since nowhere: /);
  });

  test("a link that leads in a circle ends the walk nowhere", async () => {
    write({ "src/a.js": bad });
    symlinkSync(cwd, join(cwd, "src/loop"), "junction");
    expect(await run()).toBe(1);
  });

  test("a glob that matches nothing is an error: misspelt, it must not look like a clean project", async () => {
    write({ "src/a.js": bad });
    await expect(run("src/*.ts")).rejects.toThrow("No JavaScript or TypeScript file matches src/*.ts");
  });

  test("a folder that cannot be read is named and passed over", async () => {
    write({ "src/a.js": bad, "odd/.gitignore/file": "", "odd/b.js": bad });
    expect(await run("--format=json")).toBe(1);
    expect(filesFound()).toEqual(["src/a.js"]);
    expect(err).toMatch(/^odd could not be read: /);
  });

  test("a path that is not there is an error", async () => {
    await expect(run("nowhere")).rejects.toThrow(new UsageError("There is no file or folder nowhere"));
  });
});

describe("what fails", () => {
  const warning =
    "async function walk(dir) {\n  await Promise.all((await readdir(dir)).map((d) => walk(d)));\n}\n";

  test.for([
    [["--max-warnings=0"], 1],
    [["--max-warnings=1"], 0],
    [[], 0],
  ] as const)("one warning with %j: %i", async ([args, code]) => {
    write({ "a.js": warning });
    expect(await run(...args)).toBe(code);
  });

  test("--quiet shows errors only", async () => {
    write({ "a.js": warning });
    expect(await run("--quiet")).toBe(0);
    expect(out).not.toContain("walk");
  });

  test("Ctrl+C stops it, and nothing is written", async () => {
    write({ "a.js": bad });
    interrupted = true;
    expect(await run("--fix")).toBe(130);
    expect(read("a.js")).toBe(bad);
  });

  test.for([
    ["--format=xml", 'Expected --format to be one of pretty, json, sarif, github, got "xml"'],
    ["--types=ts5", 'Expected --types to be one of auto, ts7, ts6, off, got "ts5"'],
    ["--max-warnings=many", 'Expected --max-warnings to be a whole number from 0 and up, got "many"'],
    ["--fixx", "Unknown option '--fixx'"],
  ] as const)("%s: %s", async ([argument, message]) => {
    await expect(run(argument)).rejects.toThrow(new UsageError(message));
  });

  test("both kinds of fixing at once", async () => {
    write({ "a.js": bad });
    await expect(run("--fix", "--fix-dry-run")).rejects.toThrow("expected one of them, got both");
    expect(read("a.js")).toBe(bad);
  });

  test("types that were asked for and cannot be had", async () => {
    write({ "a.js": bad });
    await expect(run("--types=ts7")).rejects.toThrow(/^--types ts7 cannot be done\. Types are off: /);
    expect(err).not.toContain("Types are off");
  });

  test("but not where no file raises a question about types", async () => {
    write({ "a.ts": bad.replace("ids", "ids: string[]") });
    expect(await run("--types=ts7")).toBe(1);
    expect(err).toBe("");
  });
});

describe("comments and configs", () => {
  test("a comment suppresses as it does in ESLint", async () => {
    write({ "a.js": `/* eslint-disable floodgate/no-unbounded-promise-all -- few */\n${bad}` });
    expect(await run()).toBe(0);
  });

  test("the project's ESLint config decides on rules, settings and ignored files; a flag leaves it unread", async () => {
    symlinkSync(join(repository, "node_modules"), join(cwd, "node_modules"), "junction");
    write({
      "a.js": bad,
      "off/b.js": bad,
      "ignored/c.js": bad,
      "eslint.config.mjs": `
        // Says what eslint-plugin-floodgate's rules should do; the plugin itself need not load here.
        const rule = { meta: { schema: false }, create: () => ({}) };
        export default [
          { ignores: ["ignored/"] },
          { plugins: { floodgate: { rules: { "no-unbounded-promise-all": rule } } } },
          { rules: { "floodgate/no-unbounded-promise-all": "warn" } },
          { files: ["off/**"], rules: { "floodgate/no-unbounded-promise-all": "off" } },
        ];`,
    });
    expect(await run("--format=json")).toBe(0);
    expect(filesFound()).toEqual(["a.js"]);
    out = "";
    expect(await run("--format=json", "--no-eslint-config")).toBe(1);
    expect(filesFound()).toEqual(["a.js", "ignored/c.js", "off/b.js"]);
  });

  test("a wrong setting is said once and fails the run, as in ESLint", async () => {
    symlinkSync(join(repository, "node_modules"), join(cwd, "node_modules"), "junction");
    const few = `/* eslint-disable floodgate/no-unbounded-promise-all -- few */\n${bad}`;
    write({
      "a.js": few,
      "b.js": few,
      "eslint.config.mjs": `
        const rule = { meta: { schema: false }, create: () => ({}) };
        export default [{
          plugins: { floodgate: { rules: { "no-unbounded-promise-all": rule } } },
          rules: { "floodgate/no-unbounded-promise-all": "error" },
          settings: { floodgate: { defaultLimt: 5 } },
        }];`,
    });
    expect(await run()).toBe(1);
    expect(err.match(/defaultLimt/g)).toHaveLength(1);
  });

  test("a config that cannot be read is said, and the recommended rules apply", async () => {
    symlinkSync(join(repository, "node_modules"), join(cwd, "node_modules"), "junction");
    write({ "a.js": bad, "eslint.config.mjs": "// floodgate\nthrow new Error('broken');" });
    expect(await run()).toBe(1);
    expect(err).toMatch(/eslint\.config\.mjs could not be used, so the recommended rules apply: .*broken/);
  });

  test("a config without an ESLint to read it is said, and the recommended rules apply", async () => {
    write({ "a.js": bad, "eslint.config.mjs": "// floodgate" });
    expect(await run()).toBe(1);
    expect(err).toMatch(/eslint\.config\.mjs could not be used, .*: ESLint is not installed there\.\n/);
  });
});

describe("--fix", () => {
  beforeEach(() => {
    write({ "package.json": '{ "type": "module", "dependencies": { "@floodgate/runtime": "*" } }' });
    write({
      "node_modules/@floodgate/runtime/package.json": '{ "name": "@floodgate/runtime", "main": "index.js" }',
    });
    write({ "node_modules/@floodgate/runtime/index.js": "" });
  });

  test("limits what can be limited without asking, keeps the byte order mark, and reports what is left", async () => {
    write({
      "a.js": `\uFEFF${bad}`,
      "b.js": `${bad}[1].concat(ids).forEach(async (id) => {\n  await fetch(id);\n});\n`,
    });
    expect(await run("--fix")).toBe(1);
    expect(read("a.js")).toBe(
      `\uFEFFimport { limited } from "@floodgate/runtime";\n\n${bad.replace("async (id) => fetch(id)", "limited(10, async (id) => fetch(id))")}`,
    );
    expect(out).toContain("Limited 2 fan-outs. 1 error");
    const once = read("b.js");
    await run("--fix");
    expect(read("b.js")).toBe(once);
  });

  test("says what is missing where nothing can be fixed", async () => {
    rmSync(join(cwd, "node_modules"), { recursive: true });
    write({ "a.js": bad, "b.js": bad });
    expect(await run("--fix")).toBe(1);
    expect(err).toBe(
      "Fixes limit with @floodgate/runtime, which is not installed here: npm install @floodgate/runtime.\n",
    );
  });

  test("--fix-dry-run shows a diff that git applies, and writes nothing", async () => {
    write({ "src/a.js": bad });
    expect(await run("--fix-dry-run")).toBe(0);
    expect(read("src/a.js")).toBe(bad);
    execFileSync("git", ["init", "-q"], { cwd });
    execFileSync("git", ["apply"], { cwd, input: out });
    expect(read("src/a.js")).toContain("limited(10, async (id) => fetch(id))");
  });

  test("thirty sites in one file become limited in one run, with one import", async () => {
    write({ "a.js": Array.from({ length: 30 }, (_, i) => bad.replace("all(", `all${i}(`)).join("") });
    await run("--fix");
    expect(read("a.js").match(/limited\(10/g)).toHaveLength(30);
    expect(read("a.js").match(/^import/gm)).toHaveLength(1);
  });
});

describe("--cache", () => {
  test("a second run says the same and parses nothing; an edit, a setting or a broken cache makes it look again", async () => {
    write({ "a.js": bad, "b.js": "export const fine = async () => Promise.all([]);\n" });
    const runs: string[] = [];
    const again = async (...args: string[]) => {
      out = "";
      expect(await run("--cache-location=cache.json", ...args)).toBe(1);
      runs.push(out);
    };
    await again();
    await again();
    expect(runs[1]).toBe(runs[0]?.replace("2 of them parsed", "0 of them parsed"));
    write({ "b.js": `${bad}// edited\n` });
    await again();
    expect(runs[2]).toContain("2 errors, 0 warnings (2 files, 1 of them parsed");
    await again("--strict");
    expect(runs[3]).toContain("2 of them parsed");
    write({ "cache.json": '{"version":' });
    await again();
    expect(runs[4]).toContain("2 of them parsed");
  });
});
