/** The invariants of ARCHITECTURE.md that concern what may know what; and that it names what there is. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isRelative, parseSource, root, sourcesOf, target } from "./imports.ts";
import type { SourceFile } from "./imports.ts";

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Our packages, the lowest first: each may import those before it, through the doors named here. */
const doors = {
  runtime: { name: "@floodgate/runtime", mayImport: [] },
  "eslint-plugin": { name: "eslint-plugin-floodgate", mayImport: [] },
  "language-server": {
    name: "@floodgate/language-server",
    mayImport: [
      "eslint-plugin-floodgate/analysis",
      "eslint-plugin-floodgate/neighbour",
      "eslint-plugin-floodgate/rule-page",
      "eslint-plugin-floodgate/runtime-module",
      "eslint-plugin-floodgate/type-facts",
    ],
  },
  "vscode-extension": {
    name: "floodgate",
    mayImport: ["@floodgate/language-server", "@floodgate/language-server/protocol"],
  },
} as const;
const ourNames = Object.values(doors).map(({ name }) => name);

const ours = (specifier: string) =>
  ourNames.some((name) => specifier === name || specifier.startsWith(`${name}/`));

/** `file → specifier` for each import that `forbidden` picks. */
function offences(
  files: readonly SourceFile[],
  forbidden: (file: SourceFile, specifier: string, typeOnly: boolean) => boolean,
) {
  return files.flatMap((file) =>
    file.imports
      .filter(({ specifier, typeOnly }) => forbidden(file, specifier, typeOnly))
      .map(({ specifier }) => `${file.path} → ${specifier}`),
  );
}

const mentions = (files: readonly SourceFile[], name: string) =>
  files.filter(({ identifiers }) => identifiers.has(name)).map(({ path }) => path);

describe("the parser these tests rely on", () => {
  test.each([
    ['import x from "a";', "a", false],
    ['import type { x } from "a";', "a", true],
    ['import { type x } from "a";', "a", false],
    ['import { type x, y } from "a";', "a", false],
    ['import "a";', "a", false],
    ['export * from "a";', "a", false],
    ['export type * from "a";', "a", true],
    ['export { type x } from "a";', "a", false],
    ['const x = await import("a");', "a", false],
    ['const x = require("a");', "a", false],
    ['const x = process.getBuiltinModule("a");', "a", false],
    ['import x = require("a");', "a", false],
    ['type X = import("a").X;', "a", true],
  ])("%s", (code, specifier, typeOnly) => {
    expect(parseSource("x.ts", code).imports).toEqual([{ specifier, typeOnly }]);
  });

  test("does not take comments and strings for imports or names", () => {
    const { imports, identifiers } = parseSource(
      "x.ts",
      '// import "a"; process\nconst x = "require(\'a\') process";',
    );
    expect(imports).toEqual([]);
    expect([...identifiers]).toEqual(["x"]);
  });
});

describe("1. the analysis imports nothing at run time from outside itself", () => {
  const folder = "packages/eslint-plugin/src/analysis";
  const files = sourcesOf(folder);

  test("there is something to test", () => {
    expect(files.length).toBeGreaterThan(3);
  });

  test("run-time imports stay inside", () => {
    const outside = offences(
      files,
      (file, specifier, typeOnly) =>
        !typeOnly && !(isRelative(specifier) && target(file, specifier).startsWith(`${folder}/`)),
    );
    expect(outside).toEqual([]);
  });

  test("where a node begins and ends is asked of code.ts, since not every parser has a `range`", () => {
    const readers = files.filter(({ text }) => /(?<!\b(?:comment|above))\.range\b/u.test(text));
    expect(readers.map(({ path }) => path)).toEqual([`${folder}/code.ts`]);
  });

  test("no type comes from ESLint, an editor or Node", () => {
    expect(
      offences(files, (_file, specifier) => /^(?:eslint|vscode|node:|typescript$)/u.test(specifier)),
    ).toEqual([]);
  });
});

describe("2. the runtime imports nothing outside itself", () => {
  const files = sourcesOf("packages/runtime/src");

  test("not even types, but for Node's own modules reached without an import statement", () => {
    const outside = offences(
      files,
      (file, specifier) =>
        !(isRelative(specifier) && target(file, specifier).startsWith("packages/runtime/src/")) &&
        !(specifier.startsWith("node:") && file.text.includes(`getBuiltinModule`)),
    );
    expect(outside).toEqual([]);
  });

  test("its package depends on nothing", () => {
    expect(manifest("runtime").dependencies ?? {}).toEqual({});
  });
});

describe("3. dependencies point one way: extension → server → plugin", () => {
  test.each(Object.entries(doors))("%s", (folder, { mayImport }) => {
    const files = sourcesOf(`packages/${folder}/src`);
    const allowed: readonly string[] = mayImport;
    expect(offences(files, (_file, specifier) => ours(specifier) && !allowed.includes(specifier))).toEqual(
      [],
    );
    // Nor past the doors, by a path.
    expect(
      offences(
        files,
        (file, specifier) =>
          isRelative(specifier) && !target(file, specifier).startsWith(`packages/${folder}/`),
      ),
    ).toEqual([]);
    const dependencies = Object.keys(manifest(folder).dependencies ?? {}).filter(ours);
    for (const name of dependencies) expect(allowed.some((door) => door.startsWith(name))).toBe(true);
  });

  test("the published plugin needs nothing installed beside it: no run-time import but Node's", () => {
    const files = sourcesOf("packages/eslint-plugin/src");
    expect(
      offences(
        files,
        (_file, specifier, typeOnly) => !typeOnly && !isRelative(specifier) && !specifier.startsWith("node:"),
      ),
    ).toEqual([]);
    expect(manifest("eslint-plugin").dependencies ?? {}).toEqual({});
  });
});

describe("6. each kind of contact with the world has its place", () => {
  const server = sourcesOf("packages/language-server/src");
  const plugin = sourcesOf("packages/eslint-plugin/src");

  test("in the plugin, only runtime-module.ts and neighbour.ts read disk", () => {
    const reading = offences(plugin, (_file, specifier) => /^(?:node:)?fs(?:\/promises)?$/u.test(specifier));
    expect(reading).toEqual([
      "packages/eslint-plugin/src/eslint/neighbour.ts → node:fs",
      "packages/eslint-plugin/src/eslint/runtime-module.ts → node:fs",
    ]);
  });

  test("in the plugin, nothing asks the process", () => {
    expect(mentions(plugin, "process")).toEqual([]);
  });

  test("in the server, only convert.ts mentions LSP positions", () => {
    expect(mentions(server, "Position")).toEqual(["packages/language-server/src/convert.ts"]);
  });

  test("in the server, disk is read by the project, the type back ends, ESLint's configuration and the command line", () => {
    const readers = server
      .filter(({ imports }) =>
        imports.some(({ specifier }) => /^(?:node:)?fs(?:\/promises)?$/u.test(specifier)),
      )
      .map(({ path }) => path.replace("packages/language-server/src/", ""))
      .filter((path) => !/^(?:project|engine\/eslint-config)\.ts$|^(?:engine\/types|cli)\//u.test(path));
    expect(readers).toEqual([]);
  });

  test("in the server, only the executables and the type back ends' processes mention process", () => {
    const places = mentions(server, "process")
      .map((path) => path.replace("packages/language-server/src/", ""))
      .filter((path) => !/^(?:main|main-bundled|worker)\.ts$|^cli\/|^engine\/types\//u.test(path));
    expect(places).toEqual([]);
  });

  test("in the features, nothing is asked of the connection, the disk or the process", () => {
    const features = sourcesOf("packages/language-server/src/features");
    expect(features.length).toBeGreaterThan(3);
    expect(
      offences(
        features,
        (_file, specifier, typeOnly) =>
          !typeOnly && /^(?:node:(?!url$|path$)|vscode-languageserver\/node)/u.test(specifier),
      ),
    ).toEqual([]);
  });
});

describe("files", () => {
  const files = Object.keys(doors).flatMap((folder) => sourcesOf(`packages/${folder}/src`));

  test("are named after what they hold, in kebab-case: no utils, no helpers", () => {
    const names = files.map(({ path }) => path.split("/").at(-1) ?? "");
    expect(names.filter((name) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.d)?\.[cm]?ts$/u.test(name))).toEqual([]);
    expect(names.filter((name) => /^(?:utils?|helpers?|misc|common)\./u.test(name))).toEqual([]);
  });

  test("stay short enough to be read: 500 lines", () => {
    expect(files.filter(({ text }) => text.split("\n").length > 501).map(({ path }) => path)).toEqual([]);
  });
});

describe("ARCHITECTURE.md", () => {
  const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const named = new Set(text.match(/[\w./*-]+\.(?:ts|mjs)\b/gu));
  /** `remedy-*.ts` stands for every file of that form. */
  const standsFor = (name: string, path: string) =>
    new RegExp(`(?:^|/)${name.replaceAll(".", "\\.").replaceAll("*", "[\\w-]*")}$`, "u").test(path);
  const filesIn = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map(
      (path) => `${folder}/${path.replaceAll("\\", "/")}`,
    );

  test("names files and folders that are there", () => {
    const files = ["test", "tools", ...Object.keys(doors).map((folder) => `packages/${folder}/src`)].flatMap(
      filesIn,
    );
    expect([...named].filter((name) => !files.some((path) => standsFor(name, path)))).toEqual([]);
    const folders = [...text.matchAll(/`((?:packages|examples|tools|test|e2e|docs)\/[\w./-]*)`/gu)];
    expect(folders.length).toBeGreaterThan(5);
    expect(folders.map(([, path]) => path ?? "").filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  test("has a room for every file of the analysis", () => {
    const files = filesIn("packages/eslint-plugin/src/analysis").filter(
      (path) => path.endsWith(".ts") && !path.endsWith(".test.ts"),
    );
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((path) => ![...named].some((name) => standsFor(name, path)))).toEqual([]);
  });
});

/** A folder's package.json. */
function manifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", folder, "package.json"), "utf8")) as Manifest;
}
