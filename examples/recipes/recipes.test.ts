import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const recipes = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "test-server.ts",
);
const list = readFileSync(new URL("../../docs/recipes.md", import.meta.url), "utf8");

test.each(recipes)(
  "%s has a test beside it, a line in the list, and says in its first line what it is",
  (name) => {
    const file = new URL(name, import.meta.url);
    expect(existsSync(new URL(name.replace(".ts", ".test.ts"), import.meta.url))).toBe(true);
    expect(list).toContain(`](../examples/recipes/${name})`);
    expect(readFileSync(file, "utf8")).toMatch(/^\/\/ [A-Z].*[.?]\n/u);
  },
);
