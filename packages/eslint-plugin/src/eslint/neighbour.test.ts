import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { neighbourOf, pathInProject } from "./neighbour.ts";

let folder: string;
const write = (name: string, text = `// ${name}`) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "neighbour-"));
  for (const name of [
    "src/api.ts",
    "src/api.js",
    "src/plain.js",
    "src/view.tsx",
    "src/lib/index.mts",
    "src/lib/deep.cts",
    "node_modules/x/index.js",
  ])
    write(name);
  write("src/declared.d.ts");
  write("src/huge.js", "x".repeat(600_000));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each([
  ["./api", undefined, "src/api.ts"],
  ["./api.js", undefined, "src/api.ts"],
  ["./plain.js", undefined, "src/plain.js"],
  ["./view", undefined, "src/view.tsx"],
  ["./view.jsx", undefined, "src/view.tsx"],
  ["./lib", undefined, "src/lib/index.mts"],
  ["./deep.cjs", "src/lib/index.mts", "src/lib/deep.cts"],
  ["..", "src/lib/deep/x.ts", "src/lib/index.mts"],
  ["./declared", undefined, undefined],
  ["./missing", undefined, undefined],
  ["./huge", undefined, undefined],
  ["../node_modules/x", undefined, undefined],
])("%s from %s is %s", (specifier, from, found) => {
  const look = neighbourOf(join(folder, "src/index.ts"));
  const file = look?.(specifier, from === undefined ? undefined : join(folder, from));
  expect(file).toEqual(
    found === undefined ? undefined : { fileName: join(folder, found), text: `// ${found}` },
  );
});

test("a file that changes is read again", () => {
  const look = neighbourOf(join(folder, "src/index.ts"));
  write("src/changing.ts", "one");
  expect(look?.("./changing", undefined)?.text).toBe("one");
  write("src/changing.ts", "two and more");
  expect(look?.("./changing", undefined)?.text).toBe("two and more");
});

test("an untitled file has no neighbours", () => {
  expect(neighbourOf("<input>")).toBeUndefined();
});

test("a path is told from the root of the repository, or else of the package", () => {
  write("one/package.json", "{}");
  write("one/test/a.ts");
  write("repo/.git/HEAD");
  write("repo/packages/two/package.json", "{}");
  expect(pathInProject(join(folder, "one/test/a.ts"))).toBe("test/a.ts");
  expect(pathInProject(join(folder, "repo/packages/two/test/b.ts"))).toBe("packages/two/test/b.ts");
  expect(pathInProject(join(folder, "src/api.ts"))).toBe("api.ts");
  expect(pathInProject("relative.ts")).toBe("relative.ts");
});
