import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { missingLimiters, remedyTargetOf } from "./runtime-module.ts";

const base = realpathSync(mkdtempSync(join(tmpdir(), "floodgate-resolves-")));
afterAll(() => {
  rmSync(base, { recursive: true, force: true });
});

let root = "";
let count = 0;
beforeEach(() => {
  root = join(base, `project-${++count}`);
});

/** Writes files below the project's root; an object is written as JSON. */
function project(files: Record<string, unknown>): void {
  for (const [path, content] of Object.entries(files)) {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  }
}

/** A package as npm would have installed it. */
function installed(name: string, type?: string): Record<string, unknown> {
  const manifest = { name, version: "1.0.0", main: "index.js", ...(type && { type }) };
  return { [`node_modules/${name}/package.json`]: manifest, [`node_modules/${name}/index.js`]: "" };
}

function targetOf(
  file: string,
  { text = "", runtimeModule = "@floodgate/runtime", physical = file, body = ["ImportDeclaration"] } = {},
) {
  return remedyTargetOf(
    {
      filename: join(root, file),
      physicalFilename: join(root, physical),
      cwd: root,
      sourceCode: { ast: { body: body.map((type) => ({ type })) }, text },
    },
    { runtimeModule },
  );
}

describe("the runtime is offered", () => {
  test("where it is installed and listed for production", () => {
    project({
      "package.json": { dependencies: { "@floodgate/runtime": "^1" } },
      ...installed("@floodgate/runtime"),
    });
    expect(targetOf("src/a.ts").runtime).toEqual({ specifier: "@floodgate/runtime", style: "import" });
  });

  test("where the workspace's root lists it for all packages", () => {
    project({
      "package.json": { workspaces: ["packages/*"], dependencies: { "@floodgate/runtime": "^1" } },
      "packages/a/package.json": { name: "a" },
      ...installed("@floodgate/runtime"),
    });
    expect(targetOf("packages/a/src/a.ts").runtime?.specifier).toBe("@floodgate/runtime");
  });

  test("in the file's own style", () => {
    project({
      "package.json": { dependencies: { "@floodgate/runtime": "^1" } },
      ...installed("@floodgate/runtime"),
    });
    expect(targetOf("a.cjs", { body: [] }).runtime?.style).toBe("require");
    expect(targetOf("a.cts", { body: [] }).runtime?.style).toBe("import-equals");
    expect(targetOf("a.vue", { body: [] }).runtime?.style).toBe("import");
  });

  test("from the project's own copy, by a path relative to the file", () => {
    project({ "package.json": {}, "src/lib/floodgate.ts": "" });
    const runtimeModule = "./src/lib/floodgate.js";
    expect(targetOf("src/jobs/a.ts", { runtimeModule }).runtime?.specifier).toBe("../lib/floodgate.js");
    expect(targetOf("src/lib/a.ts", { runtimeModule }).runtime?.specifier).toBe("./floodgate.js");
  });
});

describe("nothing is offered", () => {
  test("where the runtime is listed but not installed", () => {
    project({ "package.json": { dependencies: { "@floodgate/runtime": "^1" } } });
    expect(targetOf("src/a.ts").runtime).toBeUndefined();
  });

  test("where it is installed for development only", () => {
    project({
      "package.json": { devDependencies: { "@floodgate/runtime": "^1" } },
      ...installed("@floodgate/runtime"),
    });
    expect(targetOf("src/a.ts").runtime).toBeUndefined();
  });

  test("where it came with another package and is listed nowhere", () => {
    project({ "package.json": {}, ...installed("@floodgate/runtime") });
    expect(targetOf("src/a.ts").runtime).toBeUndefined();
  });

  test("to virtual files", () => {
    project({
      "package.json": { dependencies: { "@floodgate/runtime": "^1" } },
      ...installed("@floodgate/runtime"),
    });
    expect(targetOf("README.md/0.js", { physical: "README.md" })).toEqual({});
  });

  test("to classic scripts, where no import compiles", () => {
    project({
      "package.json": { dependencies: { "@floodgate/runtime": "^1" } },
      ...installed("@floodgate/runtime"),
    });
    expect(targetOf("a.js", { body: [] })).toEqual({});
  });

  test("where the project's own copy does not exist, or is the file itself", () => {
    project({ "package.json": {}, "src/floodgate.ts": "" });
    expect(targetOf("src/a.ts", { runtimeModule: "./src/missing.js" }).runtime).toBeUndefined();
    expect(targetOf("src/floodgate.ts", { runtimeModule: "./src/floodgate.ts" }).runtime).toBeUndefined();
  });

  test("from a package.json that does not parse", () => {
    project({ "package.json": "{", ...installed("@floodgate/runtime") });
    expect(targetOf("src/a.ts").runtime).toBeUndefined();
  });
});

describe("the limiters that are there already", () => {
  test("are offered beside the runtime", () => {
    project({
      "package.json": { dependencies: { "p-limit": "^6", "p-map": "^7" } },
      ...installed("p-limit"),
      ...installed("p-map"),
    });
    expect(targetOf("src/a.ts")).toEqual({
      installed: {
        pLimit: { specifier: "p-limit", style: "import" },
        pMap: { specifier: "p-map", style: "import" },
      },
    });
  });

  test("are not offered to `require` when they are ES modules only", () => {
    project({ "package.json": { dependencies: { "p-limit": "^6" } }, ...installed("p-limit", "module") });
    expect(targetOf("a.cjs", { body: [] }).installed).toEqual({});
    expect(targetOf("a.mjs", { body: [] }).installed?.pLimit?.style).toBe("import");
  });
});

test("a limiter of the settings whose file does not exist is named", () => {
  project({ "src/lib/limits.ts": "" });
  const limiter = { import: "gently", kind: "limiter" } as const;
  const limiters = ["./src/lib/limits.js", "./src/lib/limits", "@acme/limits", "./src/lib/limts.js"].map(
    (from) => ({
      ...limiter,
      from,
    }),
  );
  expect(missingLimiters(limiters, root)).toEqual([
    `The Floodgate setting \`limiters\` names \`gently\` of \`./src/lib/limts.js\`, and there is no such file in ${root}.`,
  ]);
});
