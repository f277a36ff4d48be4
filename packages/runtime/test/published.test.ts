/** What a reader of the published package finds: links that lead somewhere, and an example for every export. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const runtime = fileURLToPath(new URL("..", import.meta.url));
const read = (path: string): string => readFileSync(join(runtime, path), "utf8");

const { files } = JSON.parse(read("package.json")) as { files: string[] };
const guides = readdirSync(join(runtime, "docs")).filter((name) => name.endsWith(".md"));

describe.each(["README.md", ...guides.map((name) => `docs/${name}`)])("%s", (document) => {
  const links = [...read(document).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)/gu)].map(
    ([whole, path = "", anchor]) => ({
      whole,
      target: path === "" ? document : relative(runtime, join(runtime, dirname(document), path)),
      anchor,
    }),
  );

  test("its links lead to files that are published with it", () => {
    const dead = links.filter(({ target }) => !isPublished(target));
    expect(dead.map(({ whole }) => whole)).toEqual([]);
  });

  test("its links to a section lead to a heading", () => {
    const dead = links.filter(
      ({ target, anchor }) =>
        anchor !== undefined && isPublished(target) && !anchorsOf(read(target)).includes(anchor),
    );
    expect(dead.map(({ whole }) => whole)).toEqual([]);
  });
});

/** The entry points, and where each of their values is declared. */
const exported = ["index.ts", "redis/index.ts", "otel/index.ts"]
  .filter((entry) => existsSync(join(runtime, "src", entry)))
  .flatMap((entry) =>
    [...read(`src/${entry}`).matchAll(/^export \{([^}]*)\} from "([^"]+)";$/gmu)].flatMap(
      ([, names = "", from = ""]) =>
        names
          .split(",")
          .map((name) => name.trim())
          .filter((name) => name !== "" && !name.startsWith("type "))
          .map((name) => ({ name, file: join("src", dirname(entry), from) })),
    ),
  );

test("there are exports to look at", () => {
  expect(exported.map(({ name }) => name)).toContain("mapLimit");
  expect(exported.length).toBeGreaterThan(25);
});

test.each(exported)("$name has an example, which a test runs", ({ name, file }) => {
  const declaration = new RegExp(`^export (?:async )?(?:function|class|const) ${name}\\b`, "mu").exec(
    read(file),
  );
  const before = read(file).slice(0, declaration?.index ?? 0);
  const comment = before.trimEnd().endsWith("*/") ? before.slice(before.lastIndexOf("/**")) : "";
  expect(comment).toMatch(/@example\s+\* ```ts\b/u);
});

function isPublished(target: string): boolean {
  if (target.startsWith("..") || !existsSync(join(runtime, target))) return false;
  return target === "README.md" || files.some((part) => target === part || target.startsWith(`${part}/`));
}

/** As GitHub and npm make them of headings. */
function anchorsOf(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.+)$/gmu)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
