/** Every link of every Markdown file leads somewhere: to a file, and to a heading in it. */
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root } from "./imports.ts";
import { anchorsOf, documents, proseOf } from "./markdown.ts";

test.each(documents)("the links of %s lead somewhere", (document) => {
  const links = [...proseOf(document).matchAll(/\]\(<?([^)>\s]+)>?(?: "[^"]*")?\)/gu)].map(
    ([, link]) => link ?? "",
  );
  const own = links.filter((link) => !/^(?:https?|mailto|command):/u.test(link));
  expect(own.map((link) => problemWith(document, link)).filter((problem) => problem !== undefined)).toEqual(
    [],
  );
});

test.each(documents)("the addresses in %s are written out, and no example's", (document) => {
  const addresses = [...proseOf(document).matchAll(/\]\((https?:[^)\s]+)\)/gu)].map(([, link]) => link ?? "");
  const wrong = addresses.filter(
    (link) => !URL.canParse(link) || /\bexample\.|floodgate-js/u.test(new URL(link).href),
  );
  expect(wrong).toEqual([]);
});

test("every page of docs/ is in the index", () => {
  const index = proseOf("docs/README.md");
  const pages = documents.filter(
    (document) => /^docs\/[^/]+\.md$/u.test(document) && document !== "docs/README.md",
  );
  expect(pages.filter((page) => !index.includes(`](${page.slice("docs/".length)})`))).toEqual([]);
});

test("a link to a heading that is not there is found", () => {
  expect(problemWith("README.md", "docs/README.md#which-package-do-i-need")).toBeUndefined();
  expect(problemWith("README.md", "docs/README.md#nowhere")).toBe("docs/README.md#nowhere: no such heading");
  expect(problemWith("README.md", "nowhere.md")).toBe("nowhere.md: no such file");
});

function problemWith(document: string, link: string): string | undefined {
  const [path = "", anchor] = decodeURI(link).split("#");
  const target = path === "" ? document : normalize(join(dirname(document), path)).replaceAll("\\", "/");
  if (!existsSync(join(root, target))) return `${link}: no such file`;
  if (anchor === undefined || !target.endsWith(".md")) return undefined;
  return anchorsOf(target).has(anchor) ? undefined : `${link}: no such heading`;
}
