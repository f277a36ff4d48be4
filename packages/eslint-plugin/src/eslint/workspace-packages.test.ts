import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { neighbourOf } from "./neighbour.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workspace-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Files = Readonly<Record<string, string>>;

const write = (files: Files) => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

/** Where `specifier` leads from `packages/app/src/page.ts`, as a path in the folder. */
function target(specifier: string, files: Files = {}): string | undefined {
  write({ "packages/app/src/page.ts": "", ...files });
  const found = neighbourOf(join(folder, "packages/app/src/page.ts"))?.(specifier, undefined)?.fileName;
  return found && relative(folder, found).split(sep).join("/");
}

const json = (value: unknown) => JSON.stringify(value);
const npm = { "package.json": json({ workspaces: ["packages/*"] }) };
/** A package `@acme/queue` in `packages/queue`. */
const queue = (manifest: object, ...sources: readonly string[]): Files => ({
  "packages/queue/package.json": json({ name: "@acme/queue", ...manifest }),
  ...Object.fromEntries(sources.map((source) => [`packages/queue/${source}`, ""])),
});

describe("a workspace lists its packages", () => {
  test.each<[string, Files]>([
    ["in package.json", npm],
    [
      "in package.json, in the older form",
      { "package.json": json({ workspaces: { packages: ["./packages/*/"] } }) },
    ],
    ["by name", { "package.json": json({ workspaces: ["packages/app", "packages/queue"] }) }],
    ["by a part of their names", { "package.json": json({ workspaces: ["packages/q*e"] }) }],
    ["at any depth", { "package.json": json({ workspaces: ["**"] }) }],
    ["at any depth of a folder", { "package.json": json({ workspaces: ["packages/**/*"] }) }],
    [
      "in pnpm-workspace.yaml",
      { "pnpm-workspace.yaml": "packages:\n  # ours\n  - 'packages/*' # all\n\nother:\n  - x" },
    ],
    [
      "in pnpm-workspace.yaml, not indented",
      { "pnpm-workspace.yaml": 'a: b\npackages:\n- "apps/*"\n- packages/*\n' },
    ],
    ["in pnpm-workspace.yaml, on a line", { "pnpm-workspace.yaml": "packages: ['apps/*', packages/*]" }],
    ["in lerna.json", { "lerna.json": json({ packages: ["packages/*"] }) }],
    ["nowhere, with Lerna", { "lerna.json": json({ version: "1.0.0" }) }],
  ])("%s", (_where, root) => {
    expect(target("@acme/queue", { ...root, ...queue({}, "src/index.ts") })).toBe(
      "packages/queue/src/index.ts",
    );
  });

  test.each<[string, Files]>([
    ["nowhere", {}],
    ["elsewhere", { "package.json": json({ workspaces: ["apps/*"] }) }],
    ["but not this one", { "package.json": json({ workspaces: ["packages/*", "!packages/queue"] }) }],
    ["but nothing of this kind", { "package.json": json({ workspaces: ["**", "!**/queue"] }) }],
    ["but not in words", { "package.json": json({ workspaces: [3, null, { a: 1 }] }) }],
    [
      "but not in JSON",
      { "package.json": "{ broken", "lerna.json": "[]", "pnpm-workspace.yaml": "packages: {{" },
    ],
    ["but its manifest is broken", { ...npm, "packages/queue/package.json": "{ broken" }],
    ["but it has no name", { ...npm, "packages/queue/package.json": json({ name: 3 }) }],
  ])("%s", (_where, root) => {
    expect(target("@acme/queue", { ...queue({}, "src/index.ts"), ...root })).toBeUndefined();
  });

  test("and the nearest list counts", () => {
    const files = {
      ...queue({}, "src/index.ts"),
      "package.json": json({ workspaces: ["other/*"] }),
      "other/queue/package.json": json({ name: "@acme/queue" }),
      "other/queue/index.js": "",
      "packages/package.json": json({ workspaces: ["*"] }),
    };
    expect(target("@acme/queue", files)).toBe("packages/queue/src/index.ts");
  });
});

describe("a package's source is found", () => {
  test.each<[string, object, string]>([
    ["@acme/queue", {}, "src/index.ts"],
    ["@acme/queue", {}, "index.js"],
    ["@acme/queue", { main: "./dist/index.js" }, "src/index.ts"],
    ["@acme/queue", { main: "./dist/src/index.js" }, "src/index.ts"],
    ["@acme/queue", { main: "dist/cjs/index.cjs", module: "dist/esm/index.mjs" }, "src/index.mts"],
    ["@acme/queue", { main: "dist/queue.js" }, "src/queue.tsx"],
    ["@acme/queue", { main: "dist" }, "src/index.ts"],
    ["@acme/queue", { main: "./lib/queue" }, "lib/queue.js"],
    ["@acme/queue", { main: "./source/main.js" }, "source/main.ts"],
    ["@acme/queue", { types: "build/main.d.ts" }, "src/main.ts"],
    ["@acme/queue", { exports: "./out/main.js" }, "src/main.ts"],
    ["@acme/queue", { exports: { types: "./dist/main.d.ts", default: "./dist/main.js" } }, "src/main.ts"],
    ["@acme/queue", { exports: { ".": [{ import: "./dist/main.js" }, "./x.js"] } }, "src/main.ts"],
    [
      "@acme/queue",
      { exports: { "acme:source": "./code/main.ts", default: "./dist/main.js" } },
      "code/main.ts",
    ],
    ["@acme/queue/redis", {}, "src/redis.ts"],
    ["@acme/queue/redis", {}, "redis/index.js"],
    ["@acme/queue/dist/redis.js", {}, "src/redis.ts"],
    ["@acme/queue/redis", { exports: { "./redis": "./dist/stores/redis.js" } }, "src/stores/redis.ts"],
    ["@acme/queue/redis", { exports: { "./*": { import: "./dist/stores/*.js" } } }, "src/stores/redis.ts"],
  ])("%s with %j", (specifier, manifest, source) => {
    expect(target(specifier, { ...npm, ...queue(manifest, source) })).toBe(`packages/queue/${source}`);
  });

  test.each<[string, object, string]>([
    ["what is built", { main: "dist/index.js" }, "dist/index.js"],
    [
      "what is for browsers",
      { exports: { browser: "./src/browser.ts", import: "./dist/index.js" } },
      "src/browser.ts",
    ],
  ])("before %s", (_what, manifest, other) => {
    expect(target("@acme/queue", { ...npm, ...queue(manifest, "src/index.ts", other) })).toBe(
      "packages/queue/src/index.ts",
    );
  });

  test.each<[string, object, string]>([
    ["@acme/queue", { main: 3, exports: { ".": null }, module: {} }, "src/main.ts"],
    ["@acme/queue", { main: "../../secret.js" }, "src/main.ts"],
    ["@acme/queue", { main: "data.json" }, "data.ts"],
    ["@acme/queue/redis", { exports: { "./redis": null } }, "src/index.ts"],
    ["@acme", {}, "src/index.ts"],
    ["queue", {}, "src/index.ts"],
    ["node:queue", {}, "src/index.ts"],
  ])("nothing: %s with %j", (specifier, manifest, source) => {
    expect(target(specifier, { ...npm, ...queue(manifest, source) })).toBeUndefined();
  });

  test("what Node.js brings itself is no package", () => {
    const files = { "packages/fs/package.json": json({ name: "fs" }), "packages/fs/index.js": "" };
    expect(target("fs", { ...npm, ...files })).toBeUndefined();
  });
});

describe("what is installed decides", () => {
  const link = (to: string, from: string) => {
    mkdirSync(dirname(join(folder, from)), { recursive: true });
    symlinkSync(join(folder, to), join(folder, from), "junction");
  };

  test("a link to a folder of ours is followed, without a list", () => {
    write({
      "elsewhere/queue/package.json": json({ main: "dist/index.js" }),
      "elsewhere/queue/src/index.ts": "",
    });
    link("elsewhere/queue", "packages/app/node_modules/@acme/queue");
    expect(target("@acme/queue")).toBe("elsewhere/queue/src/index.ts");
  });

  test("a published copy is somebody else's code, also where the workspace has one of that name", () => {
    write({ "node_modules/@acme/queue/index.js": "" });
    expect(target("@acme/queue", { ...npm, ...queue({}, "src/index.ts") })).toBeUndefined();
  });

  test("a link into pnpm's store is such a copy", () => {
    write({ "node_modules/.pnpm/queue@1/node_modules/@acme/queue/index.js": "" });
    link("node_modules/.pnpm/queue@1/node_modules/@acme/queue", "packages/app/node_modules/@acme/queue");
    expect(target("@acme/queue", { ...npm, ...queue({}, "src/index.ts") })).toBeUndefined();
  });

  test("a link to nowhere is nothing", () => {
    link("gone", "packages/app/node_modules/@acme/queue");
    expect(target("@acme/queue")).toBeUndefined();
  });
});

describe("what changes on disk is seen", () => {
  test("a new package", () => {
    expect(target("@acme/queue", npm)).toBeUndefined();
    expect(target("@acme/queue", queue({}, "index.ts"))).toBe("packages/queue/index.ts");
  });

  test("a manifest in a folder that was there", () => {
    expect(target("@acme/queue", { ...npm, "packages/queue/index.ts": "" })).toBeUndefined();
    expect(target("@acme/queue", queue({}))).toBe("packages/queue/index.ts");
  });

  test("another name", () => {
    expect(target("@acme/queue", { ...npm, ...queue({}, "index.ts") })).toBe("packages/queue/index.ts");
    write({ "packages/queue/package.json": json({ name: "@acme/renamed" }) });
    expect(target("@acme/queue")).toBeUndefined();
    expect(target("@acme/renamed")).toBe("packages/queue/index.ts");
  });

  test("another place", () => {
    expect(target("@acme/queue", { ...npm, ...queue({}, "index.ts") })).toBe("packages/queue/index.ts");
    renameSync(join(folder, "packages/queue"), join(folder, "packages/jobs"));
    expect(target("@acme/queue")).toBe("packages/jobs/index.ts");
  });

  test("another list", () => {
    expect(target("@acme/queue", { ...npm, ...queue({}, "index.ts") })).toBe("packages/queue/index.ts");
    expect(target("@acme/queue", { "package.json": json({ workspaces: ["apps/*"] }) })).toBeUndefined();
  });
});
